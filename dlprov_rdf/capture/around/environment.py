# SPDX-License-Identifier: Apache-2.0
"""What code runs, on what machine, with what software: what can be seen, and no guess.

Nothing is imported that the script has not imported, no device is initialised, and no
secret is kept. What cannot be found out is left out.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import threading
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from dlprov_rdf.capture.around.secrets import redact, redact_variables
from dlprov_rdf.capture.contents.fingerprint import text_digest
from dlprov_rdf.events import Code

#: Environment variables that tell something of a training.
VARIABLES = (
    "PYTHONHASHSEED", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "KERAS_BACKEND", "TF_*",
    "XLA_FLAGS", "JAX_*", "NVIDIA_*", "SLURM_JOB_ID", "SLURM_PROCID", "RANK", "WORLD_SIZE",
)  # fmt: skip

#: Octets of a patch that are kept.
PATCH_LENGTH = 5 * 2**20

_SECONDS = 10

#: Octets of any other answer of git that are read.
_ANSWER = 2**20


def code_seen(folder: Path, run_folder: Path) -> dict[str, Any] | None:
    """Tell the version-controlled code around a folder: fields of ``CodeSeen``.

    What differs from the commit is stored in ``run_folder/patch.diff``, secrets replaced.

    Returns:
        None where there is no git or no commit.
    """
    found = (_git(folder, "rev-parse", "HEAD", "--show-toplevel") or "").splitlines()
    if len(found) != 2:
        return None
    commit, top = found[0], Path(found[1])
    ours = _all_but_ours(top, run_folder)
    changed = _git(top, "status", "--porcelain", "--untracked-files=normal", *ours)
    told: dict[str, Any] = {"commit": commit, "dirty": changed != ""}
    branch = _git(folder, "symbolic-ref", "--short", "-q", "HEAD")
    remote = _git(folder, "config", "--get", "remote.origin.url")
    told |= {"branch": branch} if branch else {}
    told |= {"remote": _without_credentials(remote)} if remote else {}
    if told["dirty"]:
        told |= _patch(top, run_folder, changed, ours)
    return told


def _all_but_ours(top: Path, run_folder: Path) -> tuple[str, ...]:
    """Name all but the knowledge base, which may lie within the code and is no part of it."""
    kept = run_folder.parent.parent if run_folder.parent.name == "logs" else run_folder
    try:
        within = kept.resolve().relative_to(top.resolve()).as_posix()
    except ValueError:
        return ("--", ".")
    return ("--", ".") if within == "." else ("--", ".", f":(exclude,literal){within}")


def _without_credentials(remote: str) -> str:
    scheme, mark, rest = remote.partition("://")
    if not mark:
        return redact(remote)[0]
    host, slash, path = rest.partition("/")
    return redact(f"{scheme}://{host.rpartition('@')[2]}{slash}{path}")[0]


def _patch(
    top: Path, run_folder: Path, changed: str | None, ours: tuple[str, ...]
) -> dict[str, Any]:
    """Store what differs from the commit; without a name where it cannot be stored."""
    text, secrets = redact(_differences(top, changed, ours))
    octets = text.encode(errors="surrogateescape")
    try:
        run_folder.mkdir(parents=True, exist_ok=True)
        (run_folder / "patch.diff").write_bytes(octets)
    except OSError:
        return {}
    return {
        "patch": "patch.diff",
        "patch_digest": text_digest(octets),
        "patch_redacted": secrets > 0,
    }


def _differences(top: Path, changed: str | None, ours: tuple[str, ...]) -> str:
    if changed is None:
        return f"# unknown: git did not say within {_SECONDS} s what differs\n"
    new = [line[3:] for line in changed.splitlines() if line.startswith("??")]
    listed = "".join(f"# untracked: {name}\n" for name in new)
    plainly = ("--no-ext-diff", "--no-textconv", "--no-color")
    diff = _git(top, "diff", "HEAD", *plainly, *ours, limit=PATCH_LENGTH)
    if diff is None:
        return f"{listed}# unknown: git did not say within {_SECONDS} s what differs\n"
    text = listed + diff + "\n"
    if len(text) <= PATCH_LENGTH:
        return text
    whole_lines = text[:PATCH_LENGTH].rpartition("\n")[0]
    return f"{whole_lines}\n# cut: the patch is longer\n"


def git_person(folder: Path) -> str | None:
    """Tell the name that git signs commits with."""
    return _git(folder, "config", "--get", "user.name") or None


def _git(folder: Path, *words: str, limit: int = _ANSWER) -> str | None:
    """Ask git, which may not prompt, lock, or take long; None where it cannot say.

    No more octets are read than ``limit``: a diff of a data file could fill the memory.
    Octets that are no UTF-8 come back as they were when encoded by ``surrogateescape``.
    """
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        asked = subprocess.Popen(  # noqa: S603 -- fixed words
            ["git", "-C", str(folder), *words],  # noqa: S607 -- the user's own git
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
            env={**os.environ, **quiet},
        )  # fmt: skip
    except (OSError, ValueError):
        return None
    return _answer(asked, limit)


def _answer(asked: subprocess.Popen[bytes], limit: int) -> str | None:
    assert asked.stdout is not None
    with asked:
        clock = threading.Timer(_SECONDS, asked.kill)
        clock.daemon = True
        clock.start()
        octets = asked.stdout.read(limit + 1)
        too_long = len(octets) > limit and clock.is_alive()
        if too_long:
            asked.kill()
        failed = asked.wait() != 0
        clock.cancel()
    if failed and not too_long:
        return None
    return octets.decode(errors="surrogateescape").rstrip("\n")


def script_code(path: Path) -> Code:
    """Tell a script by its name, path and content."""
    try:
        digest = text_digest(path.read_bytes())
    except OSError:
        digest = None
    return Code(name=path.name, path=str(path.absolute()), digest=digest)


def environment_seen() -> dict[str, Any]:
    """Tell software and machine: fields of ``EnvironmentSeen``."""
    told: dict[str, Any] = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": packages(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory": _memory(),
        "variables": redact_variables(os.environ, VARIABLES),
    }
    return {key: value for key, value in told.items() if value is not None} | framework_seen()


def packages() -> dict[str, str]:
    """List the installed distributions by their normalised name, with versions.

    Where two of a name are found, the one found first is the one that is imported.

    Source:
        https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        with suppress(Exception):
            name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()
            found.setdefault(name, distribution.version)
    return dict(sorted(found.items()))


def framework_seen() -> dict[str, Any]:
    """Tell back end and devices of the frameworks that are loaded already."""
    told: dict[str, Any] = {}
    with suppress(Exception):
        keras = sys.modules.get("keras")
        if keras is not None:
            told["backend"] = str(keras.backend.backend())
    devices = [*_tensorflow_devices(), *_torch_devices()]
    return told | ({"devices": devices} if devices else {})


def _tensorflow_devices() -> list[str]:
    """List TensorFlow's devices, once the script has made it look for them.

    Asked earlier, TensorFlow would look now, and a script that chooses devices after its
    import (``CUDA_VISIBLE_DEVICES``) would train on others than without us.
    """
    tensorflow: Any = sys.modules.get("tensorflow")
    with suppress(Exception):
        context = sys.modules["tensorflow.python.eager.context"].context_safe()
        if not context._initialized:  # noqa: SLF001 -- there is no public way to ask
            return []
        return [device.name for device in tensorflow.config.list_physical_devices()]
    return []


def _torch_devices() -> list[str]:
    torch: Any = sys.modules.get("torch")
    with suppress(Exception):
        if torch.cuda.is_initialized():
            count = torch.cuda.device_count()
            return [torch.cuda.get_device_name(index) for index in range(count)]
    return []


def _cpu() -> str | None:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or None


def _memory() -> int | None:
    with suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None

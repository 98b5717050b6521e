# SPDX-License-Identifier: Apache-2.0
"""Code and environment: what git and the system really say, and no secret."""

from __future__ import annotations

import importlib
import pickle
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from programs_started import output_of

from dlprov_rdf import log
from dlprov_rdf.capture.around import environment, seeds
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.events import SeedSet

TOKEN = "gh" + "p_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"


def git(folder: Path, *words: str) -> str:
    """Run git for real."""
    done = subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit and a remote that holds credentials."""
    folder = tmp_path / "code"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    git(folder, "config", "user.name", "Ada")
    git(folder, "config", "user.email", "ada@example.org")
    (folder / "train.py").write_text("epochs = 3\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    git(folder, "remote", "add", "origin", f"https://ada:{TOKEN}@example.org/ada/code.git")
    return folder


def test_clean_code_is_its_commit(repository: Path, tmp_path: Path) -> None:
    """Commit, branch and remote, the remote without credentials; no patch."""
    told = environment.code_seen(repository, tmp_path / "run")

    assert told == {
        "commit": git(repository, "rev-parse", "HEAD"), "branch": "trunk", "dirty": False,
        "remote": "https://example.org/ada/code.git",
    }  # fmt: skip


def test_what_differs_from_the_commit_is_kept_without_its_secrets(
    repository: Path, tmp_path: Path
) -> None:
    """The patch is stored and digested, and the run says that it was redacted."""
    (repository / "train.py").write_text(f"epochs = 4\nkey = '{TOKEN}'\n")
    (repository / "notes.txt").write_text("new")

    told = environment.code_seen(repository, tmp_path / "run")

    patch = (tmp_path / "run" / "patch.diff").read_text()
    assert told is not None
    assert (told["dirty"], told["patch_redacted"]) == (True, True)
    assert told["patch_digest"].startswith("ni:///sha-256;")
    assert "+epochs = 4" in patch
    assert "# untracked: notes.txt" in patch
    assert TOKEN not in patch


def test_a_patch_without_secrets_says_that_nothing_was_redacted(
    repository: Path, tmp_path: Path
) -> None:
    """The whole difference is there."""
    (repository / "train.py").write_text("epochs = 4\n")

    told = environment.code_seen(repository, tmp_path / "run")

    assert told is not None
    assert told["patch_redacted"] is False


def test_a_very_long_patch_is_cut_and_says_so(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A data file that was committed by mistake does not fill the knowledge base."""
    monkeypatch.setattr(environment, "PATCH_LENGTH", 50)
    (repository / "train.py").write_text("x\n" * 1000)

    environment.code_seen(repository, tmp_path / "run")

    assert (tmp_path / "run" / "patch.diff").read_text().endswith("# cut: the patch is longer\n")


def test_no_git_and_no_repository_are_said_by_saying_nothing(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is unknown is left out."""
    assert environment.code_seen(tmp_path, tmp_path / "run") is None
    monkeypatch.setenv("PATH", "")
    assert environment.code_seen(repository, tmp_path / "run") is None
    assert environment.git_person(repository) is None


def test_software_and_machine_are_told() -> None:
    """As the interpreter and the system say them."""
    told = environment.environment_seen()

    assert told["python"] == ".".join(map(str, sys.version_info[:3]))
    assert told["packages"]["numpy"] == np.__version__
    assert told["cores"] >= 1


def test_without_proc_nothing_is_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that does not say its memory has none in the record."""
    monkeypatch.setattr(environment.os, "sysconf", lambda _: (_ for _ in ()).throw(ValueError))
    monkeypatch.setattr(environment.platform, "processor", lambda: "")
    monkeypatch.setattr(
        environment.Path, "read_text", lambda *_, **__: (_ for _ in ()).throw(OSError)
    )

    told = environment.environment_seen()

    assert "memory" not in told
    assert "cpu" not in told


def test_looking_loads_no_framework() -> None:
    """A script that does not use Keras does not get it from us."""
    code = (
        "import sys\nfrom dlprov_rdf.capture.around import environment, seeds\n"
        "environment.environment_seen(); seeds.watch_seeds(print)\n"
        "print([m for m in ('numpy', 'keras', 'tensorflow', 'torch', 'jax') if m in sys.modules])"
    )
    said = output_of(code)

    assert said.strip() == "[]"


def test_each_seeding_is_seen_once() -> None:
    """Each call once, from then on until the watch is stopped."""
    seen: list[tuple[str, object]] = []
    importlib.import_module("numpy.random")  # numpy loads it when it is first used
    stop = seeds.watch_seeds(lambda by, value: seen.append((by, value)))

    random.seed(3)
    np.random.seed(4)
    stop()
    random.seed(5)

    assert seen == [("random.seed", 3), ("numpy.random.seed", 4)]
    assert not hasattr(random.seed, "dlprov_original")


def test_seeding_does_what_it_did() -> None:
    """The numbers that follow are the same, and a watcher's fault is its own."""

    def faulty(by: str, value: object) -> None:
        raise RuntimeError

    random.seed(3)
    expected = random.random()
    stop = seeds.watch_seeds(faulty)
    random.seed(3)
    got = random.random()
    stop()

    assert got == expected


def test_a_knowledge_base_within_the_code_does_not_make_it_dirty(repository: Path) -> None:
    """``./dlprov-kb`` is the default, and grows while the run is recorded."""
    run = repository / "dlprov-kb" / "logs" / "1"
    run.mkdir(parents=True)
    (run / "events.jsonl").write_text("{}\n")

    told = environment.code_seen(repository, run)

    assert told is not None
    assert told["dirty"] is False


def test_what_differs_is_told_of_the_whole_repository(repository: Path, tmp_path: Path) -> None:
    """A script may run in a folder of it and import from another."""
    (repository / "scripts").mkdir()
    (repository / "train.py").write_text("epochs = 5\n")

    environment.code_seen(repository / "scripts", tmp_path / "run")

    assert "+epochs = 5" in (tmp_path / "run" / "patch.diff").read_text()


def test_a_patch_keeps_octets_that_are_no_text(repository: Path, tmp_path: Path) -> None:
    """A source file in Latin-1 can be patched back."""
    (repository / "train.py").write_bytes(b"name = '\xe9'\n")

    environment.code_seen(repository, tmp_path / "run")

    assert b"+name = '\xe9'" in (tmp_path / "run" / "patch.diff").read_bytes()


def test_a_patch_that_cannot_be_stored_is_left_out(repository: Path, tmp_path: Path) -> None:
    """The commit is told all the same, and that the code differs from it."""
    (repository / "train.py").write_text("epochs = 4\n")
    (tmp_path / "run").write_text("a file is in the way")

    told = environment.code_seen(repository, tmp_path / "run")

    assert told is not None
    assert told["dirty"] is True
    assert "patch" not in told


def test_a_git_that_takes_long_does_not_make_the_code_clean(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What git did not say is not known: the patch says so."""
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    real = shutil.which("git")
    slow.write_text(f'#!/bin/sh\n[ "$3" = status ] && exec sleep 60\nexec {real} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:/usr/bin:/bin")
    monkeypatch.setattr(environment, "_SECONDS", 0.5)

    told = environment.code_seen(repository, tmp_path / "run")

    assert told is not None
    assert told["dirty"] is True
    assert "unknown" in (tmp_path / "run" / "patch.diff").read_text()


def test_the_first_of_two_distributions_of_a_name_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the one that Python imports; its name is written as PyPI writes it."""
    for folder, version in (("first", "2"), ("second", "1")):
        (tmp_path / folder / "Odd.__Name.dist-info").mkdir(parents=True)
        text = f"Metadata-Version: 2.1\nName: Odd.__Name\nVersion: {version}\n"
        (tmp_path / folder / "Odd.__Name.dist-info" / "METADATA").write_text(text)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "first"), str(tmp_path / "second")])

    assert environment.packages() == {"odd-name": "2"}


@pytest.mark.require("keras")
def test_looking_does_not_make_tensorflow_look_for_devices() -> None:
    """A script may choose its devices after it imported TensorFlow."""
    code = (
        "import tensorflow as tf\nfrom dlprov_rdf.capture.around import environment\n"
        "print('devices' in environment.framework_seen())\n"
        "tf.config.set_logical_device_configuration(\n"
        "    tf.config.list_physical_devices('CPU')[0],\n"
        "    [tf.config.LogicalDeviceConfiguration()] * 2)\n"
        "tf.constant(1)\nprint(environment.framework_seen()['devices'])"
    )
    said = output_of(code)

    assert said.splitlines() == ["False", "['/physical_device:CPU:0']"]


@pytest.mark.require("keras")
def test_a_seed_of_keras_is_told_as_one_call() -> None:
    """``keras.utils.set_random_seed`` seeds three generators: the user called one function."""
    code = (
        "import random, keras\nfrom dlprov_rdf.capture.around import seeds\n"
        "stop = seeds.watch_seeds(lambda by, value: print(by, value))\n"
        "keras.utils.set_random_seed(7)\nprint(random.random())\n"
        "stop()\nkeras.utils.set_random_seed(7)\nprint(random.random())"
    )
    said = output_of(code)

    told, watched, unwatched = said.splitlines()
    assert told == "keras.utils.set_random_seed 7"
    assert watched == unwatched


def test_a_generator_that_is_loaded_later_is_watched_too() -> None:
    """As numpy does with ``numpy.random`` when it is first used: by the very call that seeds."""
    code = (
        "import sys, numpy as np\nfrom dlprov_rdf.capture.around import seeds\n"
        "stop = seeds.watch_seeds(lambda by, value: print(by, value))\n"
        "np.random.seed(4)\nstop()\nnp.random.seed(5)\n"
        "print([one for one in sys.meta_path if 'dlprov' in type(one).__module__])"
    )
    said = output_of(code)

    assert said.splitlines() == ["numpy.random.seed 4", "[]"]


def test_a_watched_seeding_can_be_pickled() -> None:
    """It may be what starts the workers of a pool."""
    stop = seeds.watch_seeds(lambda by, value: None)
    copied = pickle.loads(pickle.dumps(random.seed))  # noqa: S301 -- our own bytes
    stop()

    assert copied.dlprov_original == random.seed


def test_what_was_seeded_before_a_run_began_is_told_by_the_run(tmp_path: Path) -> None:
    """A script that turns capture on, seeds, and then trains, has its seed recorded once."""
    stop = seeds.remember()
    random.seed(11)
    with start_run("r", kb=tmp_path) as run:
        random.seed(12)
    stop()

    told = [event for event in log.read_run(run.recorder.folder) if isinstance(event, SeedSet)]
    assert [(seed.by, seed.value) for seed in told] == [("random.seed", 11), ("random.seed", 12)]


def test_a_run_takes_over_the_seeds_of_the_run_that_it_is_within(tmp_path: Path) -> None:
    """``dlprov run`` of a script that seeds first and begins a run of its own then.

    What a run beside it seeded is not its own: that one has ended.
    """
    with start_run("script", kb=tmp_path):
        random.seed(11)
        with start_run("first", kb=tmp_path):
            random.seed(12)
        with start_run("second", kb=tmp_path) as second:
            pass

    told = [event for event in log.read_run(second.recorder.folder) if isinstance(event, SeedSet)]
    assert [(seed.by, seed.value) for seed in told] == [("random.seed", 11)]


def test_every_run_of_a_process_is_told_what_was_seeded_before_the_first(tmp_path: Path) -> None:
    """Two trainings in one script depend on the one seed at its head, both of them."""
    stop = seeds.remember()
    random.seed(11)
    with start_run("first", kb=tmp_path):
        random.seed(12)
    with start_run("second", kb=tmp_path) as second:
        pass
    stop()

    told = [event for event in log.read_run(second.recorder.folder) if isinstance(event, SeedSet)]
    assert [(seed.by, seed.value) for seed in told] == [("random.seed", 11)]

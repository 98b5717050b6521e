# SPDX-License-Identifier: Apache-2.0
"""Who may write: whoever can read the password, which lies in a file of mode 600.

Reads are open. Fuseki's own administration (taking a data set away, say) is no read.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

USER = "dlprov"

#: What of Fuseki's own is open, beside the data: that it lives, what it serves, its counts.
_OPEN = ("/$/ping", "/$/server", "/$/stats/**")

_SHIRO = """\
# Written by dlprov at each start of Fuseki. It holds the password: keep it to yourself.
[main]
ssl.enabled = false
[users]
{user} = {password}
[urls]
{open}
/$/** = authcBasic
/{dataset} = anon
/{dataset}/sparql = anon
/{dataset}/query = anon
/** = authcBasic[POST,PUT,PATCH,DELETE]
"""


def credentials(folder: Path) -> tuple[str, str] | None:
    """Tell user and password for writing to a knowledge base's Fuseki; None before its first start.

    Args:
        folder: The knowledge base's.
    """
    try:
        return USER, (folder / "fuseki" / "password").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def make_password(home: Path) -> str:
    """Read the password, or make one up: 192 bits, in letters that need no quoting."""
    path = home / "password"
    try:
        path.chmod(0o600)
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        password = secrets.token_urlsafe(24)
        write_secret(path, password + "\n")
        return password


def write_rules(home: Path, dataset: str) -> Path:
    """Write what Fuseki asks when somebody wants in."""
    path = home / "shiro.ini"
    opened = "\n".join(f"{path} = anon" for path in _OPEN)
    rules = _SHIRO.format(user=USER, password=make_password(home), open=opened, dataset=dataset)
    write_secret(path, rules)
    return path


def write_secret(path: Path, words: str) -> None:
    """Write a file that nobody else could read at any moment; it appears whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(words)
    draft.replace(path)

# SPDX-License-Identifier: Apache-2.0
"""Whether a port is free, and who has it where the system tells."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from dlprov_rdf.errors import PortTaken

_LISTENING = "0A"
_OPTION = "--config="


def check_free(host: str, port: int) -> None:
    """Go on only if nobody listens at a port.

    ``localhost`` is both its addresses: a stranger at ``::1`` would be asked first.

    Raises:
        PortTaken: Somebody does; the error says who, where that can be known.
        OSError: The host is no address of this machine, or the port not to be had.
    """
    hosts = ("127.0.0.1", "::1") if host == "localhost" else (host,)
    found = [
        one for name in hosts for one in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    ]
    for family, kind, protocol, _, address in found:
        with suppress(_NoSuchFamily), _socket(family, kind, protocol) as tried:
            try:
                tried.bind(address)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise PortTaken(port, holder(port)) from error
                if len(found) == 1 or error.errno != errno.EADDRNOTAVAIL:
                    raise


class _NoSuchFamily(Exception):
    """This machine has none of these addresses."""


def _socket(family: int, kind: int, protocol: int) -> socket.socket:
    try:
        made = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _NoSuchFamily from error
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


def holder(port: int) -> str | None:
    """Name the process that listens at a port of this machine; None where none can tell."""
    inodes = set(_inodes(port))
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if any(_inode(handle) in inodes for handle in (process / "fd").iterdir()):
                return _worded(process)
    return None


def _inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in Path("/proc/net", table).read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    yield fields[9]


def _inode(handle: Path) -> str | None:
    with suppress(OSError):
        kind, _, rest = str(handle.readlink()).partition(":[")
        return rest.rstrip("]") if kind == "socket" else None
    return None


def _worded(process: Path) -> str:
    """Name a process by its program, and a Fuseki of ours by its knowledge base."""
    words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    for word in words:
        if word.startswith(_OPTION) and word.endswith("/fuseki/config.ttl"):
            kb = Path(word.removeprefix(_OPTION)).parent.parent
            return f"the Fuseki of {str(kb)!r} (process {process.name})"
    name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    return f"{name!r} (process {process.name})"

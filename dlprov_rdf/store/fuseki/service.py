# SPDX-License-Identifier: Apache-2.0
"""Brings a knowledge base's Fuseki up, takes it down, and tells how it is.

One at a time does so, by a lock in its folder: of two that start it at once the first does,
and the second finds it.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from dlprov_rdf.errors import FusekiEnded, FusekiRunsOtherwise
from dlprov_rdf.store.fuseki import access, answering, configuration, java, ports, process
from dlprov_rdf.store.fuseki.jar import VERSION, OnProgress, jar, silently
from dlprov_rdf.store.fuseki.process import Started
from dlprov_rdf.store.lock import exclusive

PORT = 3030
HOST = "localhost"

#: The second compiler waits until code is really hot: it took a fifth of the start's processor
#: time, for code that only the start needs.
_STARTS_LEANER = (
    "-XX:+IgnoreUnrecognizedVMOptions",
    "-XX:Tier4InvocationThreshold=20000",
    "-XX:Tier4MinInvocationThreshold=5000",
    "-XX:Tier4CompileThreshold=40000",
)

#: Seconds to wait for another ``up`` or ``down``, which may be fetching the jar.
_OTHERS = 300


class Status(msgspec.Struct, frozen=True):
    """How a knowledge base's Fuseki is.

    ``triples`` sums up those of each named graph; None where it does not run or answer.
    """

    running: bool
    endpoint: str | None
    pid: int | None
    version: str | None
    triples: int | None
    graphs: int | None
    folder: str


def up(
    folder: Path, *, port: int | None = None, host: str = HOST, dataset: str | None = None,
    heap: int | None = None, seconds: float | None = None, jar_file: Path | None = None,
    wait: float = 120, on_progress: OnProgress = silently,
) -> Status:  # fmt: skip
    """Start a knowledge base's Fuseki, or find the one that runs, and wait until it answers.

    Args:
        folder: The knowledge base's.
        port: Where it listens; else where it did last, else 3030.
        host: Which of this machine's addresses it listens at; ``0.0.0.0`` is all of them.
        dataset: The name of the data set; else what its configuration says, else ``dlprov``.
        heap: Bytes that Java's objects may take; else a quarter of the memory, 0.5 to 4 GiB.
        seconds: That a query may take, where no configuration is there yet; else 120.
        jar_file: Fuseki itself, where it cannot be fetched.
        wait: Seconds until it must answer.
        on_progress: Is told, in words, what takes long.

    Raises:
        FusekiError: It cannot be had or started; each fault has a class of its own.
        MissingExtra: The extra ``fuseki`` is not installed.
    """
    home = folder.absolute() / "fuseki"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = exclusive(home / "lock", _OTHERS)
    try:
        started = process.running(home, here=True)
        if started is not None:
            _check_same(started, port, host, dataset)
        if started is None or not _still_there(home, started, wait):
            command = [*_java(home, heap), "-jar", str(jar(jar_file, on_progress))]
            started = _prepared(home, port, host, dataset, seconds, wait)
            _start(home, started, [*command, *_arguments(home, started)], wait)
    finally:
        lock.close()
    return status(folder)


def _java(home: Path, heap: int | None) -> list[str]:
    return [
        str(java.java()),
        f"-Xmx{(heap or java.heap()) // 2**20}m",
        *_STARTS_LEANER,
        "-Djava.awt.headless=true",
        f"-XX:ErrorFile={home / 'crash.log'}",
    ]


def _prepared(
    home: Path, port: int | None, host: str, dataset: str | None, seconds: float | None, wait: float
) -> Started:
    """Settle what is to be started: nothing of an earlier one is left, and the port is free."""
    before = process.last(home)
    if before is not None and before.process is not None:
        process.settle(before.process, wait)
    name = configuration.configured(home, dataset, seconds)
    there = port or (before.port if before else PORT)
    ports.check_free(host, there)
    return Started(None, host, there, name, VERSION)


def _arguments(home: Path, started: Started) -> list[str]:
    return [
        f"--config={home / 'config.ttl'}",
        f"--shiro={access.write_rules(home, started.dataset)}",
        "--no-cors",
        *configuration.listening(home, started.host, started.port),
    ]


def _start(home: Path, started: Started, command: list[str], wait: float) -> None:
    """Start it, and wait until it answers.

    Who it is is written down at once: if we are killed now, the next one finds it. Whoever
    breaks off (Ctrl-C) leaves no Fuseki behind.
    """
    environment = os.environ | {"FUSEKI_BASE": str(home / "run")}
    born = process.spawn(command, environment, home / "fuseki.log")
    started = msgspec.structs.replace(started, process=born)
    process.record(home, started)
    try:
        answering.await_answer(home, started, wait)
    except (KeyboardInterrupt, SystemExit):
        process.end(born, wait)
        raise


def _check_same(started: Started, port: int | None, host: str, dataset: str | None) -> None:
    """Refuse to give a Fuseki that runs as one that was asked for differently."""
    wished = (
        ("port", port, started.port),
        ("data set", dataset, started.dataset),
        ("host", None if host == HOST else host, started.host),
    )
    for what, asked, there in wished:
        if asked not in {None, there}:
            raise FusekiRunsOtherwise(started.endpoint, what, asked, there)


def _still_there(home: Path, started: Started, wait: float) -> bool:
    """Wait until the one that runs answers; tell whether it did not end meanwhile."""
    try:
        answering.await_answer(home, started, wait)
    except FusekiEnded:
        return False
    return True


def down(folder: Path, *, wait: float = 60) -> int | None:
    """End a knowledge base's Fuseki, and wait until it has.

    Only the process that ``up`` started is ended, never another that has its number now.
    What was committed is kept; what is under way is undone.

    Args:
        folder: The knowledge base's.
        wait: Seconds.

    Returns:
        The number of the process that was ended; None where none ran.

    Raises:
        FusekiStays: It did not end in time.
        FusekiElsewhere: Another machine started it.
    """
    home = folder.absolute() / "fuseki"
    if not home.is_dir():
        return None
    lock = exclusive(home / "lock", _OTHERS)
    try:
        started = process.running(home, here=True)
        if started is None or started.process is None:
            return None
        process.end(started.process, wait)
        process.record(home, msgspec.structs.replace(started, process=None))
        return started.process.pid
    finally:
        lock.close()


def last_address(folder: Path) -> str | None:
    """Tell the address of the Fuseki that was brought up last, whether it runs or not."""
    known = process.last(folder.absolute() / "fuseki")
    return known.endpoint if known else None


def status(folder: Path, *, seconds: float = 30) -> Status:
    """Tell how a knowledge base's Fuseki is.

    Args:
        folder: The knowledge base's.
        seconds: That counting may take.
    """
    home = folder.absolute() / "fuseki"
    started = process.running(home)
    if started is None or started.process is None:
        return Status(False, None, None, None, None, None, str(home))
    triples, graphs = answering.counts(started, seconds)
    return Status(
        True, started.endpoint, started.process.pid, started.version, triples, graphs, str(home)
    )

# SPDX-License-Identifier: Apache-2.0
"""Brings a knowledge base's Fuseki up, takes it down, and tells how it is.

One at a time does so, by a lock in its folder: of two that start it at once the first does,
and the second finds it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import httpx
import msgspec

from dlprov_rdf.errors import FusekiEnded, FusekiSetOtherwise, FusekiSilent
from dlprov_rdf.process import alive
from dlprov_rdf.store.fuseki import access, configuration, java, ports, process
from dlprov_rdf.store.fuseki.jar import VERSION, OnProgress, jar, silently
from dlprov_rdf.store.fuseki.process import Started
from dlprov_rdf.store.lock import exclusive

PORT = 3030
HOST = "localhost"

_PAUSE = 0.1
#: Seconds to wait for another ``up`` or ``down``, which may be fetching the jar.
_OTHERS = 300
_COUNT = (
    "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?graph) AS ?graphs) "
    "{ GRAPH ?graph { ?s ?p ?o } }"
)


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
    wait: float = 60, on_progress: OnProgress = silently,
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
        if started is None:
            program = java.java()
            checked = jar(jar_file, on_progress)
            name = configuration.configured(home, dataset, seconds)
            before = process.last(home)
            there = port or (before.port if before else PORT)
            ports.check_free(host, there)
            started = Started(None, host, there, name, VERSION)
            command = [str(program), *_java_options(home, heap), "-jar", str(checked)]
            command += [f"--config={home / 'config.ttl'}", "--no-cors"]
            command += [f"--shiro={access.write_rules(home, name)}"]
            command += configuration.listening(home, host, there)
            started = _start(home, started, command)
        else:
            _check_same(started, port, host, dataset)
        _wait(home, started, wait)
    finally:
        lock.close()
    return status(folder)


def _java_options(home: Path, heap: int | None) -> list[str]:
    return [
        f"-Xmx{(heap or java.heap()) // 2**20}m",
        "-Djava.awt.headless=true",
        f"-XX:ErrorFile={home / 'crash.log'}",
    ]


def _start(home: Path, started: Started, command: list[str]) -> Started:
    """Start it, and write down at once who it is: if we are killed now, the next finds it."""
    environment = os.environ | {"FUSEKI_BASE": str(home / "run")}
    born = process.spawn(command, environment, home / "fuseki.log")
    started = msgspec.structs.replace(started, process=born)
    process.record(home, started)
    return started


def _check_same(started: Started, port: int | None, host: str, dataset: str | None) -> None:
    """Refuse to give a Fuseki that runs as one that was asked for differently."""
    wished = (
        ("port", port, started.port),
        ("data set", dataset, started.dataset),
        ("host", None if host == HOST else host, started.host),
    )
    for what, asked, there in wished:
        if asked not in {None, there}:
            raise FusekiSetOtherwise(f"Fuseki at {started.endpoint}", what, asked, there)


def _wait(home: Path, started: Started, wait: float) -> None:
    """Wait until the data set answers; the process is ended if we are told to leave."""
    assert started.process is not None
    log = home / "fuseki.log"
    until = time.monotonic() + wait
    while not _answers(started):
        if not alive(started.process):
            process.end(started.process, 0)
            raise FusekiEnded(log, _last_words(log))
        if time.monotonic() > until:
            raise FusekiSilent(log, started.process.pid, wait)
        time.sleep(_PAUSE)


def _answers(started: Started) -> bool:
    try:
        return _asked(started, "ASK {}", 5).is_success
    except httpx.HTTPError:
        return False


def _asked(started: Started, query: str, seconds: float) -> httpx.Response:
    """Ask the data set a query, on this machine, by no proxy."""
    return httpx.get(
        f"{started.endpoint}/sparql",
        params={"query": query},
        headers={"accept": "application/sparql-results+json"},
        timeout=seconds,
        trust_env=False,
    )


def _last_words(log: Path) -> str:
    """Give the line of a log that most likely says why it ends."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-60:]
    except OSError as error:
        return str(error)
    told = [line for line in lines if line.strip()]
    faults = [line for line in told if "ERROR" in line or line.startswith("Error")]
    return (faults or told or ["it says nothing"])[-1].strip()


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
    triples, graphs = _counts(started, seconds)
    return Status(
        True, started.endpoint, started.process.pid, started.version, triples, graphs, str(home)
    )


def _counts(started: Started, seconds: float) -> tuple[int | None, int | None]:
    """Count triples and graphs; None where it does not answer."""
    try:
        answer = _asked(started, _COUNT, seconds).raise_for_status()
        row = answer.json()["results"]["bindings"][0]
        return int(row["triples"]["value"]), int(row["graphs"]["value"])
    except (httpx.HTTPError, ValueError, LookupError):
        return None, None

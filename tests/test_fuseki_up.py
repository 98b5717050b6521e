# SPDX-License-Identifier: Apache-2.0
"""``dlprov fuseki up`` and ``down``: never doubled, whole after a kill, and no stranger ended."""

from __future__ import annotations

from parts import require

require("fuseki")

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from fuseki_started import free_port, start, started
from told_runs import whole_tale

from dlprov_rdf import settings
from dlprov_rdf.errors import (
    FusekiElsewhere,
    FusekiEnded,
    FusekiRunsOtherwise,
    FusekiSilent,
    FusekiStays,
    PortTaken,
)
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.process import Process, alive, process_of, this_process
from dlprov_rdf.store import fuseki
from dlprov_rdf.store.fuseki import compaction, process

#: A process whose first thread ends, and another one when standard input does.
GOING = """
import ctypes, sys, threading
threading.Thread(target=sys.stdin.buffer.read).start()
print(flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""
ONE = b"<u:s> <u:p> <u:o> <u:g> .\n"


def _dlprov(*arguments: object) -> subprocess.Popen[str]:
    """Start our command line."""
    words = [sys.executable, "-m", "dlprov_rdf", "fuseki", *map(str, arguments)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[Path]:
    """Make a knowledge base whose path needs care; its Fuseki is ended in the end."""
    folder = tmp_path / "Übung 1"
    settings.make(folder)
    yield folder
    fuseki.down(folder)


def _stranger() -> subprocess.Popen[bytes]:
    """Start a process that is not ours to end."""
    return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)


def _remember(kb: Path, process_: Process | None, port: int = 3030) -> None:
    (kb / "fuseki").mkdir(exist_ok=True)
    known = process.Started(process_, "localhost", port, "dlprov", "6.2.0")
    process.record(kb / "fuseki", known)


def test_two_that_start_it_at_once_get_one(kb: Path) -> None:
    """One wins; both say its address, and neither fails. A third finds it as well."""
    port = free_port()
    both = [_dlprov("up", "--kb", kb, "--port", port, "--heap", "512m") for _ in range(2)]

    said = [(*one.communicate(), one.returncode) for one in both]

    address = f"http://localhost:{port}/dlprov"
    assert said == [(f"{address}\n", "", 0)] * 2
    found = fuseki.up(kb)
    assert (found.endpoint, found.running) == (address, True)
    with pytest.raises(FusekiRunsOtherwise, match=rf"its port is '{port}', not '1'"):
        fuseki.up(kb, port=1)


def test_what_was_committed_survives_a_kill(kb: Path) -> None:
    """The next ``up`` has the same port, password and data, at once after ``kill -9`` too."""
    before = start(kb)
    known = process_of(before.pid)
    before.load(ONE)

    os.kill(before.pid, signal.SIGKILL)
    while alive(known):
        pass
    again = start(kb, port=int(before.server.rpartition(":")[2]))

    assert again.pid != before.pid
    assert (again.address, again.password) == (before.address, before.password)
    assert again.select("SELECT ?s { ?s ?p ?o }") == [{"s": "u:s"}]


def test_one_that_is_letting_go_is_waited_for(kb: Path) -> None:
    """Killed, its first thread is gone before those that still hold its port and its data."""
    words = [sys.executable, "-c", GOING]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as going:
        known = process_of(going.pid)
        assert going.stdout is not None
        going.stdout.readline()
        while alive(known):
            time.sleep(0.01)
        _remember(kb, known)

        with pytest.raises(FusekiStays):
            fuseki.up(kb, port=free_port(), wait=0.2)
        going.communicate()


def test_one_that_was_killed_is_told_to_be_down(kb: Path) -> None:
    """What ``fuseki.json`` says of it is stale, and nothing is left of it to end."""
    dead = _stranger()
    _remember(kb, process_of(dead.pid))
    dead.kill()
    dead.communicate()

    told = fuseki.status(kb)

    assert (told.running, told.pid, told.endpoint) == (False, None, None)
    assert fuseki.down(kb) is None


def test_down_leaves_the_data_whole_and_no_process(kb: Path) -> None:
    """It has ended when ``down`` returns; what was put in is there at the next start."""
    with started(kb, dataset="lab") as first:
        first.load(ONE)

    assert alive(process_of(first.pid)) is False
    assert fuseki.down(kb) is None
    again = fuseki.up(kb)
    assert (again.endpoint, again.triples) == (first.address, 1)
    assert first.address.endswith("/lab")


def test_a_stranger_with_its_number_is_not_ended(kb: Path) -> None:
    """A pid is used again: who has it now, and began at another time, is somebody else."""
    stranger = _stranger()
    _remember(kb, msgspec.structs.replace(process_of(stranger.pid), started="1"))

    ended = fuseki.down(kb)

    assert (ended, stranger.poll()) == (None, None)
    assert fuseki.status(kb).running is False
    stranger.communicate(b"\n")


def test_one_of_another_machine_is_left_alone(kb: Path) -> None:
    """Its number means nothing here, and its data are not to be opened twice."""
    _remember(kb, msgspec.structs.replace(this_process(), host="elsewhere"))

    with pytest.raises(FusekiElsewhere, match="'elsewhere'"):
        fuseki.up(kb)
    with pytest.raises(FusekiElsewhere):
        fuseki.down(kb)
    (kb / "fuseki" / "fuseki.json").unlink()


def test_a_port_in_use_is_said_and_by_whom(kb: Path) -> None:
    """Nothing is started; the error names the process and the option."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken, match=rf"port {port}: .*process {os.getpid()}\).*--port"):
            fuseki.up(kb, port=port)

    assert fuseki.status(kb).running is False


def test_a_port_of_another_knowledge_bases_fuseki_is_said_so(kb: Path, tmp_path: Path) -> None:
    """The one who has it is named by its folder, which is what ``--kb`` takes."""
    with started(tmp_path / "other") as other:
        port = int(other.server.rpartition(":")[2])

        refused = _dlprov("up", "--kb", kb, "--port", port)
        said = refused.communicate()[1]

    assert refused.returncode == 3
    assert f"the Fuseki of '{tmp_path / 'other'}' (process {other.pid})" in said


def test_one_that_ends_at_once_says_why(kb: Path) -> None:
    """The log's own words, and where it is: the folder of its data is a file here."""
    (kb / "fuseki").mkdir()
    (kb / "fuseki" / "tdb2").write_text("no folder")

    with pytest.raises(FusekiEnded, match=r"fuseki\.log: .*Caused by.*tdb2"):
        fuseki.up(kb, port=free_port())

    assert fuseki.status(kb).running is False


def test_one_that_does_not_answer_is_said_so_and_can_be_ended(kb: Path) -> None:
    """It is stopped in its tracks; ``status`` says what is known, and ``down`` ends it."""
    running = start(kb)
    os.kill(running.pid, signal.SIGSTOP)

    with pytest.raises(FusekiSilent, match=f"process {running.pid}"):
        fuseki.up(kb, wait=0.5)
    told = fuseki.status(kb, seconds=0.5)
    os.kill(running.pid, signal.SIGCONT)

    assert (told.running, told.triples) == (True, None)
    assert fuseki.down(kb) == running.pid


def test_a_query_is_ended_after_its_time(kb: Path) -> None:
    """What would go on for ever is answered 503 when the time of the configuration is over."""
    fuseki.up(kb, port=free_port(), seconds=0.2, heap=512 * 2**20)
    running = start(kb, port=int(str(fuseki.status(kb).endpoint).split(":")[2].split("/")[0]))
    running.load(b"".join(b"<u:s%d> <u:p> <u:o> <u:g> .\n" % number for number in range(300)))
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"

    answer = httpx.get(
        f"{running.address}/sparql", params={"query": endless}, trust_env=False, timeout=60
    )

    assert answer.status_code == 503


def test_another_address_is_used_when_it_is_named(kb: Path) -> None:
    """And no other: localhost is closed then."""
    port = free_port()

    told = fuseki.up(kb, port=port, host="127.0.0.2", heap=512 * 2**20)

    assert told.endpoint == f"http://127.0.0.2:{port}/dlprov"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)


def test_the_command_line_says_what_interface_says(kb: Path) -> None:
    """``status`` before, between and after; ``up`` says the address, ``down`` is exit 0 twice."""
    port = free_port()

    def said(*words: object) -> tuple[str, int]:
        one = _dlprov(*words, "--kb", kb)
        return one.communicate()[0], one.returncode

    before = json.loads(said("status", "--format", "json")[0])
    up = said("up", "--port", port, "--heap", "512m")
    between = json.loads(said("status", "--format", "json")[0])
    downs = [said("down"), said("down")]

    names = ["running", "endpoint", "pid", "version", "triples", "graphs", "folder"]
    assert list(before) == list(between) == names
    assert before["running"] is False
    assert up == (f"http://localhost:{port}/dlprov\n", 0)
    assert (between["running"], between["endpoint"]) == (True, up[0].strip())
    assert (between["triples"], between["graphs"]) == (0, 0)
    assert downs == [("", 0), ("", 0)]


def test_it_is_compacted_when_it_takes_much_more_room_than_it_needs(
    kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not after every push, for that takes as long as the push itself."""
    whole_tale("a").write(kb)
    address = fuseki.up(kb, port=free_port()).endpoint
    assert address is not None
    data = kb / "fuseki" / "tdb2"

    KnowledgeBase.open(kb).push(address)
    assert [one.name for one in data.glob("Data-*")] == ["Data-0001"]
    monkeypatch.setattr(compaction, "_ANYWAY", 0)
    KnowledgeBase.open(kb).push(address, again=True)

    assert [one.name for one in data.glob("Data-*")] == ["Data-0002"]
    assert fuseki.status(kb).triples

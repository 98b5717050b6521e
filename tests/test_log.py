# SPDX-License-Identifier: Apache-2.0
"""The log: what is good in it is read, what is not is told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlprov_rdf import log
from dlprov_rdf.errors import (
    ForeignLine,
    SequenceGap,
    TornRecord,
    UnknownEventKind,
    UnknownLogFormat,
)
from dlprov_rdf.events import FORMAT, Event, FoundDead, LogStarted, Metric

HEADER = LogStarted(seq=0, at=1, run="r", format=FORMAT)


def metric(seq: int, value: float | str = 0.5) -> Metric:
    """Make a metric's event."""
    return Metric(seq=seq, at=seq + 1, name="loss", value=value)


def written(folder: Path, *lines: Event | bytes) -> Path:
    """Write a log of events and raw lines."""
    path = folder / "events.jsonl"
    raw = [line if isinstance(line, bytes) else log.encode(line) + b"\n" for line in lines]
    path.write_bytes(b"".join(raw))
    return path


def test_a_log_gives_back_what_was_written(tmp_path: Path) -> None:
    """The same events in the same order, the values that JSON lacks too."""
    events = [HEADER, metric(1), metric(2, "NaN"), metric(3, "-INF")]

    assert list(log.read(written(tmp_path, *events))) == events


@given(cut=st.integers(min_value=1))
def test_a_log_cut_anywhere_gives_every_whole_record(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    """After a kill at any octet the whole records are there, and no other."""
    events = [HEADER, metric(1), metric(2), metric(3)]
    path = written(tmp_path_factory.mktemp("log"), *events)
    octets = path.read_bytes()[: 1 + cut % len(path.read_bytes())]
    path.write_bytes(octets)

    recovered = log.recover(path)

    whole = octets.count(b"\n") + (octets.split(b"\n")[-1][-1:] == b"}" and octets[-1:] != b"\n")
    assert recovered.events == events[: len(recovered.events)]
    assert len(recovered.events) in {octets.count(b"\n"), whole}


def test_a_torn_tail_is_told_with_its_line(tmp_path: Path) -> None:
    """The line that was cut is named, and not guessed at."""
    path = written(tmp_path, HEADER, metric(1), log.encode(metric(2))[:20])

    recovered = log.recover(path)

    assert recovered.events == [HEADER, metric(1)]
    assert [(type(fault), fault.line) for fault in recovered.faults] == [(TornRecord, 3)]


def test_what_follows_a_torn_line_is_read(tmp_path: Path) -> None:
    """A disk that was full for a while tears one line and no more."""
    torn = log.encode(metric(1))[:20] + b"\n"
    path = written(tmp_path, HEADER, torn, metric(2))

    recovered = log.recover(path)

    assert recovered.events == [HEADER, metric(2)]
    assert [type(fault) for fault in recovered.faults] == [TornRecord, SequenceGap]


def test_a_gap_in_the_sequence_is_told(tmp_path: Path) -> None:
    """Lost events leave a gap, and the gap says how many."""
    fault = log.recover(written(tmp_path, HEADER, metric(1), metric(5))).faults[0]

    assert isinstance(fault, SequenceGap)
    assert (fault.line, fault.missing) == (3, 3)


@pytest.mark.parametrize("line", [b"hello\n", b"[1,2]\n", b'{"a":1}\n', b"\xff\xfe\n", b'"x"\n'])
def test_a_foreign_line_is_told_and_passed_over(tmp_path: Path, line: bytes) -> None:
    """Somebody's stray line costs nothing but a word about it."""
    recovered = log.recover(written(tmp_path, HEADER, line, metric(1)))

    assert recovered.events == [HEADER, metric(1)]
    assert [(type(fault), fault.line) for fault in recovered.faults] == [(ForeignLine, 2)]


def test_an_unknown_kind_is_an_error_that_says_so(tmp_path: Path) -> None:
    """A newer version's event is not passed over in silence."""
    path = written(tmp_path, HEADER, b'{"kind":"teleported","seq":1,"at":2}\n')

    with pytest.raises(UnknownEventKind, match=r"events.jsonl:2: unknown event kind 'teleported'"):
        list(log.read(path))


def test_an_unknown_field_is_kept(tmp_path: Path) -> None:
    """A newer version's field does no harm, and can still be read."""
    line = b'{"kind":"metric","seq":1,"at":2,"name":"loss","value":0.5,"mood":"good"}\n'
    record = list(log.records(written(tmp_path, HEADER, line)))[1]

    assert record.event == metric(1)
    assert log.unknown_fields(record) == {"mood": "good"}


def test_a_log_of_another_format_is_refused(tmp_path: Path) -> None:
    """A format that is not known is not guessed at."""
    path = written(tmp_path, LogStarted(seq=0, at=1, run="r", format="2.0"), metric(1))

    with pytest.raises(UnknownLogFormat, match=r"'2\.0'"):
        list(log.read(path))
    assert log.recover(path).events == []


def test_what_is_learned_later_is_appended_after_a_torn_line(tmp_path: Path) -> None:
    """A later event never joins a line that was cut."""
    path = tmp_path / "later" / "found-dead.jsonl"
    for _ in range(2):
        log.append(path, HEADER, lambda seq: FoundDead(seq=seq, at=9, last_event_at=seq))
    with path.open("ab") as file:
        file.write(b'{"kind":"fou')

    log.append(path, HEADER, lambda seq: FoundDead(seq=seq, at=9, last_event_at=seq))

    assert [event.seq for event in log.recover(path).events] == [0, 1, 2, 3]


def test_the_files_of_a_run_come_in_their_order(tmp_path: Path) -> None:
    """Rank 0 first, then the other ranks by number, then what was learned later."""
    (tmp_path / "later").mkdir()
    names = ["events.10.jsonl", "events.2.jsonl", "events.jsonl", "later/found-dead.jsonl"]
    for name in names:
        (tmp_path / name).touch()

    found = log.files(tmp_path)

    assert found == [names[2], names[1], names[0], names[3]]

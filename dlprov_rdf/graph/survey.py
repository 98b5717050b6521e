# SPDX-License-Identifier: Apache-2.0
"""The first look at a run's events: what must be known before anything can be said.

It keeps what grows with a run's steps, data and trainings, never with its epochs: which
things are told of at all, how each measure is to be read, how often each was observed,
how everything ended, and what was lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dlprov_rdf.events import (
    END_STATES,
    Adapted,
    Annotated,
    ArchitectureSeen,
    DataReduced,
    DataSeen,
    EpochEnded,
    EpochStarted,
    Event,
    EventsLost,
    FileSeen,
    FoundDead,
    LogStarted,
    MeasureSeen,
    Metric,
    ModelSeen,
    PersonSeen,
    PlanDeclared,
    RunEnded,
    RunStarted,
    Selected,
    StepEnded,
    StepStarted,
    TrainingEnded,
    TrainingStarted,
)
from dlprov_rdf.graph.epochs_told import EpochsTold, training_of

#: The rank that files of what was learned later give themselves.
LATER = "later"


class Losses:
    """What a log lost: in each file what it says itself or what its numbering lacks.

    Attributes:
        lengths: How many events each file has, those before any LogStarted first.
    """

    def __init__(self) -> None:
        self._before = self._said = self._missing = self._expected = 0
        self.lengths = [0]

    def next_file(self) -> None:
        """Begin to count afresh."""
        self._before = self.count
        self._said = self._missing = self._expected = 0
        self.lengths.append(0)

    def see(self, seq: int) -> None:
        """Look at an event's number in its file."""
        self.lengths[-1] += 1
        if seq > self._expected:
            self._missing += seq - self._expected
        self._expected = max(self._expected, seq + 1)

    def say(self, count: int) -> None:
        """Take in what a file says of itself."""
        self._said += count

    @property
    def count(self) -> int:
        """How many events were lost."""
        return self._before + max(self._said, self._missing)


class Survey:
    """What a run's events say, taken together.

    Attributes:
        software: What wrote the log, as it says: ``dlprov-rdf 0.1.0``.
        started: The beginning of the run, if the log has it.
        ended: The run's own end.
        last_at: The time of the run's last event.
        kinds: For each local id that is told of: data, model, file, architecture, step or
            training.
        begun: The epochs that began; ``whole``: those that ended.
        last_of: The time of each training's and step's last event.
        last_epochs: The highest epoch that each training began.
        closed: The steps and trainings that told their end.
        architectures: The last telling of each architecture.
        measures: What a reported name stands for, by activity (None: any) and name.
        counts: How often each reported name was observed, by rank.
        batch_counts: How often of a batch, which is apart.
        said: What somebody said later, with the rank of the file that tells it.
        plan: What was declared to be done, the first time.
        people: The ORCIDs of those who took part, by name.
        names: What models of other runs are called there.
        reduced: The trainings whose data were reduced after their first epoch began.
    """

    def __init__(self) -> None:
        self.software = ""
        self.started: RunStarted | None = None
        self.ended: RunEnded | None = None
        self.found_dead: int | None = None
        self.last_at = 0
        self.kinds: dict[str, str] = {}
        self.begun = EpochsTold()
        self.whole = EpochsTold()
        self.last_of: dict[str, int] = {}
        self.last_epochs: dict[str, int] = {}
        self.closed: set[str] = set()
        self.architectures: dict[str, ArchitectureSeen] = {}
        self.measures: dict[tuple[str | None, str], MeasureSeen] = {}
        self.counts: dict[str, Counter[str]] = {}
        self.said: list[tuple[str, Annotated]] = []
        self.plan: PlanDeclared | None = None
        self.people: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.reduced: set[str] = set()
        self.losses = Losses()
        self.rank = "0"
        self.observed: Counter[str] = self.counts.setdefault("0", Counter())
        self.batch_counts: dict[str, Counter[str]] = {}

    @property
    def has_trainings(self) -> bool:
        """Whether the run trained anything."""
        return "training" in self.kinds.values()

    @property
    def end_state(self) -> str | None:
        """How the run ended; None while nobody knows."""
        if self.ended is not None:
            return self.ended.status
        return None if self.found_dead is None else "interrupted"

    @property
    def last_event_at(self) -> int:
        """The time of the last event of a run that was found dead."""
        return max(self.found_dead or 0, self.last_at)

    def is_series(self, rank: str, name: str, *, batches: bool) -> bool:
        """Tell whether a reported name was observed too often to be told one by one."""
        most = self.started.series_after if self.started is not None else 10_000
        counts = self.batch_counts if batches else self.counts
        return counts.get(rank, Counter())[name] > most

    def is_epoch(self, name: str) -> bool:
        """Tell whether a local name is that of an epoch that is told of."""
        return name in self.begun or name in self.whole


def as_surveyed(events: Iterable[Event], seen: Survey) -> Iterator[Event]:
    """Yield a run's events again, without those that were written since the survey.

    Args:
        events: The same, read again; while the run goes on its files grow.
        seen: What the first reading found.
    """
    lengths = iter(seen.losses.lengths)
    left = next(lengths)
    for event in events:
        if type(event) is LogStarted:
            left = next(lengths, 0)
        if left > 0:
            left -= 1
            yield event


def survey(events: Iterable[Event]) -> Survey:
    """Look through a run's events once.

    Args:
        events: Of all of the run's files, each file's LogStarted first.
    """
    seen = Survey()
    for event in events:
        kind = type(event)
        if kind is LogStarted:
            seen.losses.next_file()
        seen.losses.see(event.seq)
        notice = _NOTICE.get(kind)
        if notice is not None:
            notice(seen, event)
        if seen.rank != LATER and event.at > seen.last_at:
            seen.last_at = event.at
    return seen


def _log_started(seen: Survey, event: LogStarted) -> None:
    seen.software = seen.software or event.software
    seen.rank = event.rank
    seen.observed = seen.counts.setdefault(event.rank, Counter())


def _lost(seen: Survey, event: EventsLost) -> None:
    seen.losses.say(event.count)


def _run_started(seen: Survey, event: RunStarted) -> None:
    seen.started = seen.started or event
    _known(seen, event.person, event.orcid)


def _person(seen: Survey, event: PersonSeen) -> None:
    _known(seen, event.name, event.orcid)


def _known(seen: Survey, name: str | None, orcid: str | None) -> None:
    if name is not None and orcid is not None:
        seen.people.setdefault(name, orcid)


def _plan(seen: Survey, event: PlanDeclared) -> None:
    seen.plan = seen.plan or event


def _run_ended(seen: Survey, event: RunEnded) -> None:
    if event.status in END_STATES:
        seen.ended = seen.ended or event


def _found_dead(seen: Survey, event: FoundDead) -> None:
    seen.found_dead = max(seen.found_dead or 0, event.last_event_at)


def _thing(kind: str) -> Callable[[Survey, Any], None]:
    def notice(seen: Survey, event: Any) -> None:
        seen.kinds.setdefault(event.id, kind)

    return notice


def _architecture(seen: Survey, event: ArchitectureSeen) -> None:
    seen.kinds.setdefault(event.id, "architecture")
    seen.architectures[event.id] = event


def _began(kind: str) -> Callable[[Survey, Any], None]:
    def notice(seen: Survey, event: Any) -> None:
        seen.kinds.setdefault(event.id, kind)
        seen.last_of[event.id] = event.at

    return notice


def _closed(seen: Survey, event: StepEnded | TrainingEnded) -> None:
    seen.closed.add(event.id)


def _epoch_started(seen: Survey, event: EpochStarted) -> None:
    seen.begun.add(event.id, event.training, event.number)
    reached = seen.last_epochs.get(event.training, 0)
    seen.last_epochs[event.training] = max(event.number, reached)
    seen.last_of[event.training] = event.at


def _epoch_ended(seen: Survey, event: EpochEnded) -> None:
    seen.whole.add(event.id, event.training, event.number)
    seen.last_of[event.training] = event.at
    seen.observed.update(event.metrics.keys())


def _measure(seen: Survey, event: MeasureSeen) -> None:
    seen.measures[event.of, event.reported_as] = event


def _metric(seen: Survey, event: Metric) -> None:
    if event.batch is None:
        seen.observed[event.name] += 1
    else:
        seen.batch_counts.setdefault(seen.rank, Counter())[event.name] += 1
    if event.of is not None:
        seen.last_of[training_of(event.of) or event.of] = event.at


def _adapted(seen: Survey, event: Adapted) -> None:
    seen.last_of[event.training] = event.at


def _annotated(seen: Survey, event: Annotated) -> None:
    seen.said.append((seen.rank, event))


def _data_reduced(seen: Survey, event: DataReduced) -> None:
    seen.last_of[event.training] = event.at
    if event.training in seen.last_epochs:
        seen.reduced.add(event.training)


def _selected(seen: Survey, event: Selected) -> None:
    seen.names.update(event.names)


_NOTICE: dict[type[Event], Callable[[Survey, Any], None]] = {
    LogStarted: _log_started,
    EventsLost: _lost,
    RunStarted: _run_started,
    RunEnded: _run_ended,
    FoundDead: _found_dead,
    DataSeen: _thing("data"),
    FileSeen: _thing("file"),
    ModelSeen: _thing("model"),
    ArchitectureSeen: _architecture,
    StepStarted: _began("step"),
    StepEnded: _closed,
    TrainingStarted: _began("training"),
    TrainingEnded: _closed,
    EpochStarted: _epoch_started,
    EpochEnded: _epoch_ended,
    MeasureSeen: _measure,
    Metric: _metric,
    Adapted: _adapted,
    Annotated: _annotated,
    DataReduced: _data_reduced,
    PersonSeen: _person,
    Selected: _selected,
    PlanDeclared: _plan,
}

# SPDX-License-Identifier: Apache-2.0
"""What is known of a run while its graph is being told: the names given, and what was said.

It holds something for each step, training, setting and data occurrence; of epochs and
metrics it holds the last and the best of each measure only.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial

from pyoxigraph import NamedNode, Quad

from dlprov_rdf.events import Event
from dlprov_rdf.graph import literals
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.iris import Iris, absolute, has_scheme
from dlprov_rdf.graph.planned import PlanBook
from dlprov_rdf.graph.reported import Reported
from dlprov_rdf.graph.survey import LATER, Survey

_ENTITIES = frozenset({"data", "model", "file", "architecture"})
_ACTIVITIES = frozenset({"step", "training"})

#: Nouns of things that an event tells of by their local name.
_TOLD_OF = _ENTITIES | _ACTIVITIES | {"rank"}


@dataclass(slots=True)
class Given:
    """Something that an activity used, with its role."""

    node: NamedNode
    kind: str
    role: str | None


@dataclass(slots=True)
class Stage:
    """A step, while and after it ran; ``batches``: what was reported of batches."""

    node: NamedNode
    kind: str
    given: list[Given] = field(default_factory=list)
    reported: dict[str, Reported] = field(default_factory=dict)
    batches: dict[str, Reported] = field(default_factory=dict)


@dataclass(slots=True)
class InForce:
    """A hyperparameter's setting as it stands."""

    node: NamedNode
    value: object
    adapted: bool = False


@dataclass(slots=True)
class Course:
    """A training, while and after it ran; one that the log lost has no node.

    Attributes:
        settings: In force now, by what they belong to and their name.
        before: The adapted settings that were in force when the open epoch began.
        changes: What was adapted since then: the key, the setting, and whether between batches.
        open: The epoch that began and has not ended: its local name and node.
        model: The state that the last whole epoch left.
        reduced: The smaller data that the training goes on with, by the larger.
        fed: The training data that the open epoch began with.
        techniques: Agents and plans that may change something, by type and name.
        reported: Measures by printed name; ``batches``: those of batches.
    """

    name: str
    node: NamedNode | None
    architecture: NamedNode | None = None
    given: list[Given] = field(default_factory=list)
    settings: dict[tuple[str | None, str], InForce] = field(default_factory=dict)
    before: dict[tuple[str | None, str], InForce] = field(default_factory=dict)
    changes: list[tuple[tuple[str | None, str], InForce, bool]] = field(default_factory=list)
    open: tuple[str, NamedNode] | None = None
    model: NamedNode | None = None
    reduced: dict[NamedNode, NamedNode] = field(default_factory=dict)
    fed: list[NamedNode] = field(default_factory=list)
    techniques: dict[tuple[str, str], NamedNode] = field(default_factory=dict)
    reported: dict[str, Reported] = field(default_factory=dict)
    batches: dict[str, Reported] = field(default_factory=dict)

    def in_role(self, role: str) -> list[NamedNode]:
        """List the data that have a role in this training, and have not given way to fewer."""
        return [
            one.node
            for one in self.given
            if one.kind == "data" and one.role == role and one.node not in self.reduced
        ]


def serial(rank: str, event: Event) -> str:
    """Name an event within its run, by the rank of the file that tells it."""
    if rank == "0":
        return str(event.seq)
    return f"{rank}.{event.at}.{event.seq}" if rank == LATER else f"{rank}.{event.seq}"


class Account:
    """The state of one telling.

    Attributes:
        say: Makes a quad in the run's graph of a subject, a predicate and an object.
        told: Local ids that have been described by now: only what was told before can be
            what something derives from, so that no derivation ever comes round.
        made: Data of which was told what generated them.
        rank: Whose file is being read.
        foreign: Models of other runs that this one refers to; what made them is not said here.
        own: What was set, used and reported by the run itself.
        one_by_one: Whether each observation of a long series is told, too.
        said_directions: Which way is better, by measure, as somebody said later.
        plan: Which steps of the plan were carried out, by what.
    """

    def __init__(self, iris: Iris, survey: Survey, *, one_by_one: bool = False) -> None:
        self.iris, self.survey, self.one_by_one = iris, survey, one_by_one
        self.run, self.graph = iris.run, iris.graph
        self.say = partial(Quad, graph_name=iris.graph)
        self.process = iris.in_run("process")
        self.told: set[str] = set()
        self.made: set[str] = set()
        self.rank = "0"
        self.stages: dict[str, Stage] = {}
        self.courses: dict[str, Course] = {}
        self.own = Course(name="", node=iris.run)
        self.said_directions: dict[NamedNode, str] = {}
        self.foreign: dict[str, NamedNode] = {}
        self.plan = PlanBook(survey.plan)
        self.dangling: dict[str, None] = {}
        self._said: set[Hashable] = set()

    def first(self, *what: Hashable) -> bool:
        """Tell whether this is said for the first time; from now on it has been."""
        if what in self._said:
            return False
        self._said.add(what)
        return True

    def describe(self, node: NamedNode, label: str | None, *classes: NamedNode) -> Iterator[Quad]:
        """Yield the classes of a node, and its label if it has none yet."""
        for one in classes:
            yield self.say(node, v.RDF_TYPE, one)
        if label is not None and self.first("label", node):
            yield self.say(node, v.RDFS_LABEL, literals.text(label))

    def is_a(self, node: NamedNode, kind: NamedNode) -> Iterator[Quad]:
        """Yield a class of a node that several events may tell of, once."""
        if self.first("class", node, kind):
            yield self.say(node, v.RDF_TYPE, kind)

    def serial(self, event: Event) -> str:
        """Name an event within its run."""
        return serial(self.rank, event)

    def thing(self, about: str | None) -> NamedNode | None:
        """Find what somebody spoke of later; None, and noted, if the log lost it.

        Args:
            about: As in `Annotated`. What is named by no event of its own, ``code`` say, is
                taken as it is said.
        """
        if about is None:
            return self.run
        owner = about.split("/")
        known = (
            about.startswith("/")
            or has_scheme(about)
            or owner[0] not in _TOLD_OF
            or any("/".join(owner[:end]) in self.survey.kinds for end in (2, 4))
        )
        node = self.iris.spoken_of(about)
        return node if known and node is not None else self._found(about, known=False)

    def entity(self, name: str) -> NamedNode | None:
        """Find an entity by its local id; None, and noted, if the log does not tell of it."""
        known = self.survey.kinds.get(name) in _ENTITIES
        return self._elsewhere(name) or self._found(name, known=known)

    def origin(self, name: str) -> NamedNode | None:
        """Find an entity that was told of before now, for something to derive from."""
        known = name in self.told and self.survey.kinds.get(name) in _ENTITIES
        return self._elsewhere(name) or self._found(name, known=known)

    def activity(self, name: str) -> NamedNode | None:
        """Find a step, a training or an epoch by its local id; None, and noted, if lost."""
        return self._found(
            name,
            known=self.survey.kinds.get(name) in _ACTIVITIES or self.survey.is_epoch(name),
        )

    def anything(self, name: str) -> NamedNode | None:
        """Find whatever has a local id; None, and noted, if lost."""
        return self._found(name, known=name in self.survey.kinds or self.survey.is_epoch(name))

    def of_kind(self, name: str, kind: str) -> NamedNode | None:
        """Find something of one kind by its local id; None, and noted, if lost."""
        foreign = self._elsewhere(name) if kind == "model" else None
        return foreign or self._found(name, known=self.survey.kinds.get(name) == kind)

    def _elsewhere(self, name: str) -> NamedNode | None:
        """Name a model of another run, ``../RUN/model/36``, or of another knowledge base."""
        if name.startswith("../"):
            run, _, local = name.removeprefix("../").partition("/")
            node = Iris(self.iris.base, run).local(local) if run and local else None
        else:
            node = absolute(name)
        if node is not None:
            self.foreign[name] = node
        return node

    def _found(self, name: str, *, known: bool) -> NamedNode | None:
        if known:
            return self.iris.local(name)
        self.dangling[name] = None
        return None

    def course(self, training: str) -> Course:
        """Find a training's course; one that the log lost has no node and no facts."""
        course = self.courses.get(training)
        if course is None:
            self.dangling[training] = None
            course = self.courses[training] = Course(name=training, node=None)
        return course

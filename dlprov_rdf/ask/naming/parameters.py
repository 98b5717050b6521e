# SPDX-License-Identifier: Apache-2.0
"""From what was given to the terms that a question is bound to, with its defaults.

The order is that of the narrowing: the run, the model, the training; then the run by
default, which is the newest that can answer; then what was reported there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from dlprov_rdf.ask.naming import data, measures, names, runs, trained
from dlprov_rdf.ask.sparql import Asked, foresee
from dlprov_rdf.errors import NotFound, WrongParameter

if TYPE_CHECKING:
    from dlprov_rdf.ask.binding import Term
    from dlprov_rdf.ask.header import Parameter, Question
    from dlprov_rdf.store.base import Store

_COUNTS = {"epoch": 0, "k": 1, "window": 1}

#: Parameters that are words, several of them with commas between or as a list.
_WORDS = ("from", "to", "through", "not_through", "where", "show", "paths", "profile")

#: What is asked first to find what a name stands for.
_ASKED: dict[str, Callable[[str], Iterable[Asked]]] = {
    "run": runs.asked,
    "other": runs.asked,
    "model": lambda name: [names.models_asked(name)],
    "training": lambda name: [names.trainings_asked(name)],
    "data": lambda name: [data.asked(name)],
    "measure": lambda name: [measures.measures_asked(name)],
    "hyperparameter": lambda name: [measures.hyperparameters_asked(name)],
}

#: Parameters that can be a thing of one run.
_OF_A_RUN = {"model", "training", "metric", "data"}


@dataclass
class Resolved:
    """The terms of each parameter (None does not restrict), and what was assumed."""

    terms: dict[str, tuple[Term, ...] | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def one(self, name: str) -> NamedNode | None:
        """Give a parameter's only IRI, if it has one."""
        terms = self.terms.get(name) or ()
        return terms[0] if len(terms) == 1 and isinstance(terms[0], NamedNode) else None

    def iri(self, name: str) -> NamedNode:
        """Give the only IRI of a parameter that has one."""
        found = self.one(name)
        if found is None:
            raise LookupError(name)
        return found

    def words(self, name: str) -> tuple[str, ...]:
        """Give the words of a parameter; none where nothing was said."""
        return tuple(term.value for term in self.terms.get(name) or ())

    def start(self) -> NamedNode:
        """Give the node where the walk of a question starts: its one metric or thing."""
        names_of_starts = ("metric", "thing", "state", "model")
        found = next((one for name in names_of_starts if (one := self.one(name))), None)
        if found is None:
            raise LookupError("metric or thing")
        return found

    def iris(self, name: str) -> tuple[NamedNode, ...] | None:
        """Give a parameter's IRIs, or None where it does not restrict."""
        terms = self.terms.get(name)
        return None if terms is None else tuple(t for t in terms if isinstance(t, NamedNode))


def resolve(store: Store, base: str, question: Question, given: Mapping[str, object]) -> Resolved:
    """Resolve what was given for a question.

    Args:
        store: Where names are looked up.
        base: This knowledge base's BASE.
        question: Says its parameters and their defaults.
        given: By parameter: text as people type it, a number, a term, which is taken as it
            is, or a list of words where there can be several.

    Returns:
        A value, or None, for each parameter of the question.

    Raises:
        WrongParameter: One is missing, unknown, or of a kind that it cannot be.
        NotFound: A name stands for nothing.
        Ambiguous: A name stands for several things.
    """
    return _Resolving(store, base, question, given).all()


class _Resolving:
    """One question being asked: the names given, and what they were resolved to so far."""

    def __init__(
        self, store: Store, base: str, question: Question, given: Mapping[str, object]
    ) -> None:
        self.store, self.base, self.question = store, base, question
        self.given = {name: value for name, value in given.items() if value is not None}
        self.resolved = Resolved()
        self._check()

    def _check(self) -> None:
        for name, value in self.given.items():
            if self.question.parameter(name) is None:
                known = ", ".join(parameter.name for parameter in self.question.given)
                raise self._wrong(name, "there is no such parameter", f"It takes: {known}.")
            if value == "" or isinstance(value, bool):
                raise self._wrong(name, f"{value!r} is no value", "Give one, or leave it out.")

    def _foreseen(self) -> Iterator[Asked]:
        """Give what is asked first to resolve what was given."""
        for parameter in self.question.given:
            named = self.given.get(parameter.name) or parameter.default
            if isinstance(named, str) and (asked := _ASKED.get(parameter.name)):
                yield from asked(named.strip())

    def all(self) -> Resolved:
        """Resolve every parameter that the question has, in the order of the narrowing."""
        foresee(self.store, self._foreseen())
        for name, step in {
            "run": self._run,
            "other": self._other,
            "model": self._model,
            "training": self._training,
            "data": self._data,
            "metric": self._metric,
            "on": self._on,
            "measure": self._measure,
            "hyperparameter": self._hyperparameter,
            "thing": self._thing,
            "state": self._state,
            "epoch": self._count,
            "k": self._count,
            "window": self._count,
            "dropout": self._number,
            **dict.fromkeys(_WORDS, self._words),
        }.items():
            parameter = self.question.parameter(name)
            if parameter is None:
                continue
            value = self.given.get(name)
            if isinstance(value, NamedNode | Literal):
                self.resolved.terms[name] = (value,)
            else:
                step(parameter, None if value is None else self._typed(name, str(value).strip()))
            if name == "training" or (name == "run" and not self.question.parameter("training")):
                self._run_by_default()
        self._on_by_default()
        return self.resolved

    def _typed(self, name: str, value: str) -> str:
        """Read what was typed; a thing of a run may be named as tables name it."""
        return names.spelled_out(self.store, value) if name in _OF_A_RUN else value

    def _run(self, parameter: Parameter, name: str | None) -> None:
        if name is not None:
            self._set(parameter, runs.run(self.store, self.base, name).run)

    def _other(self, parameter: Parameter, name: str | None) -> None:
        if name is None:
            self._unrestricted(parameter)
        else:
            self._set(parameter, runs.run(self.store, self.base, name).run)

    def _run_by_default(self) -> None:
        """Take the newest run that can answer, unless a run was given or told by something."""
        parameter = self.question.parameter("run")
        if parameter is None or "run" in self.resolved.terms:
            return
        if parameter.default is None or "metric" in self.given:
            self.resolved.terms["run"] = None
            return
        models = self.resolved.iris("model") if "model" in self.given else None
        found = runs.latest(self.store, parameter.default, models)
        self._set(parameter, found.run)
        self.resolved.notes.append(f"run: {found}")

    def _model(self, parameter: Parameter, name: str | None) -> None:
        if name is None and parameter.default == "@only":
            name = self._only_model()
        if name is None:
            self._unrestricted(parameter)
        elif parameter.trained:
            made = trained.states(self.store, name)
            models = [] if made else names.models(self.store, name, single=parameter.single)
            self._set(parameter, *made, *trained.of_models(self.store, models))
        else:
            self._set(parameter, *names.models(self.store, name, single=parameter.single))

    def _only_model(self) -> str:
        every = names.model_names(self.store)
        if len(every) == 1:
            return every[0]
        if every:
            raise self._wrong("model", "it is not given", f"Give one of: {', '.join(every)}.")
        raise self._wrong("model", "none is recorded yet", "Capture one: dlprov run train.py")

    def _training(self, parameter: Parameter, name: str | None) -> None:
        if name is None:
            self._unrestricted(parameter)
            return
        found, run = names.trainings(self.store, name, self.resolved.one("run"))
        self._set(parameter, *found)
        self.resolved.terms.setdefault("run", (run,))

    def _metric(self, parameter: Parameter, name: str | None) -> None:
        name = name or parameter.default
        if name is None:
            self._unrestricted(parameter)
            return
        run = self.resolved.one("run")
        found, note = measures.metrics(self.store, name, run, single=parameter.single)
        self._set(parameter, *found)
        self._note(note)

    def _on(self, parameter: Parameter, word: str | None) -> None:
        if word is not None:
            self._set(parameter, measures.role(word))

    def _on_by_default(self) -> None:
        """Take the role that the measure's name told, else the default, else any."""
        parameter = self.question.parameter("on")
        if parameter is None or "on" in self.resolved.terms:
            return
        if parameter.default is None:
            self._unrestricted(parameter)
        else:
            self._set(parameter, measures.role(parameter.default))

    def _measure(self, parameter: Parameter, name: str | None) -> None:
        asked = name or parameter.default
        if asked is None:
            self._unrestricted(parameter)
            return
        try:
            found = measures.measure(
                self.store, asked, single=parameter.single, run=self.resolved.one("run"),
                models=self.resolved.iris("model"), trainings=self.resolved.iris("training"),
            )  # fmt: skip
        except NotFound as error:
            self._without_default(parameter, name, error)
            return
        self._set(parameter, *found.measures)
        self._note(found.note)
        if found.role is not None and self.question.parameter("on"):
            self.resolved.terms.setdefault("on", (found.role,))

    def _hyperparameter(self, parameter: Parameter, name: str | None) -> None:
        asked = name or parameter.default
        if asked is None:
            self._unrestricted(parameter)
            return
        try:
            self._set(parameter, *measures.hyperparameters(self.store, asked))
        except NotFound as error:
            self._without_default(parameter, name, error)

    def _thing(self, parameter: Parameter, name: str | None) -> None:
        name = name or parameter.default
        if name is None:
            self._unrestricted(parameter)
        else:
            self._set(parameter, names.thing(self.store, self.base, name))

    def _data(self, parameter: Parameter, name: str | None) -> None:
        if name is None:
            self._unrestricted(parameter)
            return
        found, note = data.called(self.store, name)
        self._set(parameter, *found)
        self._note(note)

    def _words(self, parameter: Parameter, _: str | None) -> None:
        given = self.given.get(parameter.name) or parameter.default
        if given is None:
            self._unrestricted(parameter)
            return
        several = given if isinstance(given, list | tuple) else str(given).split(",")
        words = [str(word).strip() for word in several]
        if parameter.name == "paths" and not set(words) <= {"all", "shortest"}:
            raise self._wrong("paths", f"{given!r} is no such word", "Say all or shortest.")
        self._set(parameter, *(names.literal(parameter.name, word) for word in words if word))

    def _state(self, parameter: Parameter, name: str | None) -> None:
        asked = name or parameter.default
        if asked is None:
            self._unrestricted(parameter)
        else:
            self._set(parameter, names.state(self.store, self.base, asked))

    def _count(self, parameter: Parameter, value: str | None) -> None:
        value = value or parameter.default
        if value is None:
            self._unrestricted(parameter)
            return
        least = _COUNTS[parameter.name]
        if not value.isdecimal() or int(value) < least:
            raise self._wrong(
                parameter.name, f"{value!r} is no count", f"Give an integer from {least}."
            )
        self._set(parameter, Literal(int(value)))

    def _number(self, parameter: Parameter, value: str | None) -> None:
        value = value or parameter.default
        if value is None:
            self._unrestricted(parameter)
            return
        try:
            self._set(parameter, Literal(float(value)))
        except ValueError:
            what = f"{value!r} is no number"
            raise self._wrong(parameter.name, what, "Give one: 0.4, say.") from None

    def _set(self, parameter: Parameter, *terms: Term) -> None:
        self.resolved.terms[parameter.name] = terms

    def _unrestricted(self, parameter: Parameter) -> None:
        """Leave a parameter open, if it may be."""
        if not parameter.optional:
            raise self._wrong(parameter.name, "it is not given", f"Give {parameter.text}")
        self.resolved.terms[parameter.name] = None

    def _without_default(self, parameter: Parameter, name: str | None, error: NotFound) -> None:
        """Go on without what was only assumed; what was named must be there."""
        if name is not None:
            raise error
        self._set(parameter)
        self._note(str(error))

    def _note(self, note: str | None) -> None:
        if note:
            self.resolved.notes.append(note)

    def _wrong(self, parameter: str, what: str, remedy: str) -> WrongParameter:
        return WrongParameter(self.question.name, parameter, what, remedy)

# SPDX-License-Identifier: Apache-2.0
"""What steps, epochs and trainings recorded by hand have in common.

A step that ends by an exception failed, and the exception goes on its way; Ctrl-C
interrupted it. A call that makes no sense raises at once: that is for its author to know.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

from dlprov_rdf import values
from dlprov_rdf.capture import attaching
from dlprov_rdf.capture.attaching import Rdf
from dlprov_rdf.capture.contents.data import Handle
from dlprov_rdf.capture.contents.files import path_of
from dlprov_rdf.capture.journal import Journal
from dlprov_rdf.capture.recorder import SILENT, Recorder, Silent, warn
from dlprov_rdf.capture.terms import usable
from dlprov_rdf.errors import NotANumber, WrongCall
from dlprov_rdf.events import Attached, AttributeSet, Metric, NoteAdded, Number, Usage


class Model(Handle):
    """A trained state of a model."""


def end_of(kind: type[BaseException] | None, error: BaseException | None) -> dict[str, Any]:
    """Tell how something ended, from the exception that left it: fields of an end event."""
    if kind is None or (issubclass(kind, SystemExit) and getattr(error, "code", 0) in {None, 0}):
        return {"status": "completed"}
    status = "interrupted" if issubclass(kind, KeyboardInterrupt) else "failed"
    return {"status": status, "exception": kind.__qualname__, "message": str(error)[:1000]}


def metric_number(name: object, value: object) -> Number:
    """Read a metric given by hand.

    Raises:
        NotANumber: With the metric's name and the value.
        WrongCall: The name is no text.
    """
    if not isinstance(name, str):
        raise WrongCall("log_metric", f"{name!r} is no name", "Give the metric's name first.")
    try:
        return values.number(value)
    except (TypeError, ValueError, AttributeError):
        raise NotANumber(name, value) from None


class Activity:
    """Something going on in a run that uses and makes things and has metrics.

    Attributes:
        id: Its local name; None is the run itself.
        wanted: Whether the user's choice lets it be recorded.
    """

    id: str | None = None

    def __init__(self, run: Journal) -> None:
        self.run = run
        self.wanted = True

    @property
    def _recorder(self) -> Recorder | Silent:
        return self.run.recorder if self.wanted else SILENT

    def log_metric(
        self,
        name: str,
        value: object,
        step: int | None = None,
        *,
        batch: int | None = None,
        model: Model | None = None,
        data: object = None,
    ) -> None:
        """Record one value of a metric.

        Args:
            name: As it is to be called; in a training ``val_…`` is of the validation data.
            value: A number: int, float, or a scalar of any numeric library; NaN and the
                infinities are recorded as they are.
            step: What the user counts.
            batch: The batch's number in its epoch.
            model: The state that was measured.
            data: What it was measured on.

        Raises:
            NotANumber: ``value`` is no number.
        """
        if type(value) is not float or value - value != 0 or type(name) is not str:
            value = metric_number(name, value)
        recorder = self.run.recorder
        if not self.wanted or not (
            recorder.choice.everything or recorder.choice.wants("metric", name)
        ):
            return
        if model is None and data is None:
            recorder.metric(name, value, self.id, step, batch)
        else:
            recorder.event(
                Metric, name=name, value=value, of=self.id, step=step, batch=batch,
                model=model.id if model is not None else None,
                data=self.run.see(data, "data").id if data is not None else None,
            )  # fmt: skip

    def log_metrics(self, metrics: Mapping[str, object], step: int | None = None) -> None:
        """Record several metrics; all are looked at before the first is written.

        Raises:
            NotANumber: A value is no number; then none is recorded.
        """
        for name, value in metrics.items():
            metric_number(name, value)
        for name, value in metrics.items():
            self.log_metric(name, value, step)

    def note(self, text: str, by: str | None = None) -> None:
        """Record words about this."""
        self._recorder.event(NoteAdded, text=str(text), about=self.id, by=by)

    def attribute(
        self,
        name: str,
        value: object,
        *,
        unit: str | None = None,
        term: str | None = None,
        of: Handle | None = None,
    ) -> None:
        """Record an attribute of the user's own, of this or of a handle.

        Args:
            name: What it is called.
            value: A str, number, bool or datetime stays what it is; else its ``repr``.
            unit: A UCUM code, ``Cel`` say.
            term: The IRI of a property that means this.
            of: The data, model or file that has it.

        Raises:
            WrongCall: ``term`` is no absolute IRI, or one whose statements we make ourselves.
        """
        if term is not None and not usable(term):
            raise WrongCall("attribute", f"term {term!r} cannot be used", _TERM_REMEDY)
        self._recorder.event(
            AttributeSet, about=of.id if of is not None else self.id, name=str(name),
            value=values.plain(value), unit=unit, term=term,
        )  # fmt: skip

    def attach(
        self,
        of: Handle | None,
        rdf: Rdf,
        *,
        format: str | None = None,  # noqa: A002 -- the word for it everywhere
        name: str | None = None,
    ) -> None:
        """Attach RDF of your own field to a handle, or to this.

        It is kept as text; the graph reads it. ``<>`` in it is the thing that it is attached to.
        What cannot be read is warned of and told in the graph.

        Args:
            of: The data, model or file that it speaks of; None is this run or step itself.
            rdf: A file, RDF text, or a function that returns RDF text; at most 1 MiB.
            format: turtle, trig, ntriples, nquads, jsonld or rdfxml; else by the file's ending
                or the text's beginning.
            name: What to call it.

        Raises:
            WrongCall: ``rdf`` is none of these, or ``format`` is no format.
        """
        fields = attaching.carried(rdf, format, name)
        if fields["fault"] is not None and self.wanted:
            warn(f"attach: {fields['name']}: {fields['fault']}. Nothing of it is recorded.")
        for about in of.ids if of is not None else (self.id,):
            self._recorder.event(Attached, about=about, **fields)


_TERM_REMEDY = (
    "Give the absolute IRI of a property of your own field; those of PROV, ML Schema and RDF "
    "are said by the recorder."
)


class Timed(Activity, ABC):
    """An activity that is a ``with`` block."""

    @abstractmethod
    def _end(self, fields: dict[str, Any]) -> None:
        """Say how it ended: fields of an end event."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end(end_of(kind, error))


def usages(run: Journal, used: object) -> list[Usage]:
    """Say what was used: a handle, value or path, a list, or a mapping from role to them."""
    if used is None:
        return []
    if isinstance(used, Mapping):
        return [
            Usage(entity, str(role))
            for role, given in used.items()
            for one in _each(given)
            for entity in run.see(one, str(role)).ids
        ]
    return [
        Usage(entity, "model" if isinstance(one, Model) else None)
        for one in _each(used)
        for entity in run.see(one, "input").ids
    ]


def _each(given: object) -> Iterable[object]:
    if isinstance(given, list | tuple) and all(
        isinstance(one, Handle) or hasattr(one, "shape") or path_of(one) for one in given
    ):
        return given
    return (given,)

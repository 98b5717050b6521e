# SPDX-License-Identifier: Apache-2.0
"""The run that a user holds: filled with steps and trainings, and ended honestly.

Everything here may be called from any thread. The names of calls are those that users of
experiment trackers know (``log_params``, ``log_metric``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dlprov_rdf import values
from dlprov_rdf.capture import active, ending, others
from dlprov_rdf.capture.activity import Activity, end_of, metric_number
from dlprov_rdf.capture.around.surroundings import Surroundings
from dlprov_rdf.capture.contents import files
from dlprov_rdf.capture.contents.data import Data, Handle
from dlprov_rdf.capture.contents.files import File
from dlprov_rdf.capture.contents.records import Said
from dlprov_rdf.capture.extracting import PATIENCE, Extractor, Function
from dlprov_rdf.capture.journal import Journal
from dlprov_rdf.capture.planning import Declared, steps_of
from dlprov_rdf.capture.recorder import Recorder, warn
from dlprov_rdf.capture.step import Step, names_of, read_file, sources_of, write_file
from dlprov_rdf.capture.training import Training
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import (
    LeftOut,
    MeasureSeen,
    ParametersSet,
    PersonSeen,
    PlanDeclared,
    RunEnded,
    SeedSet,
    Selected,
    Setting,
)


class Run(Journal, Activity):
    """One workflow run.

    Attributes:
        recorder, data: Its log, and its data occurrences.
        surroundings: Looks at code, software, machine and seeds.
        before_end: Called when the run ends and can still be written to.
        id: Always None: in an event, "of None" is of the run itself.
    """

    def __init__(self, recorder: Recorder, name: str) -> None:
        Journal.__init__(self, recorder)
        Activity.__init__(self, self)
        self.name = name
        self.before_end: list[Callable[[], object]] = [self.extractors.finish]
        self.ended = False
        self._planned = False
        self.meters.begin(None)
        self.surroundings = Surroundings(recorder)

    @property
    def run_id(self) -> str:
        """The run's id, a UUID."""
        return self.recorder.run

    # ── what a user calls ──

    def step(
        self,
        name: str,
        kind: str = "step",
        *,
        used: object = None,
        parameters: Mapping[str, object] | None = None,
        code: Callable[..., object] | None = None,
    ) -> Step:
        """Begin a step of the workflow: a ``with`` block.

        Args:
            name: What to call it.
            kind: acquire, preprocess, split, train, evaluate, select, deploy, predict, save,
                load, or a word of your own.
            used: A handle or value, a list of them, or a mapping from role to them.
            parameters: What it was told, as plain values; an object is its ``repr``.
            code: The function that does it.
        """
        return Step(self, name, kind, used, parameters, code)

    def training(
        self,
        name: str,
        *,
        used: object = None,
        parameters: Mapping[str, object] | None = None,
        **more: Any,
    ) -> Training:
        """Begin a training: a ``with`` block.

        Args:
            name: The model's name.
            used: A mapping from role (training, validation, test, model) to handle or value.
            parameters: Its hyperparameters.
            **more: ``resumes`` (an earlier training), ``algorithm``, ``implementation``
                (``pkg:pypi/torch@2.5``), ``task``.
        """
        return Training(self, name, used, parameters, **more)

    def log_params(self, parameters: Mapping[str, object]) -> None:
        """Record hyperparameters of the run."""
        given = [Setting(name=str(k), value=values.plain(v)) for k, v in parameters.items()]
        self.recorder.event(ParametersSet, settings=given)

    def log_param(self, name: str, value: object) -> None:
        """Record one hyperparameter of the run."""
        self.log_params({name: value})

    def measure(
        self, name: str, *, direction: str, function: str | None = None, role: str | None = None
    ) -> None:
        """Say what a metric's name means, where it is no customary one.

        Args:
            name: As it is logged.
            direction: ``higher`` or ``lower`` (is better).
            function: Its importable name.
            role: Of the data it is measured on: training, validation, test.

        Raises:
            WrongCall: ``direction`` is another word.
        """
        if direction not in {"higher", "lower"}:
            raise WrongCall("measure", f"direction {direction!r}", "Say higher or lower.")
        self.recorder.event(
            MeasureSeen, reported_as=name, direction=direction, function=function, role=role
        )

    def select(
        self,
        chosen: object,
        *,
        among: Sequence[object],
        criterion: str,
        on: object = None,
        values: Sequence[object] | None = None,
        name: str = "select",
    ) -> Handle:
        """Record the choice of a model.

        Args:
            chosen: One of ``among``.
            among: The candidates, the rejected ones too: handles, a captured framework's
                models, or what others call a model of an earlier run: the run's name or id
                (the last state that it trained), ``@latest``, ``RUN/model/36``, an IRI.
            criterion: By what: "highest validation accuracy".
            on: The data that the criterion was measured on.
            values: The criterion's value for each of ``among``, in their order.
            name: What to call the step.

        Returns:
            The handle of the chosen state.

        Raises:
            WrongCall: ``chosen`` is no candidate, a name stands for no model or for several,
                or the values are not one a candidate.
        """
        handles = [self._candidate(model) for model in among]
        choice = self._candidate(chosen)
        if choice.id not in [model.id for model in handles]:
            raise WrongCall("select", f"{choice.name!r} is no candidate", "Put it into among=.")
        if values is not None and len(values) != len(handles):
            raise WrongCall("select", f"{len(values)} values", "Give one for each candidate.")
        measured = {
            model.id: metric_number(model.name, value)
            for model, value in zip(handles, values or (), strict=False)
        }
        foreign = {model.id: model.name for model in handles if _is_foreign(model)}
        own = [model for model in handles if model.id not in foreign]
        with self.step(name, kind="select", used={"candidate": own} if own else None) as step:
            if on is not None:
                step.used(on)
            if step.wanted:
                self.recorder.event(
                    Selected, step=step.id, chosen=choice.id, criterion=criterion,
                    candidates=[model.id for model in handles], values=measured,
                    on=self.see(on, "selection data").id if on is not None else None,
                    names=foreign,
                )  # fmt: skip
        return choice

    def _candidate(self, given: object) -> Handle:
        if isinstance(given, str):
            recorder = self.recorder
            logs, base = recorder.folder.parent, recorder.settings.base
            return others.model(logs, base, given, own=recorder.run)
        return self.see(given, "candidate")

    def plan(
        self, steps: Sequence[Declared], *, name: str | None = None, by: str | None = None
    ) -> None:
        """Declare what is to be done, before it is: what then differs can be asked.

        Args:
            steps: In their order. Each is a kind of step (``"acquire"``), the name of one, or
                what `step` would be told: a mapping with ``kind``, ``name``, ``used`` and
                ``generated`` (names), ``parameters`` (``{"epochs": 20}``), and ``after`` (the
                steps before it; the one before it in the list, unless said).
            name: What to call the plan.
            by: Who planned it.

        Raises:
            WrongCall: A step makes no sense, or a plan was declared before.
        """
        planned = steps_of(steps)
        if self._planned:
            raise WrongCall("plan", "this run has a plan already", "Declare it once.")
        self._planned = True
        self.recorder.event(PlanDeclared, steps=planned, name=name, by=by)

    def person(self, name: str, *, orcid: str | None = None, role: str | None = None) -> None:
        """Record somebody who took part; an ORCID makes them the same in every lab."""
        self.recorder.open("person", PersonSeen, name=name, orcid=orcid, role=role)

    def seed(self, value: object, by: str = "by hand") -> None:
        """Record a seed that cannot be seen."""
        self.recorder.event(SeedSet, by=by, value=values.plain(value))

    def log_file(self, path: str | Path, of: Handle | None = None) -> File:
        """Record a file that this run wrote."""
        return write_file(self, self.within, path, of, None)

    def use_file(self, path: str | Path, *, extract: Function | None = None) -> File:
        """Record a file that this run read; ``extract`` reads attributes out of it."""
        return read_file(self, path, extract)

    def extractor(self, function: Function, for_: str = "*", seconds: float = PATIENCE) -> None:
        """Have a function read attributes out of what this run acquires.

        Args:
            function: As `dlprov_rdf.extractor` takes it: given a ``Path`` or a value, it
                returns attributes by name.
            for_: Which: a pattern of names or paths, ``*.tif`` say.
            seconds: How long it may take for one.
        """
        self.extractors.own.append(Extractor(function, for_, seconds))

    def use_files(self, paths: str | Path | Sequence[str | Path], name: str | None = None) -> Data:
        """Record data that are a set of files: a folder with all that is in it, or a list."""
        if isinstance(paths, str | Path):
            return files.folder(self.recorder, Path(paths), name)
        return files.several(self.recorder, paths, name or f"{len(paths)} files")

    def use_data(
        self, value: object, name: str, *, sources: object = None,
        features: Sequence[str] | None = None,
    ) -> Data:  # fmt: skip
        """Record data that no step of this run makes, and where they came from.

        Args:
            value: The data itself.
            name: What to call it.
            sources: IRIs, words, handles, or files and folders, which are digested: so a run
                that wrote one of them, in any lab, is found by its content.
            features: What the places of the last axis are called; a table says it itself.
        """
        words, read = sources_of(self, sources)
        origins = [one.id for one in read]
        said = Said(features=names_of(features, value))
        return self.data.see(value, name=name, source=words, derived_from=origins, said=said)

    # ── beginning and end ──

    def end(
        self,
        status: str | None = "completed",
        *,
        exception: str | None = None,
        message: str | None = None,
        reason: str | None = None,
        write: Callable[..., None] | None = None,
    ) -> None:
        """End the run. Only the process that began it can; a second call does nothing.

        A ``status`` of None leaves it to another process to say how it ended, one that waits
        for this one and learns its exit status.
        """
        if self.ended or not self.recorder.owned:
            return
        self.ended = True
        active.leave(self)
        ending.forget(self)
        if write is None:
            self._finish()
        tell = write or self.recorder.event
        self.meters.end(None, tell)
        if self.recorder.choice.left_out:
            tell(LeftOut, counts=dict(self.recorder.choice.left_out))
        if self.recorder.rank == "0" and status is not None:
            tell(RunEnded, status=status, exception=exception, message=message, reason=reason)
        self.recorder.close()

    def _finish(self) -> None:
        """Let what still goes on beside the run come to its end."""
        for closing in self.before_end:
            try:
                closing()
            except Exception as fault:  # noqa: BLE001 -- promise 2
                warn(f"the end of a step could not be recorded ({type(fault).__name__}: {fault})")
        self.surroundings.finish()

    def __enter__(self) -> Self:
        """Go on in this run until the block ends."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the run as the block ended."""
        self.end(**end_of(kind, error))


def _is_foreign(model: Handle) -> bool:
    return model.id.startswith("../") or ":" in model.id

# SPDX-License-Identifier: Apache-2.0
"""Steps of a workflow by hand: a ``with`` block, or a function that is one.

What a step used and what it made are handed on as handles; an array that came out of an
earlier step is known again by its content, so that a plain function works as well.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar, cast

from dlprov_rdf import values
from dlprov_rdf.capture import active
from dlprov_rdf.capture.activity import Model, Timed, usages
from dlprov_rdf.capture.contents import files, fingerprint
from dlprov_rdf.capture.contents.data import Data, Handle, parts_of
from dlprov_rdf.capture.contents.files import File
from dlprov_rdf.capture.contents.records import Said
from dlprov_rdf.capture.extracting import Function
from dlprov_rdf.capture.journal import Journal
from dlprov_rdf.errors import WrongCall
from dlprov_rdf.events import Code, ModelSeen, NoteAdded, StepEnded, StepStarted, Used
from dlprov_rdf.events.contents import content

P = ParamSpec("P")
R = TypeVar("R")

#: Files of one data set that extractors are called for, and the seconds for all of them.
_MOST_FILES = 1000
_FILES_SECONDS = 10.0

_SCALARS = (bool, int, float, str, bytes, type(None))


class Step(Timed):
    """One step, from its beginning to its end.

    Attributes:
        kind: acquire, preprocess, split, train, evaluate, select, deploy, predict, save,
            load, or a word of the user's own.
    """

    def __init__(
        self,
        run: Journal,
        name: str,
        kind: str,
        used: object = None,
        parameters: Mapping[str, object] | None = None,
        code: Callable[..., object] | Code | None = None,
    ) -> None:
        super().__init__(run)
        self.kind, self.name = kind, str(name)
        self.wanted = run.recorder.choice.wants(kind, self.name)
        self.inputs = usages(run, used) if self.wanted else []
        self._told: dict[str, Any] = {
            "type": kind,
            "name": self.name,
            "parameters": {str(k): values.plain(v) for k, v in (parameters or {}).items()},
            "code": code_of(code) if callable(code) else code,
        }

    def __enter__(self) -> Self:
        """Begin the step."""
        if self.wanted:
            self.id = self._recorder.open(
                "step", StepStarted, used=self.inputs, within=self.run.within, **self._told
            )
            self.run.enter(self.id)
        return self

    def _end(self, fields: dict[str, Any]) -> None:
        if self.wanted and self.id is not None:
            self.run.leave(self.id)
            self._recorder.event(StepEnded, id=self.id, **fields)

    def used(self, value: object, role: str | None = None) -> None:
        """Say that this step used something more."""
        if not self.wanted:
            return
        for usage in usages(self.run, {role: value} if role else value):
            self.inputs.append(usage)
            self._recorder.event(Used, activity=self.id, entity=usage.entity, role=usage.role)

    def generated(
        self,
        value: object,
        *,
        name: str,
        source: object = None,
        derived_from: object = None,
        rows: object = None,
        rowwise: bool = False,
        features: Sequence[str] | None = None,
        extract: Function | None = None,
    ) -> Data:
        """Say that this step made data.

        Args:
            value: The data itself: an array, a table, or a tuple or mapping of them.
            name: What to call it.
            source: Where it came from, for data that is acquired: an IRI, words, a file or
                folder, which is digested and used; or a list of these.
            derived_from: What it was made from; all that the step used, unless said.
            rows: For each row the number of the row that it was made from: integers, a mask
                over the origin's rows, or a slice of them.
            rowwise: Row i was made from row i of what has as many rows: scaled, say.
            features: What the places of the last axis are called; a table says it itself.
            extract: A function that reads attributes out of the value, beside the extractors
                that acquisition calls.

        Returns:
            A handle that other steps take; ``handle.value`` is the data. Where nothing is
            said of the rows, they are looked for by content.

        Raises:
            WrongCall: ``rows``, ``rowwise`` or ``features`` contradicts the data.
        """
        if not self.wanted:
            return Data((), name, value)
        said = Said(rows, rowwise, names_of(features, value))
        words, read = sources_of(self.run, source)
        for file in read:
            self.used(file)
        origins = self.inputs if derived_from is None else usages(self.run, derived_from)
        made_from = dict.fromkeys([one.entity for one in origins] + [one.id for one in read])
        if isinstance(value, Path) and value.is_dir():
            told = {"source": words[0], "sources": words[1:]} if words else {}
            return files.folder(
                self.run.recorder, value, name, generated_by=self.id,
                derived_from=list(made_from), **told,
            )  # fmt: skip
        made = self.run.data.see(
            value, name=name, generated_by=self.id, source=words, derived_from=list(made_from),
            type="prediction" if self.kind == "predict" else "data", said=said,
        )  # fmt: skip
        if extract is not None or self.kind == "acquire":
            where = str(source) if isinstance(source, str | Path) else None
            parts = parts_of(value, name)
            for local, (label, part) in zip(made.ids, parts, strict=False):
                self.run.extractors.for_data(local, part, label, where, extract)
        return made

    def file(self, path: str | Path, of: Handle | None = None, format: str | None = None) -> File:  # noqa: A002 -- the event's own word
        """Say that this step wrote a file, ``of`` being the data or model that is in it."""
        return write_file(self.run, self.id, path, of, format)

    def loaded(self, path: str | Path, *, extract: Function | None = None) -> File:
        """Say that this step read a file; ``extract`` reads attributes out of it."""
        read = read_file(self.run, path, extract)
        self.used(read)
        return read

    def model(self, name: str, *, weights: object = None, derived_from: object = None) -> Model:
        """Say that this step made or loaded a trained state of a model."""
        origins = self.inputs if derived_from is None else usages(self.run, derived_from)
        return see_model(
            self.run, name, weights, generated_by=self.id,
            derived_from=list(dict.fromkeys(usage.entity for usage in origins)),
        )  # fmt: skip


def names_of(features: Sequence[str] | None, value: object) -> Sequence[str] | None:
    """Read the names of features, one for each place of the last axis.

    Raises:
        WrongCall: They are not as many.
    """
    if features is None:
        return None
    shape = getattr(value, "shape", None)
    count = (shape[-1] if len(shape) > 1 else 1) if shape else None
    if isinstance(features, str) or count != len(features):
        what = f"{len(features)} features for {count or 'no'} columns"
        raise WrongCall("generated", what, "Name each place of the last axis of an array.")
    return [str(one) for one in features]


def sources_of(run: Journal, given: object) -> tuple[list[str], list[Handle]]:
    """Take sources apart: IRIs and words, and the files, folders and handles among them."""
    words: list[str] = []
    read: list[Handle] = []
    several = given if isinstance(given, list | tuple) else () if given is None else (given,)
    for one in several:
        found = one if isinstance(one, Handle) else files.resolve(run.recorder, one)
        if found is None:
            words.append(str(one))
        else:
            read.append(found)
    return words, read


def see_model(run: Journal, name: str, weights: object, **fields: Any) -> Model:
    """Record a trained state, by the digest of its weights where they are given."""
    digest, reason = fingerprint.weights_of(weights)
    model = run.recorder.open(
        "model", ModelSeen, name=name, digest=digest, undigested=reason, **fields
    )
    return Model([model], name)


def write_file(
    run: Journal, by: str | None, path: str | Path, of: Handle | None, form: str | None
) -> File:
    """Record a file that was written."""
    return files.seen(
        run.recorder, path, generated_by=by, of=of.id if of is not None else None, format=form
    )


def read_file(run: Journal, path: str | Path, extract: Function | None = None) -> File:
    """Record a file that was read, with the attributes that extractors read out of it."""
    read = files.seen(run.recorder, path)
    run.extractors.for_file(read.id, Path(path), extract)
    return read


def files_behind(run: Journal, value: object) -> dict[str, str]:
    """Record the files that a data set was made of, those that an extractor is for, by path.

    Keras keeps their paths on the data set that it makes of a folder. At most `_MOST_FILES`
    are recorded, in at most `_FILES_SECONDS`; a note says how many were left.
    """
    paths = getattr(value, "file_paths", None)
    if not isinstance(paths, list | tuple):
        return {}
    wanted = [str(path) for path in paths if run.extractors.wants(str(path))]
    until = time.monotonic() + _FILES_SECONDS
    found: dict[str, str] = {}
    for path in wanted[:_MOST_FILES]:
        if time.monotonic() > until:
            break
        found[path] = read_file(run, path).id
    if len(found) < len(wanted):
        words = f"extractors read {len(found)} of the {len(wanted)} files of a data set"
        run.recorder.event(NoteAdded, text=words, by="dlprov-rdf")
    return found


def code_of(function: Callable[..., object]) -> Code:
    """Tell which function did something, by its name, place and source."""
    inner = inspect.unwrap(function)
    name = f"{getattr(inner, '__module__', '')}.{getattr(inner, '__qualname__', repr(inner))}"
    try:
        lines, first = inspect.getsourcelines(inner)
        path = inspect.getsourcefile(inner)
    except (OSError, TypeError):
        return Code(name=name)
    source = hashlib.sha256("".join(lines).encode()).digest()
    return Code(name=name, path=path, line=first, digest=content(source))


def step(
    function: Callable[P, R] | None = None,
    *,
    kind: str = "step",
    name: str | None = None,
    rowwise: bool = False,
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a step: its arguments are used, its result is generated.

    Arrays, tables and handles among the arguments are data that it used, everything else is
    a parameter. It records in the active run; where there is none it just runs. A handle is
    handed to the function as the value it stands for.

    >>> @step(kind="preprocess")
    ... def scale(images, divisor=16):
    ...     return images / divisor
    >>> scale(32.0)
    2.0
    """
    if function is None:
        return lambda given: cast(
            "Callable[P, R]", step(given, kind=kind, name=name, rowwise=rowwise)
        )
    inner = function
    signature = inspect.signature(inner)

    @functools.wraps(inner)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        run = active.current()
        given = [_value(one) for one in args]
        named = {key: _value(one) for key, one in kwargs.items()}
        if run is None:
            return inner(*given, **named)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        data = {key: one for key, one in bound.arguments.items() if _is_data(one)}
        rest = {key: one for key, one in bound.arguments.items() if key not in data}
        inputs = [run.see(one, key) for key, one in data.items()]
        title = name or inner.__name__
        with Step(run, title, kind, inputs, rest, code_of(inner)) as here:
            result = inner(*given, **named)
            if result is not None:
                here.generated(result, name=title, rowwise=rowwise)
        return result

    return wrapped


def _value(given: Any) -> Any:
    return given.value if isinstance(given, Data) else given


def _is_data(value: object) -> bool:
    return isinstance(value, Handle) or (
        hasattr(value, "shape")
        and not isinstance(value, _SCALARS)
        and getattr(value, "shape", ()) != ()
    )

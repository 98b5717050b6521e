# SPDX-License-Identifier: Apache-2.0
"""Which data occurrence a value is: lineage without identifiers typed by hand.

A value is known again by its content: an array with the digest of one that was seen in
this run is that occurrence, under whatever name, and a copy changed in place is another.
What cannot be digested (a generator, a ``tf.data`` pipeline) is known by its identity.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from dlprov_rdf.capture.contents.fingerprint import Description, describe
from dlprov_rdf.capture.contents.profile import profile
from dlprov_rdf.capture.contents.records import RecordBook, Said
from dlprov_rdf.capture.recorder import Recorder
from dlprov_rdf.events import DataProfiled, DataSeen

#: Nested tuples, lists and mappings of arrays that are taken apart, at the most.
_MOST_PARTS = 64


class Handle:
    """Something in a run that steps pass to each other.

    Attributes:
        ids: Its local names, one a part: a pair of arrays has two.
        name: As the user calls it.
    """

    def __init__(self, ids: Iterable[str], name: str) -> None:
        self.ids, self.name = tuple(ids), name

    @property
    def id(self) -> str:
        """The local name of the first part."""
        return self.ids[0] if self.ids else ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {' '.join(self.ids)}>"


class Data(Handle):
    """A data occurrence; ``value`` is the thing itself, so that code can go on with it."""

    def __init__(self, ids: Iterable[str], name: str, value: Any = None) -> None:
        super().__init__(ids, name)
        self.value = value


class DataBook:
    """Every data occurrence that one run has seen.

    Attributes:
        records: Knows their rows.
        recorded: Their local names, in order.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorded: list[str] = []
        self._recorder = recorder
        self.records = RecordBook(recorder)
        self._by_content: dict[str, str] = {}
        self._by_identity: dict[int, tuple[str, object]] = {}

    def see(
        self,
        value: object,
        *,
        name: str,
        generated_by: str | None = None,
        derived_from: Sequence[str] = (),
        source: Sequence[str] = (),
        type: str = "data",  # noqa: A002 -- the event's own word
        said: Said | None = None,
    ) -> Data:
        """Tell which occurrence a value is, recording it if it is new.

        Args:
            value: An array, a tensor, a table, a data pipeline; or a tuple, list or mapping
                of them, each of which becomes an occurrence.
            name: What to call it; parts are called ``name[0]`` or ``name[key]``.
            generated_by: The step that made it: then it is a new occurrence always.
            derived_from: Local names of what it was made from.
            source: Where it came from: IRIs or words.
            type: ``data``, or ``prediction``.
            said: What is said of its rows; without it (None) they are not looked at, as
                befits data that a training is waiting for.

        Raises:
            WrongCall: ``said`` contradicts the data.
        """
        if isinstance(value, Data):
            return value
        new = {
            "generated_by": generated_by, "derived_from": list(derived_from), "type": type,
            "source": source[0] if source else None, "sources": list(source[1:]),
        }  # fmt: skip
        ids = [self._one(part, label, new, said) for label, part in parts_of(value, name)]
        return Data(ids, name, value)

    def _one(self, value: object, name: str, new: dict[str, Any], said: Said | None) -> str:
        described = describe(value, self._recorder.settings.digest_budget)
        occurrence = None
        if new["generated_by"] is None:
            occurrence = self._known(value, described.digest)
        if occurrence is None:
            return self._new(value, name, described, new, said)
        if said is not None:
            self.records.digest(occurrence, value)
        return occurrence

    def _new(
        self, value: object, name: str, described: Description, new: dict[str, Any],
        said: Said | None,
    ) -> str:  # fmt: skip
        origins, placed = new["derived_from"], {}
        if said is not None and said.of_rows:
            placed = self.records.placed(said, origins, described.rows)
        fields = msgspec.structs.asdict(described)
        occurrence = self._recorder.open("data", DataSeen, name=name, **fields, **new)
        self._remember(value, described.digest, occurrence)
        self.recorded.append(occurrence)
        self.records.seen(occurrence, name, described.rows)
        if said is not None:
            self._profile(occurrence, name, value, said)
            self.records.digest(occurrence, value)
            if placed:
                by = "position" if said.rowwise else "hand"
                self.records.tell(occurrence, placed, by)
            else:
                self.records.match(occurrence, origins)
        return occurrence

    def _profile(self, occurrence: str, name: str, value: object, said: Said) -> None:
        if not self._recorder.choice.wants("profile", name):
            return
        told = profile(value, said.features)
        if told:
            self._recorder.event(DataProfiled, of=occurrence, **told)

    def _known(self, value: object, digest: str | None) -> str | None:
        if digest is not None:
            return self._by_content.get(digest)
        occurrence, reference = self._by_identity.get(id(value), (None, None))
        if isinstance(reference, weakref.ref):
            reference = reference()
        return occurrence if reference is value and occurrence is not None else None

    def _remember(self, value: object, digest: str | None, occurrence: str) -> None:
        if digest is not None:
            self._by_content[digest] = occurrence
            return
        try:
            self._by_identity[id(value)] = occurrence, weakref.ref(value)
        except TypeError:
            return


def parts_of(value: object, name: str) -> list[tuple[str, object]]:
    """Take a tuple, list or mapping of arrays apart; anything else is one part."""
    if isinstance(value, Mapping):
        parts = [(f"{name}[{key}]", part) for key, part in value.items()]
    elif isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        parts = [(f"{name}[{index}]", part) for index, part in enumerate(value[: _MOST_PARTS + 1])]
    else:
        return [(name, value)]
    if not 0 < len(parts) <= _MOST_PARTS or not all(hasattr(part, "shape") for _, part in parts):
        return [(name, value)]
    return parts

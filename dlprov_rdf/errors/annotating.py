# SPDX-License-Identifier: Apache-2.0
"""What an annotation can get wrong: nothing was written then."""

from __future__ import annotations

from dlprov_rdf.errors.root import DlprovError


class AnnotationError(DlprovError):
    """Something said later cannot be taken as it was said; nothing was written."""


class WrongAnnotation(AnnotationError):
    """A value cannot be what it is said to be."""

    def __init__(self, what: str, value: str, why: str, remedy: str) -> None:
        super().__init__(what, value, why, remedy)
        self.what, self.value, self.why, self.remedy = what, value, why, remedy

    def __str__(self) -> str:
        return f"annotate: {self.what} {self.value!r}: {self.why}. {self.remedy}"


class NothingSaid(AnnotationError):
    """An annotation says nothing."""

    def __str__(self) -> str:
        return "annotate: nothing is said. Say something: --licence CC-BY-4.0, or see --help."


class NobodySays(AnnotationError):
    """Nobody is known who could be saying this."""

    def __str__(self) -> str:
        return (
            "annotate: who says this is not known. "
            "Say --by NAME, or set person.name in kb.toml or git's user.name."
        )


class FaultyRdf(AnnotationError):
    """RDF that was to be attached cannot be read."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name, self.reason = name, reason

    def __str__(self) -> str:
        return f"annotate: {self.name}: {self.reason}. Mend it, or say its format: --rdf-format."


class FaultyWords(AnnotationError):
    """A file of annotations cannot be used; nothing of it was written."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(where, what)
        self.where, self.what = where, what

    def __str__(self) -> str:
        return f"{self.where}: {self.what} Mend the file; docs/commands.md shows one."

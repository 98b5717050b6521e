# SPDX-License-Identifier: Apache-2.0
"""What can go wrong where several labs are asked as one."""

from __future__ import annotations

from dlprov_rdf.errors.asking import QuestionError
from dlprov_rdf.errors.store import StoreError


class NotFederated(QuestionError):
    """A query says for itself whom or what to ask, which several labs cannot be asked."""

    def __init__(self, word: str, remedy: str) -> None:
        super().__init__(word, remedy)
        self.word, self.remedy = word, remedy

    def __str__(self) -> str:
        return f"query: {self.word!r} says whom to ask, and several are asked. {self.remedy}"


class NoServiceForm(QuestionError):
    """A question cannot be written as a query that asks several services."""

    def __init__(self, question: str, known: tuple[str, ...]) -> None:
        super().__init__(question, known)
        self.question, self.known = question, known

    def __str__(self) -> str:
        return (
            f"{self.question}: it is not written as a query of several services. "
            f"These are: {', '.join(self.known)}. Or ask it without --as-service."
        )


class NoAddress(QuestionError):
    """A knowledge base of this machine was to be asked by others, and has no address."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return (
            f"{self.name}: it has no address, and a query that asks services names each by its "
            "own. Serve it: dlprov fuseki up, dlprov push; or leave --kb out."
        )


class NoLabAnswered(StoreError):
    """Every lab failed, so there is not even a part of an answer."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return f"no lab answered: {'; '.join(self.faults)}. Start one, or name another."


class OnlyRead(StoreError):
    """Something was to be written to several labs at once."""

    def __init__(self) -> None:
        super().__init__()

    def __str__(self) -> str:
        return "several labs are only read. Write to one: dlprov push URL"


class UnknownEndpoint(QuestionError):
    """An endpoint is called by a name that kb.toml does not have."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        there = f"There are: {', '.join(self.known)}" if self.known else "It names none"
        return (
            f"kb.toml has no endpoint {self.name!r}. {there}. "
            "Give an address, http://HOST:PORT/DATASET, or name it in [endpoints.NAME]."
        )

# SPDX-License-Identifier: Apache-2.0
"""The options of commands that ask other endpoints, and what the user wished by them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias, TypeVar

import typer

from dlprov_rdf.cli import output
from dlprov_rdf.cli.options import wishes
from dlprov_rdf.errors import DlprovError

if TYPE_CHECKING:
    from dlprov_rdf.kb.labs import Labs

_Found = TypeVar("_Found")

Endpoints: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--endpoint", metavar="URL", show_default=False,
        help="Ask this SPARQL service, by its address or its name in kb.toml, and not the local "
        "knowledge base, unless --kb is given too; several are asked as one.",
    ),
]  # fmt: skip
Strict: TypeAlias = Annotated[
    bool, typer.Option("--strict", help="Exit with 1 where an endpoint did not answer.")
]
Who: TypeAlias = Annotated[
    bool,
    typer.Option("--who", help="Say of each row which endpoints assert it, in which graphs."),
]
Fetch: TypeAlias = Annotated[
    bool,
    typer.Option("--fetch", help="Fetch all graphs of the endpoints whole, and ask them here."),
]
AsService: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--as-service",
        help="Do not ask: print a query that asks the endpoints by SERVICE, to paste elsewhere.",
    ),
]
Timeout: TypeAlias = Annotated[
    float,
    typer.Option(
        "--timeout", metavar="SECONDS", min=0.1,
        help="How long endpoints may take, all together.",
    ),
]  # fmt: skip


class Asked:
    """What endpoints are asked, and how."""

    def __init__(
        self,
        context: typer.Context,
        endpoints: Sequence[str],
        timeout: float,
        *,
        strict: bool,
        fetch: bool,
    ) -> None:
        self._kb, self._fetch = wishes(context).kb, fetch
        self._endpoints, self._timeout, self._strict = endpoints, timeout, strict
        self._partial = False

    def ask(self, question: Callable[[Labs], _Found]) -> _Found:
        """Ask the endpoints; what is to be known of the answer goes to standard error."""
        from dlprov_rdf.kb.labs import open_labs  # it loads the stores: a third of a second

        opened = open_labs(
            self._endpoints, kb=self._kb, seconds=self._timeout, fetch=self._fetch,
            on_warning=output.complain,
        )  # fmt: skip
        with opened as labs:
            try:
                found = question(labs)
            except DlprovError:
                _remark(labs.notes)
                raise
            self._partial = bool(labs.faults)
            if not hasattr(found, "notes"):
                _remark(labs.notes)
            return found

    def end(self) -> None:
        """Exit with 1 where a part is missing and that is not to pass."""
        if self._partial and self._strict:
            raise typer.Exit(1)


def _remark(notes: Sequence[str]) -> None:
    for words in notes:
        output.remark(words)


def refuse_beside(endpoints: Sequence[str] | None, **options: object) -> None:
    """Refuse options that only the local knowledge base has.

    Raises:
        typer.BadParameter: One of them was given beside an endpoint.
    """
    for name, value in options.items():
        if endpoints and value:
            raise typer.BadParameter(f"--{name} asks the local knowledge base, not --endpoint")


def refuse_without(endpoints: Sequence[str] | None, **options: object) -> None:
    """Refuse options that only endpoints have.

    Raises:
        typer.BadParameter: One of them was given, and no endpoint.
    """
    for name, value in options.items():
        if value and not endpoints:
            option = name.replace("_", "-")
            raise typer.BadParameter(f"--{option} is of endpoints: give one with --endpoint")

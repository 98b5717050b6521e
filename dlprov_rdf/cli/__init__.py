# SPDX-License-Identifier: Apache-2.0
"""The command line: each command is one call of the library, and an answer on standard output.

Progress, warnings and errors go to standard error. An error is one line and an exit status
that its class knows; ``--debug`` shows where it came from.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from dlprov_rdf.cli import ask, look, make
from dlprov_rdf.cli.options import Debug, Kb, Wishes
from dlprov_rdf.cli.output import complain
from dlprov_rdf.cli.run import apart, run
from dlprov_rdf.errors import DlprovError
from dlprov_rdf.version import __version__

#: What typer raises for a command line that it cannot read; its home differs by version.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="dlprov",
    help="A provenance knowledge base for deep learning.\n\n"
    "Watch a training: dlprov run train.py. Then ask: dlprov questions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

make.add_to(app)
app.command(
    context_settings={"allow_interspersed_args": False},
    options_metavar="[--kb DIR] [--name N] [--no-build]",
)(run)
look.add_to(app)
ask.add_to(app)


def _version(wanted: bool) -> None:  # noqa: FBT001 -- typer's signature
    if wanted:
        sys.stdout.write(f"dlprov {__version__}\n")
        raise typer.Exit


@app.callback()
def everywhere(
    kb: Kb = None,
    debug: Debug = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Take the options that work before every command."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its status."""
    wishes = Wishes()
    try:
        status = app(
            apart(sys.argv[1:] if arguments is None else arguments),
            prog_name="dlprov",
            standalone_mode=False,
            obj=wishes,
        )
        sys.stdout.flush()
    except BrokenPipeError:
        status = _reader_left()
    except KeyboardInterrupt:
        status = 130
    except (_USAGE_ERROR, DlprovError, OSError) as fault:
        if wishes.debug:
            raise
        complain(_words(fault))
        status = getattr(fault, "exit_status", 2)
    sys.exit(status if isinstance(status, int) else 0)


def _words(fault: Exception) -> str:
    """Word what typer found wrong like an error of our own."""
    words = getattr(fault, "format_message", fault.__str__)()
    if not isinstance(fault, _USAGE_ERROR):
        return words
    context = getattr(fault, "ctx", None)
    return f"{words.rstrip('.')}. See: {context.command_path if context else 'dlprov'} --help"


def _reader_left() -> int:
    """Close standard output quietly: ``dlprov runs | head`` has what it wanted."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0

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

from dlprov_rdf.cli import annotate, ask, check, choose, fuseki, look, make, output, push, validity
from dlprov_rdf.cli.options import Debug, Kb, Wishes
from dlprov_rdf.cli.run import apart, run
from dlprov_rdf.errors import DlprovError
from dlprov_rdf.version import __version__

#: What typer raises for a command line that it cannot read; its home differs by version.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="dlprov",
    help="A provenance knowledge base for deep learning.\n\n"
    "Watch a training: dlprov run train.py. Then ask: dlprov questions.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

make.add_to(app)
app.command(
    context_settings={"allow_interspersed_args": False},
    options_metavar="[--kb DIR] [--name N] [--study S] [--no-build]",
)(run)
look.add_to(app)
choose.add_to(app)
ask.add_to(app)
check.add_to(app)
annotate.add_to(app)
validity.add_to(app)
fuseki.add_to(app)
push.add_to(app)


def _version(wanted: bool) -> None:  # noqa: FBT001 -- typer's signature
    if wanted:
        sys.stdout.write(f"dlprov {__version__}\n")
        raise typer.Exit


@app.callback()
def everywhere(
    context: typer.Context,
    kb: Kb = None,
    debug: Debug = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Take the options that work before every command; without one, show the help."""
    if context.invoked_subcommand is None:
        output.text(context.get_help())


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its status."""
    wishes = Wishes()
    output.prepare()
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
    except SystemExit as left:  # typer's own way to say that the reader has left
        if not isinstance(left.__context__, BrokenPipeError):
            raise
        status = _reader_left()
    except KeyboardInterrupt:
        status = 130
    except (_USAGE_ERROR, DlprovError, OSError, UnicodeError) as fault:
        if wishes.debug:
            raise
        output.complain(_words(fault))
        status = getattr(fault, "exit_status", 2)
    sys.exit(status if isinstance(status, int) else 0)


def _words(fault: Exception) -> str:
    """Word a fault in one line: where, and what."""
    if isinstance(fault, _USAGE_ERROR):
        return _usage(fault)
    words = str(fault)
    if isinstance(fault, OSError) and fault.strerror and fault.filename is not None:
        return f"{fault.filename}: {fault.strerror}."
    if isinstance(fault, UnicodeError):
        return f"what was typed or read is not UTF-8 text ({words}). Type it in UTF-8."
    return words


def _usage(fault: Exception) -> str:
    """Word what typer found wrong, with where to look."""
    words = str(getattr(fault, "format_message", fault.__str__)()).replace("Value error, ", "")
    context = getattr(fault, "ctx", None)
    ended = words if words.endswith("?") else f"{words.rstrip('.')}."
    return f"{ended} See: {context.command_path if context else 'dlprov'} --help"


def _reader_left() -> int:
    """Close standard output quietly: ``dlprov runs | head`` has what it wanted."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0

# SPDX-License-Identifier: Apache-2.0
"""Checks a PROV document that somebody has, in any of PROV's notations.

RDF is read by pyoxigraph as a stream. PROV-N, PROV-XML and PROV-JSON are read by the ``prov``
library (extra ``exchange``), whole and much larger in memory than on disk, so above a limit
they are refused. All ways in which it can fail are mapped in one place.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from dlprov_rdf.errors import FaultyDocument, MissingExtra
from dlprov_rdf.graph.statements import Instance, instances
from dlprov_rdf.validate.constraints import xml
from dlprov_rdf.validate.constraints.checking import check
from dlprov_rdf.validate.constraints.report import Report

#: Bytes of a PROV-N, PROV-XML or PROV-JSON document that are read; RDF has no limit. The
#: library takes 4 seconds and 75 MB of memory for each megabyte of PROV-N.
LIMIT = 20_000_000

#: The endings of files that can be read.
ENDINGS = (
    ".provn", ".json", ".provjson", ".xml", ".provx", ".provxml", ".jsonld", ".ttl", ".trig",
    ".nt", ".nq", ".n3", ".rdf",
)  # fmt: skip
_TOLD = "provn, json, xml, jsonld, ttl, trig, nt, nq, n3 or rdf"

_NOTATIONS = {
    ".provn": "provn", ".json": "json", ".provjson": "json", ".xml": "xml", ".provx": "xml",
    ".provxml": "xml",
}  # fmt: skip


def check_file(path: Path | str) -> Report:
    """Check a PROV document: its own statements and each of its bundles.

    Args:
        path: Its ending tells its notation: .provn, .json, .xml; .jsonld, .ttl, .trig, .nt,
            .nq, .n3, .rdf. In RDF the default graph is the document, a named graph a bundle.

    Raises:
        FaultyDocument: It cannot be read, with where and why; or it is too large.
        MissingExtra: It is no RDF, and the ``prov`` library is not installed.
    """
    file = Path(path)
    found, called = read(file)
    return check(found, called)


def read(path: Path) -> tuple[list[Instance], dict[str, str]]:
    """Read a PROV document; give also what it calls its things.

    Args and Raises are those of ``check_file``.
    """
    if not path.is_file():
        raise FaultyDocument(path, "there is no such file", _TOLD)
    ending = path.suffix.lower()
    form = ox.RdfFormat.from_extension(ending.removeprefix("."))
    notation = _NOTATIONS.get(ending)
    if notation == "xml" or ending == ".rdf":
        notation, form = _xml(path)
    elif notation == "json" and _is_json_ld(path):
        notation, form = None, ox.RdfFormat.JSON_LD
    if notation is not None:
        return _by_prov(path, notation)
    if form is None or ending not in ENDINGS:
        raise FaultyDocument(path, f"{path.suffix!r} is no ending of a PROV document", _TOLD)
    return instances(_quads(path, form)), {}


def _xml(path: Path) -> tuple[str | None, ox.RdfFormat | None]:
    """Tell PROV-XML from RDF/XML by its first element, and refuse what its entities could do."""
    try:
        root = xml.first_element(path)
    except xml.Refused as error:
        raise FaultyDocument(path, str(error), _TOLD) from error
    return (None, ox.RdfFormat.RDF_XML) if root == xml.RDF else ("xml", None)


def _is_json_ld(path: Path) -> bool:
    """Tell JSON-LD from PROV-JSON: by its context, or by its being a list."""
    with path.open("rb") as file:
        head = file.read(4096)
    return b'"@context"' in head or b'"@graph"' in head or head.lstrip()[:1] == b"["


def _quads(path: Path, form: ox.RdfFormat) -> Iterator[ox.Quad]:
    base = path.absolute().as_uri()
    try:
        yield from ox.parse(path=str(path), format=form, base_iri=base)
    except (OSError, SyntaxError, ValueError) as error:
        raise FaultyDocument(path, _reason(error), _TOLD) from error


def _by_prov(path: Path, notation: str) -> tuple[list[Instance], dict[str, str]]:
    """Read what the ``prov`` library reads; whatever it raises, the document is at fault."""
    size = path.stat().st_size
    if size > LIMIT:
        reason = (
            f"{size:,} bytes are more than the limit of {LIMIT:,} bytes for this notation; "
            "RDF has no limit"
        )
        raise FaultyDocument(path, reason, _TOLD)
    try:
        from dlprov_rdf.validate.constraints import prov_library as library
    except ImportError as error:
        raise MissingExtra("the prov library", "exchange") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it guesses; what we need we check
            return library.read(path, notation)
    except library.PartMissing as error:
        raise MissingExtra("the reader of PROV-XML (lxml)", "exchange") from error
    except Exception as error:  # a foreign parser raises what its parts raise, KeyError too
        raise FaultyDocument(path, _reason(error), _TOLD) from error


def _reason(error: Exception) -> str:
    """Word what a parser raised: where, as far as it says so, and what."""
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start}: it is not UTF-8 text"
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is unknown, or missing"
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__

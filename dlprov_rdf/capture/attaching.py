# SPDX-License-Identifier: Apache-2.0
"""RDF of a user's own field, carried as text: it is read when the graph is made, never here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from dlprov_rdf.errors import WrongCall

#: Octets of an attached text, at the most: a log is read whole.
LARGEST = 2**20

#: RDF as a file, as text, or as what a function gives.
Rdf: TypeAlias = "Path | str | Callable[[], object]"

_FORMS = {
    ".ttl": "turtle", ".turtle": "turtle", ".n3": "turtle", ".trig": "trig", ".nt": "ntriples",
    ".nq": "nquads", ".jsonld": "jsonld", ".json": "jsonld", ".rdf": "rdfxml", ".xml": "rdfxml",
    ".owl": "rdfxml",
}  # fmt: skip

FORMS = tuple(dict.fromkeys(_FORMS.values()))


def carried(rdf: object, form: str | None, name: str | None = None) -> dict[str, str | None]:
    """Take a text as the fields of an `Attached` event.

    Args:
        rdf: A file, RDF text, or a function that returns RDF text.
        form: One of `FORMS`; else by the file's ending, else by how the text begins.
        name: What to call it; else the file's or function's name.

    Returns:
        name, form, and either the text or why it is not there: the file cannot be read, the
        function failed, it is too large. None of these is an exception.

    Raises:
        WrongCall: ``rdf`` is none of these, or ``form`` is no form.
    """
    if form is not None and form not in FORMS:
        raise WrongCall("attach", f"format {form!r}", f"Say one of: {', '.join(FORMS)}.")
    if not isinstance(rdf, str | Path):
        if not callable(rdf):
            raise WrongCall("attach", f"{rdf!r} is no RDF", "Give a file, text, or a function.")
        return _told(_returned(rdf), form, name or str(getattr(rdf, "__name__", "function")))
    if isinstance(rdf, str) and not _is_file(rdf):
        return _told((rdf, None), form, name or "RDF")
    path = Path(rdf)
    return _told(_of_file(path), form or _FORMS.get(path.suffix.lower()), name or path.name)


def _is_file(words: str) -> bool:
    """Tell whether words are a path: of a file that is there, or that ends like one of RDF."""
    if "\n" in words or "<" in words or "{" in words or not words:
        return False
    return Path(words).suffix.lower() in _FORMS or Path(words).is_file()


def _of_file(path: Path) -> tuple[str | None, str | None]:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            return None, _too_large(size)
        return path.read_text(encoding="utf-8"), None
    except (OSError, UnicodeError) as fault:
        return None, f"{path}: {fault}"


def _returned(function: Callable[[], object]) -> tuple[str | None, str | None]:
    try:
        given = function()
        text = given.decode() if isinstance(given, bytes) else given
    except Exception as fault:  # noqa: BLE001 -- promise 2: a user's function may raise anything
        return None, f"the function failed ({type(fault).__name__}: {str(fault)[:300]})"
    if isinstance(text, str):
        return text, None
    return None, f"the function gave no text but {type(given).__name__}"


def _told(
    read: tuple[str | None, str | None], form: str | None, name: str
) -> dict[str, str | None]:
    text, fault = read
    if text is not None:
        text = text.removeprefix("\ufeff").encode(errors="backslashreplace").decode()
        size = len(text.encode())
        if size > LARGEST:
            text, fault = None, _too_large(size)
    return {"name": name, "form": form or _guess(text or ""), "text": text, "fault": fault}


def _too_large(size: int) -> str:
    return f"it has {size} octets, and at most {LARGEST} are taken: attach what matters of it"


def _guess(text: str) -> str:
    """Tell the form of a text by how it begins."""
    start = text.lstrip()[:200]
    if start.startswith("{") or (start.startswith("[") and start[1:].lstrip()[:1] in {"{", "]"}):
        return "jsonld"
    if start.startswith(("<?xml", "<rdf:RDF", "<!DOCTYPE")):
        return "rdfxml"
    return "turtle"

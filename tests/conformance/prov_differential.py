# SPDX-License-Identifier: Apache-2.0
"""Judges documents that hypothesis makes and mutates, and compares each verdict with an oracle's.

The oracle is ProvToolbox. A disagreement that no reason of ``prov_followed`` explains, or
in which the specification taken by the letter (``tests/by_the_book.py``) is not on our side, is
a failure, and is shown as small as it can be made. The same seed makes the same documents.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path.insert(0, str(Path(__file__).parents[1]))

import prov_oracle as oracle
from by_the_book import valid as valid_by_the_book
from prov_documents import documents as documents_made
from prov_followed import REASONS, Reason, changed
from prov_mutations import TIMES
from prov_reached import reached
from prov_written import Document, provn, retimed

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import Instance, Statement
from dlprov_rdf.validate.constraints import Report, check_file
from dlprov_rdf.validate.constraints.book import NAMES

#: Disagreements without a reason that are made small and shown.
_SHOWN = 5


def main() -> int:
    """Compare the verdicts; tell how many agree, and how far the documents reach."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--documents", type=int, default=2_000)
    asked_for = asked.parse_args()
    if why := oracle.lacking():
        sys.stdout.write(f"skipped: {why}\n")
        return int("all" in os.environ.get("DLPROV_REQUIRE", ""))
    documents = draw(asked_for.seed, asked_for.documents)
    reports = [report(document) for document in documents]
    verdicts = oracle.judge([provn(document) for document in documents])
    judged = [
        (document, ours.valid, theirs)
        for document, ours, theirs in zip(documents, reports, verdicts, strict=True)
        if theirs is not None
    ]
    differ = [(document, theirs) for document, ours, theirs in judged if ours != theirs]
    reasons = explain(differ)
    left = [index for index, reason in enumerate(reasons) if reason is None]
    parts = explain([(at_fault(differ[index][0]), differ[index][1]) for index in left])
    for index, reason in zip(left, parts, strict=True):
        reasons[index] = reason
    share = sum(ours for _, ours, _ in judged) / max(1, len(judged))
    told = (
        f"seed {asked_for.seed} ({_digest(documents)}): {len(judged):,} documents judged by both, "
        f"{share:.0%} of them valid; {len(judged) - len(differ):,} verdicts agree; "
        f"{len(differ)} differ; the oracle failed at {len(documents) - len(judged)} more"
    )
    lines = [
        told,
        *(f"{count} differ: {names}" for names, count in Counter(map(_names, reasons)).items()),
        *_reach(documents, reports),
    ]
    unexplained = [pair for pair, reason in zip(differ, reasons, strict=True) if reason is None]
    for document, theirs in unexplained[:_SHOWN]:
        small = shrunk(document)
        lines += ["", f"valid={theirs} by the oracle:", provn(small), report(small).words()]
    sys.stdout.write("\n".join([*lines, ""]))
    return 1 if unexplained or len(judged) < asked_for.documents else 0


def draw(number: int, least: int) -> list[Document]:
    """Make documents, no two alike: more than asked for, since the oracle fails at some."""
    texts: dict[str, Document] = {}
    wanted = least + least // 8

    @seed(number)
    @settings(
        max_examples=4 * wanted, database=None, phases=[Phase.generate], deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(documents_made())
    def make(document: Document) -> None:
        if len(texts) < wanted:
            texts.setdefault(provn(document), document)

    make()
    return list(texts.values())


def report(document: Document) -> Report:
    """Judge a document, read from PROV-N as anybody's is."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "document.provn"
        file.write_text(provn(document), encoding="utf-8")
        return check_file(file)


def explain(differ: list[tuple[Document, bool]]) -> list[tuple[Reason, ...] | None]:
    """Find for each disagreement the fewest reasons that explain it, or None."""
    found: list[tuple[Reason, ...] | None] = [None] * len(differ)
    due = [index for index, pair in enumerate(differ) if _by_the_book(pair[0]) != pair[1]]
    for count in range(1, len(REASONS) + 1):
        for reasons in combinations(REASONS, count):
            told = [changed(differ[index][0], reasons, for_oracle=True) for index in due]
            verdicts = oracle.judge([provn(document) for document in told]) if told else []
            for index, theirs in zip(due.copy(), verdicts, strict=True):
                if theirs is report(changed(differ[index][0], reasons, for_oracle=False)).valid:
                    found[index] = reasons
                    due.remove(index)
    return found


def at_fault(document: Document) -> Document:
    """Keep the statements of what is at fault: what is not valid alone is not valid in company.

    The oracle, told everything, overflows its stack where it finds many ways through one cycle.
    """
    violations = report(document).violations
    if not violations:
        return document
    first = violations[0]
    return [
        Instance(
            one.name,
            tuple(said for said in one.statements if _speaks(said, first.about)),
        )
        for one in document
        if one.name == first.bundle
    ]


def _speaks(said: Statement, things: tuple[str, ...]) -> bool:
    """Tell whether a statement orders some things, or tells that a thing was generated."""
    spoken = {getattr(said, name) for name in said.__struct_fields__ if name != "attributes"}
    generated = isinstance(said, s.Entity | s.Specialization | s.Attribution)
    return generated or len(spoken.intersection(things)) > 1


def _by_the_book(document: Document) -> bool:
    """Judge a document by the specification taken by the letter."""
    return all(valid_by_the_book(one.statements) for one in _one_spelling(document))


def _one_spelling(document: Document) -> Document:
    """Write each moment in one way only: the book compares times by their spelling."""
    return [
        Instance(
            one.name,
            tuple(retimed(said, TIMES[1], TIMES[0]) for said in one.statements),
        )
        for one in document
    ]


def shrunk(document: Document) -> Document:
    """Take statements away as long as no reason explains it: in halves, then one by one."""
    size = max(len(one.statements) for one in document)
    while size:
        tried = list(_without(document, size))
        told = [provn(changed(one, REASONS, for_oracle=True)) for one in tried]
        for smaller, theirs in zip(tried, oracle.judge(told), strict=True):
            ours = report(changed(smaller, REASONS, for_oracle=False)).valid
            if theirs is not None and theirs != ours:
                document = smaller
                break
        else:
            size //= 2
    return document


def _without(document: Document, size: int) -> Iterator[Document]:
    for index, one in enumerate(document):
        for start in range(0, len(one.statements), size):
            rest = one.statements[:start] + one.statements[start + size :]
            yield [*document[:index], Instance(one.name, rest), *document[index + 1 :]]


def _reach(documents: list[Document], reports: list[Report]) -> Iterator[str]:
    """Tell of each constraint in how many documents it is at work, and in how many broken."""
    spoken = Counter(number for document in documents for number in reached(document))
    broken: Counter[int | None] = Counter()
    for each in reports:
        chains = " ".join(violation.message for violation in each.violations)
        broken.update(
            {violation.constraint for violation in each.violations}
            | {int(number) for number in re.findall(r"\(C(\d\d)\)", chains)}
        )
    yield "constraint: documents that it speaks of; that break it, or have it in a broken chain"
    for number, name in NAMES.items():
        yield f"  C{number} {name}: {spoken[number]}; {broken[number]}"


def _digest(documents: list[Document]) -> str:
    """Give a short digest of all texts: the same documents have the same."""
    texts = "".join(map(provn, documents)).encode()
    return f"sha256 {hashlib.sha256(texts).hexdigest()[:12]}"


def _names(reasons: tuple[Reason, ...] | None) -> str:
    if reasons is None:
        return "NO REASON KNOWN"
    return "; and ".join(reason.name for reason in reasons)


if __name__ == "__main__":
    sys.exit(main())

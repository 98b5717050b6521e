# SPDX-License-Identifier: Apache-2.0
"""A report as JUnit XML, which every CI service shows: one test case a rule.

Source:
    The format as Jenkins and GitLab read it: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple
from xml.etree import ElementTree as ET

from dlprov_rdf.validate.result import Result
from dlprov_rdf.validate.rules import Rule
from dlprov_rdf.validate.score import SEVERITIES, Advice


class Case(NamedTuple):
    """What a test suite is made of: one thing that was checked."""

    checked: str
    rules: Sequence[Rule]
    applying: AbstractSet[str]
    broken: Sequence[Advice]


def document(cases: Iterable[Case], fail_on: str = "violation") -> str:
    """Write several reports as one document.

    Args:
        cases: What was checked.
        fail_on: The mildest severity that fails a test: violation, warning or info. What is
            milder is told in ``system-out``; a rule that does not apply is skipped.
    """
    suites = [_suite(case, fail_on) for case in cases]
    top = ET.Element("testsuites", {"name": "dlprov check", **_counted(suites)})
    top.extend(suites)
    ET.indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(top, encoding="unicode")}\n'


def _suite(case: Case, fail_on: str) -> ET.Element:
    broken = {one.rule.iri: one for one in case.broken}
    known = {rule.iri for rule in case.rules}
    rules = [*case.rules, *(one.rule for one in case.broken if one.rule.iri not in known)]
    tests = [_test(rule, case, broken.get(rule.iri), fail_on) for rule in rules]
    counts = {
        "tests": str(len(tests)),
        "failures": str(sum(test.find("failure") is not None for test in tests)),
        "errors": "0",
        "skipped": str(sum(test.find("skipped") is not None for test in tests)),
    }
    suite = ET.Element("testsuite", {"name": _clean(case.checked), **counts})
    suite.extend(tests)
    return suite


def _test(rule: Rule, case: Case, broken: Advice | None, fail_on: str) -> ET.Element:
    test = ET.Element(
        "testcase", name=_clean(rule.name), classname=_clean(f"{rule.profile}.{rule.iri}")
    )
    if broken is None:
        if rule.iri not in case.applying:
            ET.SubElement(test, "skipped", message="nothing in the graph to hold it against")
        return test
    lines = "\n".join(_line(result) for result in broken.nodes)
    if SEVERITIES.index(rule.severity) <= SEVERITIES.index(fail_on):
        message = _clean(rule.remedy or rule.name)
        ET.SubElement(test, "failure", type=rule.severity, message=message).text = lines
    else:
        ET.SubElement(test, "system-out").text = lines
    return test


def _line(result: Result) -> str:
    return _clean(result.words())


def _counted(suites: Sequence[ET.Element]) -> dict[str, str]:
    names = ("tests", "failures", "errors", "skipped")
    return {name: str(sum(int(suite.attrib[name]) for suite in suites)) for name in names}


def _clean(words: str) -> str:
    """Leave out what XML cannot carry: control characters and lone surrogates."""
    return "".join(
        letter if _carried(ord(letter)) else "\N{REPLACEMENT CHARACTER}" for letter in words
    )


def _carried(code: int) -> bool:
    return (
        code in {0x9, 0xA, 0xD}
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or code >= 0x10000
    )

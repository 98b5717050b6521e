# SPDX-License-Identifier: Apache-2.0
"""Runs W3C's cases for PROV-CONSTRAINTS, each in PROV-N and in PROV-XML: `make conformance`.

They are not ours to hand on, and lie in a folder beside this checkout (``../shared``), or in
the one that ``DLPROV_SHARED`` names. Without them it says so, and fails only where
``DLPROV_REQUIRE`` wants all.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

from dlprov_rdf.validate.constraints import check_file

SHARED = Path(os.environ.get("DLPROV_SHARED") or Path(__file__).parents[3] / "shared")
CASES = SHARED / "conformance" / "prov-constraints"

#: The two serialisations of each case, and what a manifest calls a constraint.
ENDINGS = ("provn", "xml")


def main() -> int:
    """Judge every case; say which verdicts differ, and how many are right."""
    manifest = CASES / "manifest.csv"
    if not manifest.exists():
        sys.stdout.write("skipped: W3C's cases for PROV-CONSTRAINTS are not here\n")
        return int("all" in os.environ.get("DLPROV_REQUIRE", ""))
    with manifest.open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    wrong = [fault for case in cases for ending in ENDINGS for fault in _faults(case, ending)]
    for fault in wrong:
        sys.stdout.write(f"{fault}\n")
    judged = len(cases) * len(ENDINGS)
    right = judged - len({fault.split(":")[0] for fault in wrong})
    sys.stdout.write(f"{right} of {judged} verdicts are right ({len(cases)} cases)\n")
    return 1 if wrong else 0


def _faults(case: dict[str, str], ending: str) -> list[str]:
    """Compare the verdict, and of what is invalid the constraints, with the manifest's."""
    name = f"{case['case']}.{ending}"
    report = check_file(CASES / name)
    if report.valid != (case["verdict"] == "PASS"):
        return [f"{name}: {case['verdict']} expected: {report.words()}"]
    wanted = set(case["constraints"].split())
    found = {"DM" if one.constraint is None else f"c{one.constraint}" for one in report.violations}
    if not report.valid and not wanted & found:
        return [f"{name}: {wanted} expected, and found {found}"]
    return []


if __name__ == "__main__":
    sys.exit(main())

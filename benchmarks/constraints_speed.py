# SPDX-License-Identifier: Apache-2.0
"""How fast is PROV-CONSTRAINTS checked, of one run of 1,000, 10,000 and 100,000 statements?

A chain of epochs, each with ten statements: so long a chain is the hard case for a search for
cycles. Reading is apart, for both. The peer is ProvToolbox, where Java and Maven are there; it
judges each document twice to warm up, 10,000 statements once; it is not asked for 100,000.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import measured

from dlprov_rdf.graph import statements as s
from dlprov_rdf.graph.statements import KEYWORDS, Instance, Statement
from dlprov_rdf.validate.constraints import check

BASE = "https://lab.example/run/R/"
SHARED = Path(os.environ.get("DLPROV_SHARED") or Path(__file__).parents[2] / "shared")
ORACLE = SHARED / "tools" / "prov-oracle" / "run"

#: Statements, milliseconds that it may take, and how often ours and the peer are measured.
SIZES = ((1_000, 15.0, 15, 7), (10_000, 250.0, 7, 1), (100_000, 5_000.0, 3, 0))

#: Seconds after which the peer is not waited for.
PATIENCE = 60


def history(count: int) -> Iterator[Statement]:
    """A training whose every epoch leaves a state, derived from the one before."""
    for number in range(count // 10):
        epoch, state, loss = (
            f"{BASE}epoch/{number}",
            f"{BASE}state/{number}",
            f"{BASE}loss/{number}",
        )
        before = f"{BASE}state/{number - 1}" if number else f"{BASE}data"
        yield s.Activity(epoch, f"2026-01-01T10:{number // 60 % 60:02}:{number % 60:02}Z")
        yield s.Entity(state)
        yield s.Entity(loss)
        yield s.Usage(epoch, before, id=f"{epoch}/usage")
        yield s.Generation(state, epoch, id=f"{epoch}/generation")
        yield s.Generation(loss, epoch)
        yield s.Derivation(state, before)
        yield s.Derivation(loss, state)
        if number % 10:
            yield s.Communication(epoch, f"{BASE}epoch/{number - 1}")
        else:
            yield s.Specialization(state, f"{BASE}content/{number}")
        yield s.Association(epoch, f"{BASE}process", f"{BASE}script", id=f"{epoch}/association")


def main() -> None:
    """Measure each size, ours beside the peer's."""
    rows = []
    for count, limit, times, peer_times in SIZES:
        instance = Instance(None, tuple(history(count)))
        assert len(instance.statements) == count
        ours, work = zip(*(_ours(instance) for _ in range(times)), strict=True)
        peers, why_not = _peers(instance, peer_times) if peer_times else ([], "not asked")
        what = f"PROV-CONSTRAINTS of {count:,} statements"
        if peers:
            rows.append(measured.row(what, "dlprov-rdf", "ProvToolbox", list(ours), peers, "ms"))
        else:
            value = sorted(ours)[len(ours) // 2]
            rows.append(measured.figure(what, "dlprov-rdf", value, "ms", f"ProvToolbox: {why_not}"))
        rows[-1] |= {"limit": limit, "ours_cpu": sorted(work)[len(work) // 2]}
    measured.keep("constraints", rows)


def _ours(instance: Instance) -> tuple[float, float]:
    """Give the milliseconds that it took by the clock, and by the processor alone."""
    start, working = time.perf_counter(), time.process_time()
    report = check([instance])
    took = (time.perf_counter() - start) * 1e3
    worked = (time.process_time() - working) * 1e3
    assert report.valid, report.words()
    return took, worked


def _peers(instance: Instance, times: int) -> tuple[list[float], str]:
    """What the peer takes, in one process that has warmed up; or why there is none."""
    lacking = [program for program in ("java", "javac", "mvn") if shutil.which(program) is None]
    if lacking or not ORACLE.exists():
        return [], f"{', '.join(lacking) or 'the oracle'} is not here"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "history.provn"
        file.write_text(provn(instance.statements), encoding="utf-8")
        warm = 2 if times > 1 else 0
        try:
            done = subprocess.run(
                [ORACLE, *[file] * (times + warm)], capture_output=True, text=True, check=False,
                timeout=PATIENCE,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return [], f"no answer in {PATIENCE} seconds"
    verdicts = [line.split() for line in done.stdout.splitlines()]
    if not verdicts or any(verdict[1] != "PASS" for verdict in verdicts):
        return [], f"it did not answer ({done.stdout[:80] or done.stderr[-80:]})"
    return [float(verdict[2]) for verdict in verdicts[warm:]], ""


def provn(statements: tuple[Statement, ...]) -> str:
    """Write statements as PROV-N."""
    lines = ["document", f"prefix r <{BASE}>", *map(_line, statements), "endDocument"]
    return "\n".join(lines) + "\n"


def _line(statement: Statement) -> str:
    fields = {name: getattr(statement, name) for name in statement.__struct_fields__}
    fields.pop("attributes", None)
    kind = type(statement)
    named = kind not in {s.Activity, s.Entity}
    identifier = fields.pop("id", None) if named else None
    head = f"{_name(identifier)}; " if identifier else ""
    return f"{KEYWORDS[kind]}({head}{', '.join(map(_name, fields.values()))})"


def _name(value: str | None) -> str:
    if value is None:
        return "-"
    return f"r:{value.removeprefix(BASE)}" if value.startswith(BASE) else value


if __name__ == "__main__":
    sys.exit(main())

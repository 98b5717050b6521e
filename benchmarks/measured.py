# SPDX-License-Identifier: Apache-2.0
"""Keeps what a benchmark measured: ours and the other side by side, in one run, as ratios.

Machines are noisy and differ, so a figure is a ratio of two medians from one process or one
interleaved series, with both values beside it.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def row(
    what: str,
    ours: str,
    peer: str,
    ours_values: list[float],
    peer_values: list[float],
    unit: str,
) -> dict[str, object]:
    """Make one row: medians and their ratio, ours divided by the peer's."""
    mine, theirs = statistics.median(ours_values), statistics.median(peer_values)
    return {
        "what": what, "ours": ours, "peer": peer, "ours_value": mine, "peer_value": theirs,
        "unit": unit, "ratio": mine / theirs, "runs": len(ours_values),
        "ratio_quartiles": _quartiles(
            [a / b for a, b in zip(ours_values, peer_values, strict=False)]
        ),
    }  # fmt: skip


def figure(what: str, ours: str, value: float, unit: str, at_least: str) -> dict[str, object]:
    """Make one row that stands beside a limit of our own, no peer."""
    return {
        "what": what, "ours": ours, "peer": at_least, "ours_value": value, "peer_value": None,
        "unit": unit, "ratio": None,
    }  # fmt: skip


def p95(values: list[float]) -> float:
    """Give the value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


def keep(name: str, rows: list[dict[str, object]]) -> None:
    """Write ``results/NAME.json`` and print the rows."""
    RESULTS.mkdir(exist_ok=True)
    told = {
        "name": name,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}",
        "command": " ".join(["python", *[Path(sys.argv[0]).name, *sys.argv[1:]]]),
        "rows": rows,
    }
    text = json.dumps(told, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n")
    if "--json" in sys.argv:
        print(text)
        return
    for one in rows:
        other = "" if one["peer_value"] is None else f"  {one['peer']}: {one['peer_value']:.4g}"
        ratio = "" if one["ratio"] is None else f"  ratio {one['ratio']:.3f}"
        limit = f"  ({one['peer']})" if one["peer_value"] is None else ""
        print(f"{one['what']}: {one['ours_value']:.4g} {one['unit']}{other}{ratio}{limit}")


def _quartiles(ratios: list[float]) -> list[float]:
    if len(ratios) < 2:
        return ratios
    low, _, high = statistics.quantiles(ratios, n=4)
    return [low, high]

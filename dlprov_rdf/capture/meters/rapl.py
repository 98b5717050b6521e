# SPDX-License-Identifier: Apache-2.0
"""Energy of processors and memory by RAPL, the counters that Linux shows below powercap.

It is that of the whole device, whoever used it meanwhile. A counter wraps round at its
range. Two readings tell of one turn and not of more, so what took longer than the counter
can take for a turn is not told: at the highest power that the device is limited to, doubled
for short peaks, or 1,000 W where no limit is shown.

Source:
    Linux, Power Capping Framework: https://docs.kernel.org/power/powercap/powercap.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, cast

from dlprov_rdf.capture.meters.quantity import Quantity, Unmeasured

_ROOT = Path("/sys/class/powercap")
_MOST_WATTS = 1_000.0


class _Zone(NamedTuple):
    """A device with a counter; its range in microjoules, and how long that lasts at least."""

    name: str
    path: Path
    range: int
    turn: float


class _Reading(NamedTuple):
    """Counters in microjoules, and when they were read: seconds of the monotonic clock."""

    at: float
    counters: dict[str, int]


class Rapl:
    """The counters of processor packages, and of memory where it is told apart."""

    def __init__(self, root: Path = _ROOT) -> None:
        names = {path.name: _text(path / "name") for path in sorted(root.glob("intel-rapl:*"))}
        if not names:
            raise Unmeasured(f"no counters in {root}")
        kept = [name for name, what in names.items() if what[:7] in {"package", "dram"}]
        try:
            self._zones = [_zone(root / name, _label(name, names)) for name in kept]
            self.read()
        except OSError as fault:
            raise Unmeasured(f"{fault.filename}: {fault.strerror}") from fault

    def read(self) -> _Reading:
        """Read the counters."""
        counters = {zone.name: int(_text(zone.path / "energy_uj")) for zone in self._zones}
        return _Reading(time.monotonic(), counters)

    def used(self, before: object, now: object) -> list[Quantity]:
        """Tell the energy of each device between two readings."""
        first, last = cast("_Reading", before), cast("_Reading", now)
        seconds = last.at - first.at
        if any(seconds > zone.turn for zone in self._zones):
            raise Unmeasured(f"in {seconds:.0f} s a counter may have wrapped more than once")
        return [
            Quantity("energy", _grown(zone, first.counters, last.counters), "J", "RAPL", zone.name)
            for zone in self._zones
        ]


def _zone(path: Path, name: str) -> _Zone:
    whole = int(_text(path / "max_energy_range_uj"))
    limits = [0]
    for limit in path.glob("constraint_*_uw"):
        with suppress(OSError, ValueError):
            limits.append(int(_text(limit)))
    watts = 2 * max(limits) / 1e6 or _MOST_WATTS
    return _Zone(name, path, whole, whole / 1e6 / watts)


def _grown(zone: _Zone, first: Mapping[str, int], last: Mapping[str, int]) -> float:
    """Tell by how many joules a counter has grown, once round its range at most."""
    grown = last[zone.name] - first[zone.name]
    return (grown if grown >= 0 else grown + zone.range) / 1e6


def _label(name: str, names: Mapping[str, str]) -> str:
    """Name a zone by itself, and one within another (``intel-rapl:0:1``) by both."""
    outer = names.get(name.rpartition(":")[0])
    return f"{outer} {names[name]}" if outer else names[name]


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()

# SPDX-License-Identifier: Apache-2.0
"""Reads what a run and its trainings use, at their beginnings and ends.

What cannot be read is left out, with the reason; no number is made up, and no fault of a
meter reaches the training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from dlprov_rdf import process
from dlprov_rdf.capture.meters.carbon import CodeCarbon
from dlprov_rdf.capture.meters.nvml import Nvml
from dlprov_rdf.capture.meters.quantity import Meter, Quantity, Unmeasured
from dlprov_rdf.capture.meters.rapl import Rapl
from dlprov_rdf.events import QuantityUsed, ResourcesUsed

__all__ = ["Meters", "Quantity", "Unmeasured"]


class _Begun(NamedTuple):
    """What was read when something began."""

    resources: process.Resources
    readings: dict[str, object]


class Meters:
    """The meters of one run.

    Attributes:
        unmeasured: Which meters tell nothing, and why.
    """

    def __init__(self, names: Iterable[str] = (), country: str | None = None) -> None:
        self.unmeasured: dict[str, str] = {}
        self._meters: dict[str, Meter] = {}
        self._begun: dict[str | None, _Begun] = {}
        makers: dict[str, Callable[[], Meter]] = {
            "rapl": Rapl, "nvml": Nvml, "codecarbon": lambda: CodeCarbon(country),
        }  # fmt: skip
        for name in dict.fromkeys(names):
            try:
                self._meters[name] = makers[name]()
            except Exception as fault:  # noqa: BLE001 -- promise 2
                self._left_out(name, fault)

    def begin(self, activity: str | None) -> None:
        """Note what the meters show at the beginning of a training, or of the run (None)."""
        self._begun[activity] = _Begun(process.resources(), self._read())

    def end(self, activity: str | None, tell: Callable[..., object]) -> None:
        """Tell what was used since the beginning.

        Args:
            activity: The training's local name, or None for the run.
            tell: Writes an event, given its class and fields.
        """
        begun = self._begun.pop(activity, None)
        if begun is None:
            return
        used = process.used_since(begun.resources)
        for one in self._used(begun.readings):
            tell(QuantityUsed, of=activity, **one._asdict())
        if activity is None:
            tell(ResourcesUsed, **used, unmeasured=self.unmeasured)
        else:
            tell(ResourcesUsed, of=activity, wall=used["wall"], cpu=used["cpu"])

    def _read(self) -> dict[str, object]:
        readings: dict[str, object] = {}
        for name, meter in self._meters.items():
            try:
                readings[name] = meter.read()
            except Exception as fault:  # noqa: BLE001 -- promise 2
                self._left_out(name, fault)
        return readings

    def _used(self, before: dict[str, object]) -> list[Quantity]:
        told: list[Quantity] = []
        now = self._read()
        for name in before.keys() & now.keys():
            try:
                told += self._meters[name].used(before[name], now[name])
            except Exception as fault:  # noqa: BLE001 -- promise 2
                self._left_out(name, fault)
        return sorted(told, key=lambda one: (one.by, one.device or "", one.quantity))

    def _left_out(self, name: str, fault: Exception) -> None:
        words = str(fault) if isinstance(fault, Unmeasured) else f"{type(fault).__name__}: {fault}"
        self.unmeasured[name] = words[:300]

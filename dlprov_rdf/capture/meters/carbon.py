# SPDX-License-Identifier: Apache-2.0
"""Energy and emissions as CodeCarbon estimates them, where the user asks for it.

CodeCarbon takes a second or two to begin, and runs a thread of its own; it is told the
country, so that it need not look it up. It shows its sums when it stops, so it tells of the
run and of no part.
"""

from __future__ import annotations

import importlib
from typing import Any

from dlprov_rdf.capture.meters.quantity import Quantity, Unmeasured


class CodeCarbon:
    """A tracker that runs as long as the run."""

    def __init__(self, country: str | None) -> None:
        if country is None:
            raise Unmeasured('no country: say [capture] country = "DEU" in kb.toml')
        try:
            library: Any = importlib.import_module("codecarbon")
        except ImportError as fault:
            raise Unmeasured('not installed: pip install "dlprov-rdf[codecarbon]"') from fault
        self._by = f"CodeCarbon {library.__version__}, an estimate"
        self._tracker = library.OfflineEmissionsTracker(
            country_iso_code=country, output_methods=[], log_level="critical",
            allow_multiple_runs=True,
        )  # fmt: skip
        self._tracker.start()
        self._readings = 0

    def read(self) -> int:
        """Count the readings: the first is the run's own."""
        self._readings += 1
        return self._readings

    def used(self, before: object, now: object) -> list[Quantity]:  # noqa: ARG002 -- a meter's signature
        """Tell what the run used; of a training it cannot be told."""
        if before != 1:
            return []
        self._tracker.stop()
        found: Any = self._tracker.final_emissions_data
        return [
            Quantity("energy", float(found.energy_consumed), "kW.h", self._by),
            Quantity("emissions of CO2 equivalent", float(found.emissions), "kg", self._by),
        ]

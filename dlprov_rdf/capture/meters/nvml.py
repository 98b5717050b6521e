# SPDX-License-Identifier: Apache-2.0
"""What NVIDIA devices tell by NVML: energy, and this process's memory and utilisation.

Only devices on which this process is seen are told of. The energy is that of the whole
device. Memory's peak and utilisation are told where the driver keeps accounts of processes
(``nvidia-smi -am 1``); else memory is what the process holds at the end.

Source:
    NVML API reference: https://docs.nvidia.com/deploy/nvml-api/
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, cast

from dlprov_rdf.capture.meters.quantity import Quantity, Unmeasured


class Nvml:
    """The devices that the driver shows."""

    def __init__(self) -> None:
        try:
            self._nvml: Any = importlib.import_module("pynvml")
        except ImportError as fault:
            raise Unmeasured('not installed: pip install "dlprov-rdf[nvml]"') from fault
        try:
            self._nvml.nvmlInit()
            count = self._nvml.nvmlDeviceGetCount()
            self._devices = [self._nvml.nvmlDeviceGetHandleByIndex(one) for one in range(count)]
        except self._nvml.NVMLError as fault:
            raise Unmeasured(str(fault)) from fault
        if not self._devices:
            raise Unmeasured("no device")

    def read(self) -> list[float | None]:
        """Read each device's energy since its driver was loaded, in millijoules."""
        return [self._asked("nvmlDeviceGetTotalEnergyConsumption", one) for one in self._devices]

    def used(self, before: object, now: object) -> list[Quantity]:
        """Tell what was used of the devices on which this process is."""
        first, last = cast("list[float | None]", before), cast("list[float | None]", now)
        told: list[Quantity] = []
        for index, device in enumerate(self._devices):
            held = self._held(device)
            if held is None:
                continue
            name = f"{_text(self._asked('nvmlDeviceGetName', device))} ({index})"
            began, ended = first[index], last[index]
            if began is not None and ended is not None:
                told.append(Quantity("energy", (ended - began) / 1e3, "J", "NVML", name))
            told += (one._replace(device=name) for one in self._accounts(device, held))
        if not told:
            raise Unmeasured("this process is seen on no device")
        return told

    def _held(self, device: object) -> list[Any] | None:
        """List what this process holds on a device; None where it is not seen there."""
        seen = self._asked("nvmlDeviceGetComputeRunningProcesses", device) or []
        return [one.usedGpuMemory for one in seen if one.pid == os.getpid()] or None

    def _accounts(self, device: object, held: list[Any]) -> Iterator[Quantity]:
        stats = self._asked("nvmlDeviceGetAccountingStats", device, os.getpid())
        if stats is not None:
            peak, busy = float(stats.maxMemoryUsage), float(stats.gpuUtilization)
            yield Quantity("peak device memory", peak, "By", "NVML")
            yield Quantity("device utilisation", busy, "%", "NVML")
        elif all(held):
            yield Quantity("device memory at the end", float(sum(held)), "By", "NVML")

    def _asked(self, name: str, *given: object) -> Any:
        """Ask NVML; None where this device or driver does not tell."""
        ask: Callable[..., Any] = getattr(self._nvml, name)
        with suppress(self._nvml.NVMLError):
            return ask(*given)
        return None


def _text(given: object) -> str:
    return given.decode(errors="replace") if isinstance(given, bytes) else str(given)

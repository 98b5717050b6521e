# SPDX-License-Identifier: Apache-2.0
"""Meters: what a run used, read at its beginning and end, and nothing made up.

The counters of RAPL are files, so files stand in for those of a machine that has them. Of
NVML the library is a stand-in, which answers as NVIDIA's reference says: no such device is
where these tests run. What is really here, most often nothing, is read too.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from dlprov_rdf import log
from dlprov_rdf.capture import meters
from dlprov_rdf.capture.meters import Unmeasured
from dlprov_rdf.capture.meters.carbon import CodeCarbon
from dlprov_rdf.capture.meters.nvml import Nvml
from dlprov_rdf.capture.meters.rapl import Rapl
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.events import QuantityUsed, ResourcesUsed
from dlprov_rdf.settings import make

RANGE = 262_143_328_850


def zone(root: Path, name: str, what: str, microjoules: int, watts: int | None = 65) -> Path:
    """Write a counter as Linux shows it."""
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{what}\n")
    (folder / "energy_uj").write_text(f"{microjoules}\n")
    (folder / "max_energy_range_uj").write_text(f"{RANGE}\n")
    if watts is not None:
        (folder / "constraint_0_power_limit_uw").write_text(f"{watts * 1_000_000}\n")
    return folder / "energy_uj"


def test_energy_is_what_a_counter_has_grown_by(tmp_path: Path) -> None:
    """Of each package, and of its memory, but of no part that a package contains."""
    package = zone(tmp_path, "intel-rapl:0", "package-0", 1_000_000)
    core = zone(tmp_path, "intel-rapl:0:0", "core", 0)
    memory = zone(tmp_path, "intel-rapl:0:1", "dram", 500_000)
    rapl = Rapl(tmp_path)

    before = rapl.read()
    package.write_text("3500000\n")
    core.write_text("9000000\n")
    memory.write_text("1500000\n")
    used = rapl.used(before, rapl.read())

    assert used == [
        ("energy", 2.5, "J", "RAPL", "package-0"),
        ("energy", 1.0, "J", "RAPL", "package-0 dram"),
    ]


def test_a_counter_that_wrapped_round_is_read_on(tmp_path: Path) -> None:
    """It begins again at its range."""
    package = zone(tmp_path, "intel-rapl:0", "package-0", RANGE - 1_000_000)
    rapl = Rapl(tmp_path)

    before = rapl.read()
    package.write_text("2000000\n")

    assert rapl.used(before, rapl.read())[0].value == 3.0


@pytest.mark.parametrize(("watts", "turn"), [(65, 262_143.0 / 130), (None, 262.0), (0, 262.0)])
def test_a_counter_that_may_have_wrapped_twice_tells_nothing(
    tmp_path: Path, watts: int | None, turn: float
) -> None:
    """Two readings cannot tell how many turns were between them."""
    zone(tmp_path, "intel-rapl:0", "package-0", 0, watts)
    rapl = Rapl(tmp_path)
    now = rapl.read()

    assert rapl.used(now._replace(at=now.at - turn + 2), now)
    with pytest.raises(Unmeasured, match="wrapped more than once"):
        rapl.used(now._replace(at=now.at - turn - 2), now)


def test_a_machine_without_counters_says_so(tmp_path: Path) -> None:
    """As in most virtual machines."""
    with pytest.raises(Unmeasured, match="no counters in"):
        Rapl(tmp_path)


def test_a_counter_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    """Most often it is root's; here it is a folder, for root may read any file."""
    counter = zone(tmp_path, "intel-rapl:0", "package-0", 0)
    counter.unlink()
    counter.mkdir()

    with pytest.raises(Unmeasured, match="energy_uj: Is a directory"):
        Rapl(tmp_path)


class Faulty(Exception):
    """What NVML raises."""


def stand_in(**answers: object) -> ModuleType:
    """Make a stand-in for NVML with one device; each function answers as given."""
    made = ModuleType("pynvml")
    energies = iter((1_000, 61_000, 61_000, 61_000))
    here = [SimpleNamespace(pid=os.getpid(), usedGpuMemory=2**30)]
    functions: dict[str, Callable[..., object]] = {
        "nvmlInit": lambda: None,
        "nvmlDeviceGetCount": lambda: 1,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetName": lambda _: b"NVIDIA A100",
        "nvmlDeviceGetTotalEnergyConsumption": lambda _: next(energies),
        "nvmlDeviceGetComputeRunningProcesses": lambda _: here,
        "nvmlDeviceGetAccountingStats": _unsupported,
    }
    for name, function in (functions | answers).items():
        setattr(made, name, function)
    made.NVMLError = Faulty
    return made


def _unsupported(*_given: object) -> object:
    raise Faulty("Not Supported")


def test_a_device_tells_its_energy_and_what_the_process_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without accounts of processes, memory is what is held at the end."""
    monkeypatch.setitem(sys.modules, "pynvml", stand_in())
    nvml = Nvml()

    used = nvml.used(nvml.read(), nvml.read())

    assert used == [
        ("energy", 60.0, "J", "NVML", "NVIDIA A100 (0)"),
        ("device memory at the end", 2.0**30, "By", "NVML", "NVIDIA A100 (0)"),
    ]


def test_accounts_of_processes_tell_peak_memory_and_utilisation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the driver keeps them."""
    stats = SimpleNamespace(maxMemoryUsage=2**31, gpuUtilization=87)
    with_accounts = stand_in(nvmlDeviceGetAccountingStats=lambda *_: stats)
    monkeypatch.setitem(sys.modules, "pynvml", with_accounts)
    nvml = Nvml()

    told = {one.quantity: (one.value, one.unit) for one in nvml.used(nvml.read(), nvml.read())}

    assert told["peak device memory"] == (2.0**31, "By")
    assert told["device utilisation"] == (87.0, "%")


def test_a_device_that_tells_no_energy_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """An old one."""
    old = stand_in(nvmlDeviceGetTotalEnergyConsumption=_unsupported)
    monkeypatch.setitem(sys.modules, "pynvml", old)
    nvml = Nvml()

    assert "energy" not in {one.quantity for one in nvml.used(nvml.read(), nvml.read())}


def test_a_device_that_others_use_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its energy is no cost of this run."""
    others = [SimpleNamespace(pid=os.getpid() + 1, usedGpuMemory=2**30)]
    of_others = stand_in(nvmlDeviceGetComputeRunningProcesses=lambda _: others)
    monkeypatch.setitem(sys.modules, "pynvml", of_others)
    nvml = Nvml()

    with pytest.raises(Unmeasured, match="on no device"):
        nvml.used(nvml.read(), nvml.read())


def test_a_machine_without_a_driver_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """NVML's own words are the reason; without the library it is what to install."""
    monkeypatch.setitem(sys.modules, "pynvml", stand_in(nvmlInit=_unsupported))
    with pytest.raises(Unmeasured, match="Not Supported"):
        Nvml()

    monkeypatch.setitem(sys.modules, "pynvml", None)
    with pytest.raises(Unmeasured, match=r"pip install .dlprov-rdf\[nvml\]"):
        Nvml()


@pytest.mark.require("nvml")
def test_the_real_library_is_asked_as_it_wants_to_be() -> None:
    """Its functions have the names that are used; where there is a device, it answers."""
    import pynvml as library

    names = [name for name in vars(stand_in()) if name.startswith("nvml")]
    assert all(hasattr(library, name) for name in names)
    assert issubclass(library.NVMLError, Exception)


@pytest.mark.require("codecarbon")
def test_codecarbon_tells_of_the_run_alone() -> None:
    """It sums up when it stops."""
    tracker = CodeCarbon("DEU")

    run, training = tracker.read(), tracker.read()
    assert tracker.used(training, tracker.read()) == []
    energy, emissions = tracker.used(run, tracker.read())

    assert (energy.quantity, energy.unit, emissions.unit) == ("energy", "kW.h", "kg")
    assert energy.by.endswith("an estimate")


def test_codecarbon_wants_to_be_told_the_country() -> None:
    """It would ask the network."""
    with pytest.raises(Unmeasured, match="country"):
        CodeCarbon(None)


def told(folder: Path, kind: type) -> list[Any]:
    """Read a run's events of a kind."""
    return [event for event in log.read_run(folder) if isinstance(event, kind)]


def test_a_training_tells_its_own_time(tmp_path: Path) -> None:
    """A part of the run's."""
    with start_run("r", kb=tmp_path) as run, run.training("net"):
        sum(range(100_000))

    training, whole = told(run.recorder.folder, ResourcesUsed)
    assert str(training.of).startswith("training/")
    assert training.peak_memory is None
    assert 0 <= training.wall <= whole.wall
    assert 0 <= training.cpu <= whole.cpu
    assert whole.of is None


def test_what_meters_show_is_told_of_the_training_and_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the real calls, to the log."""
    counter = zone(tmp_path / "rapl", "intel-rapl:0", "package-0", 0)
    monkeypatch.setattr(meters, "Rapl", lambda: Rapl(tmp_path / "rapl"))
    monkeypatch.setitem(sys.modules, "pynvml", None)

    with start_run("r", kb=tmp_path / "kb") as run:
        counter.write_text("1000000\n")
        with run.training("net"):
            counter.write_text("3000000\n")
        counter.write_text("4000000\n")

    of_training, of_run = told(run.recorder.folder, QuantityUsed)
    assert (of_training.value, of_run.value) == (2.0, 4.0)
    assert str(of_training.of).startswith("training/")
    assert of_run.of is None
    [whole] = [one for one in told(run.recorder.folder, ResourcesUsed) if one.of is None]
    assert set(whole.unmeasured) == {"nvml"}


def test_a_meter_that_fails_costs_a_reason_and_no_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it raises, whenever."""
    counter = zone(tmp_path / "rapl", "intel-rapl:0", "package-0", 0)
    monkeypatch.setattr(meters, "Rapl", lambda: Rapl(tmp_path / "rapl"))

    with start_run("r", kb=tmp_path / "kb") as run, run.training("net"):
        counter.write_text("no number\n")

    assert told(run.recorder.folder, QuantityUsed) == []
    [whole] = [one for one in told(run.recorder.folder, ResourcesUsed) if one.of is None]
    assert "ValueError" in whole.unmeasured["rapl"]


def test_the_meters_are_the_users_choice(tmp_path: Path) -> None:
    """None are read, and nothing is said of them."""
    make(tmp_path)
    with (tmp_path / "kb.toml").open("a") as file:
        file.write("meters = []\n")

    with start_run("r", kb=tmp_path) as run:
        pass

    [whole] = told(run.recorder.folder, ResourcesUsed)
    assert whole.unmeasured == {}
    assert whole.wall >= 0


def test_another_process_of_a_job_reads_no_meters(tmp_path: Path) -> None:
    """What a device used would be told twice."""
    with start_run("r", kb=tmp_path, rank=1, job="job") as run:
        pass

    [whole] = told(run.recorder.folder, ResourcesUsed)
    assert whole.unmeasured == {}


def test_nothing_runs_between_the_readings(tmp_path: Path) -> None:
    """The readings are two, at the beginning and at the end."""
    zone(tmp_path, "intel-rapl:0", "package-0", 0)
    readings = []

    class Counted(Rapl):
        def read(self) -> Any:
            readings.append(time.monotonic())
            return super().read()

    meter = meters.Meters()
    meter._meters["rapl"] = Counted(tmp_path)
    readings.clear()
    meter.begin(None)
    meter.end(None, lambda *_, **__: None)

    assert len(readings) == 2

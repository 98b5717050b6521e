# SPDX-License-Identifier: Apache-2.0
"""What can keep a Fuseki of one's own from being fetched, started or ended."""

from __future__ import annotations

from pathlib import Path

from dlprov_rdf.errors.store import StoreError


class FusekiError(StoreError):
    """A Fuseki of one's own could not be had, started or ended."""


class JavaTooOld(FusekiError):
    """The Java that was found cannot run this Fuseki."""

    exit_status = 2

    def __init__(self, home: Path, found: str, needed: int) -> None:
        super().__init__(home, found, needed)
        self.home, self.found, self.needed = home, found, needed

    def __str__(self) -> str:
        return (
            f"JAVA_HOME {str(self.home)!r}: {self.found}; Fuseki needs {self.needed} or later. "
            'Type: pip install "dlprov-rdf[fuseki]", or let JAVA_HOME name a later one.'
        )


class WrongJar(FusekiError):
    """A file is not the Fuseki that this version was tested with."""

    exit_status = 2

    def __init__(self, path: Path | str, expected: str, found: str) -> None:
        super().__init__(path, expected, found)
        self.path, self.expected, self.found = path, expected, found

    def __str__(self) -> str:
        return (
            f"{self.path}: not the Fuseki that is meant, or damaged: its SHA-256 is "
            f"{self.found!r} and must be {self.expected!r}. Fetch it again."
        )


class NoFusekiJar(FusekiError):
    """Fuseki is not in the cache and could not be fetched."""

    def __init__(self, coordinate: str, reason: str) -> None:
        super().__init__(coordinate, reason)
        self.coordinate, self.reason = coordinate, reason

    def __str__(self) -> str:
        return (
            f"{self.coordinate!r} cannot be fetched: {self.reason}. Fetch the jar where there is "
            "a network, and give it once: dlprov fuseki up --jar FILE"
        )


class PortTaken(FusekiError):
    """Somebody else listens on the port."""

    def __init__(self, port: int, by: str | None) -> None:
        super().__init__(port, by)
        self.port, self.by = port, by

    def __str__(self) -> str:
        who = self.by or "another program"
        return f"port {self.port}: {who} listens there. Name another one: --port PORT"


class FusekiEnded(FusekiError):
    """Fuseki ended while it was starting."""

    def __init__(self, log: Path, last_words: str) -> None:
        super().__init__(log, last_words)
        self.log, self.last_words = log, last_words

    def __str__(self) -> str:
        return f"{self.log}: Fuseki ended while it was starting: {self.last_words!r}. Read the log."


class FusekiSilent(FusekiError):
    """Fuseki runs and does not answer."""

    def __init__(self, log: Path, pid: int, seconds: float) -> None:
        super().__init__(log, pid, seconds)
        self.log, self.pid, self.seconds = log, pid, seconds

    def __str__(self) -> str:
        return (
            f"{self.log}: Fuseki (process {self.pid}) has not answered for {self.seconds:g} s. "
            "Read the log, or type: dlprov fuseki down"
        )


class FusekiStays(FusekiError):
    """Fuseki was told to end and did not."""

    def __init__(self, pid: int, seconds: float) -> None:
        super().__init__(pid, seconds)
        self.pid, self.seconds = pid, seconds

    def __str__(self) -> str:
        return (
            f"Fuseki (process {self.pid}) has not ended in {self.seconds:g} s. Wait for what it "
            f"is at, or type: kill -9 {self.pid} (what was committed is kept)."
        )


class FusekiElsewhere(FusekiError):
    """Another machine started the Fuseki of this knowledge base."""

    def __init__(self, path: Path, host: str, pid: int) -> None:
        super().__init__(path, host, pid)
        self.path, self.host, self.pid = path, host, pid

    def __str__(self) -> str:
        return (
            f"{self.path}: Fuseki was started on {self.host!r} (process {self.pid}), and cannot be "
            "seen from here. End it there; if that machine is no more, remove this file."
        )


class FusekiMisconfigured(FusekiError):
    """What Fuseki is to serve cannot be read or used."""

    exit_status = 2

    def __init__(self, where: Path | str, what: str) -> None:
        super().__init__(where, what)
        self.where, self.what = where, what

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. Mend it; a file that is taken away is written anew."


class FusekiRunsOtherwise(FusekiError):
    """What was asked for differs from what the Fuseki that runs has."""

    exit_status = 2

    def __init__(self, endpoint: str, what: str, asked: object, there: object) -> None:
        super().__init__(endpoint, what, asked, there)
        self.endpoint, self.what, self.asked, self.there = endpoint, what, asked, there

    def __str__(self) -> str:
        return (
            f"{self.endpoint}: Fuseki runs, and its {self.what} is {str(self.there)!r}, "
            f"not {str(self.asked)!r}. "
            "Leave the option out, or first type: dlprov fuseki down"
        )

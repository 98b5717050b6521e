# SPDX-License-Identifier: Apache-2.0
"""Whether a Fuseki answers, and how much it holds; while it starts, why it does not.

It is asked on this machine, by no proxy.
"""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from dlprov_rdf.errors import FusekiEnded, FusekiSilent
from dlprov_rdf.process import alive
from dlprov_rdf.store.fuseki import process
from dlprov_rdf.store.fuseki.process import Started

_PAUSE = 0.1
_COUNT = (
    "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?graph) AS ?graphs) "
    "{ GRAPH ?graph { ?s ?p ?o } }"
)


def await_answer(home: Path, started: Started, wait: float) -> None:
    """Wait until the data set answers.

    Args:
        home: The knowledge base's folder ``fuseki``.
        started: Which was started.
        wait: Seconds.

    Raises:
        FusekiEnded: It ended.
        FusekiSilent: It runs, and has not answered in that time.
    """
    assert started.process is not None
    log = home / "fuseki.log"
    until = time.monotonic() + wait
    with _client(5) as client:
        while not _answers(client, started):
            if not alive(started.process):
                process.settle(started.process, wait)
                raise FusekiEnded(log, _last_words(log))
            if time.monotonic() > until:
                raise FusekiSilent(log, started.process.pid, wait)
            time.sleep(_PAUSE)


def counts(started: Started, seconds: float) -> tuple[int | None, int | None]:
    """Count triples and graphs; None where it does not answer."""
    try:
        with _client(seconds) as client:
            answer = _asked(client, started, _COUNT).raise_for_status()
        row = answer.json()["results"]["bindings"][0]
        return int(row["triples"]["value"]), int(row["graphs"]["value"])
    except (httpx.HTTPError, ValueError, LookupError):
        return None, None


def _client(seconds: float) -> httpx.Client:
    return httpx.Client(timeout=seconds, trust_env=False)


def _answers(client: httpx.Client, started: Started) -> bool:
    try:
        return _asked(client, started, "ASK {}").is_success
    except httpx.HTTPError:
        return False


def _asked(client: httpx.Client, started: Started, query: str) -> httpx.Response:
    """Ask the data set a query."""
    return client.get(
        f"{started.endpoint}/sparql",
        params={"query": query},
        headers={"accept": "application/sparql-results+json"},
    )


def _last_words(log: Path) -> str:
    """Give the line of a log that most likely says why it ends."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-200:]
    except OSError as error:
        return str(error)
    told = [line.strip() for line in lines if line.strip()]
    causes = [line for line in told if line.startswith("Caused by: ")]
    faults = [line for line in told if "ERROR" in line or line.startswith(("Error", "Exception"))]
    return (causes or faults or told or ["it says nothing"])[-1]

# SPDX-License-Identifier: Apache-2.0
"""Asks services by Comunica, which federates pattern by pattern, to set it beside ours.

It is installed by npm into a folder of its own, where node is there. Its engine is started
once and asked one query after the other, so that its start is in no figure.

Source:
    https://comunica.dev/docs/query/getting_started/query_app/
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

#: undici 8, which it would take, needs node 22.
_PACKAGE = {
    "private": True,
    "dependencies": {"@comunica/query-sparql": "5.4.1"},
    "overrides": {"undici": "^7"},
}
_INSTALL = ["install", "--no-audit", "--no-fund", "--silent"]
_LIMIT = 60

_PROGRAM = """
const { QueryEngine } = require('@comunica/query-sparql');
const { sources, queries, limit } = JSON.parse(process.argv[2]);
const late = () => new Promise((_, no) => setTimeout(() => no(new Error('too late')), limit));
async function rows(engine, query) {
  const found = await engine.queryBindings(query, { sources });
  return (await found.toArray()).map(row => [...row.values()].map(term => term.value));
}
(async () => {
  const engine = new QueryEngine();
  const told = [];
  for (const query of queries) {
    const begin = performance.now();
    let answer;
    try { answer = { rows: await Promise.race([rows(engine, query), late()]) }; }
    catch (error) { answer = { fault: String(error.message || error).slice(0, 200) }; }
    told.push({ milliseconds: performance.now() - begin, ...answer });
  }
  console.log(JSON.stringify(told));
  process.exit(0);
})();
"""


class Told(NamedTuple):
    """What it said to one query, and how long it took; ``fault`` is why there are no rows."""

    milliseconds: float
    rows: list[list[str]]
    fault: str


def why_not() -> str | None:
    """Say why it cannot be asked on this machine; None if it can."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    return f"{' and '.join(missing)} not there" if missing else None


def ask(folder: Path, addresses: list[str], queries: list[str]) -> list[Told]:
    """Ask services queries, each once; it is installed into the folder if it is not there.

    Args:
        folder: Where it is, or will be.
        addresses: Where the services take queries.
        queries: SELECT queries.

    Raises:
        CalledProcessError: It cannot be installed, or does not run.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    assert node is not None
    assert npm is not None
    if not (folder / "node_modules" / "@comunica").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps(_PACKAGE))
        subprocess.run([npm, *_INSTALL], cwd=folder, check=True, timeout=600)
    (folder / "ask.js").write_text(_PROGRAM)
    sources = [{"type": "sparql", "value": address} for address in addresses]
    asked = {"sources": sources, "queries": queries, "limit": _LIMIT * 1000}
    answer = subprocess.run(
        [node, "ask.js", json.dumps(asked)], cwd=folder, check=True, stdout=subprocess.PIPE,
        timeout=_LIMIT * (len(queries) + 1),
    )  # fmt: skip
    return [
        Told(one["milliseconds"], one.get("rows", []), one.get("fault", ""))
        for one in json.loads(answer.stdout)
    ]

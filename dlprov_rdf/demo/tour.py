# SPDX-License-Identifier: Apache-2.0
"""Shows the whole path once: the workflow runs, and what it leaves is asked.

How things look is the caller's: a ``Teller`` gets stages, words and tables.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from dlprov_rdf.ask import drawing, questions
from dlprov_rdf.ask.walking import listing
from dlprov_rdf.demo import STAGES
from dlprov_rdf.errors import DemoFailed, MissingExtra, NoSuchRow
from dlprov_rdf.kb import KnowledgeBase

#: Questions asked at the end, with what is given; the rest is worked out.
QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("epoch-times-and-losses", {"training": "cnn-stopped"}),
    ("best-initial-learning-rate", {"model": "cnn"}),
    ("learning-rate-adaptations-of-best", {"model": "cnn-dropout"}),
    ("shortest-path-to-data", {}),
    ("runs-to-select-from", {}),
    ("failed-runs", {}),
    ("leakage", {}),
)


class Teller(Protocol):
    """Shows somebody what happens."""

    def stage(self, name: str) -> None:
        """Say that a stage of the workflow begins."""

    def say(self, words: str) -> None:
        """Say a line."""

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]], title: str) -> None:
        """Show an answer below its question."""


def tour(folder: Path, teller: Teller, *, fuseki: bool = False) -> None:
    """Run the workflow into a knowledge base, then build, check, ask and draw.

    Args:
        folder: The knowledge base; it is made where it is not there.
        teller: Shows it.
        fuseki: Bring up a Fuseki in the end, with the runs in it.

    Raises:
        MissingExtra: Keras, TensorFlow or scikit-learn is not installed.
        DemoFailed: A process of the workflow failed; its last words are in the message.
    """
    for part in ("keras", "tensorflow", "sklearn"):
        if importlib.util.find_spec(part) is None:
            raise MissingExtra(part, "demo")
    if fuseki and importlib.util.find_spec("jgo") is None:
        raise MissingExtra("jgo", "fuseki")
    for step in ("train", "predict"):
        for name in workflow(step, folder):
            teller.stage(name)
    kb = KnowledgeBase.open(folder)
    kb.build(teller.say)
    checked(kb, teller)
    asked(kb, teller)
    traced(kb, teller)
    drawn(kb, folder, teller)
    if fuseki:
        served(kb, folder, teller)


def workflow(step: str, folder: Path) -> Iterator[str]:
    """Run one process of the workflow; yield each stage as it begins."""
    command = [sys.executable, "-m", "dlprov_rdf.demo.digits", step, str(folder)]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "TF_ENABLE_ONEDNN_OPTS": "0"}
    with (
        tempfile.TemporaryFile("w+") as words,
        subprocess.Popen(  # noqa: S603 -- ourselves
            command, stdout=subprocess.PIPE, stderr=words, text=True, env={**quiet, **os.environ}
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() in STAGES:
                yield line.strip()
        if process.wait():
            words.seek(0)
            raise DemoFailed(step, words.read().strip()[-500:])


def checked(kb: KnowledgeBase, teller: Teller) -> None:
    """Check every run, and say whether it conforms to core, and how complete it is."""
    for name, report in kb.check_all(profile="fair"):
        core = report.within("core")
        verdict = "conforms to core" if core.conforms else core.words()
        kept = ", ".join(f"{score.profile} {score.percent} %" for score in report.scores)
        teller.say(f"check {name}: {verdict} (rules kept: {kept})")


def asked(kb: KnowledgeBase, teller: Teller) -> None:
    """Ask the questions, one of them for the way of a test result back to the images."""
    for name, given in QUESTIONS:
        answer = kb.ask(name, **given)
        identifier = questions.find(name).id
        teller.table(answer.columns, answer.rows, f"{identifier}  {answer.question}")
        for note in answer.notes:
            teller.say(f"({note})")


def traced(kb: KnowledgeBase, teller: Teller) -> None:
    """Follow a wrong prediction, row by row, to the image that it was made from."""
    try:
        walk = kb.rows("wrong predictions", 0)
    except NoSuchRow:
        teller.say("no prediction was wrong, so there is none to follow")
        return
    rows = [(node.distance, relation, node.label) for node, relation in listing.listed(walk)]
    teller.table(("distance", "relation", "row"), rows, "Which image is behind a wrong prediction?")


def drawn(kb: KnowledgeBase, folder: Path, teller: Teller) -> None:
    """Draw the lineage of a prediction back to the images, and say what lies where."""
    picture = folder / "lineage-of-a-prediction.svg"
    walk = kb.lineage("@prediction")
    picture.write_text(drawing.svg(drawing.dot(walk)), encoding="utf-8")
    teller.say(_LEFT.format(kb=_from_here(folder), picture=picture.name, dlprov=_command()))


def served(kb: KnowledgeBase, folder: Path, teller: Teller) -> None:
    """Bring up a Fuseki with the runs in it, and give a query to paste into its page."""
    address = str(kb.fuseki_up(on_progress=teller.say).endpoint)
    pushed = kb.push(address, verify=True)
    there = len(pushed.added) + len(pushed.replaced) + pushed.unchanged
    page = f"{address.rpartition('/')[0]}/#/dataset/{address.rpartition('/')[2]}/query"
    teller.say(
        _SERVED.format(
            runs=there, address=address, page=page, kb=_from_here(folder), dlprov=_command()
        )
    )


def _command() -> str:
    """Tell how this installation's command is typed from here."""
    beside = Path(sys.executable).with_name("dlprov")
    return "dlprov" if shutil.which("dlprov") or not beside.exists() else _from_here(beside)


def _from_here(path: Path) -> str:
    """Write a path as short as it can be from the folder that we are in."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


_LEFT = """
Left in {kb}:
  logs/    what the two runs told, one line an event: the truth
  store/   the same as linked data, a named graph a run; throw it away at any time
  deployed.keras   the model that was selected
  {picture}   where one prediction comes from; open it in a browser

Next:
  {dlprov} --kb {kb} runs
  {dlprov} --kb {kb} show @latest
  {dlprov} --kb {kb} check @latest
  {dlprov} --kb {kb} questions
  {dlprov} --kb {kb} ask best-initial-learning-rate -p model=mlp
  {dlprov} --kb {kb} lineage @prediction
  {dlprov} --kb {kb} lineage "wrong predictions" --row 0
  {dlprov} run your_training.py"""

_SERVED = """
A Fuseki holds the {runs} runs: {address}
Its page: {page}
Paste there, to see which training was best on validation data:

  PREFIX dlprov: <https://w3id.org/dlprov-rdf/ontology#>
  PREFIX mls: <http://www.w3.org/ns/mls#>
  PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
  SELECT DISTINCT ?training ?accuracy {{
    ?one dlprov:bestEvaluation ?best ; rdfs:label ?training .
    ?best dlprov:reportedAs "val_accuracy" ; mls:hasValue ?accuracy
  }}
  ORDER BY DESC(?accuracy)

Or ask it from here, and end it:
  {dlprov} ask best-models --endpoint {address}
  {dlprov} --kb {kb} fuseki down"""

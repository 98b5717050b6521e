# SPDX-License-Identifier: Apache-2.0
"""Long series of observations: summed up in the graph, whole in a file, told on demand."""

from __future__ import annotations

import hashlib
import json
import math
from base64 import urlsafe_b64encode
from pathlib import Path

import msgspec
import pyoxigraph as ox
import pytest
from told_runs import Tale

from dlprov_rdf import columns
from dlprov_rdf import settings as settings_
from dlprov_rdf.errors import NotFound
from dlprov_rdf.events import EpochEnded, EpochStarted, Metric, RunStarted
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.graph.quads import run_quads
from dlprov_rdf.graph.series_file import SeriesFile
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.pipeline import series as pipeline_series

LONG, SHORT = "run-long", "run-short"

#: The loss after each of five batches of each of two epochs, the last one diverged.
BATCHES = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, "NaN"]


def tale(run: str, series_after: int) -> Tale:
    """Tell of two epochs of five batches each, and their loss."""
    told = Tale(run)
    told.told[1] = msgspec.structs.replace(told.told[1], series_after=series_after)
    assert isinstance(told.told[1], RunStarted)
    told.train(0)
    values = iter(BATCHES)
    for number in range(2):
        epoch = f"training/5/epoch/{number}"
        told.tell(EpochStarted, id=epoch, training="training/5", number=number)
        for batch in range(5):
            told.tell(Metric, name="loss", value=next(values), of=epoch, batch=batch)
        told.tell(
            EpochEnded, id=epoch, training="training/5", number=number,
            metrics={"loss": (0.7, 0.2)[number]}, seconds=1.0,
        )  # fmt: skip
    told.end()
    return told


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    """A run whose batches are a series, and one whose batches are told one by one."""
    settings_.make(tmp_path)
    tale(LONG, 9).write(tmp_path)
    tale(SHORT, 10).write(tmp_path)
    return KnowledgeBase.open(tmp_path)


def ni(path: Path) -> str:
    """Name a file's octets."""
    digest = hashlib.sha256(path.read_bytes()).digest()
    return "ni:///sha-256;" + urlsafe_b64encode(digest).rstrip(b"=").decode()


def series_file(kb: KnowledgeBase) -> Path:
    """Tell where the series' file lies."""
    return kb.folder / "logs" / LONG / "series" / "training" / "5" / "loss" / "batch.npz"


def test_a_series_is_a_file_whose_digest_the_graph_states(kb: KnowledgeBase) -> None:
    """It lies in the run's folder, and holds each observation in the order of the log."""
    page = kb.show(LONG)

    [row] = page.series.rows
    told = dict(zip(page.series.columns, row, strict=True))
    assert told["file"] == "series/training/5/loss/batch.npz"
    assert told["content"] == ni(series_file(kb))
    assert (told["count"], told["level"], told["of"]) == (10, "batch", "cnn")
    table = columns.read(series_file(kb))
    assert list(table["batch"]) == [0, 1, 2, 3, 4] * 2
    assert list(table["epoch"]) == [0] * 5 + [1] * 5
    assert list(table["value"])[:9] == BATCHES[:9]


def test_numpy_reads_the_file(kb: KnowledgeBase) -> None:
    """The format is numpy's own."""
    numpy = pytest.importorskip("numpy")
    kb.build()

    with numpy.load(series_file(kb)) as table:
        assert table["value"].dtype == "float64"
        assert math.isnan(table["value"][-1])
        assert table["seq"].tolist() == sorted(table["seq"].tolist())


def test_epochs_and_batches_are_kept_apart(kb: KnowledgeBase) -> None:
    """Many batches make no series of the epochs, whose values stay one by one."""
    query = """SELECT ?value { ?e dlprov:reportedAs "loss" ; a mls:ModelEvaluation ;
        mls:hasValue ?value ; prov:wasGeneratedBy/dcterms:isPartOf/dcterms:isPartOf ?run
        FILTER NOT EXISTS { ?e dlprov:batch ?batch } FILTER(STRENDS(STR(?run), "%s"))
        } ORDER BY DESC(?value)"""

    alone = [row[0] for row in kb.sparql(query % LONG).rows]
    told = [row[0] for row in kb.sparql(query % LONG, series=[LONG]).rows]

    assert alone == told == [0.7, 0.2]


def test_the_least_the_greatest_and_the_last_are_evaluations(kb: KnowledgeBase) -> None:
    """The summary can be asked for as any evaluation can."""
    found = kb.sparql(
        """SELECT ?value ?batch { ?series a dlprov:MetricSeries ; prov:hadMember ?e .
        ?e a mls:ModelEvaluation ; mls:hasValue ?value ; dlprov:batch ?batch } ORDER BY ?value"""
    )

    values = {row for row in found.rows if row[0] == row[0]}
    assert values == {(0.1, 3), (0.9, 0)}
    assert len(found.rows) == 3


def test_on_demand_a_series_is_told_as_a_short_one_is(kb: KnowledgeBase) -> None:
    """The same triples, but for the run's name, and nothing of them is stored."""
    query = """CONSTRUCT { ?e ?p ?o } { ?e a mls:ModelEvaluation ; ?p ?o ; dlprov:batch ?batch
        FILTER(CONTAINS(STR(?e), "%s")) }"""

    on_demand = {str(one).replace(LONG, SHORT) for one in kb.sparql(query % LONG, series=True)}

    assert on_demand == {str(one) for one in kb.sparql(query % SHORT)}
    assert len(kb.sparql(query % LONG)) < len(on_demand)


def test_with_series_of_one_run_no_other_run_is_asked(kb: KnowledgeBase) -> None:
    """All runs would be all of their observations, too; True asks them."""
    query = "SELECT (COUNT(DISTINCT ?run) AS ?runs) { ?run a dlprov:WorkflowRun }"

    assert kb.sparql(query, series=[LONG]).rows == [(1,)]
    assert kb.sparql(query, series=LONG).rows == [(1,)]
    assert kb.sparql(query, series=True).rows == [(2,)]


def test_observations_come_as_rows(kb: KnowledgeBase) -> None:
    """What was not said is None, and a diverged loss is NaN."""
    answer = kb.series(LONG, "loss")

    assert answer.columns == ("seq", "at", "step", "batch", "epoch", "value", "series")
    first, last = answer.rows[0], answer.rows[-1]
    assert first[2:6] == (None, 0, 0, 0.9)
    assert math.isnan(last[5])
    assert str(last[6]).endswith("training/5/series/loss/batch")
    pytest.importorskip("pandas")
    assert len(answer.to_pandas()) == 10


def test_a_series_that_is_not_there_is_told(kb: KnowledgeBase) -> None:
    """By its name."""
    with pytest.raises(NotFound, match="'accuracy'"):
        kb.series(LONG, "accuracy")
    with pytest.raises(NotFound):
        kb.series(SHORT, "loss")


@pytest.mark.parametrize("damage", ["gone", "cut", "another"])
def test_a_file_that_is_damaged_is_made_again_from_the_log(kb: KnowledgeBase, damage: str) -> None:
    """The log is the truth: what is read has the digest that the graph states."""
    before = kb.series(LONG, "loss").rows
    file = series_file(kb)
    octets = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(octets[:100] if damage == "cut" else octets.replace(b"value", b"VALUE"))

    after = kb.series(LONG, "loss").rows
    kb.rebuild()

    assert [row[:5] for row in after] == [row[:5] for row in before]
    assert file.read_bytes() == octets


def test_what_a_killed_writer_left_is_not_read(kb: KnowledgeBase) -> None:
    """A half-written file has another name until it is whole."""
    series_file(kb).parent.mkdir(parents=True)
    half = series_file(kb).with_name("batch.npz.1.part")
    half.write_bytes(b"PK")

    kb.build()

    assert ni(series_file(kb)) == kb.show(LONG).series.rows[0][9]


def test_a_file_is_whole_or_not_there(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a kill just before the last moment would leave it; the next build makes it."""

    def killed(*_: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("dlprov_rdf.pipeline.series.Path.replace", killed)
        keep = pipeline_series.keeper(kb.folder / "logs" / LONG, lambda _words: None)
        keep(SeriesFile("series/training/5/loss/batch.npz", b"half", "ni:///"))
    assert not series_file(kb).exists()

    kb.build()

    assert ni(series_file(kb)) == kb.show(LONG).series.rows[0][9]


def test_a_folder_that_cannot_be_written_costs_a_warning_and_no_run(
    tmp_path: Path,
) -> None:
    """The graph is stored all the same: it is a function of the log."""
    settings_.make(tmp_path)
    folder = tale(LONG, 9).write(tmp_path)
    (folder / "series").write_text("in the way")
    warned: list[str] = []

    kb = KnowledgeBase.open(tmp_path, warned.append)

    assert len(kb.series(LONG, "loss")) == 10
    assert "series could not be written" in warned[0]


def test_a_count_that_no_column_can_hold_is_left_out() -> None:
    """No run is lost for a step beyond 64 bits."""
    told = Tale("r")
    told.told[1] = msgspec.structs.replace(told.told[1], series_after=0)
    told.tell(Metric, name="x", value=1.0, step=2**63)
    made = []

    quads = list(run_quads(lambda: told.told, Iris("https://lab.example/", "r"), made.append))

    assert list(columns.table(made[0].octets)["step"]) == [-(2**63)]
    assert ox.Literal("x") in {quad.object for quad in quads}


def test_a_series_file_never_leaves_its_folder() -> None:
    """Whatever a measure is called."""
    told = Tale("r")
    told.told[1] = msgspec.structs.replace(told.told[1], series_after=0)
    for name in ("..", "../../x", "/etc/passwd", "a" * 300, "", "."):
        told.tell(Metric, name=name, value=1.0)
    made = []

    list(run_quads(lambda: told.told, Iris("https://lab.example/", "r"), made.append))

    assert len({one.path for one in made}) == 6
    for one in made:
        path = Path(one.path)
        assert path.parts[0] == "series"
        assert len(path.parts) == 2
        assert len(path.name) < 240


def test_without_series_nothing_is_kept() -> None:
    """A graph of short runs gives no file."""
    made = []

    quads = run_quads(lambda: tale("r", 10).told, Iris("https://lab.example/", "r"), made.append)

    assert v.DLPROV_METRIC_SERIES not in {quad.object for quad in quads}
    assert made == []


def test_d1_of_a_long_series_is_the_mean_of_its_summary(tmp_path: Path) -> None:
    """With and without, the average is that of every epoch; what is not finite is left out."""
    settings_.make(tmp_path)
    for run, series_after in ((LONG, 2), (SHORT, 10)):
        told = Tale(run)
        told.told[1] = msgspec.structs.replace(told.told[1], series_after=series_after)
        told.train(0)
        for number, loss in enumerate((0.5, 0.25, "NaN", 0.75)):
            training = {"training": "training/5", "number": number}
            epoch = f"training/5/epoch/{number}"
            told.tell(EpochEnded, id=epoch, metrics={"loss": loss}, **training)
        told.end()
        told.write(tmp_path)
    kb = KnowledgeBase.open(tmp_path)

    for run in (LONG, SHORT):
        [row] = kb.ask("D1", run=run).rows
        assert row[1:4] == (0.5, 3, 1)


def test_the_command_line_asks_with_series(kb: KnowledgeBase, capfd: pytest.CaptureFixture) -> None:
    """--series names a run, or all."""
    from dlprov_rdf.cli import main

    query = "SELECT (COUNT(*) AS ?n) { ?e dlprov:batch ?batch ; dlprov:reportedAs 'loss' }"
    counts = []
    for more in ([], ["--series", LONG], ["--series", "all"]):
        with pytest.raises(SystemExit):
            main(["sparql", query, *more, "--format", "json", "--kb", str(kb.folder)])
        answer = json.loads(capfd.readouterr().out)
        counts.append(answer["results"]["bindings"][0]["n"]["value"])

    assert counts == ["13", "10", "20"]

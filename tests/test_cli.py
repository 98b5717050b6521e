# SPDX-License-Identifier: Apache-2.0
"""The command line as a user types it: answers, formats, exit statuses, one line for an error."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dlprov_rdf.ask.page import RunPage, page
from dlprov_rdf.capture.start import start_run
from dlprov_rdf.cli import output
from dlprov_rdf.kb import KnowledgeBase, asking
from dlprov_rdf.store.base import Store

ROOT = Path(__file__).parent.parent
DLPROV = [sys.executable, "-m", "dlprov_rdf"]


@pytest.fixture(scope="session")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of two runs: one with a training that completed, one that failed."""
    folder = tmp_path_factory.mktemp("cli") / "kb"
    with start_run("first", kb=folder) as run:
        with run.step("load", kind="acquire") as step:
            data = step.generated([1, 2, 3], name="numbers", source="https://example.org/numbers")
        with run.training(
            "line", used={"training": data}, parameters={"learning_rate": 0.1}
        ) as training:
            for number, loss in enumerate([0.9, float("nan")]):
                with training.epoch(number):
                    training.log_metric("loss", loss)
    with pytest.raises(ValueError, match="lost"), start_run("second", kb=folder):
        raise ValueError("the data\nwere lost")
    return folder


def dlprov(
    *arguments: str | Path, folder: Path = ROOT, typed: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a program that reads it through pipes."""
    return subprocess.run(
        [*DLPROV, *map(str, arguments)],
        input=typed,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        timeout=120,
        check=False,
    )


def answer(*arguments: str | Path, **variables: str) -> str:
    """What a command that succeeds writes to standard output."""
    done = dlprov(*arguments, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def object_of(*arguments: str | Path) -> Any:
    """What a command answers in JSON."""
    return json.loads(answer(*arguments, "--format", "json"))


def refusal(*arguments: str | Path, folder: Path = ROOT, typed: str = "") -> str:
    """The one line in which a command refuses what was asked."""
    done = dlprov(*arguments, folder=folder, typed=typed)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


# ── where the knowledge base is ──


@pytest.mark.parametrize("place", ["before", "after", "variable", "here"])
def test_the_knowledge_base_is_where_the_user_says(kb: Path, place: str) -> None:
    """``--kb`` before and after the command, ``$DLPROV_KB``, ``./dlprov-kb``."""
    if place == "here":
        (kb.parent / "dlprov-kb").unlink(missing_ok=True)
        (kb.parent / "dlprov-kb").symlink_to(kb)
    done = {
        "before": lambda: dlprov("--kb", kb, "runs"),
        "after": lambda: dlprov("runs", "--kb", kb),
        "variable": lambda: dlprov("runs", DLPROV_KB=str(kb)),
        "here": lambda: dlprov("runs", folder=kb.parent),
    }[place]()

    assert done.returncode == 0, done.stderr
    assert "second" in done.stdout


def test_no_knowledge_base_is_said_with_a_remedy(tmp_path: Path) -> None:
    """Looking makes none."""
    said = refusal("runs", folder=tmp_path)

    assert str(tmp_path / "dlprov-kb") in said
    assert "dlprov run" in said
    assert list(tmp_path.iterdir()) == []


# ── runs ──


def test_runs_are_listed_newest_first(kb: Path) -> None:
    """With how they ended."""
    lines = answer("runs", "--kb", kb).splitlines()

    assert [line.split()[1:3] for line in lines[1:]] == [
        ["second", "failed"],
        ["first", "completed"],
    ]


def test_a_study_without_runs_names_the_studies_that_there_are(tmp_path: Path) -> None:
    """A misspelled one looked like an empty one; the answer stays a table without rows."""
    with start_run("alone", kb=tmp_path / "kb", study="handwriting"):
        pass

    done = dlprov("runs", "--kb", tmp_path / "kb", "--study", "handwritting")

    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert done.stderr == "No run belongs to study 'handwritting'. There are: handwriting.\n"


def test_runs_as_json_have_the_documented_fields(kb: Path) -> None:
    """One list of objects."""
    second, first = object_of("runs", "--kb", kb)

    assert set(first) >= {
        "id", "iri", "name", "source", "status", "started", "ended", "events", "lost"
    }  # fmt: skip
    assert (second["name"], second["status"], second["source"]) == ("second", "failed", "captured")
    assert first["iri"].endswith(f"run/{first['id']}")
    assert first["events"] > 0
    assert first["lost"] == 0


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_runs_as_rows_can_be_read_by_a_program(kb: Path, form: str, delimiter: str) -> None:
    """A heading and a row a run."""
    text = answer("runs", "--kb", kb, "--format", form)

    rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))

    assert [row["name"] for row in rows] == ["second", "first"]


# ── which run ──


@pytest.mark.parametrize("by", ["id", "beginning", "ending", "iri", "name", "latest"])
def test_a_run_is_found_by_what_a_user_has_at_hand(kb: Path, by: str) -> None:
    """All of them mean the same run."""
    latest = object_of("runs", "--kb", kb)[0]
    said = {
        "id": latest["id"],
        "beginning": latest["id"][:30],
        "ending": latest["id"][-12:],
        "iri": latest["iri"],
        "name": "second",
        "latest": "@latest",
    }[by]

    assert object_of("show", said, "--kb", kb)["id"] == latest["id"]


def test_an_ambiguous_run_is_asked_back(kb: Path) -> None:
    """With the candidates."""
    ids = [run["id"] for run in object_of("runs", "--kb", kb)]
    said = refusal("show", ids[0][:4], "--kb", kb)

    assert all(run in said for run in ids)


def test_things_that_share_a_name_are_told_apart_as_tables_do(tmp_path: Path) -> None:
    """Each candidate can be typed as it stands there."""
    with start_run("run", kb=tmp_path / "kb") as run, run.step("load", kind="acquire") as step:
        step.generated([1, 2], name="numbers")
        step.generated([3], name="numbers")

    said = refusal("lineage", "numbers", "--kb", tmp_path / "kb")

    first, second = re.findall(r"[0-9a-f]{8}/data/[0-9]+", said)
    assert first != second
    assert "http" not in said
    assert "numbers" in answer("lineage", first, "--kb", tmp_path / "kb")


def test_an_unknown_run_is_refused(kb: Path) -> None:
    """The value stands in quotes."""
    assert "'nothing'" in refusal("show", "nothing", "--kb", kb)


def test_a_run_is_shown_with_what_went_wrong(kb: Path) -> None:
    """In words."""
    shown = answer("show", "second", "--kb", kb)

    assert "failed" in shown
    assert "ValueError" in shown


# ── questions and queries ──


def test_the_questions_are_listed() -> None:
    """Without any knowledge base."""
    listed = object_of("questions")

    by_id = {question["id"]: question for question in listed}
    assert by_id["K4"]["name"] == "best-initial-learning-rate"
    assert {"id", "name", "question", "given", "answers"} <= set(by_id["K4"])


def test_a_question_is_answered_below_its_words(kb: Path) -> None:
    """NaN is a value, and stays one."""
    answered = answer("ask", "epoch-times-and-losses", "-p", "training=line", "--kb", kb)

    assert answered.splitlines()[0].endswith((".", "?"))
    assert "0.9" in answered
    assert "NaN" in answered


def test_an_unknown_question_names_the_near_ones(kb: Path) -> None:
    """Exit status 2."""
    assert "best-initial-learning-rate" in refusal("ask", "best-learning-rate", "--kb", kb)


@pytest.mark.parametrize("parameter", ["model", "colour=red"])
def test_a_parameter_that_cannot_be_is_refused(kb: Path, parameter: str) -> None:
    """No value, or no such name."""
    said = refusal("ask", "best-initial-learning-rate", "-p", parameter, "--kb", kb)

    assert "best-initial-learning-rate" in said


def test_a_query_answers_in_each_format(kb: Path) -> None:
    """JSON is that of SPARQL 1.1; our prefixes need no declaration."""
    query = "SELECT ?name WHERE { ?run a dlprov:WorkflowRun ; rdfs:label ?name } ORDER BY ?name"

    table = answer("sparql", query, "--kb", kb)
    bindings = object_of("sparql", query, "--kb", kb)["results"]["bindings"]
    comma = answer("sparql", query, "--kb", kb, "--format", "csv")
    tabs = answer("sparql", query, "--kb", kb, "--format", "tsv")

    assert table.split() == ["name", "first", "second"]
    assert bindings[0]["name"] == {"type": "literal", "value": "first"}
    assert comma.split() == ["name", "first", "second"]
    assert tabs.split() == ["?name", '"first"', '"second"']


@pytest.mark.parametrize(
    ("query", "remark"),
    [
        ("SELECT ?t { ?t a dlprov:Trainig }", "Did you mean dlprov:Training?"),
        ("SELECT (COUNT(*) AS ?n) { ?t a dlprov:Trainig }", "Did you mean dlprov:Training?"),
        ("SELECT ?t { ?t a dlprov:Training }", ""),
    ],
)
def test_a_term_that_there_is_not_explains_an_empty_answer(
    kb: Path, query: str, remark: str
) -> None:
    """An empty table alone would read as an answer."""
    done = dlprov("sparql", query, "--kb", kb)

    assert remark in done.stderr
    assert ("no term" in done.stderr) == bool(remark)


def test_a_query_comes_from_a_file_or_from_standard_input(kb: Path, tmp_path: Path) -> None:
    """Both give the same answer."""
    query = "ASK { ?run dlprov:endState 'failed' }"
    (tmp_path / "query.rq").write_text(query, encoding="utf-8")

    from_file = dlprov("sparql", "-f", tmp_path / "query.rq", "--kb", kb)
    from_input = dlprov("sparql", "-", "--kb", kb, typed=query)

    assert from_file.stdout == from_input.stdout == "true\n"


def test_a_query_can_construct_a_graph(kb: Path) -> None:
    """Turtle for people, N-Triples for programs."""
    pattern = "{ ?run a dlprov:WorkflowRun ; rdfs:label ?name }"
    query = f"CONSTRUCT {{ ?run rdfs:label ?name }} WHERE {pattern}"

    turtle = answer("sparql", query, "--kb", kb)
    triples = answer("sparql", query, "--kb", kb, "--format", "tsv")

    assert turtle.count("rdfs:label") == 2
    assert len(triples.splitlines()) == 2


def test_a_faulty_query_says_where(kb: Path) -> None:
    """One line, for an error that the parser words over several."""
    said = refusal("sparql", "SELECT ?x WHERE { ?x a }", "--kb", kb)

    assert "1:" in said or "line 1" in said


@pytest.mark.parametrize("arguments", [(), ("SELECT * {}", "-f", "query.rq")])
def test_no_query_and_two_queries_are_refused(kb: Path, arguments: tuple[str, ...]) -> None:
    """One is needed."""
    assert "query" in refusal("sparql", *arguments, "--kb", kb)


# ── lineage, checks, builds ──


def test_lineage_and_impact_lead_there_and_back(kb: Path) -> None:
    """From the training to its data, and from the data to the training."""
    find = "SELECT ?x WHERE { ?x rdfs:label 'numbers' ; a mls:Dataset }"
    data = answer("sparql", find, "--kb", kb, "--format", "csv").split()[1]

    reached = object_of("impact", data, "--kb", kb)
    labels = {node["label"] for node in reached["nodes"]}
    assert "line" in labels
    back = object_of(
        "lineage", next(n["iri"] for n in reached["nodes"] if n["label"] == "line"), "--kb", kb
    )
    assert data in {node["iri"] for node in back["nodes"]}
    assert {"source", "target", "relation"} <= set(back["edges"][0])


def test_a_check_that_conforms_exits_with_0(kb: Path) -> None:
    """All runs, if none is named."""
    checked = answer("check", "--kb", kb)

    assert checked.count("conforms") == 2


def test_a_check_that_does_not_conform_exits_with_1(kb: Path, tmp_path: Path) -> None:
    """A file is checked too, and each violation says its remedy."""
    broken = tmp_path / "broken.ttl"
    broken.write_text(
        "@prefix dlprov: <https://w3id.org/dlprov-rdf/ontology#> .\n"
        "<https://example.org/e> a dlprov:Epoch ; dlprov:epochNumber -1 .\n",
        encoding="utf-8",
    )

    done = dlprov("check", broken, "--kb", kb)
    report = json.loads(dlprov("check", broken, "--kb", kb, "--format", "json").stdout)

    assert done.returncode == 1
    assert str(broken) in done.stdout
    assert report[0]["conforms"] is False
    assert report[0]["results"]


def test_build_takes_what_is_new_and_rebuild_takes_all(kb: Path) -> None:
    """A second build has nothing to do."""
    answer("build", "--kb", kb)

    again = object_of("build", "--kb", kb)
    afresh = object_of("rebuild", "--kb", kb)

    assert again == []
    assert len(afresh) == 2


# ── errors and habits ──


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("runs", "--nonsense"), ("show",), ("runs", "--format", "xml")]
)
def test_a_wrong_command_line_is_one_line(arguments: tuple[str, ...]) -> None:
    """With where to look."""
    assert "--help" in refusal(*arguments)


def test_a_value_that_cannot_be_is_named_with_those_that_can() -> None:
    """And without the words of the library that reads command lines."""
    told = refusal("runs", "--format", "xml")

    assert "Invalid value for '--format': 'xml' is not one of 'table'" in told


@pytest.mark.parametrize("place", ["before", "after"])
def test_debug_shows_where_an_error_came_from(tmp_path: Path, place: str) -> None:
    """Only then is there a traceback."""
    arguments = ["--debug", "runs"] if place == "before" else ["runs", "--debug"]

    done = dlprov(*arguments, folder=tmp_path)

    assert "Traceback" in done.stderr
    assert "NoKnowledgeBase" in done.stderr


def test_nothing_on_a_pipe_is_drawn_or_coloured(kb: Path) -> None:
    """Whatever the environment wants of terminals."""
    done = dlprov("runs", "--kb", kb, FORCE_COLOR="1")

    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout + done.stderr


def test_a_reader_that_leaves_is_no_error(kb: Path) -> None:
    """``dlprov questions | head -1``."""
    with subprocess.Popen(
        [*DLPROV, "runs", "--kb", str(kb)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=60)

    assert b"Traceback" not in said


@pytest.mark.parametrize(
    "arguments", [("sparql", "SELECT * { ?s ?p ?o }"), ("questions", "--format", "json")]
)
def test_a_reader_that_leaves_early_is_no_no(kb: Path, arguments: tuple[str, ...]) -> None:
    """``dlprov sparql … | head -1`` is done, with status 0, however long the answer is."""
    with subprocess.Popen(
        [*DLPROV, *arguments, "--kb", str(kb)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=60)

    assert (process.returncode, said) == (0, b"")


def test_nothing_but_dlprov_shows_the_help() -> None:
    """It is no error, and keeps its lines."""
    assert "\nCommands:\n" in answer()


def test_a_guess_is_worded_as_a_question() -> None:
    """Without a full stop behind the question mark."""
    assert "Did you mean 'runs'? See:" in refusal("rnus")


def test_a_closed_standard_output_is_no_fault(kb: Path) -> None:
    """``dlprov runs >&-``."""
    command = f'exec "{sys.executable}" -m dlprov_rdf runs --kb "{kb}" >&-'

    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, stderr=subprocess.PIPE, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")


def test_letters_that_standard_output_does_not_know_are_spelled(kb: Path) -> None:
    """An answer is given even so."""
    query = 'SELECT ("caf\u00e9" AS ?x) {}'

    assert r"caf\xe9" in answer("sparql", query, "--kb", kb, PYTHONIOENCODING="ascii")


@pytest.mark.parametrize(
    "arguments",
    [
        ("lineage", b"\xff"),
        ("sparql", b"SELECT ('\xff' AS ?x) {}"),
        ("ask", "K2", "-p", b"model=\xff"),
        ("ask", "K1", "-p", b"measure=\xff"),
    ],
)
def test_what_is_no_text_is_refused(kb: Path, arguments: tuple[str | bytes, ...]) -> None:
    """In one line, and no traceback."""
    assert "UTF-8" in refusal(*map(os.fsdecode, arguments), "--kb", kb)


def test_a_query_file_that_cannot_be_read_is_refused(kb: Path, tmp_path: Path) -> None:
    """In one line that names it."""
    path = tmp_path / "query.rq"
    path.write_bytes(b"\xff")

    assert f"{path}: it is not UTF-8 text" in refusal("sparql", "-f", path, "--kb", kb)
    assert f"{tmp_path}: " in refusal("sparql", "-f", tmp_path, "--kb", kb)


def test_the_place_of_a_fault_is_that_in_the_query_as_typed(kb: Path) -> None:
    """Whatever prefixes it leaves to us."""
    query = "SELECT ?x { ?x a dlprov:Training ORDER"

    assert f"error at 1:{len(query) + 1}:" in refusal("sparql", query, "--kb", kb)


def test_an_undeclared_prefix_is_said_in_words(kb: Path) -> None:
    """And not as the parser's list of all letters."""
    said = refusal("sparql", "SELECT ?x { ?x a unknown:Thing }", "--kb", kb)

    assert "prefix is not declared" in said
    assert "known without a declaration: dcat, dcterms, dlprov" in said
    assert "u{" not in said


def test_a_time_is_shown_in_utc_or_without_a_zone(kb: Path) -> None:
    """Z means UTC and is said of nothing else."""
    first, second = (f"'2020-01-01T00:00:00{zone}'^^xsd:dateTime" for zone in ("", "+02:00"))
    query = f"SELECT * {{ VALUES ?t {{ {first} {second} }} }}"

    assert answer("sparql", query, "--kb", kb).split("\n")[1:3] == [
        "2020-01-01 00:00:00", "2019-12-31 22:00:00Z",
    ]  # fmt: skip


def test_a_parameter_given_twice_is_refused(kb: Path) -> None:
    """It would not be seen which one counted."""
    assert "twice" in refusal("ask", "K1", "-p", "epoch=0", "-p", "epoch=1", "--kb", kb)


def test_what_a_table_names_can_be_asked_for(kb: Path) -> None:
    """A run's ending and what follows it."""
    named = answer("ask", "K3", "--kb", kb).splitlines()[-1].split()[-1]

    assert answer("ask", "K3", "-p", f"training={named}", "--kb", kb).count(named) == 2


def test_a_run_is_shown_out_of_its_own_graph(kb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hundreds of other runs it would take seconds."""
    asked: list[int] = []

    def count(store: Store, run: str) -> RunPage:
        asked.append(sum(1 for _ in store.graphs()))
        return page(store, run)

    monkeypatch.setattr(asking, "page", count)

    shown = KnowledgeBase.open(kb).show("first")

    assert asked == [1]
    assert len(shown.activities) == 2


def test_a_run_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    """It is listed with nothing told, and the warning says where."""
    with start_run("good", kb=tmp_path / "kb"):
        pass
    (tmp_path / "kb" / "logs" / "bad" / "events.jsonl").mkdir(parents=True)

    done = dlprov("runs", "--kb", tmp_path / "kb", "--format", "json")

    assert done.returncode == 0, done.stderr
    assert [run["name"] for run in json.loads(done.stdout)] == ["good", "bad"]
    assert "logs/bad" in done.stderr


# ── tables on a terminal ──


def drawn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *rows: str) -> str:
    """Draw rows of words, parted by bars, on a terminal of 40 columns."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(output, "to_terminal", lambda: True)
    columns, *lines = (row.split("|") for row in rows)
    output.table(columns, lines)
    shown: str = capsys.readouterr().out
    return shown


def test_a_narrow_terminal_cuts_no_identifier(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What has blanks gives way first, and no column is lost."""
    shown = drawn(monkeypatch, capsys, "id|name|lost", "0123456789abcdef|a name of many words|7")

    assert "0123456789abcdef" in shown
    assert shown.splitlines()[0].split() == ["id", "name", "lost"]
    assert max(map(len, shown.splitlines())) <= 40


def test_a_table_too_wide_for_a_terminal_is_shown_row_by_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each value beside its column's name, whole."""
    names = [f"long_column_{letter}" for letter in "abcd"]

    shown = drawn(monkeypatch, capsys, "|".join(names), "1|2|3|4")

    assert [line.split() for line in shown.splitlines()] == [
        [name, str(number)] for number, name in enumerate(names, start=1)
    ]


def test_the_version_is_told() -> None:
    """By the name of the command."""
    from dlprov_rdf.version import __version__

    assert answer("--version") == f"dlprov {__version__}\n"


def test_constraints_of_a_document_are_told_with_their_numbers(tmp_path: Path) -> None:
    """One line a violation; exit status 1 says that there is one."""
    document = tmp_path / "cycle.ttl"
    prov = "@prefix prov: <http://www.w3.org/ns/prov#> . "
    document.write_text(prov + "<x:e> a prov:Entity ; prov:wasDerivedFrom <x:e> .")

    done = dlprov("constraints", document)
    listed = json.loads(dlprov("constraints", document, "--format", "json").stdout)

    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("C42 derivation-generation-generation-ordering: ")
    (told,) = listed
    assert (told["file"], told["valid"]) == (str(document), False)
    (violation,) = told["violations"]
    assert violation["constraint"] == 42
    assert violation["about"] == ["x:e"]
    assert violation["message"] in line


def test_constraints_of_every_run_and_of_all_together(kb: Path) -> None:
    """A table says what was checked, JSON by the runs' ids."""
    told = answer("constraints", "--all", "--kb", kb)
    listed = object_of("constraints", "--all", "--kb", kb)
    latest = answer("constraints", "@latest", "--kb", kb)

    assert told.count(": valid") == 3
    assert told.endswith("all runs together: valid\n")
    assert [one["valid"] for one in listed] == [True, True, True]
    assert latest == f"{listed[0]['file']}: valid\n"


def test_a_document_that_cannot_be_read_is_refused_with_where(tmp_path: Path) -> None:
    """File, line and reason; one that is not there is no run's name."""
    document = tmp_path / "bad.ttl"
    document.write_text("<x:e> a\n")

    assert "bad.ttl" in refusal("constraints", document)
    assert "line 2" in refusal("constraints", document)
    assert "no such file" in refusal("constraints", tmp_path / "none.ttl")

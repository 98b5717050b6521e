# SPDX-License-Identifier: Apache-2.0
"""``dlprov ask`` and ``sparql``: an answer in each format, or a line that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from typed_commands import answer, dlprov, object_of, refusal, two_runs


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of two runs."""
    return two_runs(tmp_path_factory.mktemp("cli") / "kb")


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


def test_a_parameter_given_twice_is_refused(kb: Path) -> None:
    """It would not be seen which one counted."""
    assert "twice" in refusal("ask", "K1", "-p", "epoch=0", "-p", "epoch=1", "--kb", kb)


def test_what_a_table_names_can_be_asked_for(kb: Path) -> None:
    """A run's ending and what follows it."""
    named = answer("ask", "K3", "--kb", kb).splitlines()[-1].split()[-1]

    assert answer("ask", "K3", "-p", f"training={named}", "--kb", kb).count(named) == 2

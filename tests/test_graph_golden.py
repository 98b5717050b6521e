# SPDX-License-Identifier: Apache-2.0
"""The graphs of small runs, whole: as canonical N-Quads that a person has read.

``pytest --update-golden`` writes them afresh, and the difference is to be read again.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from graph_runs import RUNS, run
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, parse, serialize
from small_graph import stated
from tapes import BASE, IRIS, RUN, Tape, canonical, quads_of

from dlprov_rdf import events as e
from dlprov_rdf import log, values
from dlprov_rdf.graph import vocabulary as v
from dlprov_rdf.graph.iris import Iris
from dlprov_rdf.graph.quads import run_quads

GOLDEN = Path(__file__).parent / "golden"

every_run = pytest.mark.parametrize("name", RUNS)


@every_run
def test_a_run_has_the_graph_that_was_agreed(name: str, request: pytest.FixtureRequest) -> None:
    """RDFC-1.0, byte for byte."""
    path = GOLDEN / f"{name}.nq"

    made = canonical(quads_of(run(name)))

    if request.config.getoption("--update-golden"):
        path.write_text(made, encoding="utf-8", newline="\n")
    assert made == path.read_text(encoding="utf-8")


@every_run
def test_a_graph_states_beside_what_follows_for_questions(name: str) -> None:
    """What was trained on, and what is ranked by which measure: no more and no less."""
    quads = quads_of(run(name))
    beside = {v.DLPROV_TRAINED_ON, v.DLPROV_RANKED_BY, *v.RANKED.values()}

    bare = [one for one in quads if one.predicate not in beside]

    assert stated(bare) == {one for one in quads if one.predicate != v.DLPROV_RANKED_BY}


@every_run
def test_the_same_events_give_the_same_quads(name: str) -> None:
    """In the same order, too: nothing is drawn by lot or read off a clock."""
    assert quads_of(run(name)) == quads_of(run(name))


@every_run
def test_nothing_is_said_twice(name: str) -> None:
    """What is streamed into a store is what the store will hold, count for count."""
    quads = quads_of(run(name))

    assert len(quads) == len(set(quads))


@every_run
def test_a_graph_is_the_runs_own_and_has_no_blank_nodes(name: str) -> None:
    """All is said in one named graph, and everything has a name."""
    quads = quads_of(run(name))

    assert {quad.graph_name for quad in quads} == {IRIS.graph}
    terms = {term for quad in quads for term in (quad.subject, quad.object)}
    assert not [term for term in terms if isinstance(term, BlankNode)]


@every_run
def test_a_store_gives_back_the_graph_it_was_given(name: str) -> None:
    """No literal changes its datatype or its spelling on the way through a store."""
    quads = quads_of(run(name))
    store = Store()
    store.extend(quads)

    assert set(store) == set(quads)


@every_run
def test_a_graph_from_a_log_is_the_graph_from_its_events(name: str, tmp_path: Path) -> None:
    """What a log can hold is all that a graph is made of."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"".join(log.encode(event) + b"\n" for event in run(name)))

    def read() -> object:
        return log.read(path, on_fault=lambda fault: None)

    assert list(run_quads(read, IRIS)) == quads_of(run(name))  # type: ignore[arg-type]


def test_another_base_changes_names_and_nothing_else() -> None:
    """What is shared by all labs keeps its name; what is this lab's own follows its BASE."""
    other = "https://another.example/kb/"

    here = canonical(quads_of(run("digits")))
    there = canonical(quads_of(run("digits"), Iris(other, RUN)))

    assert sorted(here.replace(BASE, other).splitlines()) == sorted(there.splitlines())


def test_what_is_written_between_the_two_readings_is_left_out() -> None:
    """A run goes on while its graph is made, in every one of its files."""
    whole = run("losses")
    cut = next(n for n, event in enumerate(whole) if n and getattr(event, "rank", None) == "1")
    early = [*whole[: cut - 3], *whole[cut:-1]]
    readings = iter([early, whole])

    quads = list(run_quads(lambda: next(readings), IRIS))

    assert quads == quads_of(early)


def test_the_documents_example_is_a_part_of_a_graph() -> None:
    """``docs/model.md`` shows one training of the first of these runs."""
    document = (Path(__file__).parent.parent / "docs" / "model.md").read_text(encoding="utf-8")
    example = document.partition("```turtle\n")[2].partition("```")[0]

    shown = {
        (one.subject, one.predicate, one.object) for one in parse(example, format=RdfFormat.TURTLE)
    }

    made = {(one.subject, one.predicate, one.object) for one in quads_of(run("digits"))}
    assert len(shown) > 50
    assert shown - made == set()


def test_the_document_names_no_term_that_is_not_there() -> None:
    """And every class of ours stands in it."""
    document = (Path(__file__).parent.parent / "docs" / "model.md").read_text(encoding="utf-8")

    named = set(re.findall(r"dlprov:(\w+)", document))

    terms = {term.value for term in vars(v).values() if isinstance(term, NamedNode)}
    assert [word for word in named if v.DLPROV + word not in terms] == []
    classes = {term.removeprefix(v.DLPROV) for term in terms if re.match(v.DLPROV + "[A-Z]", term)}
    words = set(re.findall(r"\w+", document))
    assert classes - words - {"ClassCount", "Commit", "Package", "Patch"} == set()


@given(name=st.text(st.characters(exclude_categories=())), value=st.floats() | st.integers())
@example(name="🙂" * 3000, value=math.nan)
@example(name="", value=-0.0)
def test_any_name_and_value_goes_through_a_store_unchanged(name: str, value: float) -> None:
    """Spaces, quotes, newlines, ten kilobytes, nothing: names are names."""
    tape = Tape()
    tape.tell(e.RunStarted, name=name, study=name, host=name, person=name, login=name)
    data = tape.tell(e.DataSeen, "data", name=name, source=name, form=name, classes={name: 1})
    settings = [e.Setting(name=name, value=values.plain(value), of=name)]
    training = tape.tell(
        e.TrainingStarted, "training", name=name, settings=settings, algorithm=name,
        implementation=name, used=[e.Usage(data, name)], code=e.Code(name=name, path=name),
        techniques=[e.Technique(name=name, type="callback", of=name, settings={name: name})],
    )  # fmt: skip
    tape.epoch(training, 0, metrics={name: values.number(value)})
    tape.tell(e.Metric, name=name, value=values.number(value))
    tape.tell(e.AttributeSet, about=training, name=name, value=name, unit=name, term=name)
    quads = quads_of(tape.events)
    store = Store()
    store.extend(quads)

    written = serialize(quads, format=RdfFormat.N_QUADS)

    assert set(store) == set(quads)
    assert set(parse(written, format=RdfFormat.N_QUADS)) == set(quads)

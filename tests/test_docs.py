# SPDX-License-Identifier: Apache-2.0
"""What the documentation says is so: its example runs, and it leaves nothing out."""

from __future__ import annotations

import doctest
import itertools
import re
import runpy
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from dlprov_rdf.ask.questions import questions
from dlprov_rdf.ask.walking import kinds
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.settings import Capture, Check, Endpoint, Person, Settings

ROOT = Path(__file__).parent.parent
COMMANDS = ("demo", "run", "runs", "show", "lineage", "impact", "build", "rebuild", "questions",
            "ask", "sparql", "check", "constraints", "compare", "annotate", "select",
            "fuseki", "push")  # fmt: skip


def test_the_readmes_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it stands, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    failed, tried = doctest.testfile(
        str(ROOT / "README.md"), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE
    )

    assert tried >= 5
    assert failed == 0


@pytest.mark.require("keras")
@pytest.mark.parametrize(("script", "said"), [("train.py", "accuracy"), ("by_hand.py", "slope")])
def test_the_examples_run_and_what_they_leave_conforms(
    tmp_path: Path, script: str, said: str
) -> None:
    """Each as its first lines say, and its run can be asked."""
    done = subprocess.run(
        [sys.executable, "-m", "dlprov_rdf", "run", ROOT / "examples" / script],
        capture_output=True, text=True, cwd=tmp_path, check=True,
    )  # fmt: skip

    kb = KnowledgeBase.open(tmp_path / "dlprov-kb")
    assert said in done.stdout
    assert kb.ask("epoch-times-and-losses").rows
    assert all(report.conforms for _, report in kb.check_all())


def test_every_command_is_documented_with_an_example() -> None:
    """The list of commands is the program's own."""
    listed = _help()
    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    commands = re.findall(r"^  ([a-z]+)  ", listed.split("Commands:")[1], re.MULTILINE)

    assert set(commands) == set(COMMANDS)
    for command in commands:
        assert f"\n## {command}\n" in documented
        assert f"dlprov {command}" in documented


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_shows_an_example(command: str) -> None:
    """Of the command itself."""
    assert re.search(rf"Example: dlprov {command}\b", " ".join(_help(command).split()))


def test_every_question_is_documented() -> None:
    """Each stands in docs/questions.md, in its words and with its parameters."""
    documented = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    sections = {part.split("`")[1]: part for part in documented.split("\n## ")[1:]}

    assert set(sections) == {question.name for question in questions()}
    for question in questions():
        assert sections[question.name].startswith(f"{question.id} ")
        assert question.text in sections[question.name]
        for named in (*question.given, *question.answers):
            assert f"| `{named.name}` |" in sections[question.name]


def test_the_page_of_questions_is_current() -> None:
    """It is made of the query files and a recorded demonstration; ``make docs`` renews it."""
    made = runpy.run_path(str(ROOT / "docs" / "questions_page.py"))

    assert made["PAGE"].read_text(encoding="utf-8") == made["page"](), "renew it: make docs"


def test_the_demonstration_answers_every_question() -> None:
    """But the two that ask for what it does not do: it leaks nothing and takes no data away."""
    page = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    sections = {part.split("`")[1]: part for part in page.split("\n## ")[1:]}

    by_hand = {name for name, part in sections.items() if "Runs written by hand" in part}
    shown = {name: re.search(r"^\| --- ", part, re.MULTILINE) for name, part in sections.items()}

    assert by_hand == {"leakage", "epoch-time-around-data-reduction"}
    assert [name for name, table in shown.items() if not table] == []
    assert [name for name, part in sections.items() if f"dlprov ask {name}" not in part] == []


def test_the_recorded_demonstration_tells_of_no_machine_but_adas() -> None:
    """It was recorded in a house of its own: no folder, host or login is anybody else's."""
    made = runpy.run_path(str(ROOT / "docs" / "questions_page.py"))

    with tarfile.open(made["DEMO"]) as archive:
        logs = [
            archive.extractfile(one).read().decode()  # type: ignore[union-attr]
            for one in archive
            if one.name.endswith(".jsonl")
        ]

    told = "".join(logs)
    places = {place for place in re.findall(r'"(/[^"]*)"', told) if "physical_device" not in place}
    assert len(logs) == 2
    assert {place for place in places if not place.startswith("/home/ada/digits")} == set()
    assert set(re.findall(r'"host":"([^"]*)"', told)) == {"babbage"}
    assert set(re.findall(r'"login":"([^"]*)"', told)) == {"ada"}


def test_every_word_for_a_kind_of_thing_is_documented() -> None:
    """Those that ``--to`` takes, and no other: whoever types one finds it there."""
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    section = page.partition("## Words in answers")[2].partition("\n## ")[0]
    table, _, others = section.partition("The others: ")
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")][1:]

    told = [
        word.strip() for line in (*rows, others.strip().rstrip(".")) for word in line.split(",")
    ]

    known = {word for word, _ in kinds._WORDS.values()}
    assert sorted(told) == sorted(known)


def test_every_setting_is_documented() -> None:
    """Each key of kb.toml that the software reads stands in docs/settings.md."""
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    parts = (Settings, Capture, Check, Endpoint, Person)
    keys = {key for part in parts for key in part.__struct_fields__}

    assert [key for key in keys if not re.search(rf"`\[?{key}(\.NAME)?\]?`", documented)] == []


def test_every_source_file_begins_with_its_licence() -> None:
    """SPDX on line 1; in a query's head, whose first line is the question."""
    folders = ("dlprov_rdf", "tests", "benchmarks", "examples", "ontology", "shapes", "queries")
    files = [
        path
        for folder in folders
        for suffix in ("py", "ttl", "rq")
        for path in (ROOT / folder).rglob(f"*.{suffix}")
    ]

    bare = [
        path.relative_to(ROOT) for path in files if "SPDX-License-Identifier:" not in _head(path)
    ]

    assert files
    assert bare == []


def _head(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    if path.suffix != ".rq":
        return lines[0]
    return "\n".join(itertools.takewhile(lambda line: line.startswith("#"), lines))


def _help(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "dlprov_rdf", *command, "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return done.stdout

# SPDX-License-Identifier: Apache-2.0
"""What the documentation says is so: its example runs, and it leaves nothing out."""

from __future__ import annotations

import doctest
import itertools
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from dlprov_rdf.ask.questions import questions
from dlprov_rdf.kb import KnowledgeBase
from dlprov_rdf.settings import Capture, Check, Endpoint, Person, Settings

ROOT = Path(__file__).parent.parent
COMMANDS = ("demo", "run", "runs", "show", "lineage", "impact", "build", "rebuild", "questions",
            "ask", "sparql", "check", "constraints", "compare", "annotate", "select")  # fmt: skip


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
    """It is made of the query files; ``make docs`` renews it."""
    made = runpy.run_path(str(ROOT / "docs" / "questions_page.py"))

    assert made["PAGE"].read_text(encoding="utf-8") == made["page"](), "renew it: make docs"


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

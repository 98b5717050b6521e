# SPDX-License-Identifier: Apache-2.0
"""kb.toml: made once, read with a default for each key, and wrong in words when it is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dlprov_rdf import settings
from dlprov_rdf.errors import FaultySettings, NoKnowledgeBase


def test_a_new_knowledge_base_has_a_base_of_its_own(tmp_path: Path) -> None:
    """Two knowledge bases never mint the same name."""
    one, other = settings.make(tmp_path / "one"), settings.make(tmp_path / "other")

    assert one.base.startswith("https://w3id.org/dlprov-rdf/id/")
    assert one.base.endswith("/")
    assert one.base != other.base
    assert one.title == "one"


def test_making_it_again_changes_nothing(tmp_path: Path) -> None:
    """What the user wrote into kb.toml stays."""
    first = settings.make(tmp_path)

    assert settings.make(tmp_path, title="another") == first


def test_of_many_makers_at_once_one_wins(tmp_path: Path) -> None:
    """Processes that begin together share one BASE."""
    code = (
        "import sys; from pathlib import Path; from dlprov_rdf import settings\n"
        "print(settings.make(Path(sys.argv[1])).base)"
    )
    makers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(8)
    ]

    bases = {maker.communicate()[0] for maker in makers}

    assert len(bases) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["kb.toml"]


def test_a_title_with_quotes_and_newlines_can_be_read_again(tmp_path: Path) -> None:
    """Whatever a folder is called, its kb.toml is TOML."""
    assert settings.make(tmp_path, title='a "b"\n\u00e9').title == 'a "b"\n\u00e9'


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("base = ", "kb.toml"),
        ("title = 'x'", "base"),
        ("base = 'not an iri'", "absolute IRI"),
        ("base = 'https://example.org/x'", "slash"),
        ("base = 'https://example.org/<x>/'", "absolute IRI"),
        ("base = 'https://example.org/'\n[capture]\ndigest_bugdet = 1", "digest_bugdet"),
        ("base = 'https://example.org/'\n[capture]\ninclude = 'all'", "include"),
    ],
)
def test_a_faulty_kb_toml_is_told_with_its_key(tmp_path: Path, text: str, word: str) -> None:
    """One line that names the file and what is wrong in it."""
    (tmp_path / "kb.toml").write_text(text)

    with pytest.raises(FaultySettings, match=word):
        settings.load(tmp_path)


def test_a_folder_without_kb_toml_is_no_knowledge_base(tmp_path: Path) -> None:
    """The message says how to name one and how to get one."""
    with pytest.raises(NoKnowledgeBase, match="--kb DIR"):
        settings.load(tmp_path)


def test_the_folder_is_found_as_documented(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The argument, then $DLPROV_KB, then ./dlprov-kb."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DLPROV_KB", raising=False)
    default = settings.locate()
    monkeypatch.setenv("DLPROV_KB", "elsewhere")

    assert default == tmp_path / "dlprov-kb"
    assert settings.locate() == tmp_path / "elsewhere"
    assert settings.locate("given") == tmp_path / "given"

# SPDX-License-Identifier: Apache-2.0
"""What is captured is a choice, and what was left out is counted."""

from __future__ import annotations

import pytest

from dlprov_rdf.capture.choice import Choice


@pytest.mark.parametrize(
    ("include", "exclude", "wanted"),
    [
        ([], [], {"train:cnn", "predict:serve"}),
        (["train"], [], {"train:cnn"}),
        ([], ["predict"], {"train:cnn"}),
        (["train", "predict"], ["train:c*"], {"predict:serve"}),
        (["*:s*"], [], {"predict:serve"}),
    ],
)
def test_a_choice_is_by_kind_and_by_name(
    include: list[str], exclude: list[str], wanted: set[str]
) -> None:
    """Nothing named means everything; excluding wins."""
    choice = Choice(include, exclude)
    given = {("train", "cnn"), ("predict", "serve")}

    assert {f"{kind}:{name}" for kind, name in given if choice.wants(kind, name)} == wanted
    assert sum(choice.left_out.values()) == 2 - len(wanted)

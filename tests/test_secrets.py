# SPDX-License-Identifier: Apache-2.0
"""Known shapes of secrets are replaced, and ordinary words are left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlprov_rdf.capture.around.secrets import REDACTED, redact, redact_command, redact_variables

BODY = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"

#: Put together here, so that no scanner takes this file for a leak.
TOKENS = [
    "gh" + "p_" + BODY, "github" + "_pat_" + BODY, "gl" + "pat-" + BODY, "h" + "f_" + BODY,
    "xox" + "b-12345678901-" + BODY, "s" + "k-" + BODY, "s" + "k-ant-" + BODY,
    "py" + "pi-" + BODY, "np" + "m_" + BODY, "AK" + "IA" + "ABCDEFGHIJKLMNOP",
    "AI" + "za" + BODY[:35], "ey" + "J" + BODY + ".ey" + "J" + BODY + "." + BODY,
    "-----BEGIN RSA PRI" + "VATE KEY-----\nMIIE\n-----END RSA PRI" + "VATE KEY-----",
]  # fmt: skip


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_replaced_wherever_it_stands(token: str) -> None:
    """In a line of code, in an address, at the end of a line."""
    for text in (f"key = '{token}'", f"before {token} after", token):
        told, count = redact(text)

        assert token not in told
        assert count >= 1
        assert REDACTED in told


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://ada:hunter2pass@example.org/x.git", "https://<redacted>@example.org/x.git"),
        ("--password=hunter2pass --epochs 3", "--password=<redacted> --epochs 3"),
        ("--api-key hunter2pass", "--api-key <redacted>"),
        ("PASSWORD: hunter2pass", "PASSWORD: <redacted>"),
        ('"api_key": "hunter2pass"', '"api_key": "<redacted>"'),
        ("db_password = 'hunter2pass'", "db_password = '<redacted>'"),
        ("Authorization: Bearer hunter2pass", "Authorization: Bearer <redacted>"),
        ("https://x.org/f?X-Amz-Signature=hunter2pass&b=1", "https://x.org/f?X-Amz-Signature=<redacted>&b=1"),
        ("https://x.org/f?a=1&access_token=hunter2pass", "https://x.org/f?a=1&access_token=<redacted>"),
        ("+WANDB_TOKEN=hunter2pass", "+WANDB_TOKEN=<redacted>"),
    ],
)  # fmt: skip
def test_what_is_known_by_its_name_is_replaced_and_the_rest_stays(text: str, kept: str) -> None:
    """A redacted patch or command can still be understood."""
    assert redact(text) == (kept, 1)


@pytest.mark.parametrize(
    "text",
    [
        "--max-tokens 5", "tokenizer=bert", "--tokenizer bert-base", "0f3c1e5a" * 5, "lr=0.001",
        "model.fit(x, y, epochs=3)", "password = None", "token = get_token()", "https://x.org/a@b",
        "secret = os.environ['SECRET']", "/home/ada/keys/data.csv", "monkey: banana",
        "num_tokens=3",
        "def token(self): return 1",
    ],
)  # fmt: skip
def test_ordinary_words_are_left_alone(text: str) -> None:
    """A hyperparameter that is called like a secret is none."""
    assert redact(text)[0] in {text, text}
    assert redact(text)[1] == 0


@given(text=st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    """Nothing raises, and looking again finds nothing more."""
    told, _ = redact(text)

    assert redact(told)[0] == told


def test_a_flag_and_its_value_apart_are_one_secret() -> None:
    """In a command line a value is a word of its own."""
    told = redact_command(["python", "train.py", "--token", "hunter2pass", "--epochs", "3"])

    assert told == ["python", "train.py", "--token", REDACTED, "--epochs", "3"]


def test_only_chosen_variables_are_kept() -> None:
    """By name or pattern; one that is called a secret says no more than that."""
    given_variables = {"TF_X": "1", "HOME": "/home/ada", "TF_TOKEN": "hunter2pass"}

    told = redact_variables(given_variables, ["TF_*"])

    assert told == {"TF_TOKEN": REDACTED, "TF_X": "1"}


@pytest.mark.parametrize(
    "written",
    [
        "https://ada:p@{}@example.org/x", '{{\\"password\\": \\"{}\\"}}', 'password="a\\"{}"',
        "password='{}", "clientSecret: '{}'", "dbPassword={}", "PGPASSWORD={}", "AccountKey={};",
        "token = b'{}'", 'token: str = "{}"', "os.environ['API_KEY'] = '{}'", "API KEY: {}",
        "Authorization: Digest {}", '"Authorization": "{}"', "curl -u ada:{} https://x.org",
        "https://x.org/?a=1&X-Goog-Signature={}", "?refresh_token={}", "--token \\\n  {}",
        "//x.org/:_authToken={}", "aws_secret_access_key = {}", "X-Api-Key: {}",
    ],
)  # fmt: skip
def test_a_secret_is_known_by_its_name_in_many_spellings(written: str) -> None:
    """In shells, Python, JSON within JSON, YAML, headers and addresses."""
    secret = "hunter2" + "pass"

    told, count = redact(written.format(secret))

    assert secret not in told
    assert count >= 1


@pytest.mark.parametrize(
    "text",
    [
        "pad_token='[PAD]'", "eos_token: </s>", "--pad-token [PAD]", 'mask_token="<mask>"',
        "num_token=5", "def f(token: str) -> int:", "f(token=token)", "login(token=args.token)",
        "token=$TOKEN", "if token == 'a':", "--token-dropout 0.1", "PWD=/home/ada/work",
        "ssh://git@example.org/x.git", "git@example.org:x.git", "docker run -u 1000:1000 x",
        "token_type_ids=x", "the bearer of bad news arrived",
    ],
)  # fmt: skip
def test_tokens_of_language_models_and_code_are_left_alone(text: str) -> None:
    """A patch of a training script is full of tokens, and must stay readable."""
    assert redact(text) == (text, 0)


def test_a_flag_of_a_language_model_keeps_its_value() -> None:
    """What a tokenizer calls its tokens is a hyperparameter."""
    command = ["train.py", "--pad-token", "[PAD]", "--eos-token", "</s>", "--max-tokens", "5"]

    assert redact_command(command) == command


def test_a_secret_that_begins_with_a_dash_is_replaced() -> None:
    """Only two dashes begin another flag."""
    assert redact_command(["x", "--token", "-hunter2pass"]) == ["x", "--token", REDACTED]


def test_a_secret_in_a_long_text_is_found_wherever_a_piece_of_it_ends() -> None:
    """A text is looked through in pieces; none ends between a name and its value."""
    line = "api_key:\n  hunter2pass\n"

    for before in range(16_384 - 2 * len(line), 16_384 + len(line)):
        assert "hunter2pass" not in redact("x" * before + "\n" + line + "end\n" * 5000)[0]


@pytest.mark.parametrize("unit", ["a-", "--", "a.", "eyJaaaaaaaa-", "token ", "password='", "a://"])
def test_time_grows_with_the_length_of_a_text(unit: str) -> None:
    """A patch may hold any text, and a search holds the interpreter's lock while it runs.

    Growing by the square, 200 kB of dashes took more than nine minutes.
    """
    began = time.process_time()
    redact(unit * (200_000 // len(unit)))

    assert time.process_time() - began < 5

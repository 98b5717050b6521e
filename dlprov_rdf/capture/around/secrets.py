# SPDX-License-Identifier: Apache-2.0
"""Takes the known shapes of secrets out of text before it is written down.

What is replaced reads ``<redacted>``; the words around it stay, so that a command line or a
patch can still be understood. A secret of no known shape is not recognised. Where a name
says secret and the value might be one, it is replaced: a word too much, not one too few.

Every repetition is bounded: time grows with the length of the text, never with its square.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

REDACTED = "<redacted>"

#: Characters that are looked through at a stretch. A search holds the interpreter's lock, and
#: beside a training nobody may hold it for long.
_PIECE = 16_384

#: Tokens of language models are no secrets: pad_token, --eos-token, num_token.
_OF_MODELS = (
    "additional", "begin", "bos", "class", "cls", "end", "eos", "image", "mask", "max", "next",
    "num", "pad", "per", "sep", "special", "start", "unk", "use",
)  # fmt: skip

_NAME = (
    r"(?:password|passwd|pwd(?!\W{0,3}[/~.])|passphrase|secret|token"
    + "".join(rf"(?<!{word}[_-]token)" for word in _OF_MODELS)
    + r"|api[ _-]?key|(?:access|account|private|secret|signing)[_-]?key(?:[_-]?id)?|credentials?)"
)

#: A value that is no secret: [PAD] or <s>; $NAME, a call, another variable; a constant or a type.
_HARMLESS = (
    r"(?![rbfu]{0,2}\\{0,3}['\"]?(?:\[[A-Z_]{2,12}\]|<\|?/?\w{1,20}\|?>)(?!\w))"
    r"(?!\$\{?[A-Za-z_]{1,60}\}?(?!\w)|[\w.]{1,80}[(\[]|[=({\[])"
    r"(?![\w.]{1,60}\.(?:token|password|secret|\w{0,20}key)\b|(?:token|password|secret|api_key)\b)"
    r"(?!(?i:none|null|true|false|str|int|float|bool|bytes|object|any|include|omit)\b)"
)

_QUOTED = r"[rbfu]{0,2}(?P<quote>\\{0,3}['\"])(?:(?!(?P=quote))(?:\\.|[^\\\n]))+(?P=quote)?"
_BARE = r"[^\s'\",;)}\]&]+"
_SCHEME = r"(?:(?i:basic|bearer|digest|token|apikey|aws4-hmac-sha256)[ \t]{1,9})"
_APART = r"(?:=|[ \t]{0,9}\\\n\s{0,40}|[ \t]{1,20})"
_IN_QUERY = r"[\w-]{0,30}(?:signature|credential|token|sig|secret|password|key)"
_IS = r"\\{0,3}['\"]?\]?[ \t]{0,9}(?::[ \t]{0,9}[\w.\[\] |]{1,60}=(?!=)|=>|[:=](?!=))\s{0,20}"

_PEM = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)"
)

#: Secrets that show themselves by their own shape.
_SHAPES = (
    r"\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{20,}\b",
    r"\bgithub_pat_[A-Za-z0-9_]{20,}\b",
    r"\bgl(?:pat|dt|rt|cbt|ptt|oas|ft|soat|agent|imt)-[A-Za-z0-9_-]{20,}",
    r"\bhf_[A-Za-z0-9]{20,}\b",
    r"\bx(?:ox[abeoprs]|app)-[A-Za-z0-9-]{10,}",
    r"\bsk-(?=[A-Za-z_-]{0,40}[0-9])[A-Za-z0-9_-]{20,}",
    r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b",
    r"\bpypi-[A-Za-z0-9_-]{32,}",
    r"\bnpm_[A-Za-z0-9]{30,}\b",
    r"\bAIza[A-Za-z0-9_-]{35}",
    r"\bGOCSPX-[A-Za-z0-9_-]{20,}",
    r"\bya29\.[A-Za-z0-9_-]{20,}",
    r"\beyJ[A-Za-z0-9_-]{8,1000}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
)

#: Secrets that are known by what stands before them, which is group 1 and stays.
_AFTER = (
    r"(\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://)(?!git@|<redacted>@)[^/\s'\"?#]{1,500}(?=@)",
    rf"((?i:authorization){_IS}[\\'\"]{{0,4}}{_SCHEME}?)(?!{_SCHEME}){_HARMLESS}[^\s'\"\\,]{{4,}}",
    r"((?i:\bbearer)[ \t]{1,9})[A-Za-z0-9._~+/-]{16,}=*",
    rf"((?i:[?&;]{_IN_QUERY}=))(?!<redacted>)[^&\s'\"#]+",
    rf"((?i:(?<![\w-])--(?!-)[\w-]{{0,40}}?{_NAME}){_APART})(?!-){_HARMLESS}(?:{_QUOTED}|[^\s'\"]+)",
    r"(\s(?:-u|--user|--auth)(?:=|[ \t]{1,9})['\"]?[^\s:'\"]{1,64}:)(?!\d+\b|<redacted>)[^\s'\"]+",
    rf"((?i:{_NAME}){_IS}){_HARMLESS}(?:{_QUOTED}|{_BARE})",
)

_ALONE = re.compile("|".join(f"(?:{shape})" for shape in _SHAPES))
_LED = [re.compile(pattern) for pattern in _AFTER]
_FLAG = re.compile(rf"--?[\w-]{{0,40}}?(?i:{_NAME})")
_BY_USER = re.compile(r"(?:-u|--user|--auth)")


def redact(text: str) -> tuple[str, int]:
    """Replace the secrets in a text.

    Returns:
        The text without them, and how many were replaced.
    """
    text, count = _PEM.subn(REDACTED, text)
    told: list[str] = []
    for piece in _pieces(text):
        clean, more = _redact_piece(piece)
        told.append(clean)
        count += more
    return "".join(told), count


def _redact_piece(text: str) -> tuple[str, int]:
    text, count = _ALONE.subn(REDACTED, text)
    for pattern in _LED:
        text, more = pattern.subn(_keep_lead, text)
        count += more
    return text, count


def _pieces(text: str) -> Iterator[str]:
    """Take a text apart between lines, but not where a name waits for its value."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin + _PIECE)
        while end > 0 and text[end - 1] in ":=\\'\" \t\n\r":
            end = text.find("\n", end + 1)
        stop = len(text) if end < 0 else end + 1
        yield text[begin:stop]
        begin = stop


def _keep_lead(found: re.Match[str]) -> str:
    """Keep the words that lead to a secret, and the quotes around it."""
    lead, secret = found[1], found[0][len(found[1]) :]
    quote = found.groupdict().get("quote") or ""
    closing = quote if secret.endswith(quote) else ""
    return f"{lead}{quote}{REDACTED}{closing}"


def redact_command(command: Iterable[str]) -> list[str]:
    """Replace the secrets in a command line, also where a flag and its value stand apart."""
    told: list[str] = []
    flag = ""
    for word in command:
        told.append(_redact_word(flag, word))
        flag = word
    return told


def _redact_word(flag: str, word: str) -> str:
    if _FLAG.fullmatch(flag) and not word.startswith("--"):
        return REDACTED
    if _BY_USER.fullmatch(flag):
        return redact(f" {flag} {word}")[0][len(flag) + 2 :]
    return redact(word)[0]


def redact_variables(variables: Mapping[str, str], allowed: Iterable[str]) -> dict[str, str]:
    """Choose environment variables by name (``*`` for any text), their secrets replaced."""
    patterns = tuple(allowed)
    return {
        name: REDACTED if _FLAG.fullmatch(f"-{name}") else redact(value)[0]
        for name, value in sorted(variables.items())
        if any(fnmatchcase(name, pattern) for pattern in patterns)
    }

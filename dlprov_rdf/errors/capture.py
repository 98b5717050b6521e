# SPDX-License-Identifier: Apache-2.0
"""What a call by hand can get wrong."""

from __future__ import annotations

from dlprov_rdf.errors.root import DlprovError


class CaptureError(DlprovError):
    """A call to the recorder is wrong; nothing was recorded by it."""


class NotANumber(CaptureError):
    """A metric's value is no number."""

    def __init__(self, key: str, value: object) -> None:
        super().__init__(key, repr(value)[:80])
        self.key, self.value = key, repr(value)[:80]

    def __str__(self) -> str:
        return (
            f"metric {self.key!r}: {self.value} is not a number. "
            "Give an int, a float, or a scalar array."
        )


class WrongCall(CaptureError):
    """A call to the recorder contradicts itself or what was recorded before."""

    def __init__(self, call: str, what: str, remedy: str) -> None:
        super().__init__(call, what, remedy)
        self.call, self.what, self.remedy = call, what, remedy

    def __str__(self) -> str:
        return f"{self.call}: {self.what}. {self.remedy}"

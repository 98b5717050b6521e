# SPDX-License-Identifier: Apache-2.0
"""Keeps rdflib from respelling literals, which it does for the whole process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import rdflib


@contextmanager
def literals_as_they_are() -> Iterator[None]:
    """Read literals as they are spelled, while this lasts."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before

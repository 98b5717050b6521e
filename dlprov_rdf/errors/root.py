# SPDX-License-Identifier: Apache-2.0
"""The root of every error that this software raises on purpose."""

from __future__ import annotations

from typing import ClassVar


class DlprovError(Exception):
    """The root: catch this to catch everything that this software raises on purpose."""

    exit_status: ClassVar[int] = 2

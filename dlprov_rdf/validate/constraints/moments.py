# SPDX-License-Identifier: Apache-2.0
"""Tells whether two times that are written differently are the same moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_WRITTEN = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z)|([+-])(\d\d):(\d\d))?"
)


def same(one: str, other: str) -> bool:
    """Compare two ``xsd:dateTime`` by value; one without a time zone equals none that has one."""
    return one == other or _value(one) == _value(other)


def _value(written: str) -> tuple[datetime, str] | str:
    """Give the second and the fraction of it; the text itself where it is no such time."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        return written
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    fraction, utc, sign, hours, minutes = found.groups()[6:]
    try:
        moment = datetime(year, month, day, hour % 24, minute, second)  # noqa: DTZ001 -- as written
        if hour == 24:
            moment += timedelta(days=1)
        if utc or sign:
            offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
            zone = timezone(-offset if sign == "-" else offset)
            moment = moment.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return written
    return moment, (fraction or "").rstrip("0")

# SPDX-License-Identifier: Apache-2.0
"""Names for runs: a UUIDv7, ordered by time; or a UUIDv5 where processes must agree.

Randomness comes from the operating system, never from a generator the training may use.

Source: RFC 9562, sections 5.5 and 5.7.
"""

from __future__ import annotations

import os
import time
import uuid


def new_id() -> str:
    """Make a run's id: 48 bits of milliseconds, then 74 random bits."""
    octets = bytearray((time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10))
    octets[6] = octets[6] & 0x0F | 0x70
    octets[8] = octets[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(octets)))


def shared_id(base: str, job: str) -> str:
    """Make the id that all processes of one job agree on without talking."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{base}job/{job}"))

# SPDX-License-Identifier: Apache-2.0
"""How a content is named: the same octets have the same name in every lab.

Source:
    RFC 6920, Naming Things with Hashes: https://www.rfc-editor.org/rfc/rfc6920
"""

from __future__ import annotations

from base64 import urlsafe_b64encode


def content(sha256: bytes) -> str:
    """Name a content by its SHA-256 digest: ``ni:///sha-256;…``, of 32 octets 43 letters."""
    return "ni:///sha-256;" + urlsafe_b64encode(sha256).rstrip(b"=").decode()

# SPDX-License-Identifier: Apache-2.0
"""Who we are to a service: a user with a password, or the bearer of a token."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Access:
    """What a service is told of who asks; nothing, where it asks nobody.

    Secrets are left out of what is printed of it.
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    def headers(self) -> dict[str, str]:
        """Give the header that says so.

        Source:
            RFC 7617, The 'Basic' HTTP Authentication Scheme; RFC 6750, section 2.1.
        """
        if self.token is not None:
            return {"authorization": f"Bearer {self.token}"}
        if self.user is not None:
            told = b64encode(f"{self.user}:{self.password or ''}".encode()).decode()
            return {"authorization": f"Basic {told}"}
        return {}

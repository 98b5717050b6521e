# SPDX-License-Identifier: Apache-2.0
"""Who we are to a service: a user with a password, or the bearer of a token.

kb.toml holds no secret: it names the environment variable, or the entry of the system's
keyring, that does. What has no user is a token, and lies in the keyring as that of ``token``.
"""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import dataclass, field

from dlprov_rdf.errors import MissingExtra, SecretMissing
from dlprov_rdf.settings import Endpoint


@dataclass(frozen=True)
class Access:
    """What a service is told of who asks; nothing, where it asks nobody.

    Secrets are left out of what is printed of it.
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    @staticmethod
    def of(name: str, endpoint: Endpoint) -> Access:
        """Fetch what a service is told from where kb.toml says that it lies.

        Args:
            name: That of the endpoint, for a person.
            endpoint: What kb.toml says of it.

        Raises:
            SecretMissing: It does not lie there.
            MissingExtra: It lies in a keyring, and ``keyring`` is not installed.
        """
        if endpoint.token_env is not None:
            return Access(token=_environment(name, endpoint.token_env))
        if endpoint.password_env is not None:
            return Access(endpoint.user or "", _environment(name, endpoint.password_env))
        if endpoint.keyring is not None:
            secret = _keyring(name, endpoint.keyring, endpoint.user or "token")
            if endpoint.user is None:
                return Access(token=secret)
            return Access(endpoint.user, secret)
        return Access(endpoint.user)

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


def _environment(endpoint: str, variable: str) -> str:
    if not (secret := os.environ.get(variable)):
        raise SecretMissing(endpoint, f"environment variable {variable!r}")
    return secret


def _keyring(endpoint: str, service: str, user: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        raise MissingExtra("keyring", "keyring") from error
    where = f"entry {user!r} of {service!r} in the keyring"
    try:
        secret = keyring.get_password(service, user)
    except KeyringError as error:
        raise SecretMissing(endpoint, f"{where} ({error})") from error
    if not secret:
        raise SecretMissing(endpoint, where)
    return secret

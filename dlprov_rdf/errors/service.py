# SPDX-License-Identifier: Apache-2.0
"""What a SPARQL service can refuse or get wrong; each error names the service's address."""

from __future__ import annotations

from dlprov_rdf.errors.asking import QuestionError
from dlprov_rdf.errors.folder import SettingsError
from dlprov_rdf.errors.store import StoreError

#: What a status means, and what to do, for a person.
_REFUSALS = {
    401: (
        "it wants to know who asks",
        "Name a user or a token in kb.toml, [endpoints.NAME]",
    ),
    403: ("it does not allow this to whoever asks", "Ask its owner for the right to do it"),
    404: ("there is nothing here", "Look the address up; dlprov fuseki status says yours"),
    405: ("it does not do this here; it may be read-only", "Name a dataset that may be written"),
    413: ("what was sent is too large for it", "Send fewer runs at once, or raise its limit"),
    415: ("it does not take this format", "Is it a SPARQL 1.1 service? Look the address up"),
    429: ("it was asked too often", "Wait, and try again"),
    500: ("it failed inside", "Look into its log"),
    502: ("the service behind its proxy does not answer", "Try again, or ask its owner"),
    503: ("it is not ready, or too busy", "Wait, and try again"),
    504: ("the service behind its proxy is too slow", "Ask for less, or ask its owner"),
    507: ("it has no room left", "Make room there"),
}


class ServiceError(StoreError):
    """A SPARQL service could not do what was asked."""

    address: str


class ServiceUnreachable(ServiceError):
    """Nothing answers at a service's address."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)
        self.address, self.reason = address, reason

    def __str__(self) -> str:
        return f"{self.address}: cannot be reached: {self.reason}. Is it running, and spelled so?"


class ServiceRefused(ServiceError):
    """A service answered that it does not do what was asked of it.

    ``after`` is how many seconds it wants to be left alone.
    """

    def __init__(self, address: str, status: int, said: str = "", after: float = 0.0) -> None:
        super().__init__(address, status, said, after)
        self.address, self.status, self.said, self.after = address, status, said, after

    def __str__(self) -> str:
        what, remedy = _REFUSALS.get(self.status, ("it refuses", "Look the address up"))
        said = f" ({self.said!r})" if self.said else ""
        return f"{self.address}: HTTP status {self.status}: {what}{said}. {remedy}."


class ServiceReadOnly(ServiceError):
    """A service takes no updates."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address

    def __str__(self) -> str:
        return f"{self.address}: it takes no updates, only queries. Name a dataset that does."


class ServiceFault(ServiceError):
    """A service's answer is broken, or is no answer to what was asked."""

    def __init__(self, address: str, what: str) -> None:
        super().__init__(address, what)
        self.address, self.what = address, what

    def __str__(self) -> str:
        return f"{self.address}: {self.what}. Is it a SPARQL 1.1 service, and is it well?"


class ServiceTooSlow(ServiceError):
    """A service did not answer in the time that it was given."""

    def __init__(self, address: str, seconds: float, what: str) -> None:
        super().__init__(address, seconds, what)
        self.address, self.seconds, self.what = address, seconds, what

    def __str__(self) -> str:
        return (
            f"{self.address}: {self.what} within {self.seconds:g} s. Ask for less, or wait longer."
        )


class AnswerTooLarge(ServiceError):
    """A service's answer has more bytes than may be read."""

    def __init__(self, address: str, limit: int) -> None:
        super().__init__(address, limit)
        self.address, self.limit = address, limit

    def __str__(self) -> str:
        return (
            f"{self.address}: the answer has more than {self.limit} bytes. "
            "Ask for less, or raise the limit."
        )


class SecretMissing(SettingsError):
    """What a service asks for is not where kb.toml says that it is."""

    def __init__(self, endpoint: str, where: str) -> None:
        super().__init__(endpoint, where)
        self.endpoint, self.where = endpoint, where

    def __str__(self) -> str:
        return (
            f"kb.toml: endpoint {self.endpoint!r}: there is no {self.where}. "
            "Put the secret there, or name another place; docs/services.md tells which."
        )


class FaultyAddress(QuestionError):
    """The address of a service is none that can be asked."""

    def __init__(self, address: str, what: str) -> None:
        super().__init__(address, what)
        self.address, self.what = address, what

    def __str__(self) -> str:
        return f"{self.address!r}: {self.what}. Write http://HOST:PORT/DATASET"

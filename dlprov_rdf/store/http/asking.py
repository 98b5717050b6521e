# SPDX-License-Identifier: Apache-2.0
"""Requests to one service: pooled, limited in time and bytes, tried again where that does no harm.

Times are seconds of wall clock.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from dlprov_rdf.errors import ServiceFault, ServiceRefused, ServiceTooSlow, ServiceUnreachable
from dlprov_rdf.store.http.access import Access

#: A request's body, or what makes it anew for each try.
Content = bytes | Callable[[], Iterator[bytes]]

#: Statuses of a service that may do it a little later.
_LATER = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Limits:
    """How long a service is waited for, how often it is asked, and how much it may answer."""

    connect: float = 5.0
    read: float = 60.0
    whole: float = 300.0
    answer: int = 2**30
    tries: int = 3


class Asking:
    """The connections to one service; several threads may ask at once."""

    def __init__(self, address: str, access: Access, limits: Limits) -> None:
        self.address, self.limits = address, limits
        self._http = httpx.Client(
            headers=access.headers(),
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
        )

    def send(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        content: Content = b"",
        again: bool = True,
        seconds: float | None = None,
        expected: tuple[int, ...] = (),
    ) -> Answer:
        """Ask, and give the answer once it begins; it is to be closed.

        Args:
            method: The HTTP method.
            url: Where.
            params: What follows the question mark.
            headers: What is said beside who we are.
            content: The body.
            again: Whether asking twice does no more than asking once.
            seconds: The time for all of it, the limit if None.
            expected: Statuses from 300 that are no refusal.
        """
        until = time.monotonic() + (seconds or self.limits.whole)
        tries = self.limits.tries if again else 1
        for turn in range(tries):
            body = content if isinstance(content, bytes) else content()
            request = self._http.build_request(
                method, url, params=params, headers=headers, content=body
            )
            last = turn == tries - 1
            try:
                with in_words(self.address, self.limits):
                    response = self._http.send(request, stream=True)
            except ServiceUnreachable:
                if last:
                    raise
            else:
                status = response.status_code
                if status < 300 or status in expected:
                    return Answer(self.address, response, until, self.limits)
                if last or status not in _LATER:
                    raise self._refusal(response)
                response.close()
            time.sleep(random.uniform(0, 0.2 * 2**turn))  # noqa: S311 -- no secret
        raise AssertionError

    def _refusal(self, response: httpx.Response) -> ServiceRefused:
        with in_words(self.address, self.limits):
            try:
                said = response.read()[:2000].decode(errors="replace").strip()
            finally:
                response.close()
        return ServiceRefused(self.address, response.status_code, said.split("\n", 1)[0][:200])

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


class Answer:
    """What a service answers, as it comes."""

    def __init__(
        self, address: str, response: httpx.Response, until: float, limits: Limits
    ) -> None:
        self.address, self.response = address, response
        self._until, self._limits = until, limits
        self._chunks = response.iter_bytes()
        self._chunk, self._at, self._seen = b"", 0, 0

    @property
    def status(self) -> int:
        """The status."""
        return self.response.status_code

    @property
    def format(self) -> str:
        """The media type, without its parameters."""
        told: str = self.response.headers.get("content-type", "")
        return told.split(";", 1)[0].strip().lower()

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes, at most so many; none are left when it gives none."""
        while self._at >= len(self._chunk):
            with in_words(self.address, self._limits):
                self._chunk, self._at = next(self._chunks, b""), 0
            if not self._chunk:
                return b""
            self._seen += len(self._chunk)
        end = len(self._chunk) if size < 0 else self._at + size
        piece = self._chunk[self._at : end]
        self._at += len(piece)
        return piece

    def close(self) -> None:
        """End it; a service that still sends is told to stop."""
        self.response.close()


@contextmanager
def in_words(address: str, limits: Limits) -> Iterator[None]:
    """Say in our words what went wrong on the way."""
    try:
        yield
    except httpx.ConnectTimeout as error:
        reason = f"no connection within {limits.connect:g} s"
        raise ServiceUnreachable(address, reason) from error
    except httpx.TimeoutException as error:
        raise ServiceTooSlow(address, limits.read, "no answer") from error
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.DecodingError) as error:
        raise ServiceFault(address, f"the answer broke off ({error})") from error
    except httpx.TransportError as error:
        raise ServiceUnreachable(address, str(error)) from error

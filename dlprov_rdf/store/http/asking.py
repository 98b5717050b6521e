# SPDX-License-Identifier: Apache-2.0
"""Requests to one service: pooled, limited, and sent again where that does no harm.

Only the host that was named is contacted: a redirection to another is refused. Proxies of
the environment are used (``HTTPS_PROXY``, ``NO_PROXY``), but never for this machine itself;
``SSL_CERT_FILE`` may name the authorities that are trusted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import httpx

from dlprov_rdf.errors import (
    FaultyAddress,
    ServiceError,
    ServiceFault,
    ServiceRefused,
    ServiceTooSlow,
    ServiceUnreachable,
)
from dlprov_rdf.store.http.access import Access
from dlprov_rdf.store.http.body import Answer
from dlprov_rdf.store.http.faults import in_words, may_pass
from dlprov_rdf.store.http.limits import AT_ONCE, Clock, Limits

#: A request's body, or what makes it anew for each time that it is sent.
Content = bytes | Callable[[], Iterator[bytes]]

#: Statuses of a service that may do it a little later.
_BUSY = 503
_LATER = frozenset({429, 502, _BUSY, 504})

#: Statuses that say: elsewhere.
_MOVED = frozenset({301, 302, 303, 307, 308})

_HERE = ("localhost", "127.0.0.1", "::1", "[::1]")


@dataclass(frozen=True)
class Request:
    """What is asked of a service.

    Args:
        method: The HTTP method.
        url: Where.
        params: What follows the question mark.
        headers: What is said beside who we are.
        content: The body.
        again: Whether asking twice does no more than asking once.
        silent: Whether a service may be silent all the time, as one that writes is.
        expected: Statuses from 300 that are no refusal.
    """

    method: str
    url: str
    params: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    content: Content = b""
    again: bool = True
    silent: bool = False
    expected: tuple[int, ...] = ()


class Asking:
    """The connections to one service; several threads may ask at once."""

    def __init__(
        self, address: str, access: Access, limits: Limits, *, packs: bool | None = None
    ) -> None:
        url = _url(address)
        here = url.host in _HERE or url.host.startswith("127.")
        self.address, self.access, self.limits = address, access, limits
        self._bounds = threading.local()
        self.packs = not here if packs is None else packs
        packed = {"accept-encoding": "gzip" if self.packs else "identity"}
        try:
            self._http = httpx.Client(
                headers=access.headers() | packed,
                trust_env=not here,
                verify=httpx.create_ssl_context() if url.scheme == "https" else False,
            )
        except OSError as error:  # SSL_CERT_FILE names no file of certificates
            raise ServiceUnreachable(address, f"no certificates to trust ({error})") from error

    def send(self, asked: Request, seconds: float | None = None) -> Answer:
        """Ask, and give the answer once it begins; it is to be closed.

        Args:
            asked: What.
            seconds: The time for all of it, the answer read to its end; the limit if None.

        Raises:
            ServiceError: It gives no answer, or refuses.
        """
        clock = Clock(self.limits, self._most(seconds), silent=asked.silent)
        tries = self.limits.tries if asked.again else 1
        for turn in range(1, tries + 1):
            try:
                return self._send(asked, clock)
            except ServiceRefused as error:
                pause = max(self.limits.pause_after(turn), error.after)
                if turn == tries or error.status not in _LATER or pause >= clock.left:
                    raise
            except ServiceError as error:
                pause = self.limits.pause_after(turn)
                if turn == tries or not may_pass(error) or pause >= clock.left:
                    raise
            time.sleep(pause)
        raise ValueError(f"{tries} tries are none")

    @contextmanager
    def within(self, seconds: float | None) -> Iterator[None]:
        """Let all that this thread sends in here take so long together; None: each its own time."""
        if seconds is None:
            yield
            return
        self._bounds.until = time.monotonic() + seconds
        try:
            yield
        finally:
            self._bounds.until = None

    def _most(self, seconds: float | None) -> float | None:
        """Give the time for one request: what it may take, but no more than is left for all."""
        until: float | None = getattr(self._bounds, "until", None)
        if until is None:
            return seconds
        left = max(until - time.monotonic(), AT_ONCE)
        return left if seconds is None else min(seconds, left)

    def _send(self, asked: Request, clock: Clock) -> Answer:
        """Ask once, and once more at each place of the same host that it is sent to."""
        url = httpx.URL(asked.url, params=asked.params)
        for _ in range(5):
            response = self._once(asked, url, clock)
            status = response.status_code
            if status in _MOVED and "location" in response.headers:
                response.close()
                url = self._moved(asked, url, response.headers["location"])
            elif status < 300 or status in asked.expected:
                return Answer(self.address, response, self.limits, clock)
            else:
                raise self._refusal(response, clock)
        raise ServiceFault(self.address, f"it sends us round in circles, to {str(url)!r} now")

    def _once(self, asked: Request, url: httpx.URL, clock: Clock) -> httpx.Response:
        content = asked.content if isinstance(asked.content, bytes) else asked.content()
        request = self._http.build_request(
            asked.method, url, headers=asked.headers, content=content
        )
        waits = request.extensions["timeout"]
        waits.update(clock.waits())

        def step(name: str, _: object) -> None:
            """Let each step wait for what is left, and not anew for as long as the first."""
            if name.endswith(".started"):
                waits.update(clock.waits())

        request.extensions["trace"] = step
        try:
            return self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            raise in_words(error, self.address, self.limits, clock) from error

    def _moved(self, asked: Request, url: httpx.URL, location: str) -> httpx.URL:
        to = url.join(location)
        same = (to.scheme, to.host, to.port) == (url.scheme, url.host, url.port)
        safer = (to.scheme, url.scheme, to.host) == ("https", "http", url.host)
        if not (same or safer):
            raise ServiceFault(
                self.address, f"it sends us to another host, {str(to)!r}, which was not named"
            )
        if not asked.again:
            raise ServiceFault(self.address, f"it has moved to {str(to)!r}: name that")
        return to

    def _refusal(self, response: httpx.Response, clock: Clock) -> ServiceError:
        answer = Answer(self.address, response, self.limits, clock)
        try:
            said = answer.read(2000).decode(errors="replace").strip()
        except ServiceError:
            said = ""
        finally:
            answer.close()
        if answer.status == _BUSY and "timed out" in said:  # as Fuseki ends a query
            what = "it has not answered, and ends the query by its own limit,"
            return ServiceTooSlow(self.address, round(clock.spent, 1), what)
        line = "" if answer.format == "text/html" else said.split("\n", 1)[0][:300]
        return ServiceRefused(self.address, answer.status, line, _after(answer))

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


def _url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise FaultyAddress(address, str(error)) from error
    if url.scheme not in {"http", "https"} or not url.host or "%" in url.host:
        raise FaultyAddress(address, "this is no address of a service")
    if url.userinfo:
        raise FaultyAddress(
            str(url.copy_with(userinfo=b"")),
            "a password does not belong into an address, where everyone reads it: "
            "kb.toml may name the environment variable that has it",
        )
    return url


def _after(answer: Answer) -> float:
    """Read how many seconds a service wants to be left alone.

    Source:
        RFC 9110, section 10.2.3 (Retry-After).
    """
    told = answer.header("retry-after").strip()
    if told.isdecimal():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except ValueError:
        return 0.0

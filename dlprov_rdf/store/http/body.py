# SPDX-License-Identifier: Apache-2.0
"""What a service answers, as it comes, and no longer or larger than it may be."""

from __future__ import annotations

import contextlib
import socket
import threading

import httpx

from dlprov_rdf.errors import AnswerTooLarge
from dlprov_rdf.store.http.faults import in_words
from dlprov_rdf.store.http.limits import Clock, Limits

#: From this piece on a watch ends what takes too long; before, each wait is limited.
_WATCHED_FROM = 3


class Answer:
    """One answer; it is read by one thread, and closed by any."""

    def __init__(
        self, address: str, response: httpx.Response, limits: Limits, clock: Clock
    ) -> None:
        self.address = address
        self._response, self._limits, self._clock = response, limits, clock
        self._pieces = response.iter_bytes()
        self._piece, self._at, self._bytes, self._fetched = b"", 0, 0, 0
        self._watch: threading.Timer | None = None
        self._thread = threading.get_ident()

    @property
    def url(self) -> str:
        """Where it came from."""
        return str(self._response.request.url.copy_with(query=None))

    @property
    def status(self) -> int:
        """The status."""
        return self._response.status_code

    def header(self, name: str) -> str:
        """Give a header, empty if there is none."""
        told: str = self._response.headers.get(name, "")
        return told

    @property
    def format(self) -> str:
        """The media type, without its parameters."""
        return self.header("content-type").split(";", 1)[0].strip().lower()

    @property
    def tells_its_end(self) -> bool:
        """Whether it would be seen that its end is missing."""
        return bool(self.header("content-length") or self.header("transfer-encoding"))

    @property
    def last_read(self) -> bytes:
        """The piece that was read last."""
        return self._piece

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes, at most so many; none when there are no more.

        Raises:
            AnswerTooLarge: It has more than it may.
            ServiceTooSlow: It is not there in time.
            ServiceFault: It breaks off.
        """
        if self._at >= len(self._piece):
            self._fetch()
        end = len(self._piece) if size < 0 else self._at + size
        part = self._piece[self._at : end]
        self._at += len(part)
        return part

    def _fetch(self) -> None:
        self._fetched += 1
        if self._fetched == _WATCHED_FROM:
            self._watch = threading.Timer(self._clock.left, self._hang_up)
            self._watch.daemon = True
            self._watch.start()
        try:
            if self._clock.over:
                raise httpx.ReadTimeout("")
            piece = next(self._pieces, b"")
        except httpx.HTTPError as error:
            self.close()
            raise in_words(error, self.address, self._limits, self._clock) from error
        self._bytes += len(piece)
        if self._bytes > self._limits.answer:
            self.close()
            raise AnswerTooLarge(self.address, self._limits.answer)
        if piece:
            self._piece, self._at = piece, 0

    def close(self) -> None:
        """End it, from any thread; a service that still sends sees that nobody reads."""
        if self._watch is not None:
            self._watch.cancel()
        if threading.get_ident() != self._thread:
            self._hang_up()  # the reader may wait in the middle of it, and closes it then
        else:
            self._response.close()

    def _hang_up(self) -> None:
        stream = self._response.extensions.get("network_stream")
        link = stream.get_extra_info("socket") if stream is not None else None
        if link is not None and not self._response.is_closed:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

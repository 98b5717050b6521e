# SPDX-License-Identifier: Apache-2.0
"""A small real HTTP server that answers what a test wants, to see what a client makes of it."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON = "application/sparql-results+json"
TRUE = b'{"head": {}, "boolean": true}'
ROWS = b'{"head": {"vars": ["v"]}, "results": {"bindings": [%s]}}'
UNITED = b'{"united": {"type": "literal", "value": "true"}}'
ROW = b'{"v": {"type": "literal", "value": "a"}}'


class Request(BaseHTTPRequestHandler):
    """One request, with its body read, and ways to answer it."""

    protocol_version = "HTTP/1.1"
    server: ByHand
    body: bytes

    def give(self, status: int, body: bytes = b"", kind: str = JSON, **headers: str) -> None:
        """Answer whole."""
        self.begin(status, kind, content_length=str(len(body)), **headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def begin(self, status: int, kind: str = JSON, **headers: str) -> None:
        """Answer with the head alone."""
        self.send_response(status)
        if kind:
            self.send_header("content-type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def chunk(self, piece: bytes) -> None:
        """Send one piece of a body in pieces; an empty one ends it."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.flush()

    def _answer(self) -> None:
        length = self.headers.get("content-length")
        self.body = self.rfile.read(int(length)) if length else b""
        if self.headers.get("transfer-encoding") == "chunked":
            self.body = b"".join(iter(self._chunk, b""))
        if self.headers.get("content-encoding") == "gzip":
            self.body = gzip.decompress(self.body)
        self.server.asked.append(copy(self))  # a connection has one handler for all
        try:
            self.server.answers(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _chunk(self) -> bytes:
        piece = self.rfile.read(int(self.rfile.readline(), 16))
        self.rfile.readline()
        return piece

    do_GET = do_POST = do_HEAD = _answer  # noqa: N815 -- http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


Answers = Callable[[Request], None]


class ByHand(ThreadingHTTPServer):
    """A server on a free port, which keeps what it was asked."""

    daemon_threads = True
    address_family = 2

    def __init__(self, answers: Answers) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answers, self.asked = answers, list[Request]()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has gone."""

    @property
    def address(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def bodies(self) -> list[bytes]:
        """Tell what was asked, but for how it is found out that it can be asked."""
        bodies = [one.body for one in self.asked]
        return [body for body in bodies if body != b"ASK {}" and b"?united" not in body]


@contextmanager
def by_hand(
    answers: Answers,
    *,
    finds: bool = True,
    united: bool = True,
    context: ssl.SSLContext | None = None,
) -> Iterator[ByHand]:
    """Serve as long as a block lasts.

    Args:
        answers: Answers a request.
        finds: Whether ``ASK {}``, by which a service is found, has its right answer.
        context: How it speaks TLS, if it does.
        united: Whether what asks for the union of graphs has its right answer.
    """

    def answered(request: Request) -> None:
        if finds and request.body == b"ASK {}":
            request.give(200, TRUE)
        elif united and b"?united" in request.body:
            request.give(200, ROWS.replace(b'"v"', b'"united"') % UNITED)
        else:
            answers(request)

    server = ByHand(answered)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

# SPDX-License-Identifier: Apache-2.0
"""Says in our words what went wrong on the way to a service and back."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from dlprov_rdf.errors import ServiceError, ServiceFault, ServiceTooSlow, ServiceUnreachable
from dlprov_rdf.store.http.limits import Clock, Limits


def in_words(error: httpx.HTTPError, address: str, limits: Limits, clock: Clock) -> ServiceError:
    """Make our error of httpx's."""
    if isinstance(error, httpx.ConnectTimeout) and not clock.over:
        return ServiceUnreachable(address, f"no connection within {limits.connect:g} s")
    if clock.over or isinstance(error, httpx.WriteTimeout | httpx.PoolTimeout):
        return ServiceTooSlow(address, round(clock.seconds, 1), "no whole answer")
    if isinstance(error, httpx.TimeoutException):
        return ServiceTooSlow(address, limits.read, "it said nothing")
    if isinstance(error, httpx.ConnectError):
        return ServiceUnreachable(address, _no_connection(error))
    if isinstance(error, httpx.UnsupportedProtocol | httpx.ProxyError):
        return ServiceUnreachable(address, str(error))
    return ServiceFault(address, f"it broke off ({error})")


def may_pass(error: ServiceError) -> bool:
    """Tell whether the same request may go better a moment later."""
    if isinstance(error, ServiceUnreachable):
        cause = error.__cause__
        return cause is None or not any(
            isinstance(each, socket.gaierror | ssl.SSLError) for each in _causes(cause)
        )
    return isinstance(error, ServiceFault)


def _no_connection(error: httpx.ConnectError) -> str:
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return f"no such host ({cause.strerror})"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not trusted ({cause.verify_message}); "
                "SSL_CERT_FILE may name the authority that signed it"
            )
        if isinstance(cause, ssl.SSLError):
            return f"no TLS with it ({cause.reason or cause})"
        if isinstance(cause, ConnectionRefusedError):
            return "nothing listens there"
    return str(error)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__

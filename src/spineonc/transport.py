"""Send one HTTP request to a server of triples: with a deadline, retries, authentication and plain errors."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import cache
from typing import IO, TYPE_CHECKING, Any, Self

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, MaxRetryError, ReadTimeoutError, SSLError
from urllib3.util import Retry, Timeout, make_headers, parse_url

from spineonc.errors import EndpointError, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3.response import BaseHTTPResponse

_TRIES_AGAIN = 3
_CONNECTING = 10.0
_LONGEST_PAUSE = 30
_CHUNK = 1 << 16
_EXCERPT = 300


@dataclass(frozen=True)
class Reply:
    """What a server answered: the status, the media type without its parameters, and the whole body."""

    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def excerpt(self) -> str:
        """The first words of the body, on one line, for a message."""
        words = " ".join(self.body[: 4 * _EXCERPT].decode("utf-8", "replace").split())
        return words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}..."


@dataclass(frozen=True)
class Request:
    """One request that may be sent twice without harm; a body in a file is sent without reading it whole."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | IO[bytes] | None = None


def check_address(url: str) -> str:
    """Return the address of a server.

    Raises
    ------
    InputError
        If it is not http or https, names no server, or carries a password.
    """
    try:
        parts = parse_url(url)
    except LocationParseError as error:
        raise InputError(f"{url!r} is not an address. Give one such as http://localhost:7878/query.") from error
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise InputError(f"{url!r} is not an address of a server. Give one such as http://localhost:7878/query.")
    if parts.auth:
        raise InputError(
            f"The address of {parts.host} holds a password, which would be shown in messages. Set "
            "SPINEONC_ENDPOINT_USER and SPINEONC_ENDPOINT_PASSWORD instead."
        )
    return url


def send(request: Request, timeout: float) -> Reply:
    """Send a request and read the whole reply, whatever its status.

    A connection that cannot be made or breaks, and a server that is too busy (429, 502, 503, 504), are tried
    again three times with growing pauses, or after the pause that the server asks for (half a minute at most). An
    answer that comes too late is not asked for again. Credentials come from the environment:
    ``SPINEONC_ENDPOINT_TOKEN``, or ``SPINEONC_ENDPOINT_USER`` and ``SPINEONC_ENDPOINT_PASSWORD`` (Basic, or Digest
    where the server asks for it).

    Parameters
    ----------
    request
        What is sent.
    timeout
        Seconds in which the reply must be complete.

    Raises
    ------
    EndpointError
        If no complete reply came, or the server refuses these credentials.
    """
    reply = _exchange(request, _credentials(), timeout) if isinstance(request.body, bytes) else None
    if (reply is None or reply.status == _UNAUTHORIZED) and _user():
        challenge = _challenge(request, reply, timeout)
        if challenge.lower().startswith("digest"):
            reply = _exchange(request, _digest(request, challenge), timeout)
    if reply is None:
        reply = _exchange(request, _credentials(), timeout)
    if reply.status in {_UNAUTHORIZED, _FORBIDDEN}:
        raise EndpointError(
            f"{request.url} refuses access (HTTP {reply.status}). Set SPINEONC_ENDPOINT_USER and "
            "SPINEONC_ENDPOINT_PASSWORD, or SPINEONC_ENDPOINT_TOKEN, to what the server expects."
        )
    return reply


_UNAUTHORIZED, _FORBIDDEN = 401, 403


def _exchange(request: Request, credentials: Mapping[str, str], timeout: float) -> Reply:
    deadline = time.monotonic() + timeout
    if request.body is not None and not isinstance(request.body, bytes):
        request.body.seek(0)
    late = f"{request.url} did not answer within {timeout:g} s. Ask for less, or allow more time."
    try:
        response = _pool().request(
            request.method,
            request.url,
            body=request.body,
            headers={**request.headers, **credentials},
            timeout=Timeout(connect=min(_CONNECTING, timeout), read=timeout),
            retries=_retries(),
            preload_content=False,
        )
        return Reply(
            response.status,
            response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            _body(response, deadline),
            response.headers,
        )
    except (ReadTimeoutError, TimeoutError) as error:
        raise EndpointError(late) from error
    except HTTPError as error:
        raise EndpointError(f"{request.url} cannot be reached: {_reason(error)}.") from error


def _body(response: BaseHTTPResponse, deadline: float) -> bytes:
    """Read to the end, but not from a server that sends drop by drop for ever."""
    chunks = []
    for chunk in response.stream(_CHUNK):
        if time.monotonic() > deadline:
            response.close()
            raise TimeoutError
        chunks.append(chunk)
    if response.status >= _UNAUTHORIZED:
        response.close()  # the server may have left the request unread, and would take its rest for the next one
    response.release_conn()
    return b"".join(chunks)


def _reason(error: HTTPError) -> str:
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    if isinstance(cause, SSLError):
        return f"its certificate is not accepted ({cause})"
    text = str(cause)
    return text.partition(": ")[2] or text


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager()


class _Patience(Retry):
    """Try again what failed at once, not what already took all the time."""

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        *pool: Any,
        **more: Any,
    ) -> Self:
        if isinstance(error, ReadTimeoutError):
            raise error
        return super().increment(method, url, response, error, *pool, **more)


def _retries() -> Retry:
    return _Patience(
        total=_TRIES_AGAIN,
        backoff_factor=0.2,
        allowed_methods=None,  # all: what is asked here may be asked twice
        status_forcelist=(429, 502, 503, 504),
        raise_on_status=False,
        retry_after_max=_LONGEST_PAUSE,
    )


def _user() -> str:
    return os.environ.get("SPINEONC_ENDPOINT_USER", "")


def _password() -> str:
    return os.environ.get("SPINEONC_ENDPOINT_PASSWORD", "")


def _credentials() -> dict[str, str]:
    if token := os.environ.get("SPINEONC_ENDPOINT_TOKEN"):
        return {"Authorization": f"Bearer {token}"}
    if _user():
        return dict(make_headers(basic_auth=f"{_user()}:{_password()}"))
    return {}


def _challenge(request: Request, refusal: Reply | None, timeout: float) -> str:
    """Return what credentials a server wants, asked without a body where it has not said so itself.

    Virtuoso refuses Basic without a word, and a large body should not be sent in vain.
    """
    if refusal and "WWW-Authenticate" in refusal.headers:
        return refusal.headers["WWW-Authenticate"]
    return _exchange(Request("HEAD", request.url, {}), {}, timeout).headers.get("WWW-Authenticate", "")


def _digest(request: Request, challenge: str) -> dict[str, str]:
    """Answer a challenge with the standard library, which knows how."""
    from urllib.request import (
        AbstractDigestAuthHandler,
        HTTPPasswordMgrWithDefaultRealm,
        parse_http_list,
        parse_keqv_list,
    )
    from urllib.request import Request as StandardRequest

    passwords = HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, request.url, _user(), _password())
    asked = parse_keqv_list(parse_http_list(challenge.partition(" ")[2]))
    standard = StandardRequest(request.url, method=request.method)  # noqa: S310 - never opened
    answer = AbstractDigestAuthHandler(passwords).get_authorization(standard, asked)
    return {"Authorization": f"Digest {answer}"} if answer else {}

"""Put the routes of the modules together and guard them: errors as one line, limits, security headers, CORS, gzip."""

from __future__ import annotations

import contextlib
import json
import logging
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING, Any

from spineonc import _resources as resources
from spineonc.errors import (
    BusyError,
    EndpointError,
    InputError,
    LimitError,
    MissingExtraError,
    NotAcceptableError,
    NotConfirmedError,
    QueryError,
    ScoringError,
    SpineOncError,
    StoreError,
    TimeLimitError,
    UnknownNameError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from spineonc.serving.workers import Workers

# Each has a function `routes(workers, served)`; the first that matches a path answers.
_MODULES: tuple[str, ...] = ("api", "protocol", "description", "site", "terms")

_SECURITY = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "x-disclaimer": resources.DISCLAIMER,
}
_STATUS: dict[type[SpineOncError], HTTPStatus] = {
    UnknownNameError: HTTPStatus.NOT_FOUND,
    QueryError: HTTPStatus.BAD_REQUEST,
    InputError: HTTPStatus.BAD_REQUEST,
    ScoringError: HTTPStatus.BAD_REQUEST,
    NotConfirmedError: HTTPStatus.BAD_REQUEST,
    LimitError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    EndpointError: HTTPStatus.BAD_GATEWAY,
    TimeLimitError: HTTPStatus.GATEWAY_TIMEOUT,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
}


@dataclass(frozen=True)
class Served:
    """What is served: the version of its data, which names every answer, and the address that clients see.

    Attributes
    ----------
    version
        Digest of the graph, as of `spineonc.graph.data_version`; empty where the data may change while they are
        served, as those of an endpoint, so that no answer is kept.
    address
        Base URL without the last slash, or nothing where each request says it.
    query_page
        Path of the page on which a person writes a query, if there is one.
    """

    version: str
    address: str = ""
    query_page: str = ""

    @property
    def stated(self) -> str:
        """Return what answers say about the version of the data."""
        return self.version or "unknown"

    def at(self, request: Request) -> str:
        """Return the base URL that a client sees."""
        return self.address or str(request.base_url).rstrip("/")


def application(workers: Workers, served: Served) -> Starlette:
    """Return the ASGI application; it closes the workers when it ends.

    Raises
    ------
    MissingExtraError
        If Starlette is not installed.
    """
    try:
        from starlette.applications import Starlette
        from starlette.exceptions import HTTPException
        from starlette.middleware import Middleware
        from starlette.middleware.cors import CORSMiddleware
        from starlette.middleware.gzip import GZipMiddleware
        from starlette.requests import ClientDisconnect
    except ImportError as error:
        raise MissingExtraError("Starlette", "serve") from error

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        workers.close()

    modules = [import_module(f"spineonc.serving.{name}") for name in _MODULES]
    return Starlette(
        routes=[route for module in modules for route in module.routes(workers, served)],
        lifespan=lifespan,
        middleware=[
            Middleware(_Guard, body_bytes=workers.limits.body_bytes),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
                allow_headers=["*"],
                expose_headers=["ETag", "Retry-After", "X-Disclaimer"],
            ),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=4),
        ],
        exception_handlers={
            HTTPException: _refused,
            SpineOncError: _failed,
            ClientDisconnect: _unread,
            Exception: _broken,
        },
    )


def problem(request: Request, status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """Return an error as one line of plain text, or as a JSON problem if the client prefers JSON (RFC 9457)."""
    from starlette.responses import Response

    line = " ".join(message.split())
    if "json" in request.headers.get("accept", "") and "text/" not in request.headers.get("accept", ""):
        body = {"title": HTTPStatus(status).phrase, "status": status, "detail": line}
        return Response(json.dumps(body), status, headers, "application/problem+json")
    return Response(line + "\n", status, headers, "text/plain")


def status_of(error: SpineOncError) -> int:
    """Return the HTTP status that says what went wrong."""
    return next(
        (status for kind, status in _STATUS.items() if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR
    )


def told(error: SpineOncError) -> str:
    """Return what clients are told; where the store behind the server lies is for the log alone."""
    if isinstance(error, EndpointError | StoreError):
        logging.getLogger("uvicorn.error").warning("%s", error)
        return "The store behind this server does not answer, or refuses. Ask again later."
    return " ".join(str(error).split())


def _failed(request: Request, error: Any) -> Response:
    status = status_of(error)
    retry = {"retry-after": "2"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return problem(request, status, told(error), retry)


def _refused(request: Request, error: Any) -> Response:
    return problem(request, error.status_code, error.detail, error.headers)


def _unread(_request: Request, _error: Any) -> Response:
    from starlette.responses import Response

    return Response(None, HTTPStatus.BAD_REQUEST)


def _broken(request: Request, _error: Any) -> Response:
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed on this request.")


class _Guard:
    """Refuse a body that is too large, and say in every answer what a browser may do with it."""

    def __init__(self, app: ASGIApp, body_bytes: int) -> None:
        self.app = app
        self.body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.body_bytes:
                from starlette.exceptions import HTTPException

                raise HTTPException(413, f"The body is longer than {self.body_bytes} bytes. Send less.")
            return message

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                given = [(name.encode(), value.encode()) for name, value in _SECURITY.items()]
                message["headers"] = [*message["headers"], *(each for each in given if each[0] not in present)]
            await send(message)

        await self.app(scope, limited, secured)

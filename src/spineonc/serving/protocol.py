"""The SPARQL 1.1 Protocol, for queries alone: https://www.w3.org/TR/sparql11-protocol/.

A query that takes too long is answered with 504, as what answers behind this server did not in time; 503 with
``Retry-After`` says that there was no room to begin. ``?format=csv`` and the like are for clients that cannot
say what they accept, such as a link. A query whose client has left is stopped, for nobody reads its answer.
"""

from __future__ import annotations

import asyncio
import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import parse_qsl

from cachetools import LRUCache
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from spineonc.errors import SpineOncError
from spineonc.serving.description import service_description
from spineonc.serving.negotiation import ROWS, TRIPLES, chosen
from spineonc.serving.tasks import Answer, Question, answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from spineonc.serving.application import Served
    from spineonc.serving.workers import Workers

PATH = "/sparql"
_CACHE_BYTES = 64 * 2**20
_MOST_FIELDS = 100
# A small query ends in this time, and its worker need not be replaced.
_SECONDS_AFTER_LEAVING = 1.0
_ALLOWED = "GET, HEAD, POST, OPTIONS"
_READ_ONLY = "This endpoint is read-only: updates are refused. Send a query."


def routes(workers: Workers, served: Served) -> list[BaseRoute]:
    """Return the routes of the endpoint."""
    endpoint = _Endpoint(workers, served)
    return [
        Route(path, endpoint.handle, methods=["GET", "POST", "OPTIONS"], name="sparql") for path in (PATH, f"{PATH}/")
    ]


class _Endpoint:
    """The endpoint with the answers that it gave last."""

    def __init__(self, workers: Workers, served: Served) -> None:
        self.workers = workers
        self.served = served
        self.answers: LRUCache[Question, Answer] = LRUCache(_CACHE_BYTES, getsizeof=_size)

    async def handle(self, request: Request) -> Response:
        """Answer one request of the protocol."""
        if request.method == "OPTIONS":
            return Response(None, HTTPStatus.NO_CONTENT, {"allow": _ALLOWED})
        question = await self._question(request)
        if question is None:
            return await service_description(request, self.workers, self.served)
        if request.method != "POST" and (known := self._unchanged(request, question)):
            return Response(None, HTTPStatus.NOT_MODIFIED, {"etag": known, "vary": "Accept"})
        given = self.answers.get(question)
        if given is None:
            given = await self._while_awaited(request, question)
            if self.served.version and _size(given) < _CACHE_BYTES // 16:
                self.answers[question] = given
        charset = "; charset=utf-8" if "text/" in given.media_type else ""
        headers = {"content-type": given.media_type + charset, "cache-control": "no-cache", "vary": "Accept"}
        if self.served.version:
            headers["etag"] = self._tag(question, given.media_type)
        return Response(given.body, headers=headers)

    async def _while_awaited(self, request: Request, question: Question) -> Answer:
        running = asyncio.create_task(self.workers.run(answer, question, self.workers.limits))
        leaving = asyncio.create_task(_left(request))
        try:
            await asyncio.wait({running, leaving}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({running}, timeout=_SECONDS_AFTER_LEAVING)
            if not running.done():
                raise ClientDisconnect
            return running.result()
        finally:
            leaving.cancel()
            running.cancel()

    async def _question(self, request: Request) -> Question | None:
        fields = _fields(request.scope["query_string"])
        if request.method == "POST":
            kind, _, parameters = request.headers.get("content-type", "").partition(";")
            _check_charset(parameters)
            body = await request.body()
            if kind.strip().lower() == "application/x-www-form-urlencoded":
                fields = _fields(body)
            elif kind.strip().lower() == "application/sparql-query":
                if any(name == "query" for name, _ in fields):
                    _refuse(HTTPStatus.BAD_REQUEST, "A query stands both in the address and in the body. Send one.")
                fields.append(("query", _decoded(body)))
            elif kind.strip().lower() == "application/sparql-update":
                _refuse(HTTPStatus.FORBIDDEN, _READ_ONLY)
            else:
                _refuse(
                    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                    "POST takes application/sparql-query or application/x-www-form-urlencoded. Set Content-Type.",
                )
        return self._checked(request, fields)

    def _checked(self, request: Request, fields: list[tuple[str, str]]) -> Question | None:
        queries = list(_values(fields, "query"))
        if list(_values(fields, "update")):
            _refuse(HTTPStatus.FORBIDDEN, _READ_ONLY)
        if not queries and not fields and request.method != "POST":
            return None
        if len(queries) != 1:
            _refuse(HTTPStatus.BAD_REQUEST, f"A request has one query; this one has {len(queries)}.")
        most = self.workers.limits.query_characters
        if len(queries[0]) > most:
            too_long = (
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE if request.method == "POST" else HTTPStatus.REQUEST_URI_TOO_LONG
            )
            _refuse(too_long, f"The query is longer than {most} characters. Shorten it.")
        return Question(
            queries[0],
            tuple(_values(fields, "default-graph-uri")),
            tuple(_values(fields, "named-graph-uri")),
            request.headers.get("accept", ""),
            next(_values(fields, "format"), ""),
        )

    def _unchanged(self, request: Request, question: Question) -> str | None:
        """Return the tag of an answer that the client has already; such a tag names the query, so it need not run."""
        known = request.headers.get("if-none-match", "") if self.served.version else ""
        for offered in (ROWS, TRIPLES) if known else ():
            try:
                tag = self._tag(question, chosen(question.accept, offered, question.format_))
            except SpineOncError:
                continue
            if tag in known:
                return tag
        return None

    def _tag(self, question: Question, media_type: str) -> str:
        named = (self.served.version, *question[:3], media_type)
        return f'W/"{hashlib.sha256(repr(named).encode()).hexdigest()[:32]}"'


async def _left(request: Request) -> None:
    """Wait until the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _fields(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError:
        _refuse(HTTPStatus.BAD_REQUEST, "The request is not UTF-8 in percent encoding.")
    except ValueError:
        _refuse(HTTPStatus.BAD_REQUEST, f"The request has more than {_MOST_FIELDS} fields.")


def _values(fields: list[tuple[str, str]], name: str) -> Iterator[str]:
    return (value for each, value in fields if each == name)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        _refuse(HTTPStatus.BAD_REQUEST, "The query is not UTF-8.")


def _check_charset(parameters: str) -> None:
    name, _, value = parameters.strip().partition("=")
    if name.lower() == "charset" and value.strip("\"' ").lower() not in {"utf-8", "utf8", "us-ascii"}:
        _refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "A query is UTF-8.")


def _size(given: Answer) -> int:
    return len(given.body) + 1000


def _refuse(status: HTTPStatus, message: str) -> NoReturn:
    raise HTTPException(status, message)

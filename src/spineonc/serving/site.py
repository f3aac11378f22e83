"""The pages of the site, each made in a worker when it is first asked for, and kept as long as there is room."""

from __future__ import annotations

import asyncio
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import spineonc
from spineonc.errors import UnknownNameError
from spineonc.pages.policy import header_policy
from spineonc.site import Site

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from spineonc.graph import Source
    from spineonc.serving.application import Served
    from spineonc.serving.workers import Workers

ROOM = 2**26


class _Kept(NamedTuple):
    """A page as it is sent."""

    body: bytes
    headers: dict[str, str]


def routes(workers: Workers, served: Served) -> list[BaseRoute]:
    """Return the routes of the first page, explorer, evidence gap map, query page and profiles.

    Parameters
    ----------
    workers
        Where the pages are made.
    served
        The version that the first page states.
    """
    from starlette.routing import Route

    pages = _Pages(workers, stated_version(served))
    fixed = ("/", "/index.html", "/explorer.html", "/gapmap.html", "/query.html")
    return [Route(path, pages.answer) for path in (*fixed, "/profiles/{name}.html")]


def stated_version(served: Served) -> str:
    """Return what the first page says about the version of program and data."""
    return f"spineonc {spineonc.__version__}, data {served.stated}"


def page_html(source: Source, address: str, version: str) -> str | None:
    """Return the text of a page, or nothing if there is none at this address; run in a worker.

    Parameters
    ----------
    source
        What the worker holds open. What one page asked of it is kept for the next.
    address
        Relative to the first page, which is ``index.html``.
    version
        What the first page says about the version of the data.
    """
    try:
        return _site(source, version).page(address).html
    except UnknownNameError:
        return None


def has_page(source: Source, address: str, version: str) -> bool:
    """Return whether a page stands at this address; run in a worker."""
    return address in _site(source, version).addresses()


@lru_cache(maxsize=1)
def _site(source: Source, version: str) -> Site:
    return Site(source, version=version, queried=True)


class _Pages:
    def __init__(self, workers: Workers, version: str) -> None:
        from cachetools import LRUCache

        self._workers = workers
        self._version = version
        self._kept: LRUCache[str, _Kept] = LRUCache(ROOM, getsizeof=lambda kept: len(kept.body))
        self._making: dict[str, asyncio.Task[_Kept]] = {}

    async def answer(self, request: Request) -> Response:
        from starlette.responses import Response

        address = request.url.path.removeprefix(request.scope.get("root_path", "")).lstrip("/") or "index.html"
        kept = self._kept.get(address) or await self._made(address)
        if request.headers.get("if-none-match") == kept.headers["etag"]:
            return Response(status_code=304, headers=kept.headers)
        return Response(kept.body, headers=kept.headers, media_type="text/html")

    async def _made(self, address: str) -> _Kept:
        """Make a page once, however many ask for it meanwhile, and finish it even if one of them leaves."""
        if address not in self._making:
            task = asyncio.create_task(self._make(address))
            self._making[address] = task
            task.add_done_callback(lambda _: self._making.pop(address))
        return await asyncio.shield(self._making[address])

    async def _make(self, address: str) -> _Kept:
        from starlette.exceptions import HTTPException

        html = await self._workers.run(page_html, address, self._version)
        if html is None:
            raise HTTPException(404, f"No page is called {address}. The first page lists them all.")
        body = html.encode()
        headers = {
            "content-security-policy": header_policy(html),
            "etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
            "cache-control": "no-cache",
        }
        kept = _Kept(body, headers)
        if len(body) <= ROOM:
            self._kept[address] = kept
        return kept

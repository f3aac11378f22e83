"""Let the IRIs of the graph answer: a page for people, RDF for programs.

``/Chordoma`` and ``/study/patchell-2005`` stand for ``https://w3id.org/spineonc/Chordoma`` and so on. An ending
(``.ttl``, ``.jsonld``, ``.nt``, ``.rdf``, ``.html``) asks for one format where a client cannot say what it accepts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from spineonc._resources import NAMESPACE
from spineonc.errors import UnknownNameError
from spineonc.pages.policy import header_policy
from spineonc.serving.negotiation import TRIPLES, chosen
from spineonc.serving.site import has_page, stated_version
from spineonc.serving.tasks import Question, answer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from spineonc.graph import Source
    from spineonc.serving.application import Served
    from spineonc.serving.limits import Limits
    from spineonc.serving.workers import Workers

_PAGES = 200
FOLDER = Path(__file__).parent
_ENDINGS = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".html": "text/html",
}
_KINDS = ("study", "guideline", "instrument", "cohort", "summary", "own")
_SECTIONS = ("recommendations", "statements", "summaries", "findings", "disagreements")
_KNOWN = "ASK {{ <{iri}> ?p ?o }}"
# With a study come its findings, with an instrument its items, with a term the names of the narrower ones.
_ABOUT = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ <{iri}> ?p ?o BIND(<{iri}> AS ?s) }} UNION
  {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{iri}#")) }} UNION
  {{ ?s rdfs:subClassOf <{iri}> ; ?p ?o FILTER(?p IN (rdfs:subClassOf, rdfs:label)) }}
}}"""


def routes(workers: Workers, served: Served) -> list[BaseRoute]:
    """Return the routes of the terms; they come last, since a term may have any name."""
    pages: LRUCache[str, str] = LRUCache(_PAGES)

    async def term(request: Request) -> Response:
        ending = next((each for each in _ENDINGS if request.scope["path"].endswith(each)), "")
        path = request.scope["path"].lstrip("/").removesuffix(ending)
        offered = ["text/html", *TRIPLES]
        media_type = _ENDINGS[ending] if ending else chosen(request.headers.get("accept", ""), offered)
        headers = {"vary": "Accept", "cache-control": "no-cache"}
        if served.version:
            headers["etag"] = f'W/"{served.version}-{media_type}"'
        if headers.get("etag", "none") in request.headers.get("if-none-match", ""):
            await workers.run(check_known, path)
            return Response(None, 304, headers)
        if media_type == "text/html":
            profile = f"profiles/{path}.html"
            if await workers.run(has_page, profile, stated_version(served)):
                return RedirectResponse(f"{request.scope.get('root_path', '')}/{profile}", 303)
            known = pages.get(path)
            page = await workers.run(term_page, path) if known is None else known
            if served.version:
                pages[path] = page
            headers["content-security-policy"] = header_policy(page)
            return Response(page, headers=headers, media_type="text/html")
        body = await workers.run(term_data, path, media_type, workers.limits)
        return Response(body, headers={**headers, "content-type": media_type})

    records = [Route(f"/{kind}/{{name:path}}", term) for kind in _KINDS]
    return [*records, Route("/{name}", term)]


def check_known(source: Source, path: str) -> str:
    """Return the IRI behind a path of the server.

    Raises
    ------
    UnknownNameError
        If the graph says nothing of it; the message names the nearest.
    """
    from spineonc.graph import select

    iri = NAMESPACE + path
    if _is_plain(path) and select(source, _KNOWN.format(iri=iri)).rows[0][0]:
        return iri
    rows = select(
        source, f'SELECT DISTINCT ?s {{ ?s rdfs:label|dcterms:title ?name FILTER(STRSTARTS(STR(?s), "{NAMESPACE}")) }}'
    )
    raise UnknownNameError("term or study", path, [str(row[0]).removeprefix(NAMESPACE) for row in rows.rows])


def term_data(source: Source, path: str, media_type: str, limits: Limits) -> bytes:
    """Return what the graph says of one term or study as RDF."""
    iri = check_known(source, path)
    return answer(source, Question(_ABOUT.format(iri=iri), accept=media_type), limits).body


def term_page(source: Source, path: str) -> str:
    """Return the description of a term or study as a page."""
    from spineonc.descriptions import describe
    from spineonc.graph import labels
    from spineonc.pages import environment

    iri = check_known(source, path)
    names = labels(source)
    try:
        found = describe(source, iri)
    except UnknownNameError:  # a property, a cohort or a summary, which has no evidence of its own
        found = {"iri": iri, "label": names.get(iri, path), "about": _statements(source, iri, names)}
    sections = [(name, found.get(name) or []) for name in _SECTIONS]
    template = environment(FOLDER).get_template("term.html")
    return str(template.render(found=found, path=path, names=names, namespace=NAMESPACE, sections=sections))


def _statements(source: Source, iri: str, names: dict[str, str]) -> dict[str, list[Any]]:
    from spineonc.graph import select

    said: dict[str, list[Any]] = {}
    for predicate, value in select(source, f"SELECT ?p ?o {{ <{iri}> ?p ?o }} ORDER BY ?p ?o").rows:
        said.setdefault(names.get(str(predicate), str(predicate)), []).append(value)
    return said


def _is_plain(path: str) -> bool:
    return bool(path) and all(each.isalnum() or each in "-_./~" for each in path)

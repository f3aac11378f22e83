"""The page on which people write queries: the editor is bundled from npm packages when the package is built."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spineonc._resources import NAMESPACE, PREFIXES
from spineonc.binding import inline
from spineonc.drawing import KINDS
from spineonc.graph import select
from spineonc.pages import Page, environment
from spineonc.queries import named_queries

if TYPE_CHECKING:
    from spineonc.graph import Source
    from spineonc.queries import NamedQuery

FOLDER = Path(__file__).parent
BUNDLE = FOLDER / "bundle.js"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def query_page(graph: Source, *, home: str = "", endpoint: str = "sparql") -> Page:
    """Make the page to write SPARQL on, with the named queries as examples.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store: its terms and properties complete what is typed.
    home
        Address of the page of all pages, when the page stands in a site.
    endpoint
        Where the queries go, relative to the page; it may ask its own server only.

    Returns
    -------
    Page
        It says so plainly if the editor was not built.
    """
    from markupsafe import Markup

    title = "spineonc: ask the graph"
    terms = _terms(graph)
    trees = {each.tree for query in named_queries().values() for each in query.parameters.values()}
    within = {tree: _within(graph, tree) for tree in sorted(trees)}
    html = (
        environment(FOLDER, _vis_network())
        .get_template("query.html")
        .render(
            title=title,
            home=home,
            endpoint=endpoint,
            connect="'self'",
            bundle=Markup(BUNDLE.read_text("utf-8")) if BUNDLE.is_file() else "",  # noqa: S704 - our own build
            prefixes=PREFIXES,
            namespace=NAMESPACE,
            kinds=KINDS,
            terms=[[*term, [tree for tree in within if term[0] in within[tree]]] for term in terms],
            properties=_properties(graph),
            queries={name: _example(query, terms) for name, query in named_queries().items()},
        )
    )
    return Page(title, html)


def _vis_network() -> Path:
    """Return the folder of the vis-network that pyvis carries, without the time that importing pyvis takes."""
    found = find_spec("pyvis")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("pyvis")
    return Path(found.origin).parent / "templates"


def _terms(graph: Source) -> list[list[Any]]:
    """Return IRI, label, kind and other names of each term."""
    rows = select(graph, (FOLDER / "terms.rq").read_text("utf-8")).rows
    found: dict[str, list[Any]] = {}
    for term, label, kind, others in rows:
        found.setdefault(str(term), [str(term), str(label), str(kind), sorted(filter(None, str(others).split("|")))])
    return list(found.values())


def _properties(graph: Source) -> list[list[str]]:
    rows = select(graph, (FOLDER / "properties.rq").read_text("utf-8")).rows
    found: dict[str, list[str]] = {}
    for property_, label, about in rows:
        local = _CAMEL.sub(" ", re.split(r"[/#]", str(property_))[-1]).lower()
        found.setdefault(str(property_), [str(property_), str(label or local), str(about or "")])
    return list(found.values())


def _within(graph: Source, tree: str) -> set[str]:
    return {str(row[0]) for row in select(graph, f"SELECT ?term {{ ?term rdfs:subClassOf* :{tree} }}").rows}


def _example(query: NamedQuery, terms: list[list[Any]]) -> dict[str, Any]:
    """Return a named query with a mark in the place of each parameter, which the page replaces by a term."""
    names = {term[0]: term[1] for term in terms}
    marked = inline(query.sparql, {name: f"<parameter:{name}>" for name in query.parameters})
    return {
        "title": query.title,
        "description": query.description,
        "sparql": "\n".join(line for line in marked.splitlines() if not line.startswith("#+ ")) + "\n",
        "parameters": [
            {
                "name": each.name,
                "tree": each.tree,
                "start": names.get(NAMESPACE + (each.default or each.tree), ""),
                "about": each.about,
            }
            for each in query.parameters.values()
        ],
    }

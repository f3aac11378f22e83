"""Name the publications behind an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from spineonc.graph import select

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

    from spineonc.graph import Source

_CITATIONS = """
SELECT ?study ?label ?text ?link {
  ?study dcterms:bibliographicCitation ?text ; rdfs:label ?label ; rdfs:seeAlso ?link
}
"""


class Citation(NamedTuple):
    """A publication: its IRI in the graph, its short name, how it is cited, and where it can be read."""

    study: str
    label: str
    text: str
    link: str


def cited(network: nx.MultiDiGraph[str], edges: Iterable[dict[str, Any]]) -> list[Citation]:
    """Return the publications behind edges of the evidence network, by name."""
    studies = {study for data in edges for study in data["sources"].split()}
    nodes = {study: network.nodes[study] for study in studies}
    return sorted(
        (Citation(study, each["label"], each["citation"], each["link"]) for study, each in nodes.items()),
        key=_by_name,
    )


def independent(network: nx.MultiDiGraph[str], citations: Iterable[Citation]) -> int:
    """Count publications; those that draw on one cohort, or on overlapping ones, count once."""
    return len({network.nodes[each.study].get("line", each.study) for each in citations})


def publications(source: Source) -> dict[str, Citation]:
    """Return every publication of the graph by its IRI."""
    rows = select(source, _CITATIONS).rows
    found = (Citation(*map(str, row)) for row in sorted(rows, key=str))
    return {each.study: each for each in found}


def _by_name(citation: Citation) -> tuple[str, str]:
    return citation.label, citation.study

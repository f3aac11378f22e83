"""Find nodes of a projection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx

from spineonc.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Treatment, outcome and attributes of the edge that stands for an evidence summary.
Evidence: TypeAlias = tuple[str, str, dict[str, Any]]


def node(graph: nx.MultiDiGraph[str], iri: str) -> str:
    """Return a node by its IRI, which may be an ``rdflib.URIRef``: that equals no plain text.

    Raises
    ------
    UnknownNameError
        If the graph has no such node.
    """
    text = str(iri)
    if text not in graph:
        raise UnknownNameError(f"node of the projection {graph.graph.get('name')}", text, graph)
    return text


def of_kind(graph: nx.MultiDiGraph[str], kind: str) -> list[str]:
    """Return the nodes of one kind, by label."""
    return sorted((n for n, data in graph.nodes(data=True) if data["kind"] == kind), key=lambda n: label(graph, n))


def label(graph: nx.MultiDiGraph[str], iri: str) -> str:
    """Return what a node is called."""
    return str(graph.nodes[iri]["label"])


def with_narrower(hierarchy: nx.MultiDiGraph[str] | None, term: str) -> set[str]:
    """Return a term and all terms below it, or the term alone when no hierarchy is given."""
    return {term} if hierarchy is None else {term, *nx.ancestors(hierarchy, node(hierarchy, term))}


def evidence_of(network: nx.MultiDiGraph[str], tumors: set[str]) -> Iterator[Evidence]:
    """Yield treatment, outcome and attributes of each evidence summary on one of some tumors."""
    treatments = {treatment for tumor in tumors if tumor in network for treatment in network.successors(tumor)}
    for treatment, outcome, data in network.out_edges(sorted(treatments), data=True):
        if data.get("tumor") in tumors:
            yield treatment, outcome, data

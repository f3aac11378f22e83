"""Questions to the evidence network, answered with plain networkx.

Every function takes what ``project(graph)`` or ``project(graph, "tumor-treatment")`` returned and
gives plain lists and dictionaries back, the most telling first.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, TypedDict

import networkx as nx

from spineonc.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterator


class EvidencePath(TypedDict):
    """One way from a tumor to an outcome, and the evidence on it."""

    treatment: str
    label: str
    certainty: str
    rank: int
    studies: int
    patients: int | None
    direction: str
    summary: str


class Gap(TypedDict):
    """A tumor and how little is known of its treatment."""

    tumor: str
    label: str
    kind: str
    treatments: int
    studies: int


def evidence_paths(network: nx.MultiDiGraph[str], tumor: str, outcome: str) -> list[EvidencePath]:
    """Return the paths from a tumor to an outcome through treatments, with the evidence on each.

    A path exists where an evidence summary joins the three; a treatment whose evidence on the outcome
    comes from another tumor is no path.

    Parameters
    ----------
    network
        ``project(graph, "evidence-network")``.
    tumor, outcome
        IRIs of nodes of the network.

    Returns
    -------
    list of EvidencePath
        By certainty, then studies, then patients, the largest first.

    Raises
    ------
    UnknownNameError
        If a node is not in the network.

    Notes
    -----
    Linear in the edges that leave the treatments of the tumor.
    """
    tumor, outcome = _node(network, tumor), _node(network, outcome)
    paths: list[EvidencePath] = [
        {
            "treatment": treatment,
            "label": network.nodes[treatment]["label"],
            "certainty": data["certainty"],
            "rank": data["rank"],
            "studies": data["studies"],
            "patients": data.get("patients"),
            "direction": data["direction"],
            "summary": data["summary"],
        }
        for treatment in set(network.successors(tumor))
        for data in (network.get_edge_data(treatment, outcome) or {}).values()
        if data.get("tumor") == tumor
    ]
    return sorted(paths, key=lambda p: (-p["rank"], -p["studies"], -(p["patients"] or 0), p["label"]))


def central_treatments(network: nx.MultiDiGraph[str]) -> list[tuple[str, float]]:
    """Return the treatments by how far they connect tumors with outcomes.

    Parameters
    ----------
    network
        ``project(graph, "evidence-network")``.

    Returns
    -------
    list of (label, centrality)
        Betweenness centrality from 0 to 1, the highest first; treatments of equal centrality by name.

    Notes
    -----
    Betweenness of Freeman over shortest paths from tumors to outcomes, computed by
    ``networkx.betweenness_centrality_subset``: time O(tumors * edges).
    """
    evidence: nx.DiGraph[str] = nx.DiGraph(
        (source, target)
        for source, target, data in network.edges(data=True)
        if data["relation"] in {"has evidence for", "has evidence on"}
    )
    tumors = [node for node in evidence if network.nodes[node]["kind"] == "Tumor"]
    outcomes = [node for node in evidence if network.nodes[node]["kind"] == "Outcome"]
    scores = nx.betweenness_centrality_subset(evidence, tumors, outcomes, normalized=False)
    pairs = len(tumors) * len(outcomes)
    ranked = [
        (str(network.nodes[node]["label"]), score / pairs)
        for node, score in scores.items()
        if network.nodes[node]["kind"] == "Treatment"
    ]
    return sorted(ranked, key=lambda each: (-each[1], each[0]))


def similar_tumors(bipartite: nx.MultiDiGraph[str], tumor: str | None = None) -> list[tuple[str, str, float]]:
    """Return pairs of tumors that have evidence for the same treatments.

    Parameters
    ----------
    bipartite
        ``project(graph, "tumor-treatment")``.
    tumor
        IRI of a tumor to which the pairs are limited.

    Returns
    -------
    list of (label, label, similarity)
        Weighted Jaccard similarity from 0 to 1 of the treatment profiles, in which each treatment
        weighs as many points as its best certainty has ranks; pairs without a common treatment are
        left out.

    Raises
    ------
    UnknownNameError
        If the tumor is not in the graph.
    """
    tumor = None if tumor is None else _node(bipartite, tumor)
    profiles = {
        node: {target: data["rank"] for _, target, data in bipartite.out_edges(node, data=True)}
        for node, attributes in bipartite.nodes(data=True)
        if attributes["kind"] == "Tumor"
    }
    pairs = [
        (str(bipartite.nodes[one]["label"]), str(bipartite.nodes[other]["label"]), score)
        for one, other in combinations(sorted(profiles), 2)
        if (tumor is None or tumor in {one, other}) and (score := _jaccard(profiles[one], profiles[other])) > 0
    ]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))


def evidence_gaps(bipartite: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str]) -> list[Gap]:
    """Return the tumors of which little is known, the emptiest first.

    Parameters
    ----------
    bipartite
        ``project(graph, "tumor-treatment")``.
    hierarchy
        ``project(graph, "class-hierarchy")``, which knows the tumors without any evidence.

    Returns
    -------
    list of Gap
        ``kind`` is ``no evidence`` when the graph holds none for the tumor, ``very low only`` when no
        certainty is above very low. Other tumors are no gap.
    """
    gaps = [gap for node in hierarchy if (gap := _gap(node, bipartite, hierarchy)) is not None]
    return sorted(gaps, key=lambda gap: (gap["kind"], gap["studies"], gap["treatments"], gap["label"]))


def _gap(node: str, bipartite: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str]) -> Gap | None:
    attributes: dict[str, Any] = hierarchy.nodes[node]
    if attributes["kind"] != "Tumor":
        return None
    edges = list(_evidence(node, bipartite, hierarchy))
    if any(data["rank"] > 1 for data in edges):
        return None
    return {
        "tumor": node,
        "label": str(attributes["label"]),
        "kind": "very low only" if edges else "no evidence",
        "treatments": len(edges),
        "studies": sum(data["studies"] for data in edges),
    }


def _evidence(node: str, bipartite: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str]) -> Iterator[dict[str, Any]]:
    """Yield the evidence on a tumor and on all narrower ones."""
    for tumor in {node, *nx.ancestors(hierarchy, node)}:
        if tumor in bipartite:
            yield from (data for _, _, data in bipartite.out_edges(tumor, data=True))


def _jaccard(one: dict[str, int], other: dict[str, int]) -> float:
    treatments = one.keys() | other.keys()
    shared = sum(min(one.get(t, 0), other.get(t, 0)) for t in treatments)
    either = sum(max(one.get(t, 0), other.get(t, 0)) for t in treatments)
    return shared / either if either else 0.0


def _node(graph: nx.MultiDiGraph[str], node: str) -> str:
    """Return a node by its IRI, which may be an ``rdflib.URIRef``: that equals no plain text."""
    iri = str(node)
    if iri not in graph:
        raise UnknownNameError(f"node of the projection {graph.graph.get('name')}", iri, graph)
    return iri

"""Find the tumors and treatments that are studied together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import networkx as nx

from spineonc.analysis.citations import Citation, cited
from spineonc.analysis.dispatch import dispatched
from spineonc.analysis.nodes import label, of_kind

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMED = 2


class Community(TypedDict):
    """Tumors and treatments that evidence joins more closely with one another than with the rest."""

    name: str
    tumors: list[str]
    treatments: list[str]
    inside: float
    studies: int
    citations: list[Citation]


def communities(
    network: nx.MultiDiGraph[str], *, seed: int = 1, resolution: float = 1.0, backend: str | None = None
) -> list[Community]:
    """Return the communities of tumors and treatments, each named by its most central members.

    Parameters
    ----------
    network
        ``project(graph, "evidence-network")``.
    seed
        Start of the random order in which nodes are visited: the same seed gives the same communities.
    resolution
        Above 1 for more and smaller communities, below 1 for fewer and larger ones.
    backend
        A backend of networkx; where it does not offer the algorithm, networkx computes.

    Returns
    -------
    list of Community
        The largest first. ``tumors`` and ``treatments`` are labels, the most central first: central is who
        has the most evidence within the community, each edge weighing as the rank of its best certainty.
        ``inside`` is the share of the members' evidence that stays within the community.

    Notes
    -----
    Louvain's heuristic for modularity [1]_ on the undirected tumor-treatment network: time about
    O(n log n) on sparse graphs. Modularity has no unique optimum: communities are a way to look at the graph,
    not a finding.

    References
    ----------
    .. [1] V. D. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre, "Fast unfolding of communities in large
       networks", Journal of Statistical Mechanics, P10008, 2008.
    """
    pairs = _pairs(network)
    found = dispatched(nx.community.louvain_communities, backend)(
        pairs, weight="rank", seed=seed, resolution=resolution
    )
    rows = [_row(network, pairs, members) for members in found]
    return sorted(rows, key=lambda row: (-len(row["tumors"]) - len(row["treatments"]), row["name"]))


def _pairs(network: nx.MultiDiGraph[str]) -> nx.Graph[str]:
    """Return tumors and treatments in an order that does not depend on the graph's."""
    pairs: nx.Graph[str] = nx.Graph()
    for tumor in of_kind(network, "Tumor"):
        for _, treatment, data in sorted(network.out_edges(tumor, data=True), key=lambda edge: edge[1]):
            pairs.add_edge(tumor, treatment, rank=data["rank"], sources=data["sources"])
    return pairs


def _row(network: nx.MultiDiGraph[str], pairs: nx.Graph[str], members: Iterable[str]) -> Community:
    part = pairs.subgraph(members)
    degrees: dict[str, Any] = dict(part.degree(weight="rank"))
    central = sorted(degrees, key=lambda each: (-degrees[each], label(network, each)))
    tumors, treatments = ([label(network, n) for n in central if network.nodes[n]["kind"] == k] for k in _KINDS)
    citations = cited(network, (data for _, _, data in part.edges(data=True)))
    total = sum(weight for _, weight in pairs.degree(part.nodes, weight="rank"))
    return {
        "name": f"{', '.join(tumors[:_NAMED])}: {', '.join(treatments[:_NAMED])}",
        "tumors": tumors,
        "treatments": treatments,
        "inside": sum(degrees.values()) / total,
        "studies": len(citations),
        "citations": citations,
    }


_KINDS = ("Tumor", "Treatment")

"""Find the treatments that join the most tumors with the most outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

import networkx as nx

from spineonc.analysis.citations import Citation, cited
from spineonc.analysis.dispatch import dispatched
from spineonc.analysis.nodes import label, of_kind
from spineonc.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Mapping

_EVIDENCE = {"has evidence for", "has evidence on"}
_ENGINES = ("networkx", "rustworkx")


class CentralTreatment(TypedDict):
    """A treatment and how far it connects tumors with outcomes."""

    treatment: str
    label: str
    centrality: float
    citations: list[Citation]


def central_treatments(
    network: nx.MultiDiGraph[str],
    *,
    engine: Literal["networkx", "rustworkx"] = "networkx",
    backend: str | None = None,
) -> list[CentralTreatment]:
    """Return the treatments by how far they connect tumors with outcomes.

    Parameters
    ----------
    network
        ``project(graph, "evidence-network")``.
    engine
        ``rustworkx`` computes the same in compiled code, on all cores. It is worth it from some thousand edges
        on: on 10,000 edges networkx needs most of half a minute, rustworkx less than a second.
    backend
        A backend of networkx, such as ``parallel`` of nx-parallel; for the engine networkx only.

    Returns
    -------
    list of CentralTreatment
        Betweenness centrality from 0 to 1, the highest first; treatments of equal centrality by name.

    Raises
    ------
    UnknownNameError
        If there is no such engine, or no such backend is installed.

    Notes
    -----
    Betweenness of Freeman over shortest paths from tumors to outcomes, as the share of all their pairs, by the
    algorithm of Brandes [1]_: time O(nodes * edges). Edges lead from tumors to treatments and from treatments
    to outcomes only, so that every path through a treatment is one from a tumor to an outcome.

    References
    ----------
    .. [1] U. Brandes, "A faster algorithm for betweenness centrality", Journal of Mathematical Sociology
       25(2):163-177, 2001. https://doi.org/10.1080/0022250X.2001.9990249
    """
    edges = [(one, other, data) for one, other, data in network.edges(data=True) if data["relation"] in _EVIDENCE]
    evidence: nx.DiGraph[str] = nx.DiGraph((one, other) for one, other, _ in edges)
    scores = _betweenness(evidence, engine, backend)
    pairs = len(of_kind(network, "Tumor")) * len(of_kind(network, "Outcome"))
    behind: dict[str, list[dict[str, object]]] = {}
    for _, treatment, data in edges:
        behind.setdefault(treatment, []).append(data)
    rows: list[CentralTreatment] = [
        {
            "treatment": treatment,
            "label": label(network, treatment),
            "centrality": scores[treatment] / pairs,
            "citations": cited(network, behind[treatment]),
        }
        for treatment in of_kind(network, "Treatment")
    ]
    return sorted(rows, key=lambda row: (-round(row["centrality"], 12), row["label"]))


def _betweenness(evidence: nx.DiGraph[str], engine: str, backend: str | None) -> Mapping[str, float]:
    if engine not in _ENGINES:
        raise UnknownNameError("engine", engine, _ENGINES)
    if engine == "networkx":
        scores: Mapping[str, float] = dispatched(nx.betweenness_centrality, backend)(evidence, normalized=False)
        return scores
    import rustworkx as rx

    compiled: rx.PyDiGraph[str, None] = rx.PyDiGraph()
    indices = dict(zip(evidence, compiled.add_nodes_from(list(evidence)), strict=True))
    compiled.add_edges_from_no_data([(indices[one], indices[other]) for one, other in evidence.edges])
    by_index = rx.digraph_betweenness_centrality(compiled, normalized=False)
    return {each: by_index[index] for each, index in indices.items()}

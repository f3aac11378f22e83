"""Lead from a tumor through its treatments to an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from spineonc.analysis.citations import Citation, cited
from spineonc.analysis.nodes import evidence_of, label, node, with_narrower

if TYPE_CHECKING:
    import networkx as nx


class EvidencePath(TypedDict):
    """One way from a tumor to an outcome, and the evidence on it."""

    tumor: str
    treatment: str
    label: str
    outcome: str
    certainty: str
    rank: int
    weight: float
    studies: int
    patients: int | None
    direction: str
    summary: str
    citations: list[Citation]


def evidence_paths(
    network: nx.MultiDiGraph[str],
    tumor: str,
    outcome: str,
    *,
    k: int | None = None,
    hierarchy: nx.MultiDiGraph[str] | None = None,
) -> list[EvidencePath]:
    """Return the paths from a tumor to an outcome through treatments, with the evidence on each.

    A path exists where an evidence summary joins the three; a treatment whose evidence on the outcome
    comes from another tumor is no path.

    Parameters
    ----------
    network
        ``project(graph, "evidence-network")``.
    tumor, outcome
        IRIs of nodes of the network, or of the hierarchy when it is given.
    k
        How many of the best paths are wanted; all unless given.
    hierarchy
        ``project(graph, "class-hierarchy")`` when narrower tumors and outcomes are to count too.

    Returns
    -------
    list of EvidencePath
        By ``weight``, then patients, the largest first. The weight is the rank of the certainty (1 to 4)
        plus s/(s + 1) for s studies: more studies weigh more, but never as much as a higher certainty.

    Raises
    ------
    UnknownNameError
        If a node is not in the network.

    Notes
    -----
    Every path has two edges, so sorting gives the k best exactly: time O(m log m) for the m edges that leave
    the treatments of the tumor.
    """
    tumors = with_narrower(hierarchy, node(hierarchy or network, tumor))
    outcomes = with_narrower(hierarchy, node(hierarchy or network, outcome))
    paths = [
        _path(network, treatment, end, data) for treatment, end, data in evidence_of(network, tumors) if end in outcomes
    ]
    return sorted(paths, key=lambda p: (-p["weight"], -(p["patients"] or 0), p["label"], p["summary"]))[:k]


def _path(network: nx.MultiDiGraph[str], treatment: str, outcome: str, edge: dict[str, Any]) -> EvidencePath:
    return {
        "tumor": edge["tumor"],
        "treatment": treatment,
        "label": label(network, treatment),
        "outcome": outcome,
        "certainty": edge["certainty"],
        "rank": edge["rank"],
        "weight": edge["rank"] + edge["studies"] / (edge["studies"] + 1),
        "studies": edge["studies"],
        "patients": edge.get("patients"),
        "direction": edge["direction"],
        "summary": edge["summary"],
        "citations": cited(network, [edge]),
    }

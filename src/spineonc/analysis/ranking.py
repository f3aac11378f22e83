"""Rank the treatments of a tumor by the evidence behind them, and say why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from spineonc.analysis.citations import Citation, cited, independent
from spineonc.analysis.nodes import evidence_of, label, node, with_narrower

if TYPE_CHECKING:
    import networkx as nx


class RankedTreatment(TypedDict):
    """A treatment of a tumor and what its place rests on."""

    place: int
    treatment: str
    label: str
    certainty: str
    rank: int
    patients: int
    studies: int
    independent: int
    summaries: int
    favoring: int
    inconsistent: int
    why: str
    citations: list[Citation]


def rank_treatments(
    network: nx.MultiDiGraph[str], tumor: str, *, hierarchy: nx.MultiDiGraph[str] | None = None
) -> list[RankedTreatment]:
    """Return the treatments of a tumor, those with the best evidence first.

    The order says how much is known, not how well a treatment works: a treatment of which it is certain that
    it does nothing stands first.

    Parameters
    ----------
    network
        ``project(graph, "evidence-network")``.
    tumor
        IRI of a node of the network, or of the hierarchy when it is given.
    hierarchy
        ``project(graph, "class-hierarchy")`` when narrower tumors are to count too.

    Returns
    -------
    list of RankedTreatment
        By the best certainty; then by the patients of the largest evidence summary; then by independent
        studies, of which those on one cohort count once; then by the share of summaries whose studies point
        in different directions, the smallest first. ``why`` says it in words.

    Raises
    ------
    UnknownNameError
        If the tumor is unknown.

    Notes
    -----
    Linear in the edges that leave the treatments of the tumor, plus sorting.
    """
    tumors = with_narrower(hierarchy, node(hierarchy or network, tumor))
    edges: dict[str, list[dict[str, Any]]] = {}
    for treatment, outcome, data in evidence_of(network, tumors):
        edges.setdefault(treatment, []).append({**data, "outcome": label(network, outcome)})
    rows = sorted((_row(network, treatment, each) for treatment, each in edges.items()), key=_order)
    return [{**row, "place": place} for place, row in enumerate(rows, 1)]


def _row(network: nx.MultiDiGraph[str], treatment: str, edges: list[dict[str, Any]]) -> RankedTreatment:
    best = max(edges, key=lambda edge: edge["rank"])
    citations = cited(network, edges)
    row: RankedTreatment = {
        "place": 0,
        "treatment": treatment,
        "label": label(network, treatment),
        "certainty": best["certainty"],
        "rank": best["rank"],
        "patients": max(edge.get("patients", 0) for edge in edges),
        "studies": len(citations),
        "independent": independent(network, citations),
        "summaries": len(edges),
        "favoring": sum(edge["direction"] == "favors the treatment" for edge in edges),
        "inconsistent": sum(edge["direction"] == "inconsistent direction" for edge in edges),
        "why": "",
        "citations": citations,
    }
    on = sorted({edge["outcome"] for edge in edges if edge["rank"] == best["rank"]})
    return {**row, "why": _words(row, on)}


def _order(row: RankedTreatment) -> tuple[int, int, int, float, str]:
    return (
        -row["rank"],
        -row["patients"],
        -row["independent"],
        row["inconsistent"] / row["summaries"],
        row["label"],
    )


def _words(row: RankedTreatment, best_on: list[str]) -> str:
    on = best_on[0] if len(best_on) == 1 else f"{len(best_on)} outcomes"
    size = f"{row['patients']} patients in the largest summary" if row["patients"] else "number of patients not stated"
    votes = f"{row['favoring']} in its favor, {row['inconsistent']} inconsistent"
    return "; ".join(
        (
            f"{row['certainty']} certainty at best ({on})",
            size,
            f"{_counted(row['studies'], 'study', 'studies')}, {row['independent']} independent",
            f"of {_counted(row['summaries'], 'summary', 'summaries')} {votes}",
        )
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

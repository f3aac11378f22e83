"""Find where much is treated on little evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from spineonc.analysis.citations import Citation, cited
from spineonc.analysis.nodes import Evidence, evidence_of, label, of_kind, with_narrower

if TYPE_CHECKING:
    import networkx as nx


class Gap(TypedDict):
    """A tumor, what is in use for it, and how little is known of it."""

    tumor: str
    label: str
    certainty: str
    rank: int
    treatments: int
    studies: int
    patients: int
    why: str
    citations: list[Citation]


def evidence_gaps(network: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str], *, at_most: int = 1) -> list[Gap]:
    """Return the tumors that are treated on little evidence, those with the most treatments in use first.

    Parameters
    ----------
    network
        ``project(graph, "evidence-network")``.
    hierarchy
        ``project(graph, "class-hierarchy")``, which knows the tumors without any evidence.
    at_most
        Best certainty up to which a tumor is a gap: 1 (very low) to 4 (high).

    Returns
    -------
    list of Gap
        Narrower tumors count with a tumor; a tumor without any evidence beyond that of one narrower tumor is
        left out. By the best certainty, the lowest first; then by treatments in use,
        studies and patients of the largest evidence summary, the most first. Tumors without any evidence
        (rank 0) come last: the graph does not know how they are treated. ``why`` says it in words.

    Notes
    -----
    Time O(tumors * edges below each) in the worst case.
    """
    found = {
        tumor: list(evidence_of(network, with_narrower(hierarchy, tumor))) for tumor in of_kind(hierarchy, "Tumor")
    }
    gaps = [_gap(network, hierarchy, tumor, evidence) for tumor, evidence in found.items()]
    repeated = {
        broader
        for narrower, broader in hierarchy.edges()
        if found.get(broader) and len(found.get(narrower, [])) == len(found[broader])
    }
    return sorted((gap for gap in gaps if gap["rank"] <= at_most and gap["tumor"] not in repeated), key=_order)


def _gap(network: nx.MultiDiGraph[str], hierarchy: nx.MultiDiGraph[str], tumor: str, found: list[Evidence]) -> Gap:
    edges = [data for _, _, data in found]
    nothing: dict[str, Any] = {"certainty": "no evidence", "rank": 0}
    best = max(edges, key=lambda edge: int(edge["rank"]), default=nothing)
    citations = cited(network, edges)
    gap: Gap = {
        "tumor": tumor,
        "label": label(hierarchy, tumor),
        "certainty": best["certainty"],
        "rank": best["rank"],
        "treatments": len({treatment for treatment, _, _ in found}),
        "studies": len(citations),
        "patients": max((edge.get("patients", 0) for edge in edges), default=0),
        "why": "",
        "citations": citations,
    }
    return {**gap, "why": _words(gap)}


def _order(gap: Gap) -> tuple[bool, int, int, int, int, str]:
    return gap["rank"] == 0, gap["rank"], -gap["treatments"], -gap["studies"], -gap["patients"], gap["label"]


def _words(gap: Gap) -> str:
    if not gap["rank"]:
        return "the graph holds no evidence on any treatment"
    treatments = "1 treatment" if gap["treatments"] == 1 else f"{gap['treatments']} treatments"
    studies = "1 study" if gap["studies"] == 1 else f"{gap['studies']} studies"
    size = f"of at most {gap['patients']} patients each" if gap["patients"] else "of a number of patients not stated"
    return f"{treatments} in use on {studies}, in summaries {size}, with nothing above {gap['certainty']} certainty"

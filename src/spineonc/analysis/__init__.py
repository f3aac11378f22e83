"""Questions to the evidence network, one module each, answered with plain networkx or by the rules.

What takes ``network`` wants ``project(graph, "evidence-network")``, what takes ``hierarchy`` wants
``project(graph, "class-hierarchy")``. Where the certainty is derived anew the graph of `load` is asked itself.
The answers are lists of plain dictionaries, the most telling first; each carries its citations.
"""

from spineonc.analysis.centrality import central_treatments
from spineonc.analysis.citations import Citation
from spineonc.analysis.gaps import evidence_gaps
from spineonc.analysis.groups import communities
from spineonc.analysis.left_out import what_if
from spineonc.analysis.paths import evidence_paths
from spineonc.analysis.ranking import rank_treatments
from spineonc.analysis.similarity import related_tumors, similar_tumors
from spineonc.analysis.single_studies import bridges
from spineonc.analysis.tabulation import as_table

__all__ = [
    "Citation",
    "as_table",
    "bridges",
    "central_treatments",
    "communities",
    "evidence_gaps",
    "evidence_paths",
    "rank_treatments",
    "related_tumors",
    "similar_tumors",
    "what_if",
]

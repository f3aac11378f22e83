"""A knowledge graph of the evidence in spinal oncology.

>>> import spineonc
>>> graph = spineonc.load()
>>> spineonc.find(graph, "giant cell tumour")
rdflib.term.URIRef('https://w3id.org/spineonc/GiantCellTumor')

Everything public is imported when it is first used, so that ``import spineonc`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spineonc.analysis import (
        Citation,
        as_table,
        bridges,
        central_treatments,
        communities,
        evidence_gaps,
        evidence_paths,
        rank_treatments,
        related_tumors,
        similar_tumors,
        what_if,
    )
    from spineonc.cases import Consideration, consider
    from spineonc.descriptions import describe
    from spineonc.drawing import draw
    from spineonc.drawing.case import draw_case
    from spineonc.errors import (
        CurationError,
        MissingExtraError,
        NotConfirmedError,
        OutputError,
        QueryError,
        ScoringError,
        SpineOncError,
        UnknownNameError,
        Violation,
    )
    from spineonc.exports import export
    from spineonc.gapmap import draw_gap_map, gap_map
    from spineonc.gapmap.figure import gap_map_figure
    from spineonc.graph import load, select
    from spineonc.instruments import Instrument, Score, ScoreBounds, instrument, score
    from spineonc.instruments.frames import score_frame, score_report
    from spineonc.lookup import find
    from spineonc.parquet import export_tables
    from spineonc.profiles import profile
    from spineonc.projections import neighborhood, project
    from spineonc.queries import NamedQuery, named_queries, named_query, to_frame
    from spineonc.site import write_site
    from spineonc.validation import violations

_HOME = {
    "Citation": "analysis",
    "Consideration": "cases",
    "CurationError": "errors",
    "Instrument": "instruments",
    "MissingExtraError": "errors",
    "NamedQuery": "queries",
    "NotConfirmedError": "errors",
    "OutputError": "errors",
    "QueryError": "errors",
    "Score": "instruments",
    "ScoreBounds": "instruments",
    "ScoringError": "errors",
    "SpineOncError": "errors",
    "UnknownNameError": "errors",
    "Violation": "errors",
    "as_table": "analysis",
    "bridges": "analysis",
    "central_treatments": "analysis",
    "communities": "analysis",
    "consider": "cases",
    "describe": "descriptions",
    "draw": "drawing",
    "draw_case": "drawing.case",
    "draw_gap_map": "gapmap",
    "evidence_gaps": "analysis",
    "evidence_paths": "analysis",
    "export": "exports",
    "export_tables": "parquet",
    "find": "lookup",
    "gap_map": "gapmap",
    "gap_map_figure": "gapmap.figure",
    "instrument": "instruments",
    "load": "graph",
    "named_queries": "queries",
    "named_query": "queries",
    "neighborhood": "projections",
    "profile": "profiles",
    "project": "projections",
    "rank_treatments": "analysis",
    "related_tumors": "analysis",
    "score": "instruments",
    "score_frame": "instruments.frames",
    "score_report": "instruments.frames",
    "select": "graph",
    "similar_tumors": "analysis",
    "to_frame": "queries",
    "violations": "validation",
    "what_if": "analysis",
    "write_site": "site",
}

__all__ = [
    "Citation",
    "Consideration",
    "CurationError",
    "Instrument",
    "MissingExtraError",
    "NamedQuery",
    "NotConfirmedError",
    "OutputError",
    "QueryError",
    "Score",
    "ScoreBounds",
    "ScoringError",
    "SpineOncError",
    "UnknownNameError",
    "Violation",
    "as_table",
    "bridges",
    "central_treatments",
    "communities",
    "consider",
    "describe",
    "draw",
    "draw_case",
    "draw_gap_map",
    "evidence_gaps",
    "evidence_paths",
    "export",
    "export_tables",
    "find",
    "gap_map",
    "gap_map_figure",
    "instrument",
    "load",
    "named_queries",
    "named_query",
    "neighborhood",
    "profile",
    "project",
    "rank_treatments",
    "related_tumors",
    "score",
    "score_frame",
    "score_report",
    "select",
    "similar_tumors",
    "to_frame",
    "violations",
    "what_if",
    "write_site",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("spineonc")
    if name not in _HOME:
        raise AttributeError(f"module 'spineonc' has no attribute {name!r}")
    return getattr(import_module(f"spineonc.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

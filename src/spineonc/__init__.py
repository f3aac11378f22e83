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
        central_treatments,
        evidence_gaps,
        evidence_paths,
        similar_tumors,
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
    from spineonc.graph import load, select
    from spineonc.instruments import Instrument, Score, ScoreBounds, instrument, score
    from spineonc.instruments.frames import score_frame, score_report
    from spineonc.lookup import find
    from spineonc.projections import neighborhood, project
    from spineonc.queries import NamedQuery, named_queries, named_query, to_frame
    from spineonc.validation import violations

_HOME = {
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
    "central_treatments": "analysis",
    "consider": "cases",
    "describe": "descriptions",
    "draw": "drawing",
    "draw_case": "drawing.case",
    "evidence_gaps": "analysis",
    "evidence_paths": "analysis",
    "export": "exports",
    "find": "lookup",
    "instrument": "instruments",
    "load": "graph",
    "named_queries": "queries",
    "named_query": "queries",
    "neighborhood": "projections",
    "project": "projections",
    "score": "instruments",
    "score_frame": "instruments.frames",
    "score_report": "instruments.frames",
    "select": "graph",
    "similar_tumors": "analysis",
    "to_frame": "queries",
    "violations": "validation",
}

__all__ = [
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
    "central_treatments",
    "consider",
    "describe",
    "draw",
    "draw_case",
    "evidence_gaps",
    "evidence_paths",
    "export",
    "find",
    "instrument",
    "load",
    "named_queries",
    "named_query",
    "neighborhood",
    "project",
    "score",
    "score_frame",
    "score_report",
    "select",
    "similar_tumors",
    "to_frame",
    "violations",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("spineonc")
    if name not in _HOME:
        raise AttributeError(f"module 'spineonc' has no attribute {name!r}")
    return getattr(import_module(f"spineonc.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

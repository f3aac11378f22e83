"""The evidence that a page carries: summaries, their findings and publications, as plain JSON values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spineonc._resources import NAMESPACE
from spineonc.descriptions import records
from spineonc.descriptions.wording import duration, effect_text, interval_text
from spineonc.graph import labels, select
from spineonc.lookup import local_name
from spineonc.tables import Iri

if TYPE_CHECKING:
    from collections.abc import Container

    from spineonc.graph import Source

_DAYS = {"Y": 365.25, "M": 30.44, "W": 7.0, "D": 1.0}
_TERMS = ("summary", "tumor", "treatment", "comparator", "outcome")
_TEXTS = ("endpoint", "population", "pValue", "followUp", "locator", "note", "secondarySource")
_NUMBERS = ("value", "comparatorValue", "low", "high", "patients")
_STUDIES = """
SELECT ?study ?label ?title ?design ?year ?citation ?link ?pmid ?doi {
  ?study dcterms:title ?title ; rdfs:label ?label ; a/rdfs:label ?design ; rdfs:seeAlso ?link ; dcterms:issued ?issued ;
    dcterms:bibliographicCitation ?citation ; :reportsFinding ?finding .
  OPTIONAL { ?study :pmid ?pmid }
  OPTIONAL { ?study :doi ?doi }
  BIND(STR(?issued) AS ?year)
} GROUP BY ?study ?label ?title ?design ?year ?citation ?link ?pmid ?doi
"""
_TUMORS = "SELECT DISTINCT ?tumor { ?summary a :EvidenceSummary ; :tumor ?tumor }"
_RANKS = "SELECT ?level ?rank { ?level a :CertaintyLevel ; :rank ?rank }"
_PAIRS = """
SELECT ?one ?other ?conflict {
  ?one :disagreesWith ?other .
  FILTER(STR(?one) < STR(?other))
  BIND(EXISTS { ?one :conflictsWith ?other } AS ?conflict)
}
"""


def evidence(graph: Source, terms: Container[str] | None = None) -> dict[str, Any]:
    """Return the evidence summaries with all that stands behind them.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    terms
        Local names to which tumor and treatment of the summaries are limited; everything unless given.

    Returns
    -------
    dict
        ``summaries`` (list), ``findings`` and ``studies`` (by local name), ``disagreements`` (pairs of findings, and
        whether they conflict) and ``labels`` (of the terms named in them). Terms stand as local names.
    """
    if terms is not None and not any(local_name(str(row[0])) in terms for row in select(graph, _TUMORS).rows):
        return {"summaries": [], "findings": {}, "studies": {}, "disagreements": [], "labels": {}}
    names = labels(graph)
    tree = f"{NAMESPACE}Tumor"
    summaries = [
        row
        for row in map(_local, records(graph, "summaries", tree))
        if terms is None or (row["tumor"] in terms and row["treatment"] in terms)
    ]
    shown = {row["summary"] for row in summaries}
    findings = {
        local_name(str(row["finding"])): _finding(row, names)
        for row in records(graph, "findings", tree)
        if local_name(str(row.get("summary"))) in shown
    }
    used = {row[key] for row in (*summaries, *findings.values()) for key in ("tumor", "treatment", "outcome")}
    used |= {row["comparator"] for row in findings.values() if "comparator" in row}
    return {
        "summaries": _summaries(graph, summaries, findings, names),
        "findings": findings,
        "studies": _studies(graph, {row["study"] for row in findings.values()}),
        "disagreements": _disagreements(graph, findings),
        "labels": {name: label for iri, label in sorted(names.items()) if (name := local_name(iri)) in used},
    }


def _local(row: dict[str, Any]) -> dict[str, Any]:
    return {
        column: local_name(cell) if isinstance(cell, Iri) else cell
        for column, cell in row.items()
        if cell is not None and column != "term"
    }


def _summaries(
    graph: Source, rows: list[dict[str, Any]], findings: dict[str, dict[str, Any]], names: dict[str, str]
) -> list[dict[str, Any]]:
    ranks = {local_name(str(level)): rank for level, rank in select(graph, _RANKS).rows}
    by_local = {local_name(iri): label for iri, label in names.items()}
    behind: dict[str, list[str]] = {}
    for name, row in findings.items():
        behind.setdefault(row.pop("summary"), []).append(name)
    return [
        {
            "id": row["summary"].removeprefix("summary/"),
            **{key: row[key] for key in ("tumor", "treatment", "outcome", "studies", "independent")},
            **{key: row[key] for key in ("patients", "lowest", "highest") if key in row},
            "rank": ranks[row["certainty"]],
            "reasons": row["reasons"].split("; "),
            "direction": by_local[row["direction"]],
            "findings": behind.get(row["summary"], []),
        }
        for row in rows
    ]


def _finding(raw: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    row = {column: cell for column, cell in raw.items() if cell is not None}
    named = {column: names.get(cell, str(cell)) if isinstance(cell, Iri) else cell for column, cell in row.items()}
    finding: dict[str, Any] = {
        "study": local_name(str(row["finding"]).partition("#")[0]),
        **{
            key: local_name(row[key])
            for key in ("summary", "tumor", "treatment", "comparator", "outcome")
            if key in row
        },
        "measure": named["measure"],
        "effect": effect_text(named),
        "unit": named.get("unit", ""),
    }
    finding |= {key: row[key] for key in _TEXTS if key in row}
    finding |= {key: row[key] for key in _NUMBERS if isinstance(row.get(key), int | float)}
    finding |= {key: named[key] for key in ("favors", "sampleUnit", "statedCertainty") if key in named}
    if interval := interval_text(named):
        finding["interval"] = interval
    if "time" in row:
        finding |= {"time": duration(row["time"]), "days": _days(row["time"])}
    if named.get("directness") == "indirect":
        finding["indirect"] = named["indirectnessReason"]
    return finding


def _days(period: str) -> float:
    return round(sum(int(n) * _DAYS[unit] for n, unit in re.findall(r"(\d+)([YMWD])", period)), 1)


def _studies(graph: Source, wanted: set[str]) -> dict[str, dict[str, Any]]:
    rows = map(_local, select(graph, _STUDIES))
    return {row.pop("study"): row for row in sorted(rows, key=lambda row: row["study"]) if row["study"] in wanted}


def _disagreements(graph: Source, findings: dict[str, dict[str, Any]]) -> list[tuple[str, str, bool]]:
    pairs = [(local_name(str(a)), local_name(str(b)), bool(c)) for a, b, c in select(graph, _PAIRS).rows]
    return sorted(pair for pair in pairs if pair[0] in findings and pair[1] in findings)

"""Derive the certainty again as if some studies were not there: exactly, by the rules themselves.

The certainty of an evidence summary rests on its own findings, on the studies that report them and on the
ontology, on nothing else. So only the studies behind the summaries that would change are compiled again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from spineonc.compilation import apply_rules, written_by_hand
from spineonc.graph import as_store, select

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from spineonc.graph import Source

_RATINGS = """
SELECT ?summary ?certainty ?rank ?studies ?patients {
  ?summary :certainty ?level ; :studyCount ?studies . ?level :rank ?rank ; rdfs:label ?certainty .
  OPTIONAL { ?summary :patientCount ?patients }
}
"""
_REASONS = """
SELECT ?summary ?reason {
  ?summary :certaintyReason ?why . ?why :step ?step ; :certaintyDomain ?domain ; rdfs:label ?reason
} ORDER BY ?summary DESC(?step) ?domain
"""
_SUPPORT = "SELECT DISTINCT ?summary ?study { ?summary :basedOn/^:reportsFinding ?study }"
_RECORDS = "SELECT ?study ?record { ?study :reports ?record }"


class Rating(NamedTuple):
    """How certain an evidence summary is, and why."""

    certainty: str
    rank: int
    studies: int
    patients: int | None
    reasons: tuple[str, ...]


NO_EVIDENCE = Rating("no evidence", 0, 0, None, ())


def ratings(source: Source) -> dict[str, Rating]:
    """Return the rating of every evidence summary of a compiled graph, by IRI."""
    reasons: dict[str, list[str]] = {}
    for summary, reason in select(source, _REASONS).rows:
        reasons.setdefault(str(summary), []).append(str(reason))
    return {
        str(row["summary"]): Rating(
            str(row["certainty"]),
            _count(row["rank"]),
            _count(row["studies"]),
            None if row["patients"] is None else _count(row["patients"]),
            tuple(reasons[str(row["summary"])]),
        )
        for row in select(source, _RATINGS)
    }


def support(source: Source) -> dict[str, set[str]]:
    """Return the studies on which each evidence summary is based, both as IRIs."""
    studies: dict[str, set[str]] = {}
    for summary, study in select(source, _SUPPORT).rows:
        studies.setdefault(str(summary), set()).add(str(study))
    return studies


def asserted_part(source: Source) -> Iterator[ox.Quad]:
    """Yield what was written by hand, leaving out what the ontology marks as derived.

    Labels, citations and classes that a rule adds to a study, a record or a term stay: they follow from
    that thing alone, and the same rule gives them again.

    Parameters
    ----------
    source
        A compiled graph, from a checkout or from the snapshot of an installed package.
    """
    return written_by_hand(as_store(source))


def rated_without(source: Source, *groups: Collection[str]) -> Iterator[dict[str, Rating]]:
    """Yield, for each group of studies, the ratings that summaries based on one of them would have without them.

    Parameters
    ----------
    source
        A compiled graph; it is not changed.
    *groups
        IRIs of the studies that are left out together.

    Yields
    ------
    dict
        By IRI of the summary; `NO_EVIDENCE` where none would be left.

    Notes
    -----
    Linear in the graph, plus, for each group, one application of the rules to the ontology and the studies
    behind the summaries that may change.
    """
    behind = support(source)
    known = _by_study(source)
    for group in groups:
        dropped = set(group)
        touched = [summary for summary, studies in behind.items() if studies & dropped]
        kept = {study for summary in touched for study in behind[summary]} - dropped
        again = ratings(_compiled(known, kept)) if kept else {}
        yield {summary: again.get(summary, NO_EVIDENCE) for summary in touched}


def _by_study(source: Source) -> dict[str, list[ox.Quad]]:
    """Return the asserted part by the study to which it belongs; what belongs to none is under ``""``."""
    owner = {str(record): str(study) for study, record in select(source, _RECORDS).rows}
    owner |= {study: study for study in owner.values()}
    parts: dict[str, list[ox.Quad]] = {"": []}
    for quad in asserted_part(source):
        subject = quad.subject
        study = owner.get(subject.value, "") if isinstance(subject, ox.NamedNode) else ""
        parts.setdefault(study, []).append(quad)
    return parts


def _compiled(parts: dict[str, list[ox.Quad]], studies: Iterable[str]) -> ox.Store:
    store = ox.Store()
    for study in ("", *studies):
        store.extend(parts[study])
    apply_rules(store)
    return store


def _count(cell: object) -> int:
    return int(str(cell))

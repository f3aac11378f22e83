"""Say what would be known if some studies were not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from spineonc.analysis.citations import Citation, publications
from spineonc.errors import QueryError, UnknownNameError
from spineonc.graph import as_store, select
from spineonc.lookup import resolve
from spineonc.recompilation import rated_without, ratings, support
from spineonc.tables import Iri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spineonc.graph import Source
    from spineonc.recompilation import Rating

_TERMS = """
SELECT ?summary ?tumor ?treatment ?outcome {
  ?summary a :EvidenceSummary ; :tumor ?tumor ; :treatment ?treatment ; :outcome ?outcome
}
"""
_DESIGN = "SELECT ?study ?design { ?study a/rdfs:subClassOf* ?design ; :reports ?record }"
_YEARS = "SELECT DISTINCT ?study ?year { ?study dcterms:issued ?issued ; :reports ?record BIND(STR(?issued) AS ?year) }"


class Change(TypedDict):
    """An evidence summary whose rating changes when studies are left out."""

    summary: str
    tumor: str
    treatment: str
    outcome: str
    before: str
    after: str
    steps: int
    reasons_before: list[str]
    reasons_after: list[str]
    remaining: int
    without: list[Citation]


def what_if(
    graph: Source,
    *,
    studies: Iterable[str] = (),
    designs: Iterable[str] = (),
    before: int | None = None,
    after: int | None = None,
) -> list[Change]:
    """Return the evidence summaries that would be rated otherwise if some studies were left out.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store; it is not changed.
    studies
        Names, PubMed numbers, DOIs or IRIs of studies to leave out.
    designs
        Names of designs to leave out, such as ``case series``; narrower designs go with them.
    before, after
        Studies published before, or after, this year are left out too.

    Returns
    -------
    list of Change
        The summaries whose certainty or whose reasons for it change, the largest fall first. ``before`` and
        ``after`` are certainties, ``no evidence`` where no study would be left; ``steps`` is the change in
        levels, negative for a fall; ``without`` are the studies of the summary that were left out.

    Raises
    ------
    UnknownNameError
        If no study or design has this name.
    QueryError
        If nothing is to be left out.

    Notes
    -----
    The rules of ``ontology/rules`` are applied to the studies that remain: the result is the one that a
    compilation without the files of these studies gives.
    """
    chosen = list(studies), list(designs)
    if not any(chosen) and before is None and after is None:
        raise QueryError("Nothing is left out. Give studies, designs, before or after.")
    store = as_store(graph)
    dropped = _named(store, chosen[0]) | _designed(store, chosen[1]) | _published(store, before, after)
    (again,) = rated_without(store, dropped)
    return changes(store, ((summary, dropped, rating) for summary, rating in again.items()))


def changes(source: Source, again: Iterable[tuple[str, set[str], Rating]]) -> list[Change]:
    """Compare ratings with those of the graph: each comes with its summary and the studies that it leaves out."""
    then, behind, known = ratings(source), support(source), publications(source)
    terms = {str(summary): tuple(Iri(term) for term in rest) for summary, *rest in select(source, _TERMS).rows}
    rows: list[Change] = []
    for summary, dropped, now in again:
        old = then[summary]
        if (old.rank, old.reasons) == (now.rank, now.reasons):
            continue
        tumor, treatment, outcome = terms[summary]
        rows.append(
            {
                "summary": Iri(summary),
                "tumor": tumor,
                "treatment": treatment,
                "outcome": outcome,
                "before": old.certainty,
                "after": now.certainty,
                "steps": now.rank - old.rank,
                "reasons_before": list(old.reasons),
                "reasons_after": list(now.reasons),
                "remaining": now.studies,
                "without": [known[study] for study in sorted(behind[summary] & dropped)],
            }
        )
    return sorted(rows, key=lambda row: (row["steps"], row["summary"]))


def _named(source: Source, names: list[str]) -> set[str]:
    known = publications(source) if names else {}
    found = {resolve(source, name) for name in names}
    for iri in found - known.keys():
        raise UnknownNameError("study", iri, [each.label for each in known.values()])
    return found


def _designed(source: Source, names: list[str]) -> set[str]:
    designs = [resolve(source, name, "Study") for name in names]
    return {str(study) for design in designs for study, _ in select(source, _DESIGN, design=design).rows}


def _published(source: Source, before: int | None, after: int | None) -> set[str]:
    years = {str(study): int(str(year)) for study, year in select(source, _YEARS).rows}
    return {
        study
        for study, year in years.items()
        if (before is not None and year < before) or (after is not None and year > after)
    }

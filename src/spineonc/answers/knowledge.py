"""What is known of terms and studies, how certain it is, and where nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spineonc._resources import NAMESPACE
from spineonc.answers.citing import with_citations
from spineonc.descriptions import SECTIONS, describe, records
from spineonc.descriptions.wording import finding_text
from spineonc.errors import InputError, UnknownNameError
from spineonc.graph import labels, select
from spineonc.lookup import local_name, resolve, search
from spineonc.tables import Iri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from spineonc.graph import Source

LEVELS = ("very low", "low", "moderate", "high")
_COVERED = "SELECT DISTINCT ?term { ?term (rdfs:subClassOf|:hasComponent)* ?wanted }"


def term_list(source: Source, q: str, limit: int) -> dict[str, Any]:
    """Return the terms and studies whose name holds a text, or resembles it when none holds it; see `search`."""
    if not q.strip():
        raise InputError("Nothing is sought. Give a name or a part of one, such as chordoma.")
    found = [each._asdict() for each in search(source, q, limit=limit)]
    return with_citations(source, {"q": q, "terms": found})


def term_evidence(source: Source, name: str, limit: int | None = None) -> dict[str, Any]:
    """Return what `describe` returns for a term or a study, each section cut to its first rows.

    ``total`` says how many rows each section has.
    """
    found = _described(source, name)
    total = {section: len(found[section]) for section in SECTIONS}
    cut = {section: found[section][:limit] for section in SECTIONS}
    about = {key: list(values) for key, values in found["about"].items()}
    return with_citations(source, {"iri": found["iri"], "label": found["label"], "about": about, "total": total, **cut})


def summary_list(
    source: Source,
    tumor: str | None = None,
    treatment: str | None = None,
    outcome: str | None = None,
    certainty: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> dict[str, Any]:
    """Return the evidence summaries on a tumor, treatment and outcome, the most certain first.

    Narrower terms count with a term, and combinations with a treatment that they contain. Each summary has the
    reasons of its certainty, and the findings that it rests on with publication, locator and link.
    """
    if certainty is not None and certainty not in LEVELS:
        raise UnknownNameError("level of certainty", certainty, LEVELS, choices=LEVELS)
    asked = {"tumor": (tumor, "Tumor"), "treatment": (treatment, "Treatment"), "outcome": (outcome, "Outcome")}
    given = {key: resolve(source, name, root) for key, (name, root) in asked.items() if name}
    names = labels(source)
    start = next(iter(given.values()), f"{NAMESPACE}Tumor")
    inside = {key: {str(row[0]) for row in select(source, _COVERED, wanted=iri).rows} for key, iri in given.items()}
    rows = [
        row
        for row in records(source, "summaries", start)
        if all(str(row[key]) in covered for key, covered in inside.items())
        and (certainty is None or names.get(str(row["certainty"])) == certainty)
    ]
    shown = rows[offset : None if limit is None else offset + limit]
    findings = _findings(source, start, {str(row["summary"]) for row in shown}, names)
    summaries = [
        {**_named(row, names), "reasons": str(row["reasons"]).split("; "), "findings": findings[str(row["summary"])]}
        for row in shown
    ]
    terms = {key: names.get(iri, iri) for key, iri in given.items()}
    asked_for = terms | ({"certainty": certainty} if certainty else {})
    return with_citations(source, {"asked": asked_for, "total": len(rows), "summaries": summaries})


def gap_list(source: Source, at_most: str = "very low", limit: int | None = None) -> dict[str, Any]:
    """Return the tumors for which the most treatments are in use on the least certain evidence.

    See `evidence_gaps`; the sources of a gap are the studies behind it.
    """
    from spineonc.analysis import evidence_gaps
    from spineonc.projections import project

    choices = LEVELS[:3]
    if at_most not in choices:
        raise UnknownNameError("level of certainty below high", at_most, choices, choices=choices)
    found = evidence_gaps(project(source), project(source, "class-hierarchy"), at_most=LEVELS.index(at_most) + 1)
    gaps = [
        {
            **{key: value for key, value in gap.items() if key != "citations"},
            "sources": [c.study for c in gap["citations"]],
        }
        for gap in found[:limit]
    ]
    return with_citations(source, {"at_most": at_most, "total": len(found), "gaps": gaps})


def gap_cells(
    source: Source,
    tumor: str | None = None,
    treatment: str | None = None,
    gap: str | None = None,
    every_term: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> dict[str, Any]:
    """Return cells of the evidence gap map; see `gap_map`.

    A tumor or treatment that is given is one of those that the map shows: the families, or with ``every_term`` all.
    """
    from spineonc.gapmap import ABSOLUTE, SYNTHESIS, gap_map

    if gap is not None and gap not in {ABSOLUTE, SYNTHESIS}:
        raise UnknownNameError("kind of gap", gap, [ABSOLUTE, SYNTHESIS], choices=[ABSOLUTE, SYNTHESIS])
    names = labels(source)
    wanted = {"tumor": (tumor, "Tumor"), "treatment": (treatment, "Treatment")}
    given = {key: resolve(source, name, root) for key, (name, root) in wanted.items() if name}
    cells = [
        row
        for row in gap_map(source, every_term=every_term or bool(given))
        if all(row[key] == iri for key, iri in given.items()) and gap in {None, row["gap"]}
    ]
    shown = cells[offset : None if limit is None else offset + limit]
    studies = _studies_of(source, shown)
    answer = {
        "total": len(cells),
        "cells": [{**_labelled(row, names), "sources": studies(row)} for row in shown],
    }
    return with_citations(source, answer)


def _studies_of(source: Source, cells: list[dict[str, Any]]) -> Callable[[dict[str, Any]], list[str]]:
    """Return what names the studies behind a cell of the map."""
    from spineonc.gapmap import bodies
    from spineonc.pages.trees import tree

    if not any(row["studies"] for row in cells):
        return lambda _: []
    found = bodies(source)
    tumors, treatments = tree(source, "Tumor").below, tree(source, "Treatment").below

    def studies(row: dict[str, Any]) -> list[str]:
        tumor, treatment, family = (local_name(row[key]) for key in ("tumor", "treatment", "outcomeFamily"))
        behind = {
            each.study
            for each in (found if row["studies"] else ())
            if each.family == family and each.tumor in tumors[tumor] and each.treatment in treatments[treatment]
        }
        return sorted(behind)

    return studies


def _labelled(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {key: names.get(cell, str(cell)) if isinstance(cell, Iri) else cell for key, cell in row.items()}


def _described(source: Source, name: str) -> dict[str, Any]:
    from spineonc.instruments.loading import resolved

    try:
        return describe(source, name)
    except UnknownNameError as error:
        try:
            iri = resolved(name, source)
        except UnknownNameError:
            raise error from None
        kind = f"score, classification or framework (ask for the instrument {iri.rpartition('/')[2]})"
        raise UnknownNameError("term or study", name, [], kind) from error


def _findings(
    source: Source, start: str, summaries: Iterable[str], names: dict[str, str]
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {each: [] for each in summaries}
    for row in records(source, "findings", start) if found else ():
        if str(row["summary"]) in found:
            named = _named(row, names)
            told = {key: named[key] for key in ("finding", "publication", "design", "locator", "link")}
            found[str(row["summary"])].append({"text": finding_text(named), **told})
    return found


def _named(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {key: cell for key, cell in _labelled(row, names).items() if cell is not None and key != "term"}

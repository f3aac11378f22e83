"""All that the profile pages show, asked once for all of them."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spineonc._resources import NAMESPACE
from spineonc.descriptions import records, wording
from spineonc.graph import labels, select
from spineonc.lookup import local_name
from spineonc.pages import evidence
from spineonc.pages.coverage import coverage
from spineonc.pages.payload import course
from spineonc.pages.trees import Tree, tree
from spineonc.tables import Iri

if TYPE_CHECKING:
    from spineonc.graph import Source

FOLDER = Path(__file__).parent
ROOTS = {"tumor": "Tumor", "treatment": "Treatment"}
# What a head says of a term; its place in the trees stands among the related terms.
_ELSEWHERE = {"kind of", "narrower", "components"}
_NULLS = "SELECT ?label ?value { ?measure :nullValue ?value ; rdfs:label ?label }"
_LEVELS = "SELECT ?label ?level { ?design :ocebmLevel ?level ; rdfs:label ?label }"
_SYNTHESES = "SELECT ?label { ?design rdfs:subClassOf+ :EvidenceSynthesis ; rdfs:label ?label }"
_PARTS = "SELECT ?whole ?part { ?whole :hasComponent ?part }"


class Knowledge:
    """What the graph knows of its tumors and treatments; terms stand as local names.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    """

    def __init__(self, graph: Source) -> None:
        self.graph = graph

    @cached_property
    def names(self) -> dict[str, str]:
        """The label of everything."""
        return {local_name(iri): label for iri, label in labels(self.graph).items()}

    @cached_property
    def trees(self) -> dict[str, Tree]:
        """The trees of tumors and treatments."""
        return {side: tree(self.graph, root) for side, root in ROOTS.items()}

    @cached_property
    def outcomes(self) -> Tree:
        """The tree of outcomes."""
        return tree(self.graph, "Outcome")

    @cached_property
    def evidence(self) -> dict[str, Any]:
        """Evidence summaries with their findings."""
        return evidence(self.graph)

    @cached_property
    def course(self) -> dict[str, Any]:
        """Findings on prognosis, frequency and course."""
        return course(self.graph)

    @cached_property
    def studies(self) -> dict[str, dict[str, Any]]:
        """The publications behind all findings."""
        return {**self.course["studies"], **self.evidence["studies"]}

    @cached_property
    def data(self) -> str:
        """What all of it rests on."""
        return str(coverage(self.graph))

    @cached_property
    def counting(self) -> dict[str, set[str]]:
        """Each term with the terms whose evidence counts with it."""
        rows = select(self.graph, (FOLDER / "counting.rq").read_text("utf-8")).rows
        within: dict[str, set[str]] = defaultdict(set)
        for below, term in rows:
            within[local_name(str(term))].add(local_name(str(below)))
        return within

    @cached_property
    def parts(self) -> list[tuple[str, str]]:
        """Each combination with each of its components."""
        return sorted(
            (local_name(str(whole)), local_name(str(part))) for whole, part in select(self.graph, _PARTS).rows
        )

    @cached_property
    def nulls(self) -> dict[str, float]:
        """The value of no effect of each measure that has one."""
        rows = select(self.graph, _NULLS).rows
        return {str(label): float(value) for label, value in rows if isinstance(value, int | float)}

    @cached_property
    def levels(self) -> dict[str, int]:
        """The OCEBM level of each design."""
        rows = select(self.graph, _LEVELS).rows
        return {str(label): int(level) for label, level in rows if isinstance(level, int)}

    @cached_property
    def syntheses(self) -> set[str]:
        """The designs that put studies together."""
        return {str(row[0]) for row in select(self.graph, _SYNTHESES).rows}

    @cached_property
    def recommendations(self) -> dict[str, list[dict[str, Any]]]:
        """The recommendations that concern each term."""
        rows = {
            str(row["recommendation"]): self._named(row) for row in self._merged("recommendations", "recommendation")
        }
        pairs = select(self.graph, (FOLDER / "recommendations.rq").read_text("utf-8")).rows
        concerned: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for recommendation, term in pairs:
            if str(recommendation) in rows:
                concerned[local_name(str(term))].append(rows[str(recommendation)])
        return concerned

    @cached_property
    def statements(self) -> dict[str, list[dict[str, Any]]]:
        """The statements on each term."""
        text = (Path(wording.__file__).parent / "statements.rq").read_text("utf-8")
        concerned: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in select(self.graph, text):
            concerned[local_name(str(row["term"]))].append(self._named(row))
        return concerned

    @cached_property
    def about(self) -> dict[str, dict[str, list[str]]]:
        """What each term is: definition, synonyms, axes, identifiers."""
        text = (Path(wording.__file__).parent / "about.rq").read_text("utf-8")
        facts: dict[str, dict[str, list[str]]] = defaultdict(dict)
        for row in select(self.graph, text):
            if row["property"] not in _ELSEWHERE:
                value = row["value"]
                word = self.names.get(local_name(value), value) if isinstance(value, Iri) else str(value)
                facts[local_name(str(row["term"]))].setdefault(str(row["property"]), []).append(word)
        return facts

    def has_profile(self, term: str) -> bool:
        """Tell whether there is anything to show of a term."""
        within = self.counting[term]
        concerned = (row for row in self.evidence["summaries"] if within & {row["tumor"], row["treatment"]})
        found = (row for row in self.course["findings"].values() if within & {row["tumor"], row.get("treatment")})
        return bool(self.recommendations[term]) or any(concerned) or any(found)

    def _merged(self, section: str, key: str) -> list[dict[str, Any]]:
        """Return one row for each record; a record on more than one term repeats its row in the answer."""
        merged: dict[str, dict[str, Any]] = {}
        for row in records(self.graph, section, f"{NAMESPACE}Tumor"):
            known = merged.setdefault(str(row[key]), {**row, "tumors": [], "treatments": []})
            for column in ("tumor", "treatment"):
                term = local_name(str(row[column])) if row[column] else None
                if term and term not in known[f"{column}s"]:
                    known[f"{column}s"].append(term)
        return list(merged.values())

    def _named(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            column: self.names.get(local_name(cell), str(cell)) if isinstance(cell, Iri) else cell
            for column, cell in row.items()
            if cell is not None
        }

"""Invented evidence at random, on the real ontology: it aims at what the rules distinguish."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from spineonc._resources import NAMESPACE, PREFIXES
from spineonc.compilation import apply_rules, ontology_store
from spineonc.graph import select

if TYPE_CHECKING:
    from collections.abc import Iterator

_TREE = (
    "SELECT DISTINCT ?term { ?term rdfs:subClassOf* ?root ; skos:definition ?d FILTER(ISIRI(?term)) } ORDER BY ?term"
)
_KINDS = "SELECT ?term { ?term a ?kind } ORDER BY ?term"
_NUMBERS = {
    "value": ["0.3", "0.5", "0.51", "1.99", "2.0", "3.7", "40", "92.5"],
    "confidenceLow": ["0.1", "0.9", "1.0", "1.2", "-1"],
    "confidenceHigh": ["0.8", "0.99", "1.0", "1.1", "0", "60"],
}
_SIZES = [1, 40, 100, 199, 200, 201, 399, 400, 900]


def invented_store(seed: int, studies: int, tumors: int = 4) -> ox.Store:
    """Return the ontology with invented studies on a few terms, so that many findings meet, and what the rules derive.

    Parameters
    ----------
    seed
        The same seed gives the same evidence.
    studies
        How many studies there are; each has up to four findings, every third is on a cohort.
    tumors
        How many tumors, treatments and outcomes they are on; with the root of the treatments among them.
    """
    store = ontology_store()
    store.extend(_Inventor(store, random.Random(seed), tumors).quads(studies))  # noqa: S311
    apply_rules(store)
    return store


class _Inventor:
    def __init__(self, store: ox.Store, pick: random.Random, tumors: int) -> None:
        self.pick = pick
        self.designs = [each for each in self._terms(store, "Study") if each not in {"Study", "PrimaryStudy"}]
        self.measures = [str(row[0]) for row in select(store, _KINDS, kind=f"{NAMESPACE}Measure").rows]
        self.tumors = pick.sample(self._terms(store, "Tumor"), tumors)
        self.treatments = ["Treatment", *pick.sample(self._terms(store, "Treatment"), tumors)]
        self.outcomes = pick.sample(self._terms(store, "Outcome"), tumors // 2)

    @staticmethod
    def _terms(store: ox.Store, root: str) -> list[str]:
        rows = select(store, _TREE, root=NAMESPACE + root).rows
        return [str(row[0]).removeprefix(NAMESPACE) for row in rows]

    def quads(self, studies: int) -> Iterator[ox.Quad]:
        cohorts = [f"cohort/c{n}" for n in range(max(2, studies // 6))]
        for cohort in cohorts:
            yield _quad(cohort, "rdf:type", "Cohort")
            if self.pick.random() < 0.4:
                yield _quad(cohort, "overlapsWith", self.pick.choice(cohorts))
        for number in range(studies):
            yield from self._study(f"study/s{number}", cohorts)

    def _study(self, study: str, cohorts: list[str]) -> Iterator[ox.Quad]:
        yield _quad(study, "rdf:type", self.pick.choice(self.designs))
        yield _quad(study, "dcterms:title", ox.Literal(f"Invented {study}"))
        yield _quad(study, "dcterms:issued", _number("2001", "gYear"))
        if self.pick.random() < 0.3:
            yield _quad(study, "cohort", self.pick.choice(cohorts))
        if self.pick.random() < 0.2:
            yield _quad(study, "reviewOf", self.pick.choice(["RandomizedTrial", "ObservationalStudy", "CaseSeries"]))
        for number in range(self.pick.randint(0, 4)):
            yield _quad(study, "reportsFinding", f"{study}#f{number}")
            yield from self._finding(f"{study}#f{number}")

    def _finding(self, finding: str) -> Iterator[ox.Quad]:
        yield _quad(finding, "tumor", self.pick.choice(self.tumors))
        yield _quad(finding, "outcome", self.pick.choice(self.outcomes))
        yield _quad(finding, "measure", self.pick.choice([*self.measures, "Proportion", "HazardRatio", "RiskRatio"]))
        often: list[tuple[str, float, list[Any]]] = [
            ("treatment", 0.9, self.treatments),
            ("comparator", 0.6, self.treatments),
            ("favors", 0.7, ["FavorsTreatment"] * 4 + ["FavorsComparator", "FavorsNeither"]),
            ("factor", 0.05, ["PerformanceStatus"]),
            ("directness", 0.3, ["Direct", "Indirect", "Indirect"]),
            ("sampleUnit", 0.2, ["Patients", "Lesions", "Segments"]),
            ("sampleSize", 0.8, [_number(str(size), "integer") for size in _SIZES]),
            *((name, 0.7, [_number(text, "decimal") for text in texts]) for name, texts in _NUMBERS.items()),
        ]
        for name, chance, choices in often:
            if self.pick.random() < chance:
                yield _quad(finding, name, self.pick.choice(choices))


def _number(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + datatype))


def _quad(subject: str, predicate: str, value: str | ox.Literal) -> ox.Quad:
    prefix, _, local = predicate.rpartition(":")
    term = ox.NamedNode(value if value.startswith("http") else NAMESPACE + value) if isinstance(value, str) else value
    return ox.Quad(ox.NamedNode(NAMESPACE + subject), ox.NamedNode(PREFIXES[prefix] + local), term)

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
_LARGE = [("0.3", "0.1", "0.8"), ("0.5", "0.4", "0.99"), ("2.0", "1.2", "4")]
_SIZES = [1, 40, 100, 199, 200, 201, 399, 400, 900]


def invented_store(seed: int, studies: int, terms: int = 8) -> ox.Store:
    """Return the ontology with invented studies on a few terms, so that findings meet, and what the rules derive.

    Parameters
    ----------
    seed
        The same seed gives the same evidence.
    studies
        How many studies there are; each has up to four findings, every third is on a cohort.
    terms
        How many tumors, treatments and outcomes they are on; the first are met often, the last seldom. The root of the
        treatments is among them, and half of the findings on the first outcome are large effects.
    """
    store = ontology_store()
    store.extend(_Inventor(store, random.Random(seed), terms).quads(studies))  # noqa: S311
    apply_rules(store)
    return store


class _Inventor:
    def __init__(self, store: ox.Store, pick: random.Random, terms: int) -> None:
        self.pick = pick
        self.designs = [each for each in self._terms(store, "Study") if each not in {"Study", "PrimaryStudy"}]
        self.measures = [str(row[0]) for row in select(store, _KINDS, kind=f"{NAMESPACE}Measure").rows]
        self.tumors = _skewed(pick.sample(self._terms(store, "Tumor"), terms))
        self.treatments = [*_skewed(pick.sample(self._terms(store, "Treatment"), terms)), "Treatment"]
        self.outcomes = _skewed(pick.sample(self._terms(store, "Outcome"), terms))

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
        yield _quad(study, "pmid", ox.Literal(study.removeprefix("study/s")))
        if self.pick.random() < 0.3:
            yield _quad(study, "cohort", self.pick.choice(cohorts))
        if self.pick.random() < 0.2:
            yield _quad(study, "reviewOf", self.pick.choice(["RandomizedTrial", "ObservationalStudy", "CaseSeries"]))
        for number in range(self.pick.randint(0, 4)):
            yield _quad(study, "reportsFinding", f"{study}#f{number}")
            yield from self._finding(f"{study}#f{number}")

    def _finding(self, finding: str) -> Iterator[ox.Quad]:
        outcome = self.pick.choice(self.outcomes)
        yield _quad(finding, "tumor", self.pick.choice(self.tumors))
        yield _quad(finding, "outcome", outcome)
        if outcome == self.outcomes[0] and self.pick.random() < 0.5:
            yield from self._large_effect(finding)
        else:
            yield from self._any_result(finding)

    def _large_effect(self, finding: str) -> Iterator[ox.Quad]:
        yield _quad(finding, "treatment", self.treatments[0])
        yield _quad(finding, "comparator", self.treatments[1])
        yield _quad(finding, "favors", "FavorsTreatment")
        yield _quad(finding, "measure", self.pick.choice(["RiskRatio", "HazardRatio"]))
        yield _quad(finding, "sampleSize", _number("900", "integer"))
        for name, text in zip(_NUMBERS, self.pick.choice(_LARGE), strict=True):
            yield _quad(finding, name, _number(text, "decimal"))

    def _any_result(self, finding: str) -> Iterator[ox.Quad]:
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


def _skewed(terms: list[str]) -> list[str]:
    """Return the terms so often that each is chosen half as often as the one before it, the last ones once."""
    return [term for n, term in enumerate(terms) for _ in range(max(1, 2 ** (len(terms) // 2 - n)))]


def _number(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + datatype))


def _quad(subject: str, predicate: str, value: str | ox.Literal) -> ox.Quad:
    prefix, _, local = predicate.rpartition(":")
    term = ox.NamedNode(value if value.startswith("http") else NAMESPACE + value) if isinstance(value, str) else value
    return ox.Quad(ox.NamedNode(NAMESPACE + subject), ox.NamedNode(PREFIXES[prefix] + local), term)

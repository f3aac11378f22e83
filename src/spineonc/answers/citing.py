"""The publications behind an answer."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING, Any

from spineonc._resources import NAMESPACE
from spineonc.graph import select

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spineonc.graph import Source
    from spineonc.tables import Table

_PUBLICATIONS = """
SELECT ?study ?publication ?citation ?link ?pmid ?doi {
  ?study rdfs:label ?publication ; dcterms:bibliographicCitation ?citation ; rdfs:seeAlso ?link .
  OPTIONAL { ?study :pmid ?pmid }
  OPTIONAL { ?study :doi ?doi }
}
ORDER BY ?publication ?study
"""
_BEHIND = """
SELECT DISTINCT ?tumor ?treatment ?outcome ?study {
  ?summary a :EvidenceSummary ; :tumor ?tumor ; :treatment ?treatment ; :outcome ?outcome ;
    :basedOn/^:reportsFinding ?study .
}
"""
_WIDER = "SELECT ?tumor ?wider { ?tumor rdfs:subClassOf* :Tumor ; rdfs:subClassOf* ?wider . ?wider a owl:Class }"
# What a row speaks of: the first of these columns that it has.
_TUMOR, _TREATMENT, _OUTCOME = ("population", "tumor"), ("given", "combination", "treatment"), ("measured", "outcome")
_COUNTING = {"studies", "findings", "summaries", "certainty"}
_NAMING = ("publication", "source")


class Publications:
    """All publications of a graph, found by what an answer says of them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._by_study: dict[str, dict[str, str]] = {}
        self._studies: dict[str, list[str]] = defaultdict(list)
        for row in select(source, _PUBLICATIONS):
            entry = {name: str(value) for name, value in row.items() if value is not None}
            study = entry["study"]
            if study in self._by_study:
                continue
            self._by_study[study] = entry
            for name in ("link", "pmid", "publication"):
                if name in entry:
                    self._studies[entry[name]].append(study)

    def cited(self, studies: Iterable[str]) -> list[dict[str, str]]:
        """Return the publications of some studies, by name."""
        wanted = set(studies)
        return [entry for study, entry in self._by_study.items() if study in wanted]

    def named_in(self, value: Any) -> set[str]:
        """Return the studies whose IRI, or whose link, stands anywhere in an answer."""
        texts = set(_texts(value))
        studies = {text.partition("#")[0] for text in texts if text.startswith(NAMESPACE)} & self._by_study.keys()
        links = {text for text in texts if text.startswith("http") and text in self._studies}
        return studies | {study for link in links for study in self._studies[link]}

    def of_rows(self, table: Table) -> list[list[str]]:
        """Return the studies behind each row of a query.

        Those that the row names and, where it counts or rates evidence, those behind the evidence summaries on its
        tumor, treatment and outcome. Narrower tumors count where the row counts them.
        """
        speaks = [next((n for n in names if n in table.columns), None) for names in (_TUMOR, _TREATMENT, _OUTCOME)]
        counts = any(speaks) and not _COUNTING.isdisjoint(table.columns)
        exact, wide = self._behind() if counts else ({}, {})
        found = []
        for row in table:
            key = tuple(str(row[name]) if name and row[name] else "" for name in speaks)
            one, other = exact.get(key, set()), wide.get(key, set())
            behind = one if all(key) or len(one) == row.get("studies") else other
            found.append(sorted((self.named_in(list(row.values())) or self._called(row)) | behind))
        return found

    def _called(self, row: dict[str, Any]) -> set[str]:
        """Return the studies that a row names only by PubMed number, or by a short name that several may have."""
        texts = [str(row[name]) for name in ("pmid", *_NAMING) if row.get(name)]
        return set(next((found for text in texts if (found := self._studies.get(text))), ()))

    def _behind(self) -> tuple[dict[tuple[str, ...], set[str]], dict[tuple[str, ...], set[str]]]:
        """Return the studies by tumor, treatment and outcome, or by some of them: of the tumor alone, and below it."""
        wider: dict[str, list[str]] = defaultdict(list)
        for tumor, above in select(self._source, _WIDER).rows:
            wider[str(tumor)].append(str(above))
        exact: dict[tuple[str, ...], set[str]] = defaultdict(set)
        wide: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for tumor, treatment, outcome, study in select(self._source, _BEHIND).rows:
            for given, measured in product(("", str(treatment)), ("", str(outcome))):
                for each in ("", str(tumor)):
                    exact[each, given, measured].add(str(study))
                for each in ("", *wider[str(tumor)]):
                    wide[each, given, measured].add(str(study))
        return exact, wide


def with_citations(source: Source, answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with the publications that it names."""
    publications = Publications(source)
    return {**answer, "citations": publications.cited(publications.named_in(answer))}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)

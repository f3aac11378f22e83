"""The rules that every mapping to a public vocabulary obeys."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import spineonc
from spineonc import _resources as resources
from spineonc.alignment import read_alignment
from spineonc.graph import labels, select
from spineonc.sources import alignment_files

if TYPE_CHECKING:
    from rdflib import Graph

FILES = alignment_files()
PREDICATES = {f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")}
BARE = {"SNOMEDCT", "UMLS"}
# Which concept of a vocabulary stands for which of our terms, as it was read in the vocabularies themselves.
CROSSWALK = Path(__file__).parent / "crosswalk.tsv"


def rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def mappings() -> dict[tuple[str, str], dict[str, str]]:
    found = [row for path in FILES for row in rows(path)]
    return {(row["subject_id"].removeprefix("spineonc:"), row["object_id"]): row for row in found}


def test_there_are_mappings() -> None:
    """The tables hold several hundred mappings."""
    assert sum(len(rows(path)) for path in FILES) > 500


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_mapping_is_complete(graph: Graph, path: Path) -> None:
    """Each row maps a term by its own label, with a SKOS predicate, a justification and a confidence."""
    names = labels(graph)
    for row in rows(path):
        term = row["subject_id"].replace("spineonc:", resources.NAMESPACE)
        assert names.get(term) == row["subject_label"], row
        assert row["predicate_id"] in PREDICATES, row
        assert row["predicate_modifier"] in {"", "Not"}, row
        assert row["mapping_justification"] == "semapv:ManualMappingCuration", row
        assert 0 < float(row["confidence"]) <= 1, row


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_mapping_stands_twice(path: Path) -> None:
    """A pair of term and concept is mapped once, and the rows are sorted."""
    pairs = [(row["subject_id"], row["object_id"]) for row in rows(path)]
    assert pairs == sorted(set(pairs))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_licenses_are_respected(path: Path) -> None:
    """SNOMED CT and UMLS are named by bare identifiers, without their labels."""
    assert all(not row["object_label"] for row in rows(path) if row["object_id"].partition(":")[0] in BARE)


def test_identifiers_and_labels_are_those_of_the_crosswalk() -> None:
    """Each identifier stands in the crosswalk, with the same label where the license allows one."""
    labels_read = {row["id"]: row["label"] for row in rows(CROSSWALK)}
    wrong = [
        f"{identifier} {row['object_label']!r}: add its row to {CROSSWALK.name}, as read in the vocabulary"
        for (_, identifier), row in mappings().items()
        if labels_read.get(identifier) != row["object_label"]
    ]
    assert wrong == []


def test_the_crosswalk_respects_licenses() -> None:
    """The crosswalk names SNOMED CT and UMLS by bare identifiers too."""
    assert all(not row["label"] for row in rows(CROSSWALK) if row["id"].partition(":")[0] in BARE)


def test_a_mapping_is_as_close_as_the_crosswalk_says() -> None:
    """A mapping is exact where the crosswalk says exact, and so on; one that departs from it says why."""
    aligned = mappings()
    unexplained = []
    for row in rows(CROSSWALK):
        mapping = aligned.get((row["term"], row["id"]))
        same = mapping and mapping["predicate_id"] == f"skos:{row['match']}Match" and not mapping["predicate_modifier"]
        if mapping and not same and not mapping["comment"]:
            unexplained.append(f"{row['term']} {row['id']}: the crosswalk says {row['match']}; add a comment")
    assert unexplained == []


def test_nothing_of_the_crosswalk_is_left_out() -> None:
    """Each identifier of the crosswalk is mapped to a term, and each term that stands for a concept is mapped."""
    aligned = mappings()
    assert {row["id"] for row in rows(CROSSWALK)} - {identifier for _, identifier in aligned} == set()
    assert {row["term"] for row in rows(CROSSWALK)} - {term for term, _ in aligned} == set()


@pytest.mark.parametrize("pattern", ["rdfs:subClassOf+ :Study", "a :CertaintyLevel"])
def test_designs_and_levels_are_aligned(graph: Graph, pattern: str) -> None:
    """Designs of studies and levels of certainty lead to a public vocabulary, themselves or from above."""
    matches = "skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch"
    query = f"SELECT ?term {{ ?term {pattern} MINUS {{ ?term rdfs:subClassOf*/({matches}) ?concept }} }}"
    assert select(graph, query).rows == []


def test_an_exact_identifier_means_one_term(graph: Graph) -> None:
    """No identifier is the same as two of our terms."""
    query = "SELECT ?id { ?term skos:exactMatch/skos:notation ?id } GROUP BY ?id HAVING (COUNT(DISTINCT ?term) > 1)"
    assert select(graph, query).rows == []


@pytest.mark.parametrize("identifier", ["NCIT:C2947", "ncit:c2947", "MONDO:0008978", "DOID:3302", "MESH:D002817"])
def test_terms_are_found_by_aligned_identifiers(graph: Graph, identifier: str) -> None:
    """Chordoma is found by its identifiers in other vocabularies."""
    assert str(spineonc.find(graph, identifier)) == f"{resources.NAMESPACE}Chordoma"


@pytest.mark.parametrize(
    ("line", "message"),
    [("spineonc:Chordoma\tchordoma\tskos:exactMatch\t\tnowhere:1\t\t", "prefix 'nowhere'"), ("", "No fault")],
)
def test_a_broken_row_is_explained(tmp_path: Path, line: str, message: str) -> None:
    """A row with an undeclared prefix is refused with its line; an empty table is accepted."""
    header = "subject_id\tsubject_label\tpredicate_id\tpredicate_modifier\tobject_id\tobject_label\tcomment"
    path = tmp_path / "broken.sssom.tsv"
    path.write_text(f"#mapping_set_id: x\n{header}\n{line}\n", "utf-8")
    if line:
        with pytest.raises(spineonc.CurationError, match=f"broken.sssom.tsv:3: .*{message}"):
            list(read_alignment(path))
    else:
        assert list(read_alignment(path)) == []

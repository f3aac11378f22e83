"""A term is found by whatever a person would call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import spineonc
from spineonc.lookup import search

if TYPE_CHECKING:
    from rdflib import Graph

NAMESPACE = "https://w3id.org/spineonc/"


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("giant cell tumor of bone", "GiantCellTumor"),
        ("giant cell tumour", "GiantCellTumor"),
        ("Giant  Cell TUMOUR", "GiantCellTumor"),
        ("GCT", "GiantCellTumor"),
        ("GiantCellTumor", "GiantCellTumor"),
        ("spineonc:GiantCellTumor", "GiantCellTumor"),
        (f"{NAMESPACE}GiantCellTumor", "GiantCellTumor"),
        (f"<{NAMESPACE}GiantCellTumor>", "GiantCellTumor"),
        ("alpha-2001", "study/alpha-2001"),
        ("Alpha 2001", "study/alpha-2001"),
        ("PMID:3", "study/gamma-2003"),
        ("3", "study/gamma-2003"),
        ("https://pubmed.ncbi.nlm.nih.gov/3/", "study/gamma-2003"),
        ("10.1000/beta", "study/beta-2002"),
        ("https://doi.org/10.1000/beta", "study/beta-2002"),
        ("study/alpha-2001", "study/alpha-2001"),
        ("invented trial of surgery with radiotherapy", "study/alpha-2001"),
    ],
)
def test_names_that_people_use(toy: Graph, name: str, local: str) -> None:
    """Labels, synonyms, CURIEs, IRIs, names and titles of studies, PubMed numbers and DOIs are understood."""
    assert str(spineonc.find(toy, name)) == NAMESPACE + local


def test_unknown_name_suggests_the_nearest(toy: Graph) -> None:
    """A misspelt name is answered with names that were probably meant."""
    with pytest.raises(spineonc.UnknownNameError, match="Did you mean 'chordoma'"):
        spineonc.find(toy, "chordomma")


def test_a_term_of_another_tree_is_named(toy: Graph) -> None:
    """Asking for a treatment by the name of a tumor says what the name is."""
    with pytest.raises(spineonc.UnknownNameError, match="No treatment is called 'chordoma'\\. 'chordoma' is a tumor"):
        spineonc.find(toy, "chordoma", "Treatment")


def test_an_ambiguous_name_lists_its_meanings(toy: Graph) -> None:
    """A name of two things is not guessed."""
    from rdflib import RDFS, Literal, URIRef

    both = spineonc.load()
    for local in ("Chordoma", "Osteosarcoma"):
        both.add((URIRef(NAMESPACE + local), RDFS.label, Literal("twin", lang="en")))
    with pytest.raises(spineonc.UnknownNameError, match="Chordoma, Osteosarcoma"):
        spineonc.find(both, "twin")


def test_an_exact_name_wins_over_a_label(graph: Graph) -> None:
    """A study is found by the name of its file even where another study has the same author and year."""
    assert str(spineonc.find(graph, "wang-2022")).endswith("study/wang-2022")
    assert str(spineonc.find(graph, "wang-2022-b")).endswith("study/wang-2022-b")
    with pytest.raises(spineonc.UnknownNameError, match="study/wang-2022-b"):
        spineonc.find(graph, "Wang 2022")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("chordoma", "chordoma"),
        ("GCT", "giant cell tumor of bone"),
        ("cell tum", "giant cell tumor of bone"),
        ("PMID:3", "Gamma 2003"),
        ("chordomma", "chordoma"),
    ],
)
def test_search_by_name_part_and_resemblance(toy: Graph, text: str, first: str) -> None:
    """What is called exactly so comes first, then what holds the text, and only without these what resembles it."""
    found = search(toy, text, limit=5)
    assert (found[0].label, len(found) <= 5) == (first, True)
    assert all(each.kind for each in found)


@pytest.mark.parametrize("name", ["\U0001d4b3", 'a"b\\u00zz', "q\nz", "\x1f", "<", "\u0130"])
def test_any_text_may_be_asked_for(toy: Graph, name: str) -> None:
    """A name of any characters is unknown, and no fault of the query that looks for it."""
    with pytest.raises(spineonc.UnknownNameError):
        spineonc.find(toy, name)
    assert search(toy, name) == []

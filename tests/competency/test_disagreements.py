"""The disagreements that readers found between publications, each with the answer of the graph.

One item of ``disagreements/*.yaml`` is one disagreement: ``listed`` says it in a sentence, ``appears`` whether the
rules find it by themselves. ``one`` and ``other`` are the findings of both sides. Where it does not appear, ``why``
says so in words, and what can be checked stands beside it: ``differs`` names each respect in which the findings are
not comparable, ``absent`` a publication that is not curated, by its identifier, first author or beginning of its title.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import spineonc
from spineonc import _resources as resources
from spineonc.descriptions import as_text
from spineonc.graph import select

if TYPE_CHECKING:
    from rdflib import Graph

    from spineonc.tables import Table

FILES = sorted((Path(__file__).parent / "disagreements").glob("*.yaml"))
CASES = [case for path in FILES for case in yaml.safe_load(path.read_text("utf-8"))]
APPEARING = [case for case in CASES if case["appears"]]
MISSING = [case for case in CASES if not case["appears"]]
ARMS = {"FavorsTreatment": "FavorsComparator", "FavorsComparator": "FavorsTreatment"}


def listed(case: dict[str, Any]) -> str:
    return str(case["listed"])


@pytest.fixture(scope="module")
def found(graph: Graph) -> Table:
    """All disagreements that the graph names."""
    return spineonc.named_query("conflicting-findings").table(graph)


def finding(graph: Graph, name: str) -> dict[str, str]:
    """Return the study of a record and what the record says, by the last part of each IRI."""
    rows = select(graph, f"SELECT ?p ?o {{ <{resources.NAMESPACE}{name}> ?p ?o }}").rows
    said = {str(key).rpartition("/")[2]: str(value).removeprefix(resources.NAMESPACE) for key, value in rows}
    assert said, f"the graph has no record {name}"
    return {"study": name.partition("#")[0], **said}


def exchanged(side: dict[str, str]) -> dict[str, str]:
    """Return a finding with its arms printed the other way round."""
    favors = side.get("favors", "")
    return {
        **side,
        "treatment": side["comparator"],
        "comparator": side["treatment"],
        "favors": ARMS.get(favors, favors),
    }


def differences(one: dict[str, str], other: dict[str, str]) -> set[str]:
    """Return the respects in which two findings cannot disagree."""
    if "measure" not in one or "measure" not in other:
        return {"no finding"}
    both = (one, other)
    if all("comparator" in side for side in both) and one["treatment"] == other["comparator"]:
        other = exchanged(other)
    keys = {
        "tumor": "tumor",
        "treatment": "treatment",
        "comparator": "comparator",
        "outcome": "outcome",
        "timepoint": "time",
    }
    result = {name for key, name in keys.items() if one.get(key) != other.get(key)}
    if not all("comparator" in side for side in both):
        result = result - {"comparator"} | {"no comparator"}
    if any("factor" in side for side in both):
        result.add("factor")
    if not all("favors" in side for side in both):
        result.add("no direction")
    elif one is not other and one["study"] != other["study"] and one["favors"] == other["favors"]:
        result.add("same direction")
    if one is not other and one["study"] == other["study"]:
        result.add("same study")
    return result


def name_of(graph: Graph, side: dict[str, str]) -> str:
    """Return the short name of the publication behind a finding."""
    return str(select(graph, f"SELECT ?n {{ <{resources.NAMESPACE}{side['study']}> rdfs:label ?n }}").rows[0][0])


def pairs(graph: Graph, found: Table, one: dict[str, str], other: dict[str, str]) -> list[dict[str, Any]]:
    """Return the rows that set the two studies against each other on the outcome and tumor of one of the findings."""
    names = {name_of(graph, side) for side in (one, other)}
    terms = {key: {resources.NAMESPACE + side[key] for side in (one, other)} for key in ("tumor", "outcome")}
    return [
        row
        for row in found
        if {row["one"], row["other"]} == names
        and row["population"] in terms["tumor"]
        and row["outcome"] in terms["outcome"]
    ]


@pytest.mark.parametrize("case", APPEARING, ids=listed)
def test_listed_disagreement_appears_by_the_rules(graph: Graph, found: Table, case: dict[str, Any]) -> None:
    """A disagreement between comparable findings is found without being marked in the data."""
    one, other = finding(graph, case["one"]), finding(graph, case["other"])
    assert differences(one, other) == set()
    assert pairs(graph, found, one, other)


@pytest.mark.parametrize("case", APPEARING, ids=listed)
def test_both_sides_of_a_disagreement_are_shown(graph: Graph, case: dict[str, Any]) -> None:
    """The description of the tumor names both publications under its disagreements."""
    one, other = finding(graph, case["one"]), finding(graph, case["other"])
    description = spineonc.describe(graph, one["tumor"])
    names = {name_of(graph, side) for side in (one, other)}
    assert any({row["one"], row["other"]} == names for row in description["disagreements"])
    shown = as_text(description).partition("Disagreements between studies")[2]
    assert all(name in shown for name in names)


@pytest.mark.parametrize("case", MISSING, ids=listed)
def test_listed_disagreement_does_not_appear_for_the_reason_given(
    graph: Graph, found: Table, case: dict[str, Any]
) -> None:
    """A disagreement that the rules do not find has a reason, and the reason holds."""
    assert case["why"]
    assert case.get("differs") or case.get("absent"), "give what can be checked"
    sides = [finding(graph, case[key]) for key in ("one", "other") if key in case]
    if case.get("differs"):
        assert differences(sides[0], sides[-1]) == set(case["differs"])
    if len(sides) > 1 and "no finding" not in case["differs"]:
        assert not pairs(graph, found, *sides)


@pytest.mark.parametrize("case", [case for case in MISSING if "absent" in case], ids=listed)
def test_absent_publication_is_not_curated(graph: Graph, case: dict[str, Any]) -> None:
    """What is said to be missing is missing; once it is curated, the item has to say whether both sides disagree."""
    known = select(graph, "SELECT ?study ?text { ?study dcterms:title|:pmid|:pmcid|:doi|:firstAuthor ?text }").rows
    for absent in case["absent"]:
        present = [study for study, text in known if str(text).casefold().startswith(absent.casefold())]
        assert present == [], f"{absent} is curated now: give its finding, and whether the disagreement appears"

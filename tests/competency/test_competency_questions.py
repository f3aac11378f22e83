"""The questions that the graph was made to answer, each with rows checked against the publication.

One YAML file holds one question: the named query and what is given, or SPARQL of its own; ``contains`` are rows
that must be among the answers, ``checked`` says where they were read. ``data`` is Turtle that the question is about.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import spineonc
from spineonc import _resources as resources
from spineonc.graph import select
from spineonc.tables import Iri, Table

if TYPE_CHECKING:
    from rdflib import Graph

PREFIXES = "@prefix : <https://w3id.org/spineonc/> .\n"
FILES = sorted(Path(__file__).parent.glob("*.yaml"))
CASES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in FILES}


def answer(graph: Graph, case: dict[str, Any]) -> Table:
    if "data" in case:
        graph = spineonc.load().parse(data=PREFIXES + case["data"], format="turtle")
    if "sparql" in case:
        return select(graph, case["sparql"])
    return spineonc.named_query(case["query"]).table(graph, **case.get("given", {}))


def readable(cell: object) -> object:
    return cell.removeprefix(resources.NAMESPACE) if isinstance(cell, Iri) else cell


@pytest.mark.parametrize("name", CASES)
def test_question_is_answered(graph: Graph, name: str) -> None:
    """The answer contains every row that was read in the publication."""
    case = CASES[name]
    rows = [{column: readable(cell) for column, cell in row.items()} for row in answer(graph, case)]
    for expected in case["contains"]:
        assert any(expected.items() <= row.items() for row in rows), f"{case['question']} lacks {expected}"
    for absent in case.get("lacks", []):
        assert not any(absent.items() <= row.items() for row in rows), f"{case['question']} wrongly has {absent}"


@pytest.mark.parametrize("name", CASES)
def test_question_says_where_it_was_checked(name: str) -> None:
    """Each case has a question and names the publication against which its rows were checked."""
    assert CASES[name]["question"].endswith("?")
    assert CASES[name]["checked"]


def test_every_named_query_has_a_question() -> None:
    """No named query is published without a known answer."""
    assert {case.get("query") for case in CASES.values()} - {None} == set(spineonc.named_queries())


def test_every_statement_of_the_seed_is_asked() -> None:
    """All eight statements of the review from which the project started have a question of their own."""
    assert sum(name.startswith("seed-") for name in CASES) == 8

"""The words of a case file and the instruments that read them agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spineonc._resources import DATA
from spineonc.cases.mapping import readings
from spineonc.cases.tumors import Tumors
from spineonc.cases.vocabulary import vocabulary
from spineonc.graph import select
from spineonc.instruments import instrument

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph

WORDS = vocabulary()


def test_instruments_read_known_keys_and_values(graph: Graph) -> None:
    """Each case key and case value that an instrument names is one of the vocabulary."""
    unknown = [
        (name, item, reading.key, value)
        for name, items in readings(graph).items.items()
        for item, reading in items.items()
        if reading.key
        for value in reading.values or [None]
        if reading.key not in WORDS.keys or (value is not None and value not in WORDS.keys[reading.key].values)
    ]
    assert unknown == []


def test_every_value_of_a_key_without_mapping_is_an_option(graph: Graph) -> None:
    """Where an item maps no values, the values of its key are options of it, or the key holds numbers."""
    for name, items in readings(graph).items.items():
        asked = {item.code: item for item in instrument(name, graph).asked}
        for code, reading in items.items():
            if reading.key and not reading.values and WORDS.keys[reading.key].kind != "number":
                names = {each for option in asked[code].options for each in option.names}
                values = set(WORDS.keys[reading.key].values)
                assert {value.lower() for value in values} & names, (name, code)


def test_results_that_are_read_exist(graph: Graph) -> None:
    """Each result from which an option follows is a band of an instrument."""
    rows = select(graph, "SELECT ?result { ?option :fromResult ?result MINUS { ?result a :Band } }").rows
    assert rows == []


def test_tumors_of_the_vocabulary_exist(graph: Graph) -> None:
    """Each tumor that a value means is a term of the tree."""
    names = Tumors(graph).names
    values = [value for key in WORDS.keys.values() for value in key.values.values()]
    named = {each for value in values for each in (value.tumor, value.within, value.also_tumor) if each}
    assert named <= names.keys()
    assert set(WORDS.outcomes) <= names.keys()


def test_contradictions_name_known_values(graph: Graph) -> None:
    """Each condition of a contradiction is a value of its key, and concerns two keys."""
    tumors = Tumors(graph).names
    for rule in WORDS.contradictions:
        assert len(rule.when) == 2
        for key, values in rule.when.items():
            known = tumors if key == "tumor" else WORDS.keys[key].values
            assert set(values) <= set(known), rule


@pytest.mark.parametrize(
    "key", [each for each in WORDS.keys.values() if each.kind.startswith("code")], ids=lambda key: key.name
)
def test_no_word_means_two_values(key: object) -> None:
    """No code of a key is the label of another of its values."""
    words = [word for value in key.values.values() for word in {value.code.lower(), value.label.lower()}]  # type: ignore[attr-defined]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("path", sorted((DATA / "cases").glob("*.yaml")), ids=lambda path: path.stem)
def test_cases_are_no_evidence(path: Path, graph: Graph) -> None:
    """An example case is not compiled into the graph."""
    assert not select(graph, f"ASK {{ ?any ?relation ?other FILTER(CONTAINS(STR(?any), '{path.stem}')) }}").rows[0][0]

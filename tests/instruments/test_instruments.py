"""What every file of data/instruments obeys beyond its shape."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from cases import COMPUTED, NAMES
from rdflib import RDFS, URIRef

import spineonc
from spineonc.graph import select
from spineonc.instruments import instrument
from spineonc.instruments.model import Method

if TYPE_CHECKING:
    from rdflib import Graph


def test_all_instruments_are_there() -> None:
    """The graph holds 53 instruments, of which at least 20 are computed."""
    assert len(NAMES) == 53
    assert len(COMPUTED) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_names_are_unambiguous(name: str) -> None:
    """No name of an option means two options of one item, and no number lies in two."""
    for item in instrument(name).asked:
        for one, other in combinations(item.options, 2):
            assert not one.names & other.names, item.code
            ends = {end for o in (one, other) for end in (o.at_least, o.at_most, o.above, o.below) if end is not None}
            points = [end + step for end in ends for step in (-0.5, 0, 0.5)]
            assert not any(one.holds(point) and other.holds(point) for point in points), item.code


@pytest.mark.parametrize("name", NAMES)
def test_no_item_is_called_like_an_argument(name: str) -> None:
    """No item has the name of an argument of `score`."""
    assert not {item.code for item in instrument(name).items} & {"graph", "partial"}


@pytest.mark.parametrize("name", [name for name in COMPUTED if instrument(name).method is Method.DECISION_TABLE])
def test_rules_do_not_contradict_each_other(name: str) -> None:
    """Two rules that answers can meet together lead to the same result."""
    for one, other in combinations(instrument(name).rules, 2):
        both = [one.when[item] & other.when[item] for item in one.when.keys() & other.when.keys()]
        assert one.band == other.band or not all(both), f"{one.iri} and {other.iri} can be met together"


@pytest.mark.parametrize("name", COMPUTED)
def test_every_value_has_a_source(graph: Graph, name: str) -> None:
    """Each option with points of a computed instrument, its item or its instrument says where it was read."""
    rows = select(
        graph,
        """SELECT ?option {
          ?instrument :hasItem ?item . ?item :hasOption ?option .
          MINUS { ?option :confirmed false }
          MINUS { ?option :seenAt ?page } MINUS { ?item :seenAt ?page } MINUS { ?instrument :seenAt ?page }
        }""",
        instrument=instrument(name).iri,
    ).rows
    assert rows == []


@pytest.mark.parametrize("name", COMPUTED)
def test_what_is_named_is_a_treatment(graph: Graph, name: str) -> None:
    """The treatments that a band names are terms with a label."""
    for iri in {iri for band in instrument(name).bands for iri in band.treatments}:
        assert graph.value(URIRef(iri), RDFS.label)


def test_conversions_disagree() -> None:
    """The three published conversions of performance status are kept apart, and a result names the one used."""
    results = {
        conversion: spineonc.score("ecog-kps-crosswalk", conversion=conversion, kps=60).band
        for conversion in ("common", "ejc_2010", "wjco_2018")
    }
    assert results == {"common": "ECOG 2", "ejc_2010": "ECOG 2", "wjco_2018": "ECOG 3"}

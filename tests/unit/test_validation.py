"""``violations`` checks a graph that a user holds."""

from __future__ import annotations

import pytest
from rdflib import Graph, Literal, Namespace

import spineonc

S = Namespace("https://w3id.org/spineonc/")


@pytest.fixture
def copy(toy: Graph) -> Graph:
    """A copy of the invented world that a test may break."""
    return Graph().parse(data=toy.serialize(format="nt"), format="nt")


def test_a_sound_graph_has_none(toy: Graph) -> None:
    """A compiled graph conforms: what the rules derived is not taken for a fault."""
    assert spineonc.violations(toy) == []


def test_each_fault_is_found(copy: Graph) -> None:
    """Three faults put into a graph of any store are found, each with its record and key, and no more."""
    finding = S["study/gamma-2003#recurrence"]
    copy.set((finding, S.tumor, S.Nowhere))
    copy.set((S["study/alpha-2001"], S.pmid, Literal("none")))
    copy.remove((S["study/delta-2004#incidence"], S.locator, None))
    found = {(violation.record, violation.field) for violation in spineonc.violations(copy)}
    assert found == {("#recurrence", "tumor"), ("", "pmid"), ("#incidence", "locator")}


def test_the_graph_is_not_changed(toy: Graph) -> None:
    """Checking a graph leaves it as it was."""
    before = len(toy)
    spineonc.violations(toy)
    assert len(toy) == before

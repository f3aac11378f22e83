"""Cases for the tests: as answers, as RDF, and as rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import strategies as st
from rdflib import RDF, Literal, Namespace, URIRef

from spineonc import SpineOncError
from spineonc.instruments import compute, instrument, listing
from spineonc.instruments.model import Method, normalized

if TYPE_CHECKING:
    from rdflib import Graph

    from spineonc.instruments.model import Instrument, Item

SPINEONC = Namespace("https://w3id.org/spineonc/")
EXAMPLES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "examples.yaml").read_text("utf-8"))
NAMES = [str(row["instrument"]).rpartition("/")[2] for row in listing()]
COMPUTED = [name for name in NAMES if instrument(name).method]
SUMMED = [name for name in COMPUTED if instrument(name).method is Method.POINT_SUM]

Result = tuple[float | None, str | None]


def computed(chosen: Instrument, given: dict[str, Any]) -> Result:
    """The answer of Python; two nothings where it refuses."""
    try:
        result = compute(chosen, given)
    except SpineOncError:
        return None, None
    return result.total, result.band


def add_case(graph: Graph, name: str, chosen: Instrument, given: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    """State a case in RDF, and return its triples."""
    case = URIRef(f"https://example.org/case/{name}")
    triples: list[tuple[Any, Any, Any]] = [(case, RDF.type, SPINEONC.Case)]
    items = {item.code: item for item in chosen.asked}
    for code, value in given.items():
        item = items[normalized(code)]
        for each in value.split(";") if item.multiple and isinstance(value, str) else [value]:
            triples += _statements(case, item, each)
    for triple in triples:
        graph.add(triple)
    return triples


def _statements(case: URIRef, item: Item, value: Any) -> list[tuple[Any, Any, Any]]:
    if value is None:
        return []
    if isinstance(value, int | float) and not isinstance(value, bool) and item.numeric:
        measurement = URIRef(f"{case}/{item.code}")
        return [
            (case, SPINEONC.hasMeasurement, measurement),
            (measurement, SPINEONC.measuredItem, URIRef(item.iri)),
            (measurement, SPINEONC.number, Literal(str(value), datatype="http://www.w3.org/2001/XMLSchema#decimal")),
        ]
    text = normalized({True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value))
    option = next(option for option in item.options if text in option.names)
    return [(case, SPINEONC.chooses, URIRef(option.iri))]


def answers_to(item: Item, *, beyond: bool) -> st.SearchStrategy[Any]:
    """Codes, labels and numbers that people write for an item; with *beyond* also numbers outside its scale."""
    names = [name for option in item.options for name in (option.code, option.label, option.code.upper())]
    if item.multiple:
        codes = st.sampled_from([option.code for option in item.options])
        return st.lists(codes, min_size=1, max_size=3, unique=True).map(";".join)
    if not item.numeric:
        return st.sampled_from(names)
    steps = int(item.step or 1)
    numbers = st.integers(-1, 12).map(lambda n: n * steps) if beyond else _inside(item)
    return st.sampled_from([option.code for option in item.options]) | numbers


def _inside(item: Item) -> st.SearchStrategy[int]:
    whole = [n for n in range(121) if any(option.holds(n) for option in item.options) and n % (item.step or 1) == 0]
    return st.sampled_from(whole)


def cases_of(chosen: Instrument, *, complete: bool = False, beyond: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Answers to an instrument, some of them missing unless *complete*."""
    beyond = beyond and chosen.method is Method.POINT_SUM
    each = {
        item.code: answers_to(item, beyond=beyond) if complete else st.none() | answers_to(item, beyond=beyond)
        for item in chosen.asked
    }
    return st.fixed_dictionaries(each)

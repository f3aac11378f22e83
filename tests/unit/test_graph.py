"""The graph that ``load`` returns behaves as rdflib users expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.plugins.sparql import prepareQuery

import spineonc

if TYPE_CHECKING:
    from pathlib import Path

S = Namespace("https://w3id.org/spineonc/")


@pytest.fixture(scope="module")
def memory(toy: Graph) -> Graph:
    """The same triples in rdflib's own memory store: the oracle."""
    return Graph().parse(data=toy.serialize(format="nt"), format="nt")


def named_triples(graph: Graph) -> set[tuple[object, ...]]:
    return {triple for triple in graph if not any(isinstance(term, BNode) for term in triple)}


def test_holds_the_same_triples_as_memory(toy: Graph, memory: Graph) -> None:
    """Every triple reads the same as in rdflib's memory store, plain literals included."""
    assert named_triples(toy) == named_triples(memory)


def test_plain_literals_equal(toy: Graph) -> None:
    """A text without datatype equals ``Literal("...")``."""
    assert (S["study/alpha-2001"], S.pmid, Literal("1")) in toy
    assert toy.value(S["study/alpha-2001"], S.pmid) == Literal("1")


def test_length_and_truth(toy: Graph, memory: Graph) -> None:
    """``len`` and ``bool`` are those of the memory store."""
    assert len(toy) == len(memory)
    assert toy


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?f { ?f :tumor ?x }",
        "SELECT ?f ?x { ?f :tumor ?x }",
        "SELECT ?f { ?f :tumor ?t FILTER(?t = ?x) }",
        "SELECT ?f { ?f a :Finding OPTIONAL { ?f :tumor ?t FILTER(?t = ?x) } FILTER(BOUND(?t)) }",
        "SELECT (COUNT(?f) AS ?n) { ?f :tumor ?x }",
        "SELECT ?f { { ?f :tumor ?x } UNION { ?f :treatment ?x } }",
    ],
)
def test_bindings_reach_every_part_of_a_query(toy: Graph, memory: Graph, query: str) -> None:
    """``initBindings`` bind projected and hidden variables, in patterns, filters and groups."""
    given = {"x": S.SacralChordoma}
    ours = {row[0] for row in toy.query(query, initNs={"": S}, initBindings=given)}
    assert ours == {row[0] for row in memory.query(query, initNs={"": S}, initBindings=given)}
    assert ours


def test_a_bound_name_inside_a_string_stays(toy: Graph) -> None:
    """A text that looks like a bound variable is not replaced."""
    query = 'SELECT ("?x" AS ?text) { ?f :tumor ?x } LIMIT 1'
    rows = list(toy.query(query, initNs={"": S}, initBindings={"x": S.SacralChordoma}))
    assert str(rows[0][0]) == "?x"


def test_prepared_queries_run(toy: Graph) -> None:
    """A query that rdflib prepared is answered too."""
    prepared = prepareQuery("SELECT ?f { ?f a s:Finding }", initNs={"s": S})
    assert len(list(toy.query(prepared))) == len(set(toy.subjects(RDF.type, S.Finding)))


def test_from_is_respected(toy: Graph) -> None:
    """FROM of a graph that is not there is refused, instead of asking the default graph."""
    with pytest.raises(spineonc.QueryError, match="does not hold"):
        toy.query("SELECT ?s FROM <http://example.org/none> { ?s ?p ?o }")


def test_wrong_query_is_one_clear_error(toy: Graph) -> None:
    """A query that is not SPARQL is refused with the place of the fault."""
    with pytest.raises(spineonc.QueryError, match="not valid SPARQL"):
        toy.query("SELECT WHERE {")


@pytest.mark.parametrize("ask", ["query", "update"])
def test_place_of_a_fault_is_told_on_one_line(toy: Graph, ask: str) -> None:
    """A query or update that breaks off is refused with the place of the fault, without a list of all that could be."""
    text = "SELECT * { ?s ?p" if ask == "query" else "INSERT DATA { ?s"
    with pytest.raises(spineonc.QueryError, match=rf"^The {ask} is not valid SPARQL: error at 1:\d+[^\n]{{0,120}}$"):
        getattr(toy, ask)(text)


def test_unknown_option_is_refused(toy: Graph) -> None:
    """No option makes rdflib fall back to its own engine without a word."""
    with pytest.raises(spineonc.QueryError, match="DEBUG"):
        toy.query("ASK {}", DEBUG=True)


def test_ask_and_construct(toy: Graph) -> None:
    """ASK gives a truth value and CONSTRUCT a graph."""
    assert toy.query("ASK { ?f a :Finding }", initNs={"": S}).askAnswer
    built = toy.query("CONSTRUCT { ?f a :X } WHERE { ?f a :Finding }", initNs={"": S}).graph
    assert built is not None
    assert len(built) == len(set(toy.subjects(RDF.type, S.Finding)))


def test_each_load_is_a_graph_of_its_own() -> None:
    """A change of one loaded graph does not reach another."""
    one, other = spineonc.load(), spineonc.load()
    one.add((URIRef("http://example.org/a"), RDFS.label, Literal("a")))
    assert len(one) == len(other) + 1


def test_damaged_cache_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store in the cache that cannot be opened is thrown away and the graph is still answered."""
    from spineonc.graph import open_store

    monkeypatch.setenv("SPINEONC_CACHE", str(tmp_path))
    open_store()
    (folder,) = (tmp_path / "spineonc").glob("*.store")
    (folder / "CURRENT").write_text("rubbish")
    assert len(open_store()) > 0


def test_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no cache can be made the graph is built in memory."""
    from spineonc.graph import open_store

    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPINEONC_CACHE", str(tmp_path / "file"))
    assert len(open_store()) > 0

"""The rules that every term obeys."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from rdflib import OWL, Graph

from spineonc import _resources as resources
from spineonc.compilation import asserted_store
from spineonc.graph import select
from spineonc.sources import ontology_files

if TYPE_CHECKING:
    import pyoxigraph as ox


@pytest.fixture(scope="module")
def asserted() -> ox.Store:
    """Ontology and data as they were written, before any rule."""
    return asserted_store()


def local(rows: list[tuple[object, ...]]) -> list[str]:
    return [str(row[0]).removeprefix(resources.NAMESPACE) for row in rows]


def test_every_term_has_a_definition_and_a_source(asserted: ox.Store) -> None:
    """Each class, property and individual has one label, one definition and a source."""
    rows = select(
        asserted,
        """SELECT ?term {
          VALUES ?type { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:NamedIndividual }
          ?term a ?type . FILTER(ISIRI(?term))
          OPTIONAL { ?term rdfs:label ?label }
          OPTIONAL { ?term skos:definition ?words }
          OPTIONAL { ?term dcterms:source ?source }
        } GROUP BY ?term
        HAVING (COUNT(DISTINCT ?label) != 1 || COUNT(DISTINCT ?words) != 1 || COUNT(DISTINCT ?source) = 0)""",
    ).rows
    assert local(rows) == []


def test_no_name_means_two_terms(asserted: ox.Store) -> None:
    """No label or synonym belongs to two terms of the trees."""
    meanings = defaultdict(set)
    for term, name in select(asserted, "SELECT ?t ?n { ?t a owl:Class ; rdfs:label|skos:altLabel ?n }").rows:
        meanings[str(name).casefold()].add(term)
    assert {name: terms for name, terms in meanings.items() if len(terms) > 1} == {}


def test_every_term_stands_in_a_tree(asserted: ox.Store) -> None:
    """Every controlled term leads up to a root that the TBox declares."""
    rows = select(
        asserted,
        """SELECT ?term { ?term a owl:Class ; rdfs:subClassOf ?any FILTER(ISIRI(?term))
          MINUS { VALUES ?root { :Tumor :Treatment :Outcome :PatientFactor :AnatomicalStructure :Specialty :Study
                                 :Instrument }
                  ?term rdfs:subClassOf* ?root } }""",
    ).rows
    assert local(rows) == []


@pytest.mark.parametrize("axis", ["hasOrigin", "hasBehavior", "hasCompartment"])
def test_every_tumor_is_classified_on_each_axis(asserted: ox.Store, axis: str) -> None:
    """Each tumor without narrower ones states each axis, itself or from above, or that it varies."""
    rows = select(
        asserted,
        f"""SELECT DISTINCT ?tumor {{
          ?tumor rdfs:subClassOf+ :Tumor .
          MINUS {{ ?tumor owl:equivalentClass ?defined }}
          MINUS {{ ?narrower rdfs:subClassOf ?tumor }}
          MINUS {{ ?tumor rdfs:subClassOf+ ?r . ?r owl:onProperty :{axis} }}
          MINUS {{ ?tumor rdfs:subClassOf*/:variesIn :{axis} }}
        }}""",
    ).rows
    assert local(rows) == []


@pytest.mark.parametrize("axis", ["hasOrigin", "hasBehavior", "hasCompartment"])
def test_no_tumor_has_two_values_on_one_axis(graph: Graph, axis: str) -> None:
    """A tumor has at most one origin, behavior and compartment, inherited ones included."""
    rows = select(graph, f"SELECT ?t {{ ?t :{axis} ?v }} GROUP BY ?t HAVING (COUNT(DISTINCT ?v) > 1)").rows
    assert local(rows) == []


def test_every_predicate_of_the_data_is_declared(graph: Graph) -> None:
    """Each property that the graph uses in our namespace is declared in the ontology."""
    rows = select(
        graph,
        """SELECT DISTINCT ?p { ?s ?p ?o . FILTER(STRSTARTS(STR(?p), STR(:)))
          MINUS { VALUES ?type { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty } ?p a ?type } }""",
    ).rows
    assert local(rows) == []


def test_every_value_of_the_data_is_declared(graph: Graph) -> None:
    """Each term that a record uses is declared in the ontology."""
    rows = select(
        graph,
        """SELECT DISTINCT ?o { ?study :reports ?record . ?record ?p ?o . FILTER(STRSTARTS(STR(?o), STR(:)))
          MINUS { ?o rdfs:label ?label } MINUS { ?o a ?type } }""",
    ).rows
    assert local(rows) == []


def test_object_and_datatype_properties_are_disjoint() -> None:
    """No property is declared in two kinds, as OWL 2 DL asks."""
    ontology = Graph()
    for path in ontology_files():
        ontology.parse(path)
    kinds = [
        set(ontology.subjects(None, kind))
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    ]
    assert not kinds[0] & kinds[1]
    assert not kinds[0] & kinds[2]
    assert not kinds[1] & kinds[2]


def test_context_and_shapes_speak_of_declared_terms(asserted: ox.Store) -> None:
    """Every word of the JSON-LD context stands for a declared property."""
    from spineonc.reading import context

    declared = set(local(select(asserted, "SELECT ?p { ?p a ?kind FILTER(STRSTARTS(STR(?p), STR(:))) }").rows))
    for word, meaning in context().items():
        iri = meaning["@id"] if isinstance(meaning, dict) else meaning
        if str(iri).startswith("spineonc:"):
            assert iri.removeprefix("spineonc:") in declared, word

"""The invented world, in which a curator wrote what a page must not execute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from spineonc._resources import PREFIXES
from spineonc.graph import as_graph, as_store

if TYPE_CHECKING:
    from rdflib import Graph

TEXT = (
    "</script></title></style><img src=x onerror=window.__pwned=1><svg onload=window.__pwned=1>\"'`${7*7}{{7*7}}&amp;"
)
_PLACES = {
    "VALUES ?root { :Tumor :Treatment :Outcome } ?thing rdfs:subClassOf* ?root ; rdfs:label ?old": "rdfs:label",
    "?thing skos:altLabel ?old": "skos:altLabel",
    "?thing skos:definition ?old . ?thing rdfs:subClassOf* :Tumor": "skos:definition",
    "?thing :endpoint ?old": ":endpoint",
    "?thing :locator ?old": ":locator",
    "?thing :text ?old": ":text",
    "?thing :pValue ?old": ":pValue",
    "?thing dcterms:title ?old": "dcterms:title",
    "?thing dcterms:bibliographicCitation ?old": "dcterms:bibliographicCitation",
}


def poisoned(toy: Graph) -> Graph:
    """Return the invented world with `TEXT` wherever a curator can write, and with addresses that are scripts."""
    store = ox.Store()
    store.bulk_extend(as_store(toy))
    literal = str(ox.Literal(TEXT))
    for where, predicate in _PLACES.items():
        new = f"CONCAT({literal}, STR(?old))" if predicate == "rdfs:label" else literal
        store.update(
            f"DELETE {{ ?thing {predicate} ?old }} INSERT {{ ?thing {predicate} ?new }}"
            f" WHERE {{ {where} . BIND({new} AS ?new) }}",
            prefixes=PREFIXES,
        )
    store.update(
        "DELETE { ?thing rdfs:seeAlso ?old } INSERT { ?thing rdfs:seeAlso <javascript:window.__pwned=1> }"
        " WHERE { ?thing rdfs:seeAlso ?old }",
        prefixes=PREFIXES,
    )
    return as_graph(store)

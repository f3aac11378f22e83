"""Check the records and terms of a graph against the SHACL shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from spineonc import _resources as resources
from spineonc.compilation import consequences
from spineonc.conformance import RECORD_TYPES, REPORTS, shape_violations
from spineonc.graph import as_store
from spineonc.reading import context, expanded
from spineonc.sources import rule_files

if TYPE_CHECKING:
    from rdflib import Graph

    from spineonc.errors import Violation


def violations(graph: Graph) -> list[Violation]:
    """Return every violation of a SHACL shape by the records and terms of a graph.

    Parameters
    ----------
    graph
        Any rdflib graph that holds the ontology and records, such as that of `load`. Derived
        statements are left aside: only what was written by hand is checked.

    Returns
    -------
    list of Violation
        In the order of record and field; empty when the graph conforms. ``file`` is the IRI of
        the study, since a graph does not know its files.
    """
    return sorted(set(shape_violations(_asserted(as_store(graph)), {})))


def _asserted(store: ox.Store) -> ox.Store:
    """Return a copy without what the rules derived."""
    copy = ox.Store()
    copy.bulk_extend(store)
    rules = [path for path in rule_files() if path.name != RECORD_TYPES]
    derived = {quad.predicate for path in rules for quad in consequences(store, path)} | {REPORTS}
    for predicate in derived:
        if predicate.value not in _written_by_hand():
            for quad in list(copy.quads_for_pattern(None, predicate, None)):
                copy.remove(quad)
    return copy


def _written_by_hand() -> set[str]:
    """Return the predicates that people write, which are no derivation even where a rule adds one."""
    rdf, rdfs = resources.PREFIXES["rdf"], resources.PREFIXES["rdfs"]
    return {expanded(value) for value in context().values()} | {f"{rdf}type", f"{rdfs}label", f"{rdfs}subClassOf"}

"""Compile the ontology, the curated files and the rules into one RDF graph."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pyoxigraph as ox

from spineonc._resources import NAMESPACE
from spineonc.alignment import read_alignment
from spineonc.errors import CurationError, SpineOncError
from spineonc.reading import quads, read
from spineonc.sources import alignment_files, data_files, ontology_files, rule_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spineonc.errors import Violation

_DERIVED = ox.NamedNode(f"{NAMESPACE}derived")
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def ontology_store() -> ox.Store:
    """Load the ontology with its alignments, without data."""
    store = ox.Store()
    for path in ontology_files():
        store.load(path=path, format=ox.RdfFormat.TURTLE)
    for path in alignment_files():
        store.extend(read_alignment(path))
    return store


def asserted_store(paths: list[Path] | None = None) -> ox.Store:
    """Load the ontology and the curated files, before any rule is applied.

    Parameters
    ----------
    paths
        Curated files; all files of ``data/`` unless given.

    Raises
    ------
    CurationError
        With the faults of all files together.
    """
    store = ontology_store()
    faults: list[Violation] = []
    for path in data_files() if paths is None else paths:
        try:
            store.extend(quads(read(path)))
        except CurationError as error:
            faults.extend(error.violations)
    if faults:
        raise CurationError(faults)
    return store


def apply_rules(store: ox.Store) -> None:
    """Add to *store* what follows from its content, rule after rule."""
    for path in rule_files():
        store.extend(consequences(store, path))


def consequences(store: ox.Store, rule: Path) -> list[ox.Quad]:
    """Return what one rule, a file with a SPARQL CONSTRUCT query, derives from *store*."""
    answer = store.query(rule.read_text("utf-8"))
    if not isinstance(answer, ox.QueryTriples):
        raise SpineOncError(f"{rule}: a rule is a CONSTRUCT query.")
    return [ox.Quad(*triple) for triple in answer]


def written_by_hand(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield what a compiled store holds before the rules, leaving out what the ontology marks as derived."""
    marked = {quad.subject for quad in store.quads_for_pattern(None, _DERIVED, None)}
    members = {quad.subject for kind in marked for quad in store.quads_for_pattern(None, _TYPE, kind)}
    for quad in store:
        if quad.predicate not in marked and quad.subject not in members:
            yield quad


def compile_store(paths: list[Path] | None = None) -> ox.Store:
    """Load the ontology and the curated files and apply all rules."""
    store = asserted_store(paths)
    apply_rules(store)
    return store


def compile_snapshot() -> bytes:
    """Return the compiled graph as sorted, gzipped N-Triples: same input, same bytes."""
    return snapshot(compile_store())


def snapshot(store: ox.Store) -> bytes:
    """Return the content of a store as sorted, gzipped N-Triples: same content, same bytes."""
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(f"{quad.triple} .\n" for quad in dataset)
    return gzip.compress("".join(lines).encode(), mtime=0)

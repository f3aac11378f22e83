"""Graphs of any size that are shaped like the real one, written as N-Triples in a stream.

A *world* is a part of the real records over the real terms, with what the rules derive from them. A graph grows in
both ways in which evidence grows: by *density*, every record stands several times in a world before the rules run,
so that a summary rests on more findings; and by more worlds, each with tumors, treatments, outcomes, records and
summaries of its own. Same size, same bytes. All of it is invented by repetition: it says nothing about patients.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from spineonc import select
from spineonc._resources import NAMESPACE
from spineonc.compilation import apply_rules, asserted_store, ontology_store
from spineonc.sources import data_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from spineonc.graph import Source

DENSITIES = {20_000: 1, 200_000: 2, 2_000_000: 5, 10_000_000: 10}
PUBLICATIONS = ("cohorts", "guidelines", "studies")
FIRST = "w0-"
_TERMS = """
SELECT DISTINCT ?term { VALUES ?root { :Tumor :Treatment :Outcome } ?term rdfs:subClassOf+ ?root FILTER(ISIRI(?term)) }
"""
_DERIVED = "SELECT DISTINCT ?derived { { ?derived a :EvidenceSummary } UNION { ?any :certaintyReason ?derived } }"


def write(path: Path, size: int) -> int:
    """Write a graph of at least so many triples, and return how many lines it has; memory holds one world."""
    with path.open("w", encoding="utf-8") as file:
        return sum(file.write(part) and part.count("\n") for part in parts(size))


def parts(size: int) -> Iterator[str]:
    """Yield N-Triples: first what all worlds share, then world after world until the size is reached."""
    density = next((density for limit, density in DENSITIES.items() if size <= limit), max(DENSITIES.values()))
    shared, world = pattern(density)
    yield shared
    number, lines, each = 0, shared.count("\n"), world.count("\n")
    while lines < size:
        yield world.replace("\0", f"w{number}-")
        number, lines = number + 1, lines + each


def pattern(density: int, share: int = 4) -> tuple[str, str]:
    """Return what all worlds share, and one world in which everything of its own has a place for a number."""
    ontology = ontology_store()
    chosen = [path for path in data_files() if path.parent.name in PUBLICATIONS][::share]
    store = asserted_store(chosen)
    said = [quad for quad in store if quad not in ontology]
    records = {quad.subject for quad in said} - {quad.subject for quad in ontology}
    for number in range(1, density):
        names = {record: _renamed(record, number) for record in records}
        store.extend(_repeated(said, names))
    kept = {quad.subject for quad in store} - {quad.subject for quad in ontology}
    apply_rules(store)
    own = kept | _answers(store, _TERMS) | _answers(store, _DERIVED)
    lines = [f"{_marked(q.subject, own)} {q.predicate} {_marked(q.object, own)} .\n" for q in store]
    return "".join(line for line in lines if "\0" not in line), "".join(line for line in lines if "\0" in line)


def _repeated(quads: Iterable[ox.Quad], names: dict[object, object]) -> Iterator[ox.Quad]:
    for quad in quads:
        yield ox.Quad(names.get(quad.subject, quad.subject), quad.predicate, names.get(quad.object, quad.object))


def _renamed(record: object, number: int) -> object:
    if isinstance(record, ox.BlankNode):
        return ox.BlankNode(f"{record.value}{number}")
    folder, _, name = record.value.rpartition("/")
    return ox.NamedNode(f"{folder}/r{number}-{name}")


def _answers(source: Source, query: str) -> set[object]:
    return {ox.NamedNode(str(row[0])) for row in select(source, query).rows}


def _marked(term: object, own: set[object]) -> str:
    if term not in own:
        return str(term)
    if isinstance(term, ox.BlankNode):
        return f"_:\0{term.value}"
    return f"<{NAMESPACE}\0{term.value.removeprefix(NAMESPACE)}>"

"""Print how fast the graph becomes a networkx graph, as ratios of one run, and how that grows with the graph.

The large graphs are copies of a third of the real one, each with terms, studies and summaries of its own, so that
every number of edges per node is a real one. rdflib's own conversion gets the same graph; it makes an edge of every
triple, because it cannot know which ones a question needs. Times are those of the processor, because both run on
one core and other work on the machine shall not count. With ``--largest`` the graph grows to two million triples.
"""

from __future__ import annotations

import sys
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib.extras.external_graph_libs import rdflib_to_networkx_multidigraph

from spineonc import central_treatments, project, select
from spineonc._resources import NAMESPACE
from spineonc.compilation import compile_store
from spineonc.graph import as_graph
from spineonc.sources import data_files

if TYPE_CHECKING:
    from collections.abc import Callable

REPETITIONS = 3
COPIES = (1, 11)
LARGEST = 110
PROMISED = 4
_OWN = """
SELECT DISTINCT ?own {
  { VALUES ?root { :Tumor :Treatment :Outcome } ?own rdfs:subClassOf+ ?root FILTER(ISIRI(?own)) }
  UNION { ?own :reports ?record } UNION { ?study :reports ?own }
  UNION { ?own a :EvidenceSummary } UNION { ?summary :certaintyReason ?own }
}
"""


def pattern() -> str:
    """Return a third of the real graph as N-Triples in which everything of its own has a place for a number."""
    store = compile_store(data_files()[::3])
    own = {str(row[0]) for row in select(store, _OWN).rows}
    return "".join(f"{_marked(q.subject, own)} {q.predicate} {_marked(q.object, own)} .\n" for q in store)


def _marked(term: object, own: set[str]) -> str:
    if isinstance(term, ox.BlankNode):
        return f"_:x\0{term.value}"
    if isinstance(term, ox.NamedNode) and term.value in own:
        return f"<{NAMESPACE}\0{term.value.removeprefix(NAMESPACE)}>"
    return str(term)


def grown(text: str, copies: int) -> ox.Store:
    """Return a store with some copies of the pattern."""
    store = ox.Store()
    for number in range(copies):
        store.bulk_load(text.replace("\0", f"c{number}-").encode(), format=ox.RdfFormat.N_TRIPLES)
    return store


def seconds(task: Callable[[], object], clock: Callable[[], float] = process_time) -> float:
    """Return the seconds that a task takes."""
    start = clock()
    task()
    return clock() - start


def measured(store: ox.Store) -> tuple[int, int, float, float]:
    """Return triples, edges, and the median seconds of our projection and of rdflib's conversion, done in turns."""
    graph = as_graph(store)
    repetitions = REPETITIONS if len(store) < 1_000_000 else 1  # noqa: PLR2004 - a million is the limit itself
    edges = project(graph).number_of_edges()
    turns = [
        (seconds(lambda: project(graph)), seconds(lambda: rdflib_to_networkx_multidigraph(graph)))
        for _ in range(repetitions)
    ]
    ours, theirs = (median(times) for times in zip(*turns, strict=True))
    return len(store), edges, ours, theirs


def show(rows: list[tuple[str, ...]]) -> None:
    """Print rows as an aligned table."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    print()


def main() -> None:
    """Measure the real graph and the grown ones, and print the tables."""
    text = pattern()
    copies = (*COPIES, LARGEST) if "--largest" in sys.argv[1:] else COPIES
    real = measured(compile_store())
    results = [measured(grown(text, number)) for number in copies]
    titles = ["real graph", *("grown graph" for _ in copies)]
    head = ("projection", "triples", "edges", "project()", "rdflib", "ratio", "us per triple")
    lines = [
        (
            title,
            f"{triples:,}",
            f"{edges:,}",
            f"{ours * 1000:,.0f} ms",
            f"{theirs * 1000:,.0f} ms",
            f"{theirs / ours:.1f} x",
            f"{ours / triples * 1e6:.2f}",
        )
        for title, (triples, edges, ours, theirs) in zip(titles, [real, *results], strict=True)
    ]
    show([head, *lines])
    first, last = results[0], results[-1]
    slowest = min(theirs / ours for _, _, ours, theirs in [real, *results])
    met = "met" if slowest >= PROMISED else "missed"
    show(
        [
            ("target", "measured", "promised", ""),
            ("project() faster than rdflib, at least", f"{slowest:.1f} x", f">= {PROMISED} x", met),
            (f"growth of time for {last[0] / first[0]:.0f} x the triples", f"{last[2] / first[2]:.1f} x", "", ""),
        ]
    )
    network = project(grown(text, COPIES[-1]))
    slow = seconds(lambda: central_treatments(network), perf_counter)
    fast = seconds(lambda: central_treatments(network, engine="rustworkx"), perf_counter)
    show(
        [
            ("central_treatments", "edges", "networkx", "rustworkx", "ratio"),
            ("", f"{results[1][1]:,}", f"{slow * 1000:,.0f} ms", f"{fast * 1000:,.0f} ms", f"{slow / fast:.1f} x"),
        ]
    )


if __name__ == "__main__":
    main()

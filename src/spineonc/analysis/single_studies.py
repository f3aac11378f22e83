"""Find the single studies that carry a conclusion."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx

from spineonc.analysis.left_out import changes
from spineonc.graph import as_store, select
from spineonc.lookup import resolve
from spineonc.recompilation import rated_without, support

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spineonc.analysis.left_out import Change
    from spineonc.graph import Source
    from spineonc.recompilation import Rating

_CONCERNED = (
    "SELECT ?summary ?term { ?summary :tumor|:treatment|:outcome ?narrower . ?narrower rdfs:subClassOf* ?term }"
)


def bridges(graph: Source, *terms: str) -> list[Change]:
    """Return the studies without which a certainty would fall, with the fall.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store; it is not changed.
    *terms
        Names of tumors, treatments or outcomes, narrower ones included, or of studies: only evidence
        summaries that concern all of them are asked; all summaries unless given.

    Returns
    -------
    list of Change
        One row per summary and study, ``without`` naming the one study; the largest fall first, then the
        highest certainty. A summary based on one study falls to ``no evidence``.

    Raises
    ------
    UnknownNameError
        If a term or study is unknown.

    Notes
    -----
    Exact: for each study the rules are applied to what remains. Studies that share no summary are left out
    in the same application, because a summary rests on its own studies alone; a greedy coloring of the graph
    of studies that share a summary says which. So the rules are applied about as often as the largest summary
    has studies, not once for each study.
    """
    store = as_store(graph)
    asked = [resolve(store, term) for term in terms]
    behind = support(store)
    studies = set().union(*behind.values()) if behind else set()
    concerned = set(behind).intersection(*(_concerned(store, behind, iri) for iri in asked))
    carriers = studies.intersection(asked) or studies
    pairs = {(summary, study) for summary in concerned for study in behind[summary] & carriers}
    found = changes(store, _left_out_one_by_one(store, behind, pairs))
    return sorted((row for row in found if row["steps"] < 0), key=_order)


def _left_out_one_by_one(
    graph: Source, behind: dict[str, set[str]], pairs: set[tuple[str, str]]
) -> Iterator[tuple[str, set[str], Rating]]:
    """Yield each summary without each of some studies, and the rating that it then has."""
    together: nx.Graph[str] = nx.Graph()
    together.add_nodes_from(sorted({study for _, study in pairs}))
    for studies in behind.values():
        together.add_edges_from(combinations(sorted(studies & together.nodes), 2))
    colors: dict[str, int] = nx.greedy_color(together)
    groups = [{study for study in colors if colors[study] == color} for color in sorted(set(colors.values()))]
    for group, again in zip(groups, rated_without(graph, *groups), strict=True):
        for summary, rating in again.items():
            (study,) = behind[summary] & group
            if (summary, study) in pairs:
                yield summary, {study}, rating


def _concerned(graph: Source, behind: dict[str, set[str]], iri: str) -> set[str]:
    by_term = {str(summary) for summary, _ in select(graph, _CONCERNED, term=iri).rows}
    return by_term | {summary for summary, studies in behind.items() if iri in studies}


def _order(row: Change) -> tuple[int, str, str]:
    return row["steps"], row["summary"], row["without"][0].study

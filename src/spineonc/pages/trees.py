"""The trees of terms as pages show them: families first, then the groups that cut across the families."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spineonc._resources import NAMESPACE
from spineonc.graph import select
from spineonc.lookup import local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

    from spineonc.graph import Source

_STEPS = (
    "SELECT ?term ?wider ?label { ?wider rdfs:subClassOf* ?root . ?term rdfs:subClassOf ?wider ; rdfs:label ?label }"
)
_DEFINED = "SELECT ?term ?root { ?term owl:equivalentClass ?definition ; rdfs:subClassOf+ ?root }"


@dataclass(frozen=True)
class Branches:
    """Terms in the order of their labels: the uppermost ones, and the next ones below each."""

    roots: list[str]
    children: dict[str, list[str]]

    def walk(self, deepest: int | None = None) -> Iterator[tuple[str, int]]:
        """Yield each term with its depth, from above; a term below two others appears below both."""
        stack = [(root, 0) for root in reversed(self.roots)]
        while stack:
            term, depth = stack.pop()
            yield term, depth
            if deepest is None or depth < deepest:
                stack += [(child, depth + 1) for child in reversed(self.children.get(term, []))]


@dataclass(frozen=True)
class Tree:
    """One tree of terms, by local name.

    Attributes
    ----------
    families
        Terms that nothing defines by their features, such as kinds of tissue or of treatment.
    groups
        Terms that the ontology defines by features (origin, behavior, compartment), with all terms below them: they
        overlap with each other and with the families.
    below
        Each term with itself and all narrower ones.
    labels
        The label of each term.
    """

    families: Branches
    groups: Branches
    below: dict[str, frozenset[str]]
    labels: dict[str, str]

    @property
    def tops(self) -> list[str]:
        """Return the terms that a collapsed tree shows."""
        return [*self.families.roots, *self.groups.roots]


def tree(graph: Source, root: str) -> Tree:
    """Return the tree below a root.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    root
        Local name of the root, such as ``Tumor``; it is not part of the tree.
    """
    import networkx as nx

    iri = NAMESPACE + root
    steps = select(graph, _STEPS.replace("?root", f"<{iri}>")).rows
    labels = {local_name(str(term)): str(label) for term, _, label in steps}
    full: nx.DiGraph[str] = nx.DiGraph()
    full.add_nodes_from(labels)
    full.add_edges_from((local_name(str(wider)), local_name(str(term))) for term, wider, _ in steps if wider != iri)
    defined = {local_name(str(term)) for term, _ in select(graph, _DEFINED, root=iri).rows}
    below = {term: frozenset({term, *nx.descendants(full, term)}) for term in full}
    families = _branches(full.subgraph(set(full) - defined), labels)
    groups = _branches(full, labels)
    return Tree(families, Branches([term for term in groups.roots if term in defined], groups.children), below, labels)


def _branches(steps: nx.DiGraph[str], labels: dict[str, str]) -> Branches:
    """Return the steps that no longer way repeats."""
    import networkx as nx

    reduced: nx.DiGraph[str] = nx.transitive_reduction(steps)
    ordered = sorted(reduced, key=lambda term: (labels[term].casefold(), term))
    place = {term: n for n, term in enumerate(ordered)}
    children = {term: sorted(reduced.successors(term), key=place.__getitem__) for term in ordered}
    roots = [term for term in ordered if not reduced.in_degree(term)]
    return Branches(roots, {term: below for term, below in children.items() if below})

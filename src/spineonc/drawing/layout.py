"""Where each node stands, computed beforehand and the same in every build."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

COLUMNS = {"Study": 0, "Tumor": 1, "Treatment": 2, "Outcome": 3}
_READABLE = 150
_SEED = 20140401


def positions(projection: nx.MultiDiGraph[str]) -> dict[str, tuple[float, float]]:
    """Return x and y of each node.

    Up to 150 nodes stand in columns by kind (study, tumor, treatment, outcome), the best certainty on top,
    which can be read like a table; larger graphs are laid out by forces (Fruchterman and Reingold, in
    rustworkx) with a fixed seed.

    Parameters
    ----------
    projection
        Any projection.

    Returns
    -------
    dict
        Pixels at zoom 1, by node.
    """
    kinds = {data["kind"] for _, data in projection.nodes(data=True)}
    if len(projection) <= _READABLE and len(kinds & COLUMNS.keys()) > 1:
        return _columns(projection)
    return _forces(projection)


def _columns(projection: nx.MultiDiGraph[str]) -> dict[str, tuple[float, float]]:
    columns: dict[int, list[str]] = {}
    best = {
        node: max((data.get("rank", 0) for *_, data in projection.edges(node, data=True)), default=0)
        for node in projection
    }
    for node in sorted(projection, key=lambda each: (-best[each], str(projection.nodes[each]["label"]))):
        columns.setdefault(COLUMNS.get(projection.nodes[node]["kind"], 4), []).append(node)
    return {
        node: (column * 430.0 + _stagger(place, nodes), (place - (len(nodes) - 1) / 2) * 34.0)
        for column, nodes in columns.items()
        for place, node in enumerate(nodes)
    }


def _stagger(place: int, nodes: list[str]) -> float:
    """Set every other node of a column aside, so that its label has room."""
    return 0.0 if len(nodes) == 1 else 85.0 * (-1) ** place


def _forces(projection: nx.MultiDiGraph[str]) -> dict[str, tuple[float, float]]:
    import rustworkx as rx

    nodes = sorted(projection)
    number = {node: index for index, node in enumerate(nodes)}
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(nodes)
    graph.add_edges_from_no_data(sorted({(number[a], number[b]) for a, b in projection.edges() if a != b}))
    placed = rx.spring_layout(graph, seed=_SEED, num_iter=300, k=2.2 / max(len(nodes), 1) ** 0.5)
    scale = 75.0 * max(len(nodes), 1) ** 0.5
    return {node: (placed[index][0] * scale, placed[index][1] * scale) for node, index in number.items()}

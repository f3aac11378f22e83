"""Where each node stands, computed beforehand and the same in every build."""

from __future__ import annotations

from math import asin, ceil, cos, pi, sin, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

COLUMNS = {"Study": 0, "Tumor": 1, "Treatment": 2, "Outcome": 3}
_READABLE = 150
_WHOLE = 1500
_SEED = 20140401
_GOLDEN = pi * (3 - sqrt(5))


class Layout(NamedTuple):
    """Pixels at zoom 1 by node; for a large graph also the group of each node and the radius of each group."""

    positions: dict[str, tuple[float, float]]
    cells: dict[str, str]
    radii: dict[str, float]


def layout(projection: nx.MultiDiGraph[str]) -> Layout:
    """Return the place of each node, which depends on nothing but the projection.

    Up to 150 nodes stand in columns by kind (study, tumor, treatment, outcome), the best certainty on top,
    which can be read like a table; up to 1,500 nodes of these kinds in one block for each kind, ordered by
    family; other graphs of this size are laid out by forces (Fruchterman and Reingold, in rustworkx) with a
    fixed seed. Larger graphs fall into groups around their best connected nodes.

    Parameters
    ----------
    projection
        Any projection.
    """
    kinds = {data["kind"] for _, data in projection.nodes(data=True)}
    if len(projection) > _WHOLE:
        return _grouped(projection)
    evidence = kinds <= COLUMNS.keys() and len(kinds) > 1
    place = _forces
    if evidence or (len(kinds & COLUMNS.keys()) > 1 and len(projection) <= _READABLE):
        place = _columns if len(projection) <= _READABLE else _blocks
    return Layout(place(projection), {}, {})


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


def _blocks(projection: nx.MultiDiGraph[str]) -> dict[str, tuple[float, float]]:
    """Put each kind into a block of some columns, and one family after the other within it."""
    blocks: dict[str, list[str]] = {kind: [] for kind in COLUMNS}
    for node in sorted(projection, key=lambda each: _within_block(projection.nodes[each])):
        blocks[projection.nodes[node]["kind"]].append(node)
    rows = ceil(sqrt(max(len(nodes) for kind, nodes in blocks.items() if kind != "Study")) * 3.6)
    places: dict[str, tuple[float, float]] = {}
    left = 0.0
    for kind, nodes in blocks.items():
        high, wide = (rows * 2, 90.0) if kind == "Study" else (rows, 200.0)
        pitch = 27.0 if kind == "Study" else 54.0
        for number, node in enumerate(nodes):
            column, row = divmod(number, high)
            drop = pitch / 2 if column % 2 else 0.0
            places[node] = (left + column * wide, row * pitch + drop)
        left += ceil(len(nodes) / high) * wide + 240.0 * bool(nodes)
    return places


def _within_block(node: dict[str, str]) -> tuple[str, str]:
    family = node.get("family") or f"{node.get('origin', '')} {node.get('behavior', '')}"
    return (node.get("year", family), str(node["label"]))


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


def _grouped(projection: nx.MultiDiGraph[str]) -> Layout:
    """Put each node into the group of the hub that it reaches in the fewest steps, and the groups into rings."""
    groups = _nearest_hubs(projection)
    radii = {hub: 40.0 * sqrt(len(members)) + 60.0 for hub, members in groups.items()}
    centers = _rings(radii)
    positions: dict[str, tuple[float, float]] = {}
    for hub, members in groups.items():
        for place, node in enumerate([hub, *sorted(set(members) - {hub})]):
            reach = 40.0 * sqrt(place)
            across, down = reach * cos(place * _GOLDEN), reach * sin(place * _GOLDEN)
            positions[node] = (centers[hub][0] + across, centers[hub][1] + down)
    cells = {node: hub for hub, members in groups.items() for node in members}
    return Layout(positions, cells, radii)


def _rings(radii: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Return centers of circles that do not meet: the largest in the middle, the others in rings around it."""
    first, *rest = sorted(radii, key=lambda hub: (-radii[hub], hub))
    centers = {first: (0.0, 0.0)}
    inner, angle, ring = radii[first], 2 * pi, 0.0
    for hub in rest:
        half = asin(min(1.0, radii[hub] / ring)) if ring else pi
        if angle + 2 * half > 2 * pi:
            ring, angle = inner + radii[hub], 0.0
            inner = ring + radii[hub]
            half = asin(radii[hub] / ring)
        centers[hub] = (ring * cos(angle + half), ring * sin(angle + half))
        angle += 2 * half
    return centers


def _nearest_hubs(projection: nx.MultiDiGraph[str]) -> dict[str, list[str]]:
    """Return the members of each group by its hub; the hubs are the best connected nodes.

    References
    ----------
    M. Erwig, The graph Voronoi diagram with applications, Networks 36 (2000) 156-163, as in
    `networkx.voronoi_cells`; here all steps have length one, so that breadth first search suffices.
    """
    neighbors: dict[str, set[str]] = {node: set() for node in projection}
    for source, target in projection.edges():
        neighbors[source].add(target)
        neighbors[target].add(source)
    ordered = sorted(projection, key=lambda node: (-len(neighbors[node]), node))
    hub_of = {hub: hub for hub in ordered[: round(sqrt(len(ordered)))]}
    frontier = list(hub_of)
    while frontier:
        frontier = list(_claimed(frontier, neighbors, hub_of))
    lone = [node for node in ordered if node not in hub_of]
    hub_of |= dict.fromkeys(lone, lone[0] if lone else "")
    groups: dict[str, list[str]] = {}
    for node, hub in hub_of.items():
        groups.setdefault(hub, []).append(node)
    return groups


def _claimed(frontier: list[str], neighbors: dict[str, set[str]], hub_of: dict[str, str]) -> Iterable[str]:
    for node in frontier:
        for other in sorted(neighbors[node]):
            if other not in hub_of:
                hub_of[other] = hub_of[node]
                yield other

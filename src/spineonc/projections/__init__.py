"""Projections of the knowledge graph to plain networkx graphs.

Each projection is one ``.rq`` file in this folder: a query that selects ``?source`` and ``?target`` of
the edges, and their attributes. ``nodes.rq`` gives the attributes of the nodes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import networkx as nx

from spineonc.errors import UnknownNameError
from spineonc.graph import select
from spineonc.lookup import resolve
from spineonc.queries import read_query
from spineonc.tables import Iri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spineonc.graph import Source
    from spineonc.queries import NamedQuery

FOLDER = Path(__file__).parent
_NODES = "nodes"


def projections() -> dict[str, NamedQuery]:
    """Return the query behind each projection, by name."""
    paths = sorted(FOLDER.glob("*.rq"))
    return {path.stem: read_query(path) for path in paths if path.stem != _NODES}


def project(graph: Source, name: str = "evidence-network") -> nx.MultiDiGraph[str]:
    """Return a projection of the knowledge graph.

    Parameters
    ----------
    graph
        The graph of `load`, or a pyoxigraph store.
    name
        ``evidence-network`` (tumor, treatment, outcome and study), ``tumor-treatment`` (bipartite) or
        ``class-hierarchy``; the names of the files in ``projections/``.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are IRIs as text, with ``kind``, ``label`` and further scalar attributes. Edges have
        ``relation`` and, where evidence stands behind them, ``certainty`` (label), ``rank`` (1 to 4),
        ``studies`` and ``patients``; in the evidence network also ``sources``, the IRIs of the studies, parted by
        spaces. The key of an edge is its evidence summary or its relation.

    Raises
    ------
    UnknownNameError
        If no projection has this name.
    """
    if name == _NODES or not (FOLDER / f"{name}.rq").is_file():
        raise UnknownNameError("projection", name, projections())
    nodes = {attributes.pop("node"): attributes for attributes in _rows(graph, _NODES)}
    projection: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=name)
    for attributes in _rows(graph, name):
        source, target = attributes.pop("source"), attributes.pop("target")
        key = attributes.get("summary", attributes["relation"])
        projection.add_edge(source, target, key=key, **attributes)
    for node in projection:
        projection.add_node(node, **{"kind": "Term", "label": node, **nodes.get(node, {})})
    return projection


def _rows(graph: Source, name: str) -> Iterator[dict[str, Any]]:
    """Yield the bound cells of each row as values that every graph format can write."""
    table = select(graph, (FOLDER / f"{name}.rq").read_text("utf-8"))
    for row in table.rows:
        yield {
            column: str(cell) if type(cell) is Iri else cell
            for column, cell in zip(table.columns, row, strict=True)
            if cell is not None
        }


def neighborhood(projection: nx.MultiDiGraph[str], graph: Source, term: str, steps: int = 1) -> nx.MultiDiGraph[str]:
    """Return the part of a projection that concerns a term, or lies near it.

    Parameters
    ----------
    projection
        What `project` returned; it is not changed.
    graph
        The graph in which the name of the term is looked up.
    term
        Name, CURIE or IRI of the term; narrower terms count with it.
    steps
        1 keeps the edges that touch the term or whose evidence is about it, and the studies behind them;
        each further step adds the neighbors of all nodes.

    Returns
    -------
    networkx.MultiDiGraph
        A copy; ``graph["center"]`` is the IRI and ``graph["title"]`` the label of the term.

    Raises
    ------
    UnknownNameError
        If the term is unknown or does not stand in this projection.
    """
    center = resolve(graph, term)
    narrower = select(graph, "SELECT ?narrower ?term { ?narrower rdfs:subClassOf* ?term }", term=center).rows
    centers = {str(row[0]) for row in narrower if row[0] in projection}
    if not centers:
        labels = [data["label"] for _, data in projection.nodes(data=True)]
        raise UnknownNameError(f"node of the projection {projection.graph['name']}", term, labels)
    near = _concerning(projection, centers)
    for _ in range(steps - 1):
        around = set(near).union(*(nx.all_neighbors(projection, node) for node in near))
        near = projection.subgraph(around)
    part: nx.MultiDiGraph[str] = nx.MultiDiGraph(near)
    part.graph |= {"name": projection.graph["name"], "center": center, "title": _label(graph, center)}
    return part


def _concerning(projection: nx.MultiDiGraph[str], centers: set[str]) -> nx.MultiDiGraph[str]:
    """Return the edges that touch a center or are about one, and what studies report on their ends."""
    about = [
        (source, target, key)
        for source, target, key, data in projection.edges(keys=True, data=True)
        if centers & {source, target, data.get("tumor")}
    ]
    nodes = centers | {node for source, target, _ in about for node in (source, target)}
    nodes |= {data["tumor"] for *_, data in _edges(projection, about).edges(data=True) if "tumor" in data}
    studies = {node for node in nodes if projection.nodes[node]["kind"] == "Study"}
    reported = [edge for edge in projection.out_edges(studies, keys=True) if edge[1] in nodes]
    part: nx.MultiDiGraph[str] = nx.MultiDiGraph(_edges(projection, [*about, *reported]))
    part.add_nodes_from((node, projection.nodes[node]) for node in centers)
    return part


def _edges(projection: nx.MultiDiGraph[str], keys: list[tuple[str, str, str]]) -> nx.MultiDiGraph[str]:
    """Return the subgraph of some edges; the type stubs of networkx forget the keys of multigraphs."""
    return projection.edge_subgraph(cast("Any", keys))


def _label(graph: Source, iri: str) -> str:
    rows = select(graph, "SELECT ?label ?term { ?term rdfs:label ?label }", term=iri).rows
    return str(rows[0][0])

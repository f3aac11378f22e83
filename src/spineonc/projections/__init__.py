"""Projections of the knowledge graph to plain networkx graphs.

Each projection is one ``.rq`` file in this folder: a query that selects ``?source`` and ``?target`` of
the edges, and their attributes. ``nodes.rq`` gives the attributes of the nodes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx

from spineonc.errors import UnknownNameError
from spineonc.graph import select
from spineonc.lookup import resolve
from spineonc.queries import read_query

if TYPE_CHECKING:
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
        ``studies`` and ``patients``; the key of an edge is its evidence summary or its relation.

    Raises
    ------
    UnknownNameError
        If no projection has this name.
    """
    if name == _NODES or not (FOLDER / f"{name}.rq").is_file():
        raise UnknownNameError("projection", name, projections())
    nodes = {row["node"]: row for row in select(graph, (FOLDER / "nodes.rq").read_text("utf-8"))}
    projection: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=name)
    for row in select(graph, (FOLDER / f"{name}.rq").read_text("utf-8")):
        attributes = {column: cell for column, cell in row.items() if cell is not None}
        source, target = str(attributes.pop("source")), str(attributes.pop("target"))
        key = str(attributes.get("summary", attributes["relation"]))
        projection.add_edge(source, target, key=key, **attributes)
    for node in projection:
        known = nodes.get(node, {})
        scalars = {column: cell for column, cell in known.items() if cell is not None and column != "node"}
        projection.add_node(node, **{"kind": "Term", "label": node, **scalars})
    return projection


def neighborhood(projection: nx.MultiDiGraph[str], graph: Source, term: str, steps: int = 1) -> nx.MultiDiGraph[str]:
    """Return the part of a projection within some steps of a term.

    Parameters
    ----------
    projection
        What `project` returned.
    graph
        The graph in which the name of the term is looked up.
    term
        Name, CURIE or IRI of the term.
    steps
        How many edges away, in either direction.

    Returns
    -------
    networkx.MultiDiGraph
        A copy; ``graph["center"]`` is the IRI of the term.

    Raises
    ------
    UnknownNameError
        If the term is unknown or does not stand in this projection.
    """
    center = resolve(graph, term)
    if center not in projection:
        labels = [data["label"] for _, data in projection.nodes(data=True)]
        raise UnknownNameError(f"node of the projection {projection.graph['name']}", term, labels)
    near: nx.MultiDiGraph[str] = nx.ego_graph(projection, center, radius=steps, undirected=True).copy()
    near.graph["center"] = center
    return near

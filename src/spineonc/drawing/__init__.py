"""Draw a projection as one interactive page that needs no network and stands still at once.

pyvis gives the data model, the option names and the bundled vis-network; the page itself is our own
template, because pyvis's templates load from the network and let labels inject script.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spineonc import _resources as resources
from spineonc.drawing.layout import layout
from spineonc.graph import select
from spineonc.lookup import local_name
from spineonc.pages import CERTAINTY, Page, environment, evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import networkx as nx
    from pyvis.network import Network

    from spineonc.drawing.layout import Layout
    from spineonc.graph import Source

FOLDER = Path(__file__).parent

# Okabe and Ito's colors, which the color-blind can tell apart; the shape says the same.
KINDS = {
    "Tumor": {"color": "#0072B2", "shape": "dot", "size": 14},
    "Treatment": {"color": "#D55E00", "shape": "square", "size": 11},
    "Outcome": {"color": "#009E73", "shape": "triangle", "size": 11},
    "Study": {"color": "#8A6BBE", "shape": "diamond", "size": 6},
    "Term": {"color": "#6b7280", "shape": "hexagon", "size": 10},
}
# The scripts of the page in the order in which they stand.
SCRIPTS = ("state.js", "graph.js", "modes.js", "panel.js", "search.js", "filters.js", "picture.js", "main.js")
OPTIONS = {
    "physics": {"enabled": False, "solver": "forceAtlas2Based", "stabilization": {"iterations": 200}},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "edges": {"smooth": False, "chosen": False},
    "nodes": {"font": {"size": 13, "face": "system-ui, sans-serif"}, "scaling": {"label": {"drawThreshold": 1}}},
    "interaction": {"hover": True, "tooltipDelay": 150, "navigationButtons": False, "keyboard": False},
}


def draw(
    projection: nx.MultiDiGraph[str],
    graph: Source,
    path: Path | str | None = None,
    *,
    home: str = "",
    profiles: Mapping[str, str] | None = None,
) -> Page:
    """Draw a projection as an interactive page.

    Parameters
    ----------
    projection
        What `project` or `neighborhood` returned; it is not changed.
    graph
        The graph of `load`, from which the details and citations come.
    path
        Where to write the page; it is only returned unless given.
    home
        Address of the page of all pages, when the page stands in a site.
    profiles
        Address of the profile page of each term, by IRI, when the page stands in a site.

    Returns
    -------
    Page
        Its ``html`` is the same for the same graph, byte for byte.

    Raises
    ------
    OutputError
        If the path cannot be written.
    """
    linked = {local_name(iri): address for iri, address in (profiles or {}).items() if iri in projection}
    page = Page(_title(projection), _render(projection, graph, home, linked))
    if path is not None:
        page.write(path)
    return page


def _title(projection: nx.MultiDiGraph[str]) -> str:
    return f"spineonc: {projection.graph.get('title', 'the whole graph')}"


def _render(projection: nx.MultiDiGraph[str], graph: Source, home: str, profiles: dict[str, str]) -> str:
    from jinja2 import ChoiceLoader, FileSystemLoader
    from pyvis import network as pyvis_network

    net: Network = pyvis_network.Network(directed=True, cdn_resources="in_line", heading=_title(projection))
    bundled = Path(pyvis_network.__file__).parent / "templates"
    net.templateEnv = environment(FOLDER)
    net.templateEnv.loader = ChoiceLoader([net.templateEnv.loader, FileSystemLoader(bundled)])
    net.templateEnv.filters["fromjson"] = json.loads
    known = evidence(graph, {local_name(node) for node in projection})
    shown = _kinds(projection)
    fill(net, projection, known["summaries"], _identifiers(graph))
    net.templateEnv.globals.update(
        evidence=known,
        narrower=_narrower(projection, graph),
        kinds={kind: KINDS[kind] for kind in KINDS if kind in shown},
        rated=any(edge["rank"] for edge in net.edges),
        namespace=resources.NAMESPACE,
        home=home,
        profiles=profiles,
        parts=SCRIPTS,
    )
    net.path = "explorer.html"
    net.set_options(json.dumps(OPTIONS))
    return str(net.generate_html("explorer.html"))


def fill(
    net: Network,
    projection: nx.MultiDiGraph[str],
    summaries: Iterable[dict[str, Any]] = (),
    identifiers: Mapping[str, list[str]] | None = None,
) -> None:
    """Hand nodes and edges to pyvis in bulk: its ``add_edge`` scans all edges each time.

    Parameters
    ----------
    net
        An empty network.
    projection
        Its nodes and edges, by IRI; on the page they are named by local name.
    summaries
        What `spineonc.pages.evidence` returned, for the lines from tumors to treatments.
    identifiers
        Identifiers of other vocabularies for each term, by IRI.
    """
    placed = layout(projection)
    known = identifiers or {}
    nodes = [_node(node, projection, placed, known.get(node, [])) for node in sorted(projection)]
    net.nodes[:] = nodes
    net.node_ids[:] = [node["id"] for node in nodes]
    net.node_map.update({node["id"]: node for node in nodes})
    net.edges[:] = list(_edges(projection, _of_pairs(summaries)).values())


def _node(node: str, projection: nx.MultiDiGraph[str], placed: Layout, identifiers: list[str]) -> dict[str, Any]:
    data = projection.nodes[node]
    kind = data["kind"] if data["kind"] in KINDS else "Term"
    look = KINDS[kind]
    facts = {key: value for key, value in data.items() if key not in {"label", "kind", "line"}}
    if identifiers:
        facts["identifiers"] = identifiers
    links = projection.degree(node)
    drawn = {
        "id": local_name(node),
        "label": str(data["label"]),
        "kind": kind,
        "facts": facts,
        "shape": look["shape"],
        "color": look["color"],
        "size": look["size"] + min(links, 64) ** 0.5,
        "weight": links,
        "x": round(placed.positions[node][0]),
        "y": round(placed.positions[node][1]),
    }
    if node in placed.cells:
        drawn["cell"] = local_name(placed.cells[node])
    if node in placed.radii:
        drawn["radius"] = round(placed.radii[node])
    return drawn


def _edges(
    projection: nx.MultiDiGraph[str], of_pairs: dict[tuple[str, str], list[str]]
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return one drawn edge for each pair and relation; it keeps every parallel edge in ``summaries``."""
    drawn: dict[tuple[str, str, str], dict[str, Any]] = {}
    for source, target, data in sorted(projection.edges(data=True), key=lambda edge: (edge[0], edge[1], str(edge[2]))):
        ends = (local_name(source), local_name(target))
        edge = drawn.setdefault(
            (*ends, data["relation"]),
            {
                "id": "|".join((*ends, data["relation"])),
                "from": ends[0],
                "to": ends[1],
                "relation": data["relation"],
                "rank": 0,
                "summaries": of_pairs.get(ends, []) if data["relation"] == "has evidence for" else [],
            },
        )
        edge["rank"] = max(edge["rank"], data.get("rank", 0))
        if "summary" in data:
            edge["summaries"].append(local_name(data["summary"]).removeprefix("summary/"))
    for edge in drawn.values():
        look = CERTAINTY[edge["rank"]]
        edge |= {"width": look["width"], "color": look["color"], "dashes": look["dashes"]}
    return drawn


def _of_pairs(summaries: Iterable[dict[str, Any]]) -> dict[tuple[str, str], list[str]]:
    pairs: dict[tuple[str, str], list[str]] = {}
    for summary in summaries:
        pairs.setdefault((summary["tumor"], summary["treatment"]), []).append(summary["id"])
    return pairs


def _kinds(projection: nx.MultiDiGraph[str]) -> set[str]:
    kinds = {data["kind"] for _, data in projection.nodes(data=True)}
    return {kind if kind in KINDS else "Term" for kind in kinds}


def _identifiers(graph: Source) -> dict[str, list[str]]:
    """Return the identifiers that other vocabularies give to the same concept, by IRI of the term."""
    query = "SELECT ?term ?id { ?term skos:exactMatch/skos:notation ?id } ORDER BY ?id"
    found: dict[str, list[str]] = {}
    for term, identifier in select(graph, query).rows:
        found.setdefault(str(term), []).append(str(identifier))
    return found


def _narrower(projection: nx.MultiDiGraph[str], graph: Source) -> dict[str, list[str]]:
    """Return each drawn term that has narrower ones with these and itself: their evidence counts with it."""
    rows = select(
        graph, "SELECT DISTINCT ?wider ?narrower { ?narrower rdfs:subClassOf* ?wider . ?wider a owl:Class }"
    ).rows
    below: dict[str, list[str]] = {}
    for wider, narrower in sorted((str(wider), str(narrower)) for wider, narrower in rows):
        if wider in projection and narrower in projection:
            below.setdefault(local_name(wider), []).append(local_name(narrower))
    return {wider: terms for wider, terms in below.items() if len(terms) > 1}

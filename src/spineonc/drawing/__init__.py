"""Draw a projection as one interactive page that needs no network and stands still at once.

pyvis gives the data model, the option names and the bundled vis-network; the page itself is our own
template, because pyvis's templates load from the network and let labels inject script.
"""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spineonc import _resources as resources
from spineonc.descriptions import describe
from spineonc.descriptions.wording import finding_text
from spineonc.drawing.layout import positions
from spineonc.exports import write_text
from spineonc.graph import select

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network

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
CERTAINTY = {
    4: {"label": "high", "color": "#1565c0", "width": 6.0, "dashes": False},
    3: {"label": "moderate", "color": "#2878b8", "width": 4.0, "dashes": False},
    2: {"label": "low", "color": "#5c8fb5", "width": 2.5, "dashes": [10, 4]},
    1: {"label": "very low", "color": "#7f8d9b", "width": 1.2, "dashes": [3, 4]},
    0: {"label": "no rating", "color": "#b9bec6", "width": 0.6, "dashes": False},
}
OPTIONS = {
    "physics": {"enabled": False, "solver": "forceAtlas2Based", "stabilization": {"iterations": 200}},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "edges": {"smooth": False, "selectionWidth": 2},
    "nodes": {"font": {"size": 14, "face": "system-ui, sans-serif"}},
    "interaction": {"hover": True, "tooltipDelay": 150, "navigationButtons": False, "keyboard": False},
}


@dataclass(frozen=True)
class Page:
    """A self-contained interactive page; Jupyter shows it in an isolated frame."""

    title: str
    html: str = field(repr=False)

    def write(self, path: Path | str, *, overwrite: bool = True) -> None:
        """Write the page in one step; see `spineonc.exports.write_text` for the errors."""
        write_text(Path(path), self.html, overwrite=overwrite)

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{html.escape(self.title)}" width="100%" height="640" style="border:0" '
            f'sandbox="allow-scripts allow-popups allow-downloads" srcdoc="{html.escape(self.html)}"></iframe>'
        )


def draw(projection: nx.MultiDiGraph[str], graph: Source, path: Path | str | None = None) -> Page:
    """Draw a projection as an interactive page.

    Parameters
    ----------
    projection
        What `project` or `neighborhood` returned; it is not changed.
    graph
        The graph of `load`, from which the details and citations come.
    path
        Where to write the page; it is only returned unless given.

    Returns
    -------
    Page
        Its ``html`` is the same for the same graph, byte for byte.

    Raises
    ------
    OutputError
        If the path cannot be written.
    """
    page = Page(_title(projection), _render(projection, graph))
    if path is not None:
        page.write(path)
    return page


def _title(projection: nx.MultiDiGraph[str]) -> str:
    return f"spineonc: {projection.graph.get('title', 'the whole graph')}"


def _render(projection: nx.MultiDiGraph[str], graph: Source) -> str:
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader
    from pyvis import network as pyvis_network

    net: Network = pyvis_network.Network(directed=True, cdn_resources="in_line", heading=_title(projection))
    bundled = Path(pyvis_network.__file__).parent / "templates"
    loader = ChoiceLoader([FileSystemLoader(FOLDER), FileSystemLoader(bundled)])
    net.templateEnv = Environment(loader=loader, autoescape=True)
    net.templateEnv.filters["fromjson"] = json.loads
    net.templateEnv.globals.update(
        evidence=_evidence(projection, graph),
        narrower=_narrower(projection, graph),
        kinds={kind: KINDS[kind] for kind in KINDS if kind in _kinds(projection)},
        certainty=CERTAINTY,
        disclaimer=resources.DISCLAIMER,
    )
    net.path = "page.html"
    fill(net, projection)
    net.set_options(json.dumps(OPTIONS))
    return str(net.generate_html("page.html"))


def fill(net: Network, projection: nx.MultiDiGraph[str]) -> None:
    """Hand nodes and edges to pyvis in bulk: its ``add_edge`` scans all edges each time."""
    places = positions(projection)
    nodes = [_node(node, projection.nodes[node], places[node]) for node in sorted(projection)]
    net.nodes[:] = nodes
    net.node_ids[:] = [node["id"] for node in nodes]
    net.node_map.update({node["id"]: node for node in nodes})
    net.edges[:] = list(_edges(projection).values())


def _node(node: str, data: dict[str, Any], place: tuple[float, float]) -> dict[str, Any]:
    kind = data["kind"] if data["kind"] in KINDS else "Term"
    look = KINDS[kind]
    facts = {key: value for key, value in data.items() if key not in {"label", "kind", "cohort"}}
    return {
        "id": node,
        "label": str(data["label"]),
        "kind": kind,
        "facts": facts,
        "shape": look["shape"],
        "color": look["color"],
        "size": look["size"],
        "x": round(place[0]),
        "y": round(place[1]),
    }


def _edges(projection: nx.MultiDiGraph[str]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return one drawn edge for each pair and relation; it keeps every parallel edge in ``summaries``."""
    drawn: dict[tuple[str, str, str], dict[str, Any]] = {}
    for source, target, data in sorted(projection.edges(data=True), key=lambda edge: (edge[0], edge[1], str(edge[2]))):
        key = (source, target, data["relation"])
        edge = drawn.setdefault(
            key,
            {
                "id": "|".join(key),
                "from": source,
                "to": target,
                "relation": data["relation"],
                "rank": 0,
                "summaries": [],
            },
        )
        edge["rank"] = max(edge["rank"], data.get("rank", 0))
        if "summary" in data:
            edge["summaries"].append(data["summary"])
    for edge in drawn.values():
        look = CERTAINTY[edge["rank"]]
        edge |= {"width": look["width"], "color": look["color"], "dashes": look["dashes"]}
    return drawn


def _kinds(projection: nx.MultiDiGraph[str]) -> set[str]:
    kinds = {data["kind"] for _, data in projection.nodes(data=True)}
    return {kind if kind in KINDS else "Term" for kind in kinds}


def _evidence(projection: nx.MultiDiGraph[str], graph: Source) -> dict[str, Any]:
    """Return the summaries that the page shows, each with its findings and their citations."""
    everything = describe(graph, "spineonc:Tumor")
    shown = _summaries_of(projection, graph)
    findings: dict[str, list[dict[str, Any]]] = {}
    for row in everything["findings"]:
        if row.get("summary") in shown:
            findings.setdefault(row["summary"], []).append(_finding(row))
    return {
        row["summary"]: {**row, "findings": findings.get(row["summary"], [])}
        for row in everything["summaries"]
        if row["summary"] in shown
    }


def _narrower(projection: nx.MultiDiGraph[str], graph: Source) -> dict[str, list[str]]:
    """Return the labels of each drawn term and of the drawn terms below it, whose evidence counts with it."""
    rows = select(graph, "SELECT ?wider ?narrower { ?narrower rdfs:subClassOf* ?wider . ?wider a owl:Class }").rows
    below: dict[str, list[str]] = {}
    for wider, narrower in sorted((str(wider), str(narrower)) for wider, narrower in rows):
        if wider in projection and narrower in projection:
            below.setdefault(wider, []).append(str(projection.nodes[narrower]["label"]))
    return below


def _summaries_of(projection: nx.MultiDiGraph[str], graph: Source) -> set[str]:
    """Return the summaries on the edges, and those of every drawn pair of tumor and treatment."""
    edges = projection.edges(data=True)
    pairs = {(tumor, treatment) for tumor, treatment, data in edges if data["relation"] == "has evidence for"}
    text = "SELECT ?summary ?tumor ?treatment { ?summary a :EvidenceSummary ; :tumor ?tumor ; :treatment ?treatment }"
    of_pairs = {str(row[0]) for row in select(graph, text).rows if row[1:] in pairs}
    return of_pairs | {data["summary"] for _, _, data in edges if "summary" in data}


def _finding(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": finding_text(row),
        "citation": row["citation"],
        "design": row["design"],
        "locator": row["locator"],
        "link": row["link"],
    }

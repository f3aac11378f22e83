"""The drawn page as a file: what stands in it, and what writing it leaves behind."""

from __future__ import annotations

import inspect
import itertools
import math
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest
import pyvis
from pyvis import network as pyvis_network
from pyvis.network import Network

from spineonc import OutputError, draw, neighborhood, project
from spineonc.drawing import KINDS, fill
from spineonc.drawing.layout import layout
from spineonc.lookup import local_name
from spineonc.pages import Page

if TYPE_CHECKING:
    from rdflib import Graph

DRAW_TOY = """
from pathlib import Path
import sys
import spineonc
from spineonc.compilation import compile_store
store = compile_store(sorted(Path(sys.argv[1]).glob("*/*.yaml")))
spineonc.draw(spineonc.project(store, sys.argv[2]), store, sys.argv[3])
"""
WRITE = "import sys; from spineonc.pages import Page; Page('t', 'tumor \\u2265 \\U0001f9b4').write(sys.argv[1])"


class _Attributes(HTMLParser):
    """Collect the attributes of the elements; scripts and styles are no elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value or "") for name, value in attrs]


@pytest.fixture(scope="module")
def network(toy: Graph) -> nx.MultiDiGraph[str]:
    return project(toy)


@pytest.fixture(scope="module")
def page(toy: Graph, network: nx.MultiDiGraph[str]) -> Page:
    return draw(network, toy)


def _run(code: str, *arguments: object, **environment: str) -> None:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    subprocess.run(command, check=True, env=os.environ | environment)


@pytest.mark.parametrize("name", ["evidence-network", "class-hierarchy"])
def test_same_graph_gives_the_same_bytes(toy: Graph, tmp_path: Path, name: str) -> None:
    """A page is the same, byte for byte, when it is drawn again, also by another process."""
    again = draw(project(toy, name), toy).html.encode()
    for seed in "12":
        folder = Path(__file__).parents[1] / "toy"
        _run(DRAW_TOY, folder, name, tmp_path / f"{seed}.html", PYTHONHASHSEED=seed)
    assert {(tmp_path / f"{seed}.html").read_bytes() for seed in "12"} == {again}


def test_order_of_the_projection_does_not_matter(toy: Graph, network: nx.MultiDiGraph[str], page: Page) -> None:
    """A projection with the same nodes and edges in another order gives the same page."""
    turned: nx.MultiDiGraph[str] = nx.MultiDiGraph(**network.graph)
    turned.add_nodes_from(reversed(list(network.nodes(data=True))))
    turned.add_edges_from(reversed(list(network.edges(keys=True, data=True))))
    assert draw(turned, toy).html == page.html


def test_drawing_leaves_the_projection_alone(toy: Graph, network: nx.MultiDiGraph[str]) -> None:
    """Drawing changes neither nodes nor edges nor the attributes of the caller's graph."""
    before = nx.MultiDiGraph(network)
    draw(network, toy)
    assert nx.utils.graphs_equal(before, network)
    assert network.graph == before.graph


def test_bulk_filling_holds_what_pyvis_would_hold(network: nx.MultiDiGraph[str]) -> None:
    """After filling in bulk, pyvis holds the same nodes and edges as after adding them one by one."""
    filled, added = Network(directed=True), Network(directed=True)
    fill(filled, network)
    for node in filled.nodes:
        added.add_node(node["id"], label=node["label"], shape=node["shape"], color=node["color"])
    for edge in filled.edges:
        added.add_edge(edge["from"], edge["to"])
    for ours, theirs in zip(filled.nodes, added.nodes, strict=True):
        assert {key: ours[key] for key in ("id", "label", "shape", "color")} == {
            key: theirs[key] for key in ("id", "label", "shape", "color")
        }
    assert filled.get_nodes() == added.get_nodes()
    assert filled.get_adj_list() == added.get_adj_list()
    assert filled.node_map.keys() == added.node_map.keys()
    assert [(e["from"], e["to"]) for e in filled.edges] == [(e["from"], e["to"]) for e in added.edges]


def test_every_edge_of_the_projection_is_drawn(network: nx.MultiDiGraph[str]) -> None:
    """Each pair and relation is one line that keeps all its summaries and the best of their certainties."""
    filled = Network(directed=True)
    fill(filled, network)
    drawn = {(edge["from"], edge["to"], edge["relation"]): edge for edge in filled.edges}
    assert len(drawn) == len(filled.edges) == len({edge["id"] for edge in filled.edges})
    for source, target, data in network.edges(data=True):
        edge = drawn[local_name(source), local_name(target), data["relation"]]
        assert edge["rank"] >= data.get("rank", 0)
        summary = local_name(data.get("summary", "")).removeprefix("summary/")
        assert summary in {"", *edge["summaries"]}


def test_unknown_kinds_are_drawn_as_terms(toy: Graph) -> None:
    """A projection of one's own making is drawn, its kinds as plain terms."""
    own: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    own.add_node("a", kind="Gene", label="a")
    own.add_edge("a", "a", relation="regulates")
    filled = Network(directed=True)
    fill(filled, own)
    assert filled.nodes[0]["shape"] == KINDS["Term"]["shape"]
    assert "regulates" in draw(own, toy).html


def test_nodes_of_one_kind_stand_in_one_block(graph: Graph) -> None:
    """In the whole graph studies, tumors, treatments and outcomes stand from left to right, none on another."""
    projection = project(graph)
    places = layout(projection).positions
    across = {
        kind: [places[node][0] for node, data in projection.nodes(data=True) if data["kind"] == kind]
        for kind in ("Study", "Tumor", "Treatment", "Outcome")
    }
    assert all(max(left) < min(right) for left, right in itertools.pairwise(across.values()))
    assert len(set(places.values())) == len(projection)


def test_groups_of_a_large_graph_do_not_overlap() -> None:
    """Each node of a large graph stands within the circle of its group, and no two circles meet."""
    large: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    large.add_nodes_from((f"n{n}", {"kind": "Term", "label": str(n)}) for n in range(2000))
    large.add_edges_from((f"n{a}", f"n{b}") for a, b in nx.barabasi_albert_graph(1990, 2, seed=3).edges())
    placed = layout(large)
    assert placed.positions.keys() == placed.cells.keys() == set(large)
    assert placed == layout(large)
    for node, hub in placed.cells.items():
        assert math.dist(placed.positions[node], placed.positions[hub]) <= placed.radii[hub]
    for one, other in itertools.combinations(placed.radii, 2):
        apart = math.dist(placed.positions[one], placed.positions[other])
        assert apart >= 0.999 * (placed.radii[one] + placed.radii[other]), (one, other)


def test_the_page_of_all_data_is_light(graph: Graph) -> None:
    """The page of the whole graph, with vis-network in it, is smaller than four megabytes."""
    assert len(draw(project(graph), graph).html.encode()) < 4_000_000


def test_page_forbids_loading_from_elsewhere(page: Page) -> None:
    """The page carries a policy that allows no connection, and no element refers to another address."""
    attributes = _Attributes(page.html).found
    policy = next(value for tag, name, value in attributes if tag == "meta" and name == "content" and "-src" in value)
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert "http" not in policy
    loading = [each for each in attributes if each[1] in {"src", "href", "action", "data", "poster", "srcset"}]
    assert all(value.startswith("#") for _, _, value in loading)


def test_title_names_the_term(toy: Graph, network: nx.MultiDiGraph[str], page: Page) -> None:
    """A page is titled by the term whose neighborhood it shows, or by the whole graph."""
    assert page.title == "spineonc: the whole graph"
    near = draw(neighborhood(network, toy, "giant cell tumour"), toy)
    assert near.title == "spineonc: giant cell tumor of bone"
    assert f"<title>{near.title}</title>" in near.html


def test_notebook_frame_is_sandboxed() -> None:
    """In a notebook the page stands in a frame that shares nothing with the notebook."""
    (frame,) = ({name: value for _, name, value in _Attributes(Page('a"b', "<p>'\"&</p>")._repr_html_()).found},)
    assert frame["srcdoc"] == "<p>'\"&</p>"
    assert frame["title"] == 'a"b'
    assert "allow-same-origin" not in frame["sandbox"].split()


def test_page_does_not_flood_the_prompt(page: Page) -> None:
    """At a prompt a page shows its title, not its megabyte of markup."""
    assert repr(page) == "Page(title='spineonc: the whole graph')"


def test_page_is_written_as_utf8_everywhere(tmp_path: Path) -> None:
    """The file is UTF-8 even where the locale knows nothing but ASCII."""
    _run(WRITE, tmp_path / "new" / "page.html", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (tmp_path / "new" / "page.html").read_text("utf-8") == "tumor ≥ \U0001f9b4"


def test_drawing_into_a_file_writes_the_page(toy: Graph, network: nx.MultiDiGraph[str], tmp_path: Path) -> None:
    """``draw`` with a path writes exactly the page that it returns, and nothing beside it."""
    page = draw(network, toy, tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text("utf-8") == page.html
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("place", ["folder", "file/page.html"])
def test_impossible_place_leaves_nothing_behind(tmp_path: Path, place: str) -> None:
    """A folder, or a place that cannot be written, is refused with the path, and no half file stays."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    with pytest.raises(OutputError, match=place):
        Page("title", "new").write(tmp_path / place)
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "kept"


def test_existing_file_is_kept_on_request(tmp_path: Path) -> None:
    """Without permission to overwrite, an existing file stays as it is."""
    (tmp_path / "page.html").write_text("kept")
    with pytest.raises(OutputError, match="exists"):
        Page("title", "new").write(tmp_path / "page.html", overwrite=False)
    assert (tmp_path / "page.html").read_text() == "kept"


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (Network.__init__, {"directed", "cdn_resources", "heading"}),
        (Network.generate_html, {"name"}),
        (Network.set_options, {"options"}),
    ],
)
def test_pyvis_still_takes_what_we_give(function: object, names: set[str]) -> None:
    """The installed pyvis has the methods and parameters that the drawing relies on."""
    known = inspect.signature(function).parameters  # type: ignore[arg-type]
    missing = names - known.keys()
    assert not missing, f"pyvis {pyvis.__version__}: {function} has lost {missing}; adapt spineonc.drawing or pin pyvis"


def test_pyvis_still_holds_what_we_fill() -> None:
    """The installed pyvis has the lists, the template environment and the bundled files that the drawing relies on."""
    net = Network(directed=True, cdn_resources="in_line")
    kinds = {"nodes": list, "edges": list, "node_ids": list, "node_map": dict, "path": str, "templateEnv": object}
    lost = [name for name, kind in kinds.items() if not isinstance(getattr(net, name, None), kind)]
    bundled = Path(pyvis_network.__file__).parent / "templates" / "lib" / "vis-9.1.2"
    lost += [name for name in ("vis-network.css", "vis-network.min.js") if not (bundled / name).is_file()]
    assert lost == [], f"pyvis {pyvis.__version__} has lost {lost}; adapt spineonc.drawing or pin pyvis"

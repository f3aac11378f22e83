"""The explorer page, as a reader meets it in a real browser."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import networkx as nx
import pyoxigraph as ox
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

import spineonc
from spineonc._resources import PREFIXES
from spineonc.drawing import KINDS, draw
from spineonc.graph import as_graph, as_store
from spineonc.pages import CERTAINTY, Page
from spineonc.projections import neighborhood, project

from .conftest import axe

if TYPE_CHECKING:
    from rdflib import Graph
    from selenium.webdriver.remote.webelement import WebElement

    from .conftest import Viewer

pytestmark = pytest.mark.browser

NAMESPACE = "https://w3id.org/spineonc/"
CORD = "MetastaticEpiduralSpinalCordCompression"
GIANT = "GiantCellTumor"
EN_BLOC = "EnBlocResection"

POSITIONS = """
return Object.fromEntries(nodes.getIds().map((id) => [id, [network.body.nodes[id].x, network.body.nodes[id].y]]));
"""
COMPUTED = """
return Object.fromEntries(NODES.filter(({ id }) => nodes.get(id)).map((node) => [node.id, [node.x, node.y]]));
"""
SHOWN_NODES = "return nodes.getIds()"
SHOWN_EDGES = "return edges.getIds()"
CELLS = "return [...arguments[0].tBodies[0].rows].map((row) => row.cells[arguments[1]].textContent)"
PLACE = "return network.canvasToDOM(network.getPosition(arguments[0]))"
PAINTED = """
const canvas = document.querySelector("#graph canvas");
const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
return data.filter((value, index) => index % 4 === 3 && value > 0).length;
"""
PIXEL = """
const canvas = document.querySelector("#graph canvas");
const place = network.canvasToDOM(network.getPosition(arguments[0]));
const ratio = canvas.width / canvas.clientWidth;
return [...canvas.getContext("2d").getImageData(place.x * ratio, place.y * ratio, 1, 1).data.slice(0, 3)];
"""
ON_EDGE = """
const { from, to } = edgeOf.get(arguments[0]);
const [start, end] = [network.getPosition(from), network.getPosition(to)];
for (let part = 0.3; part < 0.7; part += 0.02) {
  const point = { x: start.x + (end.x - start.x) * part, y: start.y + (end.y - start.y) * part };
  const place = network.canvasToDOM(point);
  if (!network.getNodeAt(place) && network.getEdgeAt(place) === arguments[0]) return place;
}
"""


@pytest.fixture(scope="module")
def page(toy: Graph) -> Page:
    return draw(project(toy), toy)


@pytest.fixture(scope="module")
def whole(graph: Graph) -> Page:
    return draw(project(graph), graph)


@pytest.fixture
def toy_view(view: Viewer, page: Page) -> Viewer:
    """The invented world, opened."""
    view.open(page)
    return view


@pytest.fixture
def whole_view(view: Viewer, whole: Page) -> Viewer:
    """All data, opened."""
    view.open(whole)
    return view


def _rgb(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


def _numbers(color: str) -> list[float]:
    return [float(number) for number in re.findall(r"[\d.]+", color)[:3]]


def _cited(view: Viewer) -> dict[str, str]:
    """Return the address behind each linked text of the findings in the panel."""
    return {a.get_property("textContent"): a.get_property("href") for a in view.find_all("#panel td a")}


def _open_all(view: Viewer) -> None:
    """Open every summary of the panel, as a reader does one after the other."""
    view.js("document.querySelectorAll('#panel details').forEach((each) => { each.open = true; });")
    view.settle()


def _box(view: Viewer, facet: str, value: str) -> WebElement:
    """Return the check box of a value of a filter, opened and in sight."""
    view.js("document.querySelectorAll('#facets details').forEach((each) => { each.open = true; });")
    return view.find(f'#facets [data-facet="{facet}"] input[value="{value}"]')


def _press(view: Viewer, text: str, within: str = "body") -> None:
    """Press the button with this text."""
    next(each for each in view.find_all(f"{within} button") if each.text == text and each.is_displayed()).click()
    view.settle()


# Standing still, alone


@pytest.mark.parametrize("name", ["evidence-network", "tumor-treatment", "class-hierarchy"])
def test_page_is_silent_and_alone(view: Viewer, toy: Graph, name: str) -> None:
    """Every projection draws without a message in the console, and no request leaves the file."""
    view.open(draw(project(toy, name), toy))
    assert view.logged() == []
    assert view.js("return performance.getEntriesByType('resource').map((entry) => entry.name)") == []
    requests = [line for line in view.requested() if "Network.requestWillBeSent" in line]
    addresses = [json.loads(line)["message"]["params"]["request"]["url"] for line in requests if '"request":' in line]
    assert all(address.startswith(("file:", "data:", "blob:")) for address in addresses)


def test_page_cannot_reach_the_network(toy_view: Viewer) -> None:
    """Even a script within the page may not load anything from elsewhere."""
    outcome = toy_view.driver.execute_async_script(
        "const done = arguments[0];"
        "addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));"
        "fetch('https://example.org/').catch(() => undefined);"
    )
    assert outcome == "connect-src"


def test_graph_stands_still_at_once(toy_view: Viewer) -> None:
    """Every node stands where it was computed to stand, in the first frame and thirty frames later."""
    computed = toy_view.js(COMPUTED)
    assert toy_view.js(POSITIONS) == computed
    toy_view.settle(30)
    assert toy_view.js(POSITIONS) == computed
    assert toy_view.js("return network.physics.options.enabled") is False


def test_canvas_is_painted(toy_view: Viewer) -> None:
    """Each node of the invented world is a spot of its kind's color on the canvas."""
    assert toy_view.js(PAINTED) > 1000
    for node in toy_view.js("return NODES"):
        assert toy_view.js(PIXEL, node["id"]) == _rgb(KINDS[node["kind"]]["color"]), node["label"]


def test_rearranging_is_a_choice(toy_view: Viewer) -> None:
    """Nodes move only while “Rearrange” is pressed, and “Fit” brings all of them back into sight."""
    button = toy_view.find("#physics")
    button.click()
    WebDriverWait(toy_view.driver, 20).until(lambda _: toy_view.js(POSITIONS) != toy_view.js(COMPUTED))
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    toy_view.settle()
    moved = toy_view.js(POSITIONS)
    toy_view.settle(10)
    assert toy_view.js(POSITIONS) == moved
    toy_view.js("network.moveTo({ position: { x: 90000, y: 90000 } })")
    toy_view.find("#fit").click()
    toy_view.settle()
    assert toy_view.js(PAINTED) > 1000


# What is shown


@pytest.mark.parametrize("name", ["evidence-network", "tumor-treatment", "class-hierarchy"])
def test_legend_names_every_kind(view: Viewer, toy: Graph, name: str) -> None:
    """Each kind that is drawn stands in the legend with its own shape, its own color and the number of its nodes."""
    view.open(draw(project(toy, name), toy))
    drawn = view.js("return NODES")
    legend = {
        (
            str(row.find_element(By.TAG_NAME, "input").get_attribute("value")),
            str(row.find_element(By.TAG_NAME, "svg").get_attribute("class")).removeprefix("mark "),
            tuple(_numbers(row.find_element(By.TAG_NAME, "svg").value_of_css_property("fill"))),
            int(row.find_element(By.CSS_SELECTOR, ".number").text),
        )
        for row in view.find_all('#facets [data-facet="kind"] .choice')
    }
    counts = Counter(node["kind"] for node in drawn)
    assert legend == {(node["kind"], node["shape"], tuple(_rgb(node["color"])), counts[node["kind"]]) for node in drawn}


def test_kinds_are_told_apart_without_color() -> None:
    """No two kinds share a shape, no two kinds a color, no two certainties a line or a sign."""
    assert (
        len({look["shape"] for look in KINDS.values()}) == len({look["color"] for look in KINDS.values()}) == len(KINDS)
    )
    assert len({look["width"] for look in CERTAINTY.values()}) == len(CERTAINTY)
    assert len({look["sign"] for look in CERTAINTY.values()}) == len(CERTAINTY)


def test_legend_names_every_certainty(toy_view: Viewer) -> None:
    """The legend of the lines names the four certainties, and the line that carries none."""
    legend = toy_view.find("#legend").text
    assert all(f"certainty {CERTAINTY[rank]['label']} {CERTAINTY[rank]['sign']}" in legend for rank in (1, 2, 3, 4))
    assert "study reports on it" in legend


def test_view_without_evidence_offers_no_certainty(view: Viewer, toy: Graph) -> None:
    """The legend of a tree of terms names no certainty."""
    view.open(draw(project(toy, "class-hierarchy"), toy))
    assert view.find_all("#legend") == []


@pytest.mark.parametrize("kind", ["Tumor", "Treatment", "Outcome", "Study"])
def test_unchecking_a_kind_hides_exactly_its_nodes(toy_view: Viewer, kind: str) -> None:
    """Without its check mark a kind is hidden with its lines, and nothing else; checked again, all is back."""
    everything = toy_view.js("return NODES")
    others = {node["id"] for node in everything if node["kind"] != kind}
    _box(toy_view, "kind", kind).click()
    assert set(toy_view.js(SHOWN_NODES)) == others
    assert set(toy_view.js(SHOWN_EDGES)) == {
        edge["id"] for edge in toy_view.js("return EDGES") if {edge["from"], edge["to"]} <= others
    }
    assert toy_view.count_line().startswith(f"{len(others)} of {len(everything)} nodes, ")
    _box(toy_view, "kind", kind).click()
    assert len(toy_view.js(SHOWN_NODES)) == len(everything)


FILTERS = {
    "certainty": ("certainty", "moderate", "row.summary.rank === 3"),
    "behavior": ("behavior", "malignant", "nodeOf.get(row.summary.tumor).facts.behavior === 'malignant'"),
    "origin": ("origin", "primary origin", "nodeOf.get(row.summary.tumor).facts.origin === 'primary origin'"),
    "compartment": ("compartment", "extradural", "nodeOf.get(row.summary.tumor).facts.compartment === 'extradural'"),
    "treatment family": ("treatment", "surgery", "nodeOf.get(row.summary.treatment).facts.family === 'surgery'"),
    "outcome family": (
        "outcome",
        "survival outcome",
        "nodeOf.get(row.summary.outcome).facts.family === 'survival outcome'",
    ),
    "study design": (
        "design",
        "randomized trial",
        "EVIDENCE.studies[row.finding.study].design === 'randomized trial'",
    ),
}
LEFT = """
const left = ROWS.filter((row) => !(%s));
const pairs = new Set(left.flatMap(({ summary }) => [`${summary.tumor}|${summary.treatment}|has evidence for`,
  `${summary.treatment}|${summary.outcome}|has evidence on`]));
return [...pairs].sort();
"""


@pytest.mark.long
@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_leaves_exactly_the_evidence_that_passes(whole_view: Viewer, name: str) -> None:
    """Without a value of a filter exactly the lines are drawn for which other evidence is left, on the real data."""
    facet, value, condition = FILTERS[name]
    expected = whole_view.js(LEFT % condition)
    before = len(whole_view.js(SHOWN_EDGES))
    box = _box(whole_view, facet, value)
    number = int(box.find_element(By.XPATH, "..").find_element(By.CSS_SELECTOR, ".number").text)
    assert number == whole_view.js(f"return ROWS.filter((row) => {condition}).length")
    whole_view.js("arguments[0].click()", box)
    whole_view.settle()
    assert sorted(whole_view.js(SHOWN_EDGES)) == expected
    assert 0 < len(expected) < before


def test_years_and_directness_filter(whole_view: Viewer) -> None:
    """A range of years and “direct evidence only” leave the lines with such evidence, and Reset brings all back."""
    before = len(whole_view.js(SHOWN_EDGES))
    first = whole_view.find("#from")
    first.send_keys(Keys.CONTROL, "a", Keys.NULL, "2020", Keys.TAB)
    whole_view.settle()
    recent = whole_view.js("return ROWS.filter((row) => row.year >= 2020 && row.direct).length")
    whole_view.js("document.querySelector('#direct').click()")
    whole_view.settle()
    assert sorted(whole_view.js(SHOWN_EDGES)) == whole_view.js(LEFT % "!(row.year >= 2020 && row.direct)")
    assert whole_view.find("label:has(#direct) .number").text == str(recent)
    _press(whole_view, "Reset filters")
    assert len(whole_view.js(SHOWN_EDGES)) == before
    assert first.get_property("value") == whole_view.js("return String(FIRST)")


def test_the_address_holds_the_view(whole_view: Viewer) -> None:
    """Filters, search, selection and focus stand in the address; opening it again brings the same view."""
    whole_view.js("arguments[0].click()", _box(whole_view, "certainty", "very low"))
    whole_view.type_search("sacral chordoma")
    _press(whole_view, "2 steps", "#panel")
    address, shown = whole_view.driver.current_url, sorted(whole_view.js(SHOWN_NODES))
    assert "hide.certainty=very+low" in address
    whole_view.driver.get("about:blank")
    whole_view.driver.get(address)
    whole_view.settle()
    assert sorted(whole_view.js(SHOWN_NODES)) == shown
    assert whole_view.find("#panel h2").text == "sacral chordoma"
    assert whole_view.find("#search").get_property("value") == "sacral chordoma"
    assert not _box(whole_view, "certainty", "very low").is_selected()


@pytest.mark.parametrize(
    "hash_", ["#select=nobody&steps=9&path=a~b", "#hide.kind=%3Cimg%20src=x%3E&years=zzzz", "#%%%"]
)
def test_a_broken_address_opens_the_whole_view(toy_view: Viewer, hash_: str) -> None:
    """An address that names nothing known is ignored."""
    toy_view.js("location.hash = arguments[0]", hash_)
    toy_view.settle()
    assert len(toy_view.js(SHOWN_NODES)) == len(toy_view.js("return NODES"))
    assert toy_view.logged() == []


def test_neighborhood_page_holds_only_what_concerns_the_term(view: Viewer, toy: Graph) -> None:
    """The page of chordoma names no other tumor: not in its nodes, not in its evidence, nowhere in its text."""
    part = neighborhood(project(toy), toy, "chordoma")
    page = draw(part, toy)
    view.open(page)
    assert {NAMESPACE + node["id"] for node in view.js("return NODES")} == set(part)
    assert {summary["tumor"] for summary in view.js("return EVIDENCE.summaries")} == {"SacralChordoma"}
    assert "giant cell tumor" not in page.html
    assert view.driver.title == "spineonc: chordoma"


# Search


@pytest.mark.parametrize(
    "name", ["giant cell tumor of bone", "giant cell tumour", "GIANT CELL TUMOUR OF BONE", "giant cell"]
)
def test_search_finds_labels_and_synonyms(toy_view: Viewer, name: str) -> None:
    """A label, a British synonym, capitals and a part of a name lead to the same tumor."""
    toy_view.type_search(name)
    assert toy_view.find("#panel h2").text == toy_view.js("return nodeOf.get(arguments[0]).label", GIANT)
    assert toy_view.js("return network.getSelectedNodes()") == [GIANT]


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("NCIT:C2947", "chordoma"),
        ("DOID:3302", "chordoma"),
        ("16112300", "Patchell 2005"),
        ("PMID:16112300", "Patchell 2005"),
        ("https://pubmed.ncbi.nlm.nih.gov/16112300/", "Patchell 2005"),
        ("10.1016/S0140-6736(05)66954-1", "Patchell 2005"),
        ("patchell-2005", "Patchell 2005"),
        ("EnBlocResection", "en bloc resection"),
    ],
)
def test_search_finds_identifiers(whole_view: Viewer, text: str, label: str) -> None:
    """An identifier of another vocabulary, a PubMed number, a DOI and a local name lead to their term or study."""
    whole_view.type_search(text)
    assert whole_view.find("#panel h2").text == label


def test_search_for_nonsense_says_so(toy_view: Viewer) -> None:
    """An unknown name is answered with a sentence that repeats it, not with an empty panel."""
    toy_view.type_search("xyzzy <b>")
    assert toy_view.panel().strip() == "Nothing in this view is called “xyzzy <b>”."


def test_search_needs_no_mouse(toy_view: Viewer) -> None:
    """The slash key leads to the search; arrows choose among the suggestions, Enter takes one, Escape closes them."""
    toy_view.find("body").send_keys("/")
    field = toy_view.driver.switch_to.active_element
    assert field.get_attribute("id") == "search"
    field.send_keys("a")
    options = toy_view.find_all("#search-list [role=option]")
    assert len(options) > 2
    assert field.get_attribute("aria-expanded") == "true"
    field.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ARROW_DOWN)
    chosen = toy_view.find('#search-list [aria-selected="true"]')
    assert chosen.get_attribute("id") == field.get_attribute("aria-activedescendant") == "search-list-1"
    label = toy_view.js("return arguments[0].firstChild.textContent", chosen)
    field.send_keys(Keys.ENTER)
    assert toy_view.find("#panel h2").text == label
    field.send_keys("b", Keys.ESCAPE)
    assert field.get_attribute("aria-expanded") == "false"


def test_search_suggests_what_a_name_could_mean(whole_view: Viewer) -> None:
    """While one types, the field suggests labels, and the synonyms and identifiers that match."""
    whole_view.find("#search").send_keys("embolis")
    offered = [option.text for option in whole_view.find_all("#search-list [role=option]")]
    assert any("embolization" in text and "treatment" in text and "embolisation" in text for text in offered)


def test_search_brings_back_what_was_hidden(toy_view: Viewer) -> None:
    """A node that is hidden by its kind or by its certainty is shown when it is searched."""
    _box(toy_view, "kind", "Tumor").click()
    toy_view.js("document.querySelector('[aria-label=\"none of Certainty\"]').click()")
    assert toy_view.js(SHOWN_EDGES) == []
    toy_view.type_search("giant cell tumor of bone")
    assert GIANT in toy_view.js(SHOWN_NODES)
    assert _box(toy_view, "kind", "Tumor").is_selected()


# Evidence


def test_node_shows_its_evidence_with_publications(toy_view: Viewer, toy: Graph) -> None:
    """A click on a tumor shows its definition and, for each outcome, certainty, each reason and every finding."""
    toy_view.point_at(toy_view.js(PLACE, CORD))
    _open_all(toy_view)
    known = spineonc.describe(toy, f"spineonc:{CORD}")
    panel = toy_view.panel()
    assert toy_view.find("#panel h2").text == known["label"]
    assert known["about"]["definition"][0] in panel
    reasons = [item.text for item in toy_view.find_all("#panel .reasons li")]
    for summary in known["summaries"]:
        assert f"certainty {summary['certainty']}" in panel
        assert set(summary["reasons"].split("; ")) <= set(reasons)
    assert _cited(toy_view) == {row["publication"]: row["link"] for row in known["findings"] if "summary" in row}


def test_every_publication_is_a_safe_link(toy_view: Viewer) -> None:
    """Findings link to PubMed or to the DOI, in a tab that cannot reach back."""
    toy_view.point_at(toy_view.js(PLACE, CORD))
    _open_all(toy_view)
    links = toy_view.find_all("#panel td a")
    assert {link.get_property("href") for link in links} == {
        "https://pubmed.ncbi.nlm.nih.gov/1",
        "https://doi.org/10.1000/beta",
    }
    assert all("noopener" in link.get_property("rel") and link.get_property("target") == "_blank" for link in links)


def test_study_shows_its_findings(toy_view: Viewer) -> None:
    """A click on a study shows its design, its citation with a link, and the evidence that rests on it."""
    study = toy_view.js("return NODES.find((node) => node.label === 'Beta 2002').id")
    toy_view.point_at(toy_view.js(PLACE, study))
    _open_all(toy_view)
    assert "retrospective cohort" in toy_view.panel()
    assert toy_view.find("#panel > p a").get_property("href") == "https://doi.org/10.1000/beta"
    cells = [cell.text for cell in toy_view.find_all("#panel td")]
    assert "1.5 to 3" in cells
    assert any(cell.startswith("odds ratio 2") for cell in cells)


@pytest.mark.parametrize("name", ["evidence-network", "tumor-treatment"])
def test_line_shows_its_evidence(view: Viewer, toy: Graph, name: str) -> None:
    """A click on the line from a tumor to a treatment shows the evidence for this pair, with publications."""
    view.open(draw(project(toy, name), toy))
    edge = view.js(
        "return EDGES.find((edge) => edge.from === arguments[0] && edge.to === arguments[1]).id", GIANT, EN_BLOC
    )
    view.point_at(view.js(ON_EDGE, edge))
    assert view.find("#panel h2").text == "giant cell tumor of bone \N{EN DASH} en bloc resection"
    assert [badge.text for badge in view.find_all("#panel .badge")] == ["certainty moderate +++"]
    assert {address.rpartition("/")[2] for address in _cited(view).values()} == {"5", "6"}


def test_line_to_an_outcome_shows_its_summary_only(toy_view: Viewer) -> None:
    """A click on the line from a treatment to an outcome shows only what joins the two."""
    edge = toy_view.js(
        "return EDGES.find((edge) => edge.relation === 'has evidence on' && edge.to === arguments[0]).id", "PainRelief"
    )
    toy_view.point_at(toy_view.js(ON_EDGE, edge))
    assert len(toy_view.find_all("#panel details")) == 1
    assert "indirect: any skeletal site" in toy_view.panel()


def test_findings_sort_by_columns(whole_view: Viewer) -> None:
    """A column of the findings sorts up and down, numbers as numbers, and says so to a screen reader."""
    whole_view.js("choose('SpinalMetastasis|StereotacticBodyRadiotherapy|has evidence for')")
    _open_all(whole_view)
    table = max(whole_view.find_all("#panel table.findings"), key=lambda each: len(each.get_property("textContent")))
    for name in ("Year", "n", "Publication"):
        column = [head.text for head in table.find_elements(By.TAG_NAME, "th")].index(name)
        head = table.find_elements(By.TAG_NAME, "th")[column]
        orders = []
        for direction in ("ascending", "descending"):
            whole_view.js("arguments[0].click()", head.find_element(By.TAG_NAME, "button"))
            assert head.get_attribute("aria-sort") == direction
            cells = whole_view.js(
                "return [...arguments[0].tBodies[0].rows].map((row) => row.cells[arguments[1]].textContent)",
                table,
                column,
            )
            orders.append(cells)
        keys = [[_sortable(cell) for cell in cells] for cells in orders]
        assert keys[0] == sorted(keys[0])
        assert keys[1] == sorted(keys[1], reverse=True)


def _sortable(cell: str) -> tuple[int, float, str]:
    return (
        (0, float(cell.split(maxsplit=1)[0]), "") if cell[:1].isdigit() else (1 if cell else -1, 0.0, cell.casefold())
    )


def test_findings_are_copied_and_exported(toy_view: Viewer) -> None:
    """CSV holds each finding with tumor, effect, citation and address; what a spreadsheet would run is quoted."""
    toy_view.point_at(toy_view.js(PLACE, CORD))
    _open_all(toy_view)
    toy_view.js("window.saved = []; window.download = (...given) => window.saved.push(given);")
    _press(toy_view, "CSV", "#panel")
    name, kind, text = toy_view.js("return window.saved[0]")
    rows = list(csv.DictReader(text.splitlines()))
    assert (name, kind) == ("findings.csv", "text/csv")
    assert {row["Tumor"] for row in rows} == {"metastatic epidural spinal cord compression"}
    assert all(row["Citation"] and row["Address"].startswith("https://") and row["Effect"] for row in rows)
    assert (
        toy_view.js("return delimited([{ ...Object.values(EVIDENCE.findings)[0], effect: '=1+1' }], ',')").count(
            "'=1+1"
        )
        == 1
    )
    _press(toy_view, "Copy table", "#panel")
    assert "Cop" in toy_view.find("#panel [role=status]").text


def test_conflicts_stand_side_by_side(whole_view: Viewer, graph: Graph) -> None:
    """Studies that disagree are shown beside each other, each with its result, design and link."""
    pair = next(iter(spineonc.describe(graph, "spinal metastasis")["disagreements"]))
    whole_view.type_search("spinal metastasis")
    sides = whole_view.find_all("#panel > .conflict .sides > div")
    assert len(sides) >= 2
    assert len(sides) % 2 == 0
    shown = " ".join(side.text for side in sides)
    assert pair["one"] in shown
    assert pair["other"] in shown
    assert all(side.find_element(By.TAG_NAME, "a").get_property("href").startswith("https://") for side in sides)


# Focus, paths, comparison


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_focus_shows_what_is_near(whole_view: Viewer, steps: int) -> None:
    """A focus of one step shows what concerns the term, each further step what is joined to it; Escape leaves it."""
    everything = set(whole_view.js(SHOWN_NODES))
    whole_view.type_search("osteoid osteoma")
    whole_view.js('document.querySelector(\'#panel [data-steps="1"][aria-pressed="false"]\')?.click()')
    sizes = [set(whole_view.js(SHOWN_NODES))]
    if steps > 1:
        _press(whole_view, f"{steps} steps", "#panel")
        sizes.append(set(whole_view.js(SHOWN_NODES)))
    assert "OsteoidOsteoma" in sizes[0]
    assert all(small < large for small, large in itertools.pairwise(sizes))
    assert whole_view.find("#mode").text.startswith("Focus: osteoid osteoma")
    evidence = whole_view.js("return EVIDENCE.summaries.filter((each) => each.tumor === 'OsteoidOsteoma')")
    assert {summary["treatment"] for summary in evidence} <= sizes[0]
    whole_view.find("body").send_keys(Keys.ESCAPE)
    assert set(whole_view.js(SHOWN_NODES)) == everything


def test_paths_join_two_terms(whole_view: Viewer) -> None:
    """Two terms chosen by keyboard are joined by the shortest paths, the evidence on each step below it."""
    whole_view.find("#path").click()
    for place, name in ((1, "chordoma"), (2, "local control")):
        whole_view.find(f"#term-{place}").send_keys(name, Keys.ENTER)
    whole_view.settle()
    assert whole_view.find("#panel h2").text == "From chordoma to local control"
    steps = [head.text for head in whole_view.find_all("#panel h3")]
    assert "chordoma → carbon ion radiotherapy → local control" in " ".join(steps)
    assert set(whole_view.js(SHOWN_NODES)) >= {"Chordoma", "CarbonIonRadiotherapy", "LocalControl"}
    chordomas = {"Chordoma", *whole_view.js("return NARROWER.Chordoma")}
    tumors = whole_view.js(
        "const steps = pathsBetween(passing(), ...state.path).flat();"
        "return steps.flatMap(({ edge }) => stepEvidence(edge, ...state.path)).map((summary) => summary.tumor);"
    )
    assert tumors
    assert set(tumors) <= chordomas
    _open_all(whole_view)
    assert _cited(whole_view)


def test_comparison_puts_two_tumors_side_by_side(whole_view: Viewer) -> None:
    """Two tumors stand in two columns, treatment by treatment; a tumor is compared with a tumor only."""
    whole_view.find("#compare").click()
    whole_view.find("#term-1").send_keys("chordoma", Keys.ENTER)
    second = whole_view.find("#term-2")
    second.send_keys("en bloc resection")
    assert whole_view.find_all("#term-2-list [role=option]") == []
    second.clear()
    second.send_keys("giant cell tumor", Keys.ENTER)
    whole_view.settle()
    assert [head.text for head in whole_view.find_all("table.compare thead th")][1:] == [
        "chordoma",
        "giant cell tumor of bone",
    ]
    row = next(
        row for row in whole_view.find_all("table.compare tbody tr") if row.text.startswith("surgery: local recurrence")
    )
    assert all("certainty" in cell.text for cell in row.find_elements(By.TAG_NAME, "td"))
    row.find_element(By.TAG_NAME, "button").click()
    assert row.find_elements(By.CSS_SELECTOR, "table.findings a")
    _press(whole_view, "Leave (Esc)", "#panel")
    assert whole_view.find_all("table.compare") == []


# Pictures and paper


def test_view_is_saved_as_png_and_svg(toy_view: Viewer) -> None:
    """The pictures hold every drawn node and line, the title, the size of the view and the disclaimer."""
    svg = ET.fromstring(toy_view.js("return svgText()"))  # noqa: S314 - written by the page itself
    space = "{http://www.w3.org/2000/svg}"
    assert len(svg.findall(f"{space}line")) == len(toy_view.js(SHOWN_EDGES))
    assert len(svg.findall(f".//{space}title")) == len(toy_view.js(SHOWN_NODES)) + 1
    assert "not medical advice" in "".join(svg.itertext())
    picture = toy_view.js("return drawnPicture().toDataURL('image/png')")
    assert picture.startswith("data:image/png;base64,")
    assert len(picture) > 20000


def test_paper_shows_the_evidence_without_controls(toy_view: Viewer) -> None:
    """Printed, the page shows graph, evidence and legend, but no button and no search."""
    toy_view.point_at(toy_view.js(PLACE, CORD))
    toy_view.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = [each for each in toy_view.find_all("button, input, #filters") if each.is_displayed()]
    panel, legend = toy_view.find("#panel").is_displayed(), toy_view.find("#legend").is_displayed()
    toy_view.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert (shown, panel, legend) == ([], True, True)


@pytest.mark.parametrize(("wide", "high"), [(820, 1180), (390, 844)], ids=["tablet", "phone"])
def test_small_screens_show_graph_and_evidence(toy_view: Viewer, wide: int, high: int) -> None:
    """On a tablet and on a phone nothing is cut off sideways, and the graph keeps half of the height."""
    toy_view.resize(wide, high)
    toy_view.driver.refresh()
    toy_view.settle()
    assert toy_view.js("return document.documentElement.scrollWidth <= innerWidth")
    assert toy_view.find("#graph").size["height"] >= 0.45 * high
    assert toy_view.js(PAINTED) > 500
    toy_view.type_search("giant cell tumor of bone")
    assert toy_view.find("#panel h2").is_displayed()


def test_zoom_by_buttons_and_keys(toy_view: Viewer) -> None:
    """The buttons and the keys plus and minus change the scale, and Fit brings back all."""
    scale = toy_view.js("return network.getScale()")
    toy_view.find("#zoom-in").click()
    assert toy_view.js("return network.getScale()") > scale
    toy_view.find("#zoom-out").click()
    toy_view.find("body").send_keys("-")
    assert toy_view.js("return network.getScale()") < scale
    toy_view.find("#fit").click()
    assert toy_view.js("return network.getScale()") == pytest.approx(scale)


# Accessibility


@pytest.mark.parametrize("scheme", ["view", pytest.param("dark", marks=pytest.mark.long)])
def test_page_meets_wcag(request: pytest.FixtureRequest, page: Page, scheme: str) -> None:
    """Axe finds no fault against WCAG 2.2 AA: at the start, with evidence open, and in a comparison."""
    viewer: Viewer = request.getfixturevalue(scheme)
    viewer.open(page)
    assert axe(viewer) == []
    viewer.point_at(viewer.js(PLACE, CORD))
    _open_all(viewer)
    assert axe(viewer) == []
    viewer.js("Object.assign(state, { compare: [arguments[0], arguments[1]] }); refresh();", CORD, GIANT)
    assert axe(viewer) == []


def test_every_control_is_reached_by_keyboard(toy_view: Viewer) -> None:
    """Tab leads through the page in the order of reading: skip link, search, buttons, filters, evidence."""
    order = []
    for _ in range(120):
        toy_view.driver.switch_to.active_element.send_keys(Keys.TAB)
        focused = toy_view.driver.switch_to.active_element
        order.append(focused.get_attribute("id") or focused.get_attribute("value") or focused.text)
        if order[-1] == order[0] and len(order) > 1:
            break
    expected = ["search", "show-filters", "path", "compare", "zoom-in", "fit", "png", "theme", "reset", "direct"]
    places = [order.index(name) for name in expected]
    assert places == sorted(places)


# A large graph


@pytest.mark.long
def test_groups_of_a_large_graph_open_as_one_comes_near(view: Viewer, graph: Graph) -> None:
    """Ten thousand nodes appear as some groups, which open as one comes near or searches, and close as one leaves."""
    large: nx.MultiDiGraph[str] = nx.MultiDiGraph(name="large")
    plain = nx.barabasi_albert_graph(10_000, 2, seed=1)
    large.add_nodes_from((f"{NAMESPACE}t{n}", {"kind": "Term", "label": f"term {n}"}) for n in plain)
    large.add_edges_from((f"{NAMESPACE}t{a}", f"{NAMESPACE}t{b}", {"relation": "related to"}) for a, b in plain.edges())
    view.open(draw(large, graph))
    assert view.count_line() == "10000 of 10000 nodes, 19996 of 19996 lines"
    groups = len(view.js(SHOWN_NODES))
    assert groups == 100
    view.js("zoom(5)")
    view.settle(4)
    assert len(view.js(SHOWN_NODES)) > groups
    view.find("#fit").click()
    view.settle(4)
    assert len(view.js(SHOWN_NODES)) == groups
    view.type_search("term 9999")
    assert "t9999" in view.js(SHOWN_NODES)
    assert view.logged() == []


# Light and dark


def _contrast(one: list[float], other: list[float]) -> float:
    """Return the contrast ratio of WCAG 2 between two colors."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: list[float]) -> float:
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _colors(view: Viewer, selector: str) -> tuple[list[float], list[float]]:
    """Return the color of a text and that of the nearest painted background behind it."""
    text, behind = view.js(
        """
        const element = document.querySelector(arguments[0]);
        let box = element;
        while (box && getComputedStyle(box).backgroundColor === "rgba(0, 0, 0, 0)") box = box.parentElement;
        return [getComputedStyle(element).color, getComputedStyle(box).backgroundColor];
        """,
        selector,
    )
    return _numbers(text), _numbers(behind)


@pytest.mark.parametrize("scheme", ["view", "dark"])
def test_light_and_dark_are_both_readable(request: pytest.FixtureRequest, page: Page, scheme: str) -> None:
    """In light and in dark the graph is painted and every text has a contrast of at least 4.5 to 1."""
    viewer: Viewer = request.getfixturevalue(scheme)
    viewer.open(page)
    viewer.point_at(viewer.js(PLACE, GIANT))
    _open_all(viewer)
    assert viewer.js(PAINTED) > 1000
    for selector in ("h1", "#count", "#panel h2", "#panel .soft", "#panel a", ".badge", "footer p", "#legend dd"):
        assert _contrast(*_colors(viewer, selector)) >= 4.5, selector
    label = _rgb(viewer.js("return nodes.get(arguments[0]).font.color", GIANT))
    assert _contrast([float(part) for part in label], _colors(viewer, "body")[1]) >= 4.5


@pytest.mark.parametrize("scheme", ["view", "dark"])
def test_marks_and_rated_lines_are_seen_in_light_and_dark(
    request: pytest.FixtureRequest, page: Page, scheme: str
) -> None:
    """In light and in dark every mark and every rated line has a contrast of at least 3 to 1 with the page."""
    viewer: Viewer = request.getfixturevalue(scheme)
    viewer.open(page)
    paper = _colors(viewer, "body")[1]
    seen = [look["color"] for look in KINDS.values()] + [CERTAINTY[rank]["color"] for rank in (1, 2, 3, 4)]
    assert [color for color in seen if _contrast([float(part) for part in _rgb(str(color))], paper) < 3] == []


def test_dark_differs_from_light(dark: Viewer, page: Page) -> None:
    """Who prefers dark colors gets light text on a dark page."""
    dark.open(page)
    text, behind = _colors(dark, "h1")
    assert _luminance(text) > _luminance(behind)


# Hostile content

HOSTILE = {
    "script": "</script><script>window.__pwned=1</script>",
    "comment": "<!--<script>window.__pwned=1//",
    "image": "<img src=x onerror=window.__pwned=1>",
    "quotes": '"onmouseover="window.__pwned=1" \'x\' `${window.__pwned=1}` \\',
    "href": '<a href="javascript:window.__pwned=1">href</a>',
    "right-to-left": "tumor \u202egnihtemos\u202c",
    "emoji": "tumor \U0001f9b4\u200d\u2028\u2029 é",
    "long": "spinal " * 43,
    "template": "{{7*7}} {% raw %} ${7*7}",
    "prototype": "__proto__",
}


def _poisoned(toy: Graph, text: str) -> Graph:
    """Return the invented world with *text* in every place where a curator can write."""
    store = ox.Store()
    store.bulk_extend(as_store(toy))
    literal = str(ox.Literal(text))
    for subject, predicates in {
        f"<{NAMESPACE}{GIANT}>": ("rdfs:label", "skos:definition"),
        "?finding": (":endpoint", ":populationNote", ":locator", ":pValue"),
        "?study": ("dcterms:bibliographicCitation", "dcterms:title"),
    }.items():
        for predicate in predicates:
            store.update(
                f"DELETE {{ {subject} {predicate} ?old }} INSERT {{ {subject} {predicate} {literal} }} WHERE {{"
                f" ?study :reportsFinding ?finding . ?finding :tumor <{NAMESPACE}{GIANT}> ."
                f" OPTIONAL {{ {subject} {predicate} ?old }} }}",
                prefixes=PREFIXES,
            )
    return as_graph(store)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_stays_text(view: Viewer, toy: Graph, text: str) -> None:
    """Whatever is written in labels, definitions, findings and citations is shown as text and executes nothing."""
    poisoned = _poisoned(toy, text)
    page = draw(neighborhood(project(poisoned), poisoned, NAMESPACE + GIANT), poisoned)
    view.open(page)
    view.type_search(text)
    view.point_at(view.js(PLACE, GIANT), click=False)
    view.settle(12)
    view.point_at(view.js(PLACE, GIANT))
    assert view.js("return typeof window.__pwned") == "undefined"
    assert view.find("#panel h2").get_property("textContent") == text
    assert view.find("h1").get_property("textContent") == f"spineonc: {text}"
    assert view.panel().count(text) >= 6
    assert view.js("return [document.scripts.length, document.images.length]") == [2, 0]
    assert view.js("return [...document.querySelectorAll('a:not(.skip)')].every((link) => /^https:/.test(link.href))")
    assert view.logged() == []


def test_address_that_is_no_web_address_is_no_link(view: Viewer, toy: Graph) -> None:
    """A publication whose address could run a script is named without a link."""
    store = ox.Store()
    store.bulk_extend(as_store(toy))
    store.update(
        "DELETE { ?study rdfs:seeAlso ?old } INSERT { ?study rdfs:seeAlso <javascript:window.__pwned=1> }"
        f" WHERE {{ ?study rdfs:seeAlso ?old ; :reportsFinding/:tumor <{NAMESPACE}{GIANT}> }}",
        prefixes=PREFIXES,
    )
    view.open(draw(project(as_graph(store)), as_graph(store)))
    view.type_search("giant cell tumor of bone")
    assert len(view.find_all("#panel li")) == 2
    assert view.find_all("#panel li a") == []


# Notebook, and the real graph


def test_notebook_frame_draws_in_its_sandbox(view: Viewer, page: Page) -> None:
    """In a notebook the page draws inside a frame that cannot reach the notebook."""
    view.open(f"<!doctype html><title>notebook</title><p>before</p>{page._repr_html_()}")
    view.driver.switch_to.frame(view.find("iframe"))
    view.settle()
    assert view.js(PAINTED) > 1000
    assert " nodes, " in view.count_line()
    assert view.js("try { return parent.document.title } catch (error) { return error.name }") == "SecurityError"
    view.type_search("giant cell tumor of bone")
    assert _cited(view)
    assert view.logged() == []


def test_whole_graph_is_readable(view: Viewer, whole: Page) -> None:
    """The page of all data opens without the studies, says how many nodes it shows, and finds by synonym."""
    view.open(whole)
    assert view.logged() == []
    assert view.js(POSITIONS) == view.js(COMPUTED)
    assert not _box(view, "kind", "Study").is_selected()
    total = len(view.js("return NODES"))
    shown = len(view.js(SHOWN_NODES))
    assert shown < total
    assert view.count_line().startswith(f"{shown} of {total} nodes, ")
    assert view.js(PAINTED) > 5000
    view.type_search("giant cell tumour")
    assert view.find("#panel h2").text == "giant cell tumor of bone"
    _open_all(view)
    assert _cited(view)


def test_every_number_of_the_whole_page_has_its_publication(view: Viewer, whole: Page) -> None:
    """Every finding on the page of all data carries a citation, a locator and the address of its publication."""
    view.open(whole)
    findings = view.js("return Object.values(EVIDENCE.findings)")
    studies = view.js("return EVIDENCE.studies")
    assert len(findings) > 800
    assert all(each["locator"] and studies[each["study"]]["citation"] for each in findings)
    assert all(study["link"].startswith("https://") for study in studies.values())
    assert view.js("return EVIDENCE.summaries.every((summary) => summary.findings.length > 0)")

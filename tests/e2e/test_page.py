"""The interactive page, as a reader meets it in a real browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

import spineonc
from spineonc._resources import PREFIXES
from spineonc.drawing import CERTAINTY, KINDS, Page, draw
from spineonc.graph import as_graph, as_store
from spineonc.projections import neighborhood, project

if TYPE_CHECKING:
    from rdflib import Graph

    from .conftest import Viewer

pytestmark = pytest.mark.browser

NAMESPACE = "https://w3id.org/spineonc/"
CORD = f"{NAMESPACE}MetastaticEpiduralSpinalCordCompression"
GIANT = f"{NAMESPACE}GiantCellTumor"
EN_BLOC = f"{NAMESPACE}EnBlocResection"

POSITIONS = (
    "return Object.fromEntries(NODES.map(({ id }) => [id, [network.body.nodes[id].x, network.body.nodes[id].y]]))"
)
COMPUTED = "return Object.fromEntries(NODES.map((node) => [node.id, [node.x, node.y]]))"
SHOWN_NODES = "return nodes.get().filter((node) => !node.hidden).map((node) => node.id)"
SHOWN_EDGES = "return edges.get().filter((edge) => !edge.hidden).map((edge) => edge.id)"
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


def _rgb(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


def _numbers(color: str) -> list[float]:
    return [float(number) for number in re.findall(r"[\d.]+", color)[:3]]


def _cited(view: Viewer) -> dict[str, str]:
    """Return the address behind each linked text of the findings in the panel."""
    return {a.get_property("textContent"): a.get_property("href") for a in view.find_all("#panel li a")}


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
    """Each kind that is drawn stands in the legend with its own shape and its own color."""
    view.open(draw(project(toy, name), toy))
    legend = {
        (
            str(box.find_element(By.TAG_NAME, "input").get_attribute("value")),
            str(box.find_element(By.TAG_NAME, "svg").get_attribute("class")).removeprefix("mark "),
            tuple(_numbers(box.find_element(By.TAG_NAME, "svg").value_of_css_property("fill"))),
        )
        for box in view.find_all("#kinds label")
        if box.is_displayed() and box.text
    }
    assert legend == {(node["kind"], node["shape"], tuple(_rgb(node["color"]))) for node in view.js("return NODES")}


def test_kinds_are_told_apart_without_color() -> None:
    """No two kinds share a shape, no two kinds a color, no two certainties a line."""
    assert (
        len({look["shape"] for look in KINDS.values()}) == len({look["color"] for look in KINDS.values()}) == len(KINDS)
    )
    assert len({look["width"] for look in CERTAINTY.values()}) == len(CERTAINTY)


def test_legend_names_every_certainty(toy_view: Viewer) -> None:
    """The legend of the lines names the four certainties, and the line that carries none."""
    legend = toy_view.find("#legend").text
    assert all(f"certainty {CERTAINTY[rank]['label']}" in legend for rank in (1, 2, 3, 4))
    assert "study reports on it" in legend


def test_view_without_evidence_offers_no_certainty(view: Viewer, toy: Graph) -> None:
    """The tree of terms has no certainty to choose and none in its legend."""
    view.open(draw(project(toy, "class-hierarchy"), toy))
    assert not view.find("#certainty").is_displayed()
    assert view.find_all("#legend") == []


@pytest.mark.parametrize("kind", ["Tumor", "Treatment", "Outcome", "Study"])
def test_unchecking_a_kind_hides_exactly_its_nodes(toy_view: Viewer, kind: str) -> None:
    """Without its check mark a kind is hidden with its lines, and nothing else; checked again, all is back."""
    everything = toy_view.js("return NODES")
    others = {node["id"] for node in everything if node["kind"] != kind}
    box = toy_view.find(f"#kinds input[value={kind}]")
    box.click()
    assert set(toy_view.js(SHOWN_NODES)) == others
    assert set(toy_view.js(SHOWN_EDGES)) == {
        edge["id"] for edge in toy_view.js("return EDGES") if {edge["from"], edge["to"]} <= others
    }
    assert toy_view.count_line().startswith(f"{len(others)} of {len(everything)} nodes, ")
    box.click()
    assert len(toy_view.js(SHOWN_NODES)) == len(everything)


@pytest.mark.parametrize("rank", [1, 2, 3, 4])
def test_minimum_certainty_hides_weaker_lines(toy_view: Viewer, rank: int) -> None:
    """From a minimum on, exactly the rated lines of at least this certainty are shown, and the count says so."""
    Select(toy_view.find("#certainty")).select_by_value(str(rank))
    rated = [edge for edge in toy_view.js("return EDGES") if edge["relation"].startswith("has evidence")]
    shown = set(toy_view.js(SHOWN_EDGES))
    assert {edge["id"] for edge in rated} & shown == {edge["id"] for edge in rated if edge["rank"] >= rank}
    nodes, edges = len(toy_view.js("return NODES")), len(toy_view.js("return EDGES"))
    assert toy_view.count_line() == f"{len(toy_view.js(SHOWN_NODES))} of {nodes} nodes, {len(shown)} of {edges} lines"


def test_minimum_certainty_keeps_only_the_studies_behind_it(toy_view: Viewer) -> None:
    """A study whose findings support only weaker evidence goes with it, even if it names the same treatment."""
    Select(toy_view.find("#certainty")).select_by_visible_text("moderate")
    shown = set(toy_view.js(SHOWN_NODES))
    labels = {node["label"] for node in toy_view.js("return NODES") if node["id"] in shown}
    strong = select_studies(toy_view, 3)
    assert {label for label in labels if re.search(r" \d{4}$", label)} == strong


def select_studies(view: Viewer, rank: int) -> set[str]:
    """Return the labels of the studies with a finding below a summary of at least this rank."""
    summaries = [each for each in view.js("return Object.values(EVIDENCE)") if _rank(each) >= rank]
    cited = {finding["citation"] for summary in summaries for finding in summary["findings"]}
    studies = [node for node in view.js("return NODES") if node["kind"] == "Study"]
    return {node["label"] for node in studies if node["facts"]["citation"] in cited}


def _rank(summary: dict[str, Any]) -> int:
    return next(rank for rank, look in CERTAINTY.items() if look["label"] == summary["certainty"])


def test_neighborhood_page_holds_only_what_concerns_the_term(view: Viewer, toy: Graph) -> None:
    """The page of chordoma names no other tumor: not in its nodes, not in its evidence, nowhere in its text."""
    part = neighborhood(project(toy), toy, "chordoma")
    page = draw(part, toy)
    view.open(page)
    assert {node["id"] for node in view.js("return NODES")} == set(part)
    assert {summary["tumor"] for summary in view.js("return Object.values(EVIDENCE)")} == {"sacral chordoma"}
    assert "giant cell tumor" not in page.html
    assert view.driver.title == "spineonc: chordoma"


# Search


@pytest.mark.parametrize(
    "name", ["giant cell tumor of bone", "giant cell tumour", "GIANT CELL TUMOUR OF BONE", "giant cell"]
)
def test_search_finds_labels_and_synonyms(toy_view: Viewer, name: str) -> None:
    """A label, a British synonym, capitals and a part of a name lead to the same tumor."""
    toy_view.find("#search").send_keys(name, Keys.ENTER)
    toy_view.settle()
    assert toy_view.find("#panel h2").text == toy_view.js("return nodeOf.get(arguments[0]).label", GIANT)
    assert toy_view.js("return network.getSelectedNodes()") == [GIANT]


def test_search_for_nonsense_says_so(toy_view: Viewer) -> None:
    """An unknown name is answered with a sentence that repeats it, not with an empty panel."""
    toy_view.find("#search").send_keys("xyzzy <b>", Keys.ENTER)
    toy_view.settle()
    assert toy_view.panel().strip() == "Nothing in this view is called “xyzzy <b>”."


def test_search_needs_no_mouse(toy_view: Viewer) -> None:
    """The slash key leads to the search, and Enter shows the evidence, again and again."""
    toy_view.find("body").send_keys("/")
    field = toy_view.driver.switch_to.active_element
    assert field.get_attribute("id") == "search"
    field.send_keys("Alpha 2001", Keys.ENTER)
    assert toy_view.find("#panel h2").text == "Alpha 2001"
    toy_view.find("#fit").click()
    toy_view.point_at(toy_view.js(PLACE, EN_BLOC))
    assert toy_view.find("#panel h2").text == "en bloc resection"
    field.send_keys(Keys.ENTER)
    assert toy_view.find("#panel h2").text == "Alpha 2001"


def test_search_brings_back_what_was_hidden(toy_view: Viewer) -> None:
    """A node that is hidden by its kind or by its certainty is shown when it is searched."""
    toy_view.find("#kinds input[value=Tumor]").click()
    Select(toy_view.find("#certainty")).select_by_visible_text("high")
    toy_view.search("giant cell tumor")
    assert GIANT in toy_view.js(SHOWN_NODES)
    assert toy_view.find("#kinds input[value=Tumor]").is_selected()


def test_search_suggests_the_labels(toy_view: Viewer) -> None:
    """The field suggests every label of the view."""
    options = {option.get_property("value") for option in toy_view.find_all("#names option")}
    assert options == {node["label"] for node in toy_view.js("return NODES")}


# Evidence


def test_node_shows_its_evidence_with_publications(toy_view: Viewer, toy: Graph) -> None:
    """A click on a tumor shows its definition and, for each outcome, certainty, reasons and every finding."""
    toy_view.point_at(toy_view.js(PLACE, CORD))
    known = spineonc.describe(toy, CORD)
    panel = toy_view.panel()
    assert toy_view.find("#panel h2").text == known["label"]
    assert known["about"]["definition"][0] in panel
    for summary in known["summaries"]:
        assert f"certainty {summary['certainty']}" in panel
        assert f"Why this certainty: {summary['reasons']}" in panel
    assert _cited(toy_view) == {row["citation"]: row["link"] for row in known["findings"] if "summary" in row}


def test_every_publication_is_a_safe_link(toy_view: Viewer) -> None:
    """Findings link to PubMed or to the DOI, in a tab that cannot reach back."""
    toy_view.point_at(toy_view.js(PLACE, CORD))
    links = toy_view.find_all("#panel li a")
    assert {link.get_property("href") for link in links} == {
        "https://pubmed.ncbi.nlm.nih.gov/1",
        "https://doi.org/10.1000/beta",
    }
    assert all("noopener" in link.get_property("rel") and link.get_property("target") == "_blank" for link in links)


def test_study_shows_its_findings(toy_view: Viewer) -> None:
    """A click on a study shows its design, its citation with a link, and the evidence that rests on it."""
    study = toy_view.js("return NODES.find((node) => node.label === 'Beta 2002').id")
    toy_view.point_at(toy_view.js(PLACE, study))
    assert "retrospective cohort" in toy_view.panel()
    assert toy_view.find("#panel > p a").get_property("href") == "https://doi.org/10.1000/beta"
    assert "odds ratio 2 (95% CI 1.5 to 3)" in toy_view.panel()


@pytest.mark.parametrize("name", ["evidence-network", "tumor-treatment"])
def test_line_shows_its_evidence(view: Viewer, toy: Graph, name: str) -> None:
    """A click on the line from a tumor to a treatment shows the evidence for this pair, with publications."""
    view.open(draw(project(toy, name), toy))
    edge = view.js(
        "return EDGES.find((edge) => edge.from === arguments[0] && edge.to === arguments[1]).id", GIANT, EN_BLOC
    )
    view.point_at(view.js(ON_EDGE, edge))
    assert view.find("#panel h2").text == "giant cell tumor of bone \N{EN DASH} en bloc resection"
    assert [badge.text for badge in view.find_all("#panel .badge")] == ["certainty moderate"]
    assert {address.rpartition("/")[2] for address in _cited(view).values()} == {"5", "6"}


def test_line_to_an_outcome_shows_its_summary_only(toy_view: Viewer) -> None:
    """A click on the line from a treatment to an outcome shows only what joins the two."""
    edge = toy_view.js(
        "return EDGES.find((edge) => edge.relation === 'has evidence on' && edge.to === arguments[0]).id",
        f"{NAMESPACE}PainRelief",
    )
    toy_view.point_at(toy_view.js(ON_EDGE, edge))
    blocks = toy_view.find_all("#panel details")
    assert len(blocks) == 1
    assert "indirect: any skeletal site" in toy_view.panel()


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
    viewer.search("giant cell tumor")
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
        f"<{GIANT}>": ("rdfs:label", "skos:definition"),
        "?finding": (":endpoint", ":populationNote", ":locator", ":pValue"),
        "?study": ("dcterms:bibliographicCitation", "dcterms:title"),
    }.items():
        for predicate in predicates:
            store.update(
                f"DELETE {{ {subject} {predicate} ?old }} INSERT {{ {subject} {predicate} {literal} }} WHERE {{"
                f" ?study :reportsFinding ?finding . ?finding :tumor <{GIANT}> ."
                f" OPTIONAL {{ {subject} {predicate} ?old }} }}",
                prefixes=PREFIXES,
            )
    return as_graph(store)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_stays_text(view: Viewer, toy: Graph, text: str) -> None:
    """Whatever is written in labels, definitions, findings and citations is shown as text and executes nothing."""
    poisoned = _poisoned(toy, text)
    page = draw(neighborhood(project(poisoned), poisoned, GIANT), poisoned)
    view.open(page)
    view.search(text)
    view.point_at(view.js(PLACE, GIANT), click=False)
    view.settle(30)
    view.point_at(view.js(PLACE, GIANT))
    assert view.js("return typeof window.__pwned") == "undefined"
    assert view.find("#panel h2").get_property("textContent") == text
    assert view.find("h1").get_property("textContent") == f"spineonc: {text}"
    assert view.panel().count(text) >= 6
    assert view.js("return [document.scripts.length, document.images.length]") == [2, 0]
    assert view.js("return [...document.links].every((link) => /^https:/.test(link.href))")
    assert view.logged() == []


def test_address_that_is_no_web_address_is_no_link(view: Viewer, toy: Graph) -> None:
    """A publication whose address could run a script is named without a link."""
    store = ox.Store()
    store.bulk_extend(as_store(toy))
    store.update(
        "DELETE { ?study rdfs:seeAlso ?old } INSERT { ?study rdfs:seeAlso <javascript:window.__pwned=1> }"
        f" WHERE {{ ?study rdfs:seeAlso ?old ; :reportsFinding/:tumor <{GIANT}> }}",
        prefixes=PREFIXES,
    )
    view.open(draw(project(as_graph(store)), as_graph(store)))
    view.search("giant cell tumor")
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
    view.search("giant cell tumor")
    assert _cited(view)
    assert view.logged() == []


def test_whole_graph_is_readable(view: Viewer, whole: Page) -> None:
    """The page of all data opens without the studies, says how many nodes it shows, and finds by synonym."""
    view.open(whole)
    assert view.logged() == []
    assert view.js(POSITIONS) == view.js(COMPUTED)
    assert not view.find("#kinds input[value=Study]").is_selected()
    total = len(view.js("return NODES"))
    shown = len(view.js(SHOWN_NODES))
    assert shown < total
    assert view.count_line().startswith(f"{shown} of {total} nodes, ")
    assert view.js(PAINTED) > 5000
    view.search("giant cell tumour")
    assert view.find("#panel h2").text == "giant cell tumor of bone"
    assert _cited(view)


def test_every_number_of_the_whole_page_has_its_publication(view: Viewer, whole: Page) -> None:
    """Every finding on the page of all data carries a citation, a locator and the address of its publication."""
    view.open(whole)
    findings = view.js("return Object.values(EVIDENCE).flatMap((summary) => summary.findings)")
    assert len(findings) > 100
    assert all(each["citation"] and each["locator"] and each["link"].startswith("https://") for each in findings)
    assert view.js("return Object.values(EVIDENCE).every((summary) => summary.findings.length > 0)")

"""The evidence gap map, as a reader meets it in a real browser."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

import spineonc
from spineonc.gapmap import Cell, draw_gap_map, start
from spineonc.pages.coverage import coverage

from .conftest import axe
from .hostile import TEXT, poisoned

if TYPE_CHECKING:
    from rdflib import Graph

    from spineonc.pages import Page

    from .conftest import Viewer

pytestmark = pytest.mark.browser

CELLS = """
return cells.flatMap((line, high) => line.map((cell, wide) => [rows[high].id, cols[wide].id,
  [cell.studies.size, cell.patients ?? null, cell.rank, cell.reviews.size]]));
"""
SHOWN = "return [rows.length, cols.length, document.querySelectorAll('table.map td').length]"
METASTASIS, RADIATION, NOTOCHORDAL = "family/SpinalMetastasis", "family/RadiationTreatment", "family/NotochordalTumor"


@pytest.fixture(scope="module")
def page(toy: Graph) -> Page:
    return draw_gap_map(toy)


@pytest.fixture
def toy_view(view: Viewer, page: Page) -> Viewer:
    """The map of the invented world, opened."""
    view.open(page)
    return view


def _cell(view: Viewer, row: str, column: str) -> str:
    return str(view.find(f'td[data-cell="{row}~{column}"]').get_attribute("aria-label"))


def _found(view: Viewer) -> dict[tuple[str, str], Cell]:
    return {(row, column): Cell(*values) for row, column, values in view.js(CELLS) if values[0]}


def _check(view: Viewer, selector: str) -> None:
    view.js("document.querySelectorAll('#facets details').forEach((part) => { part.open = true; })")
    view.find(selector).click()


def _focused(view: Viewer) -> str:
    return str(view.js("return keyOf(document.activeElement.closest('th, td'))"))


def test_map_is_silent_alone_and_the_same_twice(toy_view: Viewer, toy: Graph, page: Page) -> None:
    """The map opens without a message in the console, asks for nothing, and is the same bytes when built again."""
    assert toy_view.logged() == []
    requests = [json.loads(line)["message"] for line in toy_view.requested() if "Network.requestWillBeSent" in line]
    assert all(each["params"].get("request", {}).get("url", "file:").startswith("file:") for each in requests)
    assert draw_gap_map(toy).html == page.html


@pytest.mark.parametrize("world", ["toy", "graph"])
def test_cells_are_those_of_the_library(view: Viewer, request: pytest.FixtureRequest, world: str) -> None:
    """Each cell of the page counts what `gap_map` counts: studies, patients, certainty and reviews."""
    graph = request.getfixturevalue(world)
    view.open(draw_gap_map(graph))
    known = start(graph)
    expected = {
        (row, column): cell
        for (row, _), line in zip(known.rows, known.cells, strict=True)
        for (column, _), cell in zip(known.columns, line, strict=True)
        if cell.studies
    }
    assert _found(view) == expected
    assert expected


def test_rows_and_columns_open_and_close(toy_view: Viewer) -> None:
    """A closed row counts all that is below it; opened, it shows the narrower terms, to the ground if one wants."""
    before = toy_view.js(SHOWN)
    assert _cell(toy_view, NOTOCHORDAL, "family/SurgicalTreatment").startswith("2 studies")
    toy_view.find(f'th[data-path="{NOTOCHORDAL}"] button').click()
    assert toy_view.js(SHOWN)[0] == before[0] + 1
    assert _cell(toy_view, f"{NOTOCHORDAL}/Chordoma", "family/SurgicalTreatment").startswith("2 studies")
    toy_view.find(f'th[data-path="{RADIATION}"] button').click()
    assert toy_view.js(SHOWN)[1] > before[1]
    assert toy_view.find(f'th[data-path="{RADIATION}"] button').get_attribute("aria-expanded") == "true"
    toy_view.find("#open-rows").click()
    assert toy_view.find_all(f'th[data-path="{NOTOCHORDAL}/Chordoma/SpinalChordoma/SacralChordoma"]')
    toy_view.find("#open-cols").click()
    shown = toy_view.js(SHOWN)
    assert shown[0] * shown[1] == shown[2]
    toy_view.find("#close").click()
    assert toy_view.js(SHOWN) == before


def test_gaps_are_told_apart(toy_view: Viewer, toy: Graph) -> None:
    """An empty cell says that nothing was found in this graph, one without review that it is a synthesis gap."""
    assert _cell(toy_view, NOTOCHORDAL, RADIATION) == "no evidence found in this graph"
    assert "synthesis gap" in _cell(toy_view, NOTOCHORDAL, "family/SurgicalTreatment")
    assert "1 review among them" in _cell(toy_view, METASTASIS, RADIATION)
    toy_view.find(f'td[data-cell="{NOTOCHORDAL}~{RADIATION}"]').click()
    assert f"no evidence found in this graph ({coverage(toy)})" in toy_view.panel()
    assert "not that none exists" in toy_view.panel()
    assert "gives no recommendations" in str(toy_view.find("footer details").get_property("textContent"))


def test_certainty_is_sign_and_color(toy_view: Viewer) -> None:
    """Each filled cell shows its best certainty as a sign, its number as text, and a color that no other level has."""
    cell = toy_view.find(f'td[data-cell="{METASTASIS}~family/CombinedTreatment"]')
    assert cell.text == "1 ++++"
    fills = {
        rank: toy_view.find(f".bubble.rank-{rank}").value_of_css_property("background-color") for rank in (1, 2, 3, 4)
    }
    assert len(set(fills.values())) == 4


def test_size_is_studies_or_patients(toy_view: Viewer) -> None:
    """The switch makes bubbles and numbers those of patients; the larger amount has the larger bubble."""
    few, many = f'td[data-cell="{NOTOCHORDAL}~family/SurgicalTreatment"]', f'td[data-cell="{METASTASIS}~{RADIATION}"]'
    Select(toy_view.find("#size")).select_by_value("patients")
    assert toy_view.find(f"{few} .text").text == "60 +"
    assert toy_view.find(f"{many} .text").text == "900 +++"
    assert toy_view.find(f"{few} .bubble").size["width"] < toy_view.find(f"{many} .bubble").size["width"]
    assert "size=patients" in toy_view.js("return location.hash")


def test_filters_narrow_the_map(toy_view: Viewer) -> None:
    """Outcome, certainty, design, years and directness each leave exactly what passes; reset brings all back."""
    everything = _found(toy_view)
    _check(toy_view, '[data-facet="outcome"] input[value="local control outcome"]')
    assert {row for row, _ in _found(toy_view)}.isdisjoint({"NotochordalTumor", "OsteoclasticGiantCellRichTumor"})
    _check(toy_view, '[data-facet="certainty"] input[value="high"]')
    assert _found(toy_view)["SpinalMetastasis", "CombinedTreatment"].rank == 3
    _check(toy_view, "#direct")
    assert _found(toy_view)["SpinalMetastasis", "RadiationTreatment"] == Cell(1, 90, 1, 0)
    _check(toy_view, '[data-facet="design"] input[value="retrospective cohort"]')
    assert ("SpinalMetastasis", "RadiationTreatment") not in _found(toy_view)
    toy_view.find("#reset").click()
    assert _found(toy_view) == everything
    toy_view.js("const to = byId('to'); to.value = '2003'; to.dispatchEvent(new Event('change'))")
    assert toy_view.count_line().startswith("3 of 7 studies")
    _check(toy_view, "#bare")
    assert {row for row, _, _ in toy_view.js(CELLS)} == {row for row, _ in _found(toy_view)}


def test_hidden_reviews_make_no_synthesis_gap(toy_view: Viewer) -> None:
    """Hiding the design of the reviews hides them, but does not turn a reviewed cell into a synthesis gap."""
    _check(toy_view, '[data-facet="design"] input[value="meta-analysis"]')
    assert _found(toy_view)["SpinalMetastasis", "RadiationTreatment"] == Cell(1, 90, 1, 1)


def test_cell_opens_its_evidence(toy_view: Viewer) -> None:
    """Click and Enter open the summaries of a cell with findings and linked publications."""
    toy_view.find(f'td[data-cell="{METASTASIS}~{RADIATION}"]').click()
    assert toy_view.find("#panel h2").text == "radiotherapy for spinal metastasis"
    toy_view.js("document.querySelectorAll('#panel details').forEach((part) => { part.open = true; })")
    toy_view.settle()
    links = {link.get_property("href") for link in toy_view.find_all("#panel td a")}
    assert links == {"https://doi.org/10.1000/beta", "https://pubmed.ncbi.nlm.nih.gov/7"}
    toy_view.js("goTo(matrix[1][1])")
    toy_view.driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT, Keys.ENTER)
    assert toy_view.find('td[aria-selected="true"]').get_attribute("data-cell") == _focused(toy_view)
    assert toy_view.find("#panel h2").text == "control condition for bone metastasis"


def test_keys_lead_through_the_grid(toy_view: Viewer) -> None:
    """The grid is one stop of the tabulator; arrows, Home, End and Ctrl move in it, Enter opens a row by its name."""
    assert toy_view.js("return document.querySelectorAll('table.map [tabindex=\"0\"]').length") == 1
    toy_view.js("goTo(matrix[1][0])")
    first = _focused(toy_view)
    keys = toy_view.driver.switch_to.active_element
    keys.send_keys(Keys.ENTER)
    assert toy_view.js("return document.activeElement.getAttribute('aria-expanded')") == "true"
    for sent, expected in (
        ((Keys.ARROW_DOWN, Keys.ARROW_UP), first),
        ((Keys.END,), f"{first.removeprefix('row ')}~family/SystemicTreatment"),
        ((Keys.HOME,), first),
        ((Keys.CONTROL, Keys.END, Keys.NULL), "group/PrimaryTumor~family/SystemicTreatment"),
    ):
        toy_view.driver.switch_to.active_element.send_keys(*sent)
        assert _focused(toy_view) == expected
    assert toy_view.js("return document.querySelectorAll('table.map [tabindex=\"0\"]').length") == 1
    toy_view.find("body").send_keys("/")
    assert toy_view.js("return document.activeElement.id") == "search"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("sacral chordoma", f"row {NOTOCHORDAL}/Chordoma/SpinalChordoma/SacralChordoma"),
        ("Proton therapy", f"col {RADIATION}/ParticleTherapy/ProtonTherapy"),
    ],
)
def test_search_opens_the_way_to_a_term(toy_view: Viewer, name: str, place: str) -> None:
    """A tumor or treatment that is searched by name comes into sight with the focus, whatever was closed above it."""
    toy_view.find("#search").send_keys(name, Keys.ENTER)
    toy_view.settle()
    assert _focused(toy_view) == place
    toy_view.js("byId('search').value = 'nothing like it'; byId('search').dispatchEvent(new Event('change'))")
    assert "No row or column is called" in toy_view.panel()


def test_address_holds_the_view(toy_view: Viewer) -> None:
    """Open rows, filters and the chosen cell stand in the address: opened again, it shows the same."""
    toy_view.find(f'th[data-path="{NOTOCHORDAL}"] button').click()
    _check(toy_view, "#direct")
    toy_view.find(f'td[data-cell="{NOTOCHORDAL}/Chordoma~family/SurgicalTreatment"]').click()
    before, panel = toy_view.js(SHOWN), toy_view.panel()
    toy_view.driver.refresh()
    toy_view.settle()
    assert (toy_view.js(SHOWN), toy_view.panel()) == (before, panel)
    assert toy_view.js("return [state.direct, byId('direct').checked]") == [True, True]


def test_map_is_saved_as_list_and_picture(toy_view: Viewer) -> None:
    """CSV, SVG and PNG hold every cell in sight, the date of the data and the disclaimer."""
    rows = list(csv.DictReader(toy_view.js("return csvText()").splitlines()))
    shown = toy_view.js(SHOWN)
    assert len(rows) == shown[2]
    row = next(row for row in rows if (row["tumor"], row["treatment"]) == ("spinal metastasis", "radiotherapy"))
    assert list(row.values()) == ["spinal metastasis", "radiotherapy", "2", "900", "moderate", "1", ""]
    assert {row["gap"] for row in rows} == {"", "absolute", "synthesis"}
    svg = ET.fromstring(toy_view.js("return svgText()"))  # noqa: S314 - written by the page itself
    words = "".join(svg.itertext())
    assert len(svg.findall(".//{http://www.w3.org/2000/svg}circle[@fill]")) >= len(_found(toy_view))
    assert all(text in words for text in ("not medical advice", "8 publications", "notochordal tumor", "2 +"))
    picture = toy_view.driver.execute_async_script(
        "const done = arguments[0]; drawnPicture(1).then((canvas) => done(canvas.toDataURL('image/png')));"
    )
    assert picture.startswith("data:image/png;base64,")
    assert len(picture) > 20000
    toy_view.js("window.saved = []; download = (name) => saved.push(name); window.print = () => saved.push('paper');")
    for button in ("csv", "svg", "print"):
        toy_view.find(f"#{button}").click()
    assert toy_view.js("return window.saved") == ["gapmap.csv", "gapmap.svg", "paper"]


def test_page_without_scripts_shows_the_families(toy: Graph, page: Page) -> None:
    """What the page holds before any script runs is the table of the families, with every count."""
    table = ET.fromstring(page.html[page.html.index("<table") : page.html.index("</table>") + 8])  # noqa: S314 - ours
    shown = [[cell.text for cell in row.findall("td")] for row in table.iter("tr")][1:]
    known = start(toy)
    assert [[bool(text and text[0].isdigit()) for text in line] for line in shown] == [
        [bool(cell.studies) for cell in line] for line in known.cells
    ]


def test_hostile_text_stays_text(view: Viewer, toy: Graph) -> None:
    """Whatever is written in labels, findings and citations is shown as text and executes nothing."""
    view.open(draw_gap_map(poisoned(toy)))
    view.find(f'td[data-cell="{METASTASIS}~{RADIATION}"]').click()
    view.js("document.querySelectorAll('#panel details').forEach((part) => { part.open = true; })")
    view.settle(10)
    assert view.panel().count(TEXT) > 6
    assert view.js("return [typeof window.__pwned, document.scripts.length, document.images.length]") == [
        "undefined",
        1,
        0,
    ]
    assert view.find_all("#panel a") == []
    assert view.logged() == []


def test_map_stands_in_a_site(view: Viewer, toy: Graph) -> None:
    """With the addresses of other pages the map links to the first page and to the profiles of its terms."""
    iri = spineonc.find(toy, "spinal metastasis")
    view.open(draw_gap_map(toy, home="index.html", profiles={str(iri): "profiles/SpinalMetastasis.html"}))
    view.find(f'td[data-cell="{METASTASIS}~{RADIATION}"]').click()
    targets = [link.get_attribute("href") for link in view.find_all("header a, #panel h2 a")]
    assert [target.rpartition("/")[2] for target in targets if target] == ["index.html", "SpinalMetastasis.html"]


@pytest.mark.parametrize("scheme", ["view", pytest.param("dark", marks=pytest.mark.long)])
def test_map_meets_wcag(request: pytest.FixtureRequest, page: Page, scheme: str) -> None:
    """Axe finds no fault against WCAG 2.2 AA with open rows, columns, filters and evidence."""
    viewer: Viewer = request.getfixturevalue(scheme)
    viewer.open(page)
    viewer.find(f'th[data-path="{METASTASIS}"] button').click()
    viewer.find(f'th[data-path="{RADIATION}"] button').click()
    viewer.find(f'td[data-cell="{METASTASIS}~{RADIATION}"]').click()
    viewer.js("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    viewer.settle()
    assert axe(viewer) == []


@pytest.mark.parametrize(("wide", "high"), [(820, 1180), (390, 844)], ids=["tablet", "phone"])
def test_small_screens_and_paper(toy_view: Viewer, wide: int, high: int) -> None:
    """On a tablet and a phone nothing is cut off sideways; on paper stands the map without any control."""
    toy_view.resize(wide, high)
    toy_view.driver.refresh()
    toy_view.settle()
    assert toy_view.js("return document.documentElement.scrollWidth <= innerWidth")
    assert toy_view.find("#map").size["height"] >= 0.45 * high
    toy_view.find("#theme").click()
    assert toy_view.js("return document.documentElement.dataset.theme") == "dark"
    toy_view.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = [each for each in toy_view.find_all("header button, input, #filters") if each.is_displayed()]
    table = toy_view.find("table.map").is_displayed()
    toy_view.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert (shown, table) == ([], True)

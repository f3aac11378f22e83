"""The page of a case, as a reader meets it in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spineonc import consider, draw_case
from spineonc._resources import DATA, DISCLAIMER

from .conftest import axe, set_scheme

if TYPE_CHECKING:
    from rdflib import Graph

    from spineonc.pages import Page

    from .conftest import Viewer

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror='window.hacked=1'><b>bold</b> {{ 7 * 7 }} \u202e"
PAINTED = """
const canvas = document.querySelector("#graph canvas");
const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
return data.filter((value, index) => index % 4 === 3 && value > 0).length;
"""


@pytest.fixture(scope="module")
def page(graph: Graph) -> Page:
    return draw_case(consider(DATA / "cases" / "thoracic-renal-metastasis.yaml", graph))


@pytest.fixture(scope="module")
def small(graph: Graph) -> Page:
    return draw_case(consider(DATA / "cases" / "lumbar-osteoid-osteoma.yaml", graph))


@pytest.fixture
def viewer(view: Viewer, page: Page) -> Viewer:
    view.open(page)
    return view


def test_page_is_quiet(viewer: Viewer) -> None:
    """The page says nothing on the console and asks the network for nothing."""
    viewer.settle(10)
    asked = [each for each in viewer.requested() if '"Network.requestWillBeSent"' in each]
    assert viewer.logged() == []
    assert len([each for each in asked if '"url":"file:' not in each and '"url":"data:' not in each]) == 0


def test_path_is_drawn_in_five_columns(viewer: Viewer) -> None:
    """The path runs from the case over instruments, strategies and evidence to outcomes, from left to right."""
    assert viewer.js(PAINTED) > 1000
    places = viewer.js("return NODES.map((node) => [node.column, node.x])")
    assert [column for column, _ in sorted({(column, x) for column, x in places}, key=lambda each: each[1])] == [
        "case",
        "instrument or recommendation",
        "strategy",
        "evidence",
        "outcome",
    ]
    ways = viewer.js("return [...alongPath('by NOMS 2013')]")
    assert {"case", "by SINS 2010", "treatment DecompressionWithStabilization", "outcome SurvivalOutcome"} <= set(ways)


def test_choosing_a_node_shows_what_stands_behind_it(viewer: Viewer) -> None:
    """A click on evidence shows its summaries with findings; every node leads to its part of the text."""
    viewer.find("#fit").click()
    viewer.js("byId('graph').scrollIntoView({ block: 'center' })")
    viewer.settle(30)
    place = viewer.js(
        "const { id } = NODES.find((node) => node.column === 'evidence');"
        "return network.canvasToDOM(network.getPosition(id))"
    )
    viewer.point_at(place)
    assert "certainty" in viewer.panel()
    missing = viewer.js("return NODES.map((node) => node.target).filter((target) => !document.querySelector(target))")
    assert missing == []


def test_text_stands_beside_the_drawing(viewer: Viewer) -> None:
    """The disclaimer, the label of an invented case, scores and the source of each finding stand in the text."""
    text = viewer.find("body").text
    assert DISCLAIMER in text
    assert "Invented case: this patient does not exist." in text
    assert "14 (scale 0 to 18), Unstable" in text
    assert viewer.js(
        "return [...document.querySelectorAll('table.facts li')].every((each) => each.querySelector('a[href^=http]'))"
    )


def test_all_details_open_and_close(viewer: Viewer) -> None:
    """One button opens all details, as for paper, and closes them again."""
    closed = "return document.querySelectorAll('main details:not([open])').length"
    before = viewer.js(closed)
    viewer.find("#unfold").click()
    assert (before > 0, viewer.js(closed)) == (True, 0)
    viewer.find("#unfold").click()
    assert viewer.js(closed) == before


def test_hostile_text_executes_nothing(view: Viewer, graph: Graph) -> None:
    """A title or note that is markup or a template stays text."""
    case = {"title": HOSTILE, "note": HOSTILE, "tumor": "osteoid osteoma", "invented": True}
    view.open(draw_case(consider(case, graph)))
    view.settle(5)
    assert view.js("return window.hacked") is None
    assert view.js("return document.querySelectorAll('img, b').length") == 0
    assert view.find("h1").text.startswith("</script><img src=x")
    assert view.logged() == []


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_page_is_accessible(view: Viewer, small: Page, scheme: str) -> None:
    """The page meets WCAG 2.2 A and AA in light and dark, with all details open."""
    set_scheme(view.driver, scheme)
    view.open(small)
    view.js("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    view.settle(3)
    assert axe(view) == []


def test_page_fits_a_phone(viewer: Viewer) -> None:
    """On a narrow screen nothing but a table scrolls sideways."""
    viewer.resize(390, 800)
    viewer.settle(3)
    assert viewer.js("return document.documentElement.scrollWidth <= innerWidth")

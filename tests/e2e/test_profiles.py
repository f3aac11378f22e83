"""Profile pages, as a reader meets them in a real browser, and on paper."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.keys import Keys

import spineonc
from spineonc.profiles import Knowledge, profile_maker

from .conftest import axe
from .hostile import TEXT, poisoned

if TYPE_CHECKING:
    from rdflib import Graph

    from spineonc.pages import Page

    from .conftest import Viewer

pytestmark = pytest.mark.browser

CORD = "metastatic epidural spinal cord compression"
SECTIONS = ("about", "evidence", "outcomes", "gaps", "timeline", "related")


@pytest.fixture(scope="module")
def page(toy: Graph) -> Page:
    return spineonc.profile(toy, CORD)


@pytest.fixture(scope="module")
def known(graph: Graph) -> Knowledge:
    return Knowledge(graph)


@pytest.fixture(scope="module")
def whole(known: Knowledge) -> Page:
    return profile_maker(known)("SpinalMetastasis")


@pytest.fixture
def toy_view(view: Viewer, page: Page) -> Viewer:
    """The profile of cord compression in the invented world, opened."""
    view.open(page)
    return view


def test_profile_is_silent_alone_and_the_same_twice(toy_view: Viewer, toy: Graph, page: Page) -> None:
    """A profile opens without a message in the console, asks for nothing, and is the same bytes when built again."""
    assert toy_view.logged() == []
    requests = [json.loads(line)["message"] for line in toy_view.requested() if "Network.requestWillBeSent" in line]
    assert all(each["params"].get("request", {}).get("url", "file:").startswith("file:") for each in requests)
    assert spineonc.profile(toy, CORD).html == page.html


def test_profile_is_complete_without_scripts(view: Viewer, page: Page) -> None:
    """With JavaScript switched off, every section is there and a summary opens to its reasons and findings."""
    view.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        path = view.folder / "still.html"
        path.write_text(page.html, "utf-8")
        view.driver.get(path.as_uri())
        assert all(view.find(f"#{name}").is_displayed() for name in SECTIONS)
        view.find("details.summary > summary").click()
        assert view.find("details.summary .reasons").text == "starts at high: randomized comparison"
        assert view.find("details.summary td a").text == "Alpha 2001"
        assert view.find_all("button") == []
    finally:
        view.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_forest_plot_shows_each_result(toy_view: Viewer) -> None:
    """A ratio has its interval, the line of no effect and the words of both sides; a proportion its comparator."""
    plots = {plot.get_attribute("aria-label").split(":")[0]: plot for plot in toy_view.find_all("#outcomes svg.plot")}
    assert set(plots) == {"ambulation, proportion (%)", "ambulation, odds ratio", "overall survival, hazard ratio"}
    ratio = str(plots["overall survival, hazard ratio"].get_property("textContent"))
    assert "0.9 (0.6 to 1.4), n = 500" in ratio
    assert "lower with the treatment" in ratio
    marks = {
        name: len(plots["overall survival, hazard ratio"].find_elements("css selector", f".{name}"))
        for name in ("null", "reported", "computed", "comparator")
    }
    assert marks == {"null": 1, "reported": 1, "computed": 0, "comparator": 0}
    assert plots["ambulation, proportion (%)"].find_elements("css selector", ".comparator")
    assert toy_view.js("return document.querySelectorAll('#timeline circle').length") == 2


def test_computed_intervals_look_different(view: Viewer, toy: Graph) -> None:
    """An interval that was computed from counts is dashed, hollow and says so; a reported one is none of it."""
    view.open(spineonc.profile(toy, "sacral chordoma"))
    assert view.find("#outcomes line.computed").value_of_css_property("stroke-dasharray") != "none"
    assert "computed (Wilson)" in str(view.find("#outcomes svg").get_property("textContent"))
    view.open(spineonc.profile(toy, CORD))
    assert view.find("#outcomes line.reported").value_of_css_property("stroke-dasharray") == "none"


def test_tables_sort_and_are_saved(view: Viewer, known: Knowledge) -> None:
    """Each column sorts both ways by key; a table is saved with citations and addresses; all parts open and close."""
    view.open(profile_maker(known)("Chordoma"))
    view.js(
        "window.saved = []; download = (...given) => window.saved.push(given); window.print = () => saved.push('paper')"
    )
    buttons = {button.text: button for button in view.find_all("#tools button")}
    buttons["Open all"].click()
    table = max(view.find_all("table.findings"), key=lambda each: len(each.find_elements("css selector", "tbody tr")))
    year = table.find_elements("css selector", "th button")[-1]
    read = "return [...arguments[0].tBodies[0].rows].map((row) => Number(row.cells[7].textContent))"
    year.send_keys(Keys.ENTER)
    up = view.js(read, table)
    year.send_keys(Keys.ENTER)
    assert (up, view.js(read, table)) == (sorted(up), sorted(up, reverse=True))
    assert len(up) > 3
    assert table.find_elements("css selector", "th")[-1].get_attribute("aria-sort") == "descending"
    tools = view.js("return arguments[0].parentNode.nextElementSibling", table)
    for button in tools.find_elements("css selector", "button"):
        button.click()
    name, _, text = view.js("return window.saved[0]")
    rows = list(csv.DictReader(text.splitlines()))
    assert (name, len(rows)) == ("findings.csv", len(up))
    assert all(row["Citation"] and row["Address"].startswith("https://") and row["Notes"] for row in rows)
    buttons["Close all"].click()
    assert view.find_all("details[open]") == []
    buttons["Print"].click()
    assert view.js("return window.saved.at(-1)") == "paper"
    buttons["Dark"].click()
    assert view.js("return document.documentElement.dataset.theme") == "dark"


def test_paper_shows_closed_parts(toy_view: Viewer) -> None:
    """Printed, the findings of closed summaries are on the paper, and no button is."""
    toy_view.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    row = toy_view.find("details:not([open]) tbody tr")
    shown = [each for each in toy_view.find_all("button, nav") if each.is_displayed()]
    height = row.size["height"]
    toy_view.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert shown == []
    assert height > 0


def test_disagreements_stand_side_by_side(view: Viewer, whole: Page, graph: Graph) -> None:
    """Studies that disagree stand beside each other, each with its result and its link."""
    view.open(whole)
    pairs = spineonc.describe(graph, "spinal metastasis")["disagreements"]
    sides = view.find_all("#disagreements .sides > div")
    assert len(sides) == 2 * len(pairs)
    assert pairs
    assert all(side.find_element("css selector", "a").get_property("href").startswith("https://") for side in sides)


def test_hostile_text_stays_text(view: Viewer, toy: Graph) -> None:
    """Whatever is written in labels, findings, recommendations and citations is text, and no link runs a script."""
    bad = Knowledge(poisoned(toy))
    make = profile_maker(bad)
    for term in ("MetastaticEpiduralSpinalCordCompression", "EnBlocResection", "Chordoma"):
        page = make(term)
        view.open(page)
        view.settle(5)
        assert view.find("h1").text.startswith(TEXT[:20]), term
        assert view.js("return [typeof window.__pwned, document.scripts.length, document.images.length]") == [
            "undefined",
            1,
            0,
        ]
        assert view.find_all("main a") == []
        assert view.logged() == []


@pytest.mark.parametrize("scheme", ["view", pytest.param("dark", marks=pytest.mark.long)])
def test_profile_meets_wcag(request: pytest.FixtureRequest, known: Knowledge, scheme: str) -> None:
    """Axe finds no fault against WCAG 2.2 AA with every part open, in light and in dark."""
    viewer: Viewer = request.getfixturevalue(scheme)
    viewer.open(profile_maker(known)("NerveSheathTumor"))
    viewer.js("openAll(true)")
    viewer.settle()
    assert axe(viewer) == []


@pytest.mark.long
@pytest.mark.parametrize(("wide", "high"), [(820, 1180), (390, 844)], ids=["tablet", "phone"])
def test_small_screens_cut_nothing_off(view: Viewer, whole: Page, wide: int, high: int) -> None:
    """On a tablet and on a phone the page has no sideways scroll of its own, also with all parts open."""
    view.resize(wide, high)
    view.open(whole)
    view.js("openAll(true)")
    view.settle()
    assert view.js("return document.documentElement.scrollWidth <= innerWidth")

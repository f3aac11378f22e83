"""The whole site, opened from the disk as a reader does."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from selenium.webdriver.common.keys import Keys

import spineonc

from .conftest import axe
from .hostile import poisoned

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib import Graph

    from .conftest import Viewer

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    spineonc.write_site(graph, folder, version="spineonc 0, data 0")
    return folder


@pytest.fixture
def home(view: Viewer, site: Path) -> Viewer:
    """The first page of the site, opened."""
    view.driver.get("about:blank")
    view.logged()
    view.requested()
    view.driver.get((site / "index.html").as_uri())
    return view


@pytest.mark.long
def test_every_link_leads_somewhere(site: Path) -> None:
    """Every relative link of every page names a file of the site, and nothing is loaded from elsewhere."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 200
    for page in pages:
        text = page.read_text("utf-8")
        static = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
        for address in re.findall(r'(?:href|src)="([^"]*)"', static):
            if not address.startswith(("https://", "http://", "#")):
                target = unescape(unquote(address)).partition("#")[0]
                assert (page.parent / target).is_file(), f"{page.name}: {address}"
        assert not re.search(r"<(script|img|iframe|link)[^>]+(src|href)=", static)
        assert "connect-src 'none'" in text


def test_profiles_are_linked_from_explorer_and_map(site: Path) -> None:
    """Explorer and gap map name the profile of each term that has one, and each of these files is there."""
    for name in ("explorer.html", "gapmap.html"):
        profiles = json.loads(re.search(r"^const PROFILES = (.*);$", (site / name).read_text("utf-8"), re.MULTILINE)[1])  # type: ignore[index]
        assert profiles["Chordoma"] == "profiles/Chordoma.html"
        assert all((site / address).is_file() for address in profiles.values())


def test_first_page_is_silent_and_says_what_it_is(home: Viewer) -> None:
    """The first page opens silently from the disk, and names data, certainty, citation and disclaimer."""
    assert home.logged() == []
    requests = [json.loads(line)["message"] for line in home.requested() if "Network.requestWillBeSent" in line]
    assert all(each["params"].get("request", {}).get("url", "file:").startswith("file:") for each in requests)
    words = home.find("body").text
    assert all(each in words for each in ("not medical advice", "How to cite", "spineonc 0, data 0", "publications of"))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("chordoma", "profiles/Chordoma.html"),
        ("giant cell tumour", "profiles/GiantCellTumor.html"),
        ("NCIT:C2947", "profiles/Chordoma.html"),
        ("SBRT", "profiles/StereotacticBodyRadiotherapy.html"),
        ("16112300", "explorer.html#select=study%2Fpatchell-2005&steps=1"),
        ("overall survival", "explorer.html#select=OverallSurvival&steps=1"),
    ],
)
def test_search_finds_pages_by_any_name(home: Viewer, text: str, address: str) -> None:
    """A label, synonym, code or PubMed number leads to the profile, or to the explorer where there is none."""
    home.find("#search").send_keys(text)
    first = home.find("#results a").get_attribute("href")
    assert first is not None
    assert first.endswith(address)
    assert "found" in home.find("#found").text


def test_reader_walks_through_the_site(home: Viewer) -> None:
    """From the search to a profile, from it to a related one and home, to the map, and to the explorer and back."""
    home.find("#search").send_keys("sacral chordoma", Keys.ENTER)
    assert home.find("h1").text == "sacral chordoma"
    home.find("#related a").click()
    assert home.find("h1").text == "spinal chordoma"
    home.find("header a").click()
    home.find('.cards a[href="gapmap.html"]').click()
    assert home.find_all("table.map td")
    home.find("header a").click()
    home.find("#search").send_keys("overall survival", Keys.ENTER)
    home.settle()
    assert home.find("#panel h2").text == "overall survival"
    home.find("header a").click()
    home.find("#tumors summary").click()
    home.find("#tumors details[open] ul a").click()
    assert "profiles/" in home.driver.current_url
    assert home.logged() == []


def test_site_of_hostile_data_is_harmless(view: Viewer, toy: Graph, tmp_path: Path) -> None:
    """Hostile labels run nothing on the first page, neither at the start nor among the results of a search."""
    spineonc.write_site(poisoned(toy), tmp_path / "site")
    view.driver.get((tmp_path / "site" / "index.html").as_uri())
    view.find("#search").send_keys("chordoma")
    view.settle(5)
    assert view.find_all("#results a")
    assert view.js("return [typeof window.__pwned, document.scripts.length, document.images.length]") == [
        "undefined",
        1,
        0,
    ]
    assert view.logged() == []


@pytest.mark.parametrize("scheme", ["view", pytest.param("dark", marks=pytest.mark.long)])
def test_first_page_meets_wcag(request: pytest.FixtureRequest, site: Path, scheme: str) -> None:
    """Axe finds no fault against WCAG 2.2 AA with lists open and results shown; nothing is cut off on a phone."""
    viewer: Viewer = request.getfixturevalue(scheme)
    viewer.driver.get((site / "index.html").as_uri())
    viewer.js("document.querySelectorAll('#tumors details').forEach((part) => { part.open = true; })")
    viewer.find("#search").send_keys("metastasis")
    viewer.find("#theme").click()
    viewer.find("#theme").click()
    assert axe(viewer) == []
    viewer.resize(390, 844)
    assert viewer.js("return document.documentElement.scrollWidth <= innerWidth")

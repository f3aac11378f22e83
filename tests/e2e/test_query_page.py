"""The page to write queries on, opened from ``spineonc serve`` in a browser that reaches nothing but that server."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest
import urllib3
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from spineonc.graph import labels
from spineonc.queries import named_queries
from spineonc.site import Site
from spineonc.site import query as query_package
from spineonc.site.query import BUNDLE, query_page

from .conftest import Viewer, _missing, axe, set_scheme
from .hostile import poisoned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rdflib import Graph
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

pytestmark = pytest.mark.browser
CONSTRUCT = "CONSTRUCT { ?tumor :hasEvidenceFor ?b } { ?tumor :hasEvidenceFor ?b ; rdfs:subClassOf* :Chordoma }"


class Asker(Viewer):
    """What a user does on the page."""

    address = ""

    def visit(self, text: str | None = None) -> None:
        """Open the page, with a query in the address."""
        self.driver.get("about:blank")
        self.logged()
        self.requested()
        self.driver.get(f"{self.address}query.html" + ("" if text is None else f"#query={quote(text)}"))
        self.settle()

    @property
    def editor(self) -> WebElement:
        """The editable part of the editor."""
        found: WebElement = self.js("return document.querySelector('#editor').shadowRoot.querySelector('.cm-content')")
        return found

    def text(self) -> str:
        """Return the lines of the editor that are drawn."""
        return str(self.js("return arguments[0].innerText", self.editor))

    def run(self) -> None:
        """Press Ctrl+Enter in the editor and wait for the answer."""
        self.js("arguments[0].focus()", self.editor)
        self.editor.send_keys(Keys.CONTROL, Keys.ENTER)
        self.answered()

    def answered(self) -> None:
        """Wait for an answer or an error."""
        WebDriverWait(self.driver, 30, 0.05).until(lambda _: self.js("return document.getElementById('stop').disabled"))

    def rows(self) -> list[list[str]]:
        """Return the rows of the table that are shown."""
        found: list[list[str]] = self.js(
            "return [...document.querySelectorAll('table.answer tbody tr')].map("
            "(row) => [...row.cells].map((cell) => cell.textContent))"
        )
        return found


@pytest.fixture
def page(served_driver: Chrome, address: str, tmp_path: Path) -> Iterator[Asker]:
    if not BUNDLE.is_file():
        _missing(f"{BUNDLE} is missing. Run: make editor", "SPINEONC_REQUIRE_SERVERS")
    set_scheme(served_driver, "light")
    asker = Asker(served_driver, tmp_path)
    asker.address = address
    yield asker
    served_driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_example_is_answered_as_by_the_library(page: Asker, graph: Graph) -> None:
    """A named query gives the rows of the library, by label and linked; nothing is asked of any other server."""
    page.visit()
    field = page.find("#parameter-tumor")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("Chordoma", Keys.TAB)
    assert ":Chordoma" in page.text()
    page.run()
    expected = named_queries()["treatments-for-tumor"].table(graph, tumor="chordoma")
    named = labels(graph)
    rows = page.rows()
    assert [row[1] for row in rows] == [named[str(row[1])] for row in expected.rows]
    assert f"{len(expected.rows)} rows" in page.find("#status").text
    link = page.find("table.answer td:nth-child(2) a").get_attribute("href")
    assert link == page.address + str(expected.rows[0][1]).rsplit("/", 1)[1]
    page.find("table.answer th:nth-child(2) button").click()
    assert [row[1] for row in page.rows()] == sorted((row[1] for row in rows), key=str.casefold)
    assert page.logged() == []
    sent = [json.loads(line)["message"] for line in page.requested() if "Network.requestWillBeSent" in line]
    addresses = [each["params"]["request"]["url"] for each in sent if "request" in each["params"]]
    assert f"{page.address}sparql" in addresses
    assert all(each.startswith(page.address) for each in addresses if each.startswith("http"))


@pytest.mark.long
def test_every_example_gives_as_many_rows_as_the_library(page: Asker, graph: Graph) -> None:
    """Each named query runs from the page as it stands there, and finds as many rows as the library."""
    page.visit()
    for name, query in named_queries().items():
        Select(page.find("#example")).select_by_value(name)
        page.run()
        assert not page.find("#error").is_displayed(), f"{name}: {page.find('#error').text}"
        count = len(query.table(graph).rows)
        assert page.find("#status").text.startswith(f"{count} row"), name


@pytest.mark.long
def test_names_complete_to_terms_and_properties_with_their_prefix(page: Asker) -> None:
    """A name of several words becomes its term, a synonym too, and the prefixes that are used are declared above."""
    page.visit("SELECT * { ?summary ")
    page.js("arguments[0].focus()", page.editor)
    for typed, written in [
        ("domain of a rea", ":certaintyDomain"),
        ("giant cell tumor of b", ":GiantCellTumor"),
        ("SBRT", ":StereotacticBodyRadiotherapy"),
        ("rdfs:lab", "rdfs:label"),
    ]:
        page.editor.send_keys(Keys.CONTROL, Keys.END)
        page.editor.send_keys(" ", typed)
        WebDriverWait(page.driver, 10).until(
            lambda _: page.js("return document.querySelector('#editor').shadowRoot.querySelector('[aria-selected]')")
        )
        page.settle(8)
        page.editor.send_keys(Keys.ENTER)
        page.settle()
        assert page.text().rstrip().endswith(written)
    assert "PREFIX : <https://w3id.org/spineonc/>" in page.text()
    assert "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>" in page.text()


@pytest.mark.long
def test_answer_is_downloaded_as_csv_and_json(page: Asker, tmp_path: Path) -> None:
    """The files hold every row of the answer: CSV with plain values, JSON as SPARQL 1.1 Query Results."""
    behavior = {"behavior": "allow", "downloadPath": str(tmp_path)}
    page.driver.execute_cdp_cmd("Browser.setDownloadBehavior", behavior)
    page.visit('SELECT ?term ?text { VALUES (?term ?text) { (:Chordoma "a \\"b\\", c") (:Tumor UNDEF) } }')
    page.run()
    for name in ("csv", "json"):
        page.find(f"#{name}").click()
        WebDriverWait(page.driver, 10).until(lambda _, name=name: (tmp_path / f"answer.{name}").is_file())
    with (tmp_path / "answer.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["term", "text"],
        ["https://w3id.org/spineonc/Chordoma", 'a "b", c'],
        ["https://w3id.org/spineonc/Tumor", ""],
    ]
    answer = json.loads((tmp_path / "answer.json").read_text("utf-8"))
    assert answer["head"]["vars"] == ["term", "text"]
    assert [sorted(row) for row in answer["results"]["bindings"]] == [["term", "text"], ["term"]]


@pytest.mark.long
def test_triples_and_pairs_are_drawn_as_a_graph(page: Asker) -> None:
    """CONSTRUCT, and SELECT with ?source and ?target, are drawn; other answers say why they are not."""
    page.visit(CONSTRUCT)
    page.run()
    triples = len(page.rows())
    assert triples > 10
    page.find("#as-graph").click()
    assert page.find("#graph canvas").is_displayed()
    assert f"{triples} lines; each line: has evidence for" in page.find("#drawn").text
    assert page.logged() == []
    page.visit("SELECT ?source ?target { ?source rdfs:subClassOf ?target . ?target rdfs:subClassOf :Tumor }")
    page.run()
    page.find("#as-graph").click()
    assert page.find("#graph canvas").is_displayed()
    page.visit("SELECT ?tumor { ?tumor rdfs:subClassOf :Tumor }")
    page.run()
    assert not page.find("#as-graph").is_enabled()
    assert "?source and ?target" in str(page.find("#as-graph").get_attribute("title"))


@pytest.mark.long
def test_what_the_server_refuses_is_said_plainly(page: Asker) -> None:
    """A fault is told with its line, a refused SERVICE with its reason, and both leave no old answer behind."""
    page.visit("SELECT * { ?a ?b ?c } LIMIT 1")
    page.run()
    assert page.rows()
    page.visit("SELECT *\nWHERE { ?a ?b }")
    page.run()
    assert "status 400" in page.find("#error").text
    assert page.find("#error button").text == "Go to line 2"
    assert page.rows() == []
    page.visit("SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }")
    page.run()
    assert "SERVICE" in page.find("#error").text


@pytest.mark.long
def test_query_is_kept_in_the_address(page: Asker) -> None:
    """What is written stands in the address; opening that address shows it again, with the prefixes it uses."""
    page.visit("ASK { :Chordoma a owl:Class }")
    page.run()
    assert page.rows() == [["true"]]
    WebDriverWait(page.driver, 5).until(lambda driver: "PREFIX" in unquote(driver.current_url))
    kept = page.driver.current_url
    page.driver.get("about:blank")
    page.driver.get(kept)
    page.settle()
    assert "PREFIX owl: <http://www.w3.org/2002/07/owl#>" in page.text()
    assert "ASK { :Chordoma a owl:Class }" in page.text()


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_meets_wcag(page: Asker, scheme: str) -> None:
    """Axe finds no fault against WCAG 2.2 AA with an answer, a graph or an error; nothing is cut off on a phone."""
    set_scheme(page.driver, scheme)
    page.visit()
    page.run()
    assert axe(page) == []
    page.visit("SELECT nonsense")
    page.run()
    assert axe(page) == []
    page.visit(CONSTRUCT)
    page.run()
    page.find("#as-graph").click()
    assert axe(page) == []
    page.resize(390, 844)
    assert page.js("return document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.long
def test_server_states_the_policy_of_each_page(address: str, graph: Graph) -> None:
    """The header names the digests of the page itself, a known tag is answered by 304, an unknown page by 404."""
    for path in ("", "explorer.html", "gapmap.html", "query.html", "profiles/Chordoma.html"):
        answer = urllib3.request("GET", address + path, timeout=60)
        text = answer.data.decode()
        header = answer.headers["content-security-policy"]
        stated = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]  # type: ignore[index]
        assert header == f"{stated}; frame-ancestors 'none'"
        assert "unsafe" not in header
        again = urllib3.request("GET", address + path, headers={"if-none-match": answer.headers["etag"]}, timeout=60)
        assert (again.status, again.data) == (304, b"")
    assert text == Site(graph).page("profiles/Chordoma.html").html
    assert urllib3.request("GET", f"{address}profiles/Nothing.html", timeout=60).status == 404


def test_opened_as_a_file_the_page_says_what_to_run(view: Viewer, toy: Graph) -> None:
    """From the disk the page opens silently, says that it needs the server, and runs nothing of hostile labels."""
    if not BUNDLE.is_file():
        _missing(f"{BUNDLE} is missing. Run: make editor", "SPINEONC_REQUIRE_SERVERS")
    view.open(query_page(poisoned(toy)))
    assert "spineonc serve" in view.find("#error").text
    assert view.js("return [typeof window.__pwned, document.scripts.length, document.images.length]") == [
        "undefined",
        2,
        0,
    ]
    assert view.logged() == []


def test_page_without_its_editor_says_how_to_build_it(
    view: Viewer, toy: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the editor was not built the page opens, and says how to build it."""
    monkeypatch.setattr(query_package, "BUNDLE", tmp_path / "missing.js")
    view.open(query_page(toy))
    assert "make editor" in view.find("[role=alert]").text
    assert view.logged() == []


def test_script_that_the_page_did_not_write_does_not_run(view: Viewer, toy: Graph) -> None:
    """A script, a handler and a style that came into the text of a page from outside are refused by its policy."""
    smuggled = (
        '<script>window.__pwned=1</script><img src="data:," onerror="window.__pwned=1"><b style="color:red">b</b>'
    )
    view.open(Site(toy).page("index.html").html.replace("<main>", f"<main>{smuggled}", 1))
    view.settle(5)
    assert view.js("return [typeof window.__pwned, getComputedStyle(document.querySelector('main > b')).color]") == [
        "undefined",
        view.js("return getComputedStyle(document.querySelector('main')).color"),
    ]
    assert len([line for line in view.logged() if "Content Security Policy" in line]) == 3

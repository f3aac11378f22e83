"""Speed of the explorer page against pyvis's own way, and its first draw in a real browser: ``make bench``."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
from pyvis.network import Network
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

import spineonc

if TYPE_CHECKING:
    from collections.abc import Callable

    from spineonc.pages import Page

NODES, EDGES = 10_000, 2
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--window-size=1400,950",
)
PAN = """
const done = arguments[0];
const times = [];
let last = performance.now();
const step = (n) => requestAnimationFrame(() => {
  const now = performance.now();
  times.push(now - last);
  last = now;
  network.moveTo({ offset: { x: 12 * (-1) ** n, y: 7 } });
  if (n) step(n - 1); else done(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]);
});
step(30);
"""


def main() -> None:
    """Print sizes, seconds and ratios."""
    store = spineonc.load()
    whole = spineonc.project(store)
    large = _large()
    pages = {
        f"the whole graph ({len(whole):,} nodes, {whole.number_of_edges():,} edges)": _drawn(whole, store),
        f"{len(large):,} nodes, {large.number_of_edges():,} edges": _drawn(large, store),
    }
    theirs = _seconds(lambda: Network(directed=True, cdn_resources="in_line").from_nx(large))
    for name, (seconds, page) in pages.items():
        print(f"explorer of {name}: page of {len(page.html.encode()) / 1e6:.1f} MB made in {seconds:.2f} s")
    ours = list(pages.values())[1][0]
    print(f"pyvis from_nx on the same {NODES:,} nodes: {theirs:.1f} s, {theirs / ours:.0f} times as long as our page")
    _in_browser({name: page for name, (_, page) in pages.items()})


def _large() -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name="large")
    plain = nx.barabasi_albert_graph(NODES, EDGES, seed=1)
    graph.add_nodes_from((f"n{n}", {"kind": "Term", "label": f"term {n}"}) for n in plain)
    graph.add_edges_from((f"n{a}", f"n{b}", {"relation": "related to"}) for a, b in plain.edges())
    return graph


def _drawn(projection: nx.MultiDiGraph[str], store: spineonc.graph.Source) -> tuple[float, Page]:
    pages: list[Page] = []
    seconds = min(_seconds(lambda: pages.append(spineonc.draw(projection, store))) for _ in range(3))
    return seconds, pages[-1]


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _in_browser(pages: dict[str, Page]) -> None:
    programs = shutil.which("chromium"), shutil.which("chromedriver")
    if None in programs:
        print("No chromium with chromedriver: first draw not measured.")
        return
    options = ChromeOptions()
    options.binary_location = programs[0]
    for flag in FLAGS:
        options.add_argument(flag)
    driver = Chrome(options=options, service=Service(programs[1]))
    with tempfile.TemporaryDirectory() as folder:
        for name, page in pages.items():
            path = Path(folder) / "page.html"
            page.write(path)
            driver.get("about:blank")
            driver.get(path.as_uri())
            drawn = driver.execute_script("return performance.getEntriesByName('drawn')[0].startTime")
            pan = driver.execute_async_script(PAN)
            print(f"{name}: drawn {drawn / 1000:.2f} s after it was opened, {pan:.0f} ms for a frame while panning")
    driver.quit()


if __name__ == "__main__":
    sys.exit(main())

"""A real Chromium without any network, in which the tests open pages as a user does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver.remote.webelement import WebElement

    from spineonc.pages import Page

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
NOWHERE = "127.0.0.1:9"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,950",
    f"--proxy-server={NOWHERE}",
)
OFFLINE = ("--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-bypass-list=<-loopback>")
# The machine itself is reached, and nothing beyond it.
LOOPBACK = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--proxy-bypass-list=127.0.0.1")


class Viewer:
    """A browser window and what a user can do and see in it."""

    def __init__(self, driver: Chrome, folder: Path) -> None:
        self.driver = driver
        self.folder = folder
        self._numbers = count()

    def open(self, page: Page | str) -> None:
        """Open a page, or the text of one, from a file of its own."""
        path = self.folder / f"page-{next(self._numbers)}.html"
        path.write_text(page if isinstance(page, str) else page.html, "utf-8")
        self.driver.get("about:blank")
        self.logged()
        self.requested()
        self.driver.get(path.as_uri())
        self.settle()

    def settle(self, frames: int = 2) -> None:
        """Wait until the browser has painted some more frames."""
        self.driver.execute_async_script(
            "const [left, done] = arguments;"
            "const next = (n) => n ? requestAnimationFrame(() => next(n - 1)) : done(); next(left);",
            frames,
        )

    def js(self, script: str, *arguments: object) -> Any:
        """Return what a script finds in the page."""
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> WebElement:
        """Return the first element that a CSS selector names."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def find_all(self, selector: str) -> list[WebElement]:
        """Return the elements that a CSS selector names."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def panel(self) -> str:
        """Return the text of the panel, that of closed parts included."""
        return str(self.find("#panel").get_property("textContent"))

    def count_line(self) -> str:
        """Return the line that says how much is shown."""
        return self.find("#count").text

    def type_search(self, text: str) -> None:
        """Put a name into the search field, any character allowed, and press Enter."""
        self.js(
            "const field = document.getElementById('search'); field.focus(); field.value = arguments[0];"
            "field.dispatchEvent(new Event('input', { bubbles: true }));"
            "field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));",
            text,
        )
        self.settle()

    def resize(self, wide: int, high: int) -> None:
        """Give the page another size, as a tablet or a phone has."""
        metrics = {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def point_at(self, place: dict[str, float], *, click: bool = True) -> None:
        """Move the mouse to a place of the drawing, given in its DOM pixels, and click."""
        canvas = self.find("#graph canvas")
        size = canvas.size
        mouse = ActionChains(self.driver)
        mouse.move_to_element_with_offset(
            canvas, round(place["x"] - size["width"] / 2), round(place["y"] - size["height"] / 2)
        )
        (mouse.click() if click else mouse).perform()
        self.settle()

    def logged(self) -> list[str]:
        """Return what the console said since it was last read."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requested(self) -> list[str]:
        """Return the performance log since it was last read, as text."""
        return [entry["message"] for entry in self.driver.get_log("performance")]


def _missing(reason: str, required: str = "SPINEONC_REQUIRE_BROWSER") -> NoReturn:
    if os.environ.get(required):
        pytest.fail(reason)
    pytest.skip(reason)


def _program(*names: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    _missing(f"No browser to drive: none of {', '.join(names)} is installed.")


def _options(network: tuple[str, ...]) -> ChromeOptions:
    options = ChromeOptions()
    options.binary_location = _program("chromium", "chromium-browser", "google-chrome")
    for flag in (*FLAGS, *network):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return options


def _browser(network: tuple[str, ...]) -> Iterator[Chrome]:
    patch = pytest.MonkeyPatch()
    patch.setenv("NO_PROXY", "localhost,127.0.0.1")
    patch.setenv("no_proxy", "localhost,127.0.0.1")
    options = _options(network)
    browser = Chrome(options=options, service=Service(_program("chromedriver", "chromium.chromedriver")))
    yield browser
    browser.quit()
    patch.undo()


@pytest.fixture(scope="session")
def driver() -> Iterator[Chrome]:
    yield from _browser(OFFLINE)


@pytest.fixture(scope="session")
def served_driver() -> Iterator[Chrome]:
    """A browser that reaches the servers of this machine, and nothing beyond."""
    yield from _browser(LOOPBACK)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of ``spineonc serve``, run as a user runs it, on a free port."""
    command = [sys.executable, "-c", "from spineonc.cli import main; main()", "serve", "--port", "0", "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        said = server.stdout.readline() if server.stdout else ""
        yield said.split()[2]
        server.terminate()


@pytest.fixture
def view(driver: Chrome, tmp_path: Path) -> Iterator[Viewer]:
    """The browser in light colors, whatever the test before did to it."""
    set_scheme(driver, "light")
    yield Viewer(driver, tmp_path)
    driver.switch_to.default_content()
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def axe(view: Viewer) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 A and AA in the page as it stands.

    References
    ----------
    https://github.com/dequelabs/axe-core
    """
    if not AXE.is_file():
        _missing(f"{AXE} is missing. Run: npm ci --prefix {AXE.parents[2]}")
    view.js(AXE.read_text("utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = view.driver.execute_async_script(
        "const [tags, done] = arguments; axe.run({ runOnly: tags }).then((result) => done(result.violations));", tags
    )
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def set_scheme(driver: Chrome, scheme: str) -> None:
    """Let the browser prefer light or dark colors."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


@pytest.fixture
def dark(view: Viewer) -> Viewer:
    """The browser in dark colors."""
    set_scheme(view.driver, "dark")
    return view

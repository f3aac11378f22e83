"""Make the picture of the README from the real page, in Chromium: ``python docs/screenshot.py``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

import spineonc

PICTURE = Path(__file__).with_name("chordoma.png")
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--window-size=1500,950",
    "--force-device-scale-factor=1",
)


def main() -> None:
    """Draw the neighborhood of chordoma, look up proton therapy in it, and take the picture."""
    graph = spineonc.load()
    near = spineonc.neighborhood(spineonc.project(graph), graph, "chordoma")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "chordoma.html"
        spineonc.draw(near, graph, page)
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for argument in ARGUMENTS:
            options.add_argument(argument)
        driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        driver.get(page.as_uri())
        WebDriverWait(driver, 20).until(lambda browser: browser.find_element(By.ID, "count").text)
        driver.find_element(By.ID, "search").send_keys("proton therapy", Keys.ENTER)
        driver.find_element(By.ID, "fit").click()
        driver.save_screenshot(str(PICTURE))
        driver.quit()


if __name__ == "__main__":
    main()

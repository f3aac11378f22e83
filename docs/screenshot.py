"""Make the pictures of the README from the real site, in Chromium: ``python docs/screenshot.py``."""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from selenium import webdriver

import spineonc

FOLDER = Path(__file__).parent
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1")
SIZE = {"width": 1400, "height": 860, "deviceScaleFactor": 1, "mobile": False}
# Each picture: the page, and what is done on it.
PICTURES = {
    "explorer": ("explorer.html#select=Chordoma&steps=1", "return undefined"),
    "gapmap": (
        "gapmap.html#rows=family%2FNotochordalTumor&cell=family%2FNotochordalTumor%2FChordoma~family%2FRadiationTreatment",
        (
            "document.getElementById('show-filters').click();"
            "show(document.querySelector('[aria-selected=\"true\"]'));"
            "document.getElementById('map').scrollTop += 150;"
        ),
    ),
    "profile": (
        "profiles/SpinalMetastasis.html",
        (
            "const plot = document.querySelector('svg[aria-label^=\"complete pain response\"]');"
            "plot.previousElementSibling.scrollIntoView();"
        ),
    ),
}
SETTLE = "const done = arguments[0]; setTimeout(done, 400);"


def main() -> None:
    """Write the site, open three of its pages as a reader does, and take their pictures."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ARGUMENTS:
        options.add_argument(argument)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        spineonc.write_site(spineonc.load(), site)
        driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
        for name, (address, script) in PICTURES.items():
            driver.get(f"{site.as_uri()}/{address}")
            driver.execute_async_script(SETTLE)
            driver.execute_script(script)
            driver.execute_async_script(SETTLE)
            picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
            picture.quantize(128).save(FOLDER / f"{name}.png", optimize=True)
        driver.quit()


if __name__ == "__main__":
    main()

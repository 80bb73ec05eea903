"""Draw the icons of the installed site from static/images/mark.svg.

    .venv/bin/python docs/make_icons.py

An icon that may be cut to any shape has the sign within the middle four fifths and the color up to its edges
(https://www.w3.org/TR/appmanifest/#icon-masks). Needs Debian's Chromium.
"""

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent.parent / "static" / "images"
COLOR = "#8f1d2c"
# Name: pixels of the icon, and of the mark in it.
ICONS = {"icon-192": (192, 192), "icon-512": (512, 512), "icon-maskable-512": (512, 410)}


def main() -> None:
    mark = (IMAGES / "mark.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (size, inner) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            ground = COLOR if inner < size else "transparent"
            page.set_content(
                f"<style>html {{ background: {ground} }} body {{ margin: {(size - inner) // 2}px }}"
                f" svg {{ display: block; inline-size: {inner}px }}</style>{mark}"
            )
            drawn = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
            drawn.save(IMAGES / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()

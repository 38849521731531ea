"""Take the picture of README.md from a running demo, in Debian's Chromium.

make up                                                  in one terminal
.venv/bin/python scripts/screenshots.py                  in another; an address may follow
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

DOCS = Path(__file__).resolve().parent.parent / "docs"

#: What is pictured: file, who looks, at what.
PICTURES = {"overview.png": ("alice", "demo-password", "/")}
WIDTH, HEIGHT = 1280, 860


def main(address: str = "http://localhost:8000") -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        sys.exit("There is no Chromium here: apt-get install chromium.")
    DOCS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for file, (key, password, path) in PICTURES.items():
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT},
                color_scheme="light",
                locale="en-GB",
                reduced_motion="reduce",
            )
            try:
                page.goto(f"{address}/sign-in")
            except Error:
                sys.exit(f"Nobody answers at {address}: start the demo with make up, or name its address.")
            page.fill("[name=key]", key)
            page.fill("[name=password]", password)
            page.click("main [type=submit]")
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=DOCS / file)
            print(f"docs/{file}")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:2])

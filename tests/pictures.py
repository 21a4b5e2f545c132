"""`python -m tests.pictures` takes the pictures of the README: each page at 1280 pixels, as WebP."""

import io
import shutil

from PIL import Image
from playwright.sync_api import sync_playwright

from components.course import pages
from tests.benchmarks.client import ROOT, served
from tests.browser_kit import FLAGS, Visit

FOLDER = ROOT / "docs" / "pictures"


def main() -> None:
    """Starts the app, opens each page, and keeps what the first screen shows."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served(8655) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        for name in (page.topic.key for page in pages()):
            visit = Visit(page).open(f"http://{address}/{'' if name == 'home' else name}")
            if name == "lesson":
                page.get_by_role("button", name="Add its steps").click()
                visit.settle()
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.save(FOLDER / f"{name}.webp", quality=80, method=6)
        browser.close()


if __name__ == "__main__":
    main()

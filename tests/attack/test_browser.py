"""Markup in all that a visitor can type, upload or put into a link: in a real browser, none of it comes alive."""

import csv
import io
import re
from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from components.course import PANEL, Topic, declared_by, topics
from tests.browser_kit import Visit
from tests.page_kit import every

Enter = Callable[..., Visit]
PAYLOADS = (
    '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>',
    '"><svg onload="window.attacked=1"></svg>\' onmouseover=window.attacked=1 ]](javascript:attacked=1)',
    "[go](javascript:attacked=1) $\\href{javascript:attacked=1}{x}$ `c` **b** :red[r] ![i](x)",
)
ALIVE = """() => [
    window.attacked ? 'script ran' : '',
    document.querySelector('img[src=x], [onerror], [onload], [onmouseover]') ? 'element' : '',
    document.querySelector('a[href^="javascript:"], [*|href^="javascript:"]') ? 'link' : '',
].filter(Boolean)"""


@pytest.mark.slow
@pytest.mark.parametrize("topic", every(5, topics(), name=lambda topic: topic.key))
def test_markup_in_a_link_stays_text_in_every_panel(server: str, visitor: Enter, topic: Topic) -> None:
    hostile = {f"{topic.key}_{name}": " ".join(PAYLOADS) for name in declared_by(topic).defaults if name != PANEL}
    assert len(hostile) >= 5
    visit = visitor().open(f"{server}/{topic.key}?{urlencode(hostile)}")
    pills = visit.panels()
    for place in range(pills.count()):
        name = pills.nth(place).text_content()
        pills.nth(place).click()
        visit.settle()
        assert visit.page.evaluate(ALIVE) == [], name
    assert visit.page.locator("[data-testid=stException], .fault").count() == 0
    assert visit.foreign == []


def table(*, labels: tuple[str, ...] = (), rows: int = 24) -> bytes:
    """A table whose headers, and labels where it has some, are markup."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*PAYLOADS[:2], *(["label"] if labels else [PAYLOADS[2]])])
    for row in range(rows):
        writer.writerow([row, row % 5, labels[row % len(labels)] if labels else row % 3])
    return text.getvalue().encode()


def thumbnail() -> bytes:
    """A small picture as a PNG file."""
    content = io.BytesIO()
    Image.fromarray(np.full((40, 40, 3), 90, np.uint8)).save(content, "png")
    return content.getvalue()


def give(visit: Visit, name: str, kind: str, content: bytes) -> None:
    """Uploads the same file, under a name of markup, into every place for files in sight."""
    places = visit.page.locator("input[type=file]")
    assert places.count() > 0
    for place in range(places.count()):
        places.nth(place).set_input_files([{"name": name, "mimeType": kind, "buffer": content}])
        visit.settle()


UPLOADS = {
    "clouds": ("transport?transport_source=your+file&transport_target=your+file", "csv", table()),
    "datasets": ("transport?transport_panel=Datasets&transport_data=your+file", "csv", table(labels=PAYLOADS)),
    "pictures": ("clip_spurious?clip_spurious_panel=Your+pictures", "png", thumbnail()),
    "broken pictures": ("clip_spurious?clip_spurious_panel=Your+pictures", "png", thumbnail()[:60]),
}


@pytest.mark.parametrize("what", UPLOADS)
def test_markup_in_file_names_headers_and_labels_stays_text(server: str, visitor: Enter, what: str) -> None:
    link, kind, content = UPLOADS[what]
    visit = visitor(height=1600).open(f"{server}/{link}")
    for payload in PAYLOADS:
        give(visit, f"{payload}.{kind}", f"image/{kind}" if kind == "png" else "text/csv", content)
        assert visit.page.evaluate(ALIVE) == []
    expect(visit.page.get_by_text(re.compile("onerror=|attacked=1")).first).to_be_visible()
    assert visit.page.locator("[data-testid=stException], .fault").count() == 0
    assert visit.foreign == []

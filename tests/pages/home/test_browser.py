"""What only a browser can show of the front page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from components.course import CHAPTERS, topics
from pages.start.home.found import LONGEST
from tests.browser_kit import Visit

Enter = Callable[..., Visit]
CARDS = "[class*=st-key-card_]"


@pytest.mark.parametrize("width", [390, 1280])
def test_every_question_is_whole(server: str, visitor: Enter, width: int) -> None:
    visit = visitor(width=width).open(server)
    links = visit.page.locator(f"{CARDS} [data-testid=stPageLink-NavLink] strong")
    assert links.all_text_contents() == [topic.question for topic in topics()]
    cut = "element => { for (let e = element; e.tagName !== 'A'; e = e.parentElement)"
    cut += " if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth) return true; return false }"
    assert [link.text_content() for link in links.all() if link.evaluate(cut)] == []
    assert visit.width() <= width
    visit.nothing_failed()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_picture_is_there_and_the_paper_is_the_pages(server: str, visitor: Enter, dark: bool) -> None:
    visit = visitor(dark=dark).open(server)
    pictures = visit.page.locator(f"{CARDS} img")
    assert pictures.count() == len(topics())
    assert all(pictures.evaluate_all("all => all.map(one => one.complete && one.naturalWidth > 0)"))
    suffix = f"_{'dark' if dark else 'light'}.svg"
    assert all(suffix in source for source in pictures.evaluate_all("all => all.map(one => one.src)"))
    visit.nothing_failed()


def test_the_first_screen_shows_the_search_and_the_first_cards(server: str, visitor: Enter) -> None:
    visit = visitor().open(server)
    boxes = [box for card in visit.page.locator(CARDS).all() if (box := card.bounding_box())]
    rows: dict[int, list[float]] = {}
    for box in boxes:
        rows.setdefault(round(box["y"]), []).append(box["x"])
    assert len(rows) == -(-len(topics()) // 4)
    assert all(row == sorted(row) for row in rows.values())
    seen = [box for box in boxes if box["y"] + box["height"] <= 800]
    assert len(seen) >= min(len(topics()), 7)
    search = visit.page.get_by_label("Search the course").bounding_box()
    assert search
    assert search["y"] + search["height"] < boxes[0]["y"]


@pytest.mark.parametrize("width", [390, 1280])
def test_lessons_are_found_from_the_first_screen(server: str, visitor: Enter, width: int) -> None:
    """Beside the switch, where the link takes no room from the cards."""
    visit = visitor(width=width).open(server)
    link = visit.page.locator("[data-testid=stMain]").get_by_role("link", name="Lessons to play")
    beside, box = visit.page.get_by_text("Presenter", exact=True).bounding_box(), link.bounding_box()
    assert box
    assert beside
    assert abs(box["y"] + box["height"] / 2 - beside["y"] - beside["height"] / 2) < 12
    link.click()
    expect(visit.page.get_by_role("button", name="Play it")).to_be_visible()
    visit.nothing_failed()


def test_a_card_is_one_large_link_and_what_it_builds_on_are_small_ones(server: str, visitor: Enter) -> None:
    visit = visitor().open(server)
    first = topics()[0]
    picture = visit.page.locator(f".st-key-card_{first.key} img").bounding_box()
    assert picture
    visit.page.mouse.click(picture["x"] + 50, picture["y"] + 50)
    visit.settle()
    expect(visit.page.get_by_role("heading", name=first.question)).to_be_visible()
    later = next((topic for topic in topics() if topic.builds_on), None)
    if later is not None:
        visit.open(server).page.locator(f".st-key-builds_{later.key} a").first.click()
        visit.settle()
        before = {topic.key: topic for topic in topics()}[later.builds_on[0]]
        expect(visit.page.get_by_role("heading", name=before.question)).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until something of that kind has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_search_works_by_keyboard_and_back_returns_to_its_results(server: str, visitor: Enter) -> None:
    visit = visitor().open(server)
    page = visit.page
    # The page has been seen before, with other values, which the search must not keep.
    page.get_by_role("link", name="What does each word look at?").click()
    visit.settle()
    page.get_by_role("radio", name="Bidirectional").click()
    visit.settle()
    back_home(visit)
    tab_to(page, "input[type=text]")
    page.keyboard.type("attention sink")
    page.keyboard.press("Enter")
    visit.settle()
    tab_to(page, ".st-key-found button")
    assert "story" in page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    visit.settle()
    assert page.url.split("?")[0].endswith("/attention")
    assert page.get_by_role("radio", name="The attention sink").get_attribute("aria-checked") == "true"
    expect(page.locator(".finding").first).to_contain_text("first token")
    figure = page.evaluate("JSON.stringify(document.querySelector('.js-plotly-plot').data)")
    other = visitor().open(page.url)
    assert other.page.evaluate("JSON.stringify(document.querySelector('.js-plotly-plot').data)") == figure
    back_home(visit)
    assert page.get_by_label("Search the course").input_value() == "attention sink"
    assert page.locator(".st-key-found button").count() > 0
    visit.nothing_failed()


def back_home(visit: Visit) -> None:
    """Goes back until the front page is shown; each change of an address is a step of its own."""
    for _ in range(5):
        visit.page.go_back()
        visit.settle()
        if "/attention" not in visit.page.url:
            break
    expect(visit.page.get_by_role("heading", name="How do foundation models work?")).to_be_visible()


def test_a_found_panel_and_a_found_question_are_in_sight(server: str, visitor: Enter) -> None:
    visit = visitor().open(server)
    page = visit.page
    for query, kind, place in (
        ("sink collects", "panel", ".st-key-open_panel"),
        ("value matrix", "question", ".answer"),
    ):
        visit.open(server)
        page.get_by_label("Search the course").fill(query)
        page.keyboard.press("Enter")
        visit.settle()
        page.locator(".st-key-found button", has_text=kind).first.click()
        visit.settle()
        expect(page.locator(place).last).to_be_in_viewport()
    visit.nothing_failed()


def test_a_presenter_stays_one(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/?present=true&home_search=sink")
    visit.page.locator(".st-key-found button").first.click()
    visit.settle()
    assert "present=true" in visit.page.url
    expect(visit.page.get_by_role("button", name="Next", exact=True)).to_be_visible()
    visit.nothing_failed()


def test_a_hostile_link_and_a_long_query_are_harmless(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/?home_search=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(visit.page.locator(".st-key-found")).to_contain_text("<img src=x onerror=alert(1)>")
    assert visit.page.locator(".st-key-found img").count() == 0
    box = visit.page.get_by_label("Search the course")
    for asked in ("<b>" * 4000, "induction heads " * 600):
        box.fill(asked)
        box.press("Enter")
        visit.settle()
        assert visit.width() <= 1280
        assert box.input_value() == asked[:LONGEST]
        assert len(visit.page.url) < 500
    assert visit.page.locator(".st-key-found button").count() > 0
    visit.nothing_failed()


def test_a_chapter_is_named_once_over_its_first_card(server: str, visitor: Enter) -> None:
    visit = visitor().open(server)
    names = list(dict.fromkeys(CHAPTERS[topic.chapter].name for topic in topics()))
    assert visit.page.locator(f"{CARDS} h2").all_text_contents() == names

"""What only a browser can show of the RLHF page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, WebSocketRoute

from tests.browser_kit import UNDER_BUTTONS, Visit, fits_in_every_panel

Enter = Callable[..., Visit]


def words(visit: Visit) -> str:
    return " ".join(visit.page.locator(".js-plotly-plot").first.locator("text").all_text_contents())


def test_dragging_changes_what_the_policy_says_without_the_server(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/rlhf")
    before, address = words(visit), visit.page.url
    rail = visit.page.locator(".slider-rail-touch-rect").first
    box = rail.bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + 0.1 * box["width"], box["y"] + box["height"] / 2)
    visit.page.wait_for_timeout(500)
    assert words(visit) != before
    assert visit.page.url == address


def test_a_finger_finds_no_word_below_the_button_of_the_chart(server: str, visitor: Enter) -> None:
    """The label at the end of a curve stands as high and as far to the right as the button."""
    visit = visitor(width=390, touch=True).open(f"{server}/rlhf")
    charts = visit.page.locator(".js-plotly-plot:visible")
    charts.first.tap()
    assert charts.first.evaluate(f"chart => ({UNDER_BUTTONS})([chart])") == [[1, 0]]


def test_a_click_on_the_curve_sets_the_step(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/rlhf")
    targets = visit.page.locator(".js-plotly-plot").first.locator(".points path.point")
    box = targets.nth(100).bounding_box()
    assert box
    visit.page.mouse.move(box["x"] + box["width"] / 2 - 1, box["y"] + box["height"] / 2)
    visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.page.wait_for_timeout(600)
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.settle()
    assert "rlhf_step=" in visit.page.url


@pytest.mark.parametrize(
    "query",
    [
        "rlhf_task=answer+or+abstain",
        "rlhf_task=add+small+numbers&rlhf_checker=format&rlhf_sum_rate=3.0&rlhf_rewards=1%2C+1%2C+1%2C+1",
        "rlhf_rate=1",
    ],
    ids=["abstain", "equal rewards", "learning rate 1"],
)
def test_every_task_fits_one_screen(server: str, visitor: Enter, query: str) -> None:
    visit = visitor().open(f"{server}/rlhf?{query}")
    figure = visit.page.locator(".js-plotly-plot").first.bounding_box()
    reading = visit.page.locator(".reading").first.bounding_box()
    assert figure
    assert reading
    assert reading["y"] + reading["height"] <= 800
    assert figure["width"] * figure["height"] >= 0.55 * 1280 * 800
    visit.nothing_failed()


@pytest.mark.parametrize("width", [390, 1280])
def test_what_the_policy_says_is_never_cut(server: str, visitor: Enter, width: int) -> None:
    visit = visitor(width=width).open(f"{server}/rlhf?rlhf_step=60")
    wide, narrow = (visit.page.locator(f".st-key-rlhf_{name}") for name in ("wide", "narrow"))
    assert wide.is_visible() == (width == 1280)
    assert narrow.is_visible() == (width == 390)
    shown = wide if width == 1280 else narrow
    lines = shown.locator("li" if width == 390 else ".textpoint text")
    assert lines.count() >= 4
    for place in range(lines.count()):
        box = lines.nth(place).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    visit.nothing_failed()


@pytest.mark.parametrize("task", ["answer or abstain", "add small numbers"])
def test_no_panel_of_the_other_tasks_is_wider_than_a_phone(server: str, visitor: Enter, task: str) -> None:
    visit = visitor(width=390).open(f"{server}/rlhf?rlhf_task={task.replace(' ', '+')}")
    fits_in_every_panel(visit)


TASKS = ("answer or abstain", "add small numbers", "explain the sky", "add small numbers")
SHOWN = """() => JSON.stringify([
    [...document.querySelectorAll('.js-plotly-plot')].map(chart => chart.data),
    document.querySelector('.reading').textContent,
])"""


def opened(visit: Visit) -> list[str]:
    """The panel that is open, by its pill."""
    views = visit.page.get_by_role("radiogroup", name="Views")
    return views.locator("[aria-checked=true]").all_text_contents()


@pytest.mark.parametrize(
    "panel", ["Clip", *(pytest.param(panel, marks=pytest.mark.matrix) for panel in ("", "Group+advantages"))]
)
def test_after_a_change_of_task_the_link_shows_the_same_panel_and_figure(
    fresh_server: str, visitor: Enter, panel: str
) -> None:
    visit = visitor().open(f"{fresh_server}/rlhf" + (f"?rlhf_panel={panel}" if panel else ""))
    for task in TASKS:
        visit.page.get_by_role("combobox", name="Task").click()
        visit.page.get_by_role("option", name=task).click()
        visit.settle()
        other = visitor().open(visit.page.url)
        other.page.locator(".js-plotly-plot .main-svg").first.wait_for()
        other.settle()
        assert opened(other) == opened(visit) == ["Figure"], task
        assert other.page.evaluate(SHOWN) == visit.page.evaluate(SHOWN), visit.page.url
    visit.nothing_failed()


def test_the_link_follows_from_the_desk_to_the_projector_and_back(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/rlhf")
    for beta, panel in (("0.1", "Clip"), ("0.3", "Over-optimization")):
        visit.page.locator(".st-key-present label").first.click()
        visit.settle()
        penalty = visit.page.get_by_role("radiogroup", name="β, the KL penalty")
        penalty.get_by_role("radio", name=beta, exact=True).click()
        visit.settle()
        views = visit.page.get_by_role("radiogroup", name="Views")
        views.get_by_role("radio", name=panel, exact=True).click()
        visit.settle()
        assert f"rlhf_beta={beta}" in visit.page.url
        assert f"rlhf_panel={panel}" in visit.page.url


@pytest.mark.parametrize(("question", "chart"), [(6, "idk"), (5, "refused_steps"), (4, "estimators"), (1, "sigmoid")])
def test_show_it_ends_with_the_figure_in_sight(server: str, visitor: Enter, question: int, chart: str) -> None:
    visit = visitor().open(f"{server}/rlhf")
    button = visit.page.locator(f".st-key-rlhf_question_{question - 1} button")
    button.scroll_into_view_if_needed()
    button.click()
    visit.settle()
    visit.page.wait_for_timeout(1000)
    box = visit.page.locator(f".st-key-rlhf_{chart}_figure .js-plotly-plot").bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 800
    visit.nothing_failed()


def test_the_fall_of_gold_its_axis_and_the_sentence_are_in_sight_of_a_class(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/rlhf?present=true")
    axis = visit.page.locator(".st-key-rlhf_wide .xtitle").first.bounding_box()
    reading = visit.page.locator(".reading").first.bounding_box()
    assert axis
    assert reading
    assert axis["y"] + axis["height"] < reading["y"]
    assert reading["y"] + reading["height"] <= 800


@pytest.mark.parametrize("opener", ["Presets", "Views"])
def test_arrows_label_after_a_choice_by_mouse(server: str, visitor: Enter, opener: str) -> None:
    """The story, the panel, the next pair and the second rater, each chosen by mouse, leave the arrows to the pairs."""
    visit = visitor().open(f"{server}/rlhf")
    page = visit.page

    def labels(pair: int, key: str = "ArrowRight") -> None:
        visit.settle()
        page.get_by_text(f"Pair {pair}.").wait_for()
        page.wait_for_timeout(300)
        page.keyboard.press(key)
        page.get_by_text(f"Pair {pair + 1}.").wait_for(timeout=5000)

    page.get_by_role("radiogroup", name=opener).get_by_role("radio", name="Be the reward model", exact=True).click()
    labels(1)
    labels(2, "ArrowLeft")
    page.get_by_role("radiogroup", name="Next pair").get_by_role("radio", name="most informative").click()
    labels(3)
    page.get_by_role("combobox", name="A second rater").click()
    page.get_by_role("option", name="a careless rater").click()
    labels(4, "ArrowLeft")
    assert "rlhf_next_pair=most" in page.url
    assert "careless" in page.url
    visit.nothing_failed()


def test_a_row_that_keys_reached_keeps_its_arrows(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/rlhf?rlhf_panel=Be+the+reward+model")
    page = visit.page
    first = page.get_by_role("radiogroup", name="Next pair").get_by_role("radio", name="in order")
    page.get_by_role("radiogroup", name="Next pair").get_by_role("radio", name="most informative").wait_for()
    page.get_by_role("combobox", name="A second rater").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
        if first.evaluate("element => element === document.activeElement"):
            break
    assert first.evaluate("element => element === document.activeElement"), "behind the words of help"
    page.keyboard.press("ArrowRight")
    visit.settle()
    page.wait_for_timeout(300)
    assert page.evaluate("() => document.activeElement.textContent") == "most informative"
    assert page.get_by_text("Pair 1.").is_visible()
    visit.nothing_failed()


def test_arrows_label_where_they_mean_nothing_else_and_labels_outlive_a_reload(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/rlhf?rlhf_panel=Be+the+reward+model")
    page, title = visit.page, visit.page.locator(".finding").first
    for pair, key in enumerate(("ArrowLeft", "ArrowRight", "ArrowLeft"), 1):
        page.get_by_text(f"Pair {pair}.").wait_for()
        visit.settle()
        page.keyboard.press(key)
        page.get_by_text(f"Pair {pair + 1}.").wait_for()
    title.filter(has_text="3 labels").wait_for()
    page.get_by_role("slider", name="Step of the policy").press("ArrowLeft")
    visit.settle()
    assert "3 labels" in title.inner_text()
    assert "rlhf_followed=99" in page.url
    page.reload()
    visit.settle()
    title.filter(has_text="3 labels").wait_for()
    assert "first" not in page.url
    other = visitor().open(f"{server}/rlhf?rlhf_panel=Be+the+reward+model")
    assert "No label yet" in other.page.locator(".finding").first.inner_text()
    visit.nothing_failed()


def test_a_second_click_labels_no_pair_that_is_not_yet_in_sight(server: str, visitor: Enter) -> None:
    """The server has the next pair ready, and the browser hears of it later."""
    visit, waits, held = visitor(anew=True), [], []

    def between(browser: WebSocketRoute) -> None:
        behind = browser.connect_to_server()
        browser.on_message(behind.send)
        behind.on_message(lambda message: held.append((browser, message)) if waits else browser.send(message))

    visit.page.route_web_socket("**/_stcore/stream", between)
    visit.open(f"{server}/rlhf?rlhf_panel=Be+the+reward+model")
    second, title = visit.page.locator(".st-key-rlhf_prefers_second button"), visit.page.locator(".finding").first
    waits.append(True)
    for _ in range(2):
        second.click()
        visit.page.wait_for_timeout(1200)
    waits.clear()
    for browser, message in held:
        browser.send(message)
    visit.page.get_by_text("Pair 2.").wait_for()
    visit.settle()
    assert title.inner_text().startswith("1 label:")
    visit.page.get_by_role("button", name="Undo").click()
    visit.page.get_by_text("Pair 1.").wait_for()
    visit.settle()
    second.click()
    visit.page.get_by_text("Pair 2.").wait_for()
    visit.settle()
    assert title.inner_text().startswith("1 label:")
    visit.nothing_failed()


KEPT = "() => sessionStorage.getItem('foundation-model-explorer-labels')"


AT_ONCE = """() => {
    let last = ""
    new MutationObserver(() => {
        const pair = document.querySelector(".st-key-rlhf_prefers_second")?.closest("[data-testid=stHorizontalBlock]")
        const seen = /Pair [2-4]\\./.exec(pair?.textContent ?? "")?.[0] ?? last
        if (seen === last) return
        last = seen
        const arrow = new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true })
        document.body.dispatchEvent(arrow)
    }).observe(document, { subtree: true, childList: true, characterData: true })
}"""
"""Presses the arrow in the moment in which each of the next three pairs comes into sight."""


def test_an_arrow_counts_as_soon_as_its_pair_is_in_sight(server: str, visitor: Enter) -> None:
    visit = visitor(anew=True).open(f"{server}/rlhf?rlhf_panel=Be+the+reward+model")
    visit.page.evaluate(AT_ONCE)
    visit.page.keyboard.press("ArrowRight")
    visit.page.get_by_text("Pair 5.").wait_for()
    visit.settle()
    assert visit.page.locator(".finding").first.inner_text().startswith("4 labels")


@pytest.mark.parametrize(
    ("kept", "press"),
    [
        (0, "arrow"),
        (2, "button"),
        pytest.param(0, "button", marks=pytest.mark.matrix),
        pytest.param(2, "arrow", marks=pytest.mark.matrix),
    ],
)
def test_the_first_label_counts_though_nothing_listens_yet(server: str, visitor: Enter, kept: int, press: str) -> None:
    """The part that listens is fetched after the pair is drawn; labels that the tab keeps come before the press."""
    page, before = visitor(anew=True).page, None
    address = f"{server}/rlhf?rlhf_panel=Be+the+reward+model"
    page.goto(address)
    second = page.locator(".st-key-rlhf_prefers_second button")
    for pair in range(kept):
        page.get_by_text(f"Pair {pair + 1}.").wait_for()
        second.click()
        page.get_by_text(f"Pair {pair + 2}.").wait_for()
        page.wait_for_timeout(1000)
        before = page.evaluate(KEPT)
    page.goto("about:blank")
    held: list[Route] = []
    page.route("**/BidiComponent*.js", lambda route: held.append(route))
    page.goto(address)
    second.wait_for()
    if press == "arrow":
        page.keyboard.press("ArrowRight")
    else:
        page.locator(".st-key-rlhf_prefers_first button").click()
        page.get_by_text("Pair 2.").wait_for()
    assert not page.evaluate("() => window.rlhfListens")
    for route in held:
        route.continue_()
    page.get_by_text(f"Pair {max(kept, 1) + 1}.").wait_for()
    page.wait_for_timeout(1000)
    assert page.get_by_text(f"Pair {max(kept, 1) + 1}.").is_visible()
    assert page.locator(".finding").first.inner_text().startswith(f"{max(kept, 1)} label")
    assert (page.evaluate(KEPT) == before) == bool(kept)


def test_on_a_phone_what_is_learned_follows_the_pair(server: str, visitor: Enter) -> None:
    visit = visitor(width=390).open(f"{server}/rlhf?rlhf_panel=Be+the+reward+model")
    parts = ("rlhf_prefers_second", "rlhf_own_weights_figure", "rlhf_own_start_figure", "panel_controls")
    tops = [visit.page.locator(f".st-key-{part}").evaluate("part => part.offsetTop") for part in parts]
    assert tops == sorted(tops)
    assert visit.width() <= 390
    visit.nothing_failed()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_name_of_a_stop_lies_upon_a_curve_or_another(server: str, visitor: Enter, width: int) -> None:
    visit = visitor(width=width).open(f"{server}/rlhf?rlhf_panel=When+to+stop&rlhf_seed=1&rlhf_uncovered=true")
    for name in ("bet", "bet_kl"):
        chart = visit.page.locator(f".st-key-rlhf_{name}_figure")
        plot = chart.locator(".nsewdrag").first.bounding_box()
        words = [box.bounding_box() for box in chart.locator(".legendtext").all()]
        assert plot
        assert len(words) == 3
        assert all(box and box["y"] + box["height"] <= plot["y"] for box in words)
        places = {(round(box["x"]), round(box["y"])) for box in words if box}
        assert len(places) == 3
    visit.nothing_failed()


def test_a_projector_shows_the_whole_name_of_each_axis(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/rlhf?rlhf_panel=Best-of-n+on+text&present=true")
    for chart in visit.page.locator(".js-plotly-plot:visible").all():
        frame, name = chart.bounding_box(), chart.locator(".ytitle").bounding_box()
        assert frame
        assert name
        assert frame["y"] <= name["y"]
        assert name["y"] + name["height"] <= frame["y"] + frame["height"]
    visit.nothing_failed()


def test_a_slider_that_leaves_a_story_by_quick_keys_stays_where_it_is(server: str, visitor: Enter) -> None:
    """Its second value is sent before the browser has heard that no story is told any more."""
    visit = visitor().open(f"{server}/rlhf?rlhf_task=answer+or+abstain&rlhf_panel=What+refuses+everything")
    slider = visit.page.locator(".st-key-rlhf_reward_abstain input[type=range]")
    slider.focus()
    for _ in range(3):
        visit.page.keyboard.press("ArrowRight")
        visit.page.wait_for_timeout(150)
    visit.settle()
    assert float(slider.input_value()) == pytest.approx(0.6)
    assert "rlhf_reward_abstain=0.6" in visit.page.url
    visit.tell("Refusing all")
    assert float(slider.input_value()) == pytest.approx(0.3)
    visit.nothing_failed()

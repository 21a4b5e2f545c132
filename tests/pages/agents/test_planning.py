"""The panels on noise, plans and made tools, driven as a visitor would: views, own input, bad input, scripts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.agents import FAMILIES, TOOL, recorded_uses, success, within
from pages.agents.agents.names import (
    BUDGET,
    CHECKER,
    GREEDY,
    MAKE,
    NOISE,
    OWN,
    OWN_MAP,
    PLAN,
    PRICE,
    PROPOSED,
    SEARCH,
    USER,
    WALLS,
)
from pages.agents.agents.panels.plan import rooms_run
from pages.agents.agents.readings.shares import share_words
from tests.page_kit import charts, html_of, printed

PAGE = "pages/agents/agents/page.py"

Visit = Callable[..., AppTest]


@pytest.fixture
def page(visit: Visit) -> Visit:
    return lambda **params: visit(PAGE, **{f"agents_{name}": value for name, value in params.items()})


def test_calls_on_the_sliders_are_computed(page: Visit) -> None:
    app = page(panel=NOISE, fails=20, calls=5, retries=1)
    assert f"one try <b>{share_words(success(0.2, 5))}</b>" in html_of(app) and not app.error and len(charts(app)) == 1


@pytest.mark.parametrize("fails", [0, 100])
def test_no_call_or_every_call_fails(page: Visit, fails: int) -> None:
    for view in ("calls", CHECKER, BUDGET):
        app = page(panel=NOISE, noise_view=view, fails=fails, misses=100, alarms=100)
        assert not app.error and not app.exception and len(charts(app)) == 1


def test_too_few_calls_are_told(page: Visit) -> None:
    assert "too few" in html_of(page(panel=NOISE, noise_view=BUDGET, paid=9))


def test_a_map_without_a_way_and_one_that_is_none_get_a_word(page: Visit) -> None:
    app = page(panel=PLAN, plan_view=OWN_MAP, map="a - b\nc # d\nkey: a\nfrom: a\nto: d")
    assert "no way from a to d" in app.warning[0].value and not charts(app) and not app.error
    app = page(panel=PLAN, plan_view=OWN_MAP, map="<b>x</b>")
    assert "map must" in app.warning[0].value.lower() or "way must" in app.warning[0].value.lower()
    assert "5 states" not in html_of(app)


@pytest.mark.parametrize("view", [SEARCH, OWN_MAP])
def test_it_is_told_what_a_state_is(page: Visit, view: str) -> None:
    assert "a room, with the key or without" in html_of(page(panel=PLAN, plan_view=view))


def test_the_question_behind_the_numbers_stands_below_them(page: Visit) -> None:
    assert "x meters long and y meters wide" in html_of(page(panel=MAKE))


def test_a_greedy_search_is_offered_no_weight(page: Visit) -> None:
    app = page(panel=PLAN, search=GREEDY, house=3)
    assert "In this house greedy search takes up" in html_of(app)
    assert not any(slider.label == "Weight of the guess" for slider in app.slider)


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ("2, 3 = 5\n2, 3 = 6", "contradict each other"),
        ("", "1 to 10 lines"),
        ("1, 2 = ?", "questions alone"),
        ("<b>x</b>", "is no number"),
        ("1 = 2\n1, 2 = 3", "same number of arguments"),
    ],
)
def test_examples_that_make_no_tool_get_a_word(page: Visit, pairs: str, says: str) -> None:
    app = page(panel=MAKE, family=OWN, pairs=pairs)
    assert says in app.warning[0].value and not charts(app) and not app.error


def test_own_examples_make_a_tool_that_answers(page: Visit) -> None:
    app = page(panel=MAKE, family=OWN, pairs="1 = 3\n4 = 9\n7 = 15\n100 = ?")
    assert "made without one" in html_of(app) and '"201"' in charts(app)[0].proto.spec


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"panel": NOISE}, lambda: f"{success(0.1, 10)}"),
        ({"panel": NOISE, "noise_view": CHECKER}, lambda: "Ends(right="),
        ({"panel": NOISE, "noise_view": BUDGET}, lambda: f"{within(0.1, 10, 15)}"),
        ({"panel": PLAN}, lambda: "'take the key'"),
        ({"panel": PLAN, "plan_view": PROPOSED}, lambda: f"{int(rooms_run().success.sum())} of {len(rooms_run())}"),
        ({"panel": PLAN, "plan_view": WALLS}, lambda: "(("),
        ({"panel": PLAN, "plan_view": OWN_MAP}, lambda: "'open the door'"),
        ({"panel": MAKE}, lambda: "2 * (x + y)"),
        ({"panel": MAKE, "make_view": USER}, lambda: f"of {len(recorded_uses().of(TOOL))}"),
    ],
)
def test_scripts_of_panels_reproduce_a_number(
    page: Visit, values: dict[str, str], number: Callable[[], str], tmp_path: Path
) -> None:
    assert number() in printed(page(**values), "agents", tmp_path)


def test_the_price_on_screen_is_that_of_the_script(page: Visit, tmp_path: Path) -> None:
    app = page(panel=MAKE, make_view=PRICE)
    assert f"<b>{float(printed(app, 'agents', tmp_path)):,.1f}</b> questions" in html_of(app)
    assert "never pays" in html_of(page(panel=MAKE, make_view=PRICE, dearer=1))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_shows_its_tool_and_its_tests(page: Visit, family: str) -> None:
    app = page(panel=MAKE, family=family, given=1)
    assert len(charts(app)) == 1 and not app.error and not app.exception


def test_links_that_hold_nonsense_open_the_usual_view(page: Visit) -> None:
    for values in (
        {"panel": NOISE, "noise_view": "x", "fails": 999, "calls": -3, "retries": "y"},
        {"panel": PLAN, "plan_view": "x", "house": 999, "weight": -7, "search": "x", "ahead": "<b>"},
        {"panel": PLAN, "plan_view": PROPOSED, "rooms": 999},
        {"panel": MAKE, "make_view": "x", "family": "<b>x</b>", "given": 99},
    ):
        app = page(**values)
        assert not app.error and not app.exception and len(charts(app)) == 1

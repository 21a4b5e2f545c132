"""What only a browser can show of a played lesson: keys, the address, Back, and the second window."""

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import expect

from core.lessons import Lesson, OneOf, Reading, Step, View, to_json
from tests.browser_kit import Visit

Enter = Callable[..., Visit]
SOON = 60_000
"""Milliseconds within which a busy machine answers."""
ERRORS = tuple(Reading(name, "last", over="degree") for name in ("training", "test"))
LESSON = Lesson(
    "Three",
    (
        Step(
            View("learning", {"degree": 3}),
            "First",
            "Say why.",
            "Which is least?",
            OneOf(("training", "test"), ERRORS, "lowest"),
        ),
        Step(View("learning", {"degree": 5}), "Second"),
        Step(View("transport"), "Third", "The end."),
    ),
)
KEEP = "lesson => localStorage.setItem('foundation-model-explorer-lesson', lesson)"


def test_a_lesson_of_three_steps_is_played_by_keys_and_from_a_second_window(server: str, visitor: Enter) -> None:
    visit = visitor()
    page = visit.page
    page.goto(f"{server}/_stcore/health")
    page.evaluate(KEEP, to_json(LESSON))
    page.goto(f"{server}/lesson?present=true")
    page.get_by_role("button", name="Play", exact=True).click(timeout=SOON)
    place = page.locator(".st-key-learning_play, .st-key-transport_play")
    expect(place).to_contain_text("Step 1 of 3", timeout=SOON)
    expect(page.get_by_text("Which is least?")).to_be_visible(timeout=SOON)
    expect(page.locator(".js-plotly-plot")).to_have_count(0)
    page.get_by_role("button", name="test", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text(
        "Your guess: test. The figure: training. A surprise.", timeout=SOON
    )
    expect(place).to_contain_text("First · 1 of 3", timeout=SOON)
    page.reload()
    expect(page.locator(".verdict")).to_contain_text("A surprise.", timeout=SOON)
    visit.settle()
    assert visit.beyond(800) == []
    place.get_by_role("button").first.click()
    expect(page.get_by_text("Say why.").last).to_be_visible()
    page.keyboard.press("PageDown")
    expect(place).to_contain_text("Second · 2 of 3", timeout=SOON)
    notes = page.context.new_page()
    notes.goto(f"{server}/lesson?lesson_notes=true")
    expect(notes.get_by_role("heading", name="Second")).to_be_visible(timeout=SOON)
    expect(notes.locator(".lecture footer")).to_contain_text("Third, on “Optimal transport”")
    notes.keyboard.press("PageDown")
    expect(place).to_contain_text("Third · 3 of 3", timeout=SOON)
    expect(notes.get_by_text("The end.")).to_be_visible(timeout=SOON)
    assert "present=true" in page.url
    page.go_back()
    expect(place).to_contain_text("Second · 2 of 3", timeout=SOON)
    visit.nothing_failed()


def test_guesses_outlive_a_reload_at_home_and_on_a_step(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/learning?lesson=learning&step=1")
    page, told = visit.page, visitor().page
    page.get_by_role("button", name="test", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text("Your guess: test.", timeout=SOON)
    visit.settle()
    page.goto(f"{server}/adapters?lesson=adapters&step=1&guess=50")
    expect(page.locator(".verdict")).to_contain_text("Your guess:", timeout=SOON)
    visit.settle()
    page.reload()
    expect(page.locator(".verdict")).to_contain_text("Your guess:", timeout=SOON)
    visit.settle()
    page.goto(server)
    guesses = page.get_by_text("What you have guessed: 2 guesses")
    expect(guesses).to_be_visible(timeout=SOON)
    visit.settle()
    page.reload()
    guesses.click(timeout=SOON)
    expect(page.locator(".guessed")).to_have_count(2)
    page.locator("[class*=st-key-guessed_]", has_text="Your guess: test.").get_by_role("button", name="See it").click()
    expect(page.locator(".verdict")).to_contain_text("Your guess: test.", timeout=SOON)
    visit.settle()
    page.goto(server)
    guesses.click(timeout=SOON)
    page.get_by_role("button", name="Forget them").click()
    expect(guesses).to_have_count(0, timeout=SOON)
    visit.settle()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SOON)
    visit.settle()
    expect(page.get_by_text("What you have guessed")).to_have_count(0)
    visit.nothing_failed()
    told.goto(server)
    expect(told.get_by_role("heading", level=1)).to_be_visible(timeout=SOON)
    expect(told.get_by_text("What you have guessed")).to_have_count(0)


def test_what_was_uncovered_stays_so_after_a_reload(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/learning?lesson=learning&step=1&present=true")
    page = visit.page
    place = page.locator(".st-key-learning_play")
    for told in ("Fits too well · 1 of 11", "Step 2 of 11"):
        page.keyboard.press("PageDown")
        expect(place).to_contain_text(told, timeout=SOON)
        visit.settle()
    page.reload()
    expect(place).to_contain_text("Step 2 of 11", timeout=SOON)
    visit.settle()
    page.keyboard.press("PageUp")
    expect(place).to_contain_text("Fits too well · 1 of 11", timeout=SOON)
    expect(page.locator(".verdict")).to_contain_text("The figure: training", timeout=SOON)
    visit.nothing_failed()


def test_bad_content_of_the_storage_is_ignored(server: str, visitor: Enter) -> None:
    visit = visitor().open(server)
    page = visit.page
    page.evaluate("sessionStorage.setItem('foundation-model-explorer-guesses', '[{\"page\": 7}, \"\\\\ud800\"]')")
    page.reload()
    visit.settle().nothing_failed()
    page.goto(f"{server}/learning?lesson=learning&step=1&guess=2")
    expect(page.locator(".verdict")).to_contain_text("Your guess: test", timeout=SOON)
    visit.settle()
    page.goto(server)
    expect(page.get_by_text("What you have guessed: 1 guess,")).to_be_visible(timeout=SOON)
    visit.nothing_failed()


def test_on_a_phone_question_and_answer_stand_above_the_controls(server: str, visitor: Enter) -> None:
    """At a desk they stand below them, as the figure always does."""
    for width, height, above in ((390, 844, True), (1280, 800, False)):
        visit = visitor(width=width, height=height).open(f"{server}/learning?lesson=learning&step=1")
        page = visit.page

        def top(part: str, of: Visit = visit) -> float:
            box = of.page.locator(part).first.bounding_box()
            assert box
            return box["y"]

        slider = ".st-key-learning_degree"
        assert top(".st-key-played") < min(top(".to_guess"), top(slider))
        assert (top(".to_guess") < top(slider)) == above
        last = page.get_by_role("button", name="Show it without a guess").bounding_box()
        assert last
        assert last["y"] + last["height"] <= height, "all options are in sight"
        place = top(".st-key-stage")
        page.get_by_role("button", name="test", exact=True).click()
        expect(page.locator(".verdict")).to_be_visible(timeout=SOON)
        visit.settle()
        moved = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
        assert top(".st-key-stage") + moved == place, "the verdict takes the place of the question"
        assert top(".js-plotly-plot") < height - 200
        assert (top(".js-plotly-plot") < top(slider)) == above
        visit.nothing_failed()


def test_on_a_phone_what_is_marked_is_in_sight_or_named(server: str, visitor: Enter) -> None:
    visit = visitor(width=390, height=844).open(f"{server}/learning?lesson=learning&step=1&guess=2")
    page = visit.page
    expect(page.locator(".annotation", has_text="your guess")).to_be_in_viewport(ratio=0.9, timeout=SOON)
    truth = page.locator(".annotation", has_text=re.compile("^truth")).bounding_box()
    assert truth
    assert 0 <= truth["x"] <= truth["x"] + truth["width"] <= 390
    visit.settle()
    names = [page.locator(".annotation").filter(has_text=re.compile(f"^{name}$")) for name in ("training", "test")]
    assert all(name.bounding_box()["x"] + name.bounding_box()["width"] <= 390 for name in names), "its line has a name"
    expect(page.locator(".where")).to_have_count(0)
    visit.open(f"{server}/convolution?lesson=convolution&step=5&guess=0&convolution_panel=Shift+it")
    expect(page.locator(".verdict")).to_contain_text("See figure 2 of 2.", timeout=SOON)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".where")).to_be_hidden()
    visit.nothing_failed()


@pytest.mark.parametrize(
    "step", ["networks?lesson=networks&step=2&guess=0", "memory?lesson=memory&step=1&guess=0+0.1;1+0.2"]
)
def test_verdict_figure_and_sentence_fit_a_desk(server: str, visitor: Enter, step: str) -> None:
    visit = visitor().open(f"{server}/{step}")
    expect(visit.page.locator(".verdict")).to_be_visible(timeout=SOON)
    assert visit.beyond(800) == []
    visit.nothing_failed()


def test_names_beside_a_plot_leave_it_its_room_on_a_phone(server: str, visitor: Enter) -> None:
    """As narrow as the phone, the plot had 90 pixels, and the numbers below it were turned to fit."""
    visit = visitor(width=390, height=844).open(f"{server}/reasoning?lesson=reasoning&step=10&guess=5")
    plot = visit.page.locator(".st-key-main_panel .nsewdrag").first.bounding_box()
    assert plot
    assert plot["width"] > 364
    visit.nothing_failed()


def test_a_broad_figure_is_moved_no_farther_sideways_than_its_marks_and_names_take(server: str, visitor: Enter) -> None:
    """Those at its left stay in sight where nothing beyond the screen is marked, and else those at its lines' ends."""
    for step, values, moved in (
        ("5", "guess=60&agents_panel=Success", True),
        ("8", "guess=20&agents_panel=Who+guards+it%3F", False),
    ):
        visit = visitor(width=390, height=844).open(f"{server}/agents?lesson=agents&step={step}&{values}")
        page = visit.page
        expect(page.locator(".annotation", has_text=re.compile("^truth"))).to_be_in_viewport(ratio=0.9, timeout=SOON)
        visit.settle()
        at, room = page.evaluate(
            """() => {
                const ours = [...document.querySelectorAll(".annotation")]
                    .filter(note => /^(your guess|truth)/.test(note.textContent))
                const box = ours[0].closest("[class*=st-key-broad_]"), end = box.getBoundingClientRect().right
                const told = [...box.querySelectorAll(".annotation")].map(note => note.getBoundingClientRect().right)
                return [box.scrollLeft, end - Math.max(...told)]
            }"""
        )
        assert (at > 0) == moved
        assert not moved or abs(room - 8) < 3
        visit.nothing_failed()


MEETING = """() => [...document.querySelectorAll(".js-plotly-plot")].filter(chart => chart.checkVisibility())
    .flatMap(chart => {
        const ours = /^(your guess|truth)/, frame = chart.getBoundingClientRect()
        const box = part => (part.closest(".annotation")?.querySelector(".annotation-text-g") ?? part)
            .getBoundingClientRect()
        const words = [...chart.querySelectorAll(".main-svg text")].filter(part => part.textContent.trim())
            .map(part => ({ told: part.textContent, box: box(part) })).filter(word => word.box.width)
        const meet = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2
            && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 2
        return words.filter(word => ours.test(word.told)).flatMap(one => [
            ...(one.box.left < frame.left - 1 || one.box.right > frame.right + 1 ? [`${one.told} is cut`] : []),
            ...words.filter(other => other !== one && meet(one.box, other.box)).map(
                other => `${one.told} meets ${other.told}`),
        ])
    })"""
"""The notes of guess and truth that are cut, and those that lie upon other words of their charts."""


@pytest.mark.parametrize(
    ("width", "step"),
    [
        (390, "learning?lesson=learning&step=7&guess=70"),
        (390, "attention_depth?lesson=attention_depth&step=1&guess=0.5"),
        (390, "transformer?lesson=transformer&step=10&guess=7"),
        (390, "transformer?lesson=transformer&step=7&guess=0"),
        (390, "convolution?lesson=convolution&step=10&guess=0"),
        (390, "model_families?lesson=model_families&step=4&guess=0.9"),
        (390, "decoding?lesson=decoding&step=8&guess=0"),
        (390, "decoding?lesson=decoding&step=8&guess=1"),
        (390, "prompts?lesson=prompts&step=9&guess=1"),
        (1280, "agents?lesson=agents&step=8&guess=20&present=true"),
        (1280, "prompts?lesson=prompts&step=9&guess=2&present=true"),
        (1280, "prompts?lesson=prompts&step=9&guess=1&present=true"),
        (1280, "searching_prompts?lesson=searching_prompts&step=1&guess=87.5&present=true"),
    ],
)
def test_guess_and_truth_lie_upon_no_word(server: str, visitor: Enter, width: int, step: str) -> None:
    visit = visitor(width=width, height=844 if width == 390 else 800).open(f"{server}/{step}")
    expect(visit.page.locator(".annotation", has_text=re.compile("^(your guess: right|truth)"))).to_have_count(1)
    assert visit.page.evaluate(MEETING) == []
    visit.nothing_failed()


def test_a_note_as_broad_as_a_plot_makes_no_axis_longer(server: str, visitor: Enter) -> None:
    """Its curve ends at 800 steps. With the note's words within it the axis went on to 2,000."""
    visit = visitor(width=390, height=844).open(f"{server}/transformer?lesson=transformer&step=7&guess=0")
    page = visit.page
    expect(page.locator(".annotation", has_text="your guess: right")).to_have_count(1, timeout=SOON)
    end = page.evaluate(
        """() => [...document.querySelectorAll(".js-plotly-plot")].filter(chart => chart.querySelector(".annotation"))
            .map(chart => chart._fullLayout.xaxis.range[1])[0]"""
    )
    assert 800 <= end < 850
    visit.nothing_failed()


@pytest.mark.parametrize(("step", "more"), [("memory?lesson=memory&step=1", ""), ("rlhf?lesson=rlhf&step=2", "true")])
def test_all_that_a_sketch_takes_is_in_sight(server: str, visitor: Enter, step: str, more: str) -> None:
    visit = visitor().open(f"{server}/{step}&present={more}")
    cover, axes = (visit.page.locator(part).bounding_box() for part in (".st-key-cover", ".js-plotly-plot"))
    last = visit.page.get_by_role("button", name="Show it without a guess").bounding_box()
    assert cover
    assert axes
    assert last
    assert axes["height"] > 180
    assert last["y"] + last["height"] <= cover["y"] + cover["height"] <= 800
    visit.nothing_failed()


def sketched(visit: Visit, places: Sequence[tuple[float, float]], pause: int) -> None:
    """Clicks at shares of empty axes, so many milliseconds after each other, and waits until all is drawn."""
    box = visit.page.locator(".st-key-cover .nsewdrag").bounding_box()
    assert box
    for across, up in places:
        visit.page.mouse.click(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
        visit.page.wait_for_timeout(pause)
    expect(visit.page.locator(".sketch .waiting")).to_have_count(0, timeout=SOON)
    visit.settle()


FALL = ((0.1, 0.8), (0.3, 0.5), (0.5, 0.2), (0.7, 0.6), (0.9, 0.85))


@pytest.mark.parametrize("pause", [40, 250])
def test_each_of_several_quick_clicks_makes_a_point(server: str, visitor: Enter, pause: int) -> None:
    visit = visitor().open(f"{server}/memory?lesson=memory&step=1")
    field, dots = visit.page.get_by_label("Click where the curve runs"), visit.page.locator(".sketch .dot")
    sketched(visit, FALL, pause)
    expect(field).to_have_value("1.32 87; 3.41 52; 5.5 17; 7.59 62.5; 9.68 90.5")
    expect(dots).to_have_count(5)
    sketched(visit, FALL[1:2], pause)
    expect(field).to_have_value("1.32 87; 5.5 17; 7.59 62.5; 9.68 90.5")
    field.fill("2 80; 9 40")
    sketched(visit, FALL[2:3], pause)
    expect(field).to_have_value("2 80; 5.5 17; 9 40")
    expect(dots).to_have_count(3)
    field.fill("2 80; 9 20")
    visit.page.get_by_role("button", name="Guess", exact=True).click()
    expect(visit.page.locator(".verdict")).to_contain_text("Your guess", timeout=SOON)
    assert "guess=2+0.8%3B+9+0.2" in visit.page.url, "what was typed last"
    visit.nothing_failed()


def test_nothing_that_a_run_has_left_behind_is_seen_beside_a_cover(server: str, visitor: Enter) -> None:
    """A run that is ended by another one does not take away what stood where it now draws the cover."""
    visit = visitor().open(f"{server}/learning?lesson=learning&step=1&guess=-")
    page = visit.page
    left = page.locator(".st-key-main_figure").evaluate("figure => figure.outerHTML")
    page.goto(f"{server}/learning?lesson=learning&step=1")
    expect(page.locator(".st-key-cover")).to_be_visible(timeout=SOON)
    visit.settle()
    for place in ("afterbegin", "afterend"):
        page.locator(".st-key-cover").evaluate(f"(cover, left) => cover.insertAdjacentHTML('{place}', left)", left)
    assert page.locator(".st-key-cover").get_by_role("button").count() == 4, "the means to answer stay"
    assert page.locator(".st-key-stage").locator(".js-plotly-plot, .reading, .finding").count() > 2
    expect(page.locator(".st-key-stage").locator(".js-plotly-plot:visible, .reading:visible")).to_have_count(0)


def test_a_point_is_guessed_by_a_click_on_its_axes(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/attention?lesson=attention&step=4&{SINK}")
    page = visit.page
    slider, guess = page.locator(".st-key-cover").get_by_role("slider"), page.get_by_role("button", name="Guess")
    for across, layer in ((0.2, 5), (0.8, 24)):
        sketched(visit, ((across, 0.4),), 0)
        told = slider.get_attribute("aria-valuetext")
        assert told
        assert abs(int(told) - layer) <= 1
        expect(guess.first).to_be_enabled()
    slider.press("ArrowLeft")
    visit.settle()
    assert slider.get_attribute("aria-valuetext") == str(int(told) - 1), "the last click does not come back"
    guess.first.click()
    expect(page.locator(".verdict")).to_contain_text(f"Your guess: {int(told) - 1}", timeout=SOON)
    visit.nothing_failed()


def test_all_that_a_point_takes_is_in_sight_under_a_long_question(server: str, visitor: Enter) -> None:
    for width, height, mode in ((1280, 800, ""), (1280, 800, "&present=true"), (390, 844, "")):
        visit = visitor(width=width, height=height)
        visit.open(f"{server}/networks?lesson=networks&step=10&networks_panel=Perceptron{mode}")
        cover, axes = (visit.page.locator(part).bounding_box() for part in (".st-key-cover", ".js-plotly-plot"))
        last = visit.page.get_by_role("button", name="Show it without a guess").bounding_box()
        assert cover
        assert axes
        assert last
        assert axes["height"] > 180
        assert last["y"] + last["height"] <= cover["y"] + cover["height"] <= height
        visit.nothing_failed()


SINK = (
    "attention_text=The+old+lighthouse+keeper+climbed+the+stairs+every+evening%2C+lit+the+lamp%2C+and+watched+the+"
    "ships+pass+until+the+morning+came.&attention_query=12&attention_panel=Sink"
)
TALL = "networks_data=xor&networks_layers=0"


@pytest.mark.parametrize(
    ("width", "height", "step"),
    [
        (1280, 800, f"attention?lesson=attention&step=4&guess=1&{SINK}"),
        (390, 844, f"attention?lesson=attention&step=4&guess=1&{SINK}"),
        (390, 844, f"networks?lesson=networks&step=2&guess=0&{TALL}"),
    ],
    ids=["panel at a desk", "panel on a phone", "tall figure on a phone"],
)
def test_what_is_marked_below_the_fold_comes_into_sight_once(
    server: str, visitor: Enter, width: int, height: int, step: str
) -> None:
    visit = visitor(width=width, height=height)
    page = visit.page
    page.goto(f"{server}/{step}")
    expect(page.locator(".annotation", has_text=re.compile("^truth"))).to_be_in_viewport(ratio=0.9, timeout=SOON)
    visit.settle()
    told, truth = (part.bounding_box() for part in (page.locator(".verdict"), page.locator(".annotation").last))
    assert told
    assert truth
    assert 0 <= told["y"] <= told["y"] + told["height"] <= truth["y"] <= height - truth["height"]
    page.mouse.move(width / 2, height / 2)
    page.mouse.wheel(0, -4000)
    page.wait_for_timeout(1500)
    assert page.locator(".st-key-page_top").bounding_box()["y"] > 0, "the visitor is left alone"  # type: ignore[index]
    page.set_viewport_size({"width": width, "height": height - 40})
    page.wait_for_timeout(1500)
    assert page.locator(".st-key-page_top").bounding_box()["y"] > 0  # type: ignore[index]
    visit.nothing_failed()


def test_who_comes_back_to_a_guess_sees_it(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/attention?lesson=attention&step=4&{SINK}")
    page = visit.page
    guess = page.get_by_role("button", name="Guess", exact=True)
    expect(guess).to_be_disabled()
    page.locator(".st-key-cover").get_by_role("slider").press("ArrowLeft")
    guess.click(timeout=SOON)
    truth = page.locator(".annotation", has_text=re.compile("^truth"))
    expect(truth).to_be_in_viewport(ratio=0.9, timeout=SOON)
    visit.settle()
    page.keyboard.press("PageDown")
    expect(page.locator(".st-key-attention_play")).to_contain_text("Step 5", timeout=SOON)
    visit.settle()
    expect(page.locator("h1")).to_be_in_viewport()
    page.keyboard.press("PageUp")
    expect(truth).to_be_in_viewport(ratio=0.9, timeout=SOON)
    visit.nothing_failed()


def test_on_a_phone_the_controls_of_a_panel_stand_below_its_figure(server: str, visitor: Enter) -> None:
    """At a desk they stand above it, as everywhere."""
    panel = "transformer_panel=Translate&transformer_parts=one+vector&transformer_view=Length"
    for width, height, above in ((390, 844, False), (1280, 800, True)):
        visit = visitor(width=width, height=height)
        visit.open(f"{server}/transformer?lesson=transformer&step=6&guess=1+1%3B+12+0.2&{panel}")
        chart, told = (visit.page.locator(part).bounding_box() for part in (".js-plotly-plot", ".verdict"))
        assert chart
        assert told
        assert told["y"] < chart["y"] < chart["y"] + chart["height"] <= height
        for control in (".st-key-transformer_task", ".st-key-transformer_seed", ".st-key-transformer_back"):
            box = visit.page.locator(control).bounding_box()
            assert box
            assert (box["y"] < chart["y"]) == above
        visit.nothing_failed()

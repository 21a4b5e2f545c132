"""Stories told one after another, in a browser: each shows its own figure, whole, whatever was shown before."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser

from components.course import Preset, Topic, declared_by, topics
from tests.browser_kit import Visit, windows
from tests.page_kit import every

Enter = Callable[..., Visit]
CLICKS = 26
ANEW = 1
TALL = 800

EXCEPTIONS: dict[tuple[str, str, str], str] = {}
"""(page, screen, story) that does not fit, and the finding that mends it. Strict: one that fits fails the test."""


@pytest.fixture(scope="module", params=topics(), ids=lambda topic: topic.key)
def topic(request: pytest.FixtureRequest) -> Topic:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def presets(topic: Topic) -> tuple[Preset, ...]:
    return declared_by(topic).presets


@pytest.fixture(scope="module")
def desk(server: str, browser: Browser, topic: Topic) -> Iterator[Visit]:
    """One visitor's page, for all tests of this file: to open it anew takes longer than to tell a story."""
    with windows(browser) as enter:
        visit = enter().open(f"{server}/{topic.key}")
        # Between a first run that the browser's answers end and the next one a busy server may rest for long.
        visit.page.locator(".reading").first.wait_for()
        yield visit.settle()


@pytest.fixture(scope="module")
def at_first(desk: Visit, topic: Topic) -> dict[str, Any]:
    """What the page shows before anything is clicked."""
    return desk.shown(topic.key)


@pytest.fixture(scope="module")
def told(
    desk: Visit, topic: Topic, presets: tuple[Preset, ...], at_first: dict[str, Any]
) -> dict[str, tuple[str, dict[str, Any], str]]:
    """Each story told one after another: its link, what it shows, and what does not fit."""
    found = {}
    for preset in presets:
        desk.tell(preset.name)
        found[preset.name] = (desk.page.url, desk.shown(topic.key), sits(desk, topic, preset, "desk"))
    return found


@pytest.fixture(scope="module")
def first_seen(
    browser: Browser, topic: Topic, presets: tuple[Preset, ...], told: dict[str, tuple[str, dict[str, Any], str]]
) -> dict[str, dict[str, Any]]:
    """What each story shows. The first and another, drawn by the page's name, to one who opens their link and has
    seen nothing else; the rest as they were first told, since a window opened anew takes longer than ten clicks."""
    anew = [presets[0].name, *(preset.name for preset in random.Random(topic.key).sample(presets[1:], ANEW))]
    return {name: shown for name, (_, shown, _) in told.items()} | seen_anew(browser, topic, told, anew)


def seen_anew(
    browser: Browser, topic: Topic, told: dict[str, tuple[str, dict[str, Any], str]], names: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """What these stories show in a new window, by their links: screen, address and figure."""
    with windows(browser) as enter:
        reader = enter()
        seen = {name: reader.open(told[name][0]).shown(topic.key) for name in names}
        reader.nothing_failed()
    return seen


def written(value: Any) -> set[str]:
    """How a value may stand on a widget of the screen or in a link."""
    if isinstance(value, bool):
        return {str(value).lower()}
    return {str(value), f"{value:g}"} if isinstance(value, float | int) else {str(value).strip()}


def told_wrong(shown: dict[str, Any], key: str, preset: Preset, defaults: dict[str, Any]) -> dict[str, Any]:
    """The values of a story that neither the screen nor the link holds."""
    wrong = {}
    for name, value in {**defaults, **preset.values}.items():
        if isinstance(value, list):
            continue
        on_screen, in_link = shown["screen"].get(f"{key}_{name}"), shown["link"].get(f"{key}_{name}")
        if in_link is not None and not {part.strip() for part in in_link} & written(value):
            wrong[name] = (value, in_link)
        if in_link is None and on_screen is None and value != defaults[name]:
            wrong[name] = (value, "neither on the screen nor in the link")
        if name in preset.values and on_screen is not None and not written(value) & {on_screen.strip(), on_screen}:
            wrong[name] = (value, on_screen)
    return wrong


def sits(visit: Visit, topic: Topic, preset: Preset, screen: str) -> str:
    """Empty where the story fits as it should and no word of its figures is cut; else what is wrong."""
    cut = visit.cut_words(any_side=True)
    if cut:
        return f"{preset.name} ({screen}): cut off are {cut}"
    late, excused = visit.beyond(TALL), EXCEPTIONS.get((topic.key, screen, preset.name))
    if late and not excused:
        return f"{preset.name} ({screen}): {'; '.join(late)}, the screen at {TALL}"
    if excused and not late:
        return f"{preset.name} ({screen}) fits now: take it off the list of exceptions"
    return ""


def test_the_page_opens_as_its_first_story(
    at_first: dict[str, Any], presets: tuple[Preset, ...], first_seen: dict[str, dict[str, Any]]
) -> None:
    assert at_first == first_seen[presets[0].name]
    assert at_first["link"] == {}


def test_each_link_holds_the_values_of_its_story(
    topic: Topic, presets: tuple[Preset, ...], first_seen: dict[str, dict[str, Any]]
) -> None:
    defaults = dict(declared_by(topic).defaults)
    wrong = {preset.name: told_wrong(first_seen[preset.name], topic.key, preset, defaults) for preset in presets}
    assert {name: values for name, values in wrong.items() if values} == {}
    assert all(len(seen["figure"]) > 100 for seen in first_seen.values())


@pytest.mark.slow
def test_a_walk_over_the_stories_shows_each_as_when_seen_first(
    desk: Visit,
    topic: Topic,
    presets: tuple[Preset, ...],
    told: dict[str, tuple[str, dict[str, Any], str]],
    first_seen: dict[str, dict[str, Any]],
) -> None:
    wrong = [each for name, (_, shown, late) in told.items() for each in (*unlike(name, shown, first_seen), late)]
    for preset in random.Random(26).choices(presets, k=CLICKS - len(presets)):
        desk.tell(preset.name)
        wrong += unlike(preset.name, desk.shown(topic.key), first_seen)
        wrong.append(sits(desk, topic, preset, "desk"))
    assert [each for each in wrong if each] == []
    desk.nothing_failed()


def unlike(name: str, shown: dict[str, Any], first_seen: dict[str, dict[str, Any]]) -> list[str]:
    """Each part of a story's page that is not what it was when seen first."""
    return [
        f"{name}: {part} is not the story's: {difference(shown[part], value)}"
        for part, value in first_seen[name].items()
        if shown[part] != value
    ]


def difference(now: Any, then: Any) -> Any:
    """What differs between two states, short enough to read."""
    if isinstance(now, dict):
        return {name: (now.get(name), then.get(name)) for name in now | then if now.get(name) != then.get(name)}
    return f"{len(now)} and {len(then)} characters"


def test_a_lit_story_that_was_left_is_restored_by_a_click(
    desk: Visit, topic: Topic, presets: tuple[Preset, ...], first_seen: dict[str, dict[str, Any]]
) -> None:
    desk.tell(presets[0].name)
    desk.panels().last.click()
    desk.settle()
    assert desk.shown(topic.key) != first_seen[presets[0].name]
    desk.tell(presets[0].name)
    assert desk.shown(topic.key) == first_seen[presets[0].name]
    desk.tell(presets[0].name)
    assert desk.shown(topic.key) == first_seen[presets[0].name]


@pytest.mark.matrix
def test_every_story_after_every_other(
    desk: Visit, topic: Topic, presets: tuple[Preset, ...], first_seen: dict[str, dict[str, Any]]
) -> None:
    wrong, before = [], ""
    for name in every_pair([preset.name for preset in presets]):
        desk.tell(name)
        if desk.shown(topic.key) != first_seen[name]:
            wrong.append(f"{before}, then {name}")
        before = name
    assert wrong == []


def every_pair(names: Sequence[str]) -> Iterator[str]:
    """A walk in which each name follows each other one, and itself, exactly once: the words of length 1 and 2 that are
    the least of their turns, in order (Fredricksen and Maiorana 1978), and the first name again."""
    for place, name in enumerate(names):
        yield name
        for other in names[place + 1 :]:
            yield from (name, other)
    yield names[0]


@pytest.mark.parametrize("count", [1, 2, 7, 13])
def test_the_walk_passes_each_pair_once(count: int) -> None:
    walk = list(every_pair([str(number) for number in range(count)]))
    pairs = list(pairwise(walk))
    assert len(pairs) == len(set(pairs)) == count**2


@pytest.mark.matrix
def test_every_link_opens_as_its_story_was_told(
    browser: Browser, topic: Topic, told: dict[str, tuple[str, dict[str, Any], str]]
) -> None:
    seen = seen_anew(browser, topic, told, told)
    assert [each for name, (_, shown, _) in told.items() for each in unlike(name, shown, seen)] == []


@pytest.mark.slow
@pytest.mark.parametrize("topic", every(2, topics(), name=lambda topic: topic.key), indirect=True, scope="module")
def test_a_presenter_steps_through_the_stories_by_key(
    desk: Visit, topic: Topic, presets: tuple[Preset, ...], first_seen: dict[str, dict[str, Any]]
) -> None:
    desk.tell(presets[0].name)
    desk.page.get_by_text("Presenter", exact=True).click()
    desk.settle()
    wrong = [sits(desk, topic, presets[0], "projector")]
    for preset in presets[1:]:
        desk.page.keyboard.press("PageDown")
        desk.settle()
        # What has the focus must not take the key: from here on it is a slider, where there is one in sight.
        slider = desk.page.locator("[role=slider]:visible")
        if slider.count():
            slider.first.focus()
        shown, wanted = desk.shown(topic.key), first_seen[preset.name]
        wrong.append("" if shown["link"] == wanted["link"] else f"{preset.name}: {shown['link']}, not {wanted['link']}")
        wrong.append(sits(desk, topic, preset, "projector"))
    assert [each for each in wrong if each] == []
    desk.page.keyboard.press("PageUp")
    desk.settle()
    assert desk.shown(topic.key)["link"] == first_seen[presets[-2].name]["link"]
    desk.nothing_failed()

"""Success: how many worlds each actor gets through, by length, failing tools, examples, and in rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from core.agents import ACTORS, MODEL, ROOMS_WORLD, Runs, Setting, mark, plan, recorded_baselines, recorded_run
from core.checks import Check
from core.numbers import wilson
from pages.agents.agents import findings
from pages.agents.agents.figures.success import success_figure
from pages.agents.agents.topic import OVERS, SUCCESS

ABOVE, LINE = 128, 24
"""Pixels of the main figure's room that go to what stands around, and to another line of the sentence."""
PLANNER = "planner"
LENGTH, NOISE, EXAMPLES, ROOMS = OVERS
AXES = {
    LENGTH: "look-ups that the task takes",
    NOISE: "probability that a look-up fails",
    EXAMPLES: "solved examples in the prompt",
    ROOMS: "acts of a shortest way",
}
Hits = Sequence[np.ndarray]
"""By place, whether each world was got through."""


@dataclass(frozen=True, eq=False)
class Successes:
    """Success by world of each actor at some places of an axis.

    Args:
        over: one of OVERS. places: along the axis. hits: by actor and place, whether each world was got through.
    """

    over: str
    places: Sequence[float]
    hits: Mapping[str, Hits]


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        SUCCESS, lambda: draw(page), stands="instead", badges=(Badge.RECORDED, Badge.TOY),
        checks=lambda: checks(successes_of(page)), script=lambda: script(page),
    )  # fmt: skip


def successes_of(page: Page) -> Successes:
    """What the controls ask for."""
    return successes(str(page.controls.value("over")), silent=bool(page.controls.value("unsaid")))


def successes(over: str, *, silent: bool) -> Successes:
    """The recorded successes along an axis."""
    if over == ROOMS:
        return _in_rooms()
    base = Setting()
    settings: dict[float, Setting] = {
        LENGTH: {float(hops): replace(base, hops=hops) for hops in (1, 2, 3)},
        EXAMPLES: {float(count): replace(base, examples=count) for count in (0, 1, 2)},
    }.get(over, {noise: replace(base, noise=noise, silent=silent and noise > 0) for noise in (0.0, 0.2, 0.4)})
    hits = {MODEL: [run_of(setting).success for setting in settings.values()]}
    if over != EXAMPLES:
        hits |= {
            actor: [recorded_baselines()[actor, setting].success for setting in settings.values()] for actor in ACTORS
        }
    return Successes(over, list(settings), hits)


def run_of(setting: Setting) -> Runs:
    """The model's recorded episodes in a setting. Raises ValueError where there are none."""
    runs = recorded_run(setting)
    if runs is None:
        raise ValueError(f"Nothing was recorded for {setting}.")
    return runs


@lru_cache(maxsize=1)
def _in_rooms() -> Successes:
    """Worlds of rooms in groups of as long a shortest way."""
    setting = Setting(ROOMS_WORLD)
    model = run_of(setting).success
    lengths = np.array([len(plan(setting.world(number)).acts or ()) for number in range(len(model))])
    every = {MODEL: model} | {actor: recorded_baselines()[actor, setting].success[: len(model)] for actor in ACTORS}
    places = sorted(set(lengths.tolist()))
    return Successes(
        ROOMS, places, {actor: [hits[lengths == place] for place in places] for actor, hits in every.items()}
    )


def draw(page: Page) -> None:
    """The axis, and a line for each actor."""
    left, right = st.columns([6, 4], vertical_alignment="bottom")
    with left:
        over = page.controls.choice("over", "Over", list(OVERS))
    with right:
        if over == NOISE:
            page.controls.switch("unsaid", "Failures show another record instead of an error")
    found = successes_of(page)
    title = findings.of_successes(found.over, found.places, found.hits)
    fig = success_figure(
        {actor: counted(hits) for actor, hits in found.hits.items()}, found.places, axis=AXES[found.over],
        look=page.look, title=title, height=room(page.look, ABOVE + (LINE if found.over == ROOMS else 0)),
    )  # fmt: skip
    page.plot(fig, name="success", alt=f"The share of worlds got through, by actor. {title}.", roomy="broad")
    split = findings.of_lengths(found.places, found.hits) if found.over == ROOMS else ""
    page.sentence(findings.of_all(found.hits) + split)


def counted(hits: Hits) -> list[tuple[int, int, tuple[float, float]]]:
    """By place, how many, of how many, and Wilson's interval."""
    return [(int(some.sum()), len(some), wilson(int(some.sum()), len(some))) for some in hits]


def checks(found: Successes) -> tuple[Check, ...]:
    """Recorded episodes go again through their states; the planner gets through every world where no look-up fails."""
    some = run_of(Setting(ROOMS_WORLD) if found.over == ROOMS else Setting())
    again = Check("Episodes that lead elsewhere when done again", moved(some), 0, f"of {len(some)}")
    if PLANNER not in found.hits:
        return (again,)
    by_place = zip(found.hits[PLANNER], found.places, strict=True)
    behind = sum(int((~one).sum()) for one, place in by_place if _sure(found.over, place))
    return (
        again,
        Check("Worlds that a planner does not get through though nothing fails", behind, 0, "each has a way"),
    )


def _sure(over: str, place: float) -> bool:
    """Whether no look-up fails there."""
    return over != NOISE or place == 0


def moved(runs: Runs) -> int:
    """Episodes whose states, or whose end, differ from the recorded ones when their acts are done again."""
    return sum(
        mark(episode, runs.setting.world(number)) != int(runs.marks[number])
        or episode.success != bool(runs.success[number])
        for number, episode in enumerate(runs.episodes)
    )


def script(page: Page) -> str:
    """A script that counts the successes on screen."""
    return """from core.agents import recorded_baselines, recorded_runs

for setting, runs in {**recorded_runs(), **recorded_runs("agents/failures.npz")}.items():
    print(setting, runs.success.sum(), "of", len(runs), runs.interval)
for (actor, setting), found in recorded_baselines().items():
    print(actor, setting, found.success.sum(), "of", len(found.success))
"""

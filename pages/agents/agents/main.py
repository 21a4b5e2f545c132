"""The main figure of the page on agents: an episode act by act, its reading and its exports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import PANEL
from components.jobs import job_panel
from components.page import Page
from core.agents import (
    ACTING,
    MODEL,
    RECORDS,
    ROOMS_WORLD,
    Branch,
    Episode,
    Setting,
    World,
    act_on,
    mark,
    recorded_run,
    replayed,
    run_branch,
    shortest_acts,
)
from core.checks import Check
from core.jobs import Job, find, promise
from pages.agents.agents import findings
from pages.agents.agents.figures.episode import Moment, episode_figure
from pages.agents.agents.results import episode_of, mark_of, successes_of, worlds_of
from pages.agents.agents.topic import ELSEWHERE

if TYPE_CHECKING:
    import pandas as pd

PLANNER = "planner"
TAKES = 16.0
"""Seconds of processor for an episode in a fresh process, a third of it to load the model."""

OFFERED, RUNNING = 56, 132
"""Pixels that the offer of an episode takes, and the bar while it runs."""

NOISES = (0.0, 0.2, 0.4)


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: whose episode, in which world, and before which act."""

    page: Page
    actor: str
    setting: Setting
    number: int
    episode: Episode
    place: int
    taken: int = 0
    """Pixels that the offer of a live episode takes from the figure."""

    @cached_property
    def world(self) -> World:
        """Where it acts."""
        return self.setting.world(self.number)

    @cached_property
    def moment(self) -> Moment:
        """The episode before the act that is shown."""
        bare = Moment(self.world, self.episode, self.place, ())
        right = () if bare.over else shortest_acts(self.world, bare.state)
        return Moment(self.world, self.episode, self.place, right)

    @property
    def stamp(self) -> str:
        """What a guess of this act begins with."""
        return f"{self.number + 1}.{self.place + 1} "

    @property
    def guess(self) -> str:
        """The visitor's guess of this very act; "" for none."""
        said = str(self.page.controls.value("guess"))
        guess = said.removeprefix(self.stamp)
        return guess if said.startswith(self.stamp) and guess in self.moment.probabilities else ""

    @property
    def hidden(self) -> bool:
        """Whether the visitor guesses first and has not guessed yet."""
        return bool(self.page.controls.value("hide")) and not self.guess and not self.moment.over


def controls(page: Page) -> Shown:
    """Draws the controls; those that an open panel does not use are out of sight."""
    with page.own_controls(rest=page.controls.value(PANEL) in ELSEWHERE):
        places = st.columns([2.1, 3.2, 2.3, 2.4, 1.5], vertical_alignment="bottom")
    with places[0]:
        kind = page.controls.choice("kind", "World", [RECORDS, ROOMS_WORLD])
    with places[1]:
        actor = page.controls.choice("actor", "Who acts", list(ACTING))
    with places[4], page.more():
        setting = more(page, kind)
    with places[2]:
        number = page.controls.slider("number", "World number", 1, worlds_of(kind)) - 1
    episode, taken = episode_of(actor, setting, number), 0
    if episode is None:
        actor, episode, taken = live(setting, number, offer=page.controls.value(PANEL) not in ELSEWHERE)
    with places[3]:
        step = page.controls.slider("step", "Before act", 1, len(episode.steps) + 1)
    return Shown(page, actor, setting, number, episode, step - 1, taken)


def live(setting: Setting, number: int, *, offer: bool) -> tuple[str, Episode, int]:
    """Who acts where SmolLM2's episode was not recorded: the planner, until a visitor has asked for SmolLM2's.

    Returns:
        Who acts, the episode, and the pixels that the offer or the bar of the job takes.
    """
    branch = Branch(setting, number)
    cost = f"This was not recorded; it takes {promise(TAKES)} of one core, once. Until then the planner acts."
    done = job_panel(act_on, branch, start="Let SmolLM2 act", cost=cost) if offer else None
    if done is not None:
        return MODEL, done, 0
    return PLANNER, run_branch(PLANNER, branch), taken_by(find(act_on, branch)) if offer else 0


def taken_by(job: Job[Episode] | None) -> int:
    """The pixels that a job takes above the figure: a row with a button, or a bar with one that cancels."""
    return OFFERED if job is None or job.done else RUNNING


def more(page: Page, kind: str) -> Setting:
    """The controls that need not be in sight."""
    if kind == ROOMS_WORLD:
        page.controls.switch("hide", "Guess before the probabilities show")
        return Setting(ROOMS_WORLD)
    hops = page.controls.choice("hops", "Look-ups that it takes", [1, 2, 3])
    noise = page.controls.choice("noise", "A look-up fails with probability", list(NOISES))
    silent = page.controls.switch("silent", "Failures show another record instead of an error")
    examples = page.controls.choice("examples", "Solved examples in the prompt", [0, 1, 2])
    page.controls.switch("hide", "Guess before the probabilities show")
    return Setting(RECORDS, hops, noise, silent and noise > 0, examples)


def main_figure(shown: Shown) -> None:
    """The map, the transcript and the acts; a click on an act is a guess."""
    moment = shown.moment
    title = findings.of_the_moment(moment, hidden=shown.hidden)
    fig = episode_figure(moment, hidden=shown.hidden, look=shown.page.look, title=title, taken=shown.taken)
    alt = f"A map of the world, what was done so far, and a bar for each act that can be done. {title}."
    shown.page.plot(fig, name="episode", alt=alt, on_click=lambda carried: clicked(shown, carried), roomy="broad")


def clicked(shown: Shown, carried: Sequence[Any]) -> dict[str, Any]:
    """What a click on an act sets: a guess of this very act."""
    return {"guess": shown.stamp + list(shown.moment.probabilities)[int(carried[0])]}


def reading(shown: Shown) -> str:
    """The live sentence."""
    guessed = findings.of_the_guess(shown.guess, shown.moment) + " " if shown.guess else ""
    told = findings.of_the_episode(shown.actor, shown.episode, successes_of(shown.setting), hidden=shown.hidden)
    return guessed + told + door_of(shown)


def door_of(shown: Shown) -> str:
    """In rooms, how often the door was tried in vain; "" elsewhere."""
    runs = recorded_run(shown.setting) if shown.setting.kind == ROOMS_WORLD else None
    return findings.of_the_door(shown.episode, runs.episodes, hidden=shown.hidden) if runs is not None else ""


def checks(shown: Shown) -> tuple[Check, ...]:
    """What was recorded goes through its states, or what is live goes through them again; see `episode_checks`."""
    kept = mark_of(shown.actor, shown.setting, shown.number)
    return episode_checks(shown.episode, shown.world, shown.number, kept=kept)


def episode_checks(episode: Episode, world: World, seed: int, *, kept: int | None = None) -> tuple[Check, ...]:
    """The identities of one episode.

    Args:
        episode, world: what was done, and where. seed: of its luck.
        kept: the checksum of its states that was recorded when it ran; None for one that runs now, whose acts are done
            again instead.
    """
    # What a visitor did has no probabilities.
    decided = [step.decision for step in episode.steps if step.decision.probabilities]
    sums = [abs(sum(one.probabilities.values()) - 1) for one in decided]
    # An act that the world does not offer has none either, and is less likely than any.
    unlikely = sum(one.probabilities.get(one.act, -1.0) < max(one.probabilities.values()) for one in decided)
    return (
        _again(episode, world, seed) if kept is None else _recorded(episode, world, kept),
        Check("Probabilities of the acts sum to 1", max(sums, default=0.0), 12 * 2.0**-24, "kept in single precision"),
        Check("Acts that were not the likeliest of those on offer", unlikely, 0, f"of {len(decided)}"),
    )


def _again(episode: Episode, world: World, seed: int) -> Check:
    """An episode that runs now against its acts, done again."""
    states = [world.start, *(step.after for step in episode.steps)]
    moved = sum(one != other for one, other in zip(states, replayed(episode, world, seed=seed), strict=True))
    return Check("States that differ when the acts are done again", moved, 0, f"of {len(states)}")


def _recorded(episode: Episode, world: World, kept: int) -> Check:
    """A recorded episode, which is its acts done again, against the checksum from the run itself."""
    differs = int(mark(episode, world) != kept)
    return Check("Checksums of the states that differ from the run’s own", differs, 0, "CRC-32, written as it ran")


def export_frame(shown: Shown) -> "pd.DataFrame":
    """A line for each act that could be done, by step."""
    import pandas as pd

    return pd.DataFrame(
        [
            {"step": place, "act": act, "probability": share, "done": act == step.decision.act,
             "observation": step.observation if act == step.decision.act else ""}
            for place, step in enumerate(shown.episode.steps, start=1)
            for act, share in step.decision.probabilities.items()
        ]
    )  # fmt: skip


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.agents import act_prompt, break_even, checked, make_tool, plan, run_episode, success, within

    return [run_episode, act_prompt, plan, success, checked, within, make_tool, break_even]


def script(shown: Shown) -> str:
    """A script that lets the same actor act in the same world."""
    if shown.actor != MODEL:
        return f"""from core.agents import Branch, Setting, run_branch

episode = run_branch({shown.actor!r}, Branch({shown.setting!r}, {shown.number}))
print(episode.acts, episode.success)
"""
    return f"""from core.agents import Branch, Setting, act_on

episode = act_on(Branch({shown.setting!r}, {shown.number}))
for step in episode.steps:
    print(step.decision.act, step.decision.probabilities[step.decision.act])
print(episode.success)
"""

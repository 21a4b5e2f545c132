"""Think, then act? The same worlds with thoughts and without, the tokens that it takes, and one episode in full."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from core.agents import ACT, STYLES, Episode, Runs, act_prompt, recorded_baselines, recorded_thoughts
from core.checks import Check
from pages.agents.agents import findings
from pages.agents.agents.figures.thoughts import thoughts_figure
from pages.agents.agents.main import episode_checks
from pages.agents.agents.topic import THOUGHTS

ABOVE = {False: 128, True: 84}
"""Pixels of the main figure's room that go to what stands around, at a desk and on a projector."""


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        THOUGHTS, lambda: draw(page), stands="instead", badges=(Badge.RECORDED, Badge.TOY),
        checks=lambda: checks(page), script=lambda: script(page),
    )  # fmt: skip


def chosen(page: Page) -> tuple[Runs, int]:
    """The style and the world whose episode is shown."""
    every = recorded_thoughts()
    runs = every.get(str(page.controls.value("style")), every[ACT])
    return runs, min(max(int(page.controls.value("thinking")), 1), len(runs)) - 1


def draw(page: Page) -> None:
    """Success and tokens by style, and one episode."""
    every = recorded_thoughts()
    left, right = st.columns([6, 4], vertical_alignment="bottom")
    with left:
        page.controls.choice("style", "Shown", list(STYLES))
    with right:
        page.controls.slider("thinking", "World shown", 1, min(map(len, every.values())))
    runs, number = chosen(page)
    title = findings.of_thoughts({style: runs.success for style, runs in every.items()})
    fig = thoughts_figure(
        every, runs.setting.world(number), runs.episode(number), look=page.look, title=title,
        height=room(page.look, ABOVE[page.look.presenter]),
    )  # fmt: skip
    alt = f"Success and tokens with thoughts and without, and one episode in full. {title}."
    page.plot(fig, name="thoughts", alt=alt, roomy="broad")
    page.sentence(sentence(runs, every))


def sentence(runs: Runs, every: Mapping[str, Runs]) -> str:
    """What the chosen style takes and repeats, and what a planner needs."""
    loops = sum(episode.repeated for episode in runs.episodes)
    planner = recorded_baselines()["planner", every[ACT].setting].acts[: len(runs)]
    return findings.of_the_style(
        runs.setting.style,
        float(runs.wrote.sum(axis=1).mean()),
        acts_of(runs.episodes),
        loops,
        len(runs),
        float(planner.mean()),
    )


def acts_of(episodes: tuple[Episode, ...]) -> float:
    """Acts of an episode on average."""
    return float(np.mean([len(episode.steps) for episode in episodes]))


def checks(page: Page) -> tuple[Check, ...]:
    """The shown episode goes through its recorded states, and each thought is read before what follows it."""
    runs, number = chosen(page)
    episode, world = runs.episode(number), runs.setting.world(number)
    return (*episode_checks(episode, world, number, kept=int(runs.marks[number])), unsaid(runs, number))


def unsaid(runs: Runs, number: int) -> Check:
    """Whether the prompt in an episode's world tells each thought and the act that followed it, in their order."""
    steps, setting = runs.episode(number).steps, runs.setting
    prompt = act_prompt(setting.world(number), steps, examples=setting.examples, style=setting.style)
    told = prompt[prompt.rfind("Task: ") :]
    missing, at = 0, 0
    for step in steps:
        thought = f"Thought: {step.decision.thought}\n" if step.decision.thought else ""
        found = told.find(f"\n{thought}{step.decision.act}\n", at)
        missing, at = missing + (found < 0), max(found, at)
    return Check("Acts that the prompt does not tell with their thought", missing, 0, f"of {len(steps)} acts")


def script(page: Page) -> str:
    """A script that counts successes and tokens, and prints the episode on screen."""
    runs, number = chosen(page)
    return f"""from core.agents import recorded_thoughts

for style, runs in recorded_thoughts().items():
    print(style, runs.success.sum(), "of", len(runs), runs.given.mean(), runs.wrote.sum(axis=1).mean())
for step in recorded_thoughts()[{runs.setting.style!r}].episode({number}).steps:
    print(step.decision.thought, "|", step.decision.act, "|", step.observation)
"""

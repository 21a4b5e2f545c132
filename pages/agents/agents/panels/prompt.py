"""The prompt as it stood before the act that is shown."""

from html import escape

import streamlit as st

from components.page import Page, Panel
from core.agents import MODEL, act_prompt
from core.checks import Check
from pages.agents.agents.main import Shown
from pages.agents.agents.topic import PROMPT


def panel(page: Page, shown: Shown) -> Panel:
    """The panel."""
    return Panel(PROMPT, lambda: draw(page, shown), stands="below", checks=lambda: checks(shown, prompt_of(shown)))


def prompt_of(shown: Shown) -> str:
    """The text before the act."""
    return act_prompt(shown.world, shown.episode.steps[: shown.place], examples=shown.setting.examples)


def draw(page: Page, shown: Shown) -> None:
    """The text, and what may be written after it."""
    prompt = prompt_of(shown)
    who = "SmolLM2 reads" if shown.actor == MODEL else "SmolLM2 would read"
    st.code(prompt, language=None, wrap_lines=True)
    offered = ", ".join(escape(act) for act in shown.moment.probabilities) or "nothing: the episode is over"
    page.note(f"What {who} before act {shown.place + 1}: {len(prompt)} characters. It can be followed by {offered}.")


def checks(shown: Shown, prompt: str) -> tuple[Check, ...]:
    """Every act and observation so far stands in the prompt."""
    steps = shown.episode.steps[: shown.place]
    missing = sum(f"{step.decision.act}\n{step.observation}\n" not in prompt for step in steps)
    return (Check("Steps that are missing in the prompt", missing, 0, f"of {len(steps)}"),)

"""The main figure of the page on memory: retrieval over the place of what is needed, its reading and its exports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.course import PANEL
from components.page import Page
from core.agents import NUMBERED, PLAIN, RetrievalCurve, Trial, drawn_trials, recorded_curve, retrieval_prompt
from core.checks import Check
from pages.agents.memory import findings
from pages.agents.memory.figures.curve import curve_figure
from pages.agents.memory.topic import ELSEWHERE

if TYPE_CHECKING:
    import pandas as pd

LENGTHS = (5, 10, 20)
"""Pairs in a list, as they were recorded."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen.

    Args:
        page: the page. format: how the pairs are written. pairs: how many.
        stop: the place shown, counted along the curve from 0. number: of the list that is shown, from 0.
    """

    page: Page
    format: str
    pairs: int
    stop: int
    number: int

    @property
    def curve(self) -> RetrievalCurve:
        """The chosen curve."""
        return recorded_curve(self.format, self.pairs)

    @property
    def other(self) -> RetrievalCurve:
        """The curve of the other format, beside it."""
        return recorded_curve(PLAIN if self.format == NUMBERED else NUMBERED, self.pairs)

    @property
    def trial(self) -> Trial:
        """The list that is shown, as it was drawn."""
        return drawn_trials(self.pairs, self.curve.trials, seed=self.curve.seed)[self.number]

    @property
    def prompt(self) -> list[str]:
        """The lines of the text that the model reads."""
        pairs = self.trial.with_needed_at(int(self.curve.positions[self.stop]))
        return retrieval_prompt(pairs, self.trial.asked, self.format).splitlines()


def controls(page: Page) -> Shown:
    """Draws the controls; those that an open panel does not use are out of sight."""
    with page.own_controls(rest=page.controls.value(PANEL) in ELSEWHERE):
        places = st.columns([2.4, 2, 2.6, 2.6], vertical_alignment="bottom")
    with places[0]:
        format = page.controls.choice("format", "Lines", [NUMBERED, PLAIN])
    with places[1]:
        pairs = page.controls.choice("pairs", "Pairs", list(LENGTHS))
    curve = recorded_curve(format, pairs)
    with places[2]:
        stop = page.controls.slider("stop", "Stop along the curve", 1, len(curve.positions))
    with places[3]:
        number = page.controls.slider("number", "List shown", 1, curve.trials)
    return Shown(page, format, pairs, stop - 1, number - 1)


def main_figure(shown: Shown) -> None:
    """The curve, and the list at one of its places; a click on a point goes there."""
    look, curve = shown.page.look, shown.curve
    title = findings.of_the_curve(curve)
    needed_at, answered_at = int(curve.positions[shown.stop]), int(curve.chosen[shown.stop, shown.number])
    marks = {answered_at: look.word(look.role("rejected"))} | {needed_at: look.word(look.role("accepted"))}
    fig = curve_figure(curve, shown.other, shown.prompt, stop=shown.stop, marks=marks, look=look, title=title)
    alt = f"The share found over the place of the needed pair, and a list as the model reads it. {title}."
    shown.page.plot(fig, name="curve", alt=alt, on_click=clicked, roomy=True)


def clicked(carried: list[Any]) -> dict[str, Any]:
    """What a click on a point sets."""
    return {"stop": int(carried[0]) + 1}


def reading(shown: Shown) -> str:
    """The live sentence."""
    curve, stop, number = shown.curve, shown.stop, shown.number
    listed = shown.trial.with_needed_at(int(curve.positions[stop]))
    chosen = int(curve.chosen[stop, number])
    answer = listed[chosen][1] if chosen >= 0 else ""
    right = float(curve.right[stop, number])
    return findings.of_the_reading(curve, stop, answer, shown.trial.pairs[0][1], right)


def checks(shown: Shown) -> tuple[Check, ...]:
    """Along the curve only the place of the needed pair changes; hits and probabilities agree with each other."""
    return curve_checks(shown.curve, drawn_trials(shown.pairs, shown.curve.trials, seed=shown.curve.seed), shown.format)


def curve_checks(curve: RetrievalCurve, trials: Sequence[Trial], format: str) -> tuple[Check, ...]:
    """The identities of one recorded curve."""
    moved = changed_lists(trials, curve.positions.tolist(), format)
    # A thing with more than half of the probability is the answer; one with less than its even share is not.
    sure, unsure = curve.right > 0.5, curve.right < 1 / curve.pairs
    off = int((sure & ~curve.found).sum() + (unsure & curve.found).sum())
    return (
        Check("Lists whose lines change with the place of the needed pair", moved, 0, "as sets, numbers left out"),
        Check("Answers that their own probability rules out", off, 0, f"of {curve.found.size}"),
    )


def changed_lists(trials: Sequence[Trial], places: Sequence[int], format: str) -> int:
    """How many texts hold other lines than the first of their list: only the order of lines may change."""
    lists = [[{bare(line) for line in prompt_of(trial, place, format)} for place in places] for trial in trials]
    return sum(some != by_place[0] for by_place in lists for some in by_place)


def prompt_of(trial: Trial, place: int, format: str) -> list[str]:
    """The lines that are read where the needed pair stands at a place."""
    return retrieval_prompt(trial.with_needed_at(place), trial.asked, format).splitlines()


def bare(line: str) -> str:
    """A line without its number."""
    head, dot, rest = line.partition(". ")
    return rest if dot and head.isdigit() else line


def export_frame(shown: Shown) -> "pd.DataFrame":
    """A line for each place of both formats."""
    import pandas as pd

    rows = [
        {"format": one.format, "pairs": one.pairs, "place": int(place) + 1, "found": int(hits), "lists": one.trials,
         "low": low, "high": high, "mean probability": float(np.mean(right))}
        for one in (shown.curve, shown.other)
        for place, hits, (low, high), right in zip(one.positions, one.hits, one.intervals, one.right, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.agents import list_attention, rank_notes, retrieval_prompt, retrieve_curve, shares_of

    return [retrieve_curve, retrieval_prompt, list_attention, shares_of, rank_notes]


def script(shown: Shown) -> str:
    """A script that reads the recorded curve and asks the model for one list of it again."""
    return f"""from core.agents import DTYPE, answer_probabilities, drawn_trials, recorded_curve, retrieval_prompt
from core.models import load_causal_lm

curve = recorded_curve({shown.format!r}, {shown.pairs})
print(curve.hits.tolist(), "of", curve.trials)
trial = drawn_trials({shown.pairs}, curve.trials, seed=curve.seed)[{shown.number}]
listed = trial.with_needed_at(int(curve.positions[{shown.stop}]))
prompt = retrieval_prompt(listed, trial.asked, {shown.format!r})
print(prompt)
things = [thing for _, thing in listed]
shares = answer_probabilities(load_causal_lm(dtype=DTYPE), [prompt], [things])[0]
print(things[shares.argmax()], float(shares.max()))
"""

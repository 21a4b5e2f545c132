"""What runs on this machine on request, once and again: a race with a visitor's own settings, and measured costs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import streamlit as st

from components.jobs import job_panel
from components.page import Page
from core.decoding import KINDS, CostParams, Costs, Precision, Race, RaceParams, measure_costs, race
from core.jobs import Work, find, promise
from pages.efficiency.decoding import results
from pages.efficiency.decoding.figures.race import speed_bars
from pages.efficiency.decoding.topic import FITTED, OWN
from pages.efficiency.decoding.words.machine import disturbance

MOST_CHARACTERS = 2000
MOST_ATTEMPTS = 9
COSTS_TAKE = 8.0
"""Seconds of a processor that a measurement of the costs takes."""

P = TypeVar("P", CostParams, RaceParams)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a visitor asks of a race.

    Args:
        kind: of the prompt, or the visitor's own.
        precision: of weights and arithmetic.
        message: the visitor's own.
        tokens: to write in a live race.
        temperature: 0 for greedy.
        window: draft tokens for each call, or `FITTED`.
    """

    kind: str
    precision: Precision
    message: str
    tokens: int
    temperature: float
    window: str

    @property
    def as_recorded(self) -> bool:
        """Whether a race was recorded with these settings."""
        return self.kind != OWN and self.temperature == 0 and self.window == FITTED

    @property
    def nearest(self) -> str:
        """The kind of prompt whose recorded race is shown as long as no race was run with these settings."""
        return results.USUAL if self.kind == OWN else self.kind

    @property
    def text(self) -> str:
        """What the user says."""
        return self.message if self.kind == OWN else KINDS[self.kind].message

    @property
    def race(self) -> RaceParams:
        """The race that they ask for."""
        return results.live_race(
            self.text, self.tokens, self.precision, temperature=self.temperature, window=self.window
        )


def latest(function: Work[P, R], params: P) -> tuple[R | None, P]:
    """The result of the last of the measurements made in a row, and the params of the next one.

    All visitors of a machine share them: what is measured is the machine.
    """
    done: R | None = None
    for attempt in range(MOST_ATTEMPTS):
        asked = replace(params, attempt=attempt)
        job = find(function, asked)
        if job is None or job.state != "finished":
            return done, asked
        done = job.result()
    return done, params


def race_live(page: Page, settings: Settings) -> Race | None:
    """The race of a visitor's settings, run on this machine on request; None while it has not ended."""
    if not settings.text.strip() or len(settings.text) > MOST_CHARACTERS:
        st.warning(f"The message must have from 1 to {MOST_CHARACTERS:,} characters. Open More to write one.")
        return None
    done, asked = latest(race, settings.race)
    if done is not None:
        warn(done, "the race")
        return done
    return job_panel(
        race,
        asked,
        start="Race on this machine",
        cost=_race_cost(settings),
        draw_partial=lambda raced: _standing(page, raced),
    )


def race_again(page: Page, settings: Settings) -> None:
    """A button that runs the race on screen anew, while the last result stays in view."""
    again(race, settings.race, start="Race again", cost=_race_cost(settings), partial=lambda one: _standing(page, one))


def measured_here(dtype: Precision) -> Costs | None:
    """The cost of verification on this machine, measured on request and again; None while there is none.

    Args:
        dtype: of weights and arithmetic.
    """
    function, params = cost_job(dtype)
    done, asked = latest(function, params)
    cost = f"{_sentence(promise(COSTS_TAKE))} on one core."
    if done is None:
        return job_panel(function, asked, start="Measure this machine", cost=cost)
    warn(done, "the measurement")
    again(function, params, start="Measure again", cost=cost)
    return done


def cost_job(dtype: Precision) -> tuple[Work[CostParams, Costs], CostParams]:
    """The job that measures the cost of verification, and what it measures."""
    return measure_costs, CostParams(dtype=dtype)


def again(
    function: Work[P, R], params: P, *, start: str, cost: str, partial: Callable[[Any], None] | None = None
) -> None:
    """A button that measures anew, below the last result.

    Args:
        params: of the first attempt.
        start: the label of the button. cost: what it takes. partial: draws what it reports on its way.
    """
    done, asked = latest(function, params)
    if done is not None and asked.attempt > 0:
        told = "Measured" if asked.attempt == 1 else f"Measured {asked.attempt} times, the last is shown"
        job_panel(function, asked, start=start, cost=f"{told}. {cost}", draw_partial=partial)


def warn(done: Costs | Race, what: str) -> None:
    """A warning over what was measured while the machine was busy."""
    if done.disturbed:
        st.warning(disturbance(done.running, done.unsteadiness, what))


def _race_cost(settings: Settings) -> str:
    """What a race takes: its prompt is read, and its tokens are written, by each method in three rounds."""
    prompt = sum(0.25 if sign.isascii() else len(sign.encode()) for sign in settings.text)
    seconds = COSTS_TAKE + 1.9 * settings.tokens + 0.1 * prompt
    return f"All methods write {settings.tokens} tokens three times: {promise(seconds)} on one core."


def _sentence(phrase: str) -> str:
    return phrase[0].upper() + phrase[1:]


def _standing(page: Page, raced: Race) -> None:
    """A race that is still run: the speeds so far."""
    title = f"{len(raced.runs)} of {len(raced.params.methods)} methods have written so far"
    page.plot(speed_bars(raced, look=page.look, title=title), name="standing", alt=title)

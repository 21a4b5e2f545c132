"""What runs on this machine on request: a race with a visitor's own settings, and the cost of verification."""

from dataclasses import dataclass

import streamlit as st

from components.jobs import job_panel
from components.page import Page
from core.decoding import KINDS, CostParams, Costs, Precision, Race, measure_costs, race
from core.jobs import Work
from pages.efficiency.decoding import results
from pages.efficiency.decoding.figures.race import speed_bars
from pages.efficiency.decoding.topic import FITTED, OWN

MOST_CHARACTERS = 2000


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


def race_live(page: Page, settings: Settings) -> Race | None:
    """The race of a visitor's settings, run on this machine on request; None while it has not ended."""
    own = settings.kind == OWN
    message = settings.message if own else KINDS[settings.kind].message
    if not message.strip() or len(message) > MOST_CHARACTERS:
        st.warning(f"The message must have from 1 to {MOST_CHARACTERS:,} characters. Open More to write one.")
        return None
    params = results.live_race(
        message, settings.tokens, settings.precision, temperature=settings.temperature, window=settings.window
    )
    return job_panel(
        race,
        params,
        start="Race on this machine",
        cost=f"All methods write {settings.tokens} tokens three times: about {_minutes(settings.tokens)} on one core.",
        draw_partial=lambda raced: _standing(page, raced),
    )


def measured_here(dtype: Precision) -> Costs | None:
    """The cost of verification on this machine, measured on request; None while nobody has asked, or it has not ended.

    Args:
        dtype: of weights and arithmetic.
    """
    return job_panel(*cost_job(dtype), start="Measure this machine", cost="About 15 seconds on one core.")


def cost_job(dtype: Precision) -> tuple[Work[CostParams, Costs], CostParams]:
    """The job that measures the cost of verification, and what it measures."""
    return measure_costs, CostParams(dtype=dtype)


def _minutes(tokens: int) -> str:
    """How long a race takes, in words: measured, 48 seconds for 16 tokens."""
    count = max(1, round(tokens / 20))
    return "a minute" if count == 1 else f"{count} minutes"


def _standing(page: Page, raced: Race) -> None:
    """A race that is still run: the speeds so far."""
    title = f"{len(raced.runs)} of {len(raced.params.methods)} methods have written so far"
    page.plot(speed_bars(raced, look=page.look, title=title), name="standing", alt=title)

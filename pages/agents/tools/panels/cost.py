"""What a call costs: how often a tool may err before another way is better, and how many tokens it takes."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from core.checks import Check
from core.tools import PROGRAM, Attempt, recorded_answers, share, with_errors
from pages.agents.tools.figures.cost import cost_figure
from pages.agents.tools.words.answers import Case
from pages.agents.tools.words.cost import cost_reading, cost_title
from pages.agents.tools.words.names import COST

MANY = 2000
"""Draws against which the formula is checked."""


def panel(page: Page, kind: str, case: Case, digits: int) -> Panel:
    """The costs in the place of the answers."""
    return Panel(
        COST,
        lambda: draw(page, case, digits),
        stands="instead",
        badges=(Badge.RECORDED, Badge.EXACT),
        checks=lambda: checks(case[digits][PROGRAM], _rate(page)),
        script=lambda: script(page, kind, digits),
    )


def _rate(page: Page) -> float:
    return float(min(max(page.controls.value("errs"), 0), 100)) / 100


def draw(page: Page, case: Case, digits: int) -> None:
    """The slider, the lines and the tokens of the problems chosen above."""
    place, _ = st.columns([4, 6])
    with place:
        page.controls.slider("errs", "The tool errs (% of calls)", 0, 100)
    by_method, rate = case[digits], _rate(page)
    title = cost_title(by_method)
    fig = cost_figure(by_method, rate=rate, look=page.look, height=room(page.look, 150), title=title)
    page.plot(fig, name="cost", alt=f"Right answers over the tool's error rate, and tokens. {title}.", roomy=True)
    page.note(cost_reading(by_method, rate, recorded_answers().seconds))


def checks(some: Sequence[Attempt], rate: float) -> list[Check]:
    """The formula against many draws of errors."""
    drawn = with_errors(some, rate, seed=7, draws=MANY)
    right, count = share(some).right, len(some)
    bound = 5 * np.sqrt(max(rate * (1 - rate), 0.0) * right / MANY) / count + 1e-12
    error = abs(float(drawn.mean()) - right / count * (1 - rate))
    return [Check("p (1 - e) against the mean of drawn errors", error, float(bound), f"5 deviations of {MANY:,} draws")]


def script(page: Page, kind: str, digits: int) -> str:
    """A script that draws the errors on screen."""
    return f"""from core.tools import METHODS, recorded_answers, share, tokens_each, with_errors

by_method = recorded_answers().by_case[{kind!r}][{digits}]
print(with_errors(by_method["program"], {_rate(page)}, seed=7, draws={MANY}).mean())
for method in METHODS:
    print(method, share(by_method[method]).value, tokens_each(by_method[method]))
"""

"""The price of recency: the questions whose answer has changed beside those whose answer is old and still true."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from core.agents import TESTS, Weights, needed_ranks
from core.checks import Check
from core.numbers import wilson
from pages.agents.memory import findings
from pages.agents.memory.figures.questions import questions_figure
from pages.agents.memory.panels.notebook import HEAVIEST, weights_of
from pages.agents.memory.topic import PRICE

ABOVE = 120
WEIGHTS = tuple(np.arange(0, 2.01, 0.25).tolist())
CHANGED, LASTING = "something changed", "nothing changed"


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        PRICE, lambda: draw(page), stands="instead", badges=(Badge.RECORDED,), checks=lambda: checks(page),
        script=lambda: script(page),
    )  # fmt: skip


def weights(page: Page) -> Weights:
    """What is on the sliders; relevance stays 1, since only ratios of weights matter."""
    return replace(weights_of(page), relevance=1.0)


def draw(page: Page) -> None:
    """The sliders, the two lines, and how many of all thirty are found."""
    first, second, third = st.columns([2, 2, 3], vertical_alignment="bottom")
    with first:
        page.controls.slider("recency", "Recency", 0.0, HEAVIEST, step=0.25)
    with second:
        page.controls.slider("importance", "Importance", 0.0, HEAVIEST, step=0.25)
    with third:
        page.controls.switch("inverted", "The stalest note counts as the newest")
    now = weights(page)
    by_kind = {name: found(now, changed) for name, changed in ((CHANGED, True), (LASTING, False))}
    title = findings.of_the_price(by_kind[CHANGED], by_kind[LASTING], WEIGHTS)
    series = {
        name: [(int(hits.sum()), len(hits), wilson(int(hits.sum()), len(hits))) for hits in rows]
        for name, rows in by_kind.items()
    }
    fig = questions_figure(
        series, WEIGHTS, at=min(now.recency, max(WEIGHTS)), axis="weight of recency, where relevance has 1",
        colors={CHANGED: page.look.role("value"), LASTING: page.look.role("source")}, look=page.look, title=title,
        height=room(page.look, ABOVE),
    )  # fmt: skip
    page.plot(
        fig, name="price", alt=f"Questions whose note comes first, over the weight of recency. {title}.", roomy=True
    )
    page.sentence(sentence(now))


def found(now: Weights, changed: bool) -> list[np.ndarray]:
    """By weight of recency, whether each question of a kind finds its note first."""
    kind = np.array([test.changed == changed for test in TESTS])
    return [(needed_ranks(replace(now, recency=weight)) == 1)[kind] for weight in WEIGHTS]


def sentence(now: Weights) -> str:
    """The counts at the sliders."""
    ranks, kind = needed_ranks(now), np.array([test.changed for test in TESTS])
    counts = [findings.hits_of(ranks[of_kind], 1) for of_kind in (kind, ~kind)]
    return (
        f"With recency <b>{now.recency:g}</b> and importance {now.importance:g}: where an older note says something "
        f"else, <b>{counts[0][0]}</b> of {counts[0][1]} questions find the newer one first; of the others "
        f"<b>{counts[1][0]}</b> of {counts[1][1]}."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """Only ratios of weights matter: twice all of them rank alike."""
    now = weights(page)
    twice = replace(now, relevance=2 * now.relevance, recency=2 * now.recency, importance=2 * now.importance)
    unlike = int((needed_ranks(now) != needed_ranks(twice)).sum())
    return (Check("Ranks that change when all weights are doubled", unlike, 0, f"of {len(TESTS)}"),)


def script(page: Page) -> str:
    """A script that counts the questions on screen."""
    return f"""from dataclasses import replace

from core.agents import TESTS, Weights, needed_ranks

weights = {weights(page)!r}
for recency in {WEIGHTS!r}:
    first = needed_ranks(replace(weights, recency=recency)) == 1
    print(recency, sum(first[number] for number, test in enumerate(TESTS) if test.changed), first.sum())
"""

"""The price of recency: the questions whose answer has changed beside those whose answer is old and still true."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from core.agents import NOTES, TESTS, Weights, ages_of, needed_ranks, recorded_notebook
from core.checks import Check
from core.numbers import wilson
from pages.agents.memory import findings
from pages.agents.memory.figures.questions import questions_figure
from pages.agents.memory.panels.notebook import HEAVIEST, weights_of
from pages.agents.memory.topic import PRICE

ABOVE = 120
WEIGHTS = tuple(np.arange(0, 2.01, 0.25).tolist())
HALF_LIFE = 138.3
"""Hours, of recency."""
ROUNDING = 2.0**-48
"""Of sums of three parts, each at most the heaviest weight."""
CHANGED, LASTING = "something changed", "nothing changed"


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        PRICE, lambda: draw(page), stands="instead", badges=(Badge.RECORDED, Badge.TOY), checks=lambda: checks(page),
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
    """Each point of the two lines against scores that are summed anew from the vectors."""
    return line_checks(weights(page))


def line_checks(now: Weights) -> tuple[Check, ...]:
    """Which questions find their note first, by `needed_ranks` and by hand; and by what stretches of weights."""
    lines = {changed: np.array(found(now, changed)) for changed in (True, False)}
    by_hand = np.array([first_by_hand(replace(now, recency=weight)) for weight in WEIGHTS])
    kind = np.array([test.changed for test in TESTS])
    unlike = int((lines[True] != by_hand[:, kind]).sum() + (lines[False] != by_hand[:, ~kind]).sum())
    begun = np.diff(np.concatenate([*lines.values()], axis=1).astype(int), axis=0, prepend=0) > 0
    again = int((begun.sum(axis=0) > 1).sum())
    return (
        Check("Questions that find their note first by one of two computations alone", unlike, 0, f"of {by_hand.size}"),
        # A score is a line over the weight of recency; which of several lines is highest, is so in one stretch.
        Check("Questions that lose their note and find it again", again, 0, f"of {len(TESTS)}, scores are lines"),
    )


def first_by_hand(now: Weights) -> np.ndarray:
    """By question, whether no note scores above the needed one: w1 m(cos) + w2 m(2^(-age / h)) + w3 m(importance)."""
    book, texts = recorded_notebook(), [note.text for note in NOTES]
    notes = book.notes.astype(np.float64)
    cosines = book.questions.astype(np.float64) @ notes.T / np.linalg.norm(notes, axis=1)
    recency = 2.0 ** (-ages_of(NOTES, inverted=now.inverted) / HALF_LIFE)
    parts = (cosines, recency[None], np.array([[note.importance for note in NOTES]]))
    scaled = [(part - part.min(axis=1, keepdims=True)) / np.ptp(part, axis=1, keepdims=True) for part in parts]
    scores = now.relevance * scaled[0] + now.recency * scaled[1] + now.importance * scaled[2]
    needed = np.array([row[test.needed(texts)].max() for row, test in zip(scores, TESTS, strict=True)])
    return np.asarray((scores <= needed[:, None] + ROUNDING).all(axis=1))


def script(page: Page) -> str:
    """A script that counts the questions on screen."""
    return f"""from dataclasses import replace

from core.agents import TESTS, Weights, needed_ranks

weights = {weights(page)!r}
for recency in {WEIGHTS!r}:
    first = needed_ranks(replace(weights, recency=recency)) == 1
    print(recency, sum(first[number] for number, test in enumerate(TESTS) if test.changed), first.sum())
"""

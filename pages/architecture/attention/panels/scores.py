"""Which score: five ways to compare a query with a key, by spread, by learning, by cost."""

import streamlit as st

from components.elsewhere import elsewhere
from components.page import Badge, Page, Panel
from core.attention import (
    SCORES,
    ScoreTrials,
    answers_check,
    cost_checks,
    expected_spread,
    recorded_answers,
    recorded_scores,
    trial_checks,
)
from core.checks import Check
from pages.architecture.attention import results
from pages.architecture.attention.figures.scores import by_dimension, by_width, costs, learning
from pages.architecture.attention.scoring import (
    COST,
    KINDS,
    SPREAD,
    TOKENS,
    TRAINED,
    WHICH,
    cost_rows,
    cost_title,
    ends_of,
    entropy_sentence,
    every_run_sentence,
    formulas_sentence,
    gradient_sentence,
    learning_title,
    sharp_title,
    spread_reading,
    spread_title,
    tanh_megabytes,
    uneven_sentence,
    width_title,
)

BOTTLENECK = {"panel": "Translate", "parts": "one vector", "view": "Length"}
"""What the page of the transformer is asked for: a translator whose source is one vector."""

HEIGHT = 350


def panel(page: Page) -> Panel:
    """The five scores in the place of the map."""
    return Panel(WHICH, lambda: draw(page), stands="instead", checks=lambda: checks(page), script=lambda: script(page))


def draw(page: Page) -> None:
    """One of three views, and the way to what attention was for."""
    trials = recorded_scores()
    first, second, third = st.columns([2.4, 2, 2], vertical_alignment="bottom")
    with first:
        view = page.controls.choice("score_view", "View", [SPREAD, TRAINED, COST])
    if view != SPREAD:
        with second:
            width = page.controls.choice("score_width", "Dimension d", list(trials.params.widths))
    if view == TRAINED:
        with third:
            rate = page.controls.choice("score_rate", "Learning rate", list(trials.params.rates))
    if view == SPREAD:
        _spread(page)
    elif view == TRAINED:
        _trained(page, trials, width, rate)
    else:
        _cost(page, trials, width)
    elsewhere("transformer", BOTTLENECK, "What attention was for: a source squeezed into one vector")


def _spread(page: Page) -> None:
    page.badges(Badge.MEASURED, Badge.TOY)
    found = results.spreads()
    left, right = st.columns(2)
    with left:
        title = spread_title(found)
        fig = by_dimension(
            found.deviation,
            expected=found.expected,
            look=page.look,
            title=title,
            y_label="spread (standard deviation)",
            height=HEIGHT,
            log_y=True,
        )
        page.plot(fig, name="score_spread", alt=f"Spread of five scores by dimension, with its formula. {title}.")
    with right:
        title = sharp_title(found)
        fig = by_dimension(found.largest, look=page.look, title=title, y_label="largest weight", height=HEIGHT)
        page.plot(fig, name="score_sharp", alt=f"Largest weight of a softmax over the scores, by dimension. {title}.")
    page.note(spread_reading(found))
    st.caption(
        f"{formulas_sentence()} The same queries and keys for all, of independent normal numbers; points are measured, "
        "dashes are the "
        f"formulas √d, 1, √d, {expected_spread('additive', 1):.2f} and 1/√d. Cosine starts with the factor f = 1, "
        "which training may raise. A row is one query; the size is the root of the sum of squared entries: 0.5 where "
        "two keys share all weight, 0 where one has it. "
        f"{gradient_sentence(recorded_scores())} {uneven_sentence(found, recorded_scores())} {entropy_sentence(found)}"
    )


def _trained(page: Page, trials: ScoreTrials, width: int, rate: float) -> None:
    page.badges(Badge.RECORDED, Badge.TOY)
    places = trials.params.widths.index(width), trials.params.rates.index(rate)
    left, right = st.columns(2)
    with left:
        title = learning_title(trials, width, rate)
        fig = learning(
            trials.accuracy[:, places[0], places[1]],
            trials.steps,
            look=page.look,
            title=title,
            height=HEIGHT,
            guess=1 / 16,
        )
        page.plot(fig, name="score_learning", alt=f"Right answers over training under five scores. {title}.")
    with right:
        title = width_title(trials, rate)
        ends = ends_of(trials, rate)
        fig = by_width(ends, results.widths_of(trials), look=page.look, title=title, height=HEIGHT)
        page.plot(fig, name="score_widths", alt=f"Right answers at the end by dimension under five scores. {title}.")
    ends = ends_of(trials, rate)[:, places[0]].mean(axis=-1)
    named = ", ".join(f"{SCORES[kind]} <b>{end:.0%}</b>" for kind, end in zip(KINDS, ends, strict=True))
    page.note(f"Right at the end, {_of(len(trials.params.seeds))}: {named}. A guess: 6 %.")
    st.caption(
        "One head looks a key up among 16 and answers with its value. All scores start from equal matrices and read "
        f"equal texts; {trials.steps[-1]} steps of Adam, the same rate for all: another rate moves the scores "
        "unequally. Bands and points: seeds. Differences from the scaled product are paired by seed, four at once at "
        f"each d; {len(trials.params.seeds)} seeds show large ones only. {every_run_sentence(trials, rate)}"
    )


def _of(seeds: int) -> str:
    return f"mean of {seeds} seeds" if seeds > 1 else "one seed, which decides nothing"


def _cost(page: Page, trials: ScoreTrials, width: int) -> None:
    page.badges(Badge.RECORDED, Badge.EXACT)
    title = cost_title(trials, width)
    seconds = dict(zip(KINDS, trials.seconds[:, trials.params.widths.index(width)], strict=True))
    left, right = st.columns([1, 1.3], vertical_alignment="center")
    with left:
        fig = costs(seconds, look=page.look, title=title, height=300)
        page.plot(fig, name="score_cost", alt=f"Bars: time of all scores of {TOKENS} tokens. {title}.")
    with right:
        st.dataframe(cost_rows(trials, width), hide_index=True)
    page.note(
        f"All scores of {TOKENS} queries against {TOKENS} keys in float32. Counts are exact, a tanh as one; the time "
        "was measured once, on one core of the machine that recorded this, and yours differs. The gradient is what "
        "reaches the query matrix at the first step of training, as a multiple of the scaled product's. The products "
        "of a dot product are one multiplication of matrices; a tanh for each pair and unit is not. All of them were "
        f"held at once, {tanh_megabytes(width):.0f} MB; part by part the time may differ."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the spreads, of the trained heads, or of the counts."""
    view = page.controls.value("score_view")
    if view == COST:
        return cost_checks(page.controls.value("score_width"))
    trials = recorded_scores()
    return (
        results.spreads().checks
        if view == SPREAD
        else (
            *trials.checks,
            answers_check(trials, recorded_answers()),
            *trial_checks(trials),
        )
    )


def script(page: Page) -> str:
    """A script that computes the numbers of the view with `core` alone."""
    if page.controls.value("score_view") == SPREAD:
        return """from core.attention import DIMENSIONS, SCORES, SpreadParams, score_spreads

found = score_spreads(SpreadParams())
for kind, spread, largest in zip(SCORES, found.deviation, found.largest):
    print(kind, dict(zip(DIMENSIONS, spread.round(2))), largest.round(2))
for check in found.checks:
    print(check.name, check.error, check.bound)
"""
    width, rate = page.controls.value("score_width"), page.controls.value("score_rate")
    return f"""from core.attention import SCORES, ScoreTraining, train_scores

found = train_scores(ScoreTraining(widths=({width},), rates=({rate},)))
for kind, accuracy, seconds in zip(SCORES, found.accuracy[:, 0, 0], found.seconds[:, 0]):
    print(f"{{kind}}: {{accuracy[:, -1].mean():.0%}} right at the end, {{1e3 * seconds:.2f}} ms")
for check in found.checks:
    print(check.name, check.error, check.bound)
"""

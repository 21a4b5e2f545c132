"""What the format and the choice of examples do, how a leaning is corrected, and how an option is scored."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import streamlit as st

from components.page import Badge, Page, Panel
from core.checks import Check
from core.numbers import mean_interval
from core.prompting import (
    FORMAT_DRAWS,
    FORMATS,
    LETTERS,
    QUESTIONS,
    SCORINGS,
    TASKS,
    TOLD,
    always_check,
    balance_weights,
    batch,
    contextual,
    evaluation_checks,
    letters_check,
    params_in,
    recorded_formats,
    recorded_leanings,
    recorded_options,
    recorded_run,
    unmoved_check,
    variance_check,
    variance_shares,
    weighted_accuracy,
)
from pages.prompting.prompts.figures.formats import balance_figure, map_figure, scored_figure
from pages.prompting.prompts.panels.examples import worst_of
from pages.prompting.prompts.topic import VIEWS
from pages.prompting.prompts.words import (
    BALANCE,
    BATCH,
    CONTEXTUAL,
    DRAWN,
    FORMAT,
    MAP,
    RAW,
    SCORED,
    balance_title,
    calibration_reading,
    drawn_title,
    map_title,
    scored_title,
)

SHARES = np.linspace(0.1, 0.9, 33)
"""Shares of the first label over which the balance is drawn."""


def panel(page: Page) -> Panel:
    """Formats and choices in the place of the main figure."""
    return Panel(
        FORMAT,
        lambda: draw(page),
        stands="instead",
        badges=(Badge.RECORDED,),
        checks=lambda: checks(page),
        script=lambda: script(page),
    )


@cache
def told() -> np.ndarray:
    """Accuracy without examples, by format and task."""
    names = (next(iter(FORMATS)), *TOLD)
    found = [
        [recorded_run(name, params_in(FORMATS[form], task, examples=0)) for name, task in TASKS.items()]
        for form in names
    ]
    return np.array([[run.evaluation().accuracy if run else np.nan for run in row] for row in found])


@cache
def drawn_log_probs(correction: str) -> np.ndarray:
    """Of the labels in every format with every draw, as measured or corrected, shape [format draw item label]."""
    kept = recorded_formats()
    raw = np.stack([[run.log_probs for run in row] for row in kept.runs])
    if correction == CONTEXTUAL:
        pairs = zip(raw, kept.content_free, strict=True)
        return np.stack([[contextual(*pair) for pair in zip(*rows, strict=True)] for rows in pairs])
    return np.stack([[batch(each) for each in row] for row in raw]) if correction == BATCH else raw


@cache
def drawn(correction: str) -> np.ndarray:
    """Accuracy of every format with every draw of examples, as measured or corrected, shape [format draw]."""
    found = drawn_log_probs(correction)
    return np.asarray((found.argmax(axis=-1) == truth()[: found.shape[2]]).mean(axis=-1))


@cache
def truth() -> np.ndarray:
    """By item of the recorded task, the place of its label."""
    task = TASKS[recorded_leanings().task]
    return np.array([task.labels.index(item.answer) for item in task.items])


@cache
def log_probs(correction: str) -> np.ndarray:
    """Of the labels under every recorded prompt of the task, as measured or corrected, shape [prompt item label]."""
    kept = recorded_leanings()
    runs = [recorded_run(kept.task, params) for params in kept.params]
    raw = np.stack([run.log_probs for run in runs if run is not None])
    if correction == CONTEXTUAL:
        return np.stack([contextual(*pair) for pair in zip(raw, kept.content_free, strict=True)])
    return np.stack([batch(each) for each in raw]) if correction == BATCH else raw


@cache
def at_share(share: float) -> dict[str, np.ndarray]:
    """Accuracy of every prompt where the first label has this share of the items, as measured and corrected."""
    weights = balance_weights(truth(), share)

    def right_in(rows: np.ndarray) -> float:
        return weighted_accuracy(rows, truth(), weights)

    return {
        RAW: np.array([right_in(each) for each in log_probs(RAW)]),
        CONTEXTUAL: np.array([right_in(each) for each in log_probs(CONTEXTUAL)]),
        BATCH: np.array([right_in(batch(each, weights)) for each in log_probs(RAW)]),
    }


def draw(page: Page) -> None:
    """The choice of a view, and its figure."""
    left, right = st.columns([2.8, 2], vertical_alignment="bottom")
    with left:
        view = page.controls.choice("format_view", "View", VIEWS["format_view"], label_visibility="collapsed")
    with right:
        if view == DRAWN:
            page.controls.choice("correction", "Correction", [RAW, CONTEXTUAL, BATCH], label_visibility="collapsed")
        if view == BALANCE:
            page.controls.slider("share", "Share of positive items (%)", 10, 90)
    {MAP: _map, DRAWN: _drawn, BALANCE: _balance, SCORED: _scored}[view](page)


def _row(name: str) -> str:
    """A format with its family, where that is another word."""
    kind = FORMATS[name].kind
    return name if name == kind else f"{name} ({kind})"


def _map(page: Page) -> None:
    title = map_title(told(), list(TASKS), [len(task.items) for task in TASKS.values()])
    names = (next(iter(FORMATS)), *TOLD)
    label = "task, no example in the prompt"
    fig = map_figure(told(), list(map(_row, names)), list(TASKS), label, look=page.look, title=title)
    page.plot(fig, name="map", alt=f"A map of accuracy, formats as rows and tasks as columns. {title}.", roomy=True)
    counts = sorted({len(task.items) for task in TASKS.values()})
    page.note(
        f"<b>{counts[0]}</b> to <b>{counts[-1]}</b> items in a cell. “Input, output” does not name the task; “named” "
        "has the task's words in its place; “instruction” says it in a sentence before; “chat” says the same in a "
        "message to the assistant."
    )


def _drawn(page: Page) -> None:
    found = drawn(page.controls.value("correction"))
    title = drawn_title(found)
    columns = [str(place) for place in range(FORMAT_DRAWS)]
    label = "draw of four examples"
    fig = map_figure(found, list(map(_row, FORMATS)), columns, label, look=page.look, title=title)
    page.plot(fig, name="draws", alt=f"A map of accuracy, formats as rows and draws as columns. {title}.", roomy=True)
    said = " ".join(calibration_reading(drawn(RAW).ravel(), drawn(name).ravel(), name) for name in (CONTEXTUAL, BATCH))
    count, together = len(recorded_formats().runs[0][0].answers), variance_shares(found).together
    page.note(
        f"{count} reviews, half of them positive, in each of {found.size} prompts. The other "
        f"<b>{together:.0%}</b> of the spread depends on both at once. {said}"
    )


def _balance(page: Page) -> None:
    share = page.controls.value("share") / 100
    by_share = [at_share(float(each)) for each in SHARES]
    curves = {name: np.array([found[name].mean() for found in by_share]) for name in (RAW, CONTEXTUAL, BATCH)}
    title = balance_title(curves[RAW], curves[BATCH], SHARES)
    fig = balance_figure(curves, SHARES, share, look=page.look, title=title)
    alt = f"Three curves of mean accuracy over the share of positive items. {title}."
    page.plot(fig, name="balance", alt=alt, roomy=True)
    now = at_share(share)
    said = " ".join(calibration_reading(now[RAW], now[name], name) for name in (CONTEXTUAL, BATCH))
    page.note(f"{len(now[RAW])} prompts for sentiment, at <b>{share:.0%}</b> positive items. {said}")


@cache
def right() -> dict[str, np.ndarray]:
    """By way to score and question, the share of listings in which the right option is chosen."""
    return {name: rows.mean(axis=0) for name, rows in recorded_options().right().items()}


@cache
def letters() -> dict[str, float]:
    """Letter -> the share of questions and listings in which its score is the greatest."""
    chosen = recorded_options().letters.argmax(axis=-1)
    return {letter: float((chosen == place).mean()) for place, letter in enumerate(LETTERS)}


def _scored(page: Page) -> None:
    shares = {name: float(right()[name].mean()) for name in SCORINGS}
    intervals = {name: mean_interval(right()[name]) for name in SCORINGS}
    title = scored_title(shares, intervals)
    fig = scored_figure(shares, intervals, letters(), look=page.look, title=title)
    page.plot(fig, name="scored", alt=f"Bars of right options by three scores, and of the letters chosen. {title}.")
    most = max(letters(), key=lambda letter: letters()[letter])
    page.note(
        f"{len(QUESTIONS)} questions with four options. <b>Sum</b> adds log p over an option's tokens, <b>mean</b> "
        "divides by their number, <b>letter</b> asks for A to D behind the listed options, in "
        f"{len(recorded_options().letters)} listings. The letter is {most} in <b>{letters()[most]:.0%}</b>. Bars: 95 % "
        "over the questions."
    )


def checks(page: Page) -> Sequence[Check]:
    """A label that is always given, a calibration that a leaning does not move, letters that are always the same."""
    if page.controls.value("format_view") == SCORED:
        return [letters_check(recorded_options())]
    if page.controls.value("format_view") == MAP:
        runs = [recorded_run(name, params_in(FORMATS[TOLD[0]], task, examples=0)) for name, task in TASKS.items()]
        return worst_of([evaluation_checks(run.evaluation()) for run in runs if run is not None])
    if page.controls.value("format_view") == DRAWN:
        return [variance_check(drawn(page.controls.value("correction")))]
    some = log_probs(RAW)[0]
    return [always_check(some, truth()), unmoved_check(log_probs(RAW), recorded_leanings().content_free)]


def script(page: Page) -> str:
    """A script that computes the numbers on screen from what is recorded."""
    if page.controls.value("format_view") == SCORED:
        return """from core.prompting import recorded_options

print({name: rows.mean() for name, rows in recorded_options().right().items()})
"""
    if page.controls.value("format_view") == MAP:
        return """from core.prompting import FORMATS, TASKS, TOLD, params_in, recorded_run

for form in ("input, output", *TOLD):
    for name, task in TASKS.items():
        found = recorded_run(name, params_in(FORMATS[form], task, examples=0)).evaluation()
        print(form, name, found.accuracy, found.interval)
"""
    if page.controls.value("format_view") == DRAWN:
        return """from core.prompting import FORMATS, batch, contextual, recorded_formats

found = recorded_formats()
for name, runs, free in zip(FORMATS, found.runs, found.content_free):
    for run, texts in zip(runs, free):
        task = run.evaluation().task
        truth = [task.labels.index(item.answer) for item in task.items]
        corrected = (run.log_probs, contextual(run.log_probs, texts), batch(run.log_probs))
        print(name, run.params.choice_seed, [(logs.argmax(axis=1) == truth).mean() for logs in corrected])
"""
    return """from core.prompting import TASKS, batch, contextual, recorded_leanings, recorded_run

kept = recorded_leanings()
for params, texts in zip(kept.params, kept.content_free):
    found = recorded_run(kept.task, params)
    labels, items = TASKS[kept.task].labels, TASKS[kept.task].items
    truth = [labels.index(item.answer) for item in items]
    corrected = (found.log_probs, contextual(found.log_probs, texts), batch(found.log_probs))
    print(params.examples, params.choice_seed, [(logs.argmax(axis=1) == truth).mean() for logs in corrected])
"""

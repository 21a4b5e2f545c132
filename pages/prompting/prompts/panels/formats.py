"""What the format and the choice of examples do, how a leaning is corrected, and how an option is scored."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import streamlit as st

from components.page import Badge, Page, Panel
from core.checks import Check
from core.numbers import mean_interval
from core.prompting import (
    FORMATS,
    LETTERS,
    QUESTIONS,
    SCORINGS,
    always_check,
    balance_weights,
    batch,
    contextual,
    letters_check,
    recorded_formats,
    recorded_options,
    unmoved_check,
    weighted_accuracy,
)
from pages.prompting.prompts.figures.formats import balance_figure, map_figure, scored_figure
from pages.prompting.prompts.topic import VIEWS
from pages.prompting.prompts.words import (
    BALANCE,
    BATCH,
    CONTEXTUAL,
    FORMAT,
    MAP,
    RAW,
    SCORED,
    balance_title,
    calibration_reading,
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
def truth() -> np.ndarray:
    """By item of the recorded task, the place of its label."""
    task = recorded_formats().runs[0][0].evaluation().task
    return np.array([task.labels.index(item.answer) for item in task.items])


@cache
def log_probs(correction: str) -> np.ndarray:
    """Of the labels under every prompt, as measured or corrected, shape [format draw item label]."""
    raw = np.stack([[run.log_probs for run in row] for row in recorded_formats().runs])
    free = recorded_formats().content_free
    if correction == CONTEXTUAL:
        return np.array(
            [[contextual(*pair) for pair in zip(*rows, strict=True)] for rows in zip(raw, free, strict=True)]
        )
    if correction == BATCH:
        return np.stack([[batch(each) for each in row] for row in raw])
    return raw


@cache
def accuracies(correction: str) -> np.ndarray:
    """Of every format and draw."""
    return np.asarray((log_probs(correction).argmax(axis=-1) == truth()).mean(axis=-1))


@cache
def at_share(share: float) -> tuple[float, float]:
    """Mean accuracy over all prompts, as measured and batch calibrated, where the first label has this share."""
    weights = balance_weights(truth(), share)
    prompts = log_probs(RAW).reshape(-1, *log_probs(RAW).shape[-2:])
    raw = [weighted_accuracy(each, truth(), weights) for each in prompts]
    corrected = [weighted_accuracy(batch(each, weights), truth(), weights) for each in prompts]
    return float(np.mean(raw)), float(np.mean(corrected))


def draw(page: Page) -> None:
    """The choice of a view, and its figure."""
    left, right = st.columns([2.2, 2.6], vertical_alignment="bottom")
    with left:
        view = page.controls.choice("format_view", "View", VIEWS["format_view"], label_visibility="collapsed")
    with right:
        if view == MAP:
            page.controls.choice("correction", "Correction", [RAW, CONTEXTUAL, BATCH], label_visibility="collapsed")
        elif view == BALANCE:
            page.controls.slider("share", "Share of positive items (%)", 10, 90)
    {MAP: _map, BALANCE: _balance, SCORED: _scored}[view](page)


def _map(page: Page) -> None:
    correction = page.controls.value("correction")
    found = accuracies(correction)
    title = map_title(found)
    names = [f"{name} ({form.kind})" if name != form.kind else name for name, form in FORMATS.items()]
    fig = map_figure(found, names, look=page.look, title=title)
    page.plot(fig, name="map", alt=f"A map of accuracy, formats as rows and draws as columns. {title}.", roomy=True)
    said = " ".join(calibration_reading(accuracies(RAW), accuracies(name), name) for name in (CONTEXTUAL, BATCH))
    page.note(f"{len(truth())} reviews, half of them positive. {said}")


def _balance(page: Page) -> None:
    share = page.controls.value("share") / 100
    raw, corrected = (np.array(values) for values in zip(*map(at_share, SHARES.tolist()), strict=True))
    title = balance_title(raw, corrected, SHARES)
    fig = balance_figure(raw, corrected, SHARES, share, look=page.look, title=title)
    page.plot(fig, name="balance", alt=f"Two curves of mean accuracy over the share of positive items. {title}.")
    before, after = at_share(share)
    page.note(
        f"At <b>{share:.0%}</b> positive items the mean prompt is right in <b>{before:.0%}</b>, batch calibrated in "
        f"<b>{after:.0%}</b>. It takes each prompt's mean leaning off, and with it what the labels' true shares add."
    )


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
    some = log_probs(RAW)[0, 0]
    return [always_check(some, truth()), unmoved_check(log_probs(RAW), recorded_formats().content_free)]


def script(page: Page) -> str:
    """A script that computes the numbers on screen from what is recorded."""
    if page.controls.value("format_view") == SCORED:
        return """from core.prompting import recorded_options

print({name: rows.mean() for name, rows in recorded_options().right().items()})
"""
    return """from core.prompting import FORMATS, batch, contextual, recorded_formats

found = recorded_formats()
for name, runs, free in zip(FORMATS, found.runs, found.content_free):
    for run, texts in zip(runs, free):
        labels = run.evaluation().task.labels
        truth = [labels.index(item.answer) for item in run.evaluation().task.items]
        print(name, run.params.choice_seed, [
            (logs.argmax(axis=1) == truth).mean()
            for logs in (run.log_probs, contextual(run.log_probs, texts), batch(run.log_probs))
        ])
"""

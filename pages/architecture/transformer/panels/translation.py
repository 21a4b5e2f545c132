"""A small encoder-decoder: where it looks, how it learns, how long a source may be."""

from typing import Any

import streamlit as st

from components.jobs import job_panel
from components.markdown import literally
from components.page import Badge, Page, Panel, token_chip
from core.checks import Check
from core.jobs import find, promise
from core.transformer import SEEDS, TASKS, VARIANTS, Example, TranslatorParams, TranslatorRun, train_translator
from pages.architecture.transformer import results
from pages.architecture.transformer.figures.translation import (
    learning_figure,
    length_figure,
    live_figure,
    looks_figure,
)
from pages.architecture.transformer.words import (
    LEARNING,
    LENGTH,
    LOOKS,
    WHOLE,
    learning_title,
    length_title,
    looks_title,
    step_told,
)

TAKES = 9.0
"""Seconds of processor of one training in a fresh process."""

MOST_SEED = 99


def panel(page: Page) -> Panel:
    """The translator in the place of the path."""
    return Panel(
        "Translate",
        lambda: draw(page),
        stands="instead",
        checks=lambda: checks(page),
        script=lambda: script(page),
    )


def params_of(page: Page) -> TranslatorParams:
    """The run that is asked for: the recorded length and steps, with the seed on screen."""
    value = page.controls.value
    recorded = results.runs_of(value("task"), value("parts"))[0].params
    return TranslatorParams(recorded.task, recorded.length, recorded.steps, value("seed"), **VARIANTS[value("parts")])


def _found(page: Page) -> tuple[TranslatorRun, ...] | None:
    """The recorded runs, or the one of another seed once it has been trained."""
    params = params_of(page)
    if params.seed in SEEDS:
        return results.runs_of(params.task, page.controls.value("parts"))
    run = job_panel(
        train_translator,
        params,
        start="Train this seed now",
        cost=f"It takes {promise(TAKES)} of one core, once. Below: the recorded seeds.",
        draw_partial=lambda so_far: _live(page, so_far),
    )
    return None if run is None else (run,)


def _live(page: Page, partial: tuple[Any, Any]) -> None:
    """The measurements so far of a run that is under way."""
    steps, rows = partial
    title = f"Step {steps[-1]}: loss {rows[0][-1]:.2f} nats, {rows[4][-1]:.0%} of unseen targets wholly right"
    page.plot(live_figure(steps, rows, look=page.look, title=title), name="live", alt=f"Rising curves. {title}.")


def draw(page: Page) -> None:
    """The controls, the chosen view, and what one source becomes."""
    first, second, third, fourth, fifth = st.columns([1.5, 3.1, 3.6, 1.8, 1.2], vertical_alignment="bottom")
    with first:
        task = page.controls.select("task", "Task", list(TASKS))
    with second:
        parts = page.controls.choice("parts", "Parts", list(VARIANTS))
    with third:
        view = page.controls.choice("view", "View", [LOOKS, LEARNING, LENGTH])
    with fifth:
        page.controls.number("seed", "Seed", 0, MOST_SEED)
    found = _found(page)
    runs = found or results.runs_of(task, parts)
    page.badges(Badge.RECORDED if runs[0].params.seed in SEEDS else Badge.MEASURED, Badge.TOY)
    if view == LOOKS:
        with fourth:
            example = _example(page, runs)
        written = page.controls.slider("written", "Symbols written", 0, len(example.written) + 1)
        _looks(page, runs, example, written)
    elif view == LEARNING:
        _learning(page, runs)
    else:
        _lengths(page, runs)


def _example(page: Page, runs: tuple[TranslatorRun, ...]) -> Example:
    """What the model writes for the visitor's source, or for one of the run's own."""
    example = runs[0].examples[0]
    digits = runs[0].params.task == "numbers"
    source = page.controls.text(
        "source",
        "Source (digits)" if digits else "Source (letters a–j)",
        placeholder="".join(example.source),
        max_chars=40,
    )
    if source.strip() and runs[0].weights:
        try:
            return results.written(runs[0], source)
        except ValueError as error:
            st.warning(literally(str(error)))
    return example


def _looks(page: Page, runs: tuple[TranslatorRun, ...], example: Example, written: int) -> None:
    """Where each symbol of one target looks, as far as it has been written; the last one is the end mark."""
    done = written > len(example.written)
    title = looks_title(runs) if done else step_told(example, written)
    whole = runs[0].params.cross_attention
    fig = looks_figure(example, written, look=page.look, title=title, whole=whole)
    page.plot(fig, name="looks", alt=f"Map: written symbols down, source symbols across. {title}.")
    if not done:
        page.note(
            "Rows are what is written, columns what is read. The decoder has the symbols before, and looks at the "
            "source for the next one; the finding over all sources comes when the end mark is written."
        )
        return
    wrong = example.written != example.target
    color = page.look.role("rejected" if wrong else "accepted")
    chips = " ".join(token_chip(symbol, color) for symbol in example.written) or "nothing"
    right = "" if not wrong else f" Right would be <b>{' '.join(example.target)}</b>."
    measured = "the numbers that these models write rightly" if runs[0].params.task == "numbers" else "200 sources each"
    page.note(
        f"It writes {chips}.{right} Rows are what is written, columns what is read; the map is the mean of two "
        f"heads. The title is measured on {len(runs)} trained model{'s' * (len(runs) > 1)} and {measured}."
    )


def _learning(page: Page, runs: tuple[TranslatorRun, ...]) -> None:
    title = learning_title(runs)
    fig = learning_figure(runs, look=page.look, title=title)
    page.plot(fig, name="learning", alt=f"Curves of right symbols over the steps of training. {title}.")
    ends = [f"{run.exact_match:.0%}" for run in runs]
    leak = max(run.leak for run in runs)
    masked = (
        "A changed later symbol changes no earlier logit."
        if leak == 0
        else f"A changed later symbol changes an earlier logit by up to <b>{leak:.1f}</b>: it reads the answer."
    )
    page.note(
        f"The loss ends at <b>{runs[0].loss[-1]:.4f}</b> nats; wholly right in the end: <b>{', '.join(ends)}</b> "
        f"({_seeds(runs)}). {masked}"
    )


def _lengths(page: Page, runs: tuple[TranslatorRun, ...]) -> None:
    parts = page.controls.value("parts")
    whole = results.runs_of(runs[0].params.task, WHOLE)
    series = {WHOLE: whole} if parts == WHOLE else {WHOLE: whole, parts: runs}
    title = length_title(whole, runs, parts)
    fig = length_figure(series, look=page.look, title=title)
    page.plot(fig, name="length", alt=f"Lines: share wholly right by length of the source. {title}.")
    sizes = runs[0].parameters
    total = sum(sizes.values())
    page.note(
        f"Each point is 200 unseen sources. The model has <b>{total:,}</b> parameters: encoder {sizes['encoder']:,}, "
        f"decoder {sizes['decoder']:,}, cross-attention {sizes['cross-attention']:,}. Without cross-attention the same "
        "weights read one vector, the mean of the source. Its positions beyond training were never learned."
    )


def _seeds(runs: tuple[TranslatorRun, ...]) -> str:
    numbers = [str(run.params.seed) for run in runs]
    return f"seed {numbers[0]}" if len(runs) == 1 else f"seeds {', '.join(numbers)}"


def checks(page: Page) -> list[Check]:
    """The identities of the runs on screen: of each the one with the largest error."""
    params = params_of(page)
    job = find(train_translator, params) if params.seed not in SEEDS else None
    trained = job is not None and job.state == "finished"
    runs = (job.result(),) if job and trained else results.runs_of(params.task, page.controls.value("parts"))
    by_name: dict[str, Check] = {}
    for check in (check for run in runs for check in run.checks):
        if check.name not in by_name or check.error > by_name[check.name].error:
            by_name[check.name] = check
    return list(by_name.values())


def script(page: Page) -> str:
    """A script that trains the run on screen."""
    return f"""import torch

from core.transformer import TranslatorParams, train_translator

torch.set_num_threads(1)
run = train_translator({params_of(page)!r})
print(run.exact_match, run.loss[-1])
print(run.cross_attention.round(2))
print(run.by_length)
"""

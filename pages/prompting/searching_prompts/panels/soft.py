"""Soft prompts: one vector that is learned in place of a control word, and what it does elsewhere."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Badge, Page
from core.checks import Check
from core.jobs import find, promise
from core.prompting import (
    NEW_TASK,
    TASKS_OF_WORDS,
    TASKS_TUNED,
    VOCABULARY,
    SoftPrompt,
    SoftPromptParams,
    recorded_soft_prompts,
    tune_soft_prompt,
    tuning_seconds,
)
from pages.prompting.searching_prompts import findings
from pages.prompting.searching_prompts.figures.soft import accuracy_figure, swap_figure
from pages.prompting.searching_prompts.topic import LEARN, SWAP

ABOVE = 200


def draw(page: Page) -> None:
    """The view that is chosen."""
    places = st.columns([2.2, 2.2, 1.2, 3.4], vertical_alignment="bottom")
    with places[0]:
        view = page.controls.choice("soft_view", "View", [LEARN, SWAP])
    if view == SWAP:
        page.badges(Badge.RECORDED, Badge.TOY)
        _swap(page)
        return
    with places[1]:
        page.controls.select("soft_task", "Task", list(TASKS_TUNED))
    with places[2]:
        page.controls.number("soft_seed", "Seed", 0, 9999)
    with places[3]:
        page.controls.slider("soft_steps", "Updates of the vector", 10, 400, step=10)
    params, kept = _params(page), _recorded(page)
    run: SoftPrompt | None = kept
    if kept is None:
        run = job_panel(
            tune_soft_prompt,
            params,
            start="Learn the vector",
            cost=f"It takes {promise(tuning_seconds(params))}. Below: the recorded seed 0.",
            draw_partial=lambda so_far: _curves(page, so_far, name="partial"),
        )
    page.badges(Badge.RECORDED if kept is not None or run is None else Badge.MEASURED, Badge.TOY)
    _show(page, run or recorded_soft_prompts().of(params.task)[0])


def _params(page: Page) -> SoftPromptParams:
    value = page.controls.value
    return SoftPromptParams(value("soft_task"), int(value("soft_steps")), int(value("soft_seed")))


def _recorded(page: Page) -> SoftPrompt | None:
    """The recorded run that is asked for, if there is one."""
    asked = _params(page)
    return next((run for run in recorded_soft_prompts().runs if run.params == asked), None)


def _shown(page: Page) -> SoftPrompt:
    """The run on screen."""
    asked = _params(page)
    job = find(tune_soft_prompt, asked)
    if _recorded(page) is None and job is not None and job.state == "finished":
        run: SoftPrompt = job.result()
        return run
    return _recorded(page) or recorded_soft_prompts().of(asked.task)[0]


def _nearest(run: SoftPrompt) -> tuple[list[str], list[float]]:
    """The three words nearest to the vector, and their cosines."""
    cosines = run.cosines(recorded_soft_prompts().decoder)[-1]
    order = np.argsort(-cosines)[:3]
    return [VOCABULARY[place] for place in order], [float(cosines[place]) for place in order]


def _curves(page: Page, run: SoftPrompt, *, name: str) -> None:
    title = findings.soft_title(run.params.task, float(run.accuracy[-1]))
    others = recorded_soft_prompts().of(run.params.task)
    fig = accuracy_figure(run, others, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name=name, alt=f"Share of questions answered right while one vector is learned. {title}.")


def _show(page: Page, run: SoftPrompt) -> None:
    record = recorded_soft_prompts()
    left, right = st.columns([1.15, 1])
    with left:
        _curves(page, run, name="soft")
    with right:
        cosines = run.cosines(record.decoder)
        first = VOCABULARY.index(f"<{TASKS_OF_WORDS[0]}>")
        series = {task: cosines[:, first + place] for place, task in enumerate(TASKS_OF_WORDS)}
        title = findings.turn_title({task: float(values[-1]) for task, values in series.items()})
        fig = lines(
            series,
            look=page.look,
            title=title,
            x_label="update",
            y_label="cosine with the control word",
            x=run.steps,
            height=room(page.look, ABOVE),
        )
        page.plot(fig, name="cosines", alt=f"Cosine of the vector with each control word, by updates. {title}.")
    words, near = _nearest(run)
    named = ", ".join(f"{_code(word)} <b>{cosine:.2f}</b>" for word, cosine in zip(words, near, strict=True))
    ends = [float(one.accuracy[-1]) for one in record.of(run.params.task)]
    span = f"<b>{min(ends):.0%}</b>" + (f" to <b>{max(ends):.0%}</b>" if max(ends) - min(ends) >= 0.005 else "")
    spread = f"Over <b>{len(ends)}</b> recorded seeds it ends at {span}."
    word = "" if run.params.task == NEW_TASK else f" (its own word has {_own_word(run.params.task)})"
    page.note(
        f"<b>{len(run.vector)}</b> numbers are learned in <b>{run.params.steps}</b> updates, "
        f"<b>{run.seconds:.1f}</b> s of "
        f"processor; <b>{record.decoder.parameters:,}</b> weights stay. Right: <b>{run.accuracy[0]:.0%}</b> before, "
        f"<b>{run.accuracy[-1]:.0%}</b> after{word}. {spread} Nearest words: {named}."
    )


def _own_word(task: str) -> str:
    place = TASKS_OF_WORDS.index(task)
    return f"<b>{recorded_soft_prompts().by_word[place, place]:.0%}</b>"


def _code(word: str) -> str:
    return f"<code>{word.replace('<', '&lt;').replace('>', '&gt;')}</code>"


def _swap(page: Page) -> None:
    swaps = recorded_soft_prompts().swaps()
    title = findings.swap_title(swaps)
    fig = swap_figure(swaps, TASKS_TUNED, look=page.look, title=title, height=room(page.look, 140))
    page.plot(fig, name="swap", alt=f"A table of learned vectors by tasks. {title}.")
    page.note(
        f"Each cell is a mean over <b>{len(recorded_soft_prompts().of(TASKS_TUNED[0]))}</b> seeds: the vector tuned "
        "for the "
        f"row’s task, put before questions of the column’s task. The last row was tuned for “{NEW_TASK}”, which the "
        "decoder "
        f"never learned, and has <b>{swaps[-1, -1]:.0%}</b> there."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the run on screen; of the first recorded one where all are swapped."""
    record = recorded_soft_prompts()
    run = record.runs[0] if page.controls.value("soft_view") == SWAP else _shown(page)
    return run.checks(record.decoder)


def script(page: Page) -> str:
    """A script that learns the vector on screen with `core` alone."""
    if page.controls.value("soft_view") == SWAP:
        return """from core.prompting import TASKS_TUNED, recorded_soft_prompts

print(TASKS_TUNED)
print(recorded_soft_prompts().swaps().round(2))
"""
    params = _shown(page).params
    return f"""from core.prompting import SoftPromptParams, recorded_soft_prompts, tune_soft_prompt

run = tune_soft_prompt({params!r})
print("right", f"{{run.accuracy[0]:.0%}}", f"{{run.accuracy[-1]:.0%}}")
for check in run.checks(recorded_soft_prompts().decoder):
    print(check.name, check.error, check.bound)
"""

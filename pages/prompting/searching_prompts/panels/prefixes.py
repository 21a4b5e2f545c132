"""Prompt tuning and prefix tuning of SmolLM2: while they learn, by their length, and swapped between tasks."""

import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Badge, Page
from core.checks import Check
from core.jobs import find, promise
from core.prompting import IN_FRONT, TASKS, TRIAL_TASKS, Trial, TrialParams, recorded_trials, trial_seconds, try_tuning
from pages.prompting.searching_prompts import trials
from pages.prompting.searching_prompts.figures.soft import swap_figure
from pages.prompting.searching_prompts.figures.trials import learning_figure, lengths_figure
from pages.prompting.searching_prompts.topic import FRONT_LEARN, FRONT_LENGTHS, FRONT_SWAP

ABOVE = 200
METHODS = {trials.SAID[method]: method for method in IN_FRONT}
LENGTHS = (1, 4, 16)
"""Numbers of vectors that are recorded."""


def draw(page: Page) -> None:
    """The view that is chosen."""
    places = st.columns([3.4, 2.2, 1.7, 1.7, 1], vertical_alignment="bottom")
    with places[0]:
        view = page.controls.choice("front_view", "View", [FRONT_LEARN, FRONT_LENGTHS, FRONT_SWAP])
    with places[1]:
        if view != FRONT_LENGTHS:
            page.controls.choice("front", "Learned", list(METHODS))
    with places[2]:
        if view != FRONT_LENGTHS:
            page.controls.select("front_task", "Task" if view == FRONT_LEARN else "Words asked", list(TRIAL_TASKS))
    if view == FRONT_LEARN:
        with places[3]:
            page.controls.slider("front_tokens", "Vectors", 1, 32)
        with places[4]:
            page.controls.number("front_seed", "Seed", 0, 9999)
        _learn(page)
        return
    page.badges(Badge.RECORDED)
    (_lengths if view == FRONT_LENGTHS else _swap)(page)


def _method(page: Page) -> str:
    return METHODS[str(page.controls.value("front"))]


def _params(page: Page) -> TrialParams:
    value = page.controls.value
    tokens, seed = int(value("front_tokens")), int(value("front_seed"))
    return TrialParams(_method(page), str(value("front_task")), tokens, seed=seed)


def _recorded(params: TrialParams) -> Trial | None:
    return next((trial for trial in recorded_trials().trials if trial.params == params), None)


def _shown(page: Page) -> Trial:
    """The tuning on screen: the one that is asked for where it is known, else the recorded one of its kind."""
    params = _params(page)
    job = find(try_tuning, params)
    if _recorded(params) is None and job is not None and job.state == "finished":
        trial: Trial = job.result()
        return trial
    return _recorded(params) or recorded_trials().of(params.method, params.task)[0]


def _learn(page: Page) -> None:
    params = _params(page)
    kept = _recorded(params)
    run: Trial | None = kept
    if kept is None:
        run = job_panel(
            try_tuning,
            params,
            start=f"Learn this {trials.SAID[params.method]}",
            cost=f"{params.steps} updates take {promise(trial_seconds(params))}. Below: a recorded one.",
            draw_partial=lambda so_far: _curves(page, so_far, name="partial"),
        )
    page.badges(Badge.RECORDED if kept is not None or run is None else Badge.MEASURED)
    trial = run or _shown(page)
    if trial.params.method == "prompt":
        _curves(page, trial, name="front")
    else:
        left, right = st.columns([1.15, 1])
        with left:
            _curves(page, trial, name="front")
        with right:
            _moved(page, trial)
    page.note(trials.learned_words(trial, recorded_trials()))


def _curves(page: Page, trial: Trial, *, name: str) -> None:
    record, params = recorded_trials(), trial.params
    told, shown = (int(count) for count in record.prompted[TRIAL_TASKS.index(params.task)])
    items, pool = len(TASKS[params.task].items), len(TASKS[params.task].pool)
    others = record.of(params.method, params.task, params.tokens)
    ended = [one for one in others if one.params != params and len(one.loss) == len(trial.loss)]
    title = trials.trial_title([trial, *ended], shown)
    marks = {f"{pool} examples in the prompt": shown / items, "an instruction alone": told / items}
    fig = learning_figure(trial, others, marks, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name=name, alt=f"Share of items right by updates, with two level lines for prompts. {title}.")


def _moved(page: Page, trial: Trial) -> None:
    keys, values = trial.moved.T
    title = f"Keys move by up to {keys.max():.0%} of their length, values by up to {values.max():.0%}"
    fig = lines(
        {"keys": keys, "values": values},
        look=page.look,
        title=title,
        x_label="layer",
        y_label="change over length at the start",
        height=room(page.look, ABOVE),
    )
    page.plot(fig, name="moved", alt=f"How far learned keys and values of each layer moved. {title}.")


def _lengths(page: Page) -> None:
    record = recorded_trials()
    found = {
        name: {tokens: record.of(method, TRIAL_TASKS[0], tokens) for tokens in LENGTHS}
        for name, method in METHODS.items()
    }
    title = trials.lengths_title(record, TRIAL_TASKS[0], LENGTHS)
    fig = lengths_figure(found, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="lengths", alt=f"Share of plurals right by the number of vectors. {title}.")
    one = {method: record.of(method, TRIAL_TASKS[0], 1) for method in IN_FRONT}
    sizes = " and ".join(
        f"<b>{found[0].learned:,}</b> for a {trials.SAID[method]}" for method, found in one.items() if found
    )
    page.note(
        f"A vector more is so many numbers more: {sizes}, which has a key and a value in each of 30 layers. A dot is a "
        f"seed; each tuning makes {TrialParams().steps} updates on the same 12 examples."
    )


def _swap(page: Page) -> None:
    record, method = recorded_trials(), _method(page)
    swaps = record.swaps(method)
    title = trials.swapped_title(swaps, method)
    left, right = st.columns([1, 1.1])
    with left:
        fig = swap_figure(swaps, TRIAL_TASKS, look=page.look, title=title, height=room(page.look, ABOVE))
        page.plot(fig, name="swapped", alt=f"Share right of each learned {trials.SAID[method]} on each task. {title}.")
    asked = str(page.controls.value("front_task"))
    first = [found[0] for task in TRIAL_TASKS if (found := record.of(method, task))]
    with right:
        st.dataframe(trials.answered(first, asked), hide_index=True, width="stretch", height=room(page.look, ABOVE))
    seeds = ", ".join(str(len(record.of(method, task))) for task in TRIAL_TASKS)
    page.note(
        f"Left: rows say for what the {trials.SAID[method]} was learned, columns which words are asked; "
        f"rows are means over <b>{seeds}</b> seeds, of <b>{len(TASKS[asked].items)}</b> words each. Right: what "
        f"seed 0 writes to the words of {asked}. The model and the words are the same in each column."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the tuning on screen; of all recorded ones of its kind, the worst, where they are compared."""
    if page.controls.value("front_view") == FRONT_LEARN:
        return _shown(page).checks
    every = [trial.checks for trial in recorded_trials().trials if trial.params.method in IN_FRONT]
    # NaN is no error beyond a bound to Python's max, but fails a check.
    return tuple(max(column, key=lambda check: (not check.passed, check.error)) for column in zip(*every, strict=True))


def script(page: Page) -> str:
    """A script that computes what is on screen with `core` alone; to learn, it loads SmolLM2."""
    if page.controls.value("front_view") != FRONT_LEARN:
        return """from core.prompting import IN_FRONT, recorded_trials

record = recorded_trials()
for method in IN_FRONT:
    print(method, record.swaps(method).round(2).tolist())
    for trial in record.trials:
        if trial.params.method == method:
            print(trial.params.task, trial.params.tokens, trial.learned, f"{trial.accuracy[-1]:.0%}")
"""
    return f"""from core.prompting import TrialParams, try_tuning

trial = try_tuning({_shown(page).params!r})
print(f"{{trial.learned:,}} numbers, {{trial.accuracy[-1]:.0%}} right, {{trial.seconds:.0f}} s")
for check in trial.checks:
    print(check.name, check.error, check.bound)
"""

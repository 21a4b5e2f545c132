"""SmolLM2 tuned before the visitor by a method of their choice, on the task and on reviews of their own."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.jobs import job_panel
from components.page import Badge, Page
from components.refusals import told
from core.checks import Check
from core.jobs import Job, find, promise
from core.tuning import (
    OwnTable,
    Shape,
    TableParams,
    TuningParams,
    TuningRun,
    counted,
    read_reviews,
    recorded_runs,
    trainable_parameters,
    tune,
    tune_table,
    tuning_seconds,
)
from pages.adaptation.fine_tuning.figures import runs as figures
from pages.adaptation.fine_tuning.topic import LORA, METHOD_OF, NAMES, PACES
from pages.adaptation.fine_tuning.words import counts_title, live_title, own_reading, updated

ABOVE = 290
TABLE = "fine_tuning_table"
"""Where an uploaded table is kept."""


def draw(page: Page) -> None:
    """How many numbers each method trains; and the run of now, where there is one."""
    first, pace, second, third, fourth = st.columns([1.8, 1.3, 0.9, 1.4, 0.9], vertical_alignment="bottom")
    with first:
        name = page.controls.select("method", "Method", list(METHOD_OF))
    with pace:
        page.controls.select("pace", "Learning rate", list(PACES))
    with second:
        page.controls.number("seed", "Seed", 0, 9999)
    if name == LORA:
        with third:
            page.controls.slider("rank", "Rank r", 1, 64)
        with fourth:
            page.controls.number("alpha", "α", 1, 64)
    written, uploaded = st.columns([3.6, 1], vertical_alignment="center")
    with written:
        page.controls.text("own", "Your own reviews, one a line: judged when the training is over", lines=2)
    with uploaded, st.popover("Your own task"):
        st.file_uploader("CSV: 24 to 200 texts with two labels", type="csv", key=TABLE, max_upload_size=1)
    try:
        params, table = _params(page), _table()
    except ValueError as error:
        told(error)
        return
    job = _job(params, table)
    # While it trains, its losses stand beside the counts: one below the other they push the sentence off the screen.
    place, beside = st.columns(2) if job is not None and not job.done else (st.container(), st.container())
    with place:
        run = _trained(page, params, table)
    page.badges(*((Badge.EXACT,) if run is None else (Badge.EXACT, Badge.MEASURED)))
    if run is not None:
        _shown(page, run, table)
        page.note(own_reading(run, table, None if table else _recorded(params)))
        return
    with beside:
        _counts(page, params)
        page.note(own_reading(None, table))


def _job(params: TuningParams, table: OwnTable | None) -> Job[TuningRun] | None:
    """The run of now on the task or on a table of the visitor's own, in whatever state; None where nobody asked."""
    return find(tune, params) if table is None else find(tune_table, TableParams(table, params))


def _recorded(params: TuningParams) -> TuningRun | None:
    """The recorded run of the same params but for the texts that are judged at the end."""
    alike = replace(params, own=())
    return next((run for run in recorded_runs().runs if run.params == alike), None)


def _trained(page: Page, params: TuningParams, table: OwnTable | None) -> TuningRun | None:
    """The run of now on the task or on a table of the visitor's own, once it is over."""
    cost = f"{promise(tuning_seconds(params)).capitalize()} of one core. SmolLM2 (93 MB) is fetched where it is not "
    start, cost = "Train it here", cost + "there yet."

    def partial(losses: np.ndarray) -> None:
        _losses(page, losses, name="partial")

    if table is None:
        return job_panel(tune, params, start=start, cost=cost, draw_partial=partial)
    return job_panel(tune_table, TableParams(table, params), start=start, cost=cost, draw_partial=partial)


def _table() -> OwnTable | None:
    """The visitor's table, where there is one; raises ValueError for a file that is none."""
    file = st.session_state.get(TABLE)
    return None if file is None else read_reviews(bytes(file.getvalue()))


def _params(page: Page) -> TuningParams:
    """What is asked for; raises ValueError for reviews that are too long or too many."""
    value = page.controls.value
    method = METHOD_OF[value("method")]
    own = tuple(line.strip() for line in value("own").splitlines() if line.strip())
    thin = {"rank": value("rank"), "alpha": value("alpha")} if method == "lora" else {}
    rate = min(1.0, PACES[value("pace")] * recorded_runs().chosen_rate(method))
    return TuningParams(method, rate, value("seed"), own=own, **thin)


def _counts(page: Page, params: TuningParams) -> None:
    numbers = {NAMES[method]: count for method, count in counted(Shape(), params).items()}
    words = counts_title(numbers, NAMES[params.method])
    fig = figures.counts(numbers, NAMES[params.method], look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name="counts", alt=f"Bars: trained numbers of SmolLM2 by method. {words}.")


def _shown(page: Page, run: TuningRun, table: OwnTable | None) -> None:
    left, right = st.columns([1.5, 1])
    with left:
        _losses(page, run.loss, name="losses")
    with right:
        words = live_title(run, table)
        reached = {"held out": run.id_accuracy} if table else {"meals": run.id_accuracy, "stories": run.ood_accuracy}
        fig = figures.accuracies(reached, look=page.look, title=words, height=room(page.look, ABOVE))
        page.plot(fig, name="accuracies", alt=f"Accuracy on texts that it never saw. {words}.")


def _losses(page: Page, now: np.ndarray, *, name: str) -> None:
    words = f"Loss after {updated(len(now))}: {float(now[-1]):.2f} nats"
    fig = figures.losses(now, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name=name, alt=f"Cross entropy by update. {words}.")


def checks(page: Page) -> Sequence[Check]:
    """The identities of the run of now; until there is one, what the shapes say of SmolLM2 beside what is known."""
    try:
        params, table = _params(page), _table()
    except ValueError:
        return ()
    job = _job(params, table)
    if job is not None and job.state == "finished":
        run = job.result()
        apart = abs(run.trainable - counted(Shape(), run.params)[run.params.method])
        return (*run.checks, Check("Trained numbers: torch's count and that of the shapes", float(apart), 0.0, "exact"))
    return (whole_check(Shape()),)


def whole_check(shape: Shape) -> Check:
    """All layers, trained as the last ones, and the table of words are the whole model."""
    layers = trainable_parameters(shape, "last", layers=shape.num_hidden_layers)
    apart = abs(layers + shape.vocab_size * shape.hidden_size - trainable_parameters(shape, "full"))
    return Check("All 30 layers and the table of words are all of SmolLM2", float(apart), 0.0, "numbers counted")


def script(page: Page) -> str:
    """A script that trains the same run with `core` alone; without the reviews where they are refused."""
    try:
        params, table = _params(page), _table()
    except ValueError:
        params, table = TuningParams(), None
    if table is not None:
        return f"""from core.tuning import TableParams, TuningParams, read_reviews, tune_table

table = read_reviews(open("table.csv", "rb").read())  # your file
run = tune_table(TableParams(table, {params!r}))
print(f"held out {{run.id_accuracy:.3f}}, trained {{run.trainable:,}}", run.own)
"""
    return f"""from core.tuning import TuningParams, tune

run = tune({params!r})
print(f"in {{run.id_accuracy:.3f}}, out {{run.ood_accuracy:.3f}}, trained {{run.trainable:,}}")
print(run.perplexity, run.before, run.own)
for check in run.checks:
    print(check.name, check.error, check.bound)
"""

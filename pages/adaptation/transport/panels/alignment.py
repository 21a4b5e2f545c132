"""The panel in which a language encoder learns images and signals, aligned first or not."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.figures.heights import room
from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Badge, Page
from core.assets import AssetError
from core.checks import Check
from core.jobs import find
from core.orca import ARMS, TASKS, AlignParams, AlignResult, align, evaluation_steps, recorded_alignment, task_data
from pages.adaptation.transport import aligning
from pages.adaptation.transport.figures import moves
from pages.adaptation.transport.figures.ends import ends

BODIES = ("tuned", "frozen")
SEEDS = 3

WIDTH = 384
"""Of MiniLM's vectors."""

ABOVE = 170
"""Pixels of the main figure's room that its controls, the way back and the sentence take."""


def cross_modal(page: Page) -> None:
    """Stages 1 to 3 on MiniLM: the recorded run for the defaults, a job for anything else."""
    time_place = _inputs(page)
    result = _result(page)
    if result is not None:
        with time_place:
            page.controls.slider("align_frame", "Time in stage 2 (%)", 0, 100, step=5)
        _draw(page, result)
    _ends(page)
    st.markdown(
        "Stage 1 makes the dimensions fit: a linear embedder, which is a convolution that steps by one patch, turns "
        "each patch into a vector as wide as a word's, and a linear predictor reads the mean of the output. Stage 2 "
        "trains the embedder alone, to lower the dataset distance between embedded patches with their labels and "
        "embedded sentences with theirs. Stage 3 trains on the task. The control “only as loud” "
        "skips stage 2 but scales the embedder to the size that stage 2 gave it. "
        "Published, not measured here: the original paper (Shen et al. 2023, ORCA) is ahead of architecture search on "
        "most of NAS-Bench-360. A study of 2024 (García-de-Herreros et al., arXiv 2403.13537) finds that training the "
        "embedder does not help on 2-D tasks at all, that on 1-D tasks some of it is needed and more is not better, "
        "and that tuning the body matters most on 4 of 6 datasets. The tasks here are sequences, as 1-D ones are; "
        "three seeds on small ones decide neither way."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the run on screen; none before there is one."""
    params = _params(page)
    result = _recorded(params)
    if result is None:
        job = find(align, params)
        result = job.result() if job is not None and job.state == "finished" else None
    return () if result is None else result.checks


def script(page: Page) -> str:
    """A script that runs the experiment on screen with `core` alone, or reads its recorded run."""
    params = _params(page)
    if _recorded(params) is not None:
        return f"""from core.orca import recorded_alignment

result = recorded_alignment({params.task!r}, tune_body={params.tune_body})
print(result.accuracy[:, :, -1])
"""
    return f"""from core.orca import AlignParams, align

result = align({params}, on_progress=lambda *told, **more: None)
print(result.accuracy[:, :, -1])
"""


def _inputs(page: Page) -> DeltaGenerator:
    """The controls. Returns the place of the one that only a result has."""
    places = st.columns([1.5, 1.5, 1.5, 1.5, 1.5, 1.5], vertical_alignment="bottom")
    with places[0]:
        page.controls.choice("task", "Task", list(TASKS))
    with places[1]:
        page.controls.choice("body", "Body in stage 3", list(BODIES))
    with places[2]:
        page.controls.slider("align_steps", "Steps of stage 2", 10, 200, step=10)
    with places[3]:
        page.controls.slider("tune_steps", "Steps of stage 3", 12, 240, step=12)
    with places[4]:
        page.controls.number("align_seed", f"First of {SEEDS} seeds", 0, 99)
    return places[5]


def _params(page: Page) -> AlignParams:
    """The experiment that is asked for."""
    value = page.controls.value
    first = value("align_seed")
    return AlignParams(
        task=value("task"),
        seeds=tuple(range(first, first + SEEDS)),
        tune_body=value("body") == "tuned",
        align_steps=value("align_steps"),
        tune_steps=value("tune_steps"),
    )


def _is_recorded(params: AlignParams) -> bool:
    return params == AlignParams(task=params.task, tune_body=params.tune_body)


def _recorded(params: AlignParams) -> AlignResult | None:
    """The recorded run of exactly this experiment; None where there is none, or none that can be read."""
    if not _is_recorded(params):
        return None
    try:
        return recorded_alignment(params.task, tune_body=params.tune_body)
    except AssetError:
        return None


def _result(page: Page) -> AlignResult | None:
    """The run on screen, with its badge; None before there is one, while its job is drawn instead."""
    params = _params(page)
    kept = _recorded(params)
    if kept is not None:
        page.badges(Badge.RECORDED)
        return kept
    if _is_recorded(params):
        st.caption("No recorded run of this can be read, so it must be run here.")
    page.badges(Badge.MEASURED)
    return job_panel(
        align,
        params,
        start="Run all arms and seeds",
        cost=_cost(params),
        draw_partial=lambda partial: _live(page, params, partial),
    )


def _cost(params: AlignParams) -> str:
    """What a run takes, at the pace of the recorded one."""
    words = f"{len(ARMS)} arms, {SEEDS} seeds, {params.training_steps} training steps"
    try:
        kept = recorded_alignment(params.task, tune_body=params.tune_body)
    except AssetError:
        return f"{words}. It can be cancelled."
    minutes = kept.seconds / kept.params.training_steps * params.training_steps / 60
    return f"{words}: about {max(minutes, 1):.0f} minutes at the pace of the recorded run. It can be cancelled."


def _live(page: Page, params: AlignParams, partial: dict[str, Any]) -> None:
    """The curves of a run that is under way: accuracies at the left, the distance of stage 2 at the right."""
    left, right = st.columns(2)
    accuracy = {arm: np.array(values) for arm, values in partial["accuracy"].items()}
    with left:
        if accuracy:
            title = "Accuracy so far, a mean over the seeds that have come to a step"
            fig = _curves(page, accuracy, evaluation_steps(params.tune_steps), title)
            fig.update_xaxes(range=[0, params.tune_steps])
            fig.update_yaxes(range=[0, 1])
            page.plot(fig, name="align_live", alt=f"Test accuracy of each arm so far. {title}.")
        else:
            st.caption("No accuracy yet: the first arm has not come to its first test.")
    with right:
        _distance(page, np.array(partial["distance"]), params.align_steps)


def _distance(page: Page, values: np.ndarray, steps: int) -> None:
    title = f"Stage 2 of this seed: the squared distance is {values[-1]:.3g}, at the start {values[0]:.3g}"
    fig = lines(
        {"distance": values},
        look=page.look,
        title=title,
        x_label="step of stage 2",
        y_label="squared dataset distance to the sentences",
        height=room(page.look, ABOVE),
    )
    fig.update_xaxes(range=[0, steps])
    fig.update_yaxes(rangemode="tozero")
    page.plot(fig, name="align_distance", alt=f"The dataset distance over the steps of stage 2. {title}.")


def _curves(
    page: Page, series: dict[str, np.ndarray], steps: np.ndarray, title: str, runs: np.ndarray | None = None
) -> go.Figure:
    """A curve for each arm; thin ones for its seeds, where `runs` [arm seed eval] has them in the order of `series`."""
    look = page.look
    colors = {
        "aligned": look.role("target"),
        "not aligned": look.role("source"),
        "only as loud": look.role("mass"),
        "from scratch": look.role("rejected"),
    }
    fig = lines(
        series,
        look=look,
        title=title,
        x_label="step of stage 3",
        y_label="accuracy on the test half",
        x=steps,
        colors=colors,
        height=room(look, ABOVE),
        beside=runs,
    )
    for arm, seeds in zip(series, () if runs is None else runs, strict=runs is not None):
        for values in seeds:
            fig.add_scatter(
                x=steps,
                y=values.astype(np.float32),
                mode="lines",
                line={"color": colors[arm], "width": 1},
                opacity=0.45,
                hoverinfo="skip",
            )
    return fig


def _ends(page: Page) -> None:
    """What stands before the body and behind it."""
    data = task_data(_params(page).task, n_train=50, n_test=50, seed=0)
    pieces, values = data.train_x.shape[1:]
    title = "Only the two ends are new: a convolution in, pooling and a linear layer out"
    fig = ends(pieces, values, WIDTH, len(data.classes), look=page.look, title=title, height=150)
    page.plot(fig, name="align_ends", roomy="broad", alt=f"Five boxes in a row, from a sample to its classes. {title}.")


def _draw(page: Page, result: AlignResult) -> None:
    at = page.controls.value("align_frame") / 100
    left, right = st.columns(2)
    means = result.accuracy.mean(axis=1)
    last = dict(zip(ARMS, result.accuracy[:, :, -1], strict=True))
    with left:
        title = aligning.of_the_ends(last)
        fig = _curves(page, dict(zip(ARMS, means, strict=True)), result.eval_steps, title, result.accuracy)
        words = f"Test accuracy of each arm over the steps of stage 3, thick the mean and thin each seed. {title}."
        page.plot(fig, name="align_curves", alt=words)
    with right:
        place = round(at * (len(result.flow) - 1))
        step = int(result.flow_steps[place])
        now, start = result.distance[0, step], result.distance[0, 0]
        title = f"Stage 2 of the first seed, step {step}: squared distance {now:.3g}, at the start {start:.3g}"
        fig = moves.moving(
            result.flow,
            result.source,
            look=page.look,
            title=title,
            start=place,
            labels=[str(step) for step in result.flow_steps],
            names=("patches", "sentences"),
            height=room(page.look, ABOVE),
        )
        fig.update_xaxes(title_text="along the way from the task to the sentences")
        fig.update_yaxes(title_text="widest spread across it")
        page.plot(fig, name="align_flow", alt=f"Embedded samples move towards embedded sentences. {title}.")
    rows = [
        f"| {name} | {' , '.join(f'{value:.3f}' for value in runs[:, -1])} | **{runs[:, -1].mean():.3f}** |"
        for name, runs in zip(ARMS, result.accuracy, strict=True)
    ]
    page.note(_verdict(result))
    st.markdown("\n".join(["| arm | last accuracy by seed | mean |", "|---|---|---|", *rows]))
    if _is_recorded(result.params):
        st.caption("Other values run here, as a job.")


def _verdict(result: AlignResult) -> str:
    """What the run says about alignment: changes between arms, each with its spread over the seeds."""
    aligned, plain, loud, scratch = result.accuracy
    first, end = (int(result.eval_steps[place]) for place in (0, -1))
    start = aligning.of_the_start(first, aligned[:, 0], plain[:, 0], loud[:, 0])
    return (
        "Thick lines are means, thin ones seeds; brackets hold the least and the most of a seed. "
        f"{start} After {end} steps alignment changes it by "
        f"{aligning.by_seed(aligned[:, -1], plain[:, -1])}; against being only as loud it is "
        f"{aligning.by_seed(aligned[:, -1], loud[:, -1])}. Without alignment, a pretrained body instead of a random "
        f"one brings {aligning.by_seed(plain[:, -1], scratch[:, -1])}."
    )

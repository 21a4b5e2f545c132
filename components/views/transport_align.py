"""The panel in which a language encoder learns images and signals, aligned first or not."""

import numpy as np
import streamlit as st

from components.figures import transport as moves
from components.figures.lines import lines
from components.jobs import job_panel
from components.views.transport import Shown
from core.assets import AssetError
from core.transport.orca import ARMS, TASKS, AlignParams, AlignResult, align, recorded_alignment

BODIES = ("tuned", "frozen")
SEEDS = 3


def cross_modal(shown: Shown) -> None:
    """Stages 1 to 3 on MiniLM: the recorded run for the defaults, a job for anything else."""
    page = shown.page
    places = st.columns([1.6, 1.6, 2, 1, 2], vertical_alignment="bottom")
    with places[0]:
        task = page.controls.choice("task", "Task", list(TASKS))
    with places[1]:
        body = page.controls.choice("body", "Body in stage 3", list(BODIES))
    with places[2]:
        steps = page.controls.slider("align_steps", "Steps of stage 2", 10, 200, step=10)
    with places[3]:
        first = page.controls.number("align_seed", "First seed", 0, 99)
    with places[4]:
        frame = page.controls.slider("align_frame", "Shown: time in stage 2 (%)", 0, 100, step=5)
    seeds = tuple(range(first, first + SEEDS))
    params = AlignParams(task=task, seeds=seeds, tune_body=body == "tuned", align_steps=steps)
    result = _result(shown, params)
    if result is not None:
        _draw(shown, result, frame / 100)
    st.markdown(
        "Stage 1 makes the dimensions fit: a linear embedder turns each patch into a vector as wide as a word's, and a "
        "linear predictor reads the mean of the output. Stage 2 trains the embedder alone, to lower the dataset "
        "distance between embedded patches with their labels and embedded sentences with theirs. Stage 3 trains on the "
        "task. The control “only as loud” skips stage 2 but scales the embedder to the size that stage 2 gave it. "
        "A study of 2024 (García-de-Herreros et al., arXiv 2403.13537) finds that training the embedder does not help "
        "on 2-D tasks at all, and that tuning the body matters most; the original paper (Shen et al. 2023, ORCA) "
        "reports gains. Three seeds on small tasks decide neither way."
    )


def _result(shown: Shown, params: AlignParams) -> AlignResult | None:
    if params == AlignParams(task=params.task, tune_body=params.tune_body):
        try:
            kept = recorded_alignment(params.task, tune_body=params.tune_body)
        except AssetError:
            st.caption("No recorded run of this can be read, so it must be run here.")
        else:
            st.caption("A recorded run of this project's recipe. Other values run here, as a job.")
            return kept
    return job_panel(
        align,
        params,
        start="Run all arms and seeds",
        cost=f"{len(ARMS)} arms, {SEEDS} seeds: three to ten minutes on one core. It can be cancelled.",
        draw_partial=lambda partial: _curves(shown, partial, np.arange(1, 100), "Accuracy so far", "partial"),
    )


def _curves(shown: Shown, series: dict[str, list[float]], x: np.ndarray, title: str, name: str) -> None:
    look = shown.page.look
    colors = {
        "aligned": look.role("target"),
        "not aligned": look.role("source"),
        "only as loud": look.role("mass"),
        "from scratch": look.role("rejected"),
    }
    fig = lines(
        {arm: np.array(values) for arm, values in series.items()},
        look=look,
        title=title,
        x_label="step of stage 3",
        y_label="accuracy on the test half",
        x=x,
        colors=colors,
        height=430,
    )
    shown.page.plot(fig, name=f"align_{name}", alt=f"Test accuracy of each arm over the steps of stage 3. {title}.")


def _draw(shown: Shown, result: AlignResult, at: float) -> None:
    left, right = st.columns(2)
    means = result.accuracy.mean(axis=1)
    best = int(np.argmax(means[:, -1]))
    plain = dict(zip(ARMS, means[:, -1], strict=True))
    with left:
        title = f"“{ARMS[best]}” ends highest: {means[best, -1]:.0%} (mean of {len(result.params.seeds)} seeds)"
        series = {name: list(row) for name, row in zip(ARMS, means, strict=True)}
        _curves(shown, series, result.eval_steps, title, "curves")
    with right:
        place = round(at * (len(result.flow) - 1))
        step = int(result.flow_steps[place])
        title = (
            f"Stage 2 at step {step}: distance {result.distance[0, step]:.3g}, at the start {result.distance[0, 0]:.3g}"
        )
        fig = moves.moving(
            result.flow,
            result.source,
            look=shown.page.look,
            title=title,
            start=place,
            labels=[str(step) for step in result.flow_steps],
        )
        fig.update_xaxes(title_text="along the way from the task to the sentences")
        fig.update_yaxes(title_text="widest spread across it")
        shown.page.plot(fig, name="align_flow", alt=f"Embedded samples move towards embedded sentences. {title}.")
    rows = [
        f"| {name} | {' , '.join(f'{value:.3f}' for value in runs[:, -1])} | **{runs[:, -1].mean():.3f}** |"
        for name, runs in zip(ARMS, result.accuracy, strict=True)
    ]
    st.markdown("\n".join(["| arm | last accuracy by seed | mean |", "|---|---|---|", *rows]))
    st.markdown(_verdict(result, plain))
    for check in result.checks:
        sign = "✓" if check.passed else "✗ failed"
        st.caption(f"{sign} {check.name}: {check.error:.1e}, bound {check.bound:.1e} ({check.detail}).")


def _verdict(result: AlignResult, last: dict[str, float]) -> str:
    """What the run says about alignment, in words, whichever way it went."""
    by_seed = dict(zip(ARMS, result.accuracy[:, :, -1], strict=True))
    gain = last["aligned"] - last["not aligned"]
    first = dict(zip(ARMS, result.accuracy[:, :, 0].mean(axis=1), strict=True))
    early = first["aligned"] - first["not aligned"]
    ahead = int((by_seed["aligned"] > by_seed["not aligned"]).sum())
    loud = last["aligned"] - last["only as loud"]
    pretrained = last["not aligned"] - last["from scratch"]
    return (
        f"After {result.eval_steps[0]} steps alignment changes the accuracy by **{early:+.3f}**, after "
        f"{result.eval_steps[-1]} by **{gain:+.3f}** ({ahead} of {len(result.params.seeds)} seeds ahead). "
        f"Against the control of equal size it is **{loud:+.3f}**: what is left of the gain once only the size of the "
        f"embedder counts. A pretrained body instead of a random one brings **{pretrained:+.3f}** without alignment."
    )

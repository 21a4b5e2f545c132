"""What can be trained on the RLHF page: three tasks, each with its controls and its scene."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.jobs import job_panel
from components.page import Badge, Page, Panel
from core.rlhf import RunParams, answers_recorded, recorded_run, train
from pages.alignment.rlhf import main as views
from pages.alignment.rlhf import results
from pages.alignment.rlhf.panels import abstention as abstaining
from pages.alignment.rlhf.panels import formulas, learning, overoptimization, sums
from pages.alignment.rlhf.panels import preferences as preferring
from pages.alignment.rlhf.panels.text import real_text
from pages.alignment.rlhf.words import ABSTAIN, SKY, SUMS


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the page.

    Args:
        ask: draws its controls and returns the params of a run.
        show: the scene of these params; None where there is nothing to show yet, after it said why.
    """

    ask: Callable[[Page], Any]
    show: Callable[[Page, Any], views.Scene | None]


@dataclass(frozen=True, slots=True)
class SkyChoice:
    """A run of the toy policy and how it is drawn; no params, but a word why, where the controls describe no run."""

    params: RunParams | None
    why_not: str
    axis: str
    compare: str


def ask_sky(page: Page) -> SkyChoice:
    """The algorithm, the penalty and the data in sight, all else under More."""
    controls, places = page.controls, st.columns([1.8, 3.5, 3.3, 1.3], vertical_alignment="bottom")
    with places[0]:
        algorithm = controls.select("algorithm", "Algorithm", list(results.ALGORITHMS))
    with places[1]:
        controls.choice("beta", "β, the KL penalty", list(results.BETA_NAMES))
    with places[2]:
        controls.choice("pairs", "Preference pairs", list(results.PAIR_NAMES))
    with places[3], page.more():
        controls.choice("seed", "Seed", list(results.SEED_NAMES))
        axis = controls.choice("axis", "Axis", ["step", "√KL"])
        compare = controls.select("compare", "Compare with all", ["nothing", *results.COMPARISONS])
        controls.select("labeler", "Who labels", list(results.LABELERS))
        controls.switch("sees_length", "The reward model sees the length")
        controls.choice("ensemble", "Reward", list(results.ENSEMBLES))
        controls.choice("rate", "Learning rate", list(results.RATES))
        controls.choice("controller", "β adapts to a KL of", list(results.CONTROLLERS))
        for name in results.OWN_SETTINGS[algorithm]:
            controls.choice(name, *results.SETTINGS[name])
        controls.slider("step", "Step", 0, 149)
    try:
        return SkyChoice(results.params_of(controls.values()), "", axis, compare)
    except ValueError as error:
        return SkyChoice(None, str(error), axis, compare)


def show_sky(page: Page, choice: SkyChoice) -> views.Scene | None:
    """The recorded run, or the one that was trained on request."""
    if choice.params is None:
        st.warning(choice.why_not)
        return None
    kept = recorded_run(choice.params)
    history = kept or job_panel(
        train,
        choice.params,
        start="Train it now",
        cost="This run was not recorded. It takes about ten seconds on one core.",
        draw_partial=lambda curves: views.live(page, curves),
    )
    if history is None:
        page.badges(Badge.TOY)
        return None
    step = min(page.controls.value("step"), len(history.kl) - 1)
    shown = views.Shown(page, history, step, choice.axis, choice.compare)
    return views.Scene(
        badges=(Badge.RECORDED if kept else Badge.MEASURED, Badge.TOY),
        draw=lambda: views.main_figure(shown),
        reading=views.reading(shown),
        panels=sky_panels(shown),
        checks=history.checks,
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=views.script(shown),
    )


def sky_panels(shown: views.Shown) -> tuple[Panel, ...]:
    """The views of a run, and of what it is built from."""
    page = shown.page
    silent = shown.history.metrics.get("frac_reward_zero_std")
    return (
        Panel("Every series", lambda: views.every_series(shown)),
        Panel("Preferences", lambda: preferring.preferences(page)),
        Panel("Reward model", lambda: preferring.reward_model(shown)),
        Panel("Over-optimization", lambda: overoptimization.over_optimization(shown)),
        Panel("Length", lambda: overoptimization.length(page)),
        Panel("KL estimates", lambda: formulas.estimators(page)),
        Panel("Clip", lambda: formulas.clip(shown)),
        Panel("Group advantages", lambda: formulas.advantages(page, None if silent is None else float(silent.mean()))),
        Panel("DPO", lambda: learning.dpo(shown)),
        Panel("AI labels", lambda: learning.ai_labels(page)),
        *([Panel("Best-of-n on text", lambda: real_text(page))] if answers_recorded() else []),
    )


TASKS: dict[str, Task] = {
    SKY: Task(ask_sky, show_sky),
    ABSTAIN: Task(abstaining.ask, abstaining.show),
    SUMS: Task(sums.ask, sums.show),
}

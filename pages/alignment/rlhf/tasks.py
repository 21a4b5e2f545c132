"""What can be trained on the RLHF page: three tasks, each with its controls and its scene."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.jobs import job_panel
from components.page import Badge, Page, Panel, Scene
from core.checks import Check
from core.rlhf import RunParams, answers_recorded, recorded_run, train
from pages.alignment.rlhf import choices as offered
from pages.alignment.rlhf import main as views
from pages.alignment.rlhf.panels import (
    abstention,
    formulas,
    learning,
    overoptimization,
    preferences,
    series,
    sums,
    text,
)
from pages.alignment.rlhf.topic import ABSTAIN, SKY, SUMS
from pages.alignment.rlhf.words import EQUATIONS


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the page.

    Args:
        ask: draws its controls and returns the params of a run.
        show: the scene of these params; None where there is nothing to show yet, after it said why.
    """

    ask: Callable[[Page], Any]
    show: Callable[[Page, Any], Scene | None]


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
        algorithm = controls.select("algorithm", "Algorithm", list(offered.ALGORITHMS))
    with places[1]:
        controls.choice("beta", "β, the KL penalty", list(offered.BETA_NAMES))
    with places[2]:
        controls.choice("pairs", "Preference pairs", list(offered.PAIR_NAMES))
    with places[3], page.more():
        controls.choice("seed", "Seed", list(offered.SEED_NAMES))
        axis = controls.choice("axis", "Axis", ["step", "√KL"])
        compare = controls.select("compare", "Compare with all", ["nothing", *offered.COMPARISONS])
        controls.select("labeler", "Who labels", list(offered.LABELERS))
        controls.switch("sees_length", "The reward model sees the length")
        controls.choice("ensemble", "Reward", list(offered.ENSEMBLES))
        controls.choice("rate", "Learning rate", list(offered.RATES))
        controls.choice("controller", "β adapts to a KL of", list(offered.CONTROLLERS))
        for name in offered.OWN_SETTINGS[algorithm]:
            controls.choice(name, *offered.SETTINGS[name])
        controls.slider("step", "Step", 0, 149)
    try:
        return SkyChoice(offered.params_of(controls.values()), "", axis, compare)
    except ValueError as error:
        return SkyChoice(None, str(error), axis, compare)


def show_sky(page: Page, choice: SkyChoice) -> Scene | None:
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
    return Scene(
        badges=(Badge.RECORDED if kept else Badge.MEASURED, Badge.TOY),
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=sky_panels(shown),
        checks=lambda: history.checks,
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )


def sky_panels(shown: views.Shown) -> tuple[Panel, ...]:
    """The views of a run, and of what it is built from."""
    page = shown.page
    silent = shown.history.metrics.get("frac_reward_zero_std")
    share = None if silent is None else float(silent.mean())
    exact, measured, recorded = (Badge.EXACT,), (Badge.MEASURED, Badge.TOY), (Badge.RECORDED, Badge.TOY)
    return (
        Panel("Every series", lambda: series.every_series(shown)),
        _instead(
            "Preferences",
            lambda: preferences.preferences(page),
            (*exact, *measured),
            lambda: preferences.likelihood_checks(page),
        ),
        _instead("Reward model", lambda: preferences.reward_model(shown), measured),
        Panel("Over-optimization", lambda: overoptimization.over_optimization(shown)),
        _instead("Length", lambda: overoptimization.length(page), recorded, overoptimization.length_checks),
        _instead("KL estimates", lambda: formulas.estimators(page), exact, lambda: formulas.estimator_checks(page)),
        _instead("Clip", lambda: formulas.clip(shown), exact, lambda: formulas.clip_checks(page)),
        _instead(
            "Group advantages",
            lambda: formulas.advantages(page, share),
            exact,
            lambda: formulas.group_checks(page),
        ),
        _instead("DPO", lambda: learning.dpo(shown), recorded, lambda: learning.dpo_checks(shown)),
        _instead("AI labels", lambda: learning.ai_labels(page), recorded, learning.labels_checks),
        *_on_text(page),
    )


def _on_text(page: Page) -> tuple[Panel, ...]:
    """The panel on recorded answers; none where they do not come with the code."""
    if not answers_recorded():
        return ()
    draw, checks = lambda: text.real_text(page), lambda: text.text_checks(page)
    return (_instead("Best-of-n on text", draw, (Badge.RECORDED,), checks),)


def _instead(
    name: str, draw: Callable[[], None], badges: tuple[Badge, ...], checks: Callable[[], Sequence[Check]] = tuple
) -> Panel:
    """A panel with a subject of its own."""
    return Panel(name, draw, stands="instead", badges=badges, checks=checks)


TASKS: dict[str, Task] = {
    SKY: Task(ask_sky, show_sky),
    ABSTAIN: Task(abstention.ask, abstention.show),
    SUMS: Task(sums.ask, sums.show),
}

"""What can be trained on the RLHF page: three tasks, each with its controls and its scene."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.figures.heights import notice, offer
from components.jobs import job_panel
from components.page import Badge, Page, Panel, Scene
from core.checks import Check
from core.jobs import find, promise
from core.rlhf import RunHistory, RunParams, answers_recorded, nearest_run, recorded_run, seconds_of, train
from pages.alignment.rlhf import choices as offered
from pages.alignment.rlhf import main as views
from pages.alignment.rlhf import scripts
from pages.alignment.rlhf.panels import (
    abstention,
    formulas,
    judge,
    learning,
    overoptimization,
    preferences,
    series,
    stopping,
    sums,
    tastes,
    text,
    walk,
)
from pages.alignment.rlhf.topic import ABSTAIN, JUDGE, SIZES, SKY, SPREADS, SUMS, TASTES
from pages.alignment.rlhf.words.equations import EQUATIONS


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


BESIDE_BETA = (
    "What else may hold the policy: a penalty on the spread of an ensemble of reward models, and the size of the "
    f"reward model. Under More, “Compare with all” draws the recorded {SPREADS} and {SIZES} beside "
    "this run."
)


def ask_sky(page: Page) -> SkyChoice:
    """The algorithm, the penalty and the data in sight, all else under More."""
    controls = page.controls
    if page.look.presenter:
        places = st.columns([1.72, 3.45, 3.4, 1.2], gap="xsmall", vertical_alignment="bottom")
    else:
        places = st.columns([1.8, 3.5, 3.3, 1.3], vertical_alignment="bottom")
    with places[0]:
        algorithm = controls.select("algorithm", "Algorithm", list(offered.ALGORITHMS))
    with places[1]:
        controls.choice("beta", "β, the KL penalty", list(offered.BETA_NAMES), help=BESIDE_BETA)
    with places[2]:
        controls.choice("pairs", "Preference pairs", list(offered.PAIR_NAMES))
    with places[3], page.more():
        controls.choice("seed", "Seed", list(offered.SEED_NAMES))
        axis = controls.choice("axis", "Axis", ["step", "√KL"])
        compare = controls.select("compare", "Compare with all", ["nothing", *offered.COMPARISONS, *offered.APART])
        controls.select("labeler", "Who labels", list(offered.LABELERS))
        controls.switch("sees_length", "The reward model sees the length")
        controls.choice("ensemble", "Reward", list(offered.ENSEMBLES))
        controls.choice("rate", "Learning rate", list(offered.RATES))
        controls.choice("controller", "β adapts to a KL of", list(offered.CONTROLLERS))
        for name in offered.OWN_SETTINGS[algorithm]:
            controls.choice(name, *offered.SETTINGS[name])
        controls.slider("step", "Step", 0, 149)
    values = controls.values()
    why_not = offered.impossible(values)
    return SkyChoice(None if why_not else offered.params_of(values), why_not, axis, compare)


def show_sky(page: Page, choice: SkyChoice) -> Scene:
    """The recorded run, or the one that was trained on request; until it was, the nearest that was recorded."""
    history, nearest = wanted_or_nearest(page, choice)
    step = min(page.controls.value("step"), len(history.kl) - 1)
    shown = views.Shown(page, history, step, choice.axis, choice.compare, nearest)
    kept = recorded_run(history.params) is history
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


def wanted_or_nearest(page: Page, choice: SkyChoice) -> tuple[RunHistory, views.Nearest | None]:
    """The run that the controls describe; else the nearest recorded one, and why it stands for theirs."""
    if choice.params is None:
        near = nearest_run(offered.params_of({**page.controls.values(), "beta": "0.03"}))
        return near, _refusal(page, choice.why_not, near)
    params = choice.params
    kept = recorded_run(params)
    if kept is not None:
        return kept, None
    job = find(train, params)
    if job is not None and job.state == "finished":
        return job.result(), None
    near = nearest_run(params)
    return near, _offer(page, params, near)


def _refusal(page: Page, why: str, near: RunHistory) -> views.Nearest:
    """Says why the controls describe no run, above the nearest that was recorded."""
    told = f"{why} In view: {offered.described(near.params)}."
    return views.Nearest(why, lambda: st.warning(told), notice(page.look, told))


START = "Train it now"


def _offer(page: Page, params: RunParams, near: RunHistory) -> views.Nearest:
    """Offers to train a run, above the nearest that was recorded."""
    cost = (
        f"This run was not recorded: {offered.differences(params, near.params)}. It takes "
        f"{promise(seconds_of(params))}. In view is the nearest recorded one: "
        f"{offered.differences(near.params, params)}."
    )

    def draw() -> None:
        job_panel(train, params, start=START, cost=cost, draw_partial=lambda curves: views.live(page, curves))

    return views.Nearest("The run that the controls ask for was not recorded.", draw, offer(page.look, START, cost))


CLOSED_FORM, RUNS = (Badge.EXACT,), (Badge.RECORDED, Badge.TOY)


def sky_panels(shown: views.Shown) -> tuple[Panel, ...]:
    """The views of a run, and of what it is built from."""
    return (
        Panel("Every series", lambda: series.every_series(shown)),
        *_on_labels(shown.page),
        *_on_reward_models(shown),
        *_on_hacking(shown),
        *_on_updates(shown),
        *_without_rewards(shown),
        *_on_text(shown.page),
    )


def _on_labels(page: Page) -> tuple[Panel, ...]:
    """How labels are given: by raters, and by the visitor."""
    values = page.controls.values()
    return (
        _instead(
            "Preferences",
            lambda: preferences.preferences(page),
            (Badge.EXACT, Badge.MEASURED, Badge.TOY),
            lambda: preferences.likelihood_checks(page),
            lambda: scripts.preferences(values),
        ),
        _instead(
            JUDGE,
            lambda: judge.draw(page),
            (Badge.MEASURED, Badge.TOY),
            lambda: judge.checks(page),
            lambda: judge.script(page),
        ),
    )


def _on_reward_models(shown: views.Shown) -> tuple[Panel, ...]:
    """What is learned from labels, also from those of poisoners and of two groups."""
    page = shown.page
    fitted = RUNS if preferences.fit_recorded(shown) else (Badge.MEASURED, Badge.TOY)
    return (
        _instead(
            "Reward model",
            lambda: preferences.reward_model(shown),
            fitted,
            lambda: preferences.rater_checks(shown),
            lambda: scripts.reward_model(preferences.chosen(shown)),
        ),
        _instead(TASTES, lambda: tastes.draw(page), RUNS, lambda: tastes.checks(page), lambda: tastes.script(page)),
    )


def _on_hacking(shown: views.Shown) -> tuple[Panel, ...]:
    """What a policy makes of a reward."""
    page = shown.page
    return (
        _instead(
            "Why it is hacked",
            lambda: walk.why(shown),
            RUNS,
            lambda: walk.why_checks(shown),
            lambda: walk.why_script(shown),
        ),
        _instead(
            "When to stop",
            lambda: stopping.stop(shown),
            RUNS,
            lambda: stopping.checks(shown),
            lambda: stopping.script(shown),
        ),
        Panel("Over-optimization", lambda: overoptimization.over_optimization(shown)),
        _instead("Length", lambda: overoptimization.length(page), RUNS, overoptimization.length_checks, scripts.length),
    )


def _on_updates(shown: views.Shown) -> tuple[Panel, ...]:
    """The formulas of an update."""
    page, values = shown.page, shown.page.controls.values()
    silent = shown.history.metrics.get("frac_reward_zero_std")
    share = None if silent is None else float(silent.mean())
    return (
        _instead(
            "KL estimates",
            lambda: formulas.estimators(page),
            CLOSED_FORM,
            lambda: formulas.estimator_checks(page),
            lambda: scripts.estimators(values),
        ),
        _instead(
            "Clip",
            lambda: formulas.clip(shown),
            CLOSED_FORM,
            lambda: formulas.clip_checks(page),
            lambda: scripts.clip(values),
        ),
        _instead(
            "Group advantages",
            lambda: formulas.advantages(page, share),
            CLOSED_FORM,
            lambda: formulas.group_checks(page),
            lambda: scripts.advantages(values),
        ),
    )


def _without_rewards(shown: views.Shown) -> tuple[Panel, ...]:
    """Learning from pairs without a reward model, and from the labels of an AI."""
    page, values = shown.page, shown.page.controls.values()
    return (
        _instead(
            "DPO",
            lambda: learning.dpo(shown),
            RUNS,
            lambda: learning.dpo_checks(shown),
            lambda: scripts.dpo(values),
        ),
        _instead("AI labels", lambda: learning.ai_labels(page), RUNS, learning.labels_checks, scripts.labels),
    )


def _on_text(page: Page) -> tuple[Panel, ...]:
    """The panel on recorded answers; none where they do not come with the code."""
    if not answers_recorded():
        return ()
    return (
        _instead(
            "Best-of-n on text",
            lambda: text.real_text(page),
            (Badge.RECORDED,),
            lambda: text.text_checks(page),
            lambda: scripts.text(page.controls.values()),
        ),
    )


def _instead(
    name: str,
    draw: Callable[[], None],
    badges: tuple[Badge, ...],
    checks: Callable[[], Sequence[Check]],
    script: Callable[[], str],
) -> Panel:
    """A panel with a subject of its own."""
    return Panel(name, draw, stands="instead", badges=badges, checks=checks, script=script)


TASKS: dict[str, Task] = {
    SKY: Task(ask_sky, show_sky),
    ABSTAIN: Task(abstention.ask, abstention.show),
    SUMS: Task(sums.ask, sums.show),
}

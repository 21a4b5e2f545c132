"""The task "add small numbers": GRPO against a checker instead of a reward model, exact or easily fooled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Badge, Page, Panel, Scene
from components.phrases import listed
from core.rlhf import CHECKERS, VerifierHistory, VerifierParams, grpo_advantages, train_with_checker, verify
from pages.alignment.rlhf import results
from pages.alignment.rlhf.figures import series as figures
from pages.alignment.rlhf.panels import formulas
from pages.alignment.rlhf.words.equations import EQUATIONS
from pages.alignment.rlhf.words.seeds import span

if TYPE_CHECKING:
    import pandas as pd

LAST = 20
"""Updates at the end over which a share is taken."""

SEEDS = 5
"""Runs of each checker where all are compared; the slowest takes half a second."""

SCALES = {"GRPO": "group", "Dr. GRPO": "none"}


def ask(page: Page) -> VerifierParams:
    """The run on the controls."""
    controls, places = page.controls, st.columns([3, 2.2, 2.2, 1.3], vertical_alignment="bottom")
    with places[0]:
        checker = controls.choice("checker", "The checker accepts", list(CHECKERS))
    with places[1]:
        group = controls.slider("group", "Answers in a group", 2, 32)
    with places[2]:
        scale = controls.choice("scale", "Advantages", list(SCALES))
    with places[3], page.more():
        rate = controls.slider("sum_rate", "Learning rate", 0.1, 10.0, step=0.1)
        steps = controls.slider("sum_steps", "Updates", 50, 1000, step=50)
    return VerifierParams(checker=checker, group=group, scale=SCALES[scale], learning_rate=round(rate, 2), steps=steps)


def show(page: Page, params: VerifierParams) -> Scene:
    """The training, measured now, and what else there is to see of this task."""
    history = results.checker_run(params)
    silent = float(history.silent.mean())
    return Scene(
        badges=(Badge.MEASURED, Badge.TOY),
        draw=lambda: _figure(page, history),
        reading=lambda: _reading(history),
        panels=(
            Panel(
                "Group advantages",
                lambda: formulas.advantages(page, silent),
                checks=lambda: formulas.group_checks(page),
            ),
            Panel("All checkers", lambda: _checkers(page, params)),
        ),
        checks=lambda: history.checks,
        equations=EQUATIONS,
        code=lambda: [train_with_checker, verify, grpo_advantages],
        data=lambda: _frame(history),
        script=lambda: _script(params),
    )


def headline(history: VerifierHistory) -> str:
    """The finding in words, of the last updates together so that a single one does not decide."""
    paid, right, silent = (float(part[-LAST:].mean()) for part in (history.reward, history.exact, history.silent))
    if paid - right > 0.05:
        what = f"{told(paid)} of answers are paid, {told(right)} are right, and {told(silent)} of groups teach nothing"
        return what[0].upper() + what[1:]
    if silent > 0.9 and right > 0.98:
        left = "nothing is left to learn"
    elif silent > 0.9:
        left = "too few are paid to learn from" if paid < 0.1 else "most are all right or all wrong"
    else:
        left = "there is more to learn"
    what = f"{told(right)} of answers are right; {told(silent)} of groups teach nothing: {left}"
    return what[0].upper() + what[1:]


def told(share: float) -> str:
    """A share in whole percent, where 0% is none and 100% is all."""
    written = f"{share:.0%}"
    if written == "100%" and share < 1:
        return "over 99%"
    return "under 1%" if written == "0%" and share > 0 else written


def _figure(page: Page, history: VerifierHistory) -> None:
    roles = {"paid": "proxy", "right": "gold", "silent groups": "mass", "update": "query"}
    largest = float(history.moved.max()) or 1.0
    series = dict(zip(roles, (history.reward, history.exact, history.silent, history.moved / largest), strict=True))
    title = headline(history)
    fig = lines(
        series,
        look=page.look,
        title=title,
        x_label="update",
        y_label="share of all; update: of the largest",
        colors={name: page.look.role(role) for name, role in roles.items()},
        height=None,
        beside=np.zeros(1),
    )
    fig.update_yaxes(tickformat=".0%", rangemode="tozero")
    alt = f"Share of answers paid, share right, share of silent groups, and size of the update. {title}."
    page.plot(fig, name="sums", alt=alt)


def _reading(history: VerifierHistory) -> str:
    params = history.params
    said = "; ".join(f"{question} = <b>{escape(answer)}</b>" for question, answer in history.examples)
    idle = float((history.moved[-LAST:] == 0).mean())
    return (
        f"“{params.checker}”: {CHECKERS[params.checker]}. At the end: {said}. In the last {LAST} updates "
        f"<b>{told(history.silent[-LAST:].mean())}</b> of groups were silent, with {params.group} equal rewards, and "
        f"<b>{told(idle)}</b> of updates moved nothing at all."
    )


def _checkers(page: Page, params: VerifierParams) -> None:
    runs = {
        name: [results.checker_run(replace(params, checker=name, seed=seed)) for seed in range(SEEDS)]
        for name in CHECKERS
    }
    title = checkers_claim(runs)
    fig = figures.over_seeds(
        {name: [run.exact for run in arm] for name, arm in runs.items()},
        look=page.look,
        title=title,
        x_label="update",
        y_label="share exactly right",
    )
    fig.update_yaxes(tickformat=".0%", rangemode="tozero")
    page.plot(fig, name="checkers", alt=f"Share of right answers under three checkers. {title}.")
    words = "; ".join(f"“{name}” accepts when {what}" for name, what in CHECKERS.items())
    page.note(
        f"{words}. {SEEDS} seeds each: thin lines, and their mean. No "
        f"preference was asked for: the checker is the reward. {fooled_claim(runs)}"
    )


def checkers_claim(runs: Mapping[str, Sequence[VerifierHistory]]) -> str:
    """How much is right at the end under each checker, over seeds."""
    ends = {name: [100 * float(run.exact[-LAST:].mean()) for run in arm] for name, arm in runs.items()}
    return "Right at the end: " + ", ".join(f"“{name}” {span(values, 0)}%" for name, values in ends.items())


def fooled_claim(runs: Mapping[str, Sequence[VerifierHistory]]) -> str:
    """Which checkers are fooled at the end in every seed: nearly all answers are paid, and less than half is right."""
    fooled = [
        f"“{name}”"
        for name, arm in runs.items()
        if all(run.reward[-LAST:].mean() > 0.95 and run.exact[-LAST:].mean() < 0.5 for run in arm)
    ]
    if not fooled:
        return "Under no checker do all seeds end with nearly all answers paid and most of them wrong."
    return (
        f"Under {listed(fooled)} all seeds end with over 95% of answers paid and fewer than half of them right: where "
        "a checker sees less than the task, the policy has found what it does not see."
    )


def _frame(history: VerifierHistory) -> "pd.DataFrame":
    import pandas as pd

    names = ("reward", "exact", "length", "silent", "moved")
    return pd.DataFrame({"update": np.arange(len(history.reward)), **{name: getattr(history, name) for name in names}})


def _script(params: VerifierParams) -> str:
    return f"""from core.rlhf import VerifierParams, train_with_checker

history = train_with_checker({params!r})
# Shares in the last {LAST} updates, since a single one decides nothing.
for name in ("reward", "exact", "silent"):
    print(name, getattr(history, name)[-{LAST}:].mean())
for check in history.checks:
    print(check.name, check.error, check.bound)
"""

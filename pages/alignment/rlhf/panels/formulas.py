"""Panels about the formulas: the KL estimates, PPO's clip, the advantages of a group."""

import math
from fractions import Fraction

import numpy as np
import streamlit as st

from components.markdown import literally
from components.page import Page
from components.phrases import signed
from core.checks import Check
from core.rlhf import (
    EstimatorReport,
    best_of_n_distribution,
    best_of_n_kl,
    divergence,
    estimator_report,
    gibbs_optimum,
    grpo_advantages,
    log_partition,
    ppo_objective,
)
from pages.alignment.rlhf.figures import series as figures
from pages.alignment.rlhf.main import Shown
from pages.alignment.rlhf.words.learning import first_pass_claim

REFERENCE = np.array([0.2, 0.5, 0.3])
REWARDS = np.array([1.0, 0.0, -1.0])
NAMES = ("k1", "k2", "k3")
RATIOS = np.linspace(0, 2, 201)


def estimators(page: Page) -> None:
    """k1, k2 and k3 as estimates and as losses, in a world of three responses, with the exact values beside."""
    first, second = st.columns(2)
    with first:
        one = page.controls.slider("share_one", "π of response 1 (%)", 1, 98)
    with second:
        two = page.controls.slider("share_two", "π of response 2, of what is left (%)", 1, 99)
    policy = _policy(one, two)
    report = estimator_report(policy, REFERENCE)
    left, right = st.columns(2)
    with left:
        _as_estimates(page, report)
    with right:
        _as_losses(page, report)
    page.note(
        signed(
            f"π = {_row(policy)}, reference = {_row(REFERENCE)}. One sample of k1 can be as low as "
            f"<b>{report.least[0]:.2f}</b>, which is why logs show a negative KL; k3 is never below 0. "
            "Used as a loss without a ratio, k3 pulls along π − π_ref, the gradient of the KL in the other direction."
        )
    )
    _optimum(page)


def _as_estimates(page: Page, report: EstimatorReport) -> None:
    means = dict(zip(NAMES, report.mean, strict=True))
    bias = report.mean[1] / report.kl - 1 if report.kl > 1e-12 else 0.0
    title = signed(f"k1 and k3 average to the exact {report.kl:.3f}; k2 is off by {bias:+.0%}")
    fig = figures.bars(
        {**means, "exact KL": report.kl},
        look=page.look,
        title=title,
        y_label="nats, mean ± spread of one sample",
        errors=np.array([*report.sd, 0.0]),
        colors=[page.look.role("draft")] * 3 + [page.look.role("kl")],
    )
    page.plot(fig, name="estimators", alt=f"Means and spreads of three estimates of the KL. {title}.")


def _as_losses(page: Page, report: EstimatorReport) -> None:
    losses = {f"{name} as a loss": slope for name, slope in zip(NAMES, report.gradients, strict=True)}
    off = float(np.abs(report.gradients[2] - report.true_gradient).max())
    title = f"As losses: k1 pushes nothing, k2 is right, k3 is off by {off:.2f}"
    fig = figures.grouped_bars(
        {"true gradient": report.true_gradient, **losses},
        ["response 1", "response 2", "response 3"],
        look=page.look,
        title=title,
        y_label="slope of the logit",
    )
    page.plot(fig, name="estimator_gradients", alt=f"Expected gradients of three losses. {title}.")


def _policy(one: float, two: float) -> np.ndarray:
    """π from its two sliders: response 1, and the share of response 2 in what is left, in percent."""
    return np.array([one, (100 - one) * two / 100, (100 - one) * (1 - two / 100)]) / 100


def estimator_checks(page: Page) -> list[Check]:
    """Means and gradients of the estimates against the exact ones, and what is known of both optima."""
    policy = _policy(page.controls.value("share_one"), page.controls.value("share_two"))
    report = estimator_report(policy, REFERENCE)
    true, losses = report.true_gradient, report.gradients
    errors = {
        "k1 and k3 are unbiased": report.mean[[0, 2]] - report.kl,
        "E[grad k1] = 0": losses[0],
        "E[grad k2] = grad KL": losses[1] - true,
        "E[grad k3] = π − π_ref": losses[2] - policy + REFERENCE,
        "Ratio-weighted k3 is right": report.weighted_gradient - true,
    }
    found = [Check(name, float(np.abs(error).max()), 1e-10) for name, error in errors.items()]
    return [*found, *_optimum_checks(page.controls.value("optimum_beta"), page.controls.value("optimum_n"))]


def _row(values: np.ndarray) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def _optimum(page: Page) -> None:
    """What β does, without any training: the closed form, and best-of-n beside it."""
    st.markdown("**What β does, exactly**: rewards 1, 0, −1, and the policy that is best for each β.")
    first, second = st.columns(2)
    with first:
        beta = page.controls.slider("optimum_beta", "β", 0.0, 5.0, step=0.05)
    with second:
        count = page.controls.slider("optimum_n", "n of best-of-n", 1, 64)
    optimum = gibbs_optimum(REFERENCE, REWARDS, beta=beta)
    best = best_of_n_distribution(REFERENCE, REWARDS, count)
    title = signed(
        f"β {beta:g} earns {optimum @ REWARDS:.2f} at {divergence(optimum, REFERENCE):.2f} nats; "
        f"best of {count} earns {best @ REWARDS:.2f} at {divergence(best, REFERENCE):.2f}"
    )
    fig = figures.grouped_bars(
        {"reference": REFERENCE, f"optimum for β {beta:g}": optimum, f"best of {count}": best},
        ["reward 1", "reward 0", "reward −1"],
        look=page.look,
        title=title,
        y_label="probability",
    )
    page.plot(fig, name="optimum", alt=f"Probabilities of three responses. {title}.")


def _optimum_checks(beta: float, count: int) -> list[Check]:
    kl_best = divergence(best_of_n_distribution(REFERENCE, REWARDS, count), REFERENCE)
    checks = [Check("Best-of-n stays under log n − (n − 1)/n", max(0.0, kl_best - best_of_n_kl(count)), 1e-9)]
    if beta > 0:
        optimum = gibbs_optimum(REFERENCE, REWARDS, beta=beta)
        value = optimum @ REWARDS - beta * divergence(optimum, REFERENCE)
        log_z = log_partition(REFERENCE, REWARDS, beta=beta)
        checks.append(Check("E[r] − β KL = β log Z", float(abs(value - beta * log_z)), 1e-9))
    return checks


def clip(shown: Shown) -> None:
    """PPO's objective for one word, by its ratio and the sign of its advantage."""
    page = shown.page
    one, two, three = st.columns(3)
    with one:
        ratio = page.controls.slider("ratio", "Ratio π / π_old", 0.0, 2.0, step=0.05)
    with two:
        sign = page.controls.choice("sign", "Advantage", ["+1", "−1"])
    with three:
        width = page.controls.slider("clip", "Clip", 0.05, 0.5, step=0.05)
    advantage, objective = _objective(sign, width)
    here = float(ppo_objective(ratio, advantage, clip=width))
    idle = ratio > 1 + width if advantage > 0 else ratio < 1 - width
    state = "no gradient: the word has moved enough" if idle else "the gradient still pushes"
    page.plot(
        figures.clip_figure(
            RATIOS,
            objective,
            (ratio, here),
            clip=width,
            look=page.look,
            title=f"Ratio {ratio:.2f}, advantage {sign}: {state}",
        ),
        name="clip",
        alt=f"PPO's clipped objective against the ratio. {state}.",
    )
    page.note(
        signed(
            f"The objective is <b>{here:.2f}</b>. The clip is one-sided: with advantage −1 a ratio of 1.5 is not "
            "clipped, since the word has moved the wrong way and must come back. At the first pass every ratio is 1 "
            "and PPO's advantages have mean 0, so the loss is 0 and says nothing; the gradient is not 0. "
            f"{first_pass_claim(shown.history)}"
        )
    )


def _objective(sign: str, width: float) -> tuple[float, np.ndarray]:
    """The advantage of this sign, and the objective over RATIOS with it."""
    advantage = 1.0 if sign == "+1" else -1.0
    return advantage, ppo_objective(RATIOS, np.full_like(RATIOS, advantage), clip=width)


def clip_checks(page: Page) -> list[Check]:
    """The clipped objective against its two straight pieces: flat beyond the clip, on one side only."""
    width = page.controls.value("clip")
    advantage, objective = _objective(page.controls.value("sign"), width)
    pieces = np.where(1 + width < RATIOS, 1 + width, RATIOS) if advantage > 0 else -np.maximum(RATIOS, 1 - width)
    worst = float(np.abs(objective - pieces).max())
    return [Check("A min(ρ, 1 + ε) for A > 0, A max(ρ, 1 − ε) for A < 0", worst, 1e-12, "largest error over the grid")]


def advantages(page: Page, silent_share: float | None) -> None:
    """What a group of rewards teaches, with and without the division by its spread.

    Args:
        silent_share: how many of the groups of the run had equal rewards; None where it has no groups.
    """
    typed = page.controls.text("rewards", "Rewards of one group, 2 to 16 numbers with commas between")
    try:
        rewards, both = _both_advantages(typed)
    except ValueError as error:
        st.warning(f"This is no group of rewards: {literally(str(error))}")
        return
    silent = not both["GRPO"].any()
    best, centered = (_signed(both[name].max()) for name in ("GRPO", "Dr. GRPO"))
    places = [signed(f"#{place + 1}, reward {reward:.12g}") for place, reward in enumerate(rewards)]
    title = (
        "All rewards are equal, so all advantages are 0: this group teaches nothing"
        if silent
        else f"The best answer gets {best} in GRPO and {centered} in Dr. GRPO"
    )
    fig = figures.grouped_bars(both, places, look=page.look, title=title, y_label="advantage")
    page.plot(fig, name="advantages", alt=f"Advantages of a group of rewards. {title}.")
    measured = (
        ""
        if silent_share is None
        else f" In the run of the main figure, <b>{silent_share:.1%}</b> of groups were silent."
    )
    page.note(
        f"{spread_told(rewards)} Dividing by the spread lifts small differences to the size of large ones; without it "
        f"small differences stay small.{measured} Groups fall silent once every answer is paid, or none is: the task "
        "of adding small numbers shows it happen."
    )


def _signed(value: float) -> str:
    """An advantage with its sign; one that two digits behind the point would hide has its power of ten."""
    return signed(f"{value:+.2f}" if abs(value) >= 0.005 else f"{value:+.0e}")


def spread_told(rewards: np.ndarray) -> str:
    """What the 1e-4 beside the spread does to the advantages of this group."""
    spread = float(np.std(rewards, ddof=1))
    if not np.ptp(rewards):
        return "The spread is 0: each reward minus the mean is 0, and the 1e-4 only keeps 0 from being divided by 0."
    share = 1e-4 / (spread + 1e-4)
    small = f"takes <b>{share:.0%}</b> of each advantage" if share >= 0.005 else "takes less than 1%"
    return f"The spread is <b>{spread:.2g}</b>; the 1e-4 that GRPO adds to it {small}."


def group_checks(page: Page) -> list[Check]:
    """The advantages of the typed group against exact arithmetic."""
    try:
        rewards, both = _both_advantages(page.controls.value("rewards"))
    except ValueError:
        return []
    return advantage_checks(rewards, both)


def advantage_checks(rewards: np.ndarray, both: dict[str, np.ndarray]) -> list[Check]:
    """Both kinds of advantages against fractions, and against those of 3 r + 7, whose closed form is known.

    With s the spread of r, 3 r + 7 has the advantages 3 (r - mean) / (3 s + 1e-4): those of r but for the 1e-4.
    """
    exact = [Fraction(float(reward)) for reward in rewards]
    mean = sum(exact) / len(exact)
    off = np.array([float(reward - mean) for reward in exact])
    spread = math.sqrt(sum((reward - mean) ** 2 for reward in exact) / (len(exact) - 1))
    # Rounding of the rewards' mean, which a small spread magnifies.
    rounding = 8 * float(np.finfo(float).eps) * len(exact) * (float(np.abs(rewards).max()) + 1)
    bound = rounding * 10 / (spread + 1e-4) + 1e-12
    moved = grpo_advantages(3 * rewards + 7)
    return [
        Check("GRPO's advantages are (r − mean) / (s + 1e-4)", _worst(both["GRPO"], off / (spread + 1e-4)), bound),
        Check("Dr. GRPO's advantages are r − mean", _worst(both["Dr. GRPO"], off), rounding + 1e-12),
        Check("3 r + 7 has those of 3 (r − mean) / (3 s + 1e-4)", _worst(moved, 3 * off / (3 * spread + 1e-4)), bound),
    ]


def _worst(found: np.ndarray, right: np.ndarray) -> float:
    return float(np.abs(found - right).max())


def _both_advantages(typed: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The typed rewards, and their advantages with and without the division by their spread."""
    rewards = _group(typed)
    return rewards, {"GRPO": grpo_advantages(rewards), "Dr. GRPO": grpo_advantages(rewards, scale="none")}


def _reward(typed: str) -> float:
    """One of them; ValueError where it is no number."""
    try:
        return float(typed)
    except ValueError as error:
        raise ValueError(f"“{typed[:20]}” is no number; they must be 2 to 16 numbers with commas between.") from error


def _group(typed: str) -> np.ndarray:
    """The numbers that were typed; ValueError where they are no group."""
    rewards = np.array([_reward(part.strip()) for part in typed.split(",") if part.strip()])
    if not 2 <= len(rewards) <= 16 or not np.isfinite(rewards).all() or (np.abs(rewards) > 1e6).any():
        count = f"{len(rewards)} reward{'' if len(rewards) == 1 else 's'}"
        raise ValueError(f"{count}; they must be 2 to 16 finite numbers of at most a million.")
    return rewards

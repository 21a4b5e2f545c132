"""The visitor as the reward model: labels pairs, sees what is learned from them, and what follows it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from components.phrases import signed
from components.refusals import told
from components.screens import alive
from core.checks import Check
from core.rlhf import (
    COUNTED,
    PLACES,
    WORDS,
    Judgment,
    RewardFit,
    TiltedRun,
    best_of_n_kl,
    best_of_n_weights,
    centered,
    differences,
    features,
    fit_rewards,
    gold_agreement,
    gold_interval,
    gold_reward,
    judged_by,
    judgments_to_json,
    most_informative,
    random_responses,
    run_against,
    settled_by,
    texts,
    tilt_checks,
    tilted,
    unasked,
)
from pages.alignment.rlhf import judged
from pages.alignment.rlhf.figures import judge as figures
from pages.alignment.rlhf.panels.labeling import FAIR, PARTNERS, TELLING, pair_and_buttons, settings
from pages.alignment.rlhf.words.judge import (
    STANDARD,
    agreement_claim,
    cut_claim,
    diamonds_claim,
    few_claim,
    followed_claim,
    owned,
    weights_claim,
)

NAMES = (*WORDS[1:], "length")
BLANK = RewardFit(np.zeros(len(NAMES)), np.ones(len(NAMES)), 0.0, np.eye(len(NAMES)))
"""What is known before the first label: the prior alone."""

HACK = WORDS.index("light")
COUNTS = (1, 4, 16, 64, 256, 1024)
"""n of best-of-n."""

ANSWERS = 2048
"""Answers of the start from which the best are chosen."""

AWAITED = "Once a pair is labeled{by}, a policy leaves the start and follows what is liked"
"""What becomes of the start, which is all that can be shown before the first label."""

PARTED = "“length” is what one more word adds, a word what it adds beyond"
"""What the twelve weights are."""

TRADED = f"{PARTED}: the length is the sum of all counts, so no label tells more of them apart."
"""Why they are told as eleven and a mean."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What is learned from labels: by the visitor, and by the partner on the same pairs."""

    own: tuple[Judgment, ...]
    every: tuple[Judgment, ...]
    fit: RewardFit | None

    @property
    def run(self) -> TiltedRun | None:
        """The policy that follows the learned reward; None before the first label."""
        return None if self.fit is None else _run(tuple(float(weight) for weight in self.fit.weights))


@lru_cache(maxsize=32)
def _run(weights: tuple[float, ...]) -> TiltedRun:
    return run_against(np.array(weights))


def learned(page: Page) -> Judged:
    """The fit of what is labeled now."""
    own = judged.labels()
    partner = PARTNERS.get(page.controls.value("partner"))
    every = own if partner is None else (*own, *judged_by(partner, own))
    return Judged(own, every, fit_rewards(differences(every)) if every else None)


def draw(page: Page) -> None:
    """The pair and its two buttons, the weights, and what follows them."""
    now = learned(page)
    pair = _asked(page, now)
    judged.mirror(pair)
    pair_and_buttons(pair, len(now.own))
    settings(page, now.own)
    error = judged.refused()
    if error is not None:
        told(error)
    height = room(page.look, 230 if page.look.presenter else 220)
    left, right = st.columns([1, 1.25])
    with left:
        _weights(page, now, height)
    with right:
        _followed(page, now, height)
    page.note(reading(page, now))


def _asked(page: Page, now: Judged) -> Judgment | None:
    """The pair to label next; None where all of them are labeled."""
    left = unasked(now.own)
    if not left:
        return None
    return most_informative(now.fit or BLANK, left) if page.controls.value("next_pair") == TELLING else left[0]


def _weights(page: Page, now: Judged, height: int) -> None:
    told = centered(now.fit or BLANK)
    own = None if len(now.own) == len(now.every) else len(now.own)
    title = weights_claim(None if now.fit is None else told, NAMES, len(now.every), own=own)
    fig = figures.weights(
        NAMES, told.weights / COUNTED, told.spread / COUNTED, look=page.look, title=title, height=height
    )
    page.plot(fig, name="own_weights", alt=f"The weight of each word and of length, with its spread. {title}.")


@lru_cache(maxsize=1)
def _pool() -> tuple[np.ndarray, np.ndarray]:
    """Features and gold of answers of the start."""
    drawn = random_responses(ANSWERS, seed=15)
    return features(drawn), gold_reward(drawn)


def best_of(fit: RewardFit) -> dict[str, np.ndarray]:
    """What is expected of the best of n answers of the start by a learned reward, over all subsets."""
    seen, gold = _pool()
    proxy = fit.reward(seen)
    chances = np.array([best_of_n_weights(proxy, n) for n in COUNTS])
    return {
        "n": np.array(COUNTS),
        "kl": np.array([best_of_n_kl(n) for n in COUNTS]),
        "proxy": chances @ proxy,
        "gold": chances @ gold,
    }


def _followed(page: Page, now: Judged, height: int) -> None:
    shown = page.controls.value("gold_shown")
    names = ("proxy", "gold") if shown else ("proxy",)
    if now.fit is None or now.run is None:
        title = AWAITED.format(by=alive(", with a button or with ← and →"))
        run = {name: getattr(_run((0.0,) * len(NAMES)), name)[0] for name in names}
        fig = figures.start(run, look=page.look, title=title, height=height)
        page.plot(fig, name="own_start", alt=f"The rewards of the start, which no policy has left. {title}.")
        return
    run = {"kl": now.run.kl, **{name: getattr(now.run, name) for name in names}}
    shared = len(now.every) > len(now.own)
    title = followed_claim(now.run, gold_shown=shown, shared=shared)
    fig = figures.followed(
        run, best_of(now.fit), page.controls.value("followed"), look=page.look, title=title, height=height
    )
    page.plot(fig, name="own_run", alt=f"Reward and gold as a policy follows {owned(shared)}. {title}.")


def reading(page: Page, now: Judged) -> str:
    """The labels in numbers: how sure they are, what they say of the hack before any policy, what the policy says."""
    if now.fit is None or now.run is None:
        return (
            f"{STANDARD} Each label moves the weights of the words that differ; a bar is one spread. {TRADED} "
            f"{few_claim(FAIR, settled_by(FAIR))} Labels stay in this tab: no link and no log has them."
        )
    fit, step, shown = now.fit, page.controls.value("followed"), page.controls.value("gold_shown")
    light = np.full((1, PLACES), HACK)
    worth, spread = float(fit.reward(features(light))[0]), float(fit.spread_of(features(light))[0])
    above = float(np.mean(worth > fit.reward(_pool()[0])))
    policy = now.run.policies[step]
    answers = texts(policy.drawn(2, seed=step))
    said = "; ".join(f"“{text}”" for text in answers) + cut_claim(answers)
    gold = (
        f", gold 1 − 0.5 · 13 repeats − 0.15 · 8 words beyond six = <b>{gold_reward(light)[0]:.1f}</b>" if shown else ""
    )
    agreement = f" {agreement_claim(gold_agreement(fit), *gold_interval(fit))}." if shown else ""
    return signed(
        f"Before any policy, “light” fourteen times has a learned reward of <b>{worth:+.1f}</b>, spread "
        f"<b>{spread:.1f}</b>, above <b>{above:.0%}</b> of the answers of the start, the untrained policy{gold}."
        f"{agreement}{_partner(page, now)} {PARTED}. At step {step}, the dotted line, the policy has a KL of "
        f"<b>{policy.kl:.1f}</b> nats from the start and says {said}. "
        f"{diamonds_claim(COUNTS, shared=len(now.every) > len(now.own))}"
    )


def _partner(page: Page, now: Judged) -> str:
    """How often the partner labels as the visitor does."""
    if len(now.every) == len(now.own):
        return ""
    partner = now.every[len(now.own) :]
    alike = np.mean([one.prefers_first == two.prefers_first for one, two in zip(now.own, partner, strict=True)])
    return f" The second rater labels <b>{alike:.0%}</b> of your pairs as you do."


def checks(page: Page) -> list[Check]:
    """The slope at the fitted weights, and the closed forms of the policy, at first the start, against what it says."""
    now = learned(page)
    if now.fit is None:
        none = np.zeros(len(NAMES))
        return list(tilt_checks(tilted(none, 0), none, seed=1)[:1])
    return own_checks(now, page.controls.value("followed"))


def own_checks(now: Judged, step: int) -> list[Check]:
    """The identities of a fit that is there."""
    if now.fit is None or now.run is None:
        raise ValueError("There is no fit before the first label.")
    rows = differences(now.every)
    slope = now.fit.weights - rows.T @ (1 / (1 + np.exp(rows @ now.fit.weights)))
    return [
        Check("The fit has no slope left", float(np.abs(slope).max()), 1e-8 * (1 + len(rows)), "prior and labels"),
        *tilt_checks(now.run.policies[step], now.fit.weights, seed=step + 1),
    ]


def script(page: Page) -> str:
    """The fit of the labels and the policy that follows it, with `core` alone."""
    now = learned(page)
    if not now.every:
        return """import numpy as np
from core.rlhf import run_against

start = run_against(np.zeros(12), steps=1)  # no label yet: the reward is 0, and the policy stays
print("gold", start.gold[0], " length", start.length[0])
"""
    partner = PARTNERS[page.controls.value("partner")]
    second = (
        "" if partner is None else f"labels += judged_by({partner!r}, labels)  # a second rater, on the same pairs\n"
    )
    return f"""from core.rlhf import (
    COUNTED, Rater, centered, differences, fit_rewards, gold_agreement, gold_interval, judged_by, judgments_from_json,
    run_against,
)

labels = judgments_from_json({judgments_to_json(now.own)!r})
{second}fit = fit_rewards(differences(labels))
told = centered(fit)
print("points for each word", told.weights / COUNTED, "+-", told.spread / COUNTED)
print("log-likelihood", fit.log_likelihood)
print("unseen pairs in gold order", gold_agreement(fit))
print("of the weights that are possible 5 % and 95 % have less than", gold_interval(fit))
run = run_against(fit.weights)
print("proxy", run.proxy[0], "->", run.proxy[-1], " gold", run.gold[0], "->", run.gold[-1])
"""

"""A run of the toy policy on screen: the main figure, its reading, its exports."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.figures.heights import main_height, notice
from components.page import Page
from components.phrases import between, signed
from core.checks import Check
from core.rlhf import (
    BETAS,
    COLLAPSE,
    PAIRS,
    SEEDS,
    RunHistory,
    RunParams,
    best_of_n_kl,
    gold_parts,
    gold_reward,
    recorded_arms,
    recorded_variants,
    texts,
    usual,
)
from pages.alignment.rlhf import choices
from pages.alignment.rlhf.figures import run as figures
from pages.alignment.rlhf.topic import SIZES, SPREADS
from pages.alignment.rlhf.words.overoptimization import (
    beta_claim,
    beta_ends_claim,
    cure_claim,
    pairs_claim,
    penalties_claim,
    penalty_ends_claim,
    recorded_sizes_claim,
)

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Nearest:
    """Why the nearest recorded run stands for the one that the controls describe.

    Args:
        why: theirs is not in view, in a sentence.
        draw: says so above the figure, or offers to train it.
        above: the pixels that this takes.
    """

    why: str
    draw: Callable[[], object]
    above: int


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: a run, a step of it, and what it is compared with."""

    page: Page
    history: RunHistory
    step: int
    axis: str
    compare: str
    nearest: Nearest | None = None
    """Why the run is not the one that the controls describe, where only its nearest was recorded."""

    @property
    def by_n(self) -> bool:
        """Whether the steps are values of n."""
        return len(self.history.n) > 0

    def place(self, history: RunHistory) -> np.ndarray:
        """Where each step of a run stands on the axis."""
        if self.axis == "√KL":
            return np.asarray(np.sqrt(np.maximum(history.kl, 0)))
        return np.log2(history.n) if len(history.n) else np.arange(len(history.kl))

    @property
    def label(self) -> str:
        """The name of the axis."""
        if self.axis == "√KL":
            return "√KL from the start (√nats)"
        return "log₂ n" if self.by_n else "step"

    def name(self, step: int) -> str:
        """What a step is called."""
        return f"n = {self.history.n[step]}" if self.by_n else f"step {step}"

    @property
    def said(self) -> list[figures.Said]:
        """What the policy says at each step."""
        return said_in(self.history)


def told_in_view(shown: Shown, run: RunHistory, why: str) -> int:
    """Tells which run is in view and why it is not the one that the controls ask for; the pixels that this takes.

    Args:
        why: a sentence; nothing is told where it is empty.
    """
    if not why:
        return 0
    told = f"{why} In view: {choices.described(run.params)}."
    st.info(told)
    return notice(shown.page.look, told)


@lru_cache(maxsize=64)
def said_in(history: RunHistory) -> list[figures.Said]:
    """What the policy says at each step of a run; the run is one object for all visitors, and known by that."""
    flat = history.samples.reshape(-1, history.samples.shape[-1]).astype(int)
    words, gold = texts(flat), gold_reward(flat).reshape(history.sample_proxy.shape)
    count = history.samples.shape[1]
    return [
        figures.Said(words[place * count : (place + 1) * count], history.sample_proxy[place], gold[place])
        for place in range(len(history.kl))
    ]


LARGE_RATE = 0.3
"""A learning rate from which a single update of Adam outweighs the weights."""

BY_WIDTH = """<style>
@media (max-width: 640px) { :has(> .st-key-rlhf_wide) { display: none; } }
@media (min-width: 641px) { :has(> .st-key-rlhf_narrow) { display: none; } }
</style>"""
"""Beside each other, curves and words need a desk; on a phone the words stand below, where lines can break.

What is hidden is the wrapper of each container, which would leave a gap behind.
"""


def main_figure(shown: Shown) -> None:
    """Proxy and gold, runs to compare with, and what the policy says."""
    history = shown.history
    if shown.nearest is not None:
        shown.nearest.draw()
    others = choices.comparisons(shown.page.controls.values(), shown.compare, history.params)
    same = {name: run for name, run in others.items() if shown.axis == "√KL" or (len(run.n) > 0) == shown.by_n}
    beside = {name: (shown.place(run), run.gold) for name, run in same.items()}
    for name, (kl, gold) in choices.apart(shown.compare, history.params).items():
        beside[name] = (np.sqrt(np.maximum(kl, 0)) if shown.axis == "√KL" else np.arange(len(kl)), gold)
    title = signed(compared(history, shown.compare, shown.axis) or headline(history))
    curves: dict[str, Any] = {
        "others": beside,
        "arm": choices.own_name(shown.compare, history.params) if beside else "",
        "step": shown.step,
        "x_label": shown.label,
        "look": shown.page.look,
        "title": title,
    }
    run = (shown.place(history), history.proxy, history.gold)
    names = [shown.name(place) for place in range(len(history.kl))]
    alt = f"Proxy and gold reward against {shown.label}, and sample responses at {shown.name(shown.step)}. {title}."
    wide = figures.run_figure(*run, shown.said, step_name=names, height=height_of(shown, title), **curves)
    narrow = figures.curves_figure(*run, **curves, letter=figures.NARROW)
    st.html(BY_WIDTH)
    with st.container(key="rlhf_wide"):
        shown.page.plot(wide, name="run", alt=alt, on_click=lambda point: {"step": int(point[0])})
    with st.container(key="rlhf_narrow"):
        shown.page.plot(narrow, name="run_narrow", alt=alt, on_click=lambda point: {"step": int(point[0])})
        st.html(f'<div style="line-height:1.45">{spoken(shown)}</div>')


def height_of(shown: Shown, title: str) -> int:
    """The height of the main figure, which leaves room for what stands above it and for its sentence."""
    above = shown.nearest.above if shown.nearest else 0
    told = shown.page.lead + reading(shown)
    return main_height(shown.page.look, title=title, reading=told, above=above)


def spoken(shown: Shown) -> str:
    """What the policy says at the step, with both rewards, as a list; what it says several times stands once."""
    said, look = shown.said[shown.step], shown.page.look
    times = Counter(said.texts)
    rewards = dict(zip(said.texts, zip(said.proxy, said.gold, strict=True), strict=True))
    lines = "".join(
        f"<li><b class='tint' style='--role:{look.role('proxy')}'>{proxy:+.1f}</b> proxy, "
        f"<b class='tint' style='--role:{look.role('gold')}'>{gold:+.1f}</b> gold: {escape(text) or '(nothing)'}"
        f"{f' (<b>{times[text]}</b> of {len(said.texts)} samples)' if times[text] > 1 else ''}</li>"
        for text, (proxy, gold) in rewards.items()
    )
    return signed(f"What it says at {shown.name(shown.step)}: <ul>{lines}</ul>")


def worked(shown: Shown) -> str:
    """The gold reward of one response at the step, by hand: the one that repeats most, which shows every part."""
    responses = shown.history.samples[shown.step].astype(int)
    parts = gold_parts(responses)
    place = int(parts[:, 1].argmax())
    useful, repeats, beyond = parts[place]
    text = escape(texts(responses[place : place + 1])[0]) or "(nothing)"
    return signed(
        f"“{text}”: distinct useful words {useful:.0f}, repeats {repeats:.0f}, words beyond six {beyond:.0f}; "
        f"gold = {useful:.0f} − 0.5 · {repeats:.0f} − 0.15 · {beyond:.0f} = <b>{gold_reward(responses)[place]:.2f}</b>."
    )


def compared(history: RunHistory, compare: str, axis: str = "step") -> str:
    """What the recorded seeds say of a comparison; nothing where runs were not recorded over seeds for it.

    Penalties are told where their curves can show it: at one KL over √KL, by their ends over the steps.
    """
    params = history.params
    if compare == "beta" and params == usual(beta=params.beta, pairs=params.pairs, seed=params.seed):
        runs = recorded_arms({beta: usual(beta=beta, pairs=params.pairs) for beta in BETAS})
        told = beta_claim if axis == "√KL" else beta_ends_claim
        return told(runs, params.beta or BETAS[3]) if all(runs.values()) and params.beta in runs else ""
    if compare == "pairs" and params == usual(beta=params.beta, pairs=params.pairs, seed=params.seed):
        by_pairs = recorded_arms({count: usual(beta=params.beta, pairs=count) for count in PAIRS})
        return pairs_claim(by_pairs) if all(by_pairs.values()) else ""
    if choices.apart(compare, params):
        table = recorded_variants()
        if compare == SIZES:
            return recorded_sizes_claim(table)
        return penalties_claim(table) if axis == "√KL" else penalty_ends_claim(table)
    return ""


def lacking(history: RunHistory, compare: str) -> str:
    """With which run other sizes and penalties can be compared, where they cannot with this one; else nothing."""
    if compare not in choices.APART or choices.apart(compare, history.params):
        return ""
    seeds = f"{SEEDS[0]} to {SEEDS[-1]}"
    return f" Other {compare} are recorded beside PPO with β 0, 500 pairs, seeds {seeds}, and all else as usual."


FALL = 0.3
"""Points of gold beyond which a change is told: three times the error of a step's mean over 128 responses."""


def headline(history: RunHistory) -> str:
    """The finding in words."""
    gold, proxy, peak = history.gold, history.proxy, history.peak
    fell, rose = gold[peak] - gold[-1] > FALL, gold[peak] - gold[0] > FALL
    if history.diverged_at is not None:
        return f"The run diverged in the update after step {history.diverged_at}: its numbers are not finite any more"
    if len(history.n):
        best = int(gold.argmax())
        end = f"; at n = {history.n[-1]} it is down to {gold[-1]:.1f}" if gold[best] - gold[-1] > 0.1 else ""
        return f"Best-of-n lifts gold from {gold[0]:.1f} to {gold[best]:.1f} at n = {history.n[best]}{end}"
    if fell and rose and proxy[-1] > proxy[peak] + 0.5:
        return (
            f"Reward hacking: the proxy climbs to {proxy[-1]:.1f} while gold falls from {gold[peak]:.1f} "
            f"at step {peak} to {gold[-1]:.1f}"
        )
    if history.collapsed_at is not None:
        return (
            f"The policy collapsed at step {history.collapsed_at}: it ends by saying one thing only, "
            f"proxy {proxy[-1]:.1f}, gold {gold[-1]:.1f}"
        )
    if fell and rose:
        return f"Gold peaks at {gold[peak]:.1f} at step {peak}, then falls to {gold[-1]:.1f}"
    if gold[-1] - gold[0] > FALL:
        along = " with the proxy" if proxy[-1] - proxy[0] > FALL else ""
        return f"Gold rises{along}, from {gold[0]:.1f} to {gold[-1]:.1f} in {len(gold)} steps"
    if gold[0] - gold[-1] > FALL:
        return f"Gold falls from {gold[0]:.1f} to {gold[-1]:.1f}, at a KL of {history.kl[-1]:.1f} nats"
    return f"Little happens: gold {between(gold[0], gold[-1])}, at a KL of {history.kl[-1]:.1f} nats"


def fate(history: RunHistory) -> str:
    """What went wrong with a run, in a sentence; nothing where it went its way."""
    told = ""
    if history.diverged_at is not None:
        told = f" The update after step {history.diverged_at} gave numbers that are not finite; all before it is kept."
    elif history.collapsed_at is not None:
        told = (
            f" Entropy first fell below {COLLAPSE} nats a word at step {history.collapsed_at}, and the run ends "
            "saying one thing only."
        )
    if history.params.learning_rate >= LARGE_RATE:
        told += (
            f" Adam moves every weight by about the learning rate, here {history.params.learning_rate:g}, in each "
            "update: more than the weights themselves measure."
        )
    return told


def reading(shown: Shown) -> str:
    """The live sentence: the state of the run at the step."""
    history, step, look = shown.history, shown.step, shown.page.look
    tell = {name: float(getattr(history, name)[step]) for name in ("kl", "proxy", "gold", "length", "entropy")}
    bound = ""
    if shown.by_n:
        bound = f" (the formula log n − (n − 1)/n says {best_of_n_kl(int(history.n[step])):.2f})"
    alone = f" The curves are those of seed {history.params.seed} alone." if compared(history, shown.compare) else ""
    if shown.compare == SPREADS and shown.axis == "step" and alone:
        alone += f" {cure_claim(recorded_variants())}"
    warning = f" {history.reward_fit.warning}" if history.reward_fit.warning else ""
    aside = lacking(history, shown.compare)
    return signed(
        f"At {shown.name(step)}: proxy <b class='tint' style='--role:{look.role('proxy')}'>{tell['proxy']:.2f}</b>, "
        f"gold <b class='tint' style='--role:{look.role('gold')}'>{tell['gold']:.2f}</b>, "
        f"KL <b class='tint' style='--role:{look.role('kl')}'>{tell['kl']:.2f}</b> nats{bound}, "
        f"<b>{tell['length']:.1f}</b> words, entropy <b>{tell['entropy']:.2f}</b> nats."
        f"{alone}{aside}{fate(history)}{warning}"
    )


def checks_over(runs: Iterable[RunHistory]) -> list[Check]:
    """The identities of several runs, each with its largest error among them."""
    every = [check for run in runs for check in run.checks]
    worst = {check.name: check for check in sorted(every, key=lambda check: check.error / check.bound)}
    return list(worst.values())


def live(page: Page, curves: Mapping[str, np.ndarray]) -> None:
    """The curves of a run that still goes on."""
    fig = figures.live_curves(curves, look=page.look)
    page.plot(fig, name="live", alt="Proxy and gold reward so far.")


def export_frame(shown: Shown) -> "pd.DataFrame":
    """Every series of the run, one line for each step."""
    import pandas as pd

    history = shown.history
    main = {name: getattr(history, name) for name in ("kl", "proxy", "gold", "length", "entropy")}
    first = {"n": history.n} if shown.by_n else {"step": np.arange(len(history.kl))}
    return pd.DataFrame({**first, **main, **history.metrics})


def arguments_of(params: RunParams) -> str:
    """The arguments of a run that are not the defaults, as Python."""
    fields = ((name, getattr(params, name)) for name in RunParams.__dataclass_fields__)
    return ", ".join(f"{name}={value!r}" for name, value in fields if value != getattr(RunParams(), name))


def script(shown: Shown) -> str:
    """A script that trains the run on screen with `core` alone."""
    return f"""from core.rlhf import Rater, RunParams, texts, train

history = train(RunParams({arguments_of(shown.history.params)}))
step = {shown.step}
print("gold", history.gold[0], "->", history.gold[-1], " KL", history.kl[-1])
print("at", {shown.name(shown.step)!r}, "proxy", history.proxy[step], "gold", history.gold[step])
for response in texts(history.samples[step].astype(int)):
    print(response)
for check in history.checks:
    print(check.name, check.error, check.bound)
"""


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.rlhf import PpoLearner, bradley_terry_loss, dpo_loss, grpo_advantages, kl_estimates, ppo_objective

    return [gold_reward, bradley_terry_loss, kl_estimates, ppo_objective, grpo_advantages, dpo_loss, PpoLearner.update]

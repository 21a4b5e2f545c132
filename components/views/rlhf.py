"""The main figure of the RLHF page, its reading, and the panel with every series of the run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from components import rlhf_results as results
from components.figures import rlhf as figures
from components.page import Page
from core.rlhf import RunHistory, best_of_n_kl, gold_reward, texts


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: a run, a step of it, and what it is compared with."""

    page: Page
    history: RunHistory
    step: int
    axis: str
    compare: str

    @property
    def by_n(self) -> bool:
        """Whether the steps are values of n."""
        return len(self.history.n) > 0

    def place(self, history: RunHistory) -> np.ndarray:
        """Where each step of a run stands on the axis."""
        if self.axis == "√KL":
            return np.sqrt(np.maximum(history.kl, 0))
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


def main_figure(shown: Shown) -> None:
    """Proxy and gold, runs to compare with, and what the policy says."""
    history = shown.history
    others = results.comparisons(shown.page.controls.values(), shown.compare)
    same = {name: run for name, run in others.items() if shown.axis == "√KL" or (len(run.n) > 0) == shown.by_n}
    title = headline(history)
    fig = figures.run_figure(
        shown.place(history),
        history.proxy,
        history.gold,
        shown.said,
        others={name: (shown.place(run), run.gold) for name, run in same.items()},
        step=shown.step,
        step_name=[shown.name(place) for place in range(len(history.kl))],
        x_label=shown.label,
        look=shown.page.look,
        title=title,
    )
    alt = f"Proxy and gold reward against {shown.label}, and sample responses at {shown.name(shown.step)}. {title}."
    shown.page.plot(fig, name="run", alt=alt, on_click=lambda point: {"step": int(point[0])})


def headline(history: RunHistory) -> str:
    """The finding in words."""
    gold, proxy, peak = history.gold, history.proxy, history.peak
    if history.diverged_at is not None:
        return f"The run diverged at step {history.diverged_at}: numbers stopped being finite, and the curves end there"
    if len(history.n):
        best = int(gold.argmax())
        end = f"; at n = {history.n[-1]} it is down to {gold[-1]:.1f}" if gold[best] - gold[-1] > 0.1 else ""
        return f"Best-of-n lifts gold from {gold[0]:.1f} to {gold[best]:.1f} at n = {history.n[best]}{end}"
    if gold[peak] - gold[-1] > 0.5 and proxy[-1] > proxy[peak]:
        return (
            f"Reward hacking: the proxy climbs to {proxy[-1]:.1f} while gold falls from {gold[peak]:.1f} "
            f"at step {peak} to {gold[-1]:.1f}"
        )
    if history.collapsed:
        return f"The policy collapsed: it ends by saying one thing only, with gold {gold[-1]:.1f}"
    if gold[-1] - gold[0] > 0.3:
        return f"Gold rises with the proxy, from {gold[0]:.1f} to {gold[-1]:.1f} in {len(gold)} steps"
    return f"Little happens: gold goes from {gold[0]:.1f} to {gold[-1]:.1f}, at a KL of {history.kl[-1]:.1f}"


def reading(shown: Shown) -> str:
    """The live sentence: the state of the run at the step."""
    history, step, look = shown.history, shown.step, shown.page.look
    tell = {name: float(getattr(history, name)[step]) for name in ("kl", "proxy", "gold", "length", "entropy")}
    bound = ""
    if shown.by_n:
        bound = f" (the formula log n − (n − 1)/n says {best_of_n_kl(int(history.n[step])):.2f})"
    fate = " It ends collapsed: it says one thing only." if history.collapsed else ""
    warning = f" {history.reward_fit.warning}" if history.reward_fit.warning else ""
    return (
        f"At {shown.name(step)}: proxy <b style='color:{look.role('proxy')}'>{tell['proxy']:.2f}</b>, "
        f"gold <b style='color:{look.role('gold')}'>{tell['gold']:.2f}</b>, "
        f"KL <b style='color:{look.role('kl')}'>{tell['kl']:.2f}</b> nats{bound}, "
        f"<b>{tell['length']:.1f}</b> words, entropy <b>{tell['entropy']:.2f}</b> nats.{fate}{warning}"
    )


MORE_SERIES = {
    "loss/policy_avg": "policy loss",
    "policy/clipfrac_avg": "share of words clipped",
    "frac_reward_zero_std": "share of silent groups",
    "objective/beta": "β",
    "grad_norm": "gradient norm",
    "rewards/margins": "DPO margin",
}


def every_series(shown: Shown) -> None:
    """All that was written down at each step, as small multiples."""
    page, history = shown.page, shown.history
    look = page.look
    series = {
        "KL (nats)": (look.role("kl"), history.kl),
        "length (words)": (look.ink, history.length),
        "entropy (nats a word)": (look.role("query"), history.entropy),
    }
    for name, title in MORE_SERIES.items():
        if name in history.metrics:
            series[title] = (look.quiet, history.metrics[name])
    title = (
        f"KL ends at {history.kl[-1]:.1f} nats, length at {history.length[-1]:.1f} words, "
        f"entropy at {history.entropy[-1]:.2f} nats"
    )
    fig = figures.series_figure(
        series, look=look, title=title, x_label="n (steps of the scale)" if shown.by_n else "step"
    )
    page.plot(fig, name="series", alt=f"Small multiples of the run's series. {title}.")
    page.note(
        "No policy is trained here: the start is sampled n times and the reward model picks one."
        if shown.by_n
        else "KL is exact at every place, summed along the samples. The loss of PPO and GRPO hovers around 0 although "
        "the policy moves: advantages have mean 0, and every ratio starts at 1."
    )
    said = shown.said[shown.step]
    lines = "".join(
        f"<li><b>{proxy:+.1f}</b> proxy, <b>{gold:+.1f}</b> gold: {escape(text) or '(nothing)'}</li>"
        for text, proxy, gold in zip(said.texts, said.proxy, said.gold, strict=True)
    )
    page.note(f"What it says at {shown.name(shown.step)}: <ul>{lines}</ul>")


def live(page: Page, curves: Mapping[str, np.ndarray]) -> None:
    """The curves of a run that still goes on."""
    fig = figures.live_curves(curves, look=page.look)
    page.plot(fig, name="live", alt="Proxy and gold reward so far.")


def export_frame(shown: Shown) -> pd.DataFrame:
    """Every series of the run, one line for each step."""
    history = shown.history
    main = {name: getattr(history, name) for name in ("kl", "proxy", "gold", "length", "entropy")}
    first = {"n": history.n} if shown.by_n else {"step": np.arange(len(history.kl))}
    return pd.DataFrame({**first, **main, **history.metrics})


def script(shown: Shown) -> str:
    """A script that trains the run on screen with `core` alone."""
    params = shown.history.params
    usual = type(params)()
    changed = {
        name: getattr(params, name)
        for name in type(params).__dataclass_fields__
        if getattr(params, name) != getattr(usual, name)
    }
    arguments = ", ".join(f"{name}={value!r}" for name, value in changed.items())
    return f"""from core.rlhf import Rater, RunParams, texts, train

history = train(RunParams({arguments}))
print("gold", history.gold[0], "->", history.gold[-1], " KL", history.kl[-1])
for response in texts(history.samples[-1].astype(int)):
    print(response)
for check in history.checks:
    print(check.name, check.error, check.bound)
"""


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.rlhf import bradley_terry_loss, dpo_loss, grpo_advantages, kl_estimates, ppo_objective
    from core.rlhf.updates import PpoLearner

    return [gold_reward, bradley_terry_loss, kl_estimates, ppo_objective, grpo_advantages, dpo_loss, PpoLearner.update]

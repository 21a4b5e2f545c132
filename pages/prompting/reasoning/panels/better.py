"""The panel on tokens better spent: best of n with a checker that errs beside the vote, and a switch to think."""

from math import comb

import numpy as np

from components.figures.heights import room
from components.figures.lines import lines
from components.page import Badge, Panel
from core.checks import Check
from core.reasoning import Kind, right_shares, verified, vote
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.main import Shown
from pages.prompting.reasoning.panels import switch
from pages.prompting.reasoning.panels.votes import exact_curve

KIND: Kind = "small numbers"
MOST = 21
ABOVE = 152


SAMPLES, SWITCH = "more samples", "a switch"


def panel(shown: Shown) -> Panel:
    """The panel."""
    switches = shown.page.controls.value("spent") == SWITCH
    return Panel(
        "Better spent",
        lambda: draw(shown),
        stands="instead",
        badges=(Badge.RECORDED,) if switches else (Badge.EXACT, Badge.RECORDED),
        checks=lambda: switch.checks(shown) if switches else checks(shown),
        script=lambda: switch.script(shown) if switches else script(shown),
    )


def draw(shown: Shown) -> None:
    """The view on screen, below its name."""
    view = shown.page.controls.choice("spent", "What to see", [SAMPLES, SWITCH], label_visibility="collapsed")
    {SAMPLES: more_samples, SWITCH: switch.switch}[view](shown)


def more_samples(shown: Shown) -> None:
    """Best of n and the vote over n."""
    page = shown.page
    error = page.controls.slider("checker", "The checker errs, %", 0, 80, step=5) / 100
    ks, voted = exact_curve(KIND)
    best = np.array([best_of(int(n), error) for n in ks])
    single = vote(KIND, 1)
    title = findings.of_the_verifier(error, float(best[0]), float(best[-1]), MOST)
    fig = lines(
        {f"best of n, errs {error:.0%}": best, "vote of n": voted},
        look=page.look,
        title=title,
        x_label=f"n, samples of {single.tokens:.0f} tokens each",
        y_label="share right",
        x=ks,
        height=room(page.look, ABOVE),
        colors={f"best of n, errs {error:.0%}": page.look.role("accepted"), "vote of n": page.look.role("draft")},
    )
    fig.update_yaxes(range=[0, 1], tickformat=".0%")
    page.plot(fig, name="best", alt=f"The share right over the number of samples. {title}.")
    ceiling = float((right_shares(KIND) > 0).mean())
    page.sentence(
        f"{MOST} samples cost <b>{MOST * single.tokens:.0f}</b> tokens: best of n is right in "
        f"<b>{findings.percent(float(best[-1]))}</b>, a vote in <b>{findings.percent(float(voted[-1]))}</b>. Exact, "
        f"from the shares of right chains that were recorded; in {findings.percent(1 - ceiling)} of the problems no "
        "chain was right. Below an error of 50 % more samples never hurt; above it they do."
    )


def best_of(n: int, error: float) -> float:
    """The share right with n samples, mean over the problems."""
    return float(np.mean([verified(float(right), n, error) for right in right_shares(KIND)]))


def checks(shown: Shown) -> tuple[Check, ...]:
    """Best of n against its sum over all counts of accepted samples, and what one sample gives."""
    error, n = shown.page.controls.value("checker") / 100, 8
    shares = np.unique(right_shares(KIND))
    gaps = [abs(verified(float(p), n, error) - summed(float(p), n, error)) for p in shares]
    bound = 64 * n * 2.0**-52
    alone = abs(best_of(1, error) - float(right_shares(KIND).mean()))
    return (
        Check("Best of 8 is the sum over who is accepted", float(max(gaps)), bound, "binomial counts, by hand"),
        Check("Best of 1 is the sample", alone, bound, "a checker cannot choose among one"),
    )


def summed(right: float, n: int, error: float) -> float:
    """Best of n on another way: over how many samples are right, and how many of either kind are accepted."""

    def law(count: int, share: float) -> list[float]:
        return [comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(count + 1)]

    total = 0.0
    for good, chance in enumerate(law(n, right)):
        for taken, one in enumerate(law(good, 1 - error)):
            for fooled, other in enumerate(law(n - good, error)):
                share = taken / (taken + fooled) if taken + fooled else good / n
                total += chance * one * other * share
    return total


def script(shown: Shown) -> str:
    """A script that computes best of n on screen."""
    error = shown.page.controls.value("checker") / 100
    return f"""from core.reasoning import right_shares, verified

shares = right_shares({KIND!r})
for n in (1, 8, {MOST}):
    print(n, sum(verified(float(share), n, {error!r}) for share in shares) / len(shares))
"""

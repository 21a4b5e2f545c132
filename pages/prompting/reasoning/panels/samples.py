"""The view on more samples: best of n with a checker that errs, a tree and a vote, for the same tokens."""

from collections.abc import Iterator
from functools import cache
from math import comb, factorial, prod

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from core.checks import Check
from core.reasoning import COUNT as EACH
from core.reasoning import (
    Kind,
    Law,
    Manner,
    Outcome,
    apart,
    best_of,
    law_of,
    outranked,
    right_shares,
    sets_of,
    tree_of,
    verified,
    vote,
    vote_of,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.main import Shown

KIND: Kind = "small numbers"
NS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
MANNERS: dict[str, Manner] = {"anew each time": "anew", "alike on equal answers": "alike"}
ABOVE = 196


def samples(shown: Shown) -> None:
    """Best of n, the tree and the vote over n, and what they have at one n."""
    page, look = shown.page, shown.page.look
    places = st.columns([3.2, 3, 3], vertical_alignment="bottom")
    with places[0]:
        page.controls.choice("manner", "The checker errs", list(MANNERS))
    with places[1]:
        page.controls.slider("checker", "In so many verdicts, %", 0, 80, step=5)
    with places[2]:
        n = int(page.controls.slider("spend", "Compared at n =", NS[0], NS[-1]))
    error, manner = told(shown)
    every = {k: best_of(KIND, k, error, manner) for k in NS}
    best = np.array([one.accuracy for one in every.values()])
    tree = np.array([tree_of(KIND, k, error, manner).accuracy for k in NS])
    voted = np.array([vote_of(KIND, k).accuracy for k in NS])
    title = findings.of_the_checker(error, every)
    roles = {f"best of n, errs {error:.0%}": "accepted", "tree of n, same checker": "query", "vote of n": "draft"}
    top = min(1.02, 1.25 * max(best.max(), tree.max(), voted.max()))
    fig = lines(
        dict(zip(roles, (best, tree, voted), strict=True)),
        look=look,
        title=title,
        x_label=f"n chains of {vote(KIND, 1).tokens:.0f} tokens each",
        y_label="share right",
        x=np.array(NS),
        beside=np.array([0.0, top]),
        height=room(look, ABOVE),
        colors={name: look.role(role) for name, role in roles.items()},
    )
    fig.update_yaxes(range=[0, top], tickformat=".0%")
    fig.update_xaxes(type="log", tickvals=list(NS), ticktext=list(map(str, NS)))
    fig.add_vline(n, line={"color": look.quiet, "dash": "dot", "width": 1.5})
    page.plot(fig, name="best", alt=f"The share right over the number of samples. {title}.", roomy=True)
    page.sentence(sentence(n, best_of(KIND, n, error, manner), tree_of(KIND, n, error, manner), vote_of(KIND, n)))


def told(shown: Shown) -> tuple[float, Manner]:
    """How often the checker on screen errs, and in which manner."""
    value = shown.page.controls.value
    return value("checker") / 100, MANNERS.get(value("manner"), "anew")


def sentence(n: int, best: Outcome, tree: Outcome, voted: Outcome) -> str:
    """The three ways at one n, and their differences by pairs."""
    first, second = apart(voted, best), apart(best, tree)
    never = float((right_shares(KIND) == 0).mean())
    return (
        f"For <b>{best.tokens:.0f}</b> tokens: best of {n} <b>{findings.percent(best.accuracy)}</b>, tree "
        f"<b>{findings.percent(tree.accuracy)}</b>, vote <b>{findings.percent(voted.accuracy)}</b>. Best minus vote "
        f"{findings.points(first.mean)} points ({findings.points_between(first.interval)}), {findings.verdict(first)}; "
        f"tree minus best {findings.points(second.mean)} ({findings.points_between(second.interval)}), "
        f"{findings.verdict(second)}. The tree takes one of n first sentences, then one of n ways on. Exact, "
        f"from the chains recorded for {len(right_shares(KIND))} problems; for {findings.percent(never)} of them none "
        "is right."
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """Best of 4 on another way for each manner, and what one sample gives."""
    error, manner = told(shown)
    laws = set(every_law())
    n = 4
    if manner == "anew":
        gaps = [abs(verified(law.right, n, error) - summed(law.right, n, error)) for law in laws]
    else:
        gaps = [abs(outranked(law.right, law.wrong, n, error) - counted(law, n, error)) for law in laws]
    bound = 1024 * n * 2.0**-52
    single = float(right_shares(KIND).mean())
    alone = max(abs(way(KIND, 1, error, manner).accuracy - single) for way in (best_of, tree_of))
    return (
        Check("Best of 4 is the sum over all draws", float(max(gaps)), bound, "every way the samples fall, by hand"),
        Check("Best of 1 and a tree of 1 are the sample", alone, bound, "a checker cannot choose among one"),
    )


@cache
def every_law() -> tuple[Law, ...]:
    """The laws of all problems."""
    return tuple(law_of(KIND, seed, place) for seed in sets_of(KIND) for place in range(EACH))


def summed(right: float, n: int, error: float) -> float:
    """Best of n where verdicts err anew: over how many samples are right, and how many of either kind are accepted."""

    def law(count: int, share: float) -> list[float]:
        return [comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(count + 1)]

    total = 0.0
    for good, chance in enumerate(law(n, right)):
        for taken, one in enumerate(law(good, 1 - error)):
            for fooled, other in enumerate(law(n - good, error)):
                share = taken / (taken + fooled) if taken + fooled else good / n
                total += chance * one * other * share
    return total


def counted(law: Law, n: int, error: float) -> float:
    """Best of n where it errs alike: over all counts of the answers; none of the wrong ones that came may outrank."""
    shares = (law.right, *law.wrong)
    return sum(
        factorial(n) / prod(map(factorial, counts)) * prod(p**c for p, c in zip(shares, counts, strict=True))
        * (1 - error) ** sum(count > 0 for count in counts[1:])
        for counts in _compositions(n, len(shares))
        if counts[0]
    )  # fmt: skip


def _compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write a number as a sum of so many counts."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _compositions(total - first, parts - 1):
            yield first, *rest


def script(shown: Shown) -> str:
    """A script that computes the three ways on screen."""
    (error, manner), n = told(shown), shown.page.controls.value("spend")
    return f"""from core.reasoning import best_of, tree_of, vote_of

for n in {sorted({1, n, NS[-1]})}:
    print(n, best_of({KIND!r}, n, {error!r}, {manner!r}).accuracy, tree_of({KIND!r}, n, {error!r}, {manner!r}).accuracy)
    print(n, vote_of({KIND!r}, n).accuracy)
"""

"""The panel on the vote: recorded samples with the exact majority of their law, and a law set by two sliders."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Badge, Panel
from components.refusals import told
from core.checks import Check
from core.reasoning import (
    COUNT,
    SAMPLES,
    Kind,
    Outcome,
    law_of,
    majority,
    offered_by,
    outcome,
    recorded_answers,
    right_shares,
    sets_of,
    truths,
    vote,
    vote_of,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.votes import answers_and_curves
from pages.prompting.reasoning.main import Shown, fitting, problem_slider, warmth
from pages.prompting.reasoning.results import voting_kinds

KIND: Kind = "small numbers"
RECORDED, BY_HAND = "recorded chains", "two sliders"
OTHERS = 12
"""Wrong answers that share what the two sliders leave."""

MOST = 41
ABOVE = 112


def panel(shown: Shown) -> Panel:
    """The panel."""
    by_hand = shown.page.controls.value("law") == BY_HAND
    return Panel(
        "Vote",
        lambda: two_sliders(shown) if by_hand else recorded(shown),
        stands="instead",
        badges=(Badge.EXACT,) if by_hand else (Badge.RECORDED, Badge.EXACT),
        checks=lambda: checks(shown),
        script=lambda: script(shown),
    )


def recorded(shown: Shown) -> None:
    """The answers to the problem on screen, and the vote over all problems."""
    page = shown.page
    places = st.columns([2.6, 2, 2, 2.4], vertical_alignment="bottom")
    with places[0]:
        page.controls.choice("law", "Answers from", [RECORDED, BY_HAND], label_visibility="collapsed")
    with places[1]:
        page.controls.select("voting", "Problems", list(voting_kinds()))
    kind = kind_of(shown)
    with places[2]:
        heat = warmth(page, kind)
    number = problem_slider(page, places[3], kind)
    seed, place = divmod(number - 1, COUNT)
    values = recorded_answers(kind, "few-shot chain", SAMPLES, heat).by_set[seed].read(offered_by(kind))[place]
    counts = Counter("none" if value is None else str(value) for value in values)
    truth = str(truths(kind)[seed][place])
    every = [vote(kind, k, heat=heat) for k in range(1, SAMPLES + 1)]
    measured = np.array([one.accuracy for one in every])
    k, exact = exact_curve(kind, heat)
    title = findings.of_the_vote(every[0], every[-1])
    ends = np.array([one.interval for one in every])
    fig = answers_and_curves(
        dict(counts.most_common()),
        truth,
        {
            "measured over subsets": (np.arange(1, SAMPLES + 1), measured),
            "exact, from shares": (k, exact),
            "weighted": (
                np.arange(1, SAMPLES + 1),
                np.array([vote(kind, n, weighted=True, heat=heat).accuracy for n in range(1, SAMPLES + 1)]),
            ),
        },
        look=page.look,
        title=title,
        headings=(f"of {SAMPLES} chains, problem {number}", "share right"),
        height=room(page.look, ABOVE),
        band=(np.arange(1, SAMPLES + 1), ends[:, 0], ends[:, 1]),
    )
    page.plot(fig, name="vote", alt=f"Answers to one problem, and the share right over votes. {title}.", roomy=True)
    page.sentence(
        f"Problem {number}: <b>{counts.get(truth, 0)}</b> of {SAMPLES} chains say {truth}. "
        f"{_over_all(kind, every, heat)}"
    )


def kind_of(shown: Shown) -> Kind:
    """The kind of problems on screen: the usual one, where the link has another than were sampled."""
    asked = shown.page.controls.value("voting")
    return next((kind for kind in voting_kinds() if kind == asked), KIND)


def _over_all(kind: Kind, every: Sequence[Outcome], heat: float) -> str:
    """What votes of 1, 2, ... chains gain over all problems, over one drawn chain and over the greedy one, in words."""
    shares = right_shares(kind, heat)
    greedy, voted = outcome(kind, "few-shot chain"), every[-1]
    return (
        f"Over {len(shares)} problems one chain drawn at temperature {heat:g} has "
        f"<b>{findings.percent(every[0].accuracy)}</b> right, a vote of {SAMPLES} "
        f"<b>{findings.percent(voted.accuracy)}</b> ({findings.between(voted.interval)}): "
        f"{findings.of_the_gain(every[0], voted)}; against the greedy chain, {findings.percent(greedy.accuracy)}: "
        f"{findings.of_the_gain(greedy, voted)}. "
        f"{findings.of_the_weights(voted, vote(kind, SAMPLES, weighted=True, heat=heat))}. In "
        f"{int((shares == 0).sum())} problems no chain is right, which no vote mends."
    )


@cache
def exact_curve(kind: Kind, heat: float) -> tuple[np.ndarray, np.ndarray]:
    """The exact majority over k where each problem's answers follow the shares that were recorded."""
    ks = (1, 2, 3, 4, 5, 6, 7, 8, 11, 15, 21)
    return np.array(ks), np.array([vote_of(kind, k, heat=heat).accuracy for k in ks])


def by_hand(shown: Shown) -> tuple[float, float, tuple[float, ...]]:
    """The two shares of the sliders, and the law that they make."""
    value = shown.page.controls.value
    right, rival = value("right") / 100, value("rival") / 100
    rest = (100 - value("right") - value("rival")) / 100
    if rest < 0:
        raise ValueError(f"right and largest wrong answer have {100 - 100 * rest:.0f} %, more than 100 % together")
    return right, rival, (right, rival, *[rest / OTHERS] * OTHERS)


def two_sliders(shown: Shown) -> None:
    """The exact vote for a right share, a largest wrong one, and others that share the rest."""
    page = shown.page
    places = st.columns([2, 3, 3])
    with places[0]:
        page.controls.choice("law", "Answers from", [RECORDED, BY_HAND], label_visibility="collapsed")
    with places[1]:
        page.controls.slider("right", "The right answer has, %", 0, 100)
    with places[2]:
        page.controls.slider("rival", "The largest wrong answer has, %", 0, 100)
    try:
        right, rival, law = by_hand(shown)
    except ValueError as error:
        told(error)
        return
    k = np.arange(1, MOST + 1)
    curve = _curve(law)
    title = findings.of_two_sliders(right, max(law[1:]), curve.tolist())
    counts = {"right": round(100 * right, 1), "wrong 1": round(100 * rival, 1)}
    counts |= {f"wrong {place + 2}": round(100 * part, 1) for place, part in enumerate(law[2:6])}
    fig = answers_and_curves(
        counts,
        "right",
        {"exact": (k, curve)},
        look=page.look,
        title=title,
        headings=("percent of the answers", "vote right"),
        height=room(page.look, ABOVE + 40),
    )
    page.plot(fig, name="sliders", alt=f"A law over answers, and the exact vote over k. {title}.", roomy=True)
    page.sentence(
        f"With k = 1 the vote is right in <b>{findings.percent(curve[0])}</b>, with k = {MOST} in "
        f"<b>{findings.percent(curve[-1])}</b>. What counts is the largest wrong answer, "
        f"<b>{findings.percent(max(law[1:]))}</b>, not one half. The rest is shared by {OTHERS} other answers."
    )


@cache
def _curve(law: tuple[float, ...]) -> np.ndarray:
    return np.array([majority(law, k) for k in range(1, MOST + 1)])


def checks(shown: Shown) -> tuple[Check, ...]:
    """The exact vote over all entries together, and at k = 1."""
    if shown.page.controls.value("law") == BY_HAND:
        try:
            _, _, law = by_hand(shown)
        except ValueError:
            return ()
    else:
        kind = kind_of(shown)
        place = min(shown.place, COUNT * len(sets_of(kind)) - 1)
        drawn = law_of(kind, *divmod(place, COUNT), fitting(shown.page, kind))
        law = (drawn.right, *drawn.wrong)
    k = SAMPLES
    won = [majority(law[place:] + law[:place], k) for place in range(len(law))]
    bound = 64 * k * len(law) * 2.0**-52
    return (
        Check(
            "Some answer wins", abs(sum(won) - 1), bound, "the votes of all entries sum to 1; rounding of their terms"
        ),
        Check("One draw is the share", abs(majority(law, 1) - law[0]), bound, "k = 1"),
    )


def script(shown: Shown) -> str:
    """A script that computes the vote on screen."""
    if shown.page.controls.value("law") == BY_HAND:
        value = shown.page.controls.value
        return f"""from core.reasoning import majority

right, rival = {value("right") / 100!r}, {value("rival") / 100!r}
law = [right, rival] + [(1 - right - rival) / {OTHERS}] * {OTHERS}
for k in (1, {MOST}):
    print(k, majority(law, k))
"""
    return f"""from core.reasoning import vote

kind, heat = {kind_of(shown)!r}, {fitting(shown.page, kind_of(shown))}
for k in range(1, {SAMPLES + 1}):
    print(k, vote(kind, k, heat=heat).accuracy, vote(kind, k, weighted=True, heat=heat).accuracy)
"""

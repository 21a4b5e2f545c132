"""The view on a switch that decides for each problem whether to think, by length, by entropy or by training."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.phrases import listed
from core.checks import Check
from core.reasoning import (
    Method,
    all_knowing,
    mixture,
    offered_by,
    recorded_answers,
    recorded_doubts,
    switched,
    thinking,
    truths,
    weighed,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.spending import frontiers
from pages.prompting.reasoning.main import Shown

NAMES = {"length": "length", "entropy": "entropy", "trained": "training"}
"""Features as they stand on screen."""

TOLD = {
    "length": "It thinks about the longest problems",
    "entropy": "It thinks where the direct answer had the most entropy",
    "training": "It thinks where length and entropy promise a gain, as fitted on other sets",
}
WAYS: tuple[Method, Method] = ("direct", "few-shot chain")
SHARES = tuple(range(0, 101, 5))
ABOVE = 190
ROUNDING = 1e-3
"""Nats by which the log-probabilities of rows that are read side by side may be off."""


def switch(shown: Shown) -> None:
    """Accuracy over tokens as a switch thinks about more and more of the problems."""
    page, look = shown.page, shown.page.look
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        name = page.controls.choice("decides", "It decides by", list(NAMES.values()))
    with right:
        share = page.controls.slider("thinks", "Problems it thinks about, %", 0, 100, step=5) / 100
    some, feature = mixture(), feature_of(name)
    one, never, always, best = (
        switched(some, feature, share), switched(some, feature, 0), switched(some, feature, 1), all_knowing(some)
    )  # fmt: skip
    title = findings.of_the_switch(one, name)
    fig = frontiers(
        {said: [switched(some, each, part / 100) for part in SHARES] for each, said in NAMES.items()},
        never,
        always,
        best,
        chosen=one,
        look=look,
        title=title,
        height=room(look, ABOVE),
    )
    page.plot(fig, name="switch", alt=f"The share right over tokens for three switches. {title}.")
    kinds = weighed()
    thought = thinking(some.scores[feature], share)
    about = findings.most_about({kind: float(thought[np.array(some.kinds) == kind].mean()) for kind in kinds})
    page.sentence(
        f"{len(some.direct)} problems: {listed(kinds)}. {TOLD[name]}{about}. Never: "
        f"<b>{findings.percent(never.accuracy)}</b> for {never.tokens:.0f} tokens; always: "
        f"<b>{findings.percent(always.accuracy)}</b> for {always.tokens:.0f}; this switch: "
        f"<b>{findings.percent(one.accuracy)}</b> for {one.tokens:.0f}, which is "
        f"<b>{findings.points(one.ahead.mean)}</b> points ({findings.points_between(one.ahead.interval)}) from as many "
        f"thoughts at random. {findings.of_the_saving(one, always)}. All-knowing: only where the chain alone is right."
    )


def feature_of(name: str) -> str:
    """The feature that a name on screen stands for."""
    return next(feature for feature, said in NAMES.items() if said == name)


def checks(shown: Shown) -> tuple[Check, ...]:
    """A switch at its ends and in between, and entropies beside the log-probabilities of the same answers."""
    some, value = mixture(), shown.page.controls.value
    bound = len(some.direct) * 2.0**-52
    feature, share = feature_of(value("decides")), value("thinks") / 100
    gaps = [abs(switched(some, feature, end).accuracy - counted(way)) for end, way in ((0, WAYS[0]), (1, WAYS[1]))]
    thought = abs(float(thinking(some.scores[feature], share).mean()) - share)
    return (
        Check("Never and always are the two ways themselves", max(gaps), bound, "their texts read again"),
        Check("It thinks as often as it is told", thought, bound, "the share of the problems"),
        Check(
            "No answer is less likely than its entropy allows", beyond(), ROUNDING,
            "written greedily, its −log p is at most its entropy; nats that a batch rounds",
        ),
    )  # fmt: skip


def beyond() -> float:
    """By how many nats −log p of a direct answer is above its entropy, at most; 0 where none is."""
    return max(
        float((-one.log_probs[:, 0] - entropy).max(initial=0.0))
        for kind in weighed()
        for one, entropy in zip(recorded_answers(kind, "direct").by_set, recorded_doubts().entropies[kind], strict=True)
    )


def counted(way: Method) -> float:
    """The share that a way has right, from its texts once more, over the sets that all kinds have."""
    kinds = weighed()
    sets = range(min(len(truths(kind)) for kind in kinds))
    right = [
        reply[0] == truth
        for kind in kinds
        for place in sets
        for reply, truth in zip(
            recorded_answers(kind, way).by_set[place].read(offered_by(kind)), truths(kind)[place], strict=True
        )
    ]
    return sum(right) / len(right)


def script(shown: Shown) -> str:
    """A script that switches as on screen."""
    value = shown.page.controls.value
    return f"""from core.reasoning import all_knowing, mixture, switched

some = mixture()
one = switched(some, {feature_of(value("decides"))!r}, {value("thinks") / 100!r})
print(one.accuracy, one.tokens, one.ahead.mean, one.ahead.interval)
print(all_knowing(some).accuracy)
"""

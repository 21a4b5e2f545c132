"""The panel on those who label: a poisoner among them, and two groups of raters who want different things."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.rlhf import (
    DISTANCES,
    LABELS_IN_ALL,
    NATS,
    PAIRS_POISONED,
    SHARES,
    TASTE_SEEDS,
    WORDS,
    Poison,
    compare_tastes,
    poisoned_gold,
    poisons,
    recorded_tastes,
)
from pages.alignment.rlhf.figures import series as figures
from pages.alignment.rlhf.words.tastes import distinct, poison_claim, share_reading, taste_claim

ANY = "turn labels around"
TARGETS = (ANY, *(f"praise “{word}”" for word in WORDS[1:]))
"""What a poisoner does: flips labels at random, or prefers one word."""

PERCENTS = tuple(f"{share:.0%}" for share in SHARES)


def draw(page: Page) -> None:
    """A share of poisoned labels, and two groups under one reward model or one each."""
    left, right = st.columns(2)
    with left:
        one, two = st.columns(2, vertical_alignment="bottom")
        with one:
            page.controls.select("target", "A poisoner's labels", list(TARGETS))
        with two:
            page.controls.select("poisoned", "Share of the labels", list(PERCENTS))
        _poison(page)
    with right:
        page.controls.choice("apart", "How far two groups differ from gold (points a word)", list(DISTANCES))
        _groups(page)
    page.note(reading(page))


def _low(page: Page) -> int:
    return room(page.look, 190 if page.look.presenter else 156)


def golds_of(page: Page) -> tuple[np.ndarray, str]:
    """Gold by share and draw under the chosen poisoner, and what it does to labels."""
    place, table = TARGETS.index(page.controls.value("target")), recorded_tastes()
    if place == 0:
        return table.flipped, "turned around"
    return table.targeted[place - 1], f"for “{WORDS[place]}”"


def poisons_of(page: Page) -> tuple[Poison, ...]:
    """What the chosen poisoner really does, by SHARES: a word stands oftener in one answer of few pairs only."""
    return poisons(pairs=PAIRS_POISONED, target=TARGETS.index(page.controls.value("target")) or None)


def _poison(page: Page) -> None:
    golds, who = golds_of(page)
    given = [one.given for one in poisons_of(page)]
    golds, shares = distinct(golds, given)
    title = poison_claim(golds, shares, who)
    fig = figures.over_seeds(
        {"gold": list(golds.T)},
        look=page.look,
        title=title,
        x_label="share of poisoned labels",
        y_label="gold (points)",
        x=np.array(shares),
        height=_low(page),
    )
    chosen = given[PERCENTS.index(page.controls.value("poisoned"))]
    fig.add_vline(x=chosen, line={"color": page.look.quiet, "width": 1, "dash": "dot"})
    fig.update_xaxes(tickformat=".0%")
    page.plot(fig, name="poison", alt=f"Gold against the share of poisoned labels. {title}.")


def _groups(page: Page) -> None:
    table, apart = recorded_tastes(), page.controls.value("apart")
    place = DISTANCES.index(apart)
    shared, own = table.shared[place], table.own[place]
    title = taste_claim(shared, own, LABELS_IN_ALL, apart)
    groups = {"one for both": shared, "one each": own}
    fig = figures.grouped_bars(
        {name: values.mean(1) for name, values in groups.items()},
        [f"{count}" for count in LABELS_IN_ALL],
        look=page.look,
        title=title,
        y_label="gold and taste (points)",
        errors={name: values.std(1, ddof=1) for name, values in groups.items()},
        height=_low(page),
    )
    fig.update_xaxes(title_text="labels in all")
    page.plot(fig, name="tastes", alt=f"What both groups get under one reward model and under one each. {title}.")


def reading(page: Page) -> str:
    """The choice of a poisoner in numbers, and how all of it was measured."""
    golds, who = golds_of(page)
    place = PERCENTS.index(page.controls.value("poisoned"))
    told = share_reading(golds, SHARES, place, poisons_of(page), who)
    return (
        f"Of {PAIRS_POISONED} labels by fair raters, {told}; the start has "
        f"<b>{recorded_tastes().start:.2f}</b>. In the figure of both groups, one likes “sun”, “light” and “air” more "
        "than gold does and “scatters”, “blue” and “most” less, the other the opposite. A model for each has half of "
        "the labels: that is what it costs. The height is what answers are worth to their own group, gold and what it "
        "likes more. "
        f"A reward is a weight for each word; its best policy {NATS:g} nats from the start is computed, not trained. "
        f"Bars are mean and spread, the thick line is the mean, of {TASTE_SEEDS} draws; ± is a standard error."
    )


def checks(page: Page) -> list[Check]:
    """The draws of the poisoner on screen, and those of its groups with the fewest labels, computed again."""
    table, (golds, who) = recorded_tastes(), golds_of(page)
    target = TARGETS.index(page.controls.value("target")) or None
    place = PERCENTS.index(page.controls.value("poisoned"))
    drawn = range(TASTE_SEEDS)
    found = np.array([poisoned_gold(SHARES[place], pairs=PAIRS_POISONED, target=target, seed=seed) for seed in drawn])
    missed = float(np.abs(found - golds[place]).max())
    apart = DISTANCES.index(page.controls.value("apart"))
    again = compare_tastes(DISTANCES[apart], pairs=LABELS_IN_ALL[0])
    off = float(np.abs([again.shared - table.shared[apart, 0], again.own - table.own[apart, 0]]).max())
    return [
        Check(
            "Drawn anew, the poisoner on screen has the recorded gold",
            missed,
            1e-6,
            f"largest difference of {TASTE_SEEDS} draws with {PERCENTS[place]} {who}",
        ),
        Check(
            "Draws of both groups give the recorded worth",
            off,
            1e-6,
            f"largest difference, {DISTANCES[apart]:g} points apart, {LABELS_IN_ALL[0]} labels in all",
        ),
    ]


def script(page: Page) -> str:
    """Both comparisons, with `core` alone."""
    place = TARGETS.index(page.controls.value("target"))
    share = SHARES[PERCENTS.index(page.controls.value("poisoned"))]
    target = place or None
    return f"""import numpy as np
from core.rlhf import compare_tastes, poison, poisoned_gold

choice = {{"pairs": {PAIRS_POISONED}, "target": {target!r}}}
golds = [poisoned_gold({share!r}, seed=seed, **choice) for seed in range({TASTE_SEEDS})]
print("gold", np.mean(golds), "+-", np.std(golds, ddof=1))
done = [poison({share!r}, seed=seed, **choice) for seed in range({TASTE_SEEDS})]
print("labels given", np.mean([one.given for one in done]), " changed", np.mean([one.changed for one in done]))
for labels in {LABELS_IN_ALL!r}:
    found = compare_tastes({page.controls.value("apart")!r}, pairs=labels)
    print(labels, "one for both", found.shared.mean(), " one each", found.own.mean())
"""

"""The panel on why a reward is hacked: the policy leaves the labeled data."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from components.phrases import signed
from core.checks import Check
from core.rlhf import (
    PAIRS,
    SEEDS,
    WORDS,
    RunHistory,
    RunParams,
    counts,
    gold_by_length,
    gold_of_repeats,
    gold_parts,
    gold_reward,
    lengths,
    parts_by_length,
    recorded_probes,
    recorded_run,
    usual,
)
from pages.alignment.rlhf.figures import walk as figures
from pages.alignment.rlhf.main import Shown, arguments_of, told_in_view
from pages.alignment.rlhf.words.walk import (
    alone_claim,
    edge_of,
    labeled_claim,
    random_claim,
    slope_claim,
    walk_claim,
)

MOST_REPEATED = "the one it repeats most"


@dataclass(frozen=True, eq=False)
class Walk:
    """A recorded run beside its reward model's view of one word."""

    run: RunHistory
    word: int
    step: int

    @property
    def place(self) -> tuple[int, int]:
        """Where its reward model stands among the probes."""
        return recorded_probes().place(self.run.params.pairs, self.run.params.seed)

    @property
    def said(self) -> dict[str, np.ndarray]:
        """The kept responses at the step: the word's count, the length, and both rewards."""
        responses = self.run.samples[self.step].astype(int)
        return {
            "count": counts(responses)[:, self.word - 1],
            "length": lengths(responses).astype(float),
            "proxy": self.run.sample_proxy[self.step].astype(float),
            "gold": gold_reward(responses),
        }


def run_of(shown: Shown) -> RunHistory:
    """The run on screen where it and the view of its reward model were recorded; else the usual one of PPO."""
    params = shown.history.params
    pairs = params.pairs if params.pairs in PAIRS else 500
    seed = params.seed if params.seed in SEEDS else 0
    recorded = recorded_run(params) is not None
    probed = fitted_as(params) == fitted_as(usual(pairs=pairs, seed=seed))
    found = shown.history if recorded and probed and not shown.by_n else recorded_run(usual(pairs=pairs, seed=seed))
    if found is None:
        raise ValueError(f"No run was recorded for {pairs} pairs and seed {seed}.")
    return found


def fitted_as(params: RunParams) -> tuple[object, ...]:
    """What the reward model of a run is made from: runs that agree in it share one."""
    return params.pairs, params.seed, params.rater, params.sees_length, params.ensemble, params.rule


def walk_of(shown: Shown) -> Walk:
    """What the controls show."""
    run, value = run_of(shown), shown.page.controls.value
    named = value("word")
    last = counts(run.samples[-1].astype(int)).sum(0)
    word = WORDS.index(named) if named in WORDS[1:] else int(last.argmax()) + 1
    return Walk(run, word, min(value("walked"), len(run.kl) - 1))


def why(shown: Shown) -> None:
    """Proxy and gold over the count of a word and over length, the labels, and the policy on its way."""
    page = shown.page
    one, two = st.columns([1, 2.2], vertical_alignment="bottom")
    with one:
        page.controls.select("word", "Word", [MOST_REPEATED, *WORDS[1:]])
    with two:
        page.controls.slider("walked", "Step: the policy's answers there are the points", 0, 149)
    walk = walk_of(shown)
    told = told_in_view(shown, walk.run, why_other(shown, walk.run))
    height = room(page.look, (222 if page.look.presenter else 200) + told)
    left, right = st.columns(2)
    with left:
        _over_word(page, walk, height)
    with right:
        _over_length(page, walk, height)
    page.note(why_reading(walk))


def why_other(shown: Shown, run: RunHistory) -> str:
    """Why a panel shows another run than the one that the controls describe, in a sentence; empty where it does not."""
    if shown.by_n:
        return "Best-of-n trains no policy, so it has no steps."
    if shown.nearest is not None:
        return shown.nearest.why
    if run is shown.history:
        return ""
    if recorded_run(shown.history.params) is None:
        return "This panel has recorded runs alone, not one that was trained here."
    return "What this run's reward model says of words and length was not recorded."


def _over_word(page: Page, walk: Walk, height: int) -> None:
    table, said = recorded_probes(), walk.said
    seen = table.seen_repeats[walk.place][walk.word - 1]
    title = walk_claim(f"“{WORDS[walk.word]}”", seen, said["count"])
    fig = figures.walked(
        table.repeats[walk.place][walk.word - 1],
        gold_of_repeats(walk.word),
        seen / seen.sum(),
        said,
        look=page.look,
        title=title,
        x_label=f"“{WORDS[walk.word]}” in the answer (times)",
        height=height,
    )
    page.plot(fig, name="walk_word", alt=f"Proxy, gold and labeled answers over how often a word stands. {title}.")


def _over_length(page: Page, walk: Walk, height: int) -> None:
    table, said = recorded_probes(), walk.said
    seen = table.seen_lengths[walk.place]
    title = walk_claim("words", seen, said["length"])
    fig = figures.walked(
        table.by_length[walk.place],
        gold_by_length(),
        seen / seen.sum(),
        {**said, "count": said["length"]},
        look=page.look,
        title=title,
        x_label="length (words)",
        height=height,
    )
    page.plot(fig, name="walk_length", alt=f"Proxy, gold and labeled answers over length. {title}.")


def why_reading(walk: Walk) -> str:
    """Where proxy and gold go beyond the labeled answers, where the policy is, and why it leaves the lines."""
    table, said = recorded_probes(), walk.said
    seen, proxy = (values[walk.place][walk.word - 1] for values in (table.seen_repeats, table.repeats))
    gold, name = gold_of_repeats(walk.word), WORDS[walk.word]
    edge = edge_of(seen)
    told = f"{labeled_claim(seen, edge)}: {slope_claim(proxy, gold, edge)}"
    return signed(
        f"Lines: “{name}” alone, and random words. Bars: {2 * walk.run.params.pairs:,} labeled answers; "
        f"beyond {edge} “{name}” {told}. At step {walk.step} the {len(said['count'])} kept answers hold "
        f"it <b>{said['count'].mean():.1f}</b> times, proxy <b>{said['proxy'].mean():.1f}</b>, "
        f"gold <b>{said['gold'].mean():.1f}</b>. {why_off(walk)}"
    )


def why_off(walk: Walk) -> str:
    """Why the policy's answers lie off the lines of both figures, in HTML."""
    table, said = recorded_probes(), walk.said
    times, length = said["count"].astype(int), said["length"].astype(int)
    own = gold_parts(walk.run.samples[walk.step].astype(int)).mean(0)
    alone = table.repeats[walk.place][walk.word - 1][times], gold_of_repeats(walk.word)[times]
    random = table.by_length[walk.place][length], gold_by_length()[length]
    from_alone, from_random = ((said["proxy"] - proxy, said["gold"] - gold) for proxy, gold in (alone, random))
    means = float(from_alone[0].mean()), float(from_alone[1].mean())
    return (
        f"{alone_claim(WORDS[walk.word], float((length - times).mean()), means)} "
        f"{random_claim(*from_random, own, parts_by_length()[length].mean(0))}"
    )


def why_checks(shown: Shown) -> list[Check]:
    """The words of the labeled answers by both kinds of bars; the run's own identities."""
    walk, table = walk_of(shown), recorded_probes()
    times = np.arange(table.seen_lengths.shape[-1])
    by_word, by_length = (int((part[walk.place] * times).sum()) for part in (table.seen_repeats, table.seen_lengths))
    name = "Words of the labeled answers, counted one by one, make up their lengths"
    wanted = 2 * walk.run.params.pairs
    sums = [np.ravel(part[walk.place].sum(-1)) for part in (table.seen_repeats, table.seen_lengths)]
    off = int(np.abs(np.concatenate(sums) - wanted).max())
    return [
        Check(name, float(abs(by_word - by_length)), 0.5, f"{by_length} words"),
        Check("The bars hold every labeled answer", float(off), 0.5, f"{wanted} answers"),
        *walk.run.checks,
    ]


def why_script(shown: Shown) -> str:
    """What the reward model says of the word, with `core` alone."""
    walk = walk_of(shown)
    pairs, seed = walk.run.params.pairs, walk.run.params.seed
    return f"""from core.rlhf import RunParams, gold_of_repeats, recorded_probes, recorded_run, texts

table = recorded_probes()
place = table.place({pairs}, {seed})
print("proxy", table.repeats[place][{walk.word - 1}])
print("gold", gold_of_repeats({walk.word}))
print("labeled answers", table.seen_repeats[place][{walk.word - 1}])
run = recorded_run(RunParams({arguments_of(walk.run.params)}))
print(texts(run.samples[{walk.step}].astype(int)))
"""

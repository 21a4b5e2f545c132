"""The CLIP page's panel about the correlation of the training: what it did to the worst group, run by run."""

from collections.abc import Mapping

import streamlit as st

from components.page import Page
from core.checks import Check
from core.clip import FAMILY, REPEATED, GroupAccuracy, Verdict, recorded_repeat
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.groups import trend
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.words import rejected_in_words, trend_in_words

TREND = {
    round(100 * FAMILY[name].training.corpus.correlation): name
    for name in ("birds-50", "birds-80", "birds-95", "birds-100")
}
"""The models that differ in the correlation alone, by that correlation in percent."""
SEEDS = (1,)
"""The seeds from which the recipes were run again."""
TREND_SLIDER = "clip_trend"
CURVES = {"zero-shot": "zero-shot", "reject": "reject", "probe": "linear probe"}
"""The curves of the trend, each with its treatment of a verdict."""


def correlation(shown: Shown) -> None:
    """What the correlation of the training pictures does to the worst group, over the family of models."""
    verdicts = {name: results.verdict_of(name) for name in FAMILY}
    _trend(shown.page, at=_trend_slider(shown))
    worst = {label: verdicts[shown.model].accuracy[key].worst for label, key in CURVES.items()}
    shown.page.note(
        f"In the worst group {shown.model} is right in <b>{worst['zero-shot']:.0%}</b> zero-shot, in "
        f"<b>{worst['reject']:.0%}</b> after the rejection, and a linear probe on its pictures in "
        f"<b>{worst['probe']:.0%}</b>. {rejected_in_words([run for percent in TREND for run in runs_at(percent)])}"
    )
    _family_table(verdicts)
    st.caption(
        f"Each dot is a training run: {_counted()}. A line goes through their means; the bar of a dot is Wilson’s 95 % "
        "interval of its worst group. What two runs of one recipe differ by is the noise to read the lines against. In "
        "birds-shortcut no caption ever described a bird: its encoder has little of the class to keep, and no edit of "
        "its vectors repairs it."
    )


def _counted() -> str:
    """How many runs there are at each correlation, in words."""
    return ", ".join(f"{len(runs_at(percent))} at {percent} %" for percent in TREND)


def _trend_slider(shown: Shown) -> int:
    """The slider that moves through the models of the trend; gives the correlation of the one on screen in percent."""
    percent = round(100 * FAMILY[shown.model].training.corpus.correlation)
    st.session_state[TREND_SLIDER] = percent
    st.select_slider(
        "Class-named pictures on the usual background (%): the model above",
        list(TREND),
        key=TREND_SLIDER,
        on_change=lambda: shown.page.controls.set({"model": TREND[st.session_state[TREND_SLIDER]]}),
    )
    return percent


def runs_at(percent: int) -> list[Mapping[str, GroupAccuracy]]:
    """Group accuracy by treatment of every recorded run with this correlation; the model of the trend comes first."""
    name = TREND[percent]
    runs = [results.verdict_of(name).accuracy]
    if name == "birds-100":
        return [*runs, results.verdict_of("birds-100-b").accuracy]
    return [*runs, *(recorded_repeat(name, seed).accuracy for seed in SEEDS if name in REPEATED)]


def _trend(page: Page, *, at: int) -> None:
    """The worst group of each run of the trend, with a line at the model on screen."""
    colors = {"zero-shot": page.look.role("rejected"), "reject": page.look.role("source"), "probe": page.look.quiet}
    runs = {label: [[run[key] for run in runs_at(percent)] for percent in TREND] for label, key in CURVES.items()}
    title = trend_in_words(runs["zero-shot"][0], runs["zero-shot"][-1])
    fig = trend(list(TREND), runs, colors=colors, look=page.look, title=title)
    fig.add_vline(at, line={"color": page.look.quiet, "dash": "dot", "width": 1})
    page.plot(fig, name="correlation", alt=f"Worst-group accuracy over the correlation. {title}.")


def _family_table(verdicts: Mapping[str, Verdict]) -> None:
    import pandas as pd

    rows = {
        name: {
            "average": found.accuracy["zero-shot"].average,
            "worst group": found.accuracy["zero-shot"].worst,
            "after reject": found.accuracy["reject"].worst,
            "after both": found.accuracy["reject and increase"].worst,
            "linear probe": found.accuracy["linear probe"].worst,
            "class · background, in words": found.cosine,
            "class kept by reject": found.kept,
        }
        for name, found in verdicts.items()
    }
    st.dataframe(pd.DataFrame(rows).T.style.format("{:.2f}"), width="stretch")


def trend_checks(shown: Shown) -> tuple[Check, ...]:
    """The group tables of the model on screen that stand in this panel, counted once more."""
    return results.verdict_checks(shown.model)


def trend_script() -> str:
    """A script that prints the worst groups of every recorded run in the chart and the table."""
    return f"""from core import clip

runs = {{name: clip.verdict(clip.recorded_clip(name)).accuracy for name in clip.FAMILY}}
for name in clip.REPEATED:
    runs |= {{f"{{name}}, seed {{seed}}": clip.recorded_repeat(name, seed).accuracy for seed in {SEEDS!r}}}
for name, accuracy in runs.items():
    worst = {{kind: accuracy[kind].worst for kind in ("zero-shot", "reject", "linear probe")}}
    print(name, ", ".join(f"{{kind}} {{share:.0%}}" for kind, share in worst.items()))
"""

"""The CLIP page's main figure and the panels about groups and repair."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components import clip_results as results
from components.clip_results import Pair, Repair
from components.figures import clip as figures
from components.jobs import job_panel
from components.page import Page
from core.clip import (
    BACKGROUNDS,
    CLASSES,
    FAMILY,
    AdviceParams,
    ask_for_insights,
    differences,
    fade_scenes,
    fade_shares,
    probabilities,
    random_span,
    recorded_clip,
    remove,
    render_fade,
    residual,
    roboshot,
    span,
    training_shares,
)

MAX_INSIGHTS = 20


@dataclass(frozen=True)
class Shown:
    """What is on screen: a model, a bird, the share of water behind it, and the repair."""

    page: Page
    model: str
    place: int
    percent: float
    repair: Repair

    @property
    def bird(self) -> str:
        """The true class of the bird."""
        return str(fade_scenes()[self.place].bird)

    @property
    def scale(self) -> float:
        """exp(logit_scale) of the model."""
        return recorded_clip(self.model).scale

    def chances(self, repair: Repair) -> np.ndarray:
        """Probabilities of the classes over the fade, [share class]."""
        return probabilities(results.fade_of(self.model, self.place, repair), self.scale)

    @property
    def plain(self) -> Repair:
        """The same without a repair."""
        return replace(self.repair, kind="none")


def read_pairs(text: str) -> tuple[Pair, ...]:
    """Insights from lines of the form "one text | another text"; other lines and repeated ones count for nothing."""
    lines = (line.partition("|") for line in text.splitlines())
    pairs = ((left.strip(), right.strip()) for left, bar, right in lines if bar)
    return tuple(dict.fromkeys(pair for pair in pairs if all(pair)))[:MAX_INSIGHTS]


def write_pairs(pairs: tuple[Pair, ...]) -> str:
    """Insights as lines, as `read_pairs` takes them."""
    return "\n".join(" | ".join(pair) for pair in pairs)


def main_figure(shown: Shown) -> None:
    """The bird, the scores that cross, and the group tables."""
    page, repair = shown.page, shown.repair
    before = shown.chances(shown.plain)
    after = None if repair.kind == "none" else shown.chances(repair)
    tables = [("all test pictures", results.groups_of(shown.model, shown.plain).table)]
    if after is not None:
        tables.append(("repaired", results.groups_of(shown.model, repair).table))
    title = finding(shown.bird, before)
    fig = figures.counterfactual(
        results.picture_of(shown.place, shown.percent),
        fade_shares(),
        before,
        after,
        tables,
        at=shown.percent / 100,
        look=page.look,
        title=title,
        classes=CLASSES,
        backgrounds=BACKGROUNDS,
    )
    alt = f"A {shown.bird} at {shown.percent:g} % water, the probabilities of both classes, the groups. {title}."
    page.plot(fig, name="fade", alt=alt)


def finding(bird: str, chances: np.ndarray) -> str:
    """What the fade does to the model's answer, in words."""
    says = chances.argmax(axis=1)
    wrong = says != CLASSES.index(bird)
    shares = 100 * fade_shares()
    if not wrong.any():
        return f"The {bird} stays a {bird} whatever lies behind it"
    if wrong.all():
        return f"The {bird} is never recognized, whatever lies behind it"
    if bird == "landbird":
        return f"The same landbird is called a waterbird from {shares[wrong.argmax()]:.0f} % of water on"
    return f"The same waterbird is called a landbird up to {shares[wrong][-1]:.0f} % of water"


def reading(shown: Shown) -> str:
    """The live sentence: the answer for the picture on screen, and the groups behind it."""
    at = int(np.abs(100 * fade_shares() - shown.percent).argmin())
    truth = CLASSES.index(shown.bird)
    groups = results.groups_of(shown.model, shown.plain)
    correlation = FAMILY[shown.model].training.corpus.correlation
    text = (
        f"True class <b>{shown.bird}</b>, at {shown.percent:g} % of water with probability "
        f"<b>{shown.chances(shown.plain)[at, truth]:.2f}</b>. Of 1200 test pictures {groups.average:.0%} are right, "
        f"in the worst group <b>{groups.worst:.0%}</b>; weighted like the training pictures it would be "
        f"{groups.weighted(training_shares(correlation)):.1%}."
    )
    if shown.repair.kind == "none":
        return text
    after = results.groups_of(shown.model, shown.repair)
    return (
        f"{text} Repaired: probability <b>{shown.chances(shown.repair)[at, truth]:.2f}</b>, "
        f"worst group <b>{after.worst:.0%}</b>."
    )


def groups(shown: Shown) -> None:
    """Every treatment of the model, by its average and its worst group."""
    page = shown.page
    accuracy = results.verdict_of(shown.model).accuracy
    rows = {name: (float(np.nanmean(found.table)), found.worst, found.worst_error) for name, found in accuracy.items()}
    edits = ("reject", "increase", "reject and increase", "projected words", "calibrated words")
    best = max(edits, key=lambda name: rows[name][1])
    start = rows["zero-shot"][1]
    title = verdict_in_words(best, start, rows[best][1], rows[best][0])
    fig = figures.treatments(rows, look=page.look, title=title)
    page.plot(fig, name="treatments", alt=f"Average and worst group accuracy of each treatment. {title}.")
    st.caption(
        "All with the page's own words and insights. The oracle direction and the linear probe use labels, which the "
        "other rows never see: they show how much of the class the picture encoder holds. The insights are captions of "
        "the kind the model was trained on; those of a language model are noisier."
    )
    table = pd.DataFrame({name: found.table.ravel() for name, found in accuracy.items()}).T
    table.columns = pd.Index([f"{bird} on {ground}" for bird in CLASSES for ground in BACKGROUNDS])
    st.dataframe(table.style.format("{:.1%}"), width="stretch")


def verdict_in_words(best: str, start: float, worst: float, average: float) -> str:
    """What the best edit does to the worst group; an average near one half is guessing, not a repair."""
    if average < 0.6:
        return f"No edit repairs it: the best, “{best}”, is right in {average:.0%}, in the worst group in {worst:.0%}"
    if worst > start + 0.01:
        return f"The best edit, “{best}”, lifts the worst group from {start:.0%} to {worst:.0%}"
    return f"There is nothing to repair: the worst group stands at {start:.0%}, with the best edit at {worst:.0%}"


def repair(shown: Shown) -> None:
    """The insights, the rank and strength of the edit, and what predicts its success."""
    page = shown.page
    left, right = st.columns(2)
    with left:
        page.controls.text("harmful", "Harmful insights, one pair a line: take away", lines=5)
        page.controls.slider("strength", "Strength of the rejection (%)", 0, 100)
    with right:
        page.controls.text("helpful", "Helpful insights: strengthen", lines=5)
        page.controls.slider("rank", "Directions of each kind, at most", 0, 8)
    _adviser()
    used = replace(shown.repair, kind="both") if shown.repair.kind == "none" else shown.repair
    kept = results.kept_of(shown.model, used)
    x = recorded_clip(shown.model).images
    basis = span(differences(results.pair_vectors(shown.model, used.harmful)), rank=used.rank)
    control = remove(x, random_span(basis.shape[1], x.shape[1], seed=0), strength=used.strength)
    kinds = {kind: results.groups_of(shown.model, replace(used, kind=kind)) for kind in results.REPAIRS}
    rows = {kind: (found.average, found.worst, found.worst_error) for kind, found in kinds.items()}
    found = results.groups_by(control, results.classes_of(shown.model))
    rows["random directions"] = (found.average, found.worst, found.worst_error)
    title = f"Rejecting {basis.shape[1]} directions leaves {kept:.0%} of what tells the classes apart"
    page.plot(figures.treatments(rows, look=page.look, title=title, height=320), name="repair", alt=title)
    st.caption(
        "“Random directions” takes away as many directions, chosen by chance: the control. Where the rejection leaves "
        "little of the class direction, an edit trades groups instead of repairing."
    )
    both = roboshot(x, *(results.pair_vectors(shown.model, pairs) for pairs in (used.harmful, used.helpful)))
    page.note(
        f"After reject, the largest part left in the removed span is "
        f"<b>{residual(remove(x, basis), basis):.0e}</b>; after both it is <b>{residual(both, basis):.2f}</b>: "
        "strengthening brings back a part wherever the two spans are not orthogonal."
    )


def _adviser() -> None:
    """The bundled language model's own suggestions, for the visitor to judge."""
    with st.expander("Ask a language model for harmful insights", on_change="rerun", key="clip_adviser") as box:
        if not box.open:
            return
        st.caption(
            "A model of 135 million parameters is a weak adviser. Its answer stands here word for word; what is of use "
            "in it you can copy into the list yourself."
        )
        params = AdviceParams()
        advice = job_panel(ask_for_insights, params, start="Ask", cost="About ten seconds, once.")
        if advice is not None:
            said = zip(params.questions, advice.answers, strict=True)
            text = "\n\n".join(f"You: {question}\nSmolLM2-135M: {answer}" for question, answer in said)
            st.code(text, language=None, wrap_lines=True)


def export_frame(shown: Shown) -> pd.DataFrame:
    """The curves on screen as a table."""
    before, after = shown.chances(shown.plain), shown.chances(shown.repair)
    columns: dict[str, Any] = {"water": fade_shares()}
    for place, name in enumerate(CLASSES):
        columns |= {name: before[:, place], f"{name} repaired": after[:, place]}
    return pd.DataFrame(columns)


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.clip import class_vectors, group_accuracy, increase, reject

    return [render_fade, class_vectors, probabilities, span, reject, increase, roboshot, group_accuracy]


def script(shown: Shown) -> str:
    """A script that computes the fade and the group tables on screen with `core` alone."""
    repair = shown.repair
    edit = {
        "none": "x",
        "reject": f"reject(x, harmful, strength={repair.strength}, rank={repair.rank})",
        "increase": f"increase(x, helpful, rank={repair.rank})",
        "both": f"roboshot(x, harmful, helpful, reject_strength={repair.strength}, rank={repair.rank})",
    }[repair.kind]
    return f"""from core import clip
from core.clip import increase, reject, roboshot

model = clip.load_clip({shown.model!r})
prompts = clip.class_prompts(model.classes)
classes = clip.class_vectors(model.encode_text(sum(prompts, [])), [len(p) for p in prompts])


def pairs(texts):
    return model.encode_text([text for pair in texts for text in pair]).reshape(len(texts), 2, -1)


harmful = pairs({list(repair.harmful)!r})
helpful = pairs({list(repair.helpful)!r})


def edit(x):
    return {edit}


scene = clip.fade_scenes()[{shown.place}]
x = model.encode_image(clip.render_fade(scene, clip.fade_shares()))
print(clip.probabilities(edit(x) @ classes.T, model.scale))

label, background = clip.evaluation_labels()
x = model.encode_image(clip.render_all(clip.evaluation_scenes()))
for name, images in (("as it is", x), ("repaired", edit(x))):
    found = clip.group_accuracy(clip.predict(images, classes), label, background)
    print(name, found.table, found.average, found.worst)
"""

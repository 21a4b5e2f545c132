"""The CLIP page's panel about a few labels: the last layer learned anew, beside the edits that need none."""

from dataclasses import replace

import streamlit as st

from core.checks import Check
from core.clip import (
    LABEL_DRAWS,
    MOST_LABELS,
    REPAIRS,
    GroupAccuracy,
    chance_of,
    predict,
    recorded_clip,
    recorded_labels,
    repaired,
    repaired_words,
    without_drawn,
)
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.groups import treatments
from pages.prompting.clip_spurious.figures.labels import label_curve
from pages.prompting.clip_spurious.main import Shown, editing
from pages.prompting.clip_spurious.words import (
    against_in_words,
    labels_in_words,
    needed_in_words,
)

HEIGHT = 350
"""Of both charts, so that their sentence ends within the screen."""


def few_labels(shown: Shown) -> None:
    """The worst group over the number of labels, and beside it every edit without any."""
    page, edit = shown.page, edit_beside(shown)
    count = page.controls.slider("few", "Labeled pictures of each group", 0, MOST_LABELS)
    few = recorded_labels(shown.model)
    draws, beside = few.draws(count), _edited(shown, count)
    found, guesses = chance_of(draws), few.guesses(count)
    title = labels_in_words(count, found, edit, beside, guesses=guesses)
    groups = {kind: results.groups_of(shown.model, replace(shown.repair, kind=kind)) for kind in REPAIRS}
    probe = results.verdict_of(shown.model).accuracy["linear probe"]
    lines = {
        "zero-shot": (groups["none"].worst, page.look.role("rejected")),
        edit: (groups[edit].worst, page.look.role("accepted")),
        "150 of each": (probe.worst, page.look.quiet),
    }
    left, right = st.columns([1.2, 1])
    with left:
        fig = label_curve(few.worst, lines, at=count, look=page.look, title=title, height=HEIGHT)
        page.plot(fig, name="labels", alt=f"The worst group over the labeled pictures of each group. {title}.")
    with right:
        rows = {_title(kind): (one.average, one.worst, one.worst_interval) for kind, one in groups.items()}
        rows[f"{count} label{'' if count == 1 else 's'} of each"] = (
            found.average,
            found.median.worst,
            found.worst_range,
        )
        way = against_in_words(draws, edit, beside, per_group=count, guesses=guesses)
        fig = treatments(rows, look=page.look, title=way, bar="95 % interval, or range", height=HEIGHT)
        page.plot(fig, name="labels_beside", alt=f"Average and worst group of each edit and of the labels. {way}.")
    page.note(_said(shown, count))
    st.caption(
        "The last layer is a logistic regression on the picture’s vector, learned from k pictures of each of the four "
        "groups; the encoder stays (deep feature reweighting, Kirichenko et al., ICLR 2023). Each k is drawn "
        f"{LABEL_DRAWS} times from the test pictures and tried on those that were not drawn; the band goes from the "
        "lowest draw to the highest. All draws share 1200 pictures, so the band is the luck of the draw alone. The "
        "edits know no label of a picture, but somebody must know in words what is harmful; labels of the group know "
        "it too. “150 of each” learns from every second test picture and is tried on the others. An edit is "
        "compared on the pictures that each draw leaves. A difference counts where the 95 % "
        "intervals of both worst groups lie apart in at least 19 of the 20 draws, which is stricter than a test of the "
        "same pictures in pairs."
    )


def edit_beside(shown: Shown) -> str:
    """The edit that stands beside the labels: the one on screen, or the rejection."""
    return "reject" if shown.repair.kind == "none" else shown.repair.kind


def _title(kind: str) -> str:
    return "as it is" if kind == "none" else kind


def _edited(shown: Shown, count: int) -> list[GroupAccuracy]:
    """The edit on the pictures that each draw of so many labels leaves."""
    repair = replace(shown.repair, kind=edit_beside(shown))
    images = repaired(recorded_clip(shown.model).images, repair, shown.words)
    return without_drawn(predict(images, repaired_words(repair, shown.words)), count)


def _said(shown: Shown, count: int) -> str:
    """The sentence: the pictures learned from, and from how many labels on it pays; the title has the worst group."""
    few, edit = recorded_labels(shown.model), edit_beside(shown)
    if count == 0:
        start = "With <b>no</b> label the class names answer."
    else:
        start = (
            f"With <b>{4 * count}</b> labels in all the layer reads <b>{float(few.training[count].mean()):.0%}</b> of "
            f"its own pictures right, over {LABEL_DRAWS} draws."
        )
    if few.guesses(MOST_LABELS):
        right = f"<b>{chance_of(few.draws(MOST_LABELS)).average:.0%}</b>"
        return f"{start} Even {MOST_LABELS} of each group leave {right} right, hardly above guessing."
    needed, plain = results.labels_needed(shown.model, replace(shown.repair, kind=edit))
    told = needed_in_words({"zero-shot": plain, f"“{edit}”": needed}, MOST_LABELS, guesses=few.guesses)
    return f"{start} {told}"


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the retrained layers on screen."""
    return results.labels_checks(shown.model, shown.page.controls.value("few"))


def script(shown: Shown) -> str:
    """A script that retrains the last layer on the labels on screen and prints its worst groups beside the edit's."""
    count = shown.page.controls.value("few")
    return f"""{editing(shown)}
draws = [clip.retrain_last(model, per_group={count}, seed=seed) for seed in range(clip.LABEL_DRAWS)]
found = clip.chance_of(draws)
low, high = found.worst_range
print(f"{4 * count} labels in all: worst group {{found.median.worst:.0%}} ({{low:.0%}} to {{high:.0%}})")

label, background = clip.evaluation_labels()
x = model.encode_image(clip.render_all(clip.evaluation_scenes()))
for name, images, words in (("as it is", x, classes), ("edited", edit(x), reword(classes))):
    print(f"{{name}}: worst group {{clip.group_accuracy(clip.predict(images, words), label, background).worst:.0%}}")
learned = [clip.retrained(x, classes, per_group={count}, seed=seed).training for seed in range(clip.LABEL_DRAWS)]
print(f"of its own pictures the layer reads right {{np.mean(learned):.0%}}")
few = clip.recorded_labels({shown.model!r})
print(f"with the most labels {{clip.chance_of(few.draws(clip.MOST_LABELS)).average:.0%}} are right")
for name, images, words in (("zero-shot", x, classes), ("the edit", edit(x), reword(classes))):
    print(f"above {{name}} from {{few.needed_for(clip.predict(images, words))}} labels of each group on")
"""

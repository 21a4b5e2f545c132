"""The CLIP page's panel on descriptions of the classes, and on random words in their place."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from components.page import Page
from core.checks import Check
from core.clip import (
    CLASSES,
    Chance,
    GroupAccuracy,
    class_prompts,
    descriptive_prompts,
    evaluation_labels,
    fade_shares,
    group_accuracy,
    means_check,
    norm_check,
    predict,
    prompt_means,
    recorded_clip,
    waffle_prompts,
)
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.encoding import texts_encoded
from pages.prompting.clip_spurious.figures.cosines import bars
from pages.prompting.clip_spurious.figures.groups import treatments
from pages.prompting.clip_spurious.main import Shown
from pages.prompting.clip_spurious.words import (
    descriptions_in_words,
    picture_in_words,
    read_lines,
    spread_in_words,
)

NAMED, DESCRIBED, RANDOM = "name in templates", "descriptions", "random words"


def descriptions(shown: Shown) -> None:
    """What describing the classes does, and what random words do in their place."""
    page = shown.page
    columns = st.columns(3)
    for column, name in zip(columns, CLASSES, strict=False):
        with column:
            page.controls.text(f"describe_{name}", f"A {name} has …, one a line", lines=3)
    with columns[2]:
        page.controls.text("random", "Random words, the control", lines=3)
    kinds = _kinds(page)
    if not texts_encoded(shown, _texts(kinds)):
        return
    named, described = (_groups_by(shown.model, kinds[kind]) for kind in (NAMED, DESCRIBED))
    random = _random(shown)
    given, words = _given(page), bool(read_lines(page.controls.value("random")))
    by = DESCRIBED if any(given) else "bare name"
    rows = {kind: (g.average, g.worst, g.worst_interval) for kind, g in ((NAMED, named), (by, described))}
    beside = RANDOM if words else "no random word"
    rows[beside] = (random.median.average, random.median.worst, random.worst_range)
    title = descriptions_in_words(named, described, random, given=given, words=words)
    left, right = st.columns(2)
    with left:
        bar = "95 % interval, or range"
        fig = treatments(rows, look=page.look, title=title, bar=bar, height=280)
        page.plot(fig, name="descriptions", alt=f"Average and worst group with each kind of prompt. {title}.")
    with right:
        _one_picture(shown, kinds[DESCRIBED])
    page.note(_by_kind(named, described, random, described_by=any(given), words=words))
    st.caption(
        "Each prompt reads “a waterbird, which has webbed feet”; a class scores the mean of its cosines. Random words "
        "tell nothing about birds; a class gets as many as it has descriptions, where there are so many. Where a field "
        "is empty, the prompt is the bare name, “a waterbird”. "
        f"{_drawn(random)} What they reach too, meaning cannot be the reason for (WaffleCLIP, ICCV 2023)."
    )


def _drawn(random: Chance) -> str:
    if len(random.draws) == 1:
        return "Here that is one choice."
    return f"Of {len(random.draws)} choices the median is shown, with the lowest and the highest."


def described_picture(shown: Shown) -> None:
    """The bird above by the descriptions that a visitor has given the classes, where their vectors are there."""
    prompts = _kinds(shown.page)[DESCRIBED]
    if not results.needs_model(shown.model, [text for group in prompts for text in group]):
        _one_picture(shown, prompts)


def _one_picture(shown: Shown, prompts: Sequence[Sequence[str]]) -> None:
    """The bird above: its cosine with each description of both classes."""
    texts = tuple(text for group in prompts for text in group)
    at = int(np.abs(100 * fade_shares() - shown.percent).argmin())
    cosines = results.text_vectors(shown.model, texts) @ recorded_clip(shown.model).fades[shown.place, at]
    by_class = np.split(cosines, np.cumsum([len(group) for group in prompts])[:-1])
    title = picture_in_words(shown.bird, [float(values.mean()) for values in by_class], _given(shown.page))
    said = [[text.partition(", which has ")[2] or text for text in group] for group in prompts]
    fig = bars(by_class, said, look=shown.page.look, title=title, classes=CLASSES)
    shown.page.plot(fig, name="descriptions_of_one", alt=f"The cosine of one picture with each description. {title}.")


def _count(page: Page) -> int:
    """How many descriptions a class has, which is how many random words stand in their place."""
    return max(len(read_lines(page.controls.value(f"describe_{name}"))) for name in CLASSES)


def _random(shown: Shown) -> Chance:
    words = read_lines(shown.page.controls.value("random"))
    return results.random_words_of(shown.model, words, _count(shown.page))


def script(shown: Shown) -> str:
    """A script that prints the average and the worst group with each kind of prompt."""
    value = shown.page.controls.value
    typed = [read_lines(value(f"describe_{name}")) for name in CLASSES]
    return f"""from core import clip

model = clip.load_clip({shown.model!r})
label, background = clip.evaluation_labels()
x = model.encode_image(clip.render_all(clip.evaluation_scenes()))


def means(prompts):
    return clip.prompt_means(model.encode_text(sum(prompts, [])), [len(group) for group in prompts])


described = {typed!r}
kinds = {{
    "name in templates": clip.class_prompts(model.classes),
    "descriptions": clip.descriptive_prompts(model.classes, described),
}}
for name, prompts in kinds.items():
    found = clip.group_accuracy(clip.predict(x, means(prompts)), label, background)
    print(f"{{name}}: average {{found.average:.0%}}, worst group {{found.worst:.0%}}")

prompts = clip.waffle_prompts(model.classes, {read_lines(value("random"))!r})
vectors = model.encode_text(sum(prompts, [])).reshape(len(prompts), len(prompts[0]), -1)
found = clip.by_random_words(x, vectors, max(map(len, described)))
low, high = found.worst_range
median = found.median
print(f"random words: average {{median.average:.0%}}, worst group {{median.worst:.0%}} ({{low:.0%}} to {{high:.0%}})")
"""


def _kinds(page: Page) -> dict[str, list[list[str]]]:
    """The prompts of both classes, by the kind of prompt."""
    typed = [read_lines(page.controls.value(f"describe_{name}")) for name in CLASSES]
    return {
        NAMED: class_prompts(CLASSES),
        DESCRIBED: descriptive_prompts(CLASSES, typed),
        RANDOM: waffle_prompts(CLASSES, read_lines(page.controls.value("random"))),
    }


def _texts(kinds: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    return [text for prompts in kinds.values() for group in prompts for text in group]


def checks(shown: Shown) -> list[Check]:
    """The identities of the prompts on screen; none while their vectors are not there."""
    kinds = _kinds(shown.page)
    if results.needs_model(shown.model, _texts(kinds)):
        return []
    images, prompts = recorded_clip(shown.model).images, kinds[DESCRIBED]
    flat = tuple(text for group in prompts for text in group)
    words = results.text_vectors(shown.model, flat)
    return [norm_check(images), means_check(images, words, [len(group) for group in prompts])]


def _groups_by(model: str, prompts: Sequence[Sequence[str]]) -> GroupAccuracy:
    """The group table of the test pictures, with the means of these prompts as the classes."""
    flat = tuple(text for group in prompts for text in group)
    means = prompt_means(results.text_vectors(model, flat), [len(group) for group in prompts])
    label, background = evaluation_labels()
    return group_accuracy(predict(recorded_clip(model).images, means), label, background)


def _given(page: Page) -> list[bool]:
    """Whether each class has a description."""
    return [bool(read_lines(page.controls.value(f"describe_{name}"))) for name in CLASSES]


def _by_kind(named: GroupAccuracy, described: GroupAccuracy, random: Chance, *, described_by: bool, words: bool) -> str:
    """What each kind of prompt reads right, on average and in its worst group."""
    second, third = (
        what if given else f"the bare name, without {what}"
        for what, given in (("descriptions", described_by), ("random words", words))
    )
    return (
        f"Of 1200 test pictures {named.average:.0%} are read right by the name in templates, "
        f"<b>{described.average:.0%}</b> by {second} and <b>{random.median.average:.0%}</b> by {third}; in the worst "
        f"group {named.worst:.0%}, "
        f"<b>{described.worst:.0%}</b> and <b>{spread_in_words(random)}</b>."
    )

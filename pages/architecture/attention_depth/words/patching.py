"""What patching and attribution find, in words."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from components.markdown import literally
from components.phrases import placed, shorten
from core.attention import Attribution, HeadScores, Patching

NOTHING = 0.05
"""A share of the answer below this one is called none."""


def patching_title(found: Patching) -> str:
    """What the map of a kind shows."""
    titles = {"residual": _stream_title, "head": _heads_title, "mlp": _mlps_title}
    return titles[found.kind](found)


def _stream_title(found: Patching) -> str:
    """Which token has the answer at first, and where the last token takes it over."""
    recovered = found.recovered
    source, last = int(recovered[0].argmax()), recovered.shape[1] - 1
    share, token = recovered[0, source], label_of(found, source)
    if share < NOTHING:
        return "After layer 0 no token alone brings anything of the answer back"
    if source == last:
        return f"“{token}” is the last token: it holds {recovered[:, -1].min():.0%} or more of the answer at any layer"
    start = f"“{token}” alone brings back {share:.0%} at layer 0"
    handed = found.handover
    if handed is None:
        return f"{start}; at no layer does the last token alone hold most of it"
    return f"{start}; after layer {handed} the last token has {recovered[handed, -1]:.0%}"


def label_of(found: Patching, place: int) -> str:
    """A token as its row is called, by its position if need be."""
    return placed(rows_of(found), place)


def rows_of(found: Patching) -> list[str]:
    """The tokens of the clean text, with that of the corrupted one where it is another."""
    pairs = zip(found.tokens, found.corrupted_tokens, strict=True)
    return [ours if ours == theirs else f"{ours}|{theirs}" for ours, theirs in pairs]


def _heads_title(found: Patching) -> str:
    """Which head brings most back."""
    (layer, head, share), (*_, second) = found.strongest(2)
    where = "the last token" if found.positions == "last" else "every token"
    if share < NOTHING:
        return f"No head alone, copied at {where}, brings back {NOTHING:.0%} of the answer"
    return f"L{layer}H{head}, copied at {where}, brings back {share:.0%} of the answer; the next head {second:.0%}"


def _mlps_title(found: Patching) -> str:
    """Which MLP brings most back, and at which token."""
    places = found.strongest(2)
    if places[0][2] < NOTHING:
        return f"No MLP at any one token brings back {NOTHING:.0%} of the answer"
    first, second = (f"MLP {layer} at “{label_of(found, token)}” {{}}{share:.0%}" for layer, token, share in places)
    return f"{first.format('brings back ')} of the answer; the next, {second.format('')}"


def trap_sentence(found: Patching, recorded: Sequence[Patching]) -> str:
    """That MLP 0 at the one token that differs says only which token it is; empty where it is not so.

    Args:
        found: a map of MLPs.
        recorded: those of the recorded pairs.
    """
    if found.kind != "mlp" or not _whole_at_first(found):
        return ""
    alike = [one for one in recorded if len(one.differing) == 1]
    whole = sum(_whole_at_first(one) for one in alike)
    return (
        f"MLP 0 brings nearly all back where one token differs, in <b>{whole}</b> of the {len(alike)} recorded pairs "
        "of that kind: it tells the later layers which token stands there, so that this cell says nothing of how the "
        f"answer is found. {_later_sentence(found)}"
    )


def _later_sentence(found: Patching) -> str:
    """Which MLP above the first brings most back at one token, if any does."""
    above = found.recovered[1:]
    if not above.size or above.max() < NOTHING:
        return f"No later MLP brings back {NOTHING:.0%} at any one token."
    layer, token = divmod(int(above.argmax()), above.shape[1])
    return (
        f"Of the later ones MLP {layer + 1} at “{escape(label_of(found, token))}” brings most back, "
        f"<b>{above.max():.0%}</b>."
    )


def _whole_at_first(found: Patching) -> bool:
    return len(found.differing) == 1 and bool(found.recovered[0, found.differing[0]] > 0.9)


LONG = 90
"""So many characters of a text are shown in its line."""


def text_lines(clean: str, corrupted: str, found: Patching) -> str:
    """Both texts in a line each, in Markdown, with what each prefers: the two ends of the scale."""
    sides = (("Clean", clean, found.clean), ("Corrupted", corrupted, found.corrupted))
    lines = [
        f"{name}: “{literally(shorten(text, LONG))}” prefers {_preferred(found, value)} logits"
        for name, text, value in sides
    ]
    return "  \n".join(lines)


def _preferred(found: Patching, value: float) -> str:
    """Which of the two answers a difference of logits prefers to the other, and by how much."""
    first, second = (found.answer, found.wrong) if value >= 0 else (found.wrong, found.answer)
    return f"“{literally(first)}” to “{literally(second)}” by **{abs(value):.1f}**"


def doubt_sentence(found: Patching) -> str:
    """That the clean text does not give its own answer, so that nothing of one can come back; empty where it does."""
    if found.clean > 0:
        return ""
    return (
        f"The clean text itself does not prefer “{found.answer}” to “{found.wrong}” "
        f"({_signed(found.clean)} logits): 1 on this scale is not the right answer. Choose texts that the model can do."
    )


def range_sentence(found: Patching) -> str:
    """What 0 and 1 mean, and how far the map leaves that range."""
    low, high = float(found.recovered.min()), float(found.recovered.max())
    ends = "The color is the share that comes back: 0 is the corrupted text's difference of logits, 1 the clean one's."
    if low >= -0.005 and high <= 1.005:
        return f"{ends} All cells lie between."
    return f"{ends} It may leave that range: here it goes from {low:.2f} to {high:.2f}.".replace("-", "−")


class Part(NamedTuple):
    """One part of a difference of logits.

    Args:
        name: of the head or the MLP.
        value: in logits, of the clean text less the corrupted one.
        head: whether it is a head; None for several parts together.
    """

    name: str
    value: float
    head: bool | None


def parts_between(clean: Attribution, corrupted: Attribution) -> list[Part]:
    """What each part writes toward the answer in the clean text more than in the corrupted one, largest first."""
    heads, mlps = clean.heads - corrupted.heads, clean.mlps - corrupted.mlps
    parts = [Part(f"L{layer}H{head}", float(value), True) for (layer, head), value in np.ndenumerate(heads)]
    parts += [Part(f"MLP {layer}", float(value), False) for layer, value in enumerate(mlps)]
    return sorted(parts, key=lambda part: -abs(part.value))


def parts_title(parts: Sequence[Part], clean: Attribution, corrupted: Attribution) -> str:
    """Which part writes most of the difference."""
    first, total = parts[0], clean.total - corrupted.total
    return f"{first.name} itself writes {_signed(first.value)} of the {_signed(total)} logits between the texts"


DRAWN = 10
"""Parts of a difference of logits that have a bar each: the largest."""


def drawn_parts(parts: Sequence[Part], clean: Attribution, corrupted: Attribution) -> list[Part]:
    """The largest parts, and all else as one, so that those drawn sum to the difference between the texts."""
    most = list(parts[:DRAWN])
    rest = clean.total - corrupted.total - sum(part.value for part in most)
    return [*most, Part("all others", rest, None)]


def drawn_sentence(parts: Sequence[Part], clean: Attribution, corrupted: Attribution) -> str:
    """What the parts that have a bar each come to, and what all others do."""
    *most, rest = drawn_parts(parts, clean, corrupted)
    others = f"the other {len(parts) - len(most)} together" if len(parts) > len(most) else "embedding and biases"
    return (
        f"Of the {len(parts)} heads and MLPs the {len(most)} with a bar of their own write "
        f"<b>{_signed(sum(part.value for part in most))}</b> logits, {others} <b>{_signed(rest.value)}</b>."
    )


def both_sentence(found: Patching, parts: Sequence[Part]) -> str:
    """What the head that brings most back does itself, and what others do of it; empty where none brings any back."""
    layer, head, share = found.strongest(1)[0]
    if found.kind != "head" or share < NOTHING:
        return ""
    name, between = f"L{layer}H{head}", found.clean - found.corrupted
    heads = sorted((part for part in parts if part.head), key=lambda part: -part.value * np.sign(between))
    place = next(place for place, part in enumerate(heads, 1) if part.name == name)
    written = heads[place - 1].value
    rank = "the most of all heads" if place == 1 else f"place {place} of {len(heads)} heads"
    return (
        f"{name} brings back <b>{_signed(share * between)}</b> logits and itself writes <b>{_signed(written)}</b>, "
        f"{rank}: {_rest_sentence(share, written / between, last=layer == len(found.recovered) - 1)}."
    )


def _rest_sentence(brought: float, written: float, *, last: bool) -> str:
    """What becomes of the part of a head's effect that it does not write itself; both as shares of the difference."""
    way = "the scale of the last norm" if last else "later layers"
    if abs(brought - written) < NOTHING:
        return "nearly all that it does"
    if written > brought:
        return f"{way} {'takes' if last else 'take'} some of that back"
    return f"{'most of what it does' if written < brought / 2 else 'the rest'} goes through {way}"


def roles_sentence(found: Patching, scores: HeadScores) -> str:
    """Which of the three first heads look one token back or at the token to copy, on other words; empty for none."""
    if found.kind != "head":
        return ""
    named = []
    for layer, head, share in found.strongest(3):
        ways = {"a previous-token head": scores.previous_token, "an induction head": scores.induction}
        kind, score = max(((kind, float(way[layer, head])) for kind, way in ways.items()), key=lambda pair: pair[1])
        if share >= NOTHING and score > 0.5:
            named.append(f"L{layer}H{head} is {kind} (<b>{score:.2f}</b> of its weight)")
    return f"On the repeated words of the first story {', '.join(named)}." if named else ""


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")

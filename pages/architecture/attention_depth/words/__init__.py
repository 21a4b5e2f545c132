"""The short names of heads, what interventions do in words, and the equations of the page on attention in depth."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from components.scene import Equation
from core.attention import Ablation, NextToken

NOBODY = "none"
"""The choice that hides no token, and the one that ablates no head: an empty list would be missing in a link."""


def name_of(layer: int, head: int) -> str:
    """A head's short name, as it stands in lists and links."""
    return f"L{layer}H{head}"


def head_of(name: str) -> tuple[int, int]:
    """The layer and head of a short name."""
    layer, head = name[1:].split("H")
    return int(layer), int(head)


def ablated(chosen: Sequence[str]) -> list[str]:
    """The heads that a choice stands for: NOBODY where it is empty or was chosen last, else the heads alone.

    Args:
        chosen: in the order in which they were chosen.
    """
    if not chosen or chosen[-1] == NOBODY:
        return [NOBODY]
    return [name for name in chosen if name != NOBODY]


class Effect(NamedTuple):
    """Changes of the mean loss in nats.

    Args:
        switched: by the heads and tokens that are switched off, at temperature 1.
        heated: by the temperature alone.
        both: by all of it together.
    """

    switched: float
    heated: float
    both: float


def cause_title(what: str, temperature: float, effect: Effect | None, first: NextToken) -> str:
    """What an intervention does, with the effect of the temperature apart from that of what is switched off.

    Args:
        what: what is switched off, in words; empty for nothing.
        temperature: of the next token.
        effect: on the loss; None for a text that has none, being one token.
        first: the likeliest next token, untouched.
    """
    alone = f"Without {what}" if what else f"At temperature {temperature:g}"
    share = f"“{first.piece}” goes from {first.before:.2f} to {first.after:.2f}"
    if not what and temperature == 1:
        return f"Nothing is switched off: “{first.piece}” has probability {first.before:.2f}"
    if what and temperature != 1:
        hot = f"temperature {temperature:g}"
        if effect is None:
            return f"{alone} and at {hot}: {share}"
        return (
            f"{alone} alone the loss {_moved(effect.switched)}, at {hot} alone it {_moved(effect.heated)}, with both "
            f"it {_moved(effect.both)}"
        )
    return f"{alone}: {share}" if effect is None else f"{alone} the loss {_moved(effect.both)}; {share}"


def perplexity_in_words(loss: float) -> str:
    """The perplexity of a mean loss; below 10, where a tenth of a nat moves it by less than 1, with two decimals."""
    perplexity = math.exp(loss)
    return f"{perplexity:,.1f}" if perplexity >= 10 else f"{perplexity:.2f}"


def _moved(change: float) -> str:
    """A change of the loss in words; what two digits do not show is called small, since a perplexity may show it."""
    if change == 0:
        return "stays the same"
    if abs(change) < 0.005:
        return "moves by less than 0.005 nats"
    return f"{'rises' if change > 0 else 'falls'} by {abs(change):.2f} nats"


SET: dict[Ablation, str] = {"zero": "set to zero", "mean": "set to its mean"}
"""What an ablated head's output is, in words."""


def ranking_title(name: str, ablation: Ablation, change: float, copies: tuple[float, float] | None) -> str:
    """What the head that stands first in the ranking does.

    Args:
        name: of the head.
        ablation: what stands in for its output, on which the ranking depends.
        change: what is ranked by, in nats: of the mean loss without it, or how much more that of the second copy rises.
        copies: the change in the first and in the second copy, where the text is the same words twice.
    """
    if copies is None:
        if change < 0.005:
            return "No head helps here: without any one of them the mean loss does not rise"
        return f"{name} costs most when {SET[ablation]}: the mean loss rises by {change:.2f} nats"
    if change < 0.005:
        return "No head helps the second copy more than the first"
    first, second = copies
    return (
        f"{name}, {SET[ablation]}, hurts the second copy most beyond the first: {second:+.2f} nats against {first:+.2f}"
    )


class Ranked(NamedTuple):
    """A head's place in a ranking.

    Args:
        name: of the head.
        change: what is ranked by, in nats.
    """

    name: str
    change: float


def ablation_sentence(ablation: Ablation, first: Ranked, otherwise: float, first_otherwise: Ranked) -> str:
    """Whether the head that stands first still does when another number stands in for an ablated head.

    Args:
        ablation: of the ranking on screen.
        first: the head that stands first in it.
        otherwise: the same head's change with the other ablation.
        first_otherwise: the head that stands first there.
    """
    other: Ablation = "mean" if ablation == "zero" else "zero"
    if first.change < 0.005:
        return ""
    stands = (
        "and still stands first"
        if first_otherwise.name == first.name
        else f"and {first_otherwise.name} stands first with <b>{first_otherwise.change:+.2f}</b>"
    )
    said = (
        f"{first.name} {SET[other]} instead has <b>{otherwise:+.2f}</b> nats in place of <b>{first.change:+.2f}</b>, "
        f"{stands}."
    )
    if ablation == "zero" and abs(otherwise) < first.change / 4:
        said += " So what zero takes away is mostly what the head adds to every token alike, not what it looks up."
    return said


def broken_sentence(name: str, copies: tuple[float, float]) -> str:
    """The head without which the whole text suffers most, where that is another one than serves the copy most."""
    first, second = copies
    return (
        f"{name} would stand first by the mean loss of the whole text: without it the first copy changes by "
        f"<b>{first:+.2f}</b> nats, the second by <b>{second:+.2f}</b>."
    )


class Looks(NamedTuple):
    """A head that looks at the token to copy.

    Args:
        name: of the head.
        score: its mean weight on that token.
        change: of the mean loss of the second copy without it, in nats.
        otherwise: the same with the other ablation; None where that is not known.
    """

    name: str
    score: float
    change: float
    otherwise: float | None = None


def backup_sentence(heads: Sequence[Looks]) -> str:
    """What ablation says of the heads that give most weight to the token to copy, highest weight first."""
    idle = [head for head in heads if head.change < 0.005]
    changes = [head.change for head in heads]
    if not idle:
        return (
            f"The {len(heads)} heads that give most weight to the token to copy all help: without one of them the loss "
            f"of the second copy rises by <b>{min(changes):.2f}</b> to <b>{max(changes):.2f}</b> nats."
        )
    first = idle[0]
    missed = first.otherwise is not None and first.otherwise >= 0.005
    why = (
        f"with the other ablation by <b>{first.otherwise:+.2f}</b>, so that one of them alone does not tell whether it "
        "is missed."
        if missed
        else "other heads may stand in for it. What is lost without a head is not all that it does."
    )
    return (
        f"{first.name} gives <b>{first.score:.2f}</b> of its weight to the token to copy, and yet without it the loss "
        f"of the second copy changes by <b>{first.change:+.2f}</b> nats{',' if missed else ':'} {why}"
    )


def lens_title(answer: str, ranks: Sequence[int]) -> str:
    """After how many layers the answer comes first and is not passed again.

    Args:
        answer: the model's own likeliest next token, as it reads.
        ranks: of the answer at the embedding and after each layer; the last is 1.
    """
    behind = [passed for passed, rank in enumerate(ranks) if rank != 1]
    depth = len(ranks) - 1
    if not behind:
        return f"“{answer}” comes first already at the embedding, and stays there"
    if len(behind) == depth:
        return f"“{answer}” comes first after the last of {depth} layers, and not before"
    return f"“{answer}” comes first for good after {behind[-1] + 1} of {depth} layers"


def lens_way(ranks: Sequence[int]) -> str:
    """The way of the answer's rank through the layers; by a detour where it first gets worse.

    Args:
        ranks: of the answer at the embedding and after each layer; the last is 1.
    """
    worst = max(ranks)
    passed = list(ranks).index(worst)
    layers = "1 layer" if passed == 1 else f"{passed} layers"
    detour = f"over <b>{worst:,}</b> after {layers} " if worst > ranks[0] else ""
    return f"goes from <b>{ranks[0]:,}</b> at the embedding {detour}to <b>{ranks[-1]:,}</b>, the likeliest"


def groups_title(layer: int, members: Sequence[int]) -> str:
    """Which heads of a layer read the same keys and values."""
    if len(members) == 1:
        return f"Layer {layer}: head {members[0]} has keys and values of its own"
    return f"Layer {layer}: heads {', '.join(map(str, members))} read the same keys and values"


def overlap_title(within: np.ndarray, across: np.ndarray) -> str:
    """How much of their attention heads share over all layers, with the number of layers in which a group shares more.

    Args:
        within, across: the overlap of heads of one group, and of different groups, [layer].
    """
    more = int((within > across).sum())
    return (
        f"Mean over layers: heads of one group share {np.nanmean(within):.0%} of their attention, others "
        f"{np.nanmean(across):.0%}; a group shares more in {more} of {len(within)} layers"
    )


def masks_title(apart: Sequence[float], mixed: Sequence[float]) -> str:
    """What the document mask does to the second of two packed documents.

    Args:
        apart: the largest difference of a logit at each of its tokens from the document alone, with the mask.
        mixed: the same without the mask.
    """
    with_mask = f"With the document mask the second text's logits are those of the text alone, to {max(apart):.0e}"
    return f"{with_mask}; without it they move by {min(mixed):.1f} to {max(mixed):.1f}"


def moved_title(unit: str, place: int, label: str, most: float, mean: float) -> str:
    """Where two maps differ most.

    Args:
        unit: "token" or "word".
        place: of the row that differs most.
        label: how it reads.
        most: the share of its weight that lies elsewhere in the second map.
        mean: the same, mean over all rows.
    """
    if most < 0.005:
        return "Less than 1% of any row's weight lies elsewhere in the second map"
    return (
        f"Most moves at {unit} {place}, “{label}”: {most:.0%} of its weight lies elsewhere in the second map; "
        f"{mean:.0%} on average"
    )


def contribution_title(name: str, weight: float, arriving: Sequence[tuple[float, str]]) -> str:
    """How much weight a head gives to the first token, and what arrives.

    Args:
        name: of the head.
        weight: the mean weight on the first token, of the tokens after it.
        arriving: for each text the mean summed length that arrives at a token, and where.
    """
    lengths = ", ".join(f"{length:.1f} in {where}" for length, where in arriving)
    return f"{name} gives {weight:.0%} of its weight to the first token; the length that arrives is {lengths}"


def largest(values: Sequence[float], *, digits: int = 2) -> list[int]:
    """The places of the largest value as it is written: of all that look the same."""
    written = [round(value, digits) for value in values]
    return [place for place, value in enumerate(written) if value == max(written)]


EQUATIONS = (
    Equation(
        r"x' = x + \sum_{h,k} A^h_{qk}\, W_O^h v^h_k, \qquad c^h_{qk} = \lVert A^h_{qk}\, W_O^h v^h_k \rVert",
        {
            "x, x'": "a token's vector before and after attention",
            "A^h_{qk}": "the weight of query q on key k in head h",
            "v^h_k = W_V^h x_k": "the value of token k in head h, made from the token's own vector",
            "W_O^h": "the slice of the output matrix that belongs to head h",
            "c^h_{qk}": "the length of what arrives: the contribution",
        },
    ),
    Equation(
        r"\text{cache} = 2 \cdot L \cdot K \cdot d \cdot n \cdot b \cdot s",
        {
            "L": "layers",
            "K": "key/value heads of a layer",
            "d": "numbers in a key, and in a value",
            "n": "tokens in the context",
            "b": "texts at once",
            "s": "bytes of a number",
        },
    ),
    Equation(
        r"r = \frac{\Delta_{\text{patched}} - \Delta_{\text{corrupted}}}"
        r"{\Delta_{\text{clean}} - \Delta_{\text{corrupted}}}, \qquad "
        r"\Delta = \sum_{\ell,h} (u_a - u_w)^{\top} \frac{g \odot o_{\ell h}}{\sigma} + \dots",
        {
            "r": "the share of the answer that one copied part brings back: 0 for nothing, 1 for all",
            r"\Delta": "the logit of the answer a less that of the wrong one w, at the last token",
            "u_a, u_w": "their rows of the output matrix",
            r"o_{\ell h}": "what head h of layer ℓ writes into the stream at the last token; MLPs and the embedding "
            "add their parts in the same way",
            r"g,\ \sigma": "the gain and the frozen scale of the last norm",
        },
    ),
)
"""What arrives from a head, what its keys and values take, what a copied part brings back and what each part writes."""

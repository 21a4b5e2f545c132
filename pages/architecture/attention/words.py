"""Words for what a head does."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from components.phrases import placed
from components.scene import Equation
from core.attention import (
    RECORDED_SEEDS,
    AttentionRecord,
    CellSum,
    HeadScores,
    LayerProjections,
    PartedHeads,
    recorded_parting,
)
from pages.architecture.attention.sums import MOST_DIGITS, number


@dataclass(frozen=True, slots=True)
class Score:
    """A score of a head: its field in HeadScores, what it measures, when it does not exist, and its unit."""

    field: str
    meaning: str
    undefined: str = "it needs at least two tokens"
    unit: str = ""


SCORES = {
    "previous token": Score("previous_token", "Mean weight on the token just before"),
    "duplicate token": Score(
        "duplicate_token", "Mean weight on earlier copies of the same token", "no token stands twice"
    ),
    "induction": Score("induction", "Mean weight on the token that followed an earlier copy", "no token stands twice"),
    "sink": Score("sink", "Mean weight on the first token"),
    "entropy": Score("entropy", "Mean entropy of a row, in nats", unit=" (nats)"),
    "distance": Score("distance", "Mean distance to what is looked at, in tokens", unit=" (tokens)"),
}


RULES = {
    "induction": (0.4, "it copies what followed last time"),
    "duplicate_token": (0.4, "it looks for the same token"),
    "previous_token": (0.4, "it looks at the token before"),
    "sink": (0.6, "it parks its weight on the first token"),
}
FURTHER_RULES = {
    "next_token": (0.4, "it looks at the token after"),
    "itself": (0.4, "each token looks at itself"),
}
COPYING = ("induction", "duplicate_token")
"""Patterns that only a token has which stood before; their share is a mean over such tokens alone."""

OFTEN = 1 / 3
"""The share of tokens that must have stood before for a head to be named by what it does with them."""


def finding(scores: HeadScores, record: AttentionRecord, layer: int, head: int) -> str:
    """What the head mostly does in this text, in words; the first rule that holds decides.

    Args:
        scores: of all heads for the text.
        record: the text's tokens and maps.
    """
    map_ = record.weights[layer, head]
    count = len(map_)
    if count == 1:
        return "one token can only look at itself"
    shares = {name: float(np.nan_to_num(getattr(scores, name)[layer, head])) for name in RULES}
    shares["next_token"] = float(map_.trace(offset=1)) / (count - 1)
    shares["itself"] = float(map_.trace()) / count
    if count == 2 and record.causal:
        return f"the second token gives {shares['sink']:.0%} of its weight to the first"
    seldom = count - len(set(map(int, record.token_ids))) < OFTEN * count
    for name, (least, words) in {**RULES, **FURTHER_RULES}.items():
        if shares[name] >= least and not (seldom and name in COPYING):
            where = " of a token that came before" if name in COPYING else ""
            return f"{words} ({shares[name]:.0%} of the weight{where})"
    return f"it spreads its weight over about {np.exp(scores.entropy[layer, head]):.0f} tokens"


def arcs_title(drawn: int, edges: int, carried: float) -> str:
    """How many edges of a map are drawn, and what they carry.

    Args:
        drawn, edges: those that are drawn, and all that have a weight.
        carried: the share of the weight on those that are drawn.
    """
    share = f"{carried:.0%}" if drawn == edges or carried < 0.995 else "more than 99%"
    return f"{drawn:,} of {edges:,} edges carry {share} of the mass"


def own_arcs(chip: str, own: np.ndarray) -> str:
    """What the arcs of the clicked token carry.

    Args:
        chip: the token, in HTML.
        own: the weights of its arcs that are drawn.
    """
    if not len(own):
        return f"{chip} has nothing left to look at but the first token, so it has no arc."
    arcs = "Its one blue arc carries" if len(own) == 1 else f"Its <b>{len(own)}</b> blue arcs carry"
    return f"{chip} is the query. {arcs} <b>{own.sum(dtype=np.float64):.0%}</b> of its weight."


def pairs_of(cosine: np.ndarray) -> dict[str, np.ndarray]:
    """The cosines [depth] of each pair of sentences, from those of all, [depth sentence sentence]."""
    first, second = np.triu_indices(cosine.shape[-1], 1)
    return {f"{one + 1} and {other + 1}": cosine[:, one, other] for one, other in zip(first, second, strict=True)}


ALIKE = 0.005
"""Cosines that differ by less read the same with two digits."""


def meanings_finding(word: str, cosine: np.ndarray) -> str:
    """Which sentences use a word most and least alike in the last layer, in words.

    Args:
        word: the visitor's.
        cosine: [depth sentence sentence].
    """
    last = {name: float(values[-1]) for name, values in pairs_of(cosine).items()}
    near, far = max(last, key=last.__getitem__), min(last, key=last.__getitem__)
    if last[near] - last[far] < ALIKE:
        return f"“{word}” ends equally close in all pairs of sentences ({last[near]:.2f})"
    return f"“{word}” ends closest in sentences {near} ({last[near]:.2f}), farthest in {far} ({last[far]:.2f})"


def meanings_reading(cosine: np.ndarray) -> str:
    """From which layer on the closest pair is the closest, and in which layers the vectors part."""
    pairs = pairs_of(cosine)
    names, values = list(pairs), np.stack(list(pairs.values()))
    moves = np.diff(values.mean(axis=0))
    falls, rises = (" and ".join(_listed(1 + np.flatnonzero(side))) for side in (moves < 0, moves > 0))
    apart = [f"falls in layer {falls}"] if falls else []
    apart += [f"rises in layer {rises}"] if rises else []
    way = f"The mean of the three cosines {' and '.join(apart)}. " if apart else ""
    lead = ""
    if np.ptp(values[:, -1]) >= ALIKE:
        behind = np.flatnonzero(values.argmax(axis=0) != values[:, -1].argmax())
        since = int(behind[-1]) + 1 if len(behind) else 0
        lead = f"Sentences {names[values[:, -1].argmax()]} are the closest from layer {since} on. "
    return f"{lead}{way}Layer 0 is the input: word plus position. From there each layer mixes in the sentence."


def _listed(layers: np.ndarray) -> list[str]:
    return [", ".join(map(str, layers[:-1])), str(layers[-1])] if len(layers) > 1 else [str(n) for n in layers]


def sink_reading(record: AttentionRecord, share: np.ndarray, projections: LayerProjections | None) -> str:
    """Why this model parks weight on some tokens, with the numbers of this text.

    Args:
        record: of at least two tokens.
        share: the mean weight of each head on the first token, [layer head].
        projections: of the layer on screen, where they are known: what arrives from the first token.
    """
    idle = "Softmax must hand out a weight of 1, also when a head has nothing to say. "
    if record.causal:
        why = "Every query can see the first token, so training makes it the place to park weight. "
    else:
        last = float(record.weights[:, :, 1:, -1].mean())
        why = (
            "In an encoder every query sees every token, so the first is no special one for being in sight. Its marks "
            f"{escape(record.tokens[0])} and {escape(record.tokens[-1])} stand in every text and mean nothing in "
            f"themselves; training parks weight there. Here, over all heads, they take <b>{share.mean():.0%}</b> and "
            f"<b>{last:.0%}</b>. "
        )
    return idle + why + (_what_the_first_adds(record, projections) if projections is not None else "")


def _what_the_first_adds(record: AttentionRecord, projections: LayerProjections) -> str:
    """The first token's part of the weight in a layer, and of the length that arrives: |A[q, k] W_O v_k| over keys."""
    weights = record.weights[projections.layer][:, 1:].astype(np.float64)
    lengths = weights * projections.output_norms[:, None, :]
    weight, length = (float(part[..., 0].sum() / part.sum()) for part in (weights, lengths))
    said = (
        f"In layer {projections.layer} it takes <b>{weight:.0%}</b> of the weight and adds <b>{length:.0%}</b> of the "
        "length of all that the heads add"
    )
    if round(100 * weight) - round(100 * length) >= 5:
        return f"{said}: less than its weight, since what its value brings is short."
    if round(100 * length) - round(100 * weight) >= 5:
        return f"{said}: here a weight on it adds more than on another token."
    return f"{said}: about as much as its weight says."


def loss_finding(loss: np.ndarray, copies: tuple[slice, slice] | None) -> str:
    """What a text costs a token: in each of its two copies, or in all.

    Args:
        loss: [token - 1] in nats.
        copies: where it holds the two copies, see `copies_of`; None for a text that does not repeat itself.
    """
    if copies is None:
        return f"A loss of {loss.mean():.2f} nats a token, a perplexity of {np.exp(loss.mean()):,.1f}"
    first, second = (float(loss[copy].mean()) for copy in copies)
    return f"The second copy costs {second:.1f} nats a token, the first {first:.1f}"


PARTED = 0.05
"""A fall of the mean cosine between heads that is called parting; random starts move by less than half of it."""


def parting_finding(found: PartedHeads, place: int) -> str:
    """What became of heads that start equal and of heads that start almost equal, in words.

    Args:
        found: the runs, in the order of STARTS.
        place: which of its seeds.
    """
    equal, almost = (float(found.similarity[start, place, -1]) for start in (0, 1))
    stays = f"Equal heads {'stay equal' if found.difference[0, place] == 0 else f'end with a cosine of {equal:.2f}'}"
    if found.parted[1, place] < PARTED:
        return f"{stays}; heads that differ by 0.001 stay alike too (cosine {almost:.2f})"
    share = "share the work" if found.shared[1, place] else "part without sharing the work"
    return f"{stays}; heads that differ by 0.001 part (cosine 1.00 → {almost:.2f}) and {share}"


def parting_reading(found: PartedHeads, place: int) -> str:
    """The numbers of the runs on screen, and how far they differ between the recorded seeds."""
    cosines, losses = found.similarity[:, place, -1], found.final_loss[:, place]
    moved, apart = abs(found.parted[2, place]), float(found.difference[0, place])
    random = "hardly move" if moved < PARTED else f"move by {moved:.2f}"
    equal = "do not differ in one bit" if apart == 0 else f"differ by up to {apart:.1e}"
    here = (
        f"After {found.loss.shape[-1]} updates equal heads {equal}, and four do the work of one: a loss of "
        f"<b>{losses[0]:.2f}</b> nats, against <b>{losses[1]:.2f}</b> of the almost equal ones and "
        f"<b>{losses[2]:.2f}</b> of the random ones. Those are unlike from the start and {random}: cosine "
        f"<b>{_plain(cosines[2])}</b>."
    )
    return f"{here} {_over_seeds(recorded_parting())}"


def _over_seeds(kept: PartedHeads) -> str:
    """In how many of the recorded seeds heads that start almost equal part, and the spread of what they reach."""
    seeds, ends = len(RECORDED_SEEDS), kept.similarity[1, :, -1]
    parted = int(((kept.parted[1] >= PARTED) & kept.shared[1]).sum())
    equal = kept.final_loss[0]
    return (
        f"Almost equal heads part and share the work in <b>{parted}</b> of {seeds} recorded seeds (cosine "
        f"{ends.min():.2f} to {ends.max():.2f}); equal heads end between {equal.min():.2f} and {equal.max():.2f} nats."
    )


def _plain(number: float) -> str:
    """Two digits, without the sign of a number that rounds to 0."""
    return f"{number:.2f}".replace("-0.00", "0.00").replace("-", "−")


def cell_title(tokens: Sequence[str], found: CellSum) -> str:
    """The way of one weight from its sum to its scaled score."""
    names = f"“{placed(tokens, found.query)}” asks “{placed(tokens, found.key)}”"
    count = len(found.parts)
    width = count if found.unit == "dimension" else 2 * count
    numbers = f"{count} {found.unit}s sum to {found.score:+.1f}, ÷ √{width} = {found.scaled:+.2f}"
    return f"{names}: {numbers.replace('-', '−')}"


TURNING = {
    "all": "RoPE turns each pair with the position; its wavelength is one full turn.",
    "some": "RoPE turns some dimensions of this model only, so that each stands by itself.",
    "none": "This model adds positions to its tokens and turns no pair: each dimension stands by itself, without a "
    "wavelength.",
}
"""What the bars of a score are, by what RoPE turns in the model."""


LEAST = 0.001
"""A weight or a length below half of this is not written with three digits."""


def plain_weight(weight: float) -> str:
    """A weight with three digits, a small one with two of its own, or that it is less."""
    return number(weight) if weight >= LEAST / 2 else f"{weight:.3f}" if weight == 0 else f"less than {LEAST}"


def _carried(found: CellSum) -> tuple[str, str, str]:
    """A weight, a value's length and what arrives, with digits enough that those multiply to this as they stand."""
    arrives = _length(found.carried)
    for more in range(MOST_DIGITS):
        weight, value = number(found.weight, more=more), f"{found.value:.{1 + more}f}"
        if _length(float(weight) * float(value)) == arrives:
            break
    return weight, value, arrives


def _length(carried: float) -> str:
    return f"{carried:.2g}" if carried < 10 else f"{carried:.0f}"


def row_title(tokens: Sequence[str], found: CellSum) -> str:
    """What the mask and the softmax make of the score."""
    if found.hidden:
        return f"The mask forbids key {found.key}: its score becomes −∞, its weight 0"
    above = int((found.row > found.weight).sum())
    place = "the largest of its row" if above == 0 else f"place {above + 1} of its row"
    return f"The softmax gives “{placed(tokens, found.key)}” {plain_weight(found.weight)}, {place}"


SLOW = 20
"""A pair whose wavelength is more than so many times the distance turns by less than 18° over it."""


def pairs_sentence(found: CellSum, waves: np.ndarray | None, at: tuple[int, int] | None = None) -> str:
    """Which parts make the score, and what the weight carries.

    Args:
        found: the cell.
        waves: the wavelengths of the pairs that RoPE turns; None where it does not turn all.
        at: the positions of query and key in the run, where they are not those in the text.
    """
    most = int(np.abs(found.parts).argmax())
    name = f"{found.unit} {most}" if waves is None else f"the pair of wavelength {waves[most]:,.0f} tokens"
    against = " and pulls against the sum" if found.parts[most] * found.score < 0 else ""
    said = f"{name} is the largest, <b>{found.parts[most]:+.1f}</b>{against}"
    if waves is not None:
        said += f"; {_turning_sentence(found, waves, at or (found.query, found.key))}"
    if found.hidden:
        return f"{said}. Nothing is carried, since the mask forbids this key.".replace("-", "−")
    if found.weight < LEAST / 2:
        return f"{said}.".replace("-", "−") + f" With a weight of less than {LEAST}, next to nothing arrives."
    weight, value, arrives = _carried(found)
    carried = f"<b>{weight}</b> × <b>{value}</b> ≈ <b>{arrives}</b>"
    return (
        f"{said}.".replace("-", "−") + " What arrives, weight times value through the output matrix, has a length of "
        f"{carried}."
    )


def _turning_sentence(found: CellSum, waves: np.ndarray, at: tuple[int, int]) -> str:
    """What the pairs add that the distance between query and key turns, and those that it hardly turns."""
    distance = abs(at[0] - at[1])
    anew = at != (found.query, found.key)
    lead = f"positions restart with each document, {at[0]} and {at[1]} here, " if anew else ""
    if not distance:
        return f"{lead}so that no pair is turned against the other" if anew else _ONE_TOKEN
    slow = waves > SLOW * distance
    tokens = "1 token" if distance == 1 else f"{distance} tokens"
    later = ", the key being later," if at[1] > at[0] else ""
    fast, still = (float(found.parts[chosen].sum()) for chosen in (~slow, slow))
    return (
        f"{lead}{'and ' if anew else ''}pairs that {tokens} of distance{later} turn by {360 // SLOW}° or more sum to "
        f"<b>{fast:+.1f}</b>, the slower ones, hardly changed (cos {360 // SLOW}° = "
        f"{np.cos(2 * np.pi / SLOW):.2f}), to <b>{still:+.1f}</b>"
    )


_ONE_TOKEN = "query and key are one token, so no pair is turned"


EQUATIONS = (
    Equation(
        r"A = \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}} + M\right), \qquad \mathrm{head} = A\,V",
        {
            "Q, K, V": "queries, keys and values: the tokens times the head's own matrices, one row for each token",
            "d": "the dimension of a head, 64 in SmolLM2",
            "M": "the mask: 0 where a query may look, −∞ where it may not",
            "A": "the map above: row = query, column = key, each row sums to 1",
        },
    ),
    Equation(
        r"R = B_L \cdots B_2 B_1, \qquad B_\ell = \tfrac12\Big(\tfrac1H\sum_h A_{\ell h} + I\Big)",
        {
            "R": "rollout: how much of each input token reaches each output token, by attention alone",
            r"A_{\ell h}": "the map of head h in layer ℓ, of H heads and L layers",
            "I": "the identity, for the residual connection",
        },
    ),
    Equation(
        r"q \cdot k = \sum_{i=0}^{d/2-1} \left(q_i k_i + q_{i+d/2}\, k_{i+d/2}\right), \qquad "
        r"\lambda_i = 2\pi\, b^{2i/d}",
        {
            "q, k": "one query and one key of a head, after the position encoding",
            "i": "a pair of dimensions, which RoPE turns together",
            r"\lambda_i": "its wavelength: the tokens of one full turn",
            "b": "RoPE's base, 100,000 in SmolLM2",
        },
    ),
    Equation(
        r"q^{\top} k, \quad \frac{q^{\top} k}{\sqrt d}, \quad q^{\top} W k, \quad "
        r"v^{\top} \tanh(A q + B k), \quad f\, \frac{q^{\top} k}{\lVert q \rVert \lVert k \rVert}; \qquad "
        r"\frac{\partial p}{\partial s} = \mathrm{diag}(p) - p\, p^{\top}",
        {
            "q, k": "one query and one key, of d numbers each",
            "W, A, B": "learned matrices of d rows and d columns",
            "v, f": "a learned vector of d numbers, and a learned number",
            "s, p": "the scores of a row in one of these five ways, and the softmax of them: its weights",
            r"\partial p / \partial s": "how the weights move with the scores: what the softmax lets through",
        },
    ),
)

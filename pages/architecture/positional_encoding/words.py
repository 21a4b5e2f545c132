"""The words of the controls, the texts that are recorded, an answer that needs numbers, and the equations."""

from collections.abc import Mapping, Sequence

import numpy as np

from components.scene import Equation
from core.positional import BucketRange, offset_similarity

SINUSOIDAL, LEARNED, ROPE, ALIBI, T5 = "Sinusoidal", "Learned", "RoPE", "ALiBi", "T5"
"""The schemes."""

TABLE, COSINE = "Table", "Cosine"
"""The two figures of the learned positions."""

EQUAL, RANDOM, REAL = "Equal", "Random", "Real head"
"""The query and the key of the dials."""

REACHES = {"128 tokens": 128, "1,024 tokens": 1024, "8,192 tokens": 8192}
"""How far the curve of the score goes."""

BOTH_WAYS, CAUSAL = "Bidirectional", "Causal"
"""The two kinds of T5's attention."""

MADE = "Random vectors"
"""The query and the key of the comparison; the other choice is REAL."""

SENTENCE = "The old clock on the wall struck twelve, and the old clock on the shelf struck one."
"""The sentence whose queries and keys come with the code."""

SHUFFLED = "The dog chased the cat across the garden."
"""The first sentence whose shuffled words come with the code."""

RECORDED_SEED = 0
"""The seed of the orders in the recorded permutation tests."""


LONG = "Train short, test long"
"""The panel that measures what stretching is good for."""

MARK, COPY = "Find the last mark", "Copy"
"""The tasks of that panel."""

BY_LENGTH, BY_FOUR = "length / 32", "4, at every length"
"""By how much it stretches RoPE."""

UNMASKED, MASKED = "None (MiniLM)", "Causal (SmolLM2)"
"""The masks of the permutation test, each with the model that has it."""


def up_to(error: float) -> str:
    """How near one number is to another, in words."""
    return "exactly" if error == 0 else f"up to {error:.0e}"


def step_sentence(wavelength: float) -> str:
    """How far a sine or cosine can move from one token to the next: 2 sin(omega / 2), omega = 2 pi / wavelength.

    Args:
        wavelength: of the pair in tokens, at least 2.
    """
    return f"From one token to the next neither value moves by more than {2 * np.sin(np.pi / wavelength):.2g}."


def compared_title(spread: Mapping[str, float], *, rounding: bool) -> str:
    """How far the score of each scheme varies at one and the same distance.

    Args:
        spread: scheme -> the largest difference between two places with one offset.
        rounding: whether it is rounding alone for the schemes that should know the offset alone.
    """
    learned = f", by {spread['learned']:.1f} for the learned table" if "learned" in spread else ""
    others = max(spread[scheme] for scheme in ("rope", "alibi", "t5"))
    rest = "by rounding alone" if rounding else f"by up to {others:.1e}"
    return (
        f"At one distance the score varies by up to {spread['sinusoidal']:.1f} for the sinusoidal code{learned}; for "
        f"RoPE, ALiBi and T5 {rest}"
    )


def set_title(without: float, with_positions: float) -> str:
    """What shuffling does to the outputs of an encoder.

    Args:
        without, with_positions: the largest change of an output, without and with the position table.
    """
    return f"Without positions an output moves by {without:.1e} at most, with them by up to {with_positions:.1f}"


def masked_title(without: float, with_positions: float) -> str:
    """What shuffling does to the next token of a decoder.

    Args:
        without, with_positions: the total variation of its probabilities, without and with rotary positions.
    """
    if without < 0.0005:
        return (
            f"In this text the next token does not tell the order without positions; with them {with_positions:.1%} of "
            "its probability moves"
        )
    return (
        f"Behind a causal mask order shows without positions: {without:.1%} of the next token's probability moves, "
        f"{with_positions:.1%} with them"
    )


def kept_title(scheme: str, speeds: np.ndarray, factor: float) -> str:
    """What a scheme of context extension does to the frequencies.

    Args:
        speeds: new frequency over trained frequency, [pair].
        factor: of the scheme.
    """
    faster = int((speeds > 1.001).sum())
    if faster:
        return f"{scheme}: {faster} of {len(speeds)} pairs turn faster than trained, by up to {speeds.max():.3g} times"
    slowed = f"divides {(speeds < 1.001 / factor).sum()} by {factor:g} or more" if factor > 1 else "slows none"
    return f"{scheme} keeps {(speeds > 0.999).sum()} of {len(speeds)} frequencies and {slowed}"


def price_title(scheme: str, factor: float, perplexity: float, trained: float, change: tuple[float, float]) -> str:
    """What a scheme costs on a text.

    Args:
        perplexity, trained: with the scheme and as trained.
        change: the mean change of the loss of a token, and its standard error.
    """
    found = f"{scheme} at {factor:g}: perplexity {perplexity:.1f}, {trained:.1f} as trained"
    return f"{found}; within two standard errors, so no difference" if 0 < abs(change[0]) <= 2 * change[1] else found


def layouts_title(reordered: float, mixed: float) -> str:
    """The score in the other layout, with the dimensions reordered and without."""
    if f"{reordered:.3f}" == f"{mixed:.3f}":
        return f"Reordered, the score stays {reordered:.3f}; here the wrong layout gives the same"
    return f"Reordered, the score stays {reordered:.3f}; read in the wrong layout it would be {mixed:.3f}"


def projected_title(spread: float, spread_raw: float) -> str:
    """What a matrix between the codes leaves of their being relative.

    Args:
        spread, spread_raw: the largest range of values on one diagonal, with the matrix and without.
    """
    if spread > 1000 * max(spread_raw, 1e-12):
        return "“Relative” holds for the raw codes only: a random matrix between them ends it"
    return "On these positions no diagonal tells the two apart"


def weights_title(reach: Sequence[int]) -> str:
    """How many tokens hold nine tenths of the weight of the steepest head, of others, and of the flattest."""
    words = "With equal keys, nine tenths of the weight lie on"
    if reach[0] == reach[-1]:
        return f"{words} {reach[0]} tokens"
    return f"{words} {reach[0]} to {reach[-1]} tokens, depending on the head"


def buckets_title(ranges: Sequence[BucketRange], num_buckets: int) -> str:
    """How many of T5's buckets hold one distance, several, or all from some distance on.

    Args:
        ranges: the distances of each bucket that is used.
        num_buckets: how many there are.
    """
    widths = [None if entry.last is None else entry.last - entry.first + 1 for entry in ranges]
    counts = {
        "with one distance each": sum(width == 1 for width in widths),
        "with several": sum(width is not None and width > 1 for width in widths),
        "without an end": sum(width is None for width in widths),
        "never used": num_buckets - len(ranges),
    }
    return f"{num_buckets} buckets: " + ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def open_bucket_title(first: int, length: int) -> str:
    """Where T5's bias stops to change, or that the positions do not reach so far.

    Args:
        first: the first distance of the bucket without an end.
        length: positions.
    """
    if first < length:
        return f"From {first} tokens on, every distance on one side gets the same bias"
    return f"On {length} positions no distance reaches the last bucket, which begins at {first}"


def bias_title(bias: np.ndarray) -> str:
    """How few numbers a bias is made of, and between which it lies.

    Args:
        bias: [query key].
    """
    numbers, pairs = len(np.unique(bias)), f"{bias.size:,} pairs"
    if numbers == 1:
        return f"One number serves all {pairs}: {bias.max():.2f}"
    return f"{numbers} numbers serve {pairs} of query and key; they lie from {bias.min():.2f} to {bias.max():.2f}"


def end_title(trials: Mapping[int, bool], rows: int) -> str:
    """Up to which length an encoder with a table of positions takes a text.

    Args:
        trials: tokens of each text that was tried -> whether it was accepted.
        rows: of the table.
    """
    taken = max((tokens for tokens, accepted in trials.items() if accepted), default=None)
    refused = min((tokens for tokens, accepted in trials.items() if not accepted), default=None)
    table = f"the table has {rows} rows"
    if taken is not None and refused is not None and taken < refused:
        return f"A text of {taken} tokens is accepted, one of {refused} is refused: {table}"
    if refused is None:
        return f"Every text that was tried is accepted, up to {taken} tokens; {table}"
    if taken is None:
        return f"Every text that was tried is refused, from {refused} tokens on; {table}"
    return f"A text of {refused} tokens is refused, and one of {taken} accepted, though {table}"


def jump_sentence(lengths: np.ndarray) -> str:
    """Where, away from both ends of a learned table, a row is longer than its neighbors; empty where none stands out.

    Args:
        lengths: of the rows, [position].
    """
    inside = np.arange(16, len(lengths) - 16)
    if not len(inside):
        return ""
    beyond = lengths[inside] / np.maximum(lengths[inside - 1], lengths[inside + 1])
    place = int(inside[beyond.argmax()])
    if beyond.max() < 1.2:
        return ""
    return (
        f"Away from the ends one row stands out, that of position {place}. It suggests that a training cut its texts "
        f"to {place + 1} tokens, so that the closing mark often stood there."
    )


def one_color(spreads: np.ndarray, near: float) -> str:
    """What the map of cosines of a learned table shows.

    Args:
        spreads: of each diagonal the largest less the smallest cosine, the main one first; the last has one cell.
        near: the mean cosine of neighbors.
    """
    # The map tells a hundredth apart, and a diagonal of one cell has one color whatever it holds.
    even = int((spreads[1:-1] < 0.01).sum())
    alike = f"Neighbors have a mean cosine of {near:.2f}"
    if len(spreads) < 3:
        return alike
    if not even:
        return f"{alike}, and no diagonal but the main one is of one color"
    return f"{alike}, and of the other diagonals {even} of {len(spreads) - 2} show one color"


def a_shift_by_one_word() -> str:
    """The answer to whether such a shift changes little, with its numbers."""
    one, five, six = offset_similarity(64, np.array([1, 5, 6])) / 32
    return (
        f"A code and the next one are alike: with 64 dimensions their cosine is {one:.2f}. Smooth does not mean "
        f"steady, though: the cosine is {five:.3f} at distance 5 and {six:.3f} at distance 6. And for a learned "
        "table nothing but training makes neighbors alike."
    )


EQUATIONS = (
    Equation(
        r"\mathrm{PE}(p)_{2i} = \sin(p\,\omega_i), \quad \mathrm{PE}(p)_{2i+1} = \cos(p\,\omega_i), \quad "
        r"\omega_i = b^{-2i/d}, \quad \mathrm{PE}(p+k) = M_k\,\mathrm{PE}(p)",
        {
            "p": "the position, in tokens; k is a shift",
            "i": "the pair of dimensions, from 0 to d/2 − 1, of d dimensions",
            r"\omega_i": "how fast the pair turns, in radians per token; b is the base",
            "M_k": "block-diagonal, one rotation by kω for each pair: it knows k, not p",
        },
    ),
    Equation(
        r"\langle R_m q,\, R_n k\rangle = q^{\top} R_{n-m}\, k",
        {
            "R_m": "RoPE: turns pair i by mω; R is a rotation, so the two turns leave their difference",
            "q, k": "the query at position m and the key at position n",
        },
    ),
    Equation(
        r"s_{mn} = \frac{q_m^{\top}k_n}{\sqrt d} - m_h\,|m-n| \qquad s_{mn} = q_m^{\top}k_n + t_{h,\,\beta(n-m)}",
        {
            "m_h": "ALiBi's slope of head h, fixed before training",
            r"t_{h,\beta}": "T5's trained number for head h and bucket β of the offset n − m",
        },
    ),
    Equation(
        r"\omega_i' = (1-\gamma_i)\,\frac{\omega_i}{s} + \gamma_i\,\omega_i, \qquad "
        r"b' = b\,s^{d/(d-2)}",
        {
            "s": "the factor of the context extension",
            r"\gamma_i": "the part that is kept: 0 for all pairs in linear interpolation; in YaRN a ramp, by the "
            "pair's index as in its code or by the turns in the trained context as in its paper; in Llama 3 a ramp "
            "by turns",
            "b'": "the larger base of NTK-aware scaling: the first pair stays, the last is divided by s",
        },
    ),
)

"""What a cell that is no single weight says of its parts, decided by their numbers."""

from collections.abc import Sequence

import numpy as np

from components.page import token_chip
from components.phrases import placed
from components.theme import Look
from core.attention import Compound, RolloutSum

LEAST = 0.0005
"""Below this a number reads 0.000."""


SMALL = (0.00995, 0.000995)
"""Below each of these one more digit after the point is needed for two of the number."""


def number(value: float, *, more: int = 0) -> str:
    """A share with three digits after the point, a small one with two of its own, 0 as 0.

    Args:
        value: the share; one that does not show is written with its power of ten.
        more: further digits.
    """
    if value == 0:
        return "0"
    if abs(value) < LEAST:
        return f"{value:.{1 + more}e}".replace("-", "−")
    places = 3 + sum(abs(value) < limit for limit in SMALL) + more
    return f"{value:.{places}f}".replace("-", "−")


def multiplied(first: float, second: float) -> tuple[str, str, str]:
    """Two factors and their product, with digits enough that the factors as they stand give it as it stands."""
    product = number(first * second)
    for more in range(MOST_DIGITS):
        factors = number(first, more=more), number(second, more=more)
        if number(_value(factors[0]) * _value(factors[1])) == product:
            break
    return *factors, product


def _value(text: str) -> float:
    return float(text.replace("−", "-"))


def words_title(found: Compound, labels: Sequence[str]) -> str:
    """How many weights make a cell between two words, and what they sum to."""
    names, count = f"“{labels[found.query]}” on “{labels[found.key]}”", len(found.parts)
    queries = len({query for query, _ in found.places})
    if count == 1:
        return f"{names}: a token each, so that this cell is one weight, {number(found.value)}"
    each = f", each ÷ {queries}," if queries > 1 else ""
    return f"{names}: {count} weights{each} sum to {number(found.value)}"


def rule_sentence(found: Compound) -> str:
    """The rule that merges a cell's weights, with the numbers of this one, of each text by itself."""
    rule = "a cell is the sum over the key's tokens and the mean over the query's."
    counts = [_counted(found, side) for side in sorted(set(found.sides))]
    if counts[0] != counts[-1]:
        ours, theirs = counts
        return (
            f"In this text the query has {ours[0]}, the key {ours[1]}; in the other {theirs[0]} and {theirs[1]}: {rule}"
        )
    both = " in both texts" if len(counts) > 1 else ""
    return f"The query has {counts[0][0]}, the key {counts[0][1]}{both}: {rule}"


def _counted(found: Compound, text: int) -> tuple[str, str]:
    """How many tokens of a text the query has, and the key."""
    own = [place for side, place in zip(found.sides, found.places, strict=True) if side == text]
    query, key = (len({place[way] for place in own}) for way in (0, 1))
    return _tokens(query), _tokens(key)


def _tokens(count: int) -> str:
    return f"<b>{count} token{'s' if count > 1 else ''}</b>"


def difference_title(found: Compound, ours: Sequence[str], theirs: Sequence[str]) -> str:
    """What both texts give, and the difference, with the words of each text where they are others.

    Args:
        found: the cell.
        ours, theirs: the names of the rows in this text and in the other one.
    """
    here, there = (f"“{labels[found.query]}” on “{labels[found.key]}”" for labels in (ours, theirs))
    more, less, apart = written(found)
    if here == there:
        return f"{there}: {more} in the other text less {less} in this one is {apart}"
    return f"{there}, {more} in the other text, less {here}, {less} in this one, is {apart}"


def sides_of(found: Compound) -> tuple[float, float]:
    """What the weights of this text come to, and those of the other."""
    added = np.abs(found.parts)
    sides = np.array(found.sides)
    return float(added[sides == 0].sum()), float(added[sides == 1].sum())


MOST_DIGITS = 6
"""So many digits of the larger side are written at most; a difference below them is none."""


def written(found: Compound) -> tuple[str, str, str]:
    """What the other text gives, what this one gives, and the difference, with digits enough that the first less the
    second is the third as they stand, from three on."""
    ours, theirs = sides_of(found)
    top = max(ours, theirs)
    power = 0 if top == 0 or top >= LEAST else int(np.floor(np.log10(top)))
    sides = [theirs / 10.0**power, ours / 10.0**power]
    for digits in range(1 if power else 3, MOST_DIGITS + 1):
        more, less, apart = (round(value, digits) for value in (*sides, sides[0] - sides[1]))
        if round(more - less - apart, digits) == 0 and (apart != 0 or ours == theirs):
            break
    # Where the last digit still rounds apart, the difference is that of both sides as they stand.
    apart = round(more - less, digits)
    ending = f"e{power:03d}" if power else ""
    texts = [f"{value:.{digits}f}{ending}".replace("-", "−") if value else "" for value in (more, less, apart)]
    # A side that does not show beside the other one is written by itself.
    return texts[0] or number(theirs), texts[1] or number(ours), texts[2] or "0"


def difference_sentence(found: Compound) -> str:
    """Which text gives more."""
    theirs, ours = sides_of(found)[::-1]
    apart = written(found)[2].removeprefix("−")
    if apart == "0":
        return "Both texts give as much." if ours == theirs else f"Both texts give as much, to {MOST_DIGITS} digits."
    more, less = ("The other text", "this one") if theirs > ours else ("This text", "the other one")
    return f"{more} gives <b>{apart}</b> more than {less}."


def rollout_title(tokens: Sequence[str], found: RolloutSum) -> str:
    """What reaches a token of an input token, and through which token most of it comes."""
    query, key = (placed(tokens, place) for place in (found.query, found.key))
    names = f"“{query}” holds {number(found.value)} of “{key}”"
    if not found.parts.any():
        return f"{names}: no way leads there"
    best = int(found.parts.argmax())
    return f"{names}; most comes through “{placed(tokens, best)}”, {number(float(found.parts[best]))}"


def factors_title(tokens: Sequence[str], found: RolloutSum, layers: int) -> str:
    """From which token the last layer takes most, and which token holds most of the input token before it."""
    most, held = int(found.last.argmax()), int(found.before.argmax())
    last, before = (number(float(row[at])) for row, at in ((found.last, most), (found.before, held)))
    return (
        f"Layer {layers - 1} takes most from “{placed(tokens, most)}”, {last}; “{placed(tokens, held)}” holds most of "
        f"“{placed(tokens, found.key)}” before, {before}"
    )


def rollout_sentence(tokens: Sequence[str], found: RolloutSum, layers: int, look: Look) -> str:
    """The largest part as a product, and how many tokens bring half of the cell."""
    if not found.parts.any():
        later = found.key > found.query
        why = "A token sees only itself and earlier ones, so nothing of a later one can reach it."
        return why if later else "No layer brings anything of it there."
    best, ordered = int(found.parts.argmax()), np.sort(found.parts)[::-1]
    half = int((np.cumsum(ordered) < found.parts.sum() / 2).sum()) + 1
    last, before, product = multiplied(float(found.last[best]), float(found.before[best]))
    below = f"what layer {layers - 2} has left there" if layers > 1 else "the input itself"
    few = "One token brings" if half == 1 else f"{half} tokens bring"
    return (
        f"Through {token_chip(placed(tokens, best), look.role('key'))}: <b>{last}</b>, which layer "
        f"{layers - 1} takes from it, times <b>{before}</b>, {below}, is <b>{product}</b>. "
        f"{few} half of the cell."
    )

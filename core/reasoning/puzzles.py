"""The game of 24: four numbers, each used once, and + - * / make 24. Every solution, in exact fractions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, combinations_with_replacement
from typing import SupportsIndex

from core.numbers import require, whole

TARGET = Fraction(24)
HIGHEST = 13
"""Numbers are those of playing cards, from 1 to the king's 13."""

Values = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """An expression in a normal form: two that differ by the order or the brackets of sums and products are equal.

    Args:
        kind: "number", "sum" or "product".
        plus: the parts that are added or multiplied, sorted by how they are written; a number has none.
        minus: the parts that are subtracted or divided by.
        value: its value.
    """

    kind: str
    plus: "tuple[Term, ...]"
    minus: "tuple[Term, ...]"
    value: Fraction

    def __str__(self) -> str:
        if self.kind == "number":
            return str(self.value)
        join, part = (" + ", " - ") if self.kind == "sum" else (" * ", " / ")
        written = join.join(map(self._inner, self.plus))
        return part.join([written, *map(self._inner, self.minus)])

    def _inner(self, term: "Term") -> str:
        return f"({term})" if term.kind == "sum" and self.kind == "product" else str(term)


def solve24(numbers: Iterable[SupportsIndex | float]) -> tuple[str, ...]:
    """Every way to make 24 of four numbers, each used once, by + - * / in exact fractions.

    Args:
        numbers: four whole numbers from 1 to 13, in any order; one may stand several times.

    Returns:
        The expressions, sorted, such as "(10 - 4) * (13 - 9)"; Python's own notation. Two that differ only by the order
        or the brackets of a sum or a product are one. Empty where there is none.

    Raises:
        ValueError: for another count of numbers, or one out of range.

    Invariant: each, replayed in fractions, gives 24 and uses exactly the four numbers; it is empty exactly where
    `can_be_solved` says no. 1,362 of the 1,820 multisets can be solved.
    Source: the rules as in Yao et al. 2023 (2305.10601), section 4.1.
    """
    terms = tuple(Term("number", (), (), Fraction(number)) for number in four(numbers))
    return tuple(sorted({str(term) for term in _ways(terms)}))


def four(numbers: Iterable[SupportsIndex | float]) -> tuple[int, ...]:
    """Four numbers in ascending order, or a ValueError with what is allowed."""
    require(isinstance(numbers, Iterable), "numbers", numbers, "4 numbers")
    given = list(numbers)
    if len(given) != 4:
        raise ValueError(f"there must be 4 numbers; got {len(given)}: {given}")
    return tuple(sorted(whole("a number", number, 1, HIGHEST) for number in given))


def _ways(terms: tuple[Term, ...]) -> Iterator[Term]:
    """All expressions that make 24 of each of some terms once; some come several times."""
    if not reachable(tuple(sorted(term.value for term in terms))):
        return
    if len(terms) == 1:
        yield terms[0]
        return
    seen = set()
    for i, j in combinations(range(len(terms)), 2):
        rest = tuple(term for place, term in enumerate(terms) if place not in (i, j))
        for joined in joinings(terms[i], terms[j]):
            state = tuple(sorted((*rest, joined), key=str))
            if state not in seen:
                seen.add(state)
                yield from _ways(state)


def joinings(a: Term, b: Term) -> Iterator[Term]:
    """What two terms make together: a + b, a - b, b - a, a * b, a / b, b / a; no division by zero."""
    yield _join("sum", a, b, a.value + b.value)
    yield _join("product", a, b, a.value * b.value)
    for one, other in ((a, b), (b, a)):
        yield _part("sum", one, other, one.value - other.value)
        if other.value != 0:
            yield _part("product", one, other, one.value / other.value)


def _sides(kind: str, term: Term) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    return (term.plus, term.minus) if term.kind == kind else ((term,), ())


def _join(kind: str, a: Term, b: Term, value: Fraction) -> Term:
    (plus, minus), (more, less) = _sides(kind, a), _sides(kind, b)
    return _sorted(kind, plus + more, minus + less, value)


def _part(kind: str, a: Term, b: Term, value: Fraction) -> Term:
    (plus, minus), (less, more) = _sides(kind, a), _sides(kind, b)
    return _sorted(kind, plus + more, minus + less, value)


def _sorted(kind: str, plus: tuple[Term, ...], minus: tuple[Term, ...], value: Fraction) -> Term:
    if kind == "product":
        # Two differences below 0 are turned around together: (4 - 10) * (9 - 13) is (10 - 4) * (13 - 9).
        negative = [term for term in (*plus, *minus) if term.value < 0 and term.minus and term.kind == "sum"]
        turned = {term: _turned(term) for term in negative[: len(negative) // 2 * 2]}
        plus, minus = (tuple(turned.get(term, term) for term in side) for side in (plus, minus))
    else:
        # A product below 0 changes sides: 4 - 5 * (6 - 10) is 4 + 5 * (10 - 6).
        (plus, away), (minus, back) = (_parted(side) for side in (plus, minus))
        plus, minus = plus + back, minus + away
    return Term(kind, tuple(sorted(plus, key=_order)), tuple(sorted(minus, key=_order)), value)


def _parted(terms: tuple[Term, ...]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The terms of a sum that stay on their side, and those below 0 with their sign turned."""
    turned = {term: _negated(term) for term in terms if term.kind == "product" and term.value < 0}
    return (
        tuple(term for term in terms if turned.get(term) is None),
        tuple(other for term in terms if (other := turned.get(term)) is not None),
    )


def _negated(product: Term) -> Term | None:
    """A product with a difference in it turned around; None where it has none."""
    for term in (*product.plus, *product.minus):
        if term.kind == "sum" and term.value < 0 and term.minus:
            plus, minus = (
                tuple(_turned(one) if one == term else one for one in side) for side in (product.plus, product.minus)
            )
            return _sorted("product", plus, minus, -product.value)
    return None


def _turned(term: Term) -> Term:
    """b - a of a - b."""
    return Term("sum", term.minus, term.plus, -term.value)


def _order(term: Term) -> tuple[int, Fraction, str]:
    return len(term.plus), -term.value, str(term)


@cache
def outcomes(a: Fraction, b: Fraction) -> frozenset[Fraction]:
    """The values that two numbers make by one operation."""
    return frozenset({a + b, a - b, b - a, a * b} | ({a / b} if b else set()) | ({b / a} if a else set()))


@cache
def reachable(values: Values) -> bool:
    """Whether 24 can be made of some numbers, each used once.

    Args:
        values: one to four, in any order.
    """
    if len(values) == 1:
        return values[0] == TARGET
    return any(reachable(after) for after in successors(values))


@cache
def successors(values: Values) -> tuple[Values, ...]:
    """The states one operation away, each sorted, in sorted order and once."""
    found = set()
    for i, j in combinations(range(len(values)), 2):
        rest = tuple(value for place, value in enumerate(values) if place not in (i, j))
        found |= {tuple(sorted((*rest, made))) for made in outcomes(values[i], values[j])}
    return tuple(sorted(found))


def solvable_multisets() -> tuple[tuple[int, ...], ...]:
    """Those of the 1,820 multisets of four numbers from 1 to 13 of which 24 can be made, in sorted order.

    Three numbers and one, or two and two, meet in 24: the sets of values that pairs and triples make are found once.
    Invariant: there are 1,362.
    """
    hands = combinations_with_replacement(range(1, HIGHEST + 1), 4)
    return tuple(hand for hand in hands if _meets(tuple(map(Fraction, hand))))


def _meets(hand: Values) -> bool:
    return any(
        not made(_rest(hand, part)).isdisjoint(_partners(made(tuple(hand[place] for place in part))))
        for size in (1, 2)
        for part in combinations(range(4), size)
    )


def _rest(hand: Values, part: tuple[int, ...]) -> Values:
    return tuple(value for place, value in enumerate(hand) if place not in part)


@cache
def _partners(values: frozenset[Fraction]) -> set[Fraction]:
    """The numbers that make 24 with any of some values by one operation; with 0 only a sum and a difference do."""
    found = {TARGET - v for v in values} | {TARGET + v for v in values} | {v - TARGET for v in values}
    return found | {w for v in values if v for w in (TARGET / v, v / TARGET, TARGET * v)}


@cache
def made(values: Values) -> frozenset[Fraction]:
    """Every value that one to three numbers make, each used once."""
    if len(values) == 1:
        return frozenset(values)
    return frozenset().union(
        *(
            outcomes(v, w)
            for size in range(1, len(values) // 2 + 1)
            for part in combinations(range(len(values)), size)
            for v in made(tuple(values[place] for place in part))
            for w in made(_rest(values, part))
        )
    )

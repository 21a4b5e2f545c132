"""Exact arithmetic of bounded size: rational numbers stay fractions, and what is refused is refused in words."""

import math
from collections.abc import Mapping
from fractions import Fraction

from core.tools.grammar import DIGITS, ExpressionError, Joined, Name, Negative, Number, Tree, parse

Value = Fraction | float

BEYOND = "a number is too large or too small for a float"

BITS = int(DIGITS * math.log2(10))
"""Bits of a numerator or denominator."""

WORK = 3e6
"""Work that one expression or program may take: an operation on a and b bits counts 8 + (a + b)²/10⁴, the cost of the
greatest common divisor by which a fraction is reduced."""


class Effort:
    """How much work has been done, counted over all operations of an expression or a program."""

    def __init__(self) -> None:
        self.done = 0.0

    def spend(self, left: Value, right: Value, place: int) -> None:
        """Counts an operation before it is done; raises ExpressionError where it is one too many."""
        self.done += 8 + (_bits(left) + _bits(right)) ** 2 / 1e4
        if self.done > WORK:
            raise ExpressionError("the numbers are too long to go on computing with them", place)


def evaluate(expression: str) -> Value:
    """The value of an expression of + - * / // % ** and brackets.

    Numbers are read as they are written, so 0.1 is one tenth. Fractions stay fractions; a power whose exponent is not
    whole is a float, and so is what is computed from it. // and % round down, as in Python.

    Args:
        expression: at most 10,000 characters with 1,000 numbers and signs; digits are those of ASCII.

    Raises:
        ValueError: for anything else, with the place of the fault: names, texts, attributes, brackets more than 100
            deep, a division by zero, an even root of a negative number, numbers of more than 4,000 digits, too much
            work. Nothing is ever run.

    Invariant: without powers, it equals Python's own value of the expression with each number put into Fraction.
    Source: precedence climbing, Richards 1979; the arithmetic is Python's `fractions`.
    """
    if not isinstance(expression, str):
        raise ExpressionError(f"an expression is a text; got {type(expression).__name__}", 0)
    return value_of(parse(expression), {}, Effort())


def value_of(tree: Tree, names: Mapping[str, Value], effort: Effort) -> Value:
    """The value of a tree, whose names have values; raises ExpressionError with the place at fault."""
    # A long sum leans to the left as deep as it is long: it is walked in a loop, and only brackets go deeper.
    spine = []
    while isinstance(tree, Joined):
        spine.append(tree)
        tree = tree.left
    value = _leaf(tree, names, effort)
    for joined in reversed(spine):
        value = _joined(joined.sign, value, value_of(joined.right, names, effort), joined.place, effort)
    return value


def _leaf(tree: Tree, names: Mapping[str, Value], effort: Effort) -> Value:
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Negative):
        return -value_of(tree.part, names, effort)
    if not isinstance(tree, Name) or tree.text not in names:
        raise ExpressionError(f"the name {getattr(tree, 'text', '')[:40]!r} is not known", tree.place)
    return names[tree.text]


def _joined(sign: str, left: Value, right: Value, place: int, effort: Effort) -> Value:
    effort.spend(left, right, place)
    try:
        value = _power(left, right, place) if sign == "**" else _plain(sign, left, right)
    except ZeroDivisionError:
        # Beside a float, a fraction that is too small for one is divided by as zero.
        reason = "division by zero" if right == 0 else BEYOND
        raise ExpressionError(reason, place) from None
    except OverflowError:
        raise ExpressionError(BEYOND, place) from None
    if isinstance(value, Fraction):
        if _bits(value) > BITS:
            raise ExpressionError(f"a number of more than {DIGITS:,} digits", place)
        return value
    lost = value == 0 and left != 0 and (sign in ("/", "**") or (sign == "*" and right != 0))
    if lost or not math.isfinite(value):
        raise ExpressionError(BEYOND, place)
    return value


def _plain(sign: str, left: Value, right: Value) -> Value:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case "//":
            value = left // right
            return Fraction(value) if isinstance(value, int) else value
        case _:
            return left % right


def _power(base: Value, exponent: Value, place: int) -> Value:
    """base ** exponent: a fraction where both are rational and the exponent is whole."""
    if base == 0 and exponent < 0:
        raise ExpressionError("division by zero", place)
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return _whole_power(base, exponent.numerator, place)
    if base < 0:
        raise ExpressionError("a power of a negative number must have a whole exponent", place)
    if isinstance(base, Fraction) and base != 0 and _beyond_floats(base):
        # The logarithm of a fraction is a float where the fraction itself is too large or too small for one.
        return math.exp(float(exponent) * (math.log(base.numerator) - math.log(base.denominator)))
    return math.pow(float(base), float(exponent))


def _whole_power(base: Value, exponent: int, place: int) -> Value:
    if isinstance(base, float):
        return base**exponent
    if base in (0, 1, -1):
        return Fraction(1) if exponent == 0 or base == 1 else base if base == 0 or exponent % 2 else Fraction(1)
    # A number of b bits is at least 2^(b - 1), so its power is known to be too long before it is computed.
    if abs(exponent) * max(1, _bits(base) - 1) > BITS:
        raise ExpressionError(f"a number of more than {DIGITS:,} digits", place)
    return Fraction(base**exponent)


def _beyond_floats(value: Fraction) -> bool:
    return abs(value.numerator.bit_length() - value.denominator.bit_length()) > 1000


def _bits(value: Value) -> int:
    if isinstance(value, float):
        return 64
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def written(value: Value) -> str:
    """A value as people write it: a whole number, a short decimal, else a fraction or fifteen digits of a float.

    Invariant: `evaluate(written(v)) == v` for a fraction.
    """
    if isinstance(value, float):
        return f"{value:.15g}"
    if value.denominator == 1:
        return str(value.numerator)
    rest = value.denominator
    places = 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0 and count <= 6:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1 or places > 6 or value.numerator.bit_length() > 300:
        return f"{value.numerator}/{value.denominator}"
    scaled = abs(value.numerator) * 10**places // value.denominator
    return f"{'-' if value < 0 else ''}{scaled // 10**places}.{scaled % 10**places:0{places}d}"

"""The table of properties: what each scheme is, and a small computation that shows it. Needs no torch."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.checks import Check
from core.positional.biases import alibi_slopes
from core.positional.frequencies import rope_frequencies
from core.positional.sinusoids import sinusoidal
from core.positional.toys import (
    D_MODEL,
    N_HEADS,
    N_ROWS,
    N_TOKENS,
    SCHEMES,
    ToyHead,
    attend,
    bias_at,
    code_of,
    toy_head,
)

ROUNDING = 1e-11
"""What float64 leaves of a difference that is 0 in truth, for numbers near 1 and angles up to 2000 radians."""

_SHIFT = 100
_FAR = 4 * N_ROWS


@dataclass(frozen=True, slots=True)
class Demonstration:
    """One entry of the table, with the number that shows it.

    Args:
        prop: the column: "position", "order", "masked", "enters", "beyond" or "parameters".
        entry: what stands in the table.
        measured: what the number is, in words.
        value: the number.
        check: that the number says what the entry says.
    """

    prop: str
    entry: str
    measured: str
    value: float
    check: Check


@dataclass(frozen=True, slots=True)
class SchemeProperties:
    """One row of the table.

    Args:
        scheme: its key, as in `SCHEMES`.
        title: its name.
        source: where it was published.
        demonstrations: the entries, in the order of the columns.
    """

    scheme: str
    title: str
    source: str
    demonstrations: tuple[Demonstration, ...]


_TITLES = {
    "none": ("No positions (NoPE)", "Kazemnejad et al. 2023"),
    "sinusoidal": ("Sinusoidal", "Vaswani et al. 2017"),
    "learned": ("Learned", "Gehring et al. 2017; Devlin et al. 2019"),
    "rope": ("RoPE", "Su et al. 2021"),
    "alibi": ("ALiBi", "Press et al. 2022"),
    "t5": ("T5 relative bias", "Raffel et al. 2020"),
}
_ABSOLUTE = ("sinusoidal", "learned")
_ENTERS = {
    "none": "nowhere",
    "sinusoidal": "added once to the input",
    "learned": "added once to the input",
    "rope": "turns queries and keys, in every layer",
    "alibi": "added to the scores, in every layer",
    "t5": "added to the scores, in every layer, from one table",
}


def scheme_properties(*, seed: int = 0) -> tuple[SchemeProperties, ...]:
    """The table of properties, each entry computed on one untrained attention head (a toy).

    position: the weights with all positions moved by 100; relative schemes do not notice. order: the outputs for
    shuffled tokens, matched token by token; without positions and without a mask they are the same. masked: the same
    behind a causal mask, which tells the order by itself: each token has its own set of earlier ones. enters: whether
    the values change when the scheme is switched on. beyond: what the scheme says past position 512. parameters: how
    many numbers are trained, and whether another training would give another code.

    Args:
        seed: of the toy; a second one is drawn from seed + 1.

    Returns:
        One row for each scheme. "Beyond" says what is defined there, not that a trained model works there.

    Invariant: every check passes for every seed.
    Source: the sources named in each row; for the mask, Haviv et al. 2022, "Transformer Language Models without
        Positional Encodings Still Learn Positional Information", and Kazemnejad et al. 2023, both of causal decoders.
    """
    head, other = toy_head(seed=seed), toy_head(seed=seed + 1)
    return tuple(
        SchemeProperties(
            scheme,
            *_TITLES[scheme],
            demonstrations=(
                _position(head, scheme),
                _order(head, scheme, seed),
                _masked(head, scheme, seed),
                _enters(head, scheme),
                _BEYOND[scheme](head),
                _parameters(head, other, scheme),
            ),
        )
        for scheme in SCHEMES
    )


def _position(head: ToyHead, scheme: str) -> Demonstration:
    positions = np.arange(N_TOKENS)
    moved = attend(head, scheme, positions + _SHIFT).weights - attend(head, scheme, positions).weights
    change = float(np.abs(moved).max())
    entry = "none" if scheme == "none" else "absolute" if scheme in _ABSOLUTE else "relative"
    measured = f"largest change of a weight with every position moved by {_SHIFT}"
    return Demonstration("position", entry, measured, change, _verdict(change, differs=entry == "absolute"))


def _order(head: ToyHead, scheme: str, seed: int) -> Demonstration:
    change = _shuffled(head, scheme, seed, causal=False)
    entry = "a set: order is not seen" if scheme == "none" else "order is seen"
    measured = "largest change of an output with the tokens shuffled"
    return Demonstration("order", entry, measured, change, _verdict(change, differs=scheme != "none"))


def _masked(head: ToyHead, scheme: str, seed: int) -> Demonstration:
    change = _shuffled(head, scheme, seed, causal=True)
    entry = "order is seen, by the mask alone" if scheme == "none" else "order is seen"
    measured = "largest change of an output with the tokens shuffled"
    return Demonstration("masked", entry, measured, change, _verdict(change, differs=True))


def _shuffled(head: ToyHead, scheme: str, seed: int, *, causal: bool) -> float:
    """The largest change of an output when the tokens are shuffled, each compared with its own."""
    positions, order = np.arange(N_TOKENS), np.random.default_rng(seed).permutation(N_TOKENS)
    plain = attend(head, scheme, positions, causal=causal).outputs
    shuffled = attend(head, scheme, positions, tokens=head.tokens[order], causal=causal).outputs
    return float(np.abs(shuffled - plain[order]).max())


def _enters(head: ToyHead, scheme: str) -> Demonstration:
    positions = np.arange(N_TOKENS)
    values = attend(head, scheme, positions).values - attend(head, "none", positions).values
    change = float(np.abs(values).max())
    measured = "largest change of a value vector when switched on"
    return Demonstration("enters", _ENTERS[scheme], measured, change, _verdict(change, differs=scheme in _ABSOLUTE))


def _parameters(head: ToyHead, other: ToyHead, scheme: str) -> Demonstration:
    trained = {"learned": head.table, "t5": head.biases}.get(scheme)
    count = 0 if trained is None else trained.size
    first, second = (code_of(toy, scheme, N_TOKENS) for toy in (head, other))
    change = float(np.abs(first - second).max(initial=0.0))
    entry = {
        "learned": f"{N_ROWS} positions x d = {N_ROWS * D_MODEL:,} here",
        "t5": f"32 buckets x {N_HEADS} heads = {32 * N_HEADS} here, shared by all layers",
    }.get(scheme, "0")
    return Demonstration("parameters", entry, "trained numbers", float(count), _verdict(change, differs=count > 0))


def _beyond_none(head: ToyHead) -> Demonstration:
    many = N_ROWS // N_TOKENS + 1
    once = attend(head, "none", np.arange(N_TOKENS)).outputs
    tiled = attend(head, "none", np.arange(many * N_TOKENS), tokens=np.tile(head.tokens, (many, 1))).outputs
    change = float(np.abs(tiled - np.tile(once, (many, 1))).max())
    entry = "nothing to run out of; without a mask a text said many times is the same set"
    measured = f"largest change of an output with the text {many} times in a row"
    return Demonstration("beyond", entry, measured, change, _verdict(change))


def _beyond_sinusoidal(_: ToyHead) -> Demonstration:
    length = float(np.linalg.norm(sinusoidal(np.array([_FAR]), D_MODEL)))
    entry = "defined everywhere; codes past the trained ones are new to the model"
    measured = f"length of the code at position {_FAR}; sqrt(d / 2) = {(D_MODEL / 2) ** 0.5:g} everywhere"
    return Demonstration("beyond", entry, measured, length, _verdict(length - (D_MODEL / 2) ** 0.5))


def _beyond_learned(head: ToyHead) -> Demonstration:
    def fails(position: int) -> bool:
        try:
            attend(head, "learned", np.full(N_TOKENS, position))
        except IndexError:
            return True
        return False

    first = bisect_left(range(_FAR), True, key=fails)
    check = Check("The table ends after its last row", float(abs(first - N_ROWS)), 0.0, f"rows of {N_ROWS}")
    return Demonstration("beyond", "ends with the table", "first position that fails", float(first), check)


def _beyond_rope(_: ToyHead) -> Demonstration:
    inv_freq = rope_frequencies(D_MODEL).inv_freq
    angles = np.multiply.outer(np.arange(N_ROWS), inv_freq)
    # A pair that stays below a full turn on all trained positions meets new angles on the next ones.
    unfinished = int((angles.max(axis=0) < 2 * np.pi).sum())
    expected = sum(2 * np.pi * 10_000 ** (2 * i / D_MODEL) > N_ROWS - 1 for i in range(D_MODEL // 2))
    entry = "defined everywhere; slow pairs reach angles that were never trained"
    measured = f"of {D_MODEL // 2} pairs, those that make no full turn in {N_ROWS} positions"
    check = Check("Counted by wavelength too", float(abs(unfinished - expected)), 0.0, "pairs")
    return Demonstration("beyond", entry, measured, float(unfinished), check)


def _beyond_alibi(head: ToyHead) -> Demonstration:
    bias = float(bias_at(head, "alibi", np.array([0, _FAR]))[1, 0])
    check = _verdict(bias + float(alibi_slopes(N_HEADS)[0]) * _FAR)
    return Demonstration("beyond", "the straight line goes on", f"bias at distance {_FAR}", bias, check)


def _beyond_t5(head: ToyHead) -> Demonstration:
    bias = bias_at(head, "t5", np.array([0, 128, _FAR]))
    change = float(bias[2, 0] - bias[1, 0])
    measured = f"bias at distance {_FAR} minus that at 128"
    return Demonstration("beyond", "all far distances share the last bucket", measured, change, _verdict(change))


_BEYOND: dict[str, Callable[[ToyHead], Demonstration]] = {
    "none": _beyond_none,
    "sinusoidal": _beyond_sinusoidal,
    "learned": _beyond_learned,
    "rope": _beyond_rope,
    "alibi": _beyond_alibi,
    "t5": _beyond_t5,
}


def _verdict(difference: float, *, differs: bool = False) -> Check:
    """That a difference is rounding, or that it is a million times more than rounding."""
    size = abs(difference)
    if not differs:
        return Check("Nothing changes", size, ROUNDING, "largest difference")
    part = ROUNDING / size if size > 0 else float("inf")
    return Check("Something changes", part, 1e-6, "rounding as a part of the largest difference")

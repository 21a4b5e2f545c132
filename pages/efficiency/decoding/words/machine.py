"""What is said of a machine: its costs, its roof, and that it was busy meanwhile."""

from core.decoding import NOISE, Costs, roof_shares


def costs_title(costs: Costs, whose: str) -> str:
    """What four and eight tokens at once cost, with the range of the rounds where they were kept."""
    told = []
    for width in (4, 8):
        spread = costs.range_at(width)
        by_round = "" if spread is None else f" ({spread[0]:.2f} to {spread[1]:.2f} by round)"
        told.append(f"{width} tokens at once cost {costs.ratio_at(width):.2f} times one{by_round}")
    return f"{whose}, {costs.params.dtype}: {' and '.join(told)}"


def rounds_of(costs: Costs) -> str:
    """How the rounds of a measurement of the costs can be told apart; that they cannot, where they were not kept."""
    if costs.rounds is None:
        return "The rounds were not kept, so no spread is shown."
    return "A dot is one round."


def steps_of(costs: Costs) -> str:
    """Where a wider call costs clearly less than the one before it, and why that can be; empty where none does."""
    pairs = zip(costs.widths, costs.widths[1:], costs.ratio, costs.ratio[1:], strict=False)
    falls = [(wide, narrow, before, after) for narrow, wide, before, after in pairs if after < before * (1 - NOISE)]
    if not falls:
        return ""
    told = ", ".join(
        f"{wide} tokens cost {after:.2f}, {narrow} cost {before:.2f}" for wide, narrow, before, after in falls
    )
    return (
        f"In {costs.params.dtype} {told}. The library that multiplies matrices works in blocks of rows and changes its "
        "routine with their number, so T(k) goes in steps, and a step may lead down."
    )


def disturbance(running: float | None, unsteadiness: float, what: str) -> str:
    """The warning over what was measured while something else ran.

    Args:
        running: the share of the clock during which the thread ran, where it was taken.
        unsteadiness: by how much rounds differ, as a share.
        what: was measured.
    """
    held = "" if running is None else f" It had the processor for {running:.0%} of the time."
    return (
        f"This machine was busy with something else during {what}.{held} Its rounds differ by {unsteadiness:.0%}. Do "
        "not trust these times; measure again when it is quiet."
    )


def roof_title(costs: Costs, brought: float, whose: str) -> str:
    """Whether one token keeps the machine busy: operations for each byte, against those that it could do meanwhile."""
    could = f"{whose} could do {costs.intensity:.0f} meanwhile"
    limit = "memory is the limit" if brought < costs.intensity else "arithmetic is the limit"
    return f"One token brings {brought:.2f} operations for each byte it reads; {could}: {limit}"


def trips(times: float) -> str:
    """What tiles do to the bytes that move: with a small fast memory they move more.

    Args:
        times: bytes of standard attention over those of tiles.
    """
    if times > 1:
        return "Only the trips to slow memory become fewer."
    return "With so few rows in a block, keys and values are read so often that more bytes move, not fewer."


def below_the_roof(costs: Costs) -> str:
    """How much of the roof the narrowest and the widest call reach, in HTML."""
    shares, widest = roof_shares(costs), costs.widths[-1]
    return f"A call of one token reaches <b>{shares[0]:.0%}</b> of the roof, one of {widest} <b>{shares[-1]:.0%}</b>."

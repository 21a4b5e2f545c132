"""What is said of all races on a machine: who leads, from which batch on another does, and how far the model is off."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.decoding import NOISE, WIDTHS, Machine, Misses, Table, leaders, reigns

AS_MEASURED = "as measured"
HERE = "this machine"
SPREAD = (
    "The small numbers hold nine in ten texts of as many calls, drawn anew from the calls of this one: calls differ in "
    "what they accept and in their time."
)


def lead_of(speeds: Mapping[str, float], *, band: float) -> str:
    """Which lossless method is the fastest, where the band lets it be told.

    Args:
        speeds: by lossless method over greedy decoding, which is the first.
        band: the share by which two speeds may differ and mean nothing.
    """
    near, greedy = leaders(speeds, band=band), next(iter(speeds))
    best = near[0]
    if near == (greedy,):
        return "greedy is ahead of every lossless draft"
    if greedy in near:
        return f"no lossless method is ahead of greedy by more than the error of {band:.0%}"
    if len(near) == 1:
        return f"{best} leads the lossless methods, {speeds[best]:.2f} times greedy"
    others = " and ".join(near[1:])
    return f"{best} leads the lossless methods, {speeds[best]:.2f} times greedy, too near to {others} to be told apart"


def flips_of(found: Sequence[tuple[int, str]], most: int) -> str:
    """From which batch on another method leads, from the smallest batch to the largest.

    Args:
        found: as `reigns` gives it.
        most: the largest batch that was tried.
    """
    if len(found) == 1:
        return f"no batch up to {most:,} turns that"
    turns = ", ".join(f"{name} from {batch:,}" for batch, name in found[1:])
    return f"by batch {found[0][1]} from {found[0][0]}, {turns}"


def machine_title(
    table: Table,
    by_batch: Mapping[str, np.ndarray],
    batches: Sequence[int],
    *,
    machine: Machine,
    batch: int,
    band: float,
) -> str:
    """Who leads on a machine with a batch, as computed, and where the lead passes on."""
    speeds = dict(zip(table.names[: table.lossless], table.mean_speed.tolist(), strict=False))
    turns = flips_of(reigns(by_batch, batches, band=band), batches[-1])
    size = "one text" if batch == 1 else f"{batch} texts at once"
    return f"Computed for {_of(machine)}, {size}: {lead_of(speeds, band=band)}; {turns}"


def measured_title(table: Table, dtype: str) -> str:
    """Who leads by the clock."""
    speeds = dict(zip(table.names[: table.lossless], table.mean_speed.tolist(), strict=False))
    return f"As measured in {dtype}, {len(table.kinds)} prompts: {lead_of(speeds, band=NOISE)}"


def wins_of(table: Table) -> str:
    """On how many prompts each lossless method is the fastest, in HTML."""
    best = table.tokens_per_second[: table.lossless].argmax(0).tolist()
    counts = {table.names[place]: best.count(place) for place in best}
    told = ", ".join(f"{name} on <b>{count}</b>" for name, count in sorted(counts.items(), key=lambda one: -one[1]))
    return f"The fastest lossless method is {told} of {len(table.kinds)} prompts."


def pace_words(table: Table) -> str:
    """What greedy decoding writes, in HTML."""
    return f"Greedy writes <b>{table.tokens_per_second[0].mean():,.0f}</b> tokens a second."


def machine_words(machine: Machine) -> str:
    """The machine's numbers and where they come from."""
    return (
        f"It reads {machine.bandwidth / 1e9:,.0f} GB and computes {machine.peak / 1e12:,.2f} · 10¹² operations a "
        f"second, {machine.ridge:.0f} for each byte. Source: {machine.source}."
    )


def error_words(shared: Misses, alone: Misses, machine: Machine) -> str:
    """How far the model is off on the recorded machine, with the measured shares of the roof and without."""
    low, high = shared.band
    told = (
        f"Held against the recorded seconds of {len(shared.seconds)} runs, the model with the shares of the roof that "
        f"were measured apart from them is off by {shared.middle:.1%} in the middle, and for nine in ten between "
        f"{low:+.0%} and {high:+.0%}. By the roof alone it is off by {alone.middle:.0%}. {worst_words(shared)}"
    )
    if machine.shares:
        return told
    return f"{told} This machine is known by its roof alone: take its speeds as the most that it could reach."


def worst_words(found: Misses) -> str:
    """Which run is farthest off, and why, where its calls are wider than those that were measured."""
    name, kind, miss = found.worst
    why = (
        f": its calls read more rows than the {WIDTHS[-1]} for which shares were measured" if name == "no cache" else ""
    )
    return f"Farthest off is {name} on {kind}, {miss:+.0%}{why}."


def _of(machine: Machine) -> str:
    return machine.name if machine.name == HERE else f"the {machine.name}"

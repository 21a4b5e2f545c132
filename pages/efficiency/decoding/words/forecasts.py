"""What is said of all races on a machine: who leads, from which batch on another does, and how far the model is off."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from components.phrases import listed, signed
from core.decoding import (
    BATCHES,
    NOISE,
    RACE_TOKENS,
    WIDTHS,
    Band,
    Costs,
    Machine,
    Misses,
    Table,
    each_batch,
    leaders,
    reigns,
    swapped,
    turned,
)
from pages.efficiency.decoding.topic import HERE

AS_MEASURED = "as measured"
RECORDING = "the recording machine"
"""The machine that a control calls `HERE`, beside others: a title about the A100 has another one in sight."""
SPREAD = (
    "{where} hold nine in ten texts of as many calls, drawn anew from the calls of this one: calls differ in "
    "what they accept and in their time. They are left out below {fewest} calls."
)


def lead_of(speeds: Mapping[str, float], *, band: Band) -> str:
    """Which lossless method is the fastest, where the band lets it be told.

    Args:
        speeds: by lossless method over greedy decoding, which is the first.
        band: how far they may be off.
    """
    near = leaders(speeds, band=band)
    best, (greedy, *drafts) = near[0], speeds
    if near == (greedy,):
        return "greedy is ahead of every lossless draft"
    if greedy in near:
        level = [name for name in drafts if not band.ahead(speeds, greedy, name)]
        some = listed(level) if len(level) < 3 else f"{len(level)} of the {len(drafts)} drafts"
        return (
            "no lossless draft is clearly ahead of greedy, nor greedy of "
            f"{'any of them' if len(level) == len(drafts) else some}"
        )
    if len(near) == 1:
        return f"{best} leads the lossless methods, {speeds[best]:.2f} times greedy"
    others = listed(near[1:])
    return f"{best} leads the lossless methods, {speeds[best]:.2f} times greedy, too near to {others} to be told apart"


def flips_of(found: Sequence[tuple[int, str]], unsure: Sequence[bool], batches: Sequence[int]) -> str:
    """From which batch on which method leads, and where the model cannot tell, from the smallest to the largest.

    Args:
        found: as `reigns` gives it, of the batches of which the model can tell.
        unsure: by batch, whether it cannot.
        batches: rising.
    """
    if all(unsure):
        return f"at no number of texts up to {batches[-1]:,} can the model tell who leads"
    if len(found) == 1 and not any(unsure):
        return f"no number of texts up to {batches[-1]:,} turns that"
    turns = "by number of texts side by side, " + ", ".join(f"{name} from {batch:,}" for batch, name in found)
    where = [batch for batch, open_ in zip(batches, unsure, strict=True) if open_]
    if not where:
        return turns
    return f"{turns}, and the model cannot tell who leads at {' or '.join(_runs_of(where, batches))}"


def _runs_of(some: Sequence[int], batches: Sequence[int]) -> list[str]:
    """Neighbors among the batches as ranges."""
    runs: list[list[int]] = []
    for batch in some:
        place = batches.index(batch)
        if runs and place and runs[-1][-1] == batches[place - 1]:
            runs[-1].append(batch)
        else:
            runs.append([batch])
    return [f"{run[0]:,}" if len(run) == 1 else f"{run[0]:,} to {run[-1]:,}" for run in runs]


def mean_words(
    table: Table,
    by_batch: Mapping[str, np.ndarray],
    batches: Sequence[int],
    *,
    machine: Machine,
    batch: int,
    band: Band,
) -> str:
    """Who leads in the geometric mean of the prompts, where the lead passes on, and who falls behind greedy by then.

    Args:
        by_batch: by lossless method, its speed over greedy decoding for each of `batches`.
        batches: rising; those that fit.
        machine: of the table.
        batch: that the table has.
        band: how far a speed may be off on this machine.
    """
    unsure = [_is_open(now, band) for now in each_batch(by_batch)]
    told = ~np.array(unsure)
    sure = [batch for batch, open_ in zip(batches, unsure, strict=True) if not open_]
    found = reigns({name: of[told] for name, of in by_batch.items()}, sure, band=band)
    fallen = [name for name, at in turned(by_batch, batches, band=band) if at <= batch]
    if len(found) > 1 or not fallen:
        turns = flips_of(found, unsure, batches)
    else:
        turns = f"ahead of greedy with one text on {_of(machine)} and now behind it: {', '.join(fallen)}"
    return f"In the geometric mean of the prompts, {lead_of(table.mean_speeds, band=band)}; {turns}."


def _is_open(speeds: Mapping[str, float], band: Band) -> bool:
    """Whether greedy decoding, the first, may be the fastest, and another method as well."""
    near = leaders(speeds, band=band)
    return len(near) > 1 and next(iter(speeds)) in near


def machine_title(
    table: Table, reference: Mapping[str, float], *, machine: Machine, batch: int, bands: tuple[Band, Band]
) -> str:
    """Who wins in the mean of the prompts, as computed, and how one text on the recording machine ranks otherwise.

    Args:
        reference: the mean speeds of lossless methods over greedy decoding, for one text on the recording machine.
        batch: that the table has.
        bands: how far a speed may be off on the recording machine, and on this one.
    """
    size = "one text" if batch == 1 else f"{batch} texts at once"
    where = f"Computed for {_of(machine)}, {size}, mean of {len(table.kinds)} prompts"
    if not machine.holds(batch, RACE_TOKENS):
        one = batch == 1
        return (
            f"{'It does' if one else 'They do'} not fit: {size} on {_of(machine)} take{'s' * one} "
            f"{fit_words(machine, batch)}; below is what would be if {'it' if one else 'they'} did"
        )
    speeds = table.mean_speeds
    if speeds == reference:
        return f"{where}: {winner_of(speeds, band=bands[1])}; every other setting is held against this ranking"
    now, before = winner_of(speeds, band=bands[1]), winner_of(reference, band=bands[0])
    told = f", as {_reference(machine, batch)}" if now == before else f"; {_reference(machine, batch)} {before}"
    return f"{where}: {now}{told}; {swaps_of(reference, speeds, bands=bands)}"


def _reference(machine: Machine, batch: int) -> str:
    """How a title calls one text on the recording machine, beside its own machine and batch."""
    if machine.name == HERE:
        return "with one text" if batch > 1 else f"on {RECORDING} as it is"
    return f"on {RECORDING}" if batch == 1 else f"with one on {RECORDING}"


def winner_of(speeds: Mapping[str, float], *, band: Band) -> str:
    """Which lossless method wins, or which may, where the band does not let it be told.

    Args:
        speeds: by lossless method over greedy decoding, which is the first.
        band: how far they may be off.
    """
    near = leaders(speeds, band=band)
    if _is_open(speeds, band):
        return "nothing clearly beats greedy"
    if len(near) > 4:
        return f"{near[0]} or one of {len(near) - 1} others wins"
    *others, last = near
    return f"{', '.join(others)} or {last} wins" if others else f"{last} wins"


def swaps_of(before: Mapping[str, float], now: Mapping[str, float], *, bands: tuple[Band, Band]) -> str:
    """How many pairs of methods clearly change places, and who falls behind greedy or gets ahead, up to three by name.

    Args:
        before, now: as in `swapped`, greedy decoding first.
    """
    pairs, greedy = swapped(before, now, bands=bands), next(iter(before))
    whole = len(before) * (len(before) - 1) // 2
    if not pairs:
        return "no pair of methods clearly swaps places"
    fallen = [one for one, other in pairs if other == greedy]
    risen = [other for one, other in pairs if one == greedy]
    ways = ((fallen, "falls", "fall", "behind"), (risen, "gets", "get", "ahead of"))
    told = [
        f"{listed(names) if len(names) < 4 else f'{len(names)} methods'} {one if len(names) == 1 else many} {where} it"
        for names, one, many, where in ways
        if names
    ]
    change = f"{len(pairs)} of {whole} pairs clearly {'swaps' if len(pairs) == 1 else 'swap'}"
    return f"{change}: {' and '.join(told).replace(' it', f' {greedy}', 1)}" if told else change


def fit_words(machine: Machine, batch: int) -> str:
    """What weights and caches take of the memory."""
    needed = machine.needed(batch, RACE_TOKENS) / 1e9
    return f"{needed:,.0f} of {machine.memory / 1e9:,.0f} GB" if machine.memory else f"{needed:,.0f} GB"


def unfit_words(table: Table, machine: Machine, batch: int) -> str:
    """That numbers of texts that do not fit cannot be had, and how many fit, in HTML."""
    most = max((one for one in range(1, batch) if machine.holds(one, RACE_TOKENS)), default=0)
    drawn = max((one for one in BATCHES if one <= most), default=0)
    fits = f"At most <b>{most}</b> fit; the curves go up to {drawn}." if most else "Not even one text fits."
    pace = table.tokens_per_second[0].mean()
    return (
        "So nobody leads here, and the gray numbers cannot be had: with memory for all, greedy would write "
        f"<b>{pace:,.0f}</b> tokens a second. {fits}"
    )


def measured_title(table: Table, dtype: str) -> str:
    """Who leads by the clock."""
    speeds = table.mean_speeds
    best = leaders(speeds, band=Band.even(0))[0]
    by_prompt = table.speed[table.names.index(best)]
    spread = "" if best == table.names[0] else f" ({by_prompt.min():.2f} to {by_prompt.max():.2f} by prompt)"
    return (
        f"As measured in {dtype}, geometric mean of {len(table.kinds)} prompts: "
        f"{lead_of(speeds, band=Band.even(NOISE))}{spread}"
    )


def without_best(table: Table) -> str:
    """How the fastest lossless method fares by prompt, and without the one on which it is fastest, in HTML.

    Empty where that method is greedy decoding itself.
    """
    best = int(table.mean_speed[: table.lossless].argmax())
    if best == 0:
        return ""
    speeds, name = table.speed[best], table.names[best]
    top, low = int(speeds.argmax()), int(speeds.argmin())
    left = float(np.exp(np.log(np.delete(speeds, top)).mean()))
    return (
        f"{name[0].upper()}{name[1:]} is {speeds[low]:.2f} (“{table.kinds[low]}”) to {speeds[top]:.2f} times greedy "
        f"(“{table.kinds[top]}”), and <b>{left:.2f}</b> without “{table.kinds[top]}”, in the geometric mean."
    )


def wins_of(table: Table, *, band: Band) -> str:
    """On how many prompts each lossless method is the fastest, and on how many none clearly is, in HTML.

    Args:
        band: how far speeds may be off.
    """
    names, paces = table.names[: table.lossless], table.tokens_per_second[: table.lossless].T
    near = [leaders(dict(zip(names, pace.tolist(), strict=True)), band=band) for pace in paces]
    best, whole = [one[0] for one in near if len(one) == 1], len(table.kinds)
    if not best:
        return f"On none of {whole} prompts is one lossless method clearly the fastest."
    told = ", ".join(f"{name} on <b>{count}</b>" for name, count in Counter(best).most_common())
    unsure = f"; on {whole - len(best)} none clearly is" if len(best) < whole else ""
    return f"The fastest lossless method is {told} of {whole} prompts{unsure}."


def table_words(table: Table) -> str:
    """What the table holds, and which means stand beside it."""
    return (
        f"The table holds the {len(table.kinds)} recorded prompts and the {len(table.names)} methods that raced on all "
        "of them: of Prompt, Method and Precision, Precision alone matters here. “Speed” is the geometric mean over "
        "the prompts, in which twice and half as fast make one; the two columns beside it are plain means."
    )


def pace_words(table: Table) -> str:
    """What greedy decoding writes, in HTML."""
    return f"Greedy writes <b>{table.tokens_per_second[0].mean():,.0f}</b> tokens a second."


def band_words(band: Band) -> str:
    """What the gray band of the speeds by batch holds, and how near two drafts are that cannot be told apart."""
    low, high = _ends((band.low, band.high))
    return (
        f"In the gray band, from {low} to {high} over greedy, a draft cannot be told from greedy. Two drafts "
        f"cannot be told apart where one is no more than {band.size:.0%} faster.{own_words(band)}"
    )


def own_words(band: Band) -> str:
    """Which methods are off by a side of their own, and how far; empty where none is."""
    if not band.own:
        return ""
    said = listed([f"{name}, off by {' to '.join(_ends(ends))}," for name, ends in band.own.items()])
    many = len(band.own) > 1
    return (
        f" {said[0].upper()}{said[1:]} {'have bands of their own' if many else 'has a band of its own'}: all "
        f"{'their' if many else 'its'} misses lie beyond nine in ten of the others', and the gray band leaves them out."
    )


def _ends(ends: tuple[float, float]) -> tuple[str, str]:
    """Both ends of a band in whole per cents, with their signs."""
    low, high = (signed(f"{end:+.0%}") if round(100 * end) else "0%" for end in ends)
    return low, high


def machine_words(machine: Machine) -> str:
    """The machine's numbers and where they come from."""
    return (
        f"It reads {machine.bandwidth / 1e9:,.0f} GB and computes {machine.peak / 1e12:,.2f} · 10¹² operations a "
        f"second, {machine.ridge:.0f} for each byte. Source: {machine.source}."
    )


def error_words(error: Misses, machine: Machine) -> str:
    """How far the model that runs is off on the recorded machine: with the measured shares of the roof, or without.

    Args:
        error: of that model.
        machine: of the table.
    """
    how = "with the measured shares of the roof" if machine.shares else "by the roof alone, as here,"
    told = (
        f"Held against the clock in {len(error.speeds)} recorded runs of one text, the model {how} forecasts speeds "
        f"over greedy {bias_words(error)}. "
    )
    if machine.shares:
        return (
            f"{told}{seconds_words(error)} {worst_words(error)} Only runs of one text were held against the clock: for "
            "more texts, on a solid curve or a dotted one, and for more context the band is a guess. A curve is dotted "
            f"after its last point at which no more than half of its calls have over {WIDTHS[-1]} rows, the most whose "
            "time was measured."
        )
    return (
        f"{told}{worst_words(error, shares=False)} "
        "They ran on the recording machine, with one text and few tokens before it: here, and for more texts or "
        "more context, nothing was measured, and the band is a guess. Take the tokens a second as the most that it "
        "could reach."
    )


def bias_words(error: Misses) -> str:
    """Whether speeds over greedy are forecast too high or too low, how often, and between which misses they lie."""
    count, (low, high) = len(error.speeds), error.speed_band
    side, often = ("high", error.too_high) if 2 * error.too_high >= count else ("low", count - error.too_high)
    return signed(
        f"too {side} in {often} of {count}, {error.bias:+.1%} in the median; nine in ten misses lie between "
        f"{low:+.1%} and {high:+.1%}"
    )


def miss_title(error: Misses) -> str:
    """The same in a line."""
    return f"Speed over greedy is forecast {bias_words(error).split(';')[0]}"


def seconds_words(error: Misses) -> str:
    """How far the seconds are off, and greedy's, which every speed is held against."""
    greedy = float(np.median(error.seconds[[name == error.runs[0][0] for name, _ in error.runs]]))
    own = f", greedy's own by {greedy:+.1%}"
    return signed(f"Seconds are off by {error.middle:.1%} in the middle{own}.")


def widths_words(costs: Costs) -> str:
    """Which recorded calls took less time than narrower ones, so that forecasts jump there; empty where none did."""
    timed = zip(costs.widths, costs.seconds.tolist(), strict=True)
    falls = [
        f"one of {wide} rows took {1e3 * less:.0f} ms, while one of {narrow} rows took {1e3 * more:.0f} ms"
        for (narrow, more), (wide, less) in pairwise(timed)
        if less * (1 + NOISE) < more
    ]
    return f" Of the recorded calls {listed(falls)}: there the forecast is uneven." if falls else ""


def edge_words(error: Misses, edge: float) -> str:
    """What triangles stand for at the edge of the chart of misses, beyond which some runs are; empty where none is."""
    beyond = int((np.abs(error.speeds) > edge).sum())
    if not beyond:
        return ""
    return f"{'A triangle' if beyond == 1 else f'Each of {beyond} triangles'} at the edge is a run still farther off. "


def worst_words(found: Misses, *, shares: bool = True) -> str:
    """Which run is farthest off, and why, where its calls are wider than those that were measured.

    Args:
        shares: the model that runs has measured shares of the roof.
    """
    name, kind, miss = found.worst
    why = (
        f": its calls read more rows than the {WIDTHS[-1]} for which shares were measured"
        if shares and name == "no cache"
        else ""
    )
    told = signed(f"{miss:+.0%}")
    return f"Farthest off is {name} on {kind}, {told}{why}."


def _of(machine: Machine) -> str:
    return RECORDING if machine.name == HERE else f"the {machine.name}"

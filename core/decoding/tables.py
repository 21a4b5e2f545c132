"""All races on one machine: the table of prompts by methods, and how far the model is off. No torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.decoding.bands import Band
from core.decoding.generation import Generation
from core.decoding.machines import Forecast, Machine, forecast, forecasts, once_read
from core.decoding.memory import Shape, kv_bytes, operations
from core.decoding.methods import DraftModel, is_lossless
from core.decoding.parts import DRAFT_LAYERS, KNOWN
from core.decoding.prompts import KINDS
from core.decoding.races import Race

BATCHES = tuple(2**power for power in range(11))
"""1 to 1,024 texts side by side."""


@dataclass(frozen=True, eq=False)
class Table:
    """What each method does on each prompt, written side by side in one batch, once the prompt is read.

    Args:
        kinds: of prompts.
        names: of methods that raced on all of them; the first is greedy decoding, then the lossless ones.
        lossless: how many of the names, from the first on, keep the text.
        tokens_per_second: of all texts of the batch together.
        tokens_per_call: the mean accepted length: what a call of the target gains for a text.
        roof_share: the share of the time in which calls that verify or write hold the machine at its roof.
    """

    kinds: tuple[str, ...]
    names: tuple[str, ...]
    lossless: int
    tokens_per_second: Float[np.ndarray, "name kind"]
    tokens_per_call: Float[np.ndarray, "name kind"]
    roof_share: Float[np.ndarray, "name kind"]

    @property
    def speed(self) -> Float[np.ndarray, "name kind"]:
        """Tokens a second over greedy decoding's."""
        relative: Float[np.ndarray, "name kind"] = self.tokens_per_second / self.tokens_per_second[0]
        return relative

    @property
    def mean_speed(self) -> Float[np.ndarray, "name"]:
        """The geometric mean of the speed over greedy decoding, over the prompts."""
        mean: Float[np.ndarray, "name"] = np.exp(np.log(self.speed).mean(1))
        return mean

    @property
    def mean_speeds(self) -> dict[str, float]:
        """The same by name, of the lossless methods alone; greedy decoding is first."""
        return dict(zip(self.names[: self.lossless], self.mean_speed.tolist(), strict=False))


def writing(races: Mapping[str, Race]) -> dict[str, dict[str, Generation]]:
    """By method that raced everywhere and by kind, its trace once the prompt is read: greedy, lossless, then lossy."""
    everywhere = [name for name in next(iter(races.values())).runs if all(name in race.runs for race in races.values())]
    first = next(iter(races.values()))
    everywhere.sort(key=lambda name: not is_lossless(first.runs[name].method))
    return {name: {kind: once_read(race.runs[name]) for kind, race in races.items()} for name in everywhere}


def computed_table(traces: Mapping[str, Mapping[str, Generation]], machine: Machine, *, batch: int = 1) -> Table:
    """The table by forecast.

    Args:
        traces: as `writing` gives them.
        machine: whose roof.
        batch: texts side by side.

    Raises:
        ValueError: for a batch out of range.
    """
    found = {
        name: [forecast(trace, machine, batch=batch) for trace in of_kind.values()] for name, of_kind in traces.items()
    }
    return _table(traces, [[one.tokens_per_second for one in row] for row in found.values()], found)


def measured_table(traces: Mapping[str, Mapping[str, Generation]], machine: Machine) -> Table:
    """The table as the clock had it in the recorded races.

    Args:
        traces: as `writing` gives them, with the seconds of their steps.
        machine: that they ran on, for the share of the roof.
    """
    found = {name: [forecast(trace, machine) for trace in of_kind.values()] for name, of_kind in traces.items()}
    speeds = [[_pace(trace) for trace in of_kind.values()] for of_kind in traces.values()]
    measured = {
        name: [replace(one, seconds=trace.seconds) for one, trace in zip(found[name], of_kind.values(), strict=True)]
        for name, of_kind in traces.items()
    }
    return _table(traces, speeds, measured)


def _table(
    traces: Mapping[str, Mapping[str, Generation]],
    speeds: Sequence[Sequence[float]],
    found: Mapping[str, Sequence[Forecast]],
) -> Table:
    kinds = tuple(next(iter(traces.values())))
    kept = [is_lossless(next(iter(of_kind.values())).method) for of_kind in traces.values()]
    gains = [[len(trace.token_ids) / len(trace.steps) for trace in of_kind.values()] for of_kind in traces.values()]
    shares = [[one.roof_share for one in row] for row in found.values()]
    return Table(kinds, tuple(traces), sum(kept), np.array(speeds), np.array(gains), np.array(shares))


def _pace(trace: Generation) -> float:
    return len(trace.token_ids) / trace.seconds


def pace_interval(trace: Generation, *, draws: int = 400, seed: int = 0) -> tuple[float, float]:
    """Between which tokens a second lie for nine in ten texts of as many calls, drawn anew from the calls of a trace.

    Args:
        trace: with the seconds of its steps.
        draws: of the bootstrap.
        seed: of the draws.

    Invariant: the trace's own tokens a second lie between the least and the largest of its calls.
    Source: Efron 1979, the bootstrap, here of a ratio of sums.
    """
    gained = np.array([len(step.added) for step in trace.steps], np.float64)
    seconds = np.array([step.seconds for step in trace.steps])
    drawn = np.random.default_rng(seed).integers(0, len(gained), (draws, len(gained)))
    low, high = np.quantile(gained[drawn].sum(1) / seconds[drawn].sum(1), [0.05, 0.95])
    return float(low), float(high)


def speeds_by_batch(
    traces: Mapping[str, Mapping[str, Generation]], machine: Machine, batches: Sequence[int] = BATCHES
) -> dict[str, Float[np.ndarray, "batch"]]:
    """By method, the geometric mean over the prompts of its speed over greedy decoding, for each batch."""
    paces = {
        name: np.array(
            [[one.tokens_per_second for one in forecasts(trace, machine, batches)] for trace in of_kind.values()]
        )
        for name, of_kind in traces.items()
    }
    greedy = next(iter(paces.values()))
    return {name: np.exp(np.log(pace / greedy).mean(0)) for name, pace in paces.items()}


def measured_batch(of_kind: Mapping[str, Generation], machine: Machine) -> float:
    """The most texts side by side with which at most half of the calls are wider than those that were measured.

    Invariant: 0 where most calls of one text alone are wider; infinite for a machine without shares, which needs none.

    Args:
        of_kind: the traces of one method, which reads with a cache: 1 + drafted rows for each text.
        machine: whose shares.
    """
    if not machine.shares:
        return float("inf")
    rows = sorted(1 + len(step.draft) for trace in of_kind.values() for step in trace.steps)
    return float(machine.shares[-1][0] // rows[(len(rows) - 1) // 2])


@dataclass(frozen=True, eq=False)
class Misses:
    """How far forecasts are from the recorded seconds.

    Args:
        runs: the method and the kind of prompt of every race and method, greedy decoding first.
        seconds: of each run, forecast over recorded, less 1.
        speeds: of each of `rivals`, the same of its speed over greedy decoding.
    """

    runs: tuple[tuple[str, str], ...]
    seconds: Float[np.ndarray, "run"]
    speeds: Float[np.ndarray, "rival"]

    @property
    def middle(self) -> float:
        """The median size of a miss in seconds."""
        return float(np.median(np.abs(self.seconds)))

    @property
    def band(self) -> tuple[float, float]:
        """Between which nine in ten misses in seconds lie."""
        return _middle_of(self.seconds)

    @property
    def rivals(self) -> tuple[tuple[str, str], ...]:
        """The runs that are not greedy decoding's."""
        return tuple(run for run in self.runs if run[0] != self.runs[0][0])

    @property
    def bias(self) -> float:
        """The median miss in speed over greedy decoding, with its sign: above 0 where drafts are flattered."""
        return float(np.median(self.speeds))

    @property
    def too_high(self) -> int:
        """How many speeds over greedy decoding are forecast higher than they were."""
        return int((self.speeds > 0).sum())

    @property
    def speed_band(self) -> tuple[float, float]:
        """Between which nine in ten misses in speed over greedy decoding lie, with their signs."""
        return _middle_of(self.speeds)

    @property
    def worst(self) -> tuple[str, str, float]:
        """The method, the kind of prompt and the miss of the speed over greedy decoding that is farthest off."""
        place = int(np.abs(self.speeds).argmax())
        return (*self.rivals[place], float(self.speeds[place]))

    @property
    def pairs(self) -> Float[np.ndarray, "pair"]:
        """For any two of `rivals` on one prompt, how far the ratio of their speeds is off, on either side.

        The larger of forecast over true and true over forecast, less 1: what both forecasts miss alike is no miss here.
        """
        ratios = [
            (1 + self.speeds[one]) / (1 + self.speeds[other])
            for one, other in combinations(range(len(self.rivals)), 2)
            if self.rivals[one][1] == self.rivals[other][1]
        ]
        off: Float[np.ndarray, "pair"] = np.exp(np.abs(np.log(ratios))) - 1
        return off

    @property
    def pair_size(self) -> float:
        """By how much nine in ten of `pairs` are off at most."""
        return float(np.quantile(self.pairs, 0.9, method="higher"))

    @property
    def own(self) -> dict[str, tuple[float, float]]:
        """The range of misses of each method that is off by a side of its own, for its speed over greedy decoding.

        All of its misses, on all prompts, lie on one side of the band of nine in ten misses of the other methods. Where
        that holds of every method, it marks none out.
        """
        kinds, names = {kind for _, kind in self.runs}, dict.fromkeys(name for name, _ in self.rivals)
        found = {}
        for name in names:
            mine, others = self.among((name,)).speeds, self.among([other for other in names if other != name])
            if len(mine) < len(kinds) or not len(others.speeds):
                continue
            low, high = others.speed_band
            if mine.min() > high or mine.max() < low:
                found[name] = (float(mine.min()), float(mine.max()))
        return found if len(found) < len(names) else {}

    @property
    def of_speeds(self) -> Band:
        """How far a forecast speed may be off: nine in ten misses over greedy decoding, and nine in ten of `pairs`.

        Methods that are off by a side of their own have their own bands and count for neither.
        """
        own = self.own
        others = self.among([name for name, _ in self.rivals if name not in own])
        return Band(*others.speed_band, others.pair_size, own)

    def among(self, names: Sequence[str]) -> "Misses":
        """The misses of these methods and of greedy decoding alone."""
        kept = [name in (self.runs[0][0], *names) for name, _ in self.runs]
        runs = tuple(run for run, keep in zip(self.runs, kept, strict=True) if keep)
        return Misses(runs, self.seconds[kept], self.speeds[[name in names for name, _ in self.rivals]])


def _middle_of(values: Float[np.ndarray, "value"]) -> tuple[float, float]:
    """Two of the values, between which nine in ten of them lie or a few more; ends amid a gap would hold fewer."""
    low, high = np.quantile(values, 0.05, method="lower"), np.quantile(values, 0.95, method="higher")
    return float(low), float(high)


def misses(races: Mapping[str, Race], machine: Machine) -> Misses:
    """The forecast of every recorded run once its prompt is read, held against its seconds by the clock.

    Args:
        races: by kind of prompt; each with the tokens of its own prompt in the cache.
        machine: that they ran on. Its numbers must not come from these races.
    """
    runs: list[tuple[str, str]] = []
    seconds: list[float] = []
    speeds: list[float] = []
    for kind, race in races.items():
        there = replace(machine, context=KINDS[kind].tokens)
        ratios = [forecast(trace, there).seconds / trace.seconds for trace in map(once_read, race.runs.values())]
        runs += [(name, kind) for name in race.runs]
        seconds += [ratio - 1 for ratio in ratios]
        speeds += [ratios[0] / ratio - 1 for ratio in ratios[1:]]
    return Misses(tuple(runs), np.array(seconds), np.array(speeds))


def table_checks(
    traces: Mapping[str, Mapping[str, Generation]], machine: Machine, there: Machine, *, batch: int
) -> tuple[Check, ...]:
    """Identities of a computed table, each found in another way than the table's own.

    Args:
        traces: as `writing` gives them.
        machine: of the table.
        there: the machine that they were recorded on.
        batch: of the table.
    """
    runs = [trace for of_kind in traces.values() for trace in of_kind.values()]
    found = [forecast(trace, machine, batch=batch) for trace in runs]
    lost = sum(abs(one.calls - _calls_by_hand(run)) for one, run in zip(found, runs, strict=True))
    lost += sum(abs(one.tokens - batch * len(run.token_ids)) for one, run in zip(found, runs, strict=True))
    greedy = next(iter(next(iter(traces.values())).values()))
    drafted = next((run for run in runs if isinstance(run.method, DraftModel) and not run.method.perfect), None)
    error = abs(forecast(greedy, machine, batch=batch).seconds / _greedy_by_hand(greedy, machine, batch) - 1)
    other = 0.0
    if drafted is not None:
        other = abs(forecast(drafted, machine, batch=batch).seconds / _drafted_by_hand(drafted, machine, batch) - 1)
    fastest = max(forecast(run, there).roof_seconds / run.seconds for run in runs)
    return (
        Check("Replayed, each trace has its own calls and tokens", float(lost), 0.0, "calls and tokens that differ"),
        Check("Greedy's time, token by token by hand", error, 1e-9, "relative difference"),
        Check("The small draft's time, token by token by hand", other, 1e-9, "relative difference"),
        Check(
            "No recorded run is faster than the recording machine's roof", fastest, 1.1, "largest share of that roof"
        ),
    )


def _calls_by_hand(run: Generation) -> int:
    """The calls that a text took, without counting them: each writes one token of its own and the guesses that stand.

    Of the last call that token may be missing, where the text ended with a guess.
    """
    if not run.steps:
        return 0
    *earlier, last = run.steps
    return len(run.token_ids) - len(last.added) - sum(len(step.accepted) for step in earlier) + 1


def _greedy_by_hand(greedy: Generation, machine: Machine, batch: int) -> float:
    """The seconds of greedy decoding: for each token the weights once, the caches of all texts, and all operations."""
    whole = range(machine.context, machine.context + len(greedy.token_ids))
    return sum(_call_by_hand(Shape(), machine, batch, rows=1, past=past) for past in whole)


def _drafted_by_hand(drafted: Generation, machine: Machine, batch: int) -> float:
    """The seconds of speculative decoding with the small draft: a call of it for each guess, and one of the target.

    Token by token: a guess is in the draft's cache as soon as it is made, and is taken out again unless it stands.
    """
    small = Shape(layers=DRAFT_LAYERS, vocabulary=KNOWN)
    past, seconds = machine.context, 0.0
    for step in drafted.steps:
        seconds += _call_by_hand(Shape(), machine, batch, rows=1 + len(step.draft), past=past)
        cached = past
        for _ in step.draft:
            seconds += machine.draft_cost * _call_by_hand(small, machine, batch, rows=1, past=cached)
            cached += 1
        past += len(step.added)
    return seconds


def _call_by_hand(shape: Shape, machine: Machine, batch: int, *, rows: int, past: int) -> float:
    """The seconds of one call of a model of its own."""
    number = machine.bytes_per_number
    moved = shape.weights * number + batch * kv_bytes(shape, past + rows, bytes_per_number=number)
    least = max(moved / machine.bandwidth, batch * operations(shape, rows, past=past) / machine.peak)
    known = [share for row, share in machine.shares if row <= batch * rows]
    wider = [(row, share) for row, share in machine.shares if row > batch * rows]
    reached = known[-1] if known else wider[0][1] if wider else 1.0
    if known and wider:
        row = machine.shares[len(known) - 1][0]
        reached += (wider[0][1] - reached) * (batch * rows - row) / (wider[0][0] - row)
    return machine.overhead + least / reached

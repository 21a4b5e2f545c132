"""What selective steps are and learn: copying, gates, the three matrices, and the scan."""

from core.state_space import CopyingPair, CopyingRecord, Gated, ScanCost, ScanTimes
from pages.architecture.state_space.words.numbers import NOISE, small


def copying_title(record: CopyingRecord, *, scattered: bool) -> str:
    """Which arm copies, over the recorded seeds; a difference within noise is called none."""
    selective, fixed = (
        [float(run.accuracy[-1]) for run in record.arm(arm, scattered=scattered)] for arm in (True, False)
    )
    steps, seeds = record.arm(True, scattered=scattered)[0].params.steps, len(selective)
    if min(selective) > max(fixed) + NOISE:
        return (
            f"A step read from the token copies {_range(selective)} after {steps} updates; one fixed step, in this "
            f"budget, {_range(fixed)} ({seeds} seeds)"
        )
    if min(fixed) > max(selective) + NOISE:
        return f"Here the fixed step is ahead: {_range(fixed)} against {_range(selective)} ({seeds} seeds)"
    return (
        f"Both copy: {_range(selective)} with the step read from the token, {_range(fixed)} with a fixed one; over "
        f"{seeds} seeds that is no difference"
    )


def _range(shares: list[float]) -> str:
    low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
    return low if low == high else f"{low} to {high}"


def copying_reading(pair: CopyingPair) -> str:
    """The task, what both arms have reached, and when."""
    found = []
    for name, run in (("read from the token", pair.selective), ("one number", pair.fixed)):
        solved = run.solved_at()
        when = f", above 99 % from update <b>{solved}</b> on" if solved is not None else ""
        found.append(f"step {name}: <b>{run.accuracy[-1]:.1%}</b> right{when}")
    params = pair.fixed.params
    return (
        f"4 data tokens among 28 of noise, then 4 queries that ask for them in order. Seed <b>{params.seed}</b>, "
        f"<b>{pair.fixed.steps[-1]}</b> updates, <b>{pair.fixed.parameters:,}</b> parameters each; {'; '.join(found)}. "
        "A fixed step counts noise too, so what is asked for lies at another distance each time."
        if params.scattered
        else f"4 data tokens, 28 of noise, 4 queries. Seed <b>{params.seed}</b>, <b>{pair.fixed.steps[-1]}</b> "
        "updates, "
        f"<b>{pair.fixed.parameters:,}</b> parameters each; {'; '.join(found)}. The distance is always 32: one kernel "
        "does."
    )


def gates_title(gates: dict[str, float]) -> str:
    """What the learned steps say, by kind of token."""
    noise, data, query = gates["noise"], gates["data"], gates["query"]
    if noise < 0.2 * min(data, query):
        return f"It has learned to skip noise: Δ = {noise:.2f} there, {data:.2f} on data, {query:.2f} on queries"
    if max(gates.values()) - min(gates.values()) < 0.05:
        return f"One step for all tokens: Δ = {data:.2f}"
    return f"The steps: Δ = {noise:.2f} on noise, {data:.2f} on data, {query:.2f} on queries"


def scan_title(cost: ScanCost, at: int) -> str:
    """How far the tree has come, and what it takes in all."""
    covered = min(1 << at, cost.length)
    done = f"After round {at} of {cost.depth} a place covers up to {covered} step{'s' * (covered > 1)}"
    joins = f"{cost.work} pair{'s' * (cost.work > 1)} in {cost.depth} round{'s' * (cost.depth > 1)}"
    return f"{done}; the tree joins {joins}, a pass {cost.length - 1} one after another"


def scan_reading(times: ScanTimes, cost: ScanCost) -> str:
    """Depth and work at a real length, and what this processor makes of them."""
    ratio = times.tree / times.sequential
    said = "takes about as long as the pass"
    if ratio >= 1.1:
        said = (
            f"takes <b>{ratio:.1f}</b> times as long as the pass: depth pays only where many pairs are joined at once"
        )
    elif ratio <= 1 / 1.1:
        said = f"is <b>{1 / ratio:.1f}</b> times as fast as the pass: many pairs are joined at once"
    return (
        f"At <b>{times.length:,}</b> steps of <b>{times.width}</b> numbers the depth falls from "
        f"<b>{times.length - 1:,}</b> to <b>{cost.depth}</b> rounds and the work grows from "
        f"<b>{times.length - 1:,}</b> "
        f"to <b>{cost.work:,}</b> joined pairs. On this processor the tree {said}."
    )


def mixing_title(words: tuple[str, ...], skipped: int) -> str:
    """What the three matrices show."""
    said = "Fixed: one number a diagonal. Selective: it knows the word. Attention: rows that sum to 1"
    return f"{said}; {skipped} of {len(words)} words are skipped" if skipped else said


def gate_title(found: Gated) -> str:
    """Whether gate and scan are one, and how well the gate holds what counts."""
    apart = found.apart
    if not apart <= found.checks[0].bound:
        return f"The gate and the scan differ by {small(apart)}, which rounding does not explain"
    same = "to the last digit" if apart == 0 else f"up to {small(apart)}"
    return f"A gate is a selective scan, {same}; it is off what it should hold by {small(found.astray)}"


def gate_reading(found: Gated) -> str:
    """The steps on data and noise, and what they mean."""
    steps, shares = (
        [float(side[found.counts == kind][0]) for kind in (True, False)] for side in (found.delta, found.shares)
    )
    return (
        "h = (1 − g) h + g u with g = σ(z) is the scan with A = −1, B = C = 1, zoh and Δ = log(1 + e<sup>z</sup>). "
        f"On data z = <b>{found.z[found.counts][0]:g}</b>, g = <b>{shares[0]:.3f}</b> and Δ = <b>{steps[0]:.3f}</b>; "
        f"on noise z is its negative, g = <b>{shares[1]:.3f}</b> and Δ = <b>{steps[1]:.3f}</b>. A small Δ keeps, a "
        "large one takes in, as the steps that are learned under Select. Off: the root mean square of h minus the last "
        "data sample."
    )


def live_title(pair: CopyingPair) -> str:
    """What two arms that are trained now have reached; a difference within noise is called none."""
    selective, fixed = (float(run.accuracy[-1]) for run in (pair.selective, pair.fixed))
    said = (
        f"Seed {pair.fixed.params.seed}, after {pair.fixed.steps[-1]} updates: {selective:.0%} right with the step read"
    )
    said += f" from the token, {fixed:.0%} with one for all"
    return said if abs(selective - fixed) > NOISE else f"{said}: no difference"

"""The identities of a run, recomputed from what it wrote down. Needs no torch."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.rlhf.formulas import best_of_n_kl
from core.rlhf.world import gold_reward, lengths

if TYPE_CHECKING:
    from core.rlhf.runs import RunHistory

STANDARD_ERRORS = 4
"""How far two estimates of one number may lie apart: chance goes beyond it once in fifteen thousand times."""


def checks_of(run: "RunHistory") -> tuple[Check, ...]:
    """What must agree in a run: its estimates of the KL, and its curves with the responses that were kept.

    The responses kept at a step are some of those that its means were taken over, or, for best-of-n, draws from the
    distribution whose expectations the curves are. So the differences have mean 0 over the steps.
    """
    kept = run.samples.astype(int).reshape(-1, run.samples.shape[-1])
    shape = run.samples.shape[:2]
    found = [Check("KL is 0 at the start", abs(float(run.kl[0])), 1e-5, "every run starts as the supervised policy")]
    if "objective/kl" in run.metrics:
        found.append(_agree("k1 averages to the exact KL", run.metrics["objective/kl"], run.kl))
    found += [
        _agree("Kept responses have the gold of the curve", gold_reward(kept).reshape(shape).mean(1), run.gold),
        _agree("Kept responses have the proxy of the curve", run.sample_proxy.mean(1), run.proxy),
        _agree("Kept responses have the length of the curve", lengths(kept).reshape(shape).mean(1), run.length),
    ]
    if len(run.n):
        excess = float(np.max(run.kl - best_of_n_kl(run.n)))
        found.append(Check("KL stays under log n − (n − 1)/n", max(0.0, excess), 1e-5, "largest excess over all n"))
    return tuple(found)


def _agree(name: str, estimate: Float[np.ndarray, "step"], value: Float[np.ndarray, "step"]) -> Check:
    """Whether an estimate is right on average over the steps."""
    off = np.asarray(estimate, dtype=float) - np.asarray(value, dtype=float)
    error = float(off.std(ddof=1) / np.sqrt(len(off))) if len(off) > 1 else float("inf")
    rounding = 1e-5 * (1.0 + float(np.abs(value).max()))
    detail = f"mean difference over {len(off)} steps; the bound is {STANDARD_ERRORS} standard errors"
    return Check(name, abs(float(off.mean())), STANDARD_ERRORS * error + rounding, detail)

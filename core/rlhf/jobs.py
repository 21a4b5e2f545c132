"""The doors of training runs: a page names these functions, and torch is imported when one of them runs."""

from core.progress import Progress
from core.rlhf.runs import NetworkFit, RunHistory, RunParams

FIT_SECONDS = 0.3
"""Seconds of processor that the fit of one reward model takes."""

POOL_SECONDS = 0.4
"""Seconds of best-of-n on its pool of samples."""

STEP_SECONDS = {
    "ppo": (0.0115, 0.0058),
    "grpo": (0.0080, 0.0047),
    "dr_grpo": (0.0080, 0.0047),
    "reinforce": (0.0085, 0.0020),
    "dpo": (0.0085, 0.0040),
}
"""Seconds for the responses of a step, and for an update on them."""


def train(params: RunParams, *, on_progress: Progress | None = None) -> RunHistory:
    """Fits a reward model to preferences and trains the toy policy against it; every step is measured and kept.

    Maximized: E[r(y)] - beta KL(pi || pi_start), with r the learned reward (the proxy). The gold reward is measured
    only. Each algorithm takes the penalty in its own way: PPO and REINFORCE in the reward, GRPO in the loss (k3), DPO
    in the closed form of the optimum, best-of-n not at all.

    Args:
        params: see RunParams.
        on_progress: called as (fraction, message, partial) with the curves so far; raising from it stops the run.

    Returns:
        The history. Where numbers stop being finite the run ends, `diverged_at` says when, and the curves are kept.
        Invariants: the same params give the same curves on one machine; kl[0] = 0.

    Raises:
        FloatingPointError: when the run diverges before its first measurement.

    Source: Ziegler et al. 1909.08593; Stiennon et al. 2009.01325; Gao et al. 2210.10760 for gold against proxy.
    """
    from core.rlhf.with_torch.training.runs import run

    return run(params, on_progress=on_progress)


def fit_reward_network(params: RunParams, *, on_progress: Progress | None = None) -> NetworkFit:
    """Fits the reward model that `train` fits first, and stops there.

    Args:
        params: see RunParams; what concerns the policy does not matter.
        on_progress: called as (fraction, message); raising from it stops the fit.

    Returns:
        How the fit went. Invariant: the `reward_fit` of the run with the same params.

    Source: Stiennon et al. 2009.01325, section 3.4.
    """
    from core.rlhf.with_torch.training.runs import reward_model

    return reward_model(params, on_progress=on_progress)[1]


def seconds_of(params: RunParams) -> float:
    """Seconds of processor that `train` takes on the machine on which promises are measured.

    A line through measured runs of each algorithm: its steps, times what a step costs at a batch of 128 and four
    updates, and the fit of the reward model before it. See `core.jobs.promise`.
    """
    fit = FIT_SECONDS * params.ensemble
    if params.algorithm == "best_of_n":
        return fit + POOL_SECONDS
    sampled, updated = STEP_SECONDS[params.algorithm]
    updates = params.epochs if params.algorithm in ("ppo", "grpo", "dr_grpo") else 1
    width = 0.55 + 0.45 * params.batch / 128
    return fit + params.steps * width * (sampled + updates * updated)

"""What a run writes down at every step, and the history it becomes."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from core.progress import Progress
from core.rlhf.formulas import kl_estimates
from core.rlhf.runs import KEPT, NetworkFit, RunHistory, RunParams
from core.rlhf.with_torch.training.updates import Scored, mean_entropy
from core.rlhf.world import gold_reward, lengths

MAIN = ("kl", "proxy", "gold", "length", "entropy")
EVERY = 5


class Logbook:
    """Collects the series of a run.

    Args:
        params: of the run.
        fit: of its reward model.
        on_progress: who is told; the partial result maps names to the series so far.
    """

    def __init__(self, params: RunParams, fit: NetworkFit, on_progress: Progress | None) -> None:
        self.params = params
        self.fit = fit
        self.on_progress = on_progress
        self.series: defaultdict[str, list[float]] = defaultdict(list)
        self.samples: list[np.ndarray] = []
        self.sample_proxy: list[np.ndarray] = []
        self.diverged_at: int | None = None

    def note(self, scored: Scored, beta: float) -> None:
        """Measures a batch before its update.

        Raises:
            FloatingPointError: when something measured is not finite.
        """
        responses = scored.batch.array
        kl = scored.kl.numpy()
        k1, k2, k3 = kl_estimates(scored.taken, scored.reference_taken)
        proxy = scored.proxy.numpy()
        found = {
            "kl": float(kl.mean()),
            "proxy": float(proxy.mean()),
            "gold": float(gold_reward(responses).mean()),
            "length": float(lengths(responses).mean()),
            "entropy": mean_entropy(scored),
            "objective/kl": float(k1.sum(1).mean()),
            "objective/kl_k2": float(k2.sum(1).mean()),
            "objective/kl_k3": float(k3.sum(1).mean()),
            "objective/rlhf_reward": float(proxy.mean() - beta * k1.sum(1).mean()),
            "objective/beta": beta,
        }
        if not np.isfinite(list(found.values())).all():
            raise FloatingPointError("a measured value is not finite")
        for name, value in found.items():
            self.series[name].append(value)
        self.samples.append(responses[:KEPT].astype(np.uint8))
        self.sample_proxy.append(proxy[:KEPT])

    def add(self, metrics: Mapping[str, float]) -> None:
        """Writes down what an update measured."""
        for name, value in metrics.items():
            self.series[name].append(value)

    def tell(self, step: int) -> None:
        """Reports the curves so far, every few steps."""
        if self.on_progress is None or (step % EVERY and step + 1 < self.params.steps):
            return
        partial = {name: np.array(self.series[name], dtype=np.float32) for name in MAIN}
        message = f"Step {step + 1} of {self.params.steps}: gold {self.series['gold'][-1]:.2f}"
        self.on_progress(0.15 + 0.85 * (step + 1) / self.params.steps, message, partial)

    def history(self) -> RunHistory:
        """The run as it went."""
        count = len(self.series["kl"])
        if count == 0:
            raise FloatingPointError("the run diverged before its first measurement")
        arrays = {name: _padded(values, count) for name, values in self.series.items()}
        main = {name: arrays.pop(name) for name in MAIN}
        return RunHistory(
            params=self.params,
            **main,
            metrics=arrays,
            samples=np.stack(self.samples),
            sample_proxy=np.stack(self.sample_proxy).astype(np.float32),
            n=np.zeros(0, dtype=int),
            reward_fit=self.fit,
            diverged_at=self.diverged_at,
        )


def _padded(values: list[float], count: int) -> np.ndarray:
    """A series as float32; an update that failed has left a gap at the end."""
    return np.array(values + [np.nan] * (count - len(values)), dtype=np.float32)

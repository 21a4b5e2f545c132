"""What each way to adapt SmolLM2 brought on held-out reviews, and how long it took. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.prompting.adaptation import WAYS

TUNED = WAYS[2:]
"""The ways that are trained."""

UPDATES: dict[str, int] = {"soft prompt": 300, "prefix": 300, "LoRA": 60, "full tuning": 20}
RATES: dict[str, float] = {"soft prompt": 0.03, "prefix": 0.01, "LoRA": 1e-3, "full tuning": 2e-5}
ITEMS = 2
"""Reviews of one update."""

EXAMPLES = 4
"""Reviews in the few-shot prompt."""

PLAIN = ("", "{}", "Answer:", "positive / negative")
"""The prompt of the grammar that every way begins with."""


@dataclass(frozen=True, eq=False)
class AdaptationTrials:
    """Held-out accuracies and times.

    Args:
        right: held-out reviews named rightly, ways as in WAYS [seed way].
        held_out: how many are held out.
        losses: the mean loss of the last tenth of the updates, in nats, ways as in TUNED [seed way].
        update: seconds of processor of an update of ITEMS reviews, by way as in TUNED [way].
        changed: weights of the model that differ after tuning from those before, by way as in TUNED [seed way].
        reading: seconds of processor to read a question alone, after examples that are read again, and after examples
            whose keys and values are kept [3].
        example_tokens, question_tokens: tokens of all examples, and of the question, on average over seeds.
    """

    right: Int[np.ndarray, "seed 6"]
    held_out: int
    losses: Float[np.ndarray, "seed 4"]
    update: Float[np.ndarray, "4"]
    changed: Int[np.ndarray, "seed 4"]
    reading: Float[np.ndarray, "3"]
    example_tokens: float
    question_tokens: float

    @property
    def pooled(self) -> Float[np.ndarray, "6"]:
        """The share of held-out reviews named rightly, over all seeds, by way."""
        return np.asarray(self.right.sum(axis=0) / (self.held_out * len(self.right)))

    @property
    def adapting(self) -> dict[str, float]:
        """Seconds of processor of each tuning."""
        return {name: UPDATES[name] * float(seconds) for name, seconds in zip(TUNED, self.update, strict=True)}

    def break_even(self, name: str, *, kept: bool) -> float | None:
        """The number of questions after which the examples have taken more seconds than a tuning that adds nothing.

        Args:
            name: one of TUNED. kept: whether keys and values of the examples are kept.
        """
        more = float(self.reading[2 if kept else 1] - self.reading[0])
        return self.adapting[name] / more if more > 0 else None

    @property
    def checks(self) -> tuple[Check, ...]:
        """Soft prompt, prefix and LoRA leave every weight of the model as it is; full tuning does not."""
        moved = int(self.changed[:, :3].sum())
        return (Check("Weights of SmolLM2 changed by soft prompt, prefix and LoRA", float(moved), 0.0, "bit for bit"),)

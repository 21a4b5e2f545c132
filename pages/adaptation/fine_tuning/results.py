"""What the fine-tuning page keeps between runs."""

from components.results import shared
from core.tuning import LinearTheory, LinearTheoryParams, linear_theory


@shared(megabytes=5, size=lambda found: 10_000)
def theory_of(seed: int, feature_error: float, steps: int, rate: float) -> LinearTheory:
    """Two linear layers tuned in three ways; raises ValueError for numbers outside their ranges."""
    return linear_theory(LinearTheoryParams(seed=seed, feature_error=feature_error, steps=steps, rate=rate))

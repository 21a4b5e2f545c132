"""Every position scheme at several factors on one text and one real model."""

import numpy as np

from core.models import load_causal_lm
from core.positional.schemes import NoPositions, OtherBase, PositionScheme, scheme_of
from core.positional.sweeps import SweepParams, SweepResult, SweepRun
from core.positional.with_torch.schemes import own_loss, perplexity_under, trained_base, trained_frequencies
from core.progress import Progress, portion


def run(params: SweepParams, *, on_progress: Progress | None = None) -> SweepResult:
    """The sweep that `core.positional.perplexity_sweep` promises."""
    lm = load_causal_lm(params.model, on_progress=portion(on_progress, 0.0, 0.2))
    context = int(lm.model.config.max_position_embeddings)
    report, runs = portion(on_progress, 0.2, 1.0), _runs(params, context)
    losses: list[np.ndarray] = []
    tokens: tuple[str, ...] = ()
    for number, (run, scheme) in enumerate(runs):
        report(number / len(runs), f"Measuring {run.title}")
        measured = perplexity_under(lm, params.text, scheme=scheme, max_tokens=params.max_tokens)
        losses.append(measured.loss)
        tokens = measured.tokens
    result = SweepResult(
        params=params,
        tokens=tokens,
        runs=tuple(run for run, _ in runs),
        loss=np.stack(losses),
        own_loss=own_loss(lm, params.text, max_tokens=params.max_tokens),
        inv_freq=trained_frequencies(lm).inv_freq,
        base=trained_base(lm),
    )
    report(1.0, "Done")
    return result


def _runs(params: SweepParams, context: int) -> list[tuple[SweepRun, PositionScheme | None]]:
    references: list[tuple[SweepRun, PositionScheme | None]] = [
        (SweepRun("trained", 1.0), None),
        (SweepRun("no_positions", 1.0), NoPositions()),
        (SweepRun("other_base", 1.0), OtherBase(params.other_base)),
    ]
    return references + [
        (SweepRun(kind, float(factor)), scheme_of(kind, factor, original_context=context))
        for kind in params.kinds
        for factor in params.factors
    ]

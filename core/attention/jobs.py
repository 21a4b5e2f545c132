"""The doors of long work on heads: a page names these functions, and torch is imported when one of them runs."""

from core.attention.lookups import ScoreTraining, ScoreTrials
from core.attention.patching import PatchedTexts, PatchRun
from core.attention.ranking import HeadEffects, HeadRanking
from core.attention.symmetry import HeadHistory, HeadParting, HeadTraining, PartedHeads
from core.progress import Progress, portion


def rank_heads(params: HeadRanking, *, on_progress: Progress | None = None) -> HeadEffects:
    """Loads a model, ablates each of its heads in turn on a text, and measures what that does.

    Args:
        params: the model, the text and the kind of ablation.
        on_progress: told the fraction done and, once the model is loaded, the ranking so far: of the shape
            [layer head], the change of the mean loss in nats for each head ablated, and NaN for the others. An
            exception it raises cancels.

    Raises:
        ValueError: for a text of one token or more than 512, or a model that is not a causal one.
        core.models.UnknownModelError, core.models.ModelUnavailableError: if the model cannot be loaded.

    Invariant: the same as `head_effects` of the same model and text.
    """
    from core.attention.with_torch.ranking import head_effects
    from core.attention.with_torch.trace import trace
    from core.models import load_causal_lm

    lm = load_causal_lm(params.model, on_progress=portion(on_progress, 0.0, 0.05))
    report = portion(on_progress, 0.05, 1.0)
    return head_effects(lm, trace(lm, params.text), ablation=params.ablation, on_progress=report)


def patch_texts(params: PatchRun, *, on_progress: Progress | None = None) -> PatchedTexts:
    """Loads a model, copies each part of one text's run into another's, and takes both answers apart.

    Args:
        params: the model, the texts, their answers and what is copied.
        on_progress: told the fraction done and, layer by layer, the shares recovered so far: [layer column], NaN for
            those to come. An exception it raises cancels.

    Raises:
        ValueError: for texts or answers that cannot be compared, or a model that is not a causal one.
        core.models.UnknownModelError, core.models.ModelUnavailableError: if the model cannot be loaded.

    Invariant: the same as `patched_texts` of the same model and params.
    """
    from core.attention.with_torch.patching import patched_texts
    from core.models import load_causal_lm

    lm = load_causal_lm(params.model, on_progress=portion(on_progress, 0.0, 0.05))
    return patched_texts(lm, params, on_progress=portion(on_progress, 0.05, 1.0))


def train_heads(params: HeadTraining, *, on_progress: Progress | None = None) -> HeadHistory:
    """Trains one attention layer to name two earlier tokens at once, the previous one and the one three back.

    y = sum_h softmax(q_h k_h^T / sqrt(head_dim) + mask) v_h W_O^h, then one linear classifier for each target. One head
    can look at one of the two places, so two kinds of head are needed. Heads that start equal get equal gradients,
    and Adam moves equal weights with equal gradients equally: they stay equal for ever.

    Args:
        params: size, seed and start of the run.
        on_progress: called as on_progress(fraction, message); raising from it stops the run.

    Raises:
        Whatever `on_progress` raises; nothing else.

    Invariant: with `identical` and no noise, `difference` is exactly 0 at every step.
    Source: symmetry breaking by random initial weights, Goodfellow et al. 2016, "Deep Learning", section 8.4.
    """
    from core.attention.with_torch.training.symmetry import run

    return run(params, on_progress=on_progress)


def part_heads(params: HeadParting, *, on_progress: Progress | None = None) -> PartedHeads:
    """Runs `train_heads` from equal, from almost equal and from random heads, everything else alike.

    Args:
        params: the seeds; each is run once from every start.
        on_progress: called as on_progress(fraction, message); raising from it stops the runs.

    Raises:
        Whatever `on_progress` raises; nothing else.

    Invariant: of the equal start, `difference` is exactly 0; the first loss of the equal and of the almost equal start
        differ by less than 0.1 nats, since they read the same batch with almost the same weights.
    Source: as `train_heads`.
    """
    from core.attention.with_torch.training.symmetry import part

    return part(params, on_progress=on_progress)


def train_scores(params: ScoreTraining, *, on_progress: Progress | None = None) -> ScoreTrials:
    """Trains one head to look a key up, with each score of SCORES, all else alike, and times the scores.

    A text has 16 different keys of 32, a value of 16 at each, and one key that is asked for; the head answers with its
    value: softmax over the keys of score(W_Q x, W_K y), the mean of the values' vectors, a linear classifier. Loss:
    cross entropy in nats. Adam, batches of 64. A guess is right once in 16.

    Args:
        params: dimensions, rates, seeds, steps.
        on_progress: called as on_progress(fraction, message); raising from it stops the runs.

    Raises:
        Whatever `on_progress` raises; nothing else.

    Invariant: accuracies and gradients are the same for the same params, on one thread of one version of torch; for
        equal seeds all scores start from equal matrices and read equal texts.
    Source: the scores as `scores_of`.
    """
    from core.attention.with_torch.training.lookups import run

    return run(params, on_progress=on_progress)

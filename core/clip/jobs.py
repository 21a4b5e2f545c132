"""The doors of long work on CLIPs: a page names these functions, and torch is imported when one of them runs."""

from core.clip.advice import Advice, AdviceParams
from core.clip.runs import ClipHistory, ClipTraining
from core.progress import Progress, portion


def ask_for_insights(params: AdviceParams, /, *, on_progress: Progress) -> Advice:
    """The answers of a small language model by greedy decoding, unedited.

    Raises:
        ModelUnavailableError: if the model cannot be had.
        Whatever `on_progress` raises, which ends the work.
    """
    on_progress(0.0, "Starting the language model")
    from core.clip.with_torch.advice import answer
    from core.models import load_causal_lm

    lm = load_causal_lm(params.model, on_progress=portion(on_progress, 0.0, 0.6))
    answers = []
    for place, question in enumerate(params.questions):
        on_progress(0.6 + 0.2 * place, "The language model writes")
        answers.append(answer(lm, question, params.max_new_tokens))
    on_progress(1.0, "Done")
    return Advice(params, tuple(answers))


def clip_history(params: ClipTraining, /, *, on_progress: Progress) -> ClipHistory:
    """Trains a CLIP and returns its history without the weights; the partial result is the history so far.

    Raises:
        Whatever `on_progress` raises, which ends the training.
    """
    on_progress(0.0, "Starting PyTorch and open_clip")
    import torch

    from core.clip.with_torch.training.runs import train_clip

    torch.set_num_threads(1)
    return train_clip(params, on_progress=on_progress)[1]

"""The training of a small CLIP as a long job. Torch is imported only where the job runs."""

from core.clip.runs import ClipHistory, ClipTraining
from core.progress import Progress


def clip_history(params: ClipTraining, /, *, on_progress: Progress) -> ClipHistory:
    """Trains a CLIP and returns its history without the weights; the partial result is the history so far.

    Raises:
        Whatever `on_progress` raises, which ends the training.
    """
    on_progress(0.0, f"Drawing {params.corpus.n_scenes} pictures")
    import torch

    from core.clip.training import train_clip

    torch.set_num_threads(1)
    return train_clip(params, on_progress=on_progress)[1]

"""Encodes everything that comes with a small CLIP."""

from dataclasses import replace

import numpy as np

from core.clip.records import ClipRecord, evaluation_scenes, fade_scenes, fade_shares, standard_texts
from core.clip.rendering import render, render_all, render_fade
from core.clip.scenes import BACKGROUNDS
from core.clip.with_torch.model import Clip


def make_record(clip: Clip) -> ClipRecord:
    """Encodes the test pictures, the fades and the words with a small CLIP.

    Invariant: all vectors have norm 1; the same model gives the same record.
    """
    scenes, shares, texts = fade_scenes(), fade_shares().tolist(), standard_texts()
    alone = np.stack([render(replace(scene, background=None)) for scene in scenes])
    empty = [replace(scene, bird=None, background=background) for scene in scenes for background in BACKGROUNDS]
    backdrops = clip.encode_image(render_all(empty))
    return ClipRecord(
        name=clip.name,
        scale=clip.scale,
        images=clip.encode_image(render_all(evaluation_scenes())),
        fades=np.stack([clip.encode_image(render_fade(scene, shares)) for scene in scenes]),
        birds=clip.encode_image(alone),
        backdrops=backdrops.reshape(len(scenes), len(BACKGROUNDS), -1),
        texts=texts,
        words=clip.encode_text(texts),
    )

"""Records with chosen numbers, for the edges of titles."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.tuning import METHODS, TuningParams, TuningRecord, TuningRun

TRAINED = {"probe": 1154, "last": 14_162_114, "lora": 231_554, "lp_ft": 134_516_162, "full": 134_516_162}


def made_run(method: str, seed: int, inside: float, outside: float, ratio: float = 1.0) -> TuningRun:
    """A run with these accuracies, after which the perplexity of both texts is so many times the old one."""
    before = np.array([20.0, 8.0])
    return TuningRun(
        params=TuningParams(method, 1e-3, seed),
        id_accuracy=inside,
        ood_accuracy=outside,
        validation_accuracy=inside,
        trainable=TRAINED[method],
        loss=np.array([0.7, 0.5]),
        perplexity=ratio * before,
        before=before,
        frozen_change=0.0,
        start_change=0.0,
        merge_gap=0.0,
        stopped=False,
        seconds=1.0,
        own=np.zeros(0),
    )


def made(outside: Mapping[str, Sequence[float]], ratios: Mapping[str, Sequence[float]] | None = None) -> TuningRecord:
    """A record: by method its accuracies on the shift over seeds, 0.7 where none is named; and its ratios."""
    return TuningRecord(
        tuple(
            made_run(method, seed, 0.9, value, (ratios or {}).get(method, (1.0,) * 9)[seed])
            for method in METHODS
            for seed, value in enumerate(outside.get(method, (0.7, 0.7, 0.7)))
        )
    )

"""An encoder tuned whole on opinions: its record, its draws, and what stays untouched."""

import numpy as np
import pytest
import torch

from core.models import load_encoder
from core.transformer import LABELS, TUNED_DRAWS, label_draws, opinions, recorded_liking
from core.transformer.with_torch.training import liking as module


def test_twins_share_a_label_and_few_labels_are_among_many() -> None:
    for by_count in label_draws(80, seed=0, draws=4):
        before: set[int] = set()
        for count, (chosen, rest) in zip(LABELS, by_count, strict=True):
            assert len(chosen) == count and sorted([*chosen, *rest]) == list(range(80))
            assert {place % 40 for place in chosen[: count // 2]} == {place % 40 for place in chosen[count // 2 :]}
            assert before <= set(chosen.tolist())
            before = set(chosen.tolist())


def test_the_record_is_whole() -> None:
    found = recorded_liking()
    assert found.right.shape == found.fitted.shape == (len(LABELS), TUNED_DRAWS)
    for count, row in zip(LABELS, found.right, strict=True):
        told = row * (80 - count)
        assert np.allclose(told, told.round(), atol=1e-9)


@pytest.mark.models
def test_a_judge_learns_what_it_sees_and_leaves_the_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STEPS", 6)
    encoder, (texts, liked) = load_encoder(), opinions()
    before = [weight.clone() for weight in encoder.model.parameters()]
    some = np.array([0, 4, 40, 44])
    right = module.judged(encoder, [texts[place] for place in some], liked[some], np.arange(4), seed=0)
    assert right.dtype == bool and right.mean() >= 0.75
    assert all(torch.equal(old, new) for old, new in zip(before, encoder.model.parameters(), strict=True))

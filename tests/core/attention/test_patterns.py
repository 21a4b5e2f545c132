"""The strongest heads of a text."""

from types import SimpleNamespace

import numpy as np
import pytest

from core.attention import RECORDED_TEXTS, head_scores, leaders, recorded
from core.attention.patterns import farther, on_keys


@pytest.mark.parametrize("key", RECORDED_TEXTS)
def test_each_leader_has_the_largest_share_of_its_pattern(key: str) -> None:
    record = recorded(key)
    found = {leader.pattern: leader for leader in leaders(record, causal=record.causal)}
    scores, n_tokens = head_scores(record), len(record.tokens)
    before = found["the token before"]
    assert before.score == pytest.approx(np.nanmax(scores.previous_token))
    rows = record.weights[before.layer, before.head]
    assert before.score == pytest.approx(np.mean([rows[q, q - 1] for q in range(1, n_tokens)]), rel=1e-4)
    assert ("the token after" in found) == (not record.causal)
    far = found["farther off"]
    rows, last = record.weights[far.layer, far.head], n_tokens if record.causal else n_tokens - 1
    sums = [sum(rows[q, k] for k in range(1, last) if abs(q - k) >= 2) for q in range(n_tokens)]
    counted = [q for q in range(n_tokens) if any(abs(q - k) >= 2 for k in range(1, q if record.causal else last))]
    if record.causal:
        sums = [sum(rows[q, k] for k in range(1, q - 1)) for q in range(n_tokens)]
    assert far.score == pytest.approx(sum(sums) / len(counted), rel=1e-4)


def test_known_heads_lead() -> None:
    induction = {leader.pattern: (leader.layer, leader.head) for leader in leaders(recorded("induction"), causal=True)}
    assert induction["what followed last time"] == (18, 6)
    assert induction["the token before"] == (16, 0)


@pytest.mark.parametrize(("n_tokens", "count"), [(1, 0), (2, 1), (3, 1), (4, 2)])
@pytest.mark.parametrize("causal", [True, False])
def test_a_short_text_has_only_the_patterns_that_it_can_show(n_tokens: int, count: int, causal: bool) -> None:
    weights = np.tril(np.ones((2, 2, n_tokens, n_tokens)))
    weights /= weights.sum(-1, keepdims=True)
    trace = SimpleNamespace(weights=weights, token_ids=np.arange(n_tokens))
    found = [leader.pattern for leader in leaders(trace, causal=causal)]
    assert ("the token before" in found) == (n_tokens > 1)
    assert "what followed last time" not in found
    assert ("farther off" in found) == (n_tokens > 3)
    if causal:
        assert len(found) == count


def test_no_weight_on_the_first_token_counts_as_far() -> None:
    weights = np.zeros((1, 1, 6, 6))
    weights[..., 0] = 1
    assert on_keys(weights, farther(6, causal=True))[0, 0] == 0

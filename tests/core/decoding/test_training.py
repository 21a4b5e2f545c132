"""What the model writes for itself, and what learns from it, on a tiny model."""

from itertools import islice
from pathlib import Path

import pytest
import torch

from core.decoding import Calm, Greedy, Medusa, generate
from core.decoding.corpus import prompts
from core.decoding.with_torch import calm as calm_module
from core.decoding.with_torch import drafts
from core.decoding.with_torch.calm import threshold_at
from core.decoding.with_torch.parts import MedusaHeads, raw_exit
from core.decoding.with_torch.training.examples import examples, frequent_tokens
from core.decoding.with_torch.training.learning import (
    LearningParams,
    learn_blocks,
    learn_classifier,
    learn_draft,
    ranks,
)
from core.decoding.with_torch.training.text import WritingParams, shards, write
from core.models import CausalLM

SMALL = WritingParams(tokens=40, batch=4, length=10, layers=(1, 2))


def quiet(part: float, message: str) -> None:
    """Hears progress and says nothing."""


def test_prompts_are_filled_and_the_same_for_the_same_seed() -> None:
    first, again, other = (list(islice(prompts(seed=seed), 200)) for seed in (0, 0, 1))
    assert first == again != other
    assert not any("{" in text for text, _ in first if "def main" not in text)
    assert 0.8 < sum(is_message for _, is_message in first) / 200 < 0.95
    assert len({text for text, _ in first}) > 150


@pytest.fixture
def written(tiny: CausalLM, tmp_path: Path) -> Path:
    # The tiny model has 300 positions, fewer than a framed message takes.
    tiny.model.config.max_position_embeddings = 4096
    write(tiny, SMALL, tmp_path)
    return tmp_path


def test_states_stand_where_they_predict(tiny: CausalLM, written: Path) -> None:
    part = next(shards(written))
    new = part.hidden[4].shape[1]
    width = part.token_ids.shape[1] - new
    head = tiny.model.lm_head
    torch.testing.assert_close(head(part.hidden[4]).argmax(-1), part.choice[:, width - 1 : -1])
    for row in range(4):
        ids = part.token_ids[row][part.real[row]]
        out = tiny.model(ids[None], output_hidden_states=True)
        count = int(part.written[row].sum())
        for layer in (1, 2, 4):
            states = out.hidden_states[layer][0, -count - 1 : -1]
            torch.testing.assert_close(part.hidden[layer][row, :count], states, atol=1e-4, rtol=1e-3)
    greedy_row = part.written[0, width:]
    assert (part.token_ids[0, width:] == part.choice[0, width - 1 : -1])[greedy_row].all()


def test_writing_stops_at_the_budget_and_keeps_what_is_there(tiny: CausalLM, written: Path) -> None:
    files = {path: path.stat().st_mtime_ns for path in written.glob("shard-*")}
    total = write(tiny, SMALL, written)
    assert total >= SMALL.tokens
    assert {path: path.stat().st_mtime_ns for path in written.glob("shard-*")} == files


def test_examples_label_the_next_tokens_and_hold_some_texts_out(tiny: CausalLM, written: Path) -> None:
    parts = list(shards(written))
    vocabulary = frequent_tokens(parts, size=300)
    learned, held = examples(parts, vocabulary, layers=(2, 4), ahead=2)
    assert len(learned) + len(held) == sum(int(part.written.sum()) for part in parts)
    known = learned.label[:, 0] >= 0
    choice = tiny.model.lm_head(learned.hidden[4]).argmax(-1)
    assert (vocabulary[learned.label[:, 0][known]] == choice[known]).all()
    assert known.float().mean() > 0.5


def test_blocks_learn_what_the_raw_exit_cannot_read() -> None:
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(600, 16, generator=generator)
    head = torch.randn(8, 16, generator=generator)
    label = (hidden.roll(3, 1) @ head.T).argmax(-1)
    params = LearningParams(epochs=25, batch=64, rate=1e-2)
    weights, biases = learn_blocks(hidden, label, head, params, blocks=2, norm=torch.nn.Identity(), report=quiet)
    before = ranks(lambda rows: rows @ head.T, hidden, label, top=3)
    from core.decoding.with_torch.parts import Exit

    after = ranks(Exit(weights, biases, torch.nn.Identity(), head, None), hidden, label, top=3)
    assert after[0] > before[0] + 0.3
    assert sum(after) <= 1.0


def test_a_classifier_learns_a_direction() -> None:
    generator = torch.Generator().manual_seed(0)
    hidden = 5 * torch.randn(400, 6, generator=generator)
    agrees = (hidden[:, 0] > 1).float()
    weights = learn_classifier(hidden, agrees, LearningParams(epochs=20, batch=50, rate=3e-2))
    right = ((hidden @ weights[:-1] + weights[-1] > 0) == agrees.bool()).float().mean()
    assert right > 0.95


def test_a_draft_learns_and_leaves_the_target_as_it_was(tiny: CausalLM, written: Path) -> None:
    before = {name: part.clone() for name, part in tiny.model.state_dict().items()}
    parts = list(shards(written))
    losses: list[float] = []
    params = LearningParams(epochs=12, batch=4, rate=3e-3)
    known = frequent_tokens(parts, size=300)
    kept = learn_draft(
        tiny, parts, known, params, layers=(0, 3), report=lambda _, words: losses.append(float(words.split()[1]))
    )
    assert losses[-1] < losses[0]
    assert {name.split(".")[1] for name in kept if name.startswith("layers.")} == {"0", "1"}
    assert all(torch.equal(part, before[name]) for name, part in tiny.model.state_dict().items())


def test_calm_that_is_never_sure_writes_greedily(tiny: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calm_module, "trained_exits", lambda lm: {1: raw_exit(lm), 2: raw_exit(lm)})
    greedy = generate(tiny, "abcab", Greedy(), max_new_tokens=20)
    sure = generate(tiny, "abcab", Calm("softmax", 1.0), max_new_tokens=20)
    assert sure.token_ids == greedy.token_ids
    assert {step.depth for step in sure.steps} == {4}
    hasty = generate(tiny, "abcab", Calm("softmax", 0.0), max_new_tokens=20)
    assert [step.depth for step in hasty.steps] == [4] + [1] * 19
    for confidence in ("saturation", "softmax"):
        some = generate(tiny, "abcab", Calm(confidence, 0.3), max_new_tokens=20)
        assert len(some.token_ids) == 20


def test_the_threshold_falls_as_in_the_paper() -> None:
    falling = [threshold_at(Calm(threshold=0.8, decay=4.0), count, 10) for count in range(10)]
    assert falling[0] == pytest.approx(0.82)
    assert falling == sorted(falling, reverse=True)
    assert threshold_at(Calm(threshold=0.8), 7, 10) == 0.8


@pytest.mark.parametrize("top_k", [1, 3])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_medusa_with_any_heads_is_lossless(
    tiny: CausalLM, monkeypatch: pytest.MonkeyPatch, top_k: int, temperature: float
) -> None:
    """Heads that repeat the present guess are wrong most of the time, and still harmless."""
    heads = MedusaHeads(
        torch.zeros(1, 2, 48, 48),
        torch.zeros(1, 2, 48),
        tiny.model.lm_head.weight,
        torch.arange(257),
        ((0.5, 0.2, 0.1), (0.4, 0.2, 0.1)),
    )
    monkeypatch.setattr(drafts, "medusa_heads", lambda lm: heads)
    options = {"max_new_tokens": 25, "temperature": temperature, "seed": 4}
    run = generate(tiny, "abcabc", Medusa(top_k, nodes=5), **options)
    assert max(len(step.draft) for step in run.steps) == min(5, 2 if top_k == 1 else 5)
    # Matching draws one number for each token of the text, so even the samples are those of one-token decoding.
    assert run.token_ids == generate(tiny, "abcabc", Greedy(), **options).token_ids

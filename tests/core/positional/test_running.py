"""Replaced positions in running models: tiny random ones here, the real ones where marked."""

import copy
import dataclasses
import threading

import numpy as np
import pytest
import torch

from core.models import CausalLM, Encoder
from core.positional import (
    Linear,
    NoPositions,
    OtherBase,
    PositionScheme,
    Stretched,
    SweepParams,
    Yarn,
    causal_order_test,
    learned_positions,
    own_loss,
    permutation_test,
    perplexity_sweep,
    perplexity_under,
    pick,
    position_cosine,
    real_query_key,
    real_query_keys,
    recorded_sweep,
    rope_frequencies,
    rotate,
    score_by_offset,
    substitute,
    trained_base,
    trained_frequencies,
    try_length,
)
from core.positional.with_torch import sweeps
from core.positional.with_torch.substitution import NoEmbedding

TEXT = "The cat sat on the mat; the cat slept."


@torch.inference_mode()
def reference_loss(lm: CausalLM, text: str, **options: torch.Tensor) -> np.ndarray:
    ids = lm.tokenizer(text, return_tensors="pt")["input_ids"]
    logits = lm.model(input_ids=ids, use_cache=False, **options).logits[0, :-1]
    return torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="none").numpy()


def rebuilt(lm: CausalLM, **rope: object) -> CausalLM:
    """The same weights in a model that transformers itself builds with other rope parameters."""
    config = type(lm.model.config).from_dict(lm.model.config.to_dict() | {"rope_parameters": rope})
    model = type(lm.model)._from_config(config, attn_implementation="eager").eval()
    model.load_state_dict(lm.model.state_dict())
    return CausalLM(model, lm.tokenizer, lm.name, lm.n_layers, lm.n_heads, lm.n_kv_heads)


def test_replacing_nothing_changes_nothing(llama: CausalLM) -> None:
    measured = perplexity_under(llama, TEXT)
    assert len(measured.tokens) == len(measured.loss) + 1
    assert measured.loss == pytest.approx(reference_loss(llama, TEXT), abs=1e-5)
    assert own_loss(llama, TEXT) == pytest.approx(measured.loss, abs=1e-5)
    assert measured.perplexity == pytest.approx(float(np.exp(reference_loss(llama, TEXT).mean())), rel=1e-5)


@pytest.mark.parametrize(
    ("scheme", "rope"),
    [
        (Linear(3), {"rope_type": "linear", "rope_theta": 500.0, "factor": 3.0}),
        (OtherBase(90.0), {"rope_type": "default", "rope_theta": 90.0}),
        (
            Yarn(4, original_context=16),
            {"rope_type": "yarn", "rope_theta": 500.0, "factor": 4.0, "original_max_position_embeddings": 16},
        ),
    ],
)
def test_schemes_equal_a_model_built_with_them(
    llama: CausalLM, scheme: PositionScheme, rope: dict[str, object]
) -> None:
    measured = perplexity_under(llama, TEXT, scheme=scheme).loss
    assert measured == pytest.approx(reference_loss(rebuilt(llama, **rope), TEXT), abs=1e-4)
    assert np.abs(measured - reference_loss(llama, TEXT)).max() > 1e-2


@pytest.mark.parametrize("factor", [2, 3])
def test_stretching_equals_stretched_positions_with_a_mask_and_not_without(llama: CausalLM, factor: int) -> None:
    stretched = perplexity_under(llama, TEXT, scheme=Stretched(factor)).loss
    positions = factor * torch.arange(len(stretched) + 1)[None]
    masked = reference_loss(llama, TEXT, position_ids=positions, attention_mask=torch.ones_like(positions))
    assert stretched == pytest.approx(masked, abs=1e-4)
    # Without a mask transformers reads the gaps as borders between packed texts.
    packed = reference_loss(llama, TEXT, position_ids=positions)
    assert np.abs(stretched - packed).max() > 0.1


def test_without_positions_equals_all_tokens_at_one_place(llama: CausalLM) -> None:
    nowhere = perplexity_under(llama, TEXT, scheme=NoPositions()).loss
    n_tokens = len(nowhere) + 1
    causal = torch.full((n_tokens, n_tokens), torch.finfo(torch.float32).min).triu(1)[None, None]
    same_place = torch.full((1, n_tokens), 7)
    assert nowhere == pytest.approx(
        reference_loss(llama, TEXT, position_ids=same_place, attention_mask=causal), abs=1e-4
    )


def test_the_first_loss_knows_no_position(llama: CausalLM) -> None:
    schemes = [None, NoPositions(), Linear(5), Stretched(9), Yarn(8, original_context=16)]
    losses = np.array([perplexity_under(llama, TEXT, scheme=scheme).loss for scheme in schemes])
    assert np.ptp(losses[:, 0]) < 1e-5
    assert np.ptp(losses[:, -1]) > 1e-2


def test_the_shared_model_stays_as_it_is_while_others_run_it(llama: CausalLM) -> None:
    before, rotary = reference_loss(llama, TEXT), llama.model.model.rotary_emb
    parts = list(llama.model.modules())
    wrong: list[float] = []
    stop = threading.Event()

    def visitor() -> None:
        while not stop.is_set():
            wrong.append(float(np.abs(reference_loss(llama, TEXT) - before).max()))

    threads = [threading.Thread(target=visitor) for _ in range(2)]
    for thread in threads:
        thread.start()
    for factor in range(2, 12):
        perplexity_under(llama, TEXT, scheme=Linear(factor))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong
    assert max(wrong) == 0
    assert llama.model.model.rotary_emb is rotary
    assert all(a is b for a, b in zip(llama.model.modules(), parts, strict=True))


def test_substitute_shares_everything_else(bert: Encoder) -> None:
    variant = substitute(bert.model, "embeddings.position_embeddings", NoEmbedding(32))
    ours, theirs = dict(bert.model.named_parameters()), dict(variant.named_parameters())
    assert set(ours) - set(theirs) == {"embeddings.position_embeddings.weight"}
    assert all(theirs[name] is ours[name] for name in theirs)
    with pytest.raises(ValueError, match="BertModel has no part 'rotary_emb'; it has embeddings"):
        substitute(bert.model, "rotary_emb", NoEmbedding(32))


def test_texts_and_models_that_do_not_fit(llama: CausalLM, bert: Encoder) -> None:
    with pytest.raises(ValueError, match="number of tokens = 1 must be at least 2"):
        perplexity_under(llama, "a")
    with pytest.raises(ValueError, match="at most 5 are allowed"):
        perplexity_under(llama, TEXT, max_tokens=5)
    other = CausalLM(bert.model, llama.tokenizer, "bert", 2, 4, 4)
    with pytest.raises(ValueError, match="must be one with rotary positions"):
        perplexity_under(other, TEXT)
    with pytest.raises(ValueError, match="must be one with rotary positions"):
        trained_base(other)
    with pytest.raises(ValueError, match="must be an encoder with learned positions"):
        learned_positions(Encoder(llama.model, llama.tokenizer, "llama", 3, 6))


def test_trained_frequencies_are_the_formulas(llama: CausalLM) -> None:
    assert trained_base(llama) == 500
    assert trained_frequencies(llama).inv_freq == pytest.approx(rope_frequencies(16, base=500).inv_freq, rel=1e-6)


def test_sweep_reports_and_stops(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "load_causal_lm", lambda name, on_progress: llama)
    params = SweepParams(text=TEXT, kinds=("linear", "stretched"), factors=(1, 3))
    seen: list[float] = []
    result = perplexity_sweep(params, on_progress=lambda part, _: seen.append(part))
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert [run.kind for run in result.runs[:3]] == ["trained", "no_positions", "other_base"]
    assert all(check.passed for check in result.checks)
    factors, perplexity = result.select("linear")
    assert factors.tolist() == [1, 3]
    assert perplexity[0] == pytest.approx(result.perplexity[0], rel=1e-5)
    assert perplexity[1] == pytest.approx(perplexity_under(llama, TEXT, scheme=Linear(3)).perplexity)

    def cancel(part: float, _: str) -> None:
        if part > 0.5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        perplexity_sweep(params, on_progress=cancel)


def test_sweep_checks_catch_a_changed_model(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "load_causal_lm", lambda name, on_progress: llama)
    monkeypatch.setattr(sweeps, "trained_base", lambda lm: 400.0)
    monkeypatch.setattr(sweeps, "own_loss", lambda lm, text, max_tokens: own_loss(lm, text) + 1e-3)
    checks = perplexity_sweep(SweepParams(text=TEXT, kinds=())).checks
    assert [check.passed for check in checks] == [False, True, False]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"kinds": ("magic",)}, "kind = 'magic' must be one of linear"),
        ({"factors": (0.5,)}, "factor = 0.5 must be at least 1"),
        ({"other_base": 1.0}, "base = 1.0 must be above 1"),
        ({"max_tokens": 1}, "max_tokens = 1 must be at least 2"),
    ],
)
def test_sweep_params_out_of_range(options: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        SweepParams(**options)


def test_real_queries_and_keys_give_the_models_weights(llama: CausalLM) -> None:
    record = real_query_keys(llama, TEXT)
    assert record.query.shape[:2] == (3, 6)
    assert record.key.shape[:2] == (3, 2)
    for layer in range(3):
        for head in range(6):
            chosen = pick(record, layer=layer, head=head, query=20, key=3)
            assert chosen.kv_head == head // 3
            assert all(check.passed for check in chosen.checks)
    one = real_query_key(llama, TEXT, layer=2, head=4, query=20, key=3)
    again = pick(record, layer=2, head=4, query=20, key=3)
    assert np.array_equal(one.query, again.query)
    assert np.array_equal(one.key, again.key)


def test_pick_catches_vectors_that_were_rotated_already(llama: CausalLM) -> None:
    record = real_query_keys(llama, TEXT, layers=[1])
    turned = rotate(record.key, np.arange(len(record.tokens)), record.inv_freq)
    wrong = type(record)(**{name: getattr(record, name) for name in record.__dataclass_fields__} | {"key": turned})
    assert not pick(wrong, layer=1, head=0, query=20, key=3).checks[0].passed


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"layer": 0}, "layer = 0 must be one of those kept: 1, 2"),
        ({"head": 6}, "head = 6 must be 0 to 5"),
        ({"query": -1}, "query = -1 must be 0 to 37"),
        ({"key": 38}, "key = 38 must be 0 to 37"),
    ],
)
def test_pick_out_of_range(llama: CausalLM, choice: dict[str, int], said: str) -> None:
    record = real_query_keys(llama, TEXT, layers=[1, 2])
    with pytest.raises(ValueError, match=said):
        pick(record, **{"layer": 1, "head": 0, "query": 0, "key": 0} | choice)


def test_shuffled_tokens(bert: Encoder) -> None:
    without = permutation_test(bert, TEXT, seed=1, positions=False)
    with_positions = permutation_test(bert, TEXT, seed=1, positions=True)
    assert np.array_equal(without.order, with_positions.order)
    assert (without.order[0], without.order[-1]) == (0, len(without.order) - 1)
    assert not np.array_equal(without.order, np.arange(len(without.order)))
    assert without.max_difference < 1e-5
    assert with_positions.max_difference > 0.1
    assert [check.passed for check in without.checks] == [True]
    assert with_positions.checks == ()
    assert without.cosine == pytest.approx(1)
    assert with_positions.cosine < 0.999


def test_a_decoder_without_positions_sees_order_by_its_mask(llama: CausalLM) -> None:
    text = "a short text"
    without, with_positions = (
        causal_order_test(llama, text, seed=1, positions=positions) for positions in (False, True)
    )
    assert np.array_equal(without.order, with_positions.order)
    assert (without.order[0], without.order[-1]) == (0, len(without.order) - 1)
    assert [check.passed for check in without.checks] == [True]
    assert with_positions.checks == ()
    assert with_positions.first_layer > 100 * with_positions.bound
    assert min(without.total_variation, with_positions.total_variation) > 1e-4
    assert without.difference[0] < 1e-4 < without.difference[-1]
    spoiled = dataclasses.replace(without, first_layer=with_positions.first_layer)
    assert not spoiled.checks[0].passed


def test_the_causal_order_test_is_that_of_transformers(llama: CausalLM) -> None:
    """The frequencies set to 0 in a copy of the model, and nothing of this project's substitution."""
    run = causal_order_test(llama, TEXT, seed=2, positions=False)
    model = copy.deepcopy(llama.model)
    model.model.rotary_emb.inv_freq.zero_()
    ids = llama.tokenizer(TEXT, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        shares = [model(input_ids=x).logits[0, -1].double().softmax(-1) for x in (ids, ids[:, run.order])]
    assert run.total_variation == pytest.approx(float((shares[0] - shares[1]).abs().sum() / 2), abs=1e-5)


def test_an_order_needs_four_tokens(llama: CausalLM) -> None:
    with pytest.raises(ValueError, match="number of tokens = 3 must be at least 4"):
        causal_order_test(llama, "abc", seed=0, positions=False)


def test_two_words_are_swapped_whatever_the_seed(bert: Encoder) -> None:
    for seed in range(5):
        assert permutation_test(bert, "ab", seed=seed, positions=False).order.tolist() == [0, 2, 1, 3]
    with pytest.raises(ValueError, match="number of words = 1 must be at least 2"):
        permutation_test(bert, "a", seed=0, positions=False)


def test_the_table_ends(bert: Encoder) -> None:
    assert learned_positions(bert).shape == (40, 32)
    inside, outside = try_length(bert, 40), try_length(bert, 41)
    assert (inside.succeeded, inside.message) == (True, "")
    assert not outside.succeeded
    assert "40" in outside.message
    assert "41" in outside.message
    for n_tokens in (0, 2049):
        with pytest.raises(ValueError, match=f"n_tokens = {n_tokens} must be 1 to 2048"):
            try_length(bert, n_tokens)


def test_the_copied_table_is_a_copy(bert: Encoder) -> None:
    table = learned_positions(bert)
    table[:] = 0
    assert learned_positions(bert).any()


def test_cosine_between_positions() -> None:
    table = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0], [-1.0, 0.0]])
    expected = [[1, 1, 0, -1], [1, 1, 0, -1], [0, 0, 1, 0], [-1, -1, 0, 1]]
    assert position_cosine(table) == pytest.approx(np.array(expected))
    with pytest.raises(ValueError, match="1 rows of zeros"):
        position_cosine(np.array([[1.0], [0.0]]))


@pytest.mark.models
def test_real_decoder_and_what_stretching_costs(smollm2: CausalLM) -> None:
    text = "The clockmaker kept two hundred clocks in her shop, and no two of them agreed about the time of day."
    losses = {
        name: perplexity_under(smollm2, text, scheme=scheme)
        for name, scheme in [("trained", None), ("linear", Linear(8)), ("none", NoPositions())]
    }
    assert losses["trained"].loss == pytest.approx(own_loss(smollm2, text), abs=1e-4)
    assert losses["trained"].perplexity < losses["linear"].perplexity
    assert losses["trained"].perplexity < losses["none"].perplexity
    assert trained_frequencies(smollm2).inv_freq == pytest.approx(rope_frequencies(64, base=1e5).inv_freq, rel=1e-6)


@pytest.mark.models
def test_real_score_stands_still_when_both_positions_slide(smollm2: CausalLM) -> None:
    chosen = real_query_key(smollm2, "The old clock struck, and the old clock", layer=17, head=3, query=8, key=3)
    assert all(check.passed for check in chosen.checks)
    q, k = chosen.query.astype(np.float64), chosen.key.astype(np.float64)
    scores = [rotate(q, 8 + s, chosen.inv_freq) @ rotate(k, 3 + s, chosen.inv_freq) for s in (0, 1, 100, 1000, 7000)]
    closed = score_by_offset(q, k, np.array([-5]), chosen.inv_freq, scaling=1.0)[0]
    assert scores == pytest.approx([closed] * 5, abs=1e-8)


@pytest.mark.models
def test_real_encoder_sees_a_set_without_positions(minilm: Encoder) -> None:
    text = "The dog chased the cat across the garden."
    assert permutation_test(minilm, text, seed=0, positions=False).max_difference < 5e-5
    assert permutation_test(minilm, text, seed=0, positions=True).max_difference > 0.5
    assert learned_positions(minilm).shape == (512, 384)
    assert try_length(minilm, 512).succeeded
    assert not try_length(minilm, 513).succeeded


def test_sweep_checks_catch_a_first_loss_that_knows_its_place() -> None:
    sweep = recorded_sweep()
    loss = sweep.loss.copy()
    loss[3, 0] += 1e-3
    assert [check.passed for check in dataclasses.replace(sweep, loss=loss).checks] == [True, False, True]

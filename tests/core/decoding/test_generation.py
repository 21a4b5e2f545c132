"""Every lossless method writes the target's own text; the cache after a rejection is a fresh cache."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from jaxtyping import TypeCheckError
from scipy.stats import chi2_contingency

from core.decoding import (
    Calm,
    DraftModel,
    EarlyExit,
    Generation,
    Greedy,
    Jacobi,
    Lookahead,
    Medusa,
    Method,
    PromptLookup,
    acceptance_by_position,
    acceptance_histogram,
    acceptance_rate,
    generate,
    is_lossless,
    why_unavailable,
)
from core.decoding.trees import chain
from core.decoding.with_torch.drafts import Proposal
from core.decoding.with_torch.target import Target
from core.decoding.with_torch.verdict import judge, law
from core.language import as_chat
from core.models import CausalLM

METHODS: list[Method] = [
    Greedy(),
    Greedy(cache=False),
    PromptLookup(3, 5),
    EarlyExit(2, 3),
    EarlyExit(1, 1),
    DraftModel(4, perfect=True),
    Jacobi(5),
    Lookahead(3, 3, 2),
    Lookahead(5, 4, 3),
    Lookahead(1, 2, 1),
]
UNSEEN = [
    "The sailors counted the barrels twice, because the first count",
    as_chat("Name two uses of a wooden spoon."),
    as_chat("Write this again: red kite, blue kite, red kite, green kite."),
]


def expected(lm: CausalLM, prompt: str, count: int) -> list[int]:
    ids = torch.tensor([lm.tokenizer(prompt).input_ids])
    return lm.model.generate(ids, do_sample=False, max_new_tokens=count)[0, ids.shape[1] :].tolist()


@pytest.mark.parametrize("method", METHODS, ids=str)
@pytest.mark.parametrize("prompt", ["abcabcab", "x", "Some longer text, some longer text"])
def test_a_lossless_method_writes_what_transformers_writes(tiny: CausalLM, method: Method, prompt: str) -> None:
    run = generate(tiny, prompt, method, max_new_tokens=30)
    assert list(run.token_ids) == expected(tiny, prompt, 30)
    assert [token for step in run.steps for token in step.added] == list(run.token_ids)


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.parametrize(
    "prompt", [UNSEEN[0], *(pytest.param(prompt, marks=pytest.mark.matrix) for prompt in UNSEEN[1:])]
)
def test_on_the_real_model_too(smollm2: CausalLM, prompt: str) -> None:
    reference = expected(smollm2, prompt, 32)
    learned = [Medusa(1), Medusa(3), DraftModel(3), EarlyExit(8, 3, trained=True)]
    for method in [*METHODS, *(method for method in learned if why_unavailable(method) is None)]:
        assert list(generate(smollm2, prompt, method, max_new_tokens=32).token_ids) == reference, method


def test_a_perfect_draft_is_always_accepted(tiny: CausalLM) -> None:
    for temperature in (0.0, 1.0):
        run = generate(tiny, "abc", DraftModel(3, perfect=True), max_new_tokens=20, temperature=temperature)
        assert acceptance_rate(run) == 1.0
        assert run.target_calls == 5


@pytest.mark.parametrize("parent", [(), chain(4), (-1, -1, 0, 0, 1), (-1, 0, 0, 2)])
def test_the_cache_after_a_rejection_is_a_fresh_cache(tiny: CausalLM, parent: tuple[int, ...]) -> None:
    text, draft = [5, 9, 17, 33], [40 + node for node in range(len(parent))]
    target = Target(tiny)
    target.read(text[:2])
    target.keep((), 0)
    logits = target.read([*text[2:], *draft], parent)
    path = [0, 2] if len(parent) > 2 and parent[2] == 0 else [0] if parent else []
    target.keep(path, len(parent))
    fresh = Target(tiny)
    fresh_logits = fresh.read([*text, *(draft[node] for node in path)])
    assert target.length == fresh.length == fresh.cache.get_seq_length() == target.cache.get_seq_length()
    for mine, theirs in zip(target.cache.layers, fresh.cache.layers, strict=True):
        torch.testing.assert_close(mine.keys, theirs.keys, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(mine.values, theirs.values, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(logits[path[-1] + 1 if path else 0], fresh_logits[-1], atol=1e-4, rtol=1e-4)


def test_a_tree_is_read_as_each_of_its_paths_would_be(tiny: CausalLM) -> None:
    parent, draft = (-1, -1, 0, 0, 1, 4), [40, 50, 60, 70, 80, 90]
    target = Target(tiny)
    target.read([3, 4])
    logits = target.read([7, *draft], parent)
    for path in ([0], [1], [0, 2], [0, 3], [1, 4], [1, 4, 5]):
        alone = Target(tiny).read([3, 4, 7, *(draft[node] for node in path)])
        torch.testing.assert_close(logits[path[-1] + 1], alone[0], atol=1e-4, rtol=1e-4)


def test_reading_below_and_on_is_reading(tiny: CausalLM) -> None:
    halfway, whole = Target(tiny), Target(tiny)
    for tokens in ([8, 9, 10], [11]):
        halfway.read_below(tokens, 2)
    torch.testing.assert_close(halfway.read([8, 9, 10, 11, 12]), whole.read([8, 9, 10, 11, 12]), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("with_law", [True, False])
def test_the_verdict_on_samples_follows_the_target(with_law: bool) -> None:
    """A draft of two tokens: the first emitted token must follow p, whatever the draft proposed."""
    rng = np.random.default_rng(0)
    logits = torch.tensor([[1.0, 0.3, -0.5, 0.0], [0.2, 0.1, 0.0, 2.0], [0.0, 0.0, 1.0, 0.0]])
    q = np.array([0.1, 0.2, 0.3, 0.4])
    counts = np.zeros((2, 4))
    samples = 4_000
    for _ in range(samples):
        tokens = tuple(int(token) for token in rng.choice(4, 2, p=q)) if with_law else (0, 3)
        proposal = Proposal(tokens, chain(2), (math.nan, math.nan), (q, q) if with_law else ())
        verdict = judge(logits, proposal, temperature=1.0, rng=rng)
        first = tokens[0] if verdict.path else verdict.token
        counts[0, first] += 1
    counts[1] = law(logits[0], 1.0) * samples
    assert chi2_contingency(np.stack([counts[0], np.maximum(counts[1], 1e-9)])).pvalue > 0.01


def test_typical_acceptance_follows_its_rule() -> None:
    logits = torch.log(torch.tensor([[0.6, 0.3, 0.05, 0.05], [0.25, 0.25, 0.25, 0.25], [0.97, 0.01, 0.01, 0.01]]))
    proposal = Proposal((1, 2), chain(2), (math.nan, math.nan))
    rng = np.random.default_rng(0)
    # First row: H = 0.967, bound min(0.09, 0.3 e^-H = 0.114) = 0.09 < 0.3. Second: bound 0.075 < 0.25.
    assert judge(logits, proposal, temperature=1.0, rng=rng, typical=Medusa(1, "typical")).path == (0, 1)
    rare = Proposal((2, 2), chain(2), (math.nan, math.nan))
    assert judge(logits, rare, temperature=1.0, rng=rng, typical=Medusa(1, "typical")).path == ()
    assert judge(logits, proposal, temperature=0.0, rng=rng).path == ()


def test_the_same_seed_gives_the_same_sample(tiny: CausalLM) -> None:
    runs = [generate(tiny, "abc", EarlyExit(2, 2), max_new_tokens=20, temperature=1.0, seed=s) for s in (1, 1, 2)]
    assert runs[0].token_ids == runs[1].token_ids != runs[2].token_ids
    hot = generate(tiny, "abc", Greedy(), max_new_tokens=40, temperature=5.0)
    assert len(set(hot.token_ids)) > 20


def test_counts_of_a_trace(tiny: CausalLM) -> None:
    run = generate(tiny, "abcabcabc", PromptLookup(2, 4), max_new_tokens=40)
    drafted = [step for step in run.steps if step.draft]
    histogram, positions = acceptance_histogram(run), acceptance_by_position(run)
    assert sum(histogram) == len(drafted)
    assert sum(n * count for n, count in enumerate(histogram)) == run.accepted
    assert sum(accepted for accepted, _ in positions) == run.accepted
    assert all(0 <= accepted <= tested for accepted, tested in positions)
    assert len(run.token_ids) == run.accepted + run.target_calls
    assert acceptance_rate(run) == pytest.approx(run.accepted / sum(tested for _, tested in positions))


def test_nothing_is_written_where_nothing_is_asked(tiny: CausalLM) -> None:
    run = generate(tiny, "abc", PromptLookup(), max_new_tokens=0)
    assert (run.token_ids, run.text, run.target_calls, run.tokens_per_second) == ((), "", 0, 0.0)


def test_the_text_ends_where_the_model_ends_it(tiny: CausalLM) -> None:
    first = generate(tiny, "abcabcab", Greedy(), max_new_tokens=12)
    tiny.model.generation_config.eos_token_id = first.token_ids[3]
    stop = first.token_ids.index(first.token_ids[3])
    for method in (Greedy(), DraftModel(5, perfect=True), PromptLookup(), Jacobi(), Lookahead()):
        run = generate(tiny, "abcabcab", method, max_new_tokens=12)
        assert run.token_ids == first.token_ids[: stop + 1]
    tiny.model.generation_config.eos_token_id = first.token_ids[0]
    assert generate(tiny, "abcabcab", Jacobi(), max_new_tokens=12).token_ids == first.token_ids[:1]


@pytest.mark.parametrize("method", [PromptLookup(3, 5), EarlyExit(2, 3), Jacobi(5)], ids=str)
def test_a_draft_goes_no_further_than_the_end(tiny: CausalLM, method: Method) -> None:
    free = generate(tiny, "abcabcab", method, max_new_tokens=30)
    end = next(token for step in free.steps for token in step.draft[:-1] if token not in free.token_ids)
    tiny.model.generation_config.eos_token_id = end
    cut = generate(tiny, "abcabcab", method, max_new_tokens=30)
    assert cut.token_ids == free.token_ids
    assert any(end in step.draft for step in cut.steps)
    assert not any(end in step.draft[:-1] for step in cut.steps)


def test_a_tree_goes_no_further_than_the_end_on_any_branch() -> None:
    tree = Proposal((7, 8, 0, 5, 6, 0, 9), (-1, -1, 0, 2, 1, 4, 3), tuple(n / 10 for n in range(7)))
    kept = tree.up_to(frozenset({0}))
    assert (kept.tokens, kept.parent) == ((7, 8, 0, 6, 0), (-1, -1, 0, 1, 3))
    assert kept.prob == (0.0, 0.1, 0.2, 0.4, 0.5)
    assert kept.up_to(frozenset({1})).tokens == kept.tokens
    drawn = Proposal((4, 0, 3), chain(3), (0.1, 0.2, 0.3), (np.ones(2), np.zeros(2), np.ones(2)))
    assert len(drawn.up_to(frozenset({0})).laws) == 2


@pytest.mark.parametrize(
    ("prompt", "options"),
    [
        ("", {}),
        ("x" * 299, {}),
        ("abc", {"max_new_tokens": -1}),
        ("abc", {"max_new_tokens": 5000}),
        ("abc", {"temperature": -0.1}),
        ("abc", {"temperature": 5.1}),
        ("abc", {"temperature": math.nan}),
    ],
)
def test_bad_input_is_refused_in_words(tiny: CausalLM, prompt: str, options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be|at most|Type"):
        generate(tiny, prompt, Greedy(), **({"max_new_tokens": 10} | options))


def test_a_layer_that_is_not_there_is_refused(tiny: CausalLM) -> None:
    with pytest.raises(ValueError, match="layer must be from 1 to 3"):
        generate(tiny, "abc", EarlyExit(4, 2), max_new_tokens=5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: PromptLookup(3, 0),
        lambda: PromptLookup(0, 3),
        lambda: EarlyExit(0, 3),
        lambda: EarlyExit(3, 0),
        lambda: DraftModel(0),
        lambda: DraftModel(17),
        lambda: Medusa(0),
        lambda: Medusa(2, epsilon=2.0),
        lambda: Calm("softmax", 1.5),
        lambda: Calm(decay=-1.0),
        lambda: Jacobi(0),
        lambda: Lookahead(17),
        lambda: Lookahead(4, 1),
        lambda: Lookahead(4, 3, 0),
    ],
)
def test_a_method_out_of_range_is_refused(make) -> None:
    with pytest.raises(ValueError, match="must be"):
        make()


@pytest.mark.parametrize("make", [lambda: Medusa(2, "greedily"), lambda: Calm("luck", 0.5)])
def test_an_unknown_rule_is_refused(make) -> None:
    with pytest.raises((ValueError, TypeCheckError)):
        make()


def test_what_is_lossless() -> None:
    assert all(is_lossless(method) for method in [*METHODS, Medusa(3)])
    assert not is_lossless(Medusa(3, "typical"))
    assert not is_lossless(Calm())


def test_a_generation_cannot_be_changed(tiny: CausalLM) -> None:
    run: Generation = generate(tiny, "abc", Greedy(), max_new_tokens=2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.text = "other"

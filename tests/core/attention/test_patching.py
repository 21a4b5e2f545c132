"""Parts of one run copied into another's, against plain hooks on the model of transformers."""

import math
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.attention import (
    MAPS,
    PATCHED,
    Kind,
    PatchedTexts,
    PatchRun,
    Positions,
    attribute,
    patch,
    patch_texts,
    patching_checks,
    recorded_patching,
)
from core.attention.with_torch.patching import replaced, token_of
from core.attention.with_torch.stream import stream
from core.models import CausalLM, Encoder, load_causal_lm
from tests.core.attention.conftest import CONFIGS, TEXT, tiny

SHORT, OTHER_SHORT = "The cat sat.", "The dog sat."
OTHER = "The dog sat on the mat; the dog slept."
ANSWER, WRONG = 70, 100
NAMES = {"llama": ("layers", "self_attn", "o_proj"), "gpt2": ("h", "attn", "c_proj"),
         "gpt_neox": ("layers", "attention", "dense")}  # fmt: skip


def parts_of(lm: CausalLM, layer: int) -> tuple[Any, Any, Any]:
    """The layer, its output projection and its MLP, by the names that transformers gives them."""
    layers, attention, output = NAMES[lm.model.config.model_type]
    block = getattr(lm.model.base_model, layers)[layer]
    return block, getattr(getattr(block, attention), output), block.mlp


@torch.inference_mode()
def hooked(lm: CausalLM, text: str, handles: list[Any]) -> Tensor:
    """The last logits of a run, after which the hooks are taken away."""
    try:
        return lm.model(input_ids=torch.tensor([lm.tokenizer(text)["input_ids"]])).logits[0, -1]
    finally:
        for handle in handles:
            handle.remove()


def plain(
    lm: CausalLM, clean: str, corrupted: str, kind: Kind, positions: Positions, layer: int, column: int
) -> Tensor:
    """One part copied, by hooks on a full pass: the last logits."""
    block, output, mlp = parts_of(lm, layer)
    seen: list[Tensor] = []
    if kind == "head":
        hooked(lm, clean, [output.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].clone()))])
        size = seen[0].shape[-1] // lm.n_heads
        columns = slice(column * size, (column + 1) * size)
        rows = slice(None) if positions == "all" else slice(-1, None)

        def change(_: Any, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            merged = inputs[0].clone()
            merged[0, rows, columns] = seen[0][0, rows, columns]
            return (merged, *inputs[1:])

        return hooked(lm, corrupted, [output.register_forward_pre_hook(change)])
    module = block if kind == "residual" else mlp
    hooked(lm, clean, [module.register_forward_hook(lambda _, __, output: seen.append(output.clone()))])

    def change_token(_: Any, __: Any, output: Tensor) -> Tensor:
        changed = output.clone()
        changed[0, column] = seen[0][0, column]
        return changed

    return hooked(lm, corrupted, [module.register_forward_hook(change_token)])


def difference(logits: Tensor, answer: int = ANSWER, wrong: int = WRONG) -> float:
    return float(logits[answer] - logits[wrong])


@pytest.mark.parametrize(("kind", "positions"), MAPS)
@pytest.mark.parametrize("name", NAMES)
def test_every_part_is_as_by_hooks_on_a_full_pass(name: str, kind: Kind, positions: Positions) -> None:
    lm = tiny(CONFIGS[name])
    made = patch(lm, SHORT, OTHER_SHORT, answer=ANSWER, wrong=WRONG, kind=kind, positions=positions)
    assert made.clean == pytest.approx(difference(hooked(lm, SHORT, [])), abs=1e-5)
    assert made.corrupted == pytest.approx(difference(hooked(lm, OTHER_SHORT, [])), abs=1e-5)
    expected = np.array(
        [
            [difference(plain(lm, SHORT, OTHER_SHORT, kind, positions, layer, column)) for column in range(columns)]
            for columns in [lm.n_heads if kind == "head" else len(SHORT)]
            for layer in range(lm.n_layers)
        ]
    )
    np.testing.assert_allclose(made.patched, expected, atol=1e-4)
    shares = (expected - made.corrupted) / (made.clean - made.corrupted)
    np.testing.assert_allclose(made.recovered, shares, atol=1e-3)
    assert all(check.passed for check in made.checks)


def test_a_long_text_is_cut_into_batches(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = patch(llama, TEXT, OTHER, answer=ANSWER, wrong=WRONG)
    monkeypatch.setattr("core.attention.with_torch.patching._BATCH_TOKENS", 3 * len(TEXT))
    np.testing.assert_allclose(patch(llama, TEXT, OTHER, answer=ANSWER, wrong=WRONG).patched, whole.patched, atol=1e-5)


def test_the_last_layer_has_all_at_the_last_token_and_nothing_before_it(llama: CausalLM) -> None:
    recovered = patch(llama, TEXT, OTHER, answer=ANSWER, wrong=WRONG).recovered
    assert recovered[-1, -1] == pytest.approx(1, abs=1e-6)
    assert np.abs(recovered[-1, :-1]).max() < 1e-6


def test_a_part_before_the_first_difference_changes_nothing(llama: CausalLM) -> None:
    made = patch(llama, TEXT, OTHER, answer=ANSWER, wrong=WRONG)
    assert made.differing[0] == TEXT.index("c")
    assert np.abs(made.recovered[:, : made.differing[0]]).max() < 1e-5


def test_swapped_texts_and_swapped_answers(llama: CausalLM) -> None:
    made = patch(llama, TEXT, OTHER, answer=ANSWER, wrong=WRONG)
    swapped = patch(llama, TEXT, OTHER, answer=WRONG, wrong=ANSWER)
    np.testing.assert_allclose(swapped.recovered, made.recovered, atol=1e-5)
    assert (swapped.clean, swapped.corrupted) == (-made.clean, -made.corrupted)
    back = patch(llama, OTHER, TEXT, answer=ANSWER, wrong=WRONG)
    assert (back.clean, back.corrupted) == (made.corrupted, made.clean)


def test_one_token_is_the_last_one(llama: CausalLM) -> None:
    made = patch(llama, "a", "b", answer=ANSWER, wrong=WRONG)
    np.testing.assert_allclose(made.recovered, 1, atol=1e-5)
    assert made.handover is None


def test_progress_tells_the_map_so_far_and_cancels(llama: CausalLM) -> None:
    heard: list[tuple[float, np.ndarray]] = []
    made = patch(
        llama,
        TEXT,
        OTHER,
        answer=ANSWER,
        wrong=WRONG,
        on_progress=lambda done, _, partial: heard.append((done, partial)),
    )
    fractions = [done for done, _ in heard]
    assert fractions == sorted(fractions)
    assert fractions[0] > 0
    assert fractions[-1] <= 1
    assert np.isfinite(heard[0][1]).sum() == len(TEXT)
    np.testing.assert_array_equal(heard[-1][1], made.recovered)

    def hooks() -> int:
        return sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in llama.model.modules())

    def cancel(*_: object) -> None:
        raise KeyboardInterrupt

    before = hooks()

    with pytest.raises(KeyboardInterrupt):
        patch(llama, TEXT, OTHER, answer=ANSWER, wrong=WRONG, on_progress=cancel)
    assert hooks() == before


def test_another_thread_passes_untouched(llama: CausalLM) -> None:
    before = hooked(llama, OTHER, [])
    seen: list[Tensor] = []
    with replaced(llama, stream(llama, TEXT), "residual", "all", 0, range(3)):
        thread = threading.Thread(target=lambda: seen.append(hooked(llama, OTHER, [])))
        thread.start()
        thread.join()
    assert torch.equal(seen[0], before)


def test_a_broken_reading_turns_a_check_red(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    import core.attention.with_torch.patching as module

    def failed() -> list[str]:
        made = patch(llama, TEXT, OTHER, answer=ANSWER, wrong=WRONG)
        return [check.name for check in made.checks if not check.passed]

    assert failed() == []
    read = module._read
    monkeypatch.setattr(module, "_read", lambda pair, hidden, layer: read(pair, 1.1 * hidden, layer))
    assert failed() == [
        "Everything copied: the clean answer",
        "Nothing copied: the corrupted answer",
        "One part again by a full pass",
    ]


def changed(found: PatchedTexts, kind: Kind, positions: Positions, **cells: Any) -> PatchedTexts:
    """Two texts of which one map has other numbers."""
    maps = tuple(replace(one, **cells) if (one.kind, one.positions) == (kind, positions) else one for one in found.maps)
    return replace(found, maps=maps)


def red(found: PatchedTexts, kind: Kind, positions: Positions) -> list[str]:
    return [check.name for check in patching_checks(found, kind, positions) if not check.passed]


@pytest.mark.parametrize(("kind", "positions"), MAPS)
@pytest.mark.parametrize("key", PATCHED)
def test_what_the_recorded_numbers_say_by_themselves_can_fail(key: str, kind: Kind, positions: Positions) -> None:
    found = recorded_patching(key)
    made = found.map_of(kind, positions)
    assert made is not None
    assert red(found, kind, positions) == []
    # A hundredth of a logit is far below what the figure shows.
    for end in ("clean", "corrupted"):
        assert "Both ends of the scale: the totals of all parts" in red(
            changed(found, kind, positions, **{end: getattr(made, end) + 0.01}), kind, positions
        )
        part = getattr(found, end)
        for name in ("heads", "mlps", "embedding", "bias"):
            wrong = replace(part, **{name: getattr(part, name) + 0.01})
            assert red(replace(found, **{end: wrong}), kind, positions) == [
                "All parts sum to the difference of the logits"
            ]
    assert red(changed(found, kind, positions, patched=made.patched + 0.01), kind, positions)


@pytest.mark.parametrize(
    ("kind", "positions", "cell", "name"),
    [
        ("residual", "all", (-1, -1), "The last layer's stream at the last token: the clean answer"),
        ("residual", "all", (-1, 0), "Copied where nothing can change: the corrupted answer"),
        ("residual", "all", (7, 0), "Copied where nothing can change: the corrupted answer"),
        ("mlp", "all", (-1, 2), "Copied where nothing can change: the corrupted answer"),
        ("mlp", "all", (0, 0), "Copied where nothing can change: the corrupted answer"),
        ("head", "last", (-1, 4), "Last layer: a head copied at the last token or at all"),
        ("head", "all", (-1, 8), "Last layer: a head copied at the last token or at all"),
    ],
)
@pytest.mark.parametrize("key", PATCHED)
def test_a_single_changed_cell_is_seen(
    key: str, kind: Kind, positions: Positions, cell: tuple[int, int], name: str
) -> None:
    found = recorded_patching(key)
    made = found.map_of(kind, positions)
    assert made is not None
    patched = made.patched.copy()
    patched[cell] += 0.01
    assert red(changed(found, kind, positions, patched=patched), kind, positions) == [name]


def test_a_map_alone_and_one_of_tiny_models_pass_too(llama: CausalLM) -> None:
    both = [attribute(llama, text, answer=ANSWER, wrong=WRONG) for text in (TEXT, OTHER)]
    for kind, positions in MAPS:
        made = patch(llama, TEXT, OTHER, answer=ANSWER, wrong=WRONG, kind=kind, positions=positions)
        assert red(PatchedTexts((made,), *both), kind, positions) == []
    with pytest.raises(ValueError, match="No map of 'residual'"):
        patching_checks(PatchedTexts((made,), *both), "residual", "all")


BAD: list[tuple[dict[str, Any], str]] = [
    ({"clean": ""}, "Type at least one word"),
    ({"corrupted": ""}, "Type at least one word"),
    ({"clean": "a" * 513, "corrupted": "b" * 513}, "513 tokens; at most 512"),
    ({"corrupted": "short"}, "the clean text has 38 tokens and the corrupted one 5"),
    ({"corrupted": TEXT}, "equally, by .* there is nothing to recover"),
    ({"answer": -1}, "answer = -1 must lie in 0 to 256"),
    ({"answer": 257}, "answer = 257 must lie in 0 to 256"),
    ({"wrong": 1.5}, "wrong = 1.5 must lie in 0 to 256"),
    ({"wrong": True}, "wrong = True must lie in 0 to 256"),
    ({"wrong": None}, "wrong = None must lie in 0 to 256"),
    ({"answer": "Mary"}, "answer = 'Mary' must lie in 0 to 256"),
    ({"wrong": ANSWER}, "must be two tokens"),
    ({"kind": "heads"}, "kind = 'heads' must be one of residual, head, mlp"),
    ({"kind": None}, "kind = None must be one of"),
    ({"kind": []}, r"kind = \[\] must be one of"),
    ({"positions": "first"}, "positions = 'first' must be one of all, last"),
]


@pytest.mark.parametrize(("options", "said"), BAD, ids=str)
def test_what_cannot_be_patched_is_refused(llama: CausalLM, options: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {"clean": TEXT, "corrupted": OTHER, "answer": ANSWER, "wrong": WRONG} | options
    call: Callable[..., Any] = getattr(patch, "__wrapped__", patch)
    with pytest.raises(ValueError, match=f"(?i){said}"):
        call(llama, asked.pop("clean"), asked.pop("corrupted"), **asked)


def test_an_encoder_predicts_no_token(bert: Encoder) -> None:
    call: Callable[..., Any] = getattr(patch, "__wrapped__", patch)
    with pytest.raises(ValueError, match="must be a causal language model"):
        call(bert, TEXT, OTHER, answer=ANSWER, wrong=WRONG)


def test_whole_numbers_of_any_type_are_tokens(llama: CausalLM) -> None:
    expected = patch(llama, TEXT, OTHER, answer=ANSWER, wrong=WRONG).patched
    call: Callable[..., Any] = getattr(patch, "__wrapped__", patch)
    found = call(llama, TEXT, OTHER, answer=np.int64(ANSWER), wrong=torch.tensor(WRONG)).patched
    np.testing.assert_array_equal(found, expected)


def test_recorded_pairs_hold_every_map_and_nothing_failed() -> None:
    for key, run in PATCHED.items():
        found = recorded_patching(key)
        assert [(made.kind, made.positions) for made in found.maps] == list(MAPS)
        for made in found.maps:
            assert made.clean > 0 > made.corrupted
            assert len(made.tokens) == len(made.corrupted_tokens)
            assert all(check.passed for check in made.checks)
            assert (made.answer, made.wrong) == (f"·{run.answer}", f"·{run.wrong}")
        for parts, total in ((found.clean, made.clean), (found.corrupted, made.corrupted)):
            assert parts.total == pytest.approx(total, abs=1e-4)
            assert all(check.passed for check in parts.checks)
    with pytest.raises(ValueError, match="No recorded pair of texts is called 'nobody'; there are: store"):
        recorded_patching("nobody")


@pytest.mark.models
@pytest.mark.parametrize("maps", [MAPS[:2], pytest.param(MAPS[2:], marks=pytest.mark.matrix)], ids=["some", "others"])
def test_fresh_texts_on_the_default_model_are_as_by_hooks(maps: tuple[tuple[Kind, Positions], ...]) -> None:
    """Some cells of each map: the whole of them would be hundreds of full passes."""
    lm = load_causal_lm()
    clean, corrupted = "The boys over there", "The boy over there"
    answer, wrong = token_of(lm, "are"), token_of(lm, "is")
    rng = np.random.default_rng(7)
    for kind, positions in maps:
        made = patch(lm, clean, corrupted, answer=answer, wrong=wrong, kind=kind, positions=positions)
        assert all(check.passed for check in made.checks)
        for place in rng.choice(made.patched.size, size=4, replace=False):
            layer, column = divmod(int(place), made.patched.shape[1])
            logits = plain(lm, clean, corrupted, kind, positions, layer, column)
            assert made.patched[layer, column] == pytest.approx(difference(logits, answer, wrong), abs=1e-4)


@pytest.mark.models
def test_the_door_makes_what_is_recorded() -> None:
    found = patch_texts(PATCHED["keys"])
    kept = recorded_patching("keys")
    np.testing.assert_allclose(found.maps[0].recovered, kept.maps[0].recovered, atol=1e-3)
    np.testing.assert_allclose(found.clean.heads, kept.clean.heads, atol=1e-3)
    assert math.isclose(found.clean.total, kept.clean.total, abs_tol=1e-3)
    with pytest.raises(ValueError, match="must be one token with a space before it"):
        patch_texts(PatchRun("smollm2-135m", "a", "b", "antidisestablishmentarianism", "is"))

"""Train short, test long: the tasks by another road, the models beside torch's own attention, runs from their seed."""

import math
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

import core.positional.extrapolation as extrapolation
from core.positional import (
    RECORDED_SEEDS,
    STEPS,
    STRETCHES,
    TASKS,
    Extrapolation,
    ExtrapolationParams,
    alibi_bias,
    best_without_order,
    curve_checks,
    extrapolate,
    recorded_extrapolation,
    rope_frequencies,
    rotate,
    t5_buckets,
    texts,
)
from core.positional.extrapolation import NOT_ASKED, SYMBOLS, unseen_texts
from core.positional.toys import SCHEMES
from core.positional.with_torch.training.extrapolation import BASE, BUCKETS, HEAD_DIM, HEADS, Model, asking

SHORT = {"steps": 20, "trained_length": 8, "seeds": (0,)}


def test_the_last_mark_is_found_by_walking_along() -> None:
    ids, answers = texts("mark", 50, 40, np.random.default_rng(0))
    for row, expected in zip(ids, answers, strict=True):
        last = NOT_ASKED
        for place, token in enumerate(row):
            last = int(token) - SYMBOLS if token >= SYMBOLS else last
            assert expected[place] == last
    assert 0.03 < (ids >= SYMBOLS).mean() < 0.09


def test_a_copy_is_asked_after_the_sign_and_shown_one_late() -> None:
    ids, answers = texts("copy", 20, 12, np.random.default_rng(1))
    assert (ids[:, 6] == SYMBOLS).all() and (answers[:, :6] == NOT_ASKED).all()
    assert np.array_equal(answers[:, 6:], ids[:, :6]) and np.array_equal(ids[:, 7:], answers[:, 6:-1])


@pytest.mark.parametrize("task", TASKS)
def test_no_answer_depends_on_what_comes_later(task: str) -> None:
    ids, answers = texts(task, 10, 16, np.random.default_rng(2))
    if task == "mark":
        cut = texts(task, 10, 16, np.random.default_rng(2))[1][:, :9]
        assert np.array_equal(cut, answers[:, :9])
    assert ids.max() < 2 * SYMBOLS and set(np.unique(answers)) <= {NOT_ASKED, *range(SYMBOLS)}


def test_the_best_without_order_is_that_of_shuffled_marks() -> None:
    """Whoever names the symbol with most marks is right in that share of all orders: by drawing orders."""
    rng = np.random.default_rng(3)
    marks = rng.integers(SYMBOLS, size=7)
    counts = np.bincount(marks, minlength=SYMBOLS)
    hits = np.mean([rng.permutation(marks)[-1] == counts.argmax() for _ in range(4000)])
    assert abs(hits - counts.max() / 7) < 4 * math.sqrt(0.25 / 4000)
    assert best_without_order("copy", 16, 0) == 1 / SYMBOLS
    assert 1 / SYMBOLS < best_without_order("mark", 256, 0) < best_without_order("mark", 16, 0) <= 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_model_is_torchs_attention_with_the_scheme_added(scheme: str) -> None:
    torch.manual_seed(0)
    model, n = Model(scheme, 64), 12
    torch.nn.init.normal_(model.positions.table)
    ids, places = torch.randint(2 * SYMBOLS, (3, n)), torch.arange(n)
    bias = torch.zeros(HEADS, n, n)
    if scheme == "alibi":
        bias = torch.from_numpy(alibi_bias(HEADS, n, n)).float()
    if scheme == "t5":
        offset = np.arange(n) - np.arange(n)[:, None]
        buckets = t5_buckets(offset, bidirectional=False, num_buckets=BUCKETS)
        bias = model.positions.table.detach()[torch.from_numpy(buckets)].permute(2, 0, 1)
    bias = bias.masked_fill(torch.ones(n, n).triu(1).bool(), -torch.inf)
    with torch.no_grad():
        x = model.embedding(ids)
        if scheme == "learned":
            x = x + model.positions.table[:n]
        if scheme == "sinusoidal":
            angles = np.outer(np.arange(n), BASE ** (-np.arange(0, 64, 2) / 64))
            x = x + torch.from_numpy(np.stack([np.sin(angles), np.cos(angles)], -1).reshape(n, 64)).float()
        for block in model.blocks:
            parts = block.projections(block.norms[0](x)).view(3, n, 3, HEADS, HEAD_DIM).permute(2, 0, 3, 1, 4)
            q, k, v = parts
            if scheme == "rope":
                q, k = (rotate(part, places, rope_frequencies(HEAD_DIM, base=BASE).inv_freq) for part in (q, k))
            read = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
            x = x + block.out(read.transpose(1, 2).reshape(3, n, -1))
            x = x + block.inner(block.norms[1](x))
        expected = model.head(model.last(x))
        assert torch.allclose(model(ids), expected, atol=1e-4)


@pytest.mark.parametrize("task", TASKS)
def test_a_run_is_the_same_again_and_one_of_many_is_the_one_alone(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extrapolation, "PLACES", 16)
    params = ExtrapolationParams(task, ("learned", "rope"), **SHORT)
    both, again = extrapolate(params), extrapolate(params)
    alone = extrapolate(ExtrapolationParams(task, ("rope",), **SHORT))
    assert np.array_equal(both.accuracy, again.accuracy) and np.array_equal(both.loss, again.loss)
    assert np.array_equal(both.accuracy[1], alone.accuracy[0])
    assert np.array_equal(both.stretched, alone.stretched) and np.array_equal(both.fixed, alone.fixed)
    assert both.lengths.tolist() == [4, 8, 10, 12, 16, 24, 32, 64] and both.trained_length == 8
    assert both.accuracy.shape == (2, 1, 8) and both.stretched.shape == (len(STRETCHES), 1, 8)
    assert len(both.checks) == 3 and all(check.passed for check in both.checks)
    assert red(both) == []


def test_raising_from_the_report_stops_the_work_and_losses_are_told() -> None:
    heard = []

    def listen(fraction: float, message: str, partial: object = None) -> None:
        heard.append((fraction, partial))
        if fraction > 0.4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        extrapolate(ExtrapolationParams("mark", ("none",), **SHORT), on_progress=listen)
    every, losses = heard[-1][1]
    assert every == 1 and len(losses) == len(heard) and all(loss > 0 for loss in losses)


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": "sort"},
        {"schemes": ()},
        {"schemes": ("rope", "rope")},
        {"schemes": ("xpos",)},
        {"seeds": ()},
        {"seeds": (-1,)},
        {"steps": 19},
        {"trained_length": 20},
        {"trained_length": 72},
    ],
)
def test_values_out_of_range_are_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        ExtrapolationParams(**wrong)


@pytest.mark.parametrize("wrong", [{"schemes": None}, {"schemes": "rope"}, {"seeds": 5}])
def test_what_is_no_tuple_is_refused_in_words(wrong: dict[str, object]) -> None:
    """Around the types that tests alone look at."""
    params = object.__new__(ExtrapolationParams)
    for name, value in {**asdict(ExtrapolationParams()), **wrong}.items():
        object.__setattr__(params, name, value)
    with pytest.raises(ValueError, match="must be a tuple"):
        params.__post_init__()


def test_the_fewest_steps_that_are_allowed_can_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """With 9 steps the tenth in which the rate rises would have no length, and the schedule divides by it."""
    monkeypatch.setattr(extrapolation, "PLACES", 16)
    found = extrapolate(ExtrapolationParams("copy", ("none",), (0,), 20, 8))
    assert np.isfinite(found.loss).all() and np.isfinite(found.accuracy).all()


def test_a_batch_without_a_mark_is_drawn_again() -> None:
    """The mean loss over no answer is no number, and one such step spoils every weight."""
    assert any((texts("mark", 16, 4, np.random.default_rng(seed))[1] == NOT_ASKED).all() for seed in range(200))
    for seed in range(200):
        assert (asking("mark", 4, np.random.default_rng(seed))[1] != NOT_ASKED).any()


def test_who_sees_the_token_of_the_place_knows_a_mark_that_stands_there() -> None:
    """Place by place over the test texts: a mark here is the answer, elsewhere the symbol with most marks is named."""
    ids, answers = unseen_texts("mark", 64, 0)
    shares = []
    for row, asked in zip(ids, answers, strict=True):
        for place in np.flatnonzero(asked != NOT_ASKED):
            marks = row[: place + 1][row[: place + 1] >= SYMBOLS]
            shares.append(1.0 if row[place] >= SYMBOLS else np.bincount(marks).max() / len(marks))
    assert abs(best_without_order("mark", 64, 0) - np.mean(shares)) < 1e-12


def test_texts_of_odd_length_and_lengths_that_were_not_tested_are_refused() -> None:
    with pytest.raises(ValueError, match="even"):
        texts("copy", 1, 7, np.random.default_rng(0))
    with pytest.raises(ValueError, match="length = 33"):
        recorded_extrapolation("mark").at(33)


@pytest.mark.parametrize("task", TASKS)
def test_recorded_runs_are_whole_and_hold_their_checks(task: str) -> None:
    found: Extrapolation = recorded_extrapolation(task)
    assert found.params == ExtrapolationParams(task, seeds=RECORDED_SEEDS, steps=STEPS[task])
    assert len(found.checks) == 3 and all(check.passed for check in found.checks)
    assert ((found.accuracy >= 0) & (found.accuracy <= 1)).all()
    # Up to the trained length a stretching by length / trained length changes nothing.
    short = found.lengths <= found.trained_length
    assert (found.stretched[..., short] == found.by_scheme["rope"][None][..., short]).all()


def red(found: Extrapolation) -> list[str]:
    return [check.name for check in curve_checks(found) if not check.passed]


SHARES, ALIKE, AGREE = (
    "Each share is a whole number of answers",
    "Stretched by 1, RoPE answers as trained",
    "Both ways to stretch by 4 agree",
)


@pytest.mark.parametrize("task", TASKS)
def test_a_changed_curve_is_seen(task: str) -> None:
    found: Extrapolation = recorded_extrapolation(task)
    assert red(found) == []
    for name in ("accuracy", "stretched", "fixed"):
        values = getattr(found, name)
        for place in ((0, 0, 0), (2, 3, 5), (1, 7, 7)):
            moved = values.copy()
            moved[place] += 1e-5  # a hundredth of an answer
            assert SHARES in red(replace(found, **{name: moved}))
        assert red(replace(found, **{name: values + 1})) != []
        # Whole numbers of answers, but those of other lengths.
        assert SHARES in red(replace(found, **{name: values[..., ::-1]}))
    rope = found.params.schemes.index("rope")
    other = found.accuracy.copy()
    other[rope] = found.accuracy[rope - 1]
    assert red(replace(found, accuracy=other)) == [ALIKE]
    assert AGREE in red(replace(found, fixed=found.fixed[::-1]))
    assert AGREE in red(replace(found, stretched=found.stretched[::-1]))
    few = replace(found.params, schemes=("alibi",))
    nothing = found.stretched[:, :0]
    cut = {"accuracy": found.accuracy[4:5], "loss": found.loss[4:5], "stretched": nothing, "fixed": nothing}
    alone = replace(found, params=few, **cut)
    assert [check.name for check in curve_checks(alone)] == [SHARES]


@pytest.mark.slow
@pytest.mark.matrix
def test_the_first_recorded_run_comes_again() -> None:
    """Another version of torch may round otherwise, and a training enlarges that; the same one must not."""
    found = recorded_extrapolation("mark")
    now = extrapolate(ExtrapolationParams("mark", ("alibi",), (0,), STEPS["mark"]))
    assert np.abs(now.accuracy[0, 0] - found.by_scheme["alibi"][0]).max() < 0.1

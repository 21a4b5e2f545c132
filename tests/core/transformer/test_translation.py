"""The small languages, and short runs of the translator."""

import math

import numpy as np
import pytest
import torch

from core.transformer import (
    LANGUAGES,
    TASKS,
    Task,
    TranslatorParams,
    digits_behind,
    in_words,
    parse,
    train_translator,
    translate,
)
from core.transformer.with_torch.training.translator import Translator, _checks, batch, example, loss_of, trained


def written(task: Task, text: str) -> str:
    return " ".join(LANGUAGES[task].target[i] for i in translate(task, parse(task, text)))


def test_targets_are_what_the_tasks_say() -> None:
    assert written("reverse", "abc") == "c b a"
    assert written("copy", "abc") == "a b c"
    assert written("sort", "c a b a") == "a a b c"
    assert written("numbers", "427") == "four hundred twenty seven"
    assert written("numbers", "0") == "zero"


def test_every_number_has_words_of_its_own() -> None:
    assert in_words(7000) == ("seven", "thousand")
    assert in_words(9019) == ("nine", "thousand", "nineteen")
    assert in_words(340) == ("three", "hundred", "forty")
    assert len({in_words(number) for number in range(10_000)}) == 10_000
    for number in (-1, 10_000):
        with pytest.raises(ValueError, match="0 to 9999"):
            in_words(number)


@pytest.mark.parametrize(
    ("task", "text", "says"), [("copy", "", "empty"), ("copy", "axq", "never saw"), ("numbers", "12345", "4 digits")]
)
def test_sources_that_cannot_be_translated_are_refused(task: Task, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        translate(task, parse(task, text))


@pytest.mark.parametrize("bad", [{"length": 0}, {"length": 13}, {"steps": 0}, {"task": "numbers", "length": 5}])
def test_params_out_of_range_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        TranslatorParams(**bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("task", TASKS)
def test_a_batch_holds_right_pairs(task: Task) -> None:
    source, target = batch(task, np.random.default_rng(0), 20, 4)
    for row, asked in zip(source.numpy(), target.numpy(), strict=True):
        inside = asked[1 : list(asked).index(2)]
        assert asked[0] == 1 and tuple(inside) == translate(task, row[row != 0])


@pytest.fixture(scope="module")
def short() -> tuple[Translator, object]:
    return trained(TranslatorParams(task="copy", length=3, steps=150))


def test_a_short_run_learns_to_copy(short: tuple[Translator, object]) -> None:
    run = short[1]
    assert run.exact_match > 0.9 > 0.2 > run.matches[0]
    assert run.cross_attention.shape[1] == 3 and np.allclose(run.cross_attention.sum(axis=1), 1, atol=1e-6)
    assert run.expected[0] > 2 * run.expected[1] and math.isclose(run.expected[1], 1 / 3)
    assert run.loss.shape == run.steps.shape == run.free.shape
    assert sum(run.parameters.values()) == sum(weight.numel() for weight in short[0].parameters())
    assert all(check.passed for check in run.checks) and len(run.checks) == 2 and run.leak == 0


def test_padding_changes_nothing(short: tuple[Translator, object]) -> None:
    model = short[0]
    source, target = torch.tensor([[3, 4]]), torch.tensor([[1, 3, 4, 2]])
    padded = torch.tensor([[3, 4, 0, 0]])
    assert torch.allclose(model(source, target), model(padded, target), atol=1e-5)
    longer = torch.cat([target, torch.zeros(1, 3, dtype=torch.int64)], dim=1)
    assert torch.allclose(loss_of(model, source, target), loss_of(model, source, longer), atol=1e-6)


def test_the_decoder_is_what_pytorchs_own_attention_gives(short: tuple[Translator, object]) -> None:
    own = short[0].encoder.own
    theirs = torch.nn.MultiheadAttention(32, 2, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([own.query.weight, own.key.weight, own.value.weight]))
        theirs.in_proj_bias.copy_(torch.cat([own.query.bias, own.key.bias, own.value.bias]))
        theirs.out_proj.load_state_dict(own.out.state_dict())
        x = torch.randn(2, 5, 32, generator=torch.Generator().manual_seed(0))
        mask = torch.ones(1, 5, 5, dtype=torch.bool).tril()
        expected, maps = theirs(x, x, x, attn_mask=~mask[0])
        assert torch.allclose(own(x, x, mask), expected, atol=1e-6)
        assert torch.allclose(own.map.mean(1), maps, atol=1e-6)


def test_an_example_is_one_source_with_its_looks(short: tuple[Translator, object]) -> None:
    shown = example(short[0], parse("copy", "ab"))
    assert shown.source == ("a", "b") == shown.target
    assert shown.cross_attention.shape == (len(shown.written) + 1, 2)
    for bad in (np.zeros(0, dtype=int), np.full(24, 3)):
        with pytest.raises(ValueError, match="1 to 23"):
            example(short[0], bad)


def test_the_same_seed_is_the_same_run_and_torchs_own_state_stays() -> None:
    torch.manual_seed(5)
    state = torch.random.get_rng_state()
    one, other = (train_translator(TranslatorParams(task="sort", length=3, steps=3)) for _ in range(2))
    assert np.array_equal(one.loss, other.loss)
    assert torch.equal(state, torch.random.get_rng_state())


def test_without_the_causal_mask_later_symbols_leak() -> None:
    run = train_translator(TranslatorParams(task="copy", length=3, steps=20, causal=False))
    assert run.leak > 0 and len(run.checks) == 1


def test_the_check_of_the_mask_fails_where_the_mask_is_gone(short: tuple[Translator, object]) -> None:
    model = short[0]
    source, target = batch("copy", np.random.default_rng(0), 20, 3)
    decode = model.decode

    def seeing_all(written: torch.Tensor, memory: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        own = torch.ones(written.shape[1], written.shape[1], dtype=torch.bool)
        x = model.target(written) + model.target_place.weight[: written.shape[1]]
        return model.head(model.last(model.decoder(x, own[None], memory, seen)))

    model.decode = seeing_all  # type: ignore[method-assign]
    try:
        assert not _checks(model, source, target)[0].passed
    finally:
        model.decode = decode  # type: ignore[method-assign]


def test_a_progress_that_raises_stops_the_run() -> None:
    def stop(fraction: float, message: str, partial: object = None, /) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_translator(TranslatorParams(task="copy", length=2, steps=50), on_progress=stop)


@pytest.mark.parametrize(
    ("number", "places"),
    [
        ("0", [{0}]),
        ("10", [{0, 1}]),
        ("20", [{0}]),
        ("115", [{0}, {0}, {1, 2}]),
        ("2003", [{0}, {0}, {3}]),
        ("9999", [{0}, {0}, {1}, {1}, {2}, {3}]),
    ],
)
def test_a_word_comes_from_the_digits_that_change_it(number: str, places: list[set[int]]) -> None:
    assert [set(one) for one in digits_behind(parse("numbers", number))] == places


@pytest.mark.parametrize("number", [*range(100, 1000, 37), *range(1000, 10_000, 613)])
def test_another_digit_changes_its_words_alone(number: int) -> None:
    digits, behind = str(number), digits_behind(parse("numbers", str(number)))
    assert len(behind) == len(in_words(number))
    for place, digit in enumerate(digits):
        other = int(digits[:place] + ("3" if digit != "3" else "4") + digits[place + 1 :])
        fixed = [word for word, places in zip(in_words(number), behind, strict=True) if place not in places]
        assert not [word for word in fixed if word not in in_words(other)]

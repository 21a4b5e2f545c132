"""Statements with a computed number, how a model writes them on, and what tuning on calls leaves as it is."""

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.models import CausalLM
from core.tools import ON_CALLS, ON_TEXTS, Arm, Continuation, LearnedCalls, called, drawn_statements, evaluate
from core.tools.with_torch.training import calls as training


@given(st.integers(0, 10_000), st.integers(1, 40))
def test_each_number_follows_from_those_before_it(seed: int, count: int) -> None:
    for statement in drawn_statements(count, seed=seed):
        first, second = map(int, re.findall(r"\d+", statement.lead))
        assert statement.truth in (first + second, first - second, first * second)
        assert statement.truth > 0
        assert statement.text.startswith(f"{statement.lead} {statement.truth}")


def test_the_same_seed_draws_the_same_statements_and_none_is_refused() -> None:
    assert drawn_statements(7, seed=3) == drawn_statements(7, seed=3) != drawn_statements(7, seed=4)
    with pytest.raises(ValueError, match="at least 1; got 0"):
        drawn_statements(0, seed=0)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (" 12 km", "12"),
        (" 74 + 63 = 137 books", "137"),
        (" [Calculator(7 * 6) → 42] 42 players", "42"),
        (" [Calculator(7 * 6) → 42] many players", ""),
        (" many", ""),
        (" 1,250 coins", "1250"),
    ],
)
def test_the_answer_stands_behind_the_call_and_the_sign(text: str, answer: str) -> None:
    one = Continuation("so", 42, text, "", "")
    assert one.answer == answer
    assert one.right == (answer == "42")
    assert not replace(one, truth=None).right


def _record(calls: list[list[bool]], texts: list[list[bool]]) -> LearnedCalls:
    def arm(name: str, seed: int, right: list[bool]) -> Arm:
        some = tuple(Continuation("so", 42, " 42" if one else " 41", "", "") for one in right)
        return Arm(name, seed, (), some, ())

    arms = [arm(name, n, one) for name, every in ((ON_CALLS, calls), (ON_TEXTS, texts)) for n, one in enumerate(every)]
    return LearnedCalls("m", 0.5, 0, 0, 0, (), 0, tuple(arms))


def test_a_gain_is_counted_over_statements_and_not_over_runs() -> None:
    record = _record([[True, True, False, True]] * 3, [[True, False, False, False]] * 3)
    gain, (low, high) = record.gain(ON_CALLS, ON_TEXTS)
    alone = _record([[True, True, False, True]], [[True, False, False, False]])
    assert gain == pytest.approx(0.5)
    assert (low, high) == pytest.approx(alone.gain(ON_CALLS, ON_TEXTS)[1])


def test_calls_are_counted_by_what_became_of_them() -> None:
    some = (
        Continuation("so", 42, "[Calculator(6 * 7) → 42] 42", "6 * 7", ""),
        Continuation("so", 42, "[Calculator(6 * 7) → 42] 40", "6 * 7", ""),
        Continuation("so", 42, "[Calculator(6 + 7) → 13] 13", "6 + 7", ""),
        Continuation("so", 42, "[Calculator(six", "six", "no name"),
        Continuation("so", 42, " 42", "", ""),
    )
    plain = (Continuation("The", None, "[Calculator(1) → 1]", "1", ""), Continuation("The", None, " cat", "", ""))
    counts = called([Arm(ON_CALLS, 0, (), some, plain)])
    assert (counts.statements, counts.opened, counts.refused, counts.fitting, counts.used) == (5, 4, 1, 2, 1)
    assert (counts.plain, counts.idle, counts.kinds) == (2, 1, 4)


def test_a_call_is_computed_and_what_the_model_wrote_is_never_run(
    monkeypatch: pytest.MonkeyPatch, tiny: CausalLM
) -> None:
    written = {
        "a": " [Calculator(6 * 7) ",
        "b": " [Calculator(__import__('os')) ",
        "c": " 12",
        f"a [Calculator(6 * 7) → {evaluate('6 * 7')}]": " 42 players",
    }

    def complete_many(lm: Any, prompts: list[str], **_: Any) -> list[list[Any]]:
        return [[SimpleNamespace(text=written[prompt])] for prompt in prompts]

    monkeypatch.setattr(training, "complete_many", complete_many)
    good, bad, none = training.write_on(tiny, [("a", 42), ("b", 1), ("c", 12)])
    assert (good.call, good.text, good.right) == ("6 * 7", " [Calculator(6 * 7) → 42] 42 players", True)
    assert bad.call == "__import__('os')"
    assert bad.error
    assert (none.call, none.right) == ("", True)


def test_tuning_moves_a_copy_and_lowers_the_loss(tiny: CausalLM) -> None:
    before = {name: part.clone() for name, part in tiny.model.state_dict().items()}
    tuned, losses, trained = training.tune_on(tiny, ["abc abc abc"] * 3, seed=0, steps=20)
    assert losses[-1] < losses[0]
    assert trained == 8 * ((16 + 16) + (16 + 8))
    assert all(torch.equal(part, before[name]) for name, part in tiny.model.state_dict().items())
    assert set(tuned.model.state_dict()) == set(before)
    again = training.tune_on(tiny, ["abc abc abc"] * 3, seed=0, steps=20)[1]
    assert np.array_equal(losses, again)


def test_the_best_call_that_gains_enough_is_kept(monkeypatch: pytest.MonkeyPatch, tiny: CausalLM) -> None:
    from core.tools import recorded_calls

    by_text = recorded_calls().by_text
    monkeypatch.setattr(training, "propose", lambda lm, text: by_text[text])
    texts = list(by_text)
    made = training.lessons(tiny, texts, 0.5)
    none = training.lessons(tiny, texts, 1e9)
    assert made.plain == none.plain == none.annotated == tuple(texts)
    changed = [text for text, before in zip(made.annotated, texts, strict=True) if text != before]
    assert changed
    assert all(text.count("[Calculator(") == 1 for text in changed)
    assert made.proposed == sum(len(one.candidates) for one in by_text.values())

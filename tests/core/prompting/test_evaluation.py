"""Answers are those of a second implementation, item by item; accuracy, interval and checks follow from them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import binomtest

from core.language import Completion
from core.models import CausalLM
from core.prompting import (
    Evaluation,
    EvaluationParams,
    Item,
    PromptParams,
    Task,
    always_check,
    evaluate,
    evaluate_all,
    evaluation_checks,
    evaluation_seconds,
    orders_check,
)

PROMPT = PromptParams(examples=3, template="{text}={answer}")


def summed(lm: CausalLM, prompt: str, completion: str) -> float:
    """log p(completion | prompt) by one pass of transformers."""
    head, tail = (lm.tokenizer(text, add_special_tokens=False).input_ids for text in (prompt, completion))
    with torch.inference_mode():
        rows = lm.model(torch.tensor([head + tail])).logits[0].float().log_softmax(-1)
    return float(rows[len(head) - 1 : -1].gather(1, torch.tensor(tail)[:, None]).sum())


def test_labels_are_scored_to_the_end_of_their_line(llama: CausalLM, labeled: Task) -> None:
    told: list[tuple[float, int]] = []
    found = evaluate(
        llama,
        labeled,
        PROMPT,
        on_progress=lambda part, _, right=None: told.append((part, -1 if right is None else len(right))),
    )
    expected = np.array([[summed(llama, prompt, f"{label}\n") for label in "ab"] for prompt in found.prompts])
    np.testing.assert_allclose(found.log_probs, expected, atol=1e-3)
    assert found.answers == tuple("ab"[place] for place in expected.argmax(axis=1))
    assert found.accuracy == np.mean([a == item.answer for a, item in zip(found.answers, labeled.items, strict=True)])
    assert [len(part) for part in (found.prompts, found.answers, found.correct)] == [5, 5, 5]
    assert told[-1] == (1.0, 5)
    assert [part for part, _ in told] == sorted(part for part, _ in told)


def test_a_label_that_begins_another_gains_nothing(llama: CausalLM) -> None:
    items = tuple(Item(text, "a") for text in ("p", "q", "r"))
    found = evaluate(llama, Task("t", items, labels=("a", "ab")), PromptParams(examples=0))
    expected = [[summed(llama, prompt, f" {label}\n") for label in ("a", "ab")] for prompt in found.prompts]
    np.testing.assert_allclose(found.log_probs, expected, atol=1e-3)


def test_open_answers_are_the_greedy_line(llama: CausalLM, open_task: Task) -> None:
    found = evaluate(llama, open_task, PROMPT)
    expected = [
        summed(llama, prompt, f"{item.answer}\n") for prompt, item in zip(found.prompts, open_task.items, strict=True)
    ]
    np.testing.assert_allclose(found.log_probs, expected, atol=1e-3)
    for prompt, answer in zip(found.prompts, found.answers, strict=True):
        ids = torch.tensor([llama.tokenizer(prompt).input_ids])
        written = llama.model.generate(ids, do_sample=False, max_new_tokens=6)[0, ids.shape[1] :]
        text = llama.tokenizer.decode(written, skip_special_tokens=True)
        assert answer == text.split("\n")[0].strip()


@pytest.mark.parametrize(("texts", "right"), [((" X ", "y"), [True, False]), (("X.", "Y"), [False, True])])
def test_a_greedy_line_is_right_to_the_letter(
    texts: tuple[str, ...], right: list[bool], llama: CausalLM, open_task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = [[Completion(text, (), np.empty(0), "stop")] for text in texts]
    monkeypatch.setattr("core.prompting.with_torch.evaluation.complete_many", lambda *_, **__: written)
    assert evaluate(llama, open_task, PROMPT).correct.tolist() == right


def test_answers_do_not_depend_on_the_other_items(llama: CausalLM, labeled: Task) -> None:
    many = replace(labeled, items=tuple(Item(f"q{place}", "ab"[place % 2]) for place in range(40)))
    whole, alone = evaluate(llama, many, PROMPT), evaluate(llama, labeled, PROMPT)
    np.testing.assert_allclose(whole.log_probs[:5], alone.log_probs, atol=1e-3)


def test_a_prompt_beyond_the_context_is_refused_with_its_count(llama: CausalLM, labeled: Task) -> None:
    with pytest.raises(ValueError, match=r"1 to 400 tokens.*got 5"):
        evaluate(llama, labeled, replace(PROMPT, instruction="x" * 500))


def test_the_job_gives_what_the_function_gives(llama: CausalLM, labeled: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.models.load_causal_lm", lambda name, on_progress: llama)
    params = EvaluationParams("tiny", labeled, PROMPT)
    found = evaluate_all(params)
    assert (found.log_probs == evaluate(llama, labeled, PROMPT).log_probs).all()
    assert 0 < evaluation_seconds(params, 50) < evaluation_seconds(params, 100)
    assert 0 < evaluation_seconds(params, 100, loaded=True) < evaluation_seconds(params, 100)


def made(answers: str, truths: str = "aabb", labels: tuple[str, ...] = ("a", "b")) -> Evaluation:
    """An evaluation with these answers."""
    task = Task(
        "t", tuple(Item(f"q{n}", truth) for n, truth in enumerate(truths)), (Item("p", "a"), Item("r", "b")), labels
    )
    logs = np.array([[0.0, -1.0] if answer == "a" else [-1.0, 0.0] for answer in answers])
    log_probs = logs if labels else logs[:, 0]
    prompt = PromptParams(examples=2)
    return Evaluation(task, prompt, task.pool[:2], ("s",) * len(truths), tuple(answers), log_probs)


@pytest.mark.parametrize("answers", ["aabb", "bbaa", "abab", "aaaa"])
def test_the_interval_is_scipys_wilson(answers: str) -> None:
    found = made(answers)
    theirs = binomtest(int(found.correct.sum()), 4).proportion_ci(method="wilson")
    assert found.interval == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_shares_of_labels_sum_to_one() -> None:
    found = made("abab")
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    assert found.truth.tolist() == pytest.approx([0.731058, 0.268941, 0.268941, 0.731058], abs=1e-5)
    assert made("abab", labels=()).truth.tolist() == pytest.approx([1, np.exp(-1), 1, np.exp(-1)])


def test_checks_pass_and_each_can_fail() -> None:
    found = made("abab")
    good = replace(found, examples=tuple(reversed(found.examples)))
    assert [check.passed for check in evaluation_checks(good)] == [True] * 5
    stranger = (*found.examples[:1], Item("q1", "a"))
    nan = np.where(np.eye(4, 2, dtype=bool), np.nan, found.log_probs)
    red = {
        "The order changes only the order": replace(found, examples=stranger),
        "No example is asked": replace(found, examples=stranger),
        "Each answer is the likeliest label": replace(found, answers=("b", "b", "a", "b")),
        "A label that is always given is right as often as it is true": replace(found, log_probs=nan),
    }
    for name, broken in red.items():
        assert not {check.name: check for check in evaluation_checks(broken)}[name].passed, name
    above = replace(made("abab", labels=()), log_probs=np.array([0.0, 0.1, -1, -1]))
    assert not evaluation_checks(above)[-1].passed


def test_a_wrong_interval_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.prompting.evaluation.wilson", lambda right, count: (0.1, 0.9))
    assert not {check.name: check for check in evaluation_checks(made("abab"))}[
        "The interval's ends solve Wilson's equation"
    ].passed


def test_orders_that_lack_are_seen() -> None:
    one = made("abab")
    other = replace(one, examples=tuple(reversed(one.examples)))
    assert orders_check([one, other], 2).passed
    assert not orders_check([one, one], 2).passed
    assert not orders_check([one, replace(one, examples=one.examples[:1])], 2).passed


def test_a_label_that_is_always_given_is_right_as_often_as_it_is_true() -> None:
    rng = np.random.default_rng(0)
    assert always_check(rng.normal(size=(30, 3)), rng.integers(3, size=30)).passed

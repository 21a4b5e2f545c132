"""Prompts: which examples, in which order, as which text, and what is refused."""

import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language import as_conversation, chat
from core.models import CausalLM
from core.prompting import FORMATS, NAMED, TASKS, Item, PromptParams, Task, examples_of, longest_prompt, order_of
from core.prompting import params_in as in_format
from core.prompting.prompts import frame_of, prompt_for

SEEDS = st.integers(0, 10**12)


@pytest.mark.parametrize("count", range(7))
def test_the_seeds_give_every_order_once(count: int) -> None:
    orders = [order_of(count, seed) for seed in range(math.factorial(count))]
    assert len(set(orders)) == len(orders)
    assert all(sorted(order) == list(range(count)) for order in orders)
    assert orders[0] == tuple(range(count))
    assert order_of(count, math.factorial(count) + 3) == order_of(count, 3)


@given(task=st.sampled_from(list(TASKS)), count=st.integers(0, 8), choice=SEEDS, order=SEEDS, more=st.integers(0, 4))
def test_an_order_changes_only_the_order(task: str, count: int, choice: int, order: int, more: int) -> None:
    params = PromptParams(examples=count, choice_seed=choice)
    first = examples_of(TASKS[task], params)
    assert Counter(examples_of(TASKS[task], replace(params, order_seed=order))) == Counter(first)
    assert len(set(first)) == count
    assert set(first) <= set(TASKS[task].pool)
    assert set(first) <= set(examples_of(TASKS[task], replace(params, examples=count + more)))


@given(count=st.integers(0, 8), choice=SEEDS)
def test_labels_take_turns(count: int, choice: int) -> None:
    shown = Counter(item.answer for item in examples_of(TASKS["sentiment"], PromptParams(count, choice_seed=choice)))
    assert abs(shown["positive"] - shown["negative"]) <= 1


@given(shown=st.sampled_from(["shuffled", "random"]), choice=SEEDS, order=SEEDS)
def test_wrong_answers_stay_with_their_texts_in_every_order(shown: str, choice: int, order: int) -> None:
    params = PromptParams(examples=6, choice_seed=choice, shown=shown)
    gold = examples_of(TASKS["capitals"], replace(params, shown="gold"))
    found = examples_of(TASKS["capitals"], params)
    assert [item.text for item in found] == [item.text for item in gold]
    if shown == "shuffled":
        assert Counter(item.answer for item in found) == Counter(item.answer for item in gold)
    assert Counter(examples_of(TASKS["capitals"], replace(params, order_seed=order))) == Counter(found)


def text_of(task: Task, params: PromptParams, text: str) -> str:
    return prompt_for(None, task, params, frame_of(task, params), text)


def test_a_prompt_is_its_lines(open_task: Task) -> None:
    params = PromptParams(examples=2, template="{Input}: {text}\n{output}: {answer}", instruction="Do it.")
    first, second = examples_of(open_task, params)
    assert text_of(open_task, params, "x") == (
        f"Do it.\nInput: {first.text}\noutput: {first.answer}\nInput: {second.text}\noutput: {second.answer}\n"
        "Input: x\noutput:"
    )
    assert frame_of(open_task, params).completion("X") == " X\n"


def test_slots_within_an_item_stay_as_they_stand(open_task: Task) -> None:
    params = PromptParams(examples=0, template="{text} {what} {text}{answer}")
    assert text_of(open_task, params, "{output} <b>$x$</b> {answer}") == (
        "{output} <b>$x$</b> {answer} {what} {output} <b>$x$</b> {answer}"
    )
    assert frame_of(open_task, params).completion("X") == "X\n"
    assert text_of(open_task, params, "x ").endswith("x ")


def test_a_conversation_has_a_turn_for_each_text_and_answer(open_task: Task) -> None:
    params = PromptParams(examples=1, template=NAMED, instruction="Do it.", chat=True)
    (example,) = examples_of(open_task, params)
    assert text_of(open_task, params, "x") == as_conversation(
        [
            {"role": "user", "content": f"Do it.\nInput: {example.text}\nOutput:"},
            {"role": "assistant", "content": example.answer},
            {"role": "user", "content": "Input: x\nOutput:"},
        ]
    )
    assert frame_of(open_task, params).completion("X") == "X<|im_end|>"


@pytest.mark.models
def test_the_default_models_conversation_is_known_without_it(smollm2: CausalLM) -> None:
    turns = [{"role": role, "content": role} for role in ("user", "assistant", "user")]
    assert as_conversation(turns) == chat(smollm2, turns)
    params = in_format(FORMATS["chat"], TASKS["capitals"], examples=2)
    frame = frame_of(TASKS["capitals"], params)
    assert prompt_for(smollm2, TASKS["capitals"], params, frame, "Iran") == text_of(TASKS["capitals"], params, "Iran")


def test_a_model_without_a_chat_template_is_refused(llama: CausalLM, open_task: Task) -> None:
    with pytest.raises(ValueError, match="chat template"):
        longest_prompt(llama, open_task, PromptParams(examples=0, chat=True))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_where_the_answer_begins(name: str) -> None:
    task = TASKS["sentiment"]
    params = in_format(FORMATS[name], task, examples=3)
    text = text_of(task, params, "It is what it is")
    assert text.count("It is what it is") == 1
    assert text == text.rstrip(" ")
    assert all(item.text in text for item in examples_of(task, params))


@pytest.mark.parametrize(
    "wrong",
    [
        {"examples": -1},
        {"examples": True},
        {"order_seed": -1},
        {"template": "no slot"},
        {"template": "{text}"},
        {"template": "{answer}"},
        {"template": "{text}: {answer}."},
        {"template": "{answer} {text} {answer}"},
        {"template": "{text}{answer}" * 100},
        {"instruction": "x" * 1001},
    ],
    ids=str,
)
def test_params_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        PromptParams(**wrong)


def test_more_examples_than_the_pool_has_are_refused() -> None:
    with pytest.raises(ValueError, match=r"from 0 to 12.*got 13"):
        examples_of(TASKS["capitals"], PromptParams(examples=13))


ONE, TWO = Item("x", "a"), Item("y", "b")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"items": ()}, "at least 1"),
        ({"items": (Item(" ", "a"),)}, "text"),
        ({"items": (Item("x", ""),)}, "answer"),
        ({"items": (ONE, TWO), "labels": ("a",)}, "2 or more"),
        ({"items": (ONE, TWO), "labels": ("a", "c")}, "one of a, c; got 'b'"),
        ({"items": (ONE, TWO), "labels": ("a", "b", "a")}, "2 times"),
        ({"items": (Item("x", "a\nb"),)}, "one line"),
        ({"items": (Item("x", " a"),)}, "one line"),
        ({"items": (ONE,), "pool": (Item("x", "b"),)}, "in both"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_tasks_that_cannot_be_are_refused(parts: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Task("t", **parts)


def test_the_built_in_tasks_are_as_the_page_says() -> None:
    assert [task.name for task in TASKS.values()] == list(TASKS)
    for task in TASKS.values():
        assert len({item.text for item in (*task.items, *task.pool)}) == len(task.items) + len(task.pool)
        counts = Counter(item.answer for item in task.items)
        assert not task.labels or set(counts.values()) == {len(task.items) // 2}

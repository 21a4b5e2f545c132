"""The sentences of the page on prompts: each wording has the numbers behind it, at the edges too."""

import numpy as np
import pytest

from core.numbers import mean_interval
from core.prompting import Difference, Evaluation, Item, PromptParams, Task
from pages.prompting.prompts.words import (
    balance_title,
    calibration_reading,
    chosen_title,
    copied_title,
    counts_title,
    drawn_title,
    ensembles_reading,
    ensembles_title,
    headline,
    labels_title,
    map_title,
    orders_title,
    places_title,
    reading,
    scored_title,
)

UP, DOWN, FLAT = Difference(0.5, 0.3, 0.7), Difference(-0.5, -0.7, -0.3), Difference(0.1, -0.1, 0.3)


def evaluation(right: int, count: int, labels: tuple[str, ...] = (), truths: str = "") -> Evaluation:
    answers = truths or "ab" * (count // 2) + "a" * (count % 2)
    items = tuple(Item(f"<i>{n}", answer) for n, answer in enumerate(answers))
    other = {"a": "b", "b": "a"}
    said = tuple(item.answer if n < right else other[item.answer] for n, item in enumerate(items))
    log_probs = np.zeros((count, 2)) if labels else np.full(count, -0.5)
    return Evaluation(Task("t", items, (), labels), PromptParams(0), (), ("s",) * count, said, log_probs)


@pytest.mark.parametrize(
    ("right", "said"),
    [
        (40, "more than one label for all would (50%)"),
        (22, "not measurably more or fewer"),
        (2, "fewer than one label"),
    ],
)
def test_accuracy_of_labels_stands_beside_one_label_for_all(right: int, said: str) -> None:
    assert said in headline(evaluation(right, 40, ("a", "b")))
    low, high = evaluation(right, 40).interval
    assert (low > 0.5, high < 0.5) == ("more than" in said and right == 40, "fewer than one" in said and right == 2)


def test_an_open_task_has_no_chance() -> None:
    assert headline(evaluation(3, 4)) == "Without examples SmolLM2 gets 3 of 4 items right"


def test_markup_in_an_item_is_escaped() -> None:
    said = reading(evaluation(1, 2), 1, 9)
    assert "<i>" not in said and "&lt;i&gt;1" in said and "not “b”" in said and "<b>9</b> tokens" in said
    assert "tokens" not in reading(evaluation(1, 2), 0, None)
    assert "begins" not in said


def test_a_long_item_is_cut_in_the_sentence() -> None:
    task = Task("t", (Item("word " * 80, "a"),))
    nothing = reading(Evaluation(task, PromptParams(0), (), ("s",), ("",), np.zeros(1)), 0, 9)
    assert "The answer is empty, not" in nothing
    said = reading(Evaluation(task, PromptParams(0), (), ("s",), ("a",), np.zeros(1)), 0, 9)
    assert "word…” has" in said.replace(" …", "…") and len(said) < 300


def test_a_label_that_begins_another_is_told_how_it_is_scored() -> None:
    task = Task("t", (Item("x", "good"), Item("y", "goodish")), (), ("good", "goodish"))
    found = Evaluation(task, PromptParams(0), (), ("s", "s"), ("good", "good"), np.zeros((2, 2)))
    assert "“good” begins “goodish”: each label is scored as the sum over its tokens" in reading(found, 0, 9)


def test_tasks_are_named_where_they_do_not_gain() -> None:
    said = counts_title({"x": UP, "y": FLAT}, 0, 8)
    assert said == "From 0 to 8 examples 1 of 2 tasks gain; no difference beyond noise: y"
    assert counts_title({"x": UP}, 0, 8) == "From 0 to 8 examples 1 of 1 tasks gain"
    assert "worse: z" in counts_title({"x": UP, "z": DOWN}, 0, 8)


def test_losses_are_named_and_noise_is_none() -> None:
    assert labels_title({"x": FLAT}, "random") == "With random labels no task differs beyond noise"
    assert labels_title({"x": DOWN, "y": FLAT}, "random") == "Random labels cost accuracy on 1 of 2 tasks: x"
    assert (
        labels_title({"x": UP, "y": FLAT}, "random")
        == "Random labels cost accuracy on 0 of 2 tasks; better with them: x"
    )


def test_the_largest_part_of_the_wrong_answers_is_named() -> None:
    shares = {0: np.array([0, 0, 0.2, 0.8]), 8: np.array([0.9, 0.1, 0, 0])}
    assert copied_title(shares) == (
        "With 0 examples the model writes something else where it errs, with 8 it copies an example's answer"
    )
    assert "with 8 nothing is wrong" in copied_title({**shares, 8: np.array([1.0, 0, 0, 0])})
    assert "does several" in copied_title({**shares, 8: np.array([0.8, 0.1, 0.1, 0])})


def test_orders_are_apart_only_beyond_their_intervals() -> None:
    assert orders_title(np.array([0.5, 0.5]), 32) == "All 2 orders are right equally often: 50%"
    assert orders_title(np.array([0.5, 1.0]), 32).endswith("by their order alone")
    assert orders_title(np.array([0.8, 0.9]), 32).endswith("the intervals overlap")


def test_a_place_counts_only_beyond_the_spread_of_the_draws() -> None:
    base = np.array([[-0.1, 0.0, -0.1, 0.2], [-0.1, 0.0, -0.1, 0.21], [-0.1, 0.0, -0.1, 0.19]])
    assert places_title(base, "a") == "“a” at place 4 makes “a” 20 points more frequent"
    assert places_title(-base, "a") == "“a” at place 4 makes “a” 20 points rarer"
    assert places_title(base[:, ::-1], "a") == "“a” at place 1 makes “a” 20 points more frequent"
    # Beyond the spread for one place, but not for the largest of four.
    assert mean_interval([0.2, 0.31, 0.38])[0] > 0
    wide = base + np.array([[0.0], [0.11], [0.18]]) * [0, 0, 0, 1]
    assert places_title(wide, "a").endswith("of 4 places in 3 draws, that may be chance")


def test_a_choice_by_entropy_is_counted_over_draws() -> None:
    assert chosen_title([0.1, 0.2], "E") == "Orders chosen by E beat the mean order in all 2 draws, by 15 points"
    assert "fall below" in chosen_title([-0.1, -0.2], "E")
    assert "helps in 1 of 2 draws and hurts in 1" in chosen_title([0.1, -0.2], "E")
    assert "helps in 0 of 2 draws and hurts in 0" in chosen_title([0.0, 0.0], "E")


def test_the_parts_of_the_spread_are_named() -> None:
    by_format = drawn_title(np.array([[0.5, 0.5], [0.9, 0.9]]))
    assert "50% to 90% right" in by_format and "100% goes with the format, 0% with the choice" in by_format
    assert "0% goes with the format, 100% with the choice" in drawn_title(np.array([[0.5, 0.9], [0.5, 0.9]]))
    assert drawn_title(np.full((2, 3), 0.5)) == "All 6 prompts are right equally often: 50%"


def test_the_task_that_words_move_most_is_named_with_its_noise() -> None:
    table, counts = np.array([[0.5, 0.1], [0.9, 0.9]]), [24, 24]
    assert map_title(table, ["x", "y"], counts) == "Words alone move y from 10% to 90% right"
    assert map_title(table / 9 + 0.5, ["x", "y"], counts).endswith("the intervals overlap")
    assert "On no task" in map_title(np.array([[0.5, 0.1], [0.5, 0.1]]), ["x", "y"], counts)


def test_an_ensemble_gains_only_beyond_noise() -> None:
    assert ensembles_reading(UP, 8) == "The mean of 8 prompts brings <b>+50 points</b> (+30 to +70) over the reviews."
    assert ensembles_reading(FLAT, 8).endswith("over the reviews, no difference beyond noise.")
    assert "<b>-50 points</b> (-70 to -30)" in ensembles_reading(DOWN, 8)


def test_prompts_that_gain_and_lose_are_counted() -> None:
    said = calibration_reading(np.array([0.5, 0.6, 0.7]), np.array([0.6, 0.6, 0.6]), "c")
    assert "<b>1</b> of 3 prompts gain, <b>1</b> lose" in said and "<b>60%</b> to <b>60%</b>" in said


SHARES = np.array([0.1, 0.3, 0.5, 0.7])


@pytest.mark.parametrize(
    ("corrected", "said"),
    [
        ([0.4] * 4, "at no balance"),
        ([0.6] * 4, "at every balance"),
        ([0.4, 0.6, 0.6, 0.4], "only where 30% to 50% of the items"),
        ([0.6, 0.4, 0.6, 0.4], "at 2 of 4 balances"),
        ([0.509] * 4, "at no balance"),
    ],
)
def test_the_balances_at_which_a_correction_helps_are_named(corrected: list[float], said: str) -> None:
    assert said in balance_title(np.full(4, 0.5), np.array(corrected), SHARES)


def test_scores_overlap_or_not() -> None:
    apart, near = {"sum": (0.7, 0.9), "letter": (0.2, 0.4)}, {"sum": (0.3, 0.9), "letter": (0.2, 0.4)}
    shares = {"sum": 0.8, "letter": 0.3}
    assert scored_title(shares, apart) == "The same questions, three scores: sum 80%, letter 30%"
    assert scored_title(shares, near) == "sum 80%, letter 30%: the intervals overlap"
    assert scored_title({"sum": 0.5, "letter": 0.5}, apart).startswith("All scores are right alike")


def test_an_ensemble_stands_beside_one_prompt() -> None:
    curves = {
        name: np.array([0.6, last])
        for name, last in zip(("mean", "vote", "validated", "worst"), (0.7, 0.8, 0.9, 0.5), strict=True)
    }
    assert ensembles_title(curves) == (
        "One prompt is right in 60%; of 2, their mean 70%, their vote 80%, the best on a few items 90%"
    )

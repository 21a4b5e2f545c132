"""What the page says of the tunings of SmolLM2, at the edges and of every recorded one."""

import dataclasses

import numpy as np

from core.numbers import wilson
from core.prompting import IN_FRONT, TASKS, TRIAL_TASKS, WAYS, Need, Trial, TrialParams, needs, recorded_trials
from pages.prompting.searching_prompts import trials
from tests.core.prompting.test_trials import made_up, record


def ended(share: float, seed: int = 0, method: str = "prefix", tokens: int = 4) -> Trial:
    """A tuning on plurals with this share right at its end."""
    trial = made_up(method)
    params = dataclasses.replace(trial.params, seed=seed, tokens=tokens)
    return dataclasses.replace(trial, params=params, accuracy=np.array([0.0, share]))


def test_a_tuning_is_told_beside_the_same_examples_as_a_prompt() -> None:
    assert trials.trial_title([made_up()], 24) == (
        "In one run a learned prefix has 24 of 24 plurals right; the same examples in the prompt 24: no sure difference"
    )
    assert trials.trial_title([made_up()], 3).endswith(": more")
    assert trials.trial_title([ended(0.0)], 24).endswith(": fewer")
    # One of two runs is within the noise: then nothing is sure.
    assert trials.trial_title([ended(0.0), ended(1.0, 1)], 24) == (
        "In 2 runs a learned prefix has 0 to 24 of 24 plurals right; the same examples in the prompt 24: "
        "no sure difference"
    )
    assert trials.trial_title([ended(0.0), ended(0.0, 1)], 24).endswith(
        "has 0 of 24 plurals right; the same examples in the prompt 24: fewer"
    )
    found = recorded_trials()
    for trial in found.trials:
        shown = int(found.prompted[TRIAL_TASKS.index(trial.params.task), 1])
        right = round(float(trial.accuracy[-1]) * 24)
        one, other = wilson(right, 24), wilson(shown, 24)
        title = trials.trial_title([trial], shown)
        assert f"{right} of 24 {trial.params.task}" in title
        assert title.endswith("no sure difference") == (one[0] <= other[1] and other[0] <= one[1])


def test_lengths_are_compared_with_their_noise() -> None:
    def made(short: list[float], long: list[float]) -> str:
        runs = [
            ended(share, seed, "prompt", tokens)
            for tokens, shares in ((1, short), (16, long))
            for seed, share in enumerate(shares)
        ]
        still = [ended(0.5, 0, "prefix", tokens) for tokens in (1, 16)]
        return trials.lengths_title(record(*runs, *still), "plurals", (1, 4, 16))

    assert made([0.0], [1.0]) == (
        "From 1 to 16 vectors a soft prompt gains (0, then 24 of 24 right), a prefix has no sure gain (12, then 12 of "
        "24 right); one run each"
    )
    assert "a soft prompt loses (24, then 0 of 24 right)" in made([1.0], [0.0])
    # Two runs of 24 items are not 48 items: one within the noise is enough for none.
    assert "a soft prompt has no sure gain (12 to 18, then 18 to 24 of 24 right)" in made([0.5, 0.75], [0.75, 1.0])
    assert made([0.0, 0.0], [1.0, 1.0]).endswith("1 to 2 runs each")
    assert trials.lengths_title(record(), "plurals", (1, 16)) == "Not recorded"


def test_a_swap_is_called_decisive_only_where_it_is() -> None:
    clear = np.array([[0.9, 0.0, 0.1], [0.0, 0.8, 0.0], [0.0, 0.0, 0.9]])
    assert "the prefix decides" in trials.swapped_title(clear, "prefix")
    assert "another’s at most 10%" in trials.swapped_title(clear, "prefix")
    assert "up to 50% on another" in trials.swapped_title(np.where(clear == 0.1, 0.5, clear), "prompt")
    for method in IN_FRONT:
        swaps = recorded_trials().swaps(method)
        own, others = np.diag(swaps), swaps[~np.eye(3, dtype=bool)]
        assert ("decides" in trials.swapped_title(swaps, method)) == (np.nanmax(others) < np.nanmin(own) / 4)


def test_what_was_learned_is_told_and_escaped() -> None:
    hostile = dataclasses.replace(made_up("prompt"), nearest=(("<script>", 0.5),), moved=np.empty((0, 2)))
    said = trials.learned_words(hostile, record(hostile))
    assert "<script>" not in said
    assert "&lt;script&gt;</code> 0.50" in said
    both = record(made_up(), dataclasses.replace(made_up(), params=dataclasses.replace(made_up().params, seed=1)))
    assert "With <b>2</b> recorded seeds it ends at <b>100%</b>." in trials.learned_words(both.trials[0], both)
    apart = record(made_up(), ended(0.5, 1))
    assert "it ends at <b>50% to 100%</b>." in trials.learned_words(apart.trials[0], apart)
    assert "With one recorded seed it ends at" in trials.learned_words(made_up(), record(made_up()))
    assert "keys moved by <b>100%</b>" in trials.learned_words(made_up(), record())


def test_answers_stand_beside_what_is_right() -> None:
    rows = trials.answered([made_up(), made_up(task="uppercase")], "uppercase")
    assert len(rows) == len(TASKS["uppercase"].items)
    assert list(rows[0]) == ["word", "for plurals", "for uppercase", "right for uppercase"]
    assert rows[0]["for plurals"] == "x"
    assert rows[0]["for uppercase"] == rows[0]["right for uppercase"]


def test_the_table_names_the_best_tuning_with_its_noise() -> None:
    shot = Need(WAYS[1], (24,), 24, 0, 0, 100, 0.0, 0.1)
    poor = Need("LoRA", (2, 2), 24, 10, 10, 40, 5.0, 0.0)
    assert trials.needs_title([shot, poor]).endswith("LoRA: 8%, mean of 2 runs, fewer")
    assert trials.needs_title([shot, dataclasses.replace(poor, right=(23,))]).endswith("one run, no sure difference")
    assert trials.needs_title([shot, dataclasses.replace(poor, right=(2, 23))]).endswith("no sure difference")
    assert "nothing was learned" in trials.needs_title([shot])
    rows = needs(recorded_trials())
    best = max((row for row in rows if row.learned), key=lambda row: row.share)
    assert f"{best.name}: {best.share:.0%}" in trials.needs_title(rows)


def test_break_even_is_told_by_the_clock_and_by_the_formula() -> None:
    made = record(made_up("lora", seconds=9.9))
    said = trials.measured_break_even(made, kept=False)
    assert "after <b>50</b> by the clock" in said
    assert "do not tell the seconds" in said
    assert "<b>10</b> s (one run)" in said
    twice = record(
        made_up("lora", seconds=9.9),
        dataclasses.replace(made_up("lora", seconds=29.5), params=TrialParams("lora", seed=1)),
    )
    assert "<b>20</b> s (mean of 2 runs): after <b>99</b> by the clock" in trials.measured_break_even(twice, kept=False)
    assert trials.measured_break_even(record(), kept=False) == ""
    level = dataclasses.replace(made, trials=(dataclasses.replace(made_up("lora"), seconds=40.0),))
    assert "do not tell" not in trials.measured_break_even(level, kept=False)


def test_a_tuning_that_learns_by_heart_is_named() -> None:
    poor = dataclasses.replace(made_up("full"), accuracy=np.array([0.0, 0.1]))
    said = "Full tuning has the twelve by heart and most other plurals wrong, in one run each. "
    assert trials.by_heart(record(poor)) == said
    assert "in 2 runs each" in trials.by_heart(record(poor, poor))
    assert trials.by_heart(record(made_up("full"))) == ""
    assert trials.by_heart(record(dataclasses.replace(poor, loss=np.ones(300)))) == ""
    both = record(poor, dataclasses.replace(poor, params=made_up("lora").params))
    assert trials.by_heart(both).startswith("LoRA and full tuning have")


def test_another_rate_of_learning_is_told() -> None:
    slow = dataclasses.replace(ended(0.5, method="lora"), params=TrialParams("lora", rate=1e-4))
    found = record(made_up("lora"), slow)
    assert trials.at_other_rates(found) == (
        "At another rate of learning, one run each, of 24 right: LoRA at 0.0001 instead of 0.001 <b>12</b> "
        "(loss 0 nats). "
    )
    assert trials.at_other_rates(record(made_up())) == ""
    assert found.of("lora", "plurals") == found.trials[:1]

"""Titles and sentences of the transformer page, over all recorded results and the edges."""

import math
from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest

from core.transformer import (
    KINDS,
    SHAPES,
    TASKS,
    VARIANTS,
    WHOLE_MODEL,
    Absence,
    Kind,
    ReaderRun,
    Task,
    TokenPath,
    TranslatorRun,
    parameter_table,
    recorded_absences,
    recorded_paths,
    recorded_readers,
    recorded_translators,
)
from pages.architecture.transformer.topic import PRESETS
from pages.architecture.transformer.words import (
    ONE_VECTOR,
    WHOLE,
    absence_title,
    count,
    entropy_title,
    grouped,
    language_title,
    learning_title,
    length_title,
    looks_title,
    parameters_title,
    part_name,
    path_title,
    perplexity_told,
    settles_at,
    step_told,
)

PATHS = [path for paths in recorded_paths().by_text.values() for path in paths]
RUNS = [(task, name) for task in TASKS for name in VARIANTS]


def runs_of(task: Task, name: str) -> tuple[TranslatorRun, ...]:
    return recorded_translators(task).by_variant[name]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.text[:12]}-{path.position}")
def test_the_title_of_a_path_is_what_its_numbers_say(path: TokenPath) -> None:
    depth = settles_at(path)
    assert all(top[0] == path.answer for top in path.top[depth:])
    assert depth == 0 or path.top[depth - 1][0] != path.answer
    best = max(range(len(path.parts)), key=lambda place: path.parts[place])
    assert part_name(best) in path_title(path) and f"{path.parts[best]:+.1f}" in path_title(path)


def test_parts_are_named_in_the_order_of_the_sum() -> None:
    assert [part_name(place) for place in (0, 1, 2, 59, 60)] == [
        "the embedding",
        "attention 0",
        "feed-forward 0",
        "attention 29",
        "feed-forward 29",
    ]


def test_stories_say_what_the_recorded_paths_show() -> None:
    paths = recorded_paths().by_text
    capital, name = (
        paths["The capital of France is"][-1],
        paths["When Mary and John went to the store, John gave a drink to"][-1],
    )
    assert capital.answer == "·Paris" and settles_at(capital) > 15
    assert abs(capital.parts[0]) < 0.1 * capital.logit
    assert name.answer == "·Mary" and settles_at(name) > 15
    assert [preset.name for preset in PRESETS][:2] == ["Paris comes late", "Who got the drink?"]


@pytest.mark.parametrize(("task", "name"), RUNS)
def test_titles_of_translators_follow_their_numbers(task: Task, name: str) -> None:
    runs = runs_of(task, name)
    forced, free = (fmean(float(getattr(run, field)[-1]) for run in runs) for field in ("forced", "free"))
    learning = learning_title(runs)
    assert ("with its own" in learning) == (forced - free > 0.05)
    assert ("as well as with help" in learning) == (forced - free <= 0.05 and free > 0.95)
    looks = looks_title(runs)
    if name == ONE_VECTOR:
        assert "one column" in looks
    elif task == "numbers":
        written = any(example.written == example.target for run in runs for example in run.examples)
        assert ("look falls on the digits" in looks) == written and ("say nothing" in looks) == (not written)
    else:
        there, even = fmean(run.expected[0] for run in runs), fmean(run.expected[1] for run in runs)
        assert f"{there:.2f}" in looks and ("No place stands out" in looks) == (there < 1.2 * even)
    length = length_title(runs_of(task, WHOLE), runs, name)
    last = runs[0].params.length - 1
    ahead = min(run.by_length[last] for run in runs_of(task, WHOLE)) > max(run.by_length[last] for run in runs)
    if name != WHOLE:
        assert ("No difference beyond the seeds" in length) == (not ahead)


def test_the_stories_of_the_translator_hold_on_every_seed() -> None:
    for run in runs_of("reverse", WHOLE):
        assert run.exact_match > 0.95 and run.expected[0] > 2 * run.expected[1] and run.leak == 0
    for run in runs_of("reverse", ONE_VECTOR):
        assert run.by_length[1] > 0.9 > 0.5 > run.by_length[7]
    for run in runs_of("reverse", "no mask"):
        assert run.loss[-1] < 0.01 and run.free[-1] < 0.2 and run.leak > 1
    for run in runs_of("sort", ONE_VECTOR):
        assert run.by_length[7] > 0.9


def test_an_even_look_and_a_tie_are_called_so() -> None:
    run = runs_of("copy", WHOLE)[0]
    assert "No place stands out" in looks_title([replace(run, expected=(0.13, 0.125))])
    assert "No difference" in length_title([run], [run], ONE_VECTOR)
    half = replace(run, forced=0.5 * np.ones_like(run.free), free=0.5 * np.ones_like(run.free))
    assert learning_title([half]) == "50% of the symbols are right, with help or without"


@pytest.mark.parametrize("kind", KINDS)
def test_the_worst_and_the_least_absence_are_those_of_the_numbers(kind: Kind) -> None:
    found = recorded_absences()
    title = absence_title(found, Absence(kind))
    losses = found.losses(kind)
    if kind in WHOLE_MODEL:
        assert perplexity_told(float(losses[0])) in title
        return
    assert np.isfinite(losses).all()
    assert f"Worst is layer {losses.argmax()}" in title and f"least matters layer {losses.argmin()}" in title


def test_most_letters_of_the_story_look_where_they_come_from() -> None:
    looks = runs_of("reverse", WHOLE)[0].examples[0].cross_attention[:-1]
    last = looks.shape[1] - 1
    most = looks.argmax(axis=1)
    there = most == last - np.arange(len(looks))
    assert len(there) == 8 and there.sum() == 6 and (most[~there] == last).all()
    said = next(story.look_at for story in PRESETS if story.name == "Look while you write")
    assert said.startswith("Six of eight letters") and "the other two" in said


def test_most_layers_can_go_and_the_first_cannot() -> None:
    found = recorded_absences()
    ratio = np.exp(found.losses("layer") - found.whole.loss)
    assert ratio[0] > 100 and (ratio < 2).sum() > 15
    assert all(check.passed for check in found.checks)


def test_numbers_that_overflow_are_told_so() -> None:
    assert perplexity_told(math.nan) == "beyond all numbers"
    assert perplexity_told(2.0) == "7.39" and perplexity_told(10.0) == "22,026"


def test_a_perplexity_beyond_a_billion_is_told_by_its_size() -> None:
    assert perplexity_told(math.log(0.9e9)) == "900,000,000"
    assert perplexity_told(math.log(1e9)) == "about 10^9" and perplexity_told(37.0) == "about 10^16"
    assert perplexity_told(1e4) == "about 10^4343"


def test_the_loss_of_three_words_is_told_by_its_parts() -> None:
    assert "no limit" in entropy_title(math.inf, 1.0, math.inf)
    assert "nothing more" in entropy_title(1.0, 1.0, 0.0)
    assert entropy_title(1.5, 1.0, 0.5) == "Of a loss of 1.50 nats, 1.00 is the data's own and 0.50 the model's fault"


def test_a_look_at_its_digits_is_measured_and_an_even_one_is_called_so() -> None:
    run = runs_of("numbers", WHOLE)[0]
    example = run.examples[0]
    even = np.full((len(example.written) + 1, len(example.source)), 1 / len(example.source))
    flat = replace(run, examples=(replace(example, written=example.target, cross_attention=even),))
    assert looks_title([flat]).startswith("No digit stands out")
    lost = replace(run, examples=(replace(example, written=()),))
    assert looks_title([lost]) == "No number is written rightly, so its looks say nothing"


def test_a_decoder_is_held_to_the_least_loss_that_is_possible() -> None:
    runs = recorded_readers().by_name["decoder, 700 steps"]

    def ending(above: float) -> list[ReaderRun]:
        return [replace(run, excess=run.excess - run.excess.mean() + above) for run in runs]

    assert "stays above the least that is possible, by 0.500" in language_title(ending(0.5))
    assert "within the noise" in language_title(ending(0.0)) and "cannot be" in language_title(ending(-0.5))
    clear = any(run.excess.mean() >= 3 * run.standard_error for run in runs)
    assert ("stays above" in language_title(runs)) == clear and "over 3 seeds" in language_title(runs)
    assert language_title(runs[:1]).endswith("seed 0") or "seed 0" in language_title(runs[:1])


@pytest.mark.parametrize(("task", "name"), RUNS)
def test_each_step_of_writing_is_told_with_the_place_of_its_look(task: Task, name: str) -> None:
    example = runs_of(task, name)[0].examples[0]
    for written in range(len(example.written) + 1):
        told = step_told(example, written)
        wanted = [*example.written, "end"][written]
        assert f"it writes “{wanted}”" in told and told.startswith(
            " ".join(["After “start", *example.written[:written]])
        )
        place = int(example.cross_attention[written].argmax())
        there = f"“{example.source[place]}” at place {place + 1}" if name != ONE_VECTOR else "the mean alone"
        assert told.endswith(there)


@pytest.mark.parametrize("name", list(SHAPES))
def test_groups_of_parameters_sum_to_the_total(name: str) -> None:
    table = parameter_table(SHAPES[name])
    assert sum(grouped(table).values()) == table.total
    largest = max(grouped(table).items(), key=lambda item: item[1])
    assert largest[0] in parameters_title(table)


@pytest.mark.parametrize(
    ("number", "words"), [(7, "7"), (134_515_008, "135 M"), (8_030_261_248, "8.03 B"), (999_999, "1 M")]
)
def test_counts_are_told_by_their_unit(number: int, words: str) -> None:
    assert count(number) == words

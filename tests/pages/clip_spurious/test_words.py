"""What the CLIP page says of its numbers: each wording is tested over every recorded model and over the edges."""

from itertools import product

import numpy as np
import pytest

from core.clip import (
    ATTRIBUTES,
    CLASSES,
    FAMILY,
    HARMFUL_INSIGHTS,
    HELPFUL_INSIGHTS,
    RANDOM_WORDS,
    REPAIRS,
    GroupAccuracy,
    Repair,
    chance_of,
    descriptive_prompts,
    evaluation_labels,
    fade_scenes,
    fade_shares,
    group_accuracy,
    predict,
    probabilities,
    prompt_means,
    recorded_clip,
    recorded_history,
    recorded_labels,
    repaired,
    repaired_words,
    training_shares,
    without_drawn,
    worst_moves,
)
from pages.prompting.clip_spurious import results, words
from pages.prompting.clip_spurious.main import Shown, reading
from pages.prompting.clip_spurious.panels import published
from pages.prompting.clip_spurious.panels.correlation import TREND, runs_at
from pages.prompting.clip_spurious.panels.groups import EDITS
from pages.prompting.clip_spurious.panels.relevance import apart
from pages.prompting.clip_spurious.panels.vectors import directions_of
from pages.prompting.clip_spurious.panels.zero_shot import softmax_line
from pages.prompting.clip_spurious.topic import PRESETS, QUESTIONS

MODELS = tuple(FAMILY)


def repair_as(kind: str) -> Repair:
    return Repair(kind, HARMFUL_INSIGHTS, HELPFUL_INSIGHTS)


def counted(*right: int) -> GroupAccuracy:
    """A group table of four groups of 300 pictures."""
    return GroupAccuracy(np.array(right).reshape(2, 2) / 300, np.full((2, 2), 300))


def chances_of(model: str, place: int, kind: str = "none") -> np.ndarray:
    return probabilities(results.fade_of(model, place, repair_as(kind)), recorded_clip(model).scale)


@pytest.mark.parametrize("model", MODELS)
def test_the_finding_is_true_of_every_recorded_fade(model: str) -> None:
    percents = 100 * fade_shares()
    for place, scene in enumerate(fade_scenes()):
        chances = chances_of(model, place)
        wrong = chances.argmax(axis=1) != CLASSES.index(str(scene.bird))
        said = words.finding(str(scene.bird), chances)
        numbers = [float(word) for word in said.split() if word.replace(".", "").isdigit()]
        if " from " in said and said.endswith("on"):
            expected = percents > numbers[0] - 1e-9
        elif "up to" in said:
            expected = percents < numbers[0] + 1e-9
        elif " from " in said:
            expected = (percents > numbers[0] - 1e-9) & (percents < numbers[1] + 1e-9)
        else:
            expected = np.full(len(percents), "never" in said)
        assert np.array_equal(wrong, expected), f"{place + 1}: {said}"


def test_the_finding_does_not_hide_an_answer_that_turns_twice() -> None:
    chances = np.tile([0.1, 0.9], (41, 1))
    chances[8:17] = [0.9, 0.1]
    assert words.finding("waterbird", chances).endswith("from 20 to 40 % of water")
    chances[12] = [0.1, 0.9]
    assert words.finding("waterbird", chances).endswith("at some shares of water from 20 to 40 %")


@pytest.mark.parametrize("model", MODELS)
def test_the_best_edit_is_called_what_its_intervals_say(model: str) -> None:
    found = results.verdict_of(model).accuracy
    edits = {name: found[name] for name in EDITS}
    said = words.best_in_words(found["zero-shot"], edits, found["linear probe"])
    best = max(edits.values(), key=lambda groups: groups.worst)
    assert said.startswith("No edit repairs it") == (best.average < 0.6)
    lifts = best.worst_interval[0] > found["zero-shot"].worst_interval[1]
    assert ("lifts the worst group from" in said) == (lifts and best.average >= 0.6)


def test_what_each_model_is_there_to_show_is_what_is_said_of_it() -> None:
    said = {}
    for model in MODELS:
        found = results.verdict_of(model).accuracy
        said[model] = words.best_in_words(found["zero-shot"], {k: found[k] for k in EDITS}, found["linear probe"])
    assert said["birds-100"] == "The best edit, “reject”, lifts the worst group from 46% to 94%"
    assert said["birds-50"].startswith("There is nothing to repair")
    assert said["birds-95"].startswith("No edit lifts the worst group beyond the noise: 91% as it is, at best 95%")
    assert said["birds-shortcut"].startswith("No edit repairs it")


@pytest.mark.parametrize(("model", "kind"), product(MODELS, REPAIRS[1:]))
def test_an_edit_is_called_what_its_intervals_say(model: str, kind: str) -> None:
    before, after = (results.groups_of(model, repair_as(k)) for k in ("none", kind))
    control = results.control_of(model, repair_as("reject"))
    said = words.edit_in_words(kind, before, after, control)
    assert (words.spread_in_words(control) in said) == (kind == "reject" and after.average >= 0.6)
    if after.average < 0.6:
        assert "repairs nothing" in said
        return
    assert ("lifts" in said, "no difference to see" in said, "lowers" in said) == (
        after.worst_interval[0] > before.worst_interval[1],
        worst_moves(before, after) == 0,
        after.worst_interval[1] < before.worst_interval[0],
    )


def test_the_title_of_the_repair_states_the_finding_and_its_control() -> None:
    before, after = (results.groups_of("birds-100", repair_as(k)) for k in ("none", "reject"))
    said = words.edit_in_words("reject", before, after, results.control_of("birds-100", repair_as("reject")))
    assert (
        said == "“reject” lifts the worst group from 46% to 94%; with as many random directions it is 43% (37% to 59%)"
    )


def test_one_draw_has_no_range() -> None:
    assert words.spread_in_words(chance_of([counted(300, 300, 150, 300)])) == "50%"


@pytest.mark.parametrize(
    ("described", "word"), [(290, "lift the worst"), (155, "no difference to see"), (60, "lower the worst")]
)
def test_descriptions_help_or_harm_only_beyond_the_noise(described: int, word: str) -> None:
    named, random = counted(300, 150, 300, 300), chance_of([counted(300, 140, 300, 300), counted(300, 160, 300, 300)])
    said = words.descriptions_in_words(named, counted(300, described, 300, 300), random)
    assert word in said
    assert said.endswith("random words: 47% (47% to 53%)")


def test_the_story_of_descriptions_is_true_of_its_numbers() -> None:
    record, (label, background) = recorded_clip("birds-100"), evaluation_labels()
    prompts = descriptive_prompts(CLASSES, [ATTRIBUTES[name] for name in CLASSES])
    vectors = record.text_vectors([text for group in prompts for text in group])
    assert vectors is not None
    described = group_accuracy(predict(record.images, prompt_means(vectors, [4, 4])), label, background)
    named = results.groups_of("birds-100", repair_as("none"))
    random = results.random_words_of("birds-100", RANDOM_WORDS, 4)
    assert len(random.draws) == 15
    assert worst_moves(named, described) == 1, "descriptions help here"
    assert all(worst_moves(named, draw) <= 0 for draw in random.draws), "random words do not"


def test_the_story_of_the_repair_is_true_of_its_curves() -> None:
    told = next(preset for preset in PRESETS if preset.name == "Taken away")
    assert "follow the water far less" in told.look_at
    plain, repaired = (np.ptp(chances_of("birds-100", 5, kind)[:, 0]) for kind in ("none", "reject"))
    assert repaired < plain / 3
    assert repaired > 0.1, "they still follow it"


def test_the_story_of_a_waterbird_on_land_is_true_of_its_bird() -> None:
    told = next(preset for preset in PRESETS if preset.name == "A waterbird on land")
    assert chances_of("birds-100", told.values["bird"] - 1)[0].argmax() == 0


def test_the_story_of_the_repair_that_fails_is_true_of_its_groups() -> None:
    before, after = (results.groups_of("birds-shortcut", repair_as(kind)) for kind in ("none", "both"))
    assert abs(after.average - before.average) < 0.05
    assert results.verdict_of("birds-shortcut").accuracy["linear probe"].worst < 0.7


@pytest.mark.parametrize(("means", "said"), [((0.2, 0.3), "read right"), ((0.3, 0.2), "read wrong")])
def test_a_picture_is_read_as_its_larger_mean_says(means: tuple[float, float], said: str) -> None:
    assert f"{said} by descriptions" in words.picture_in_words("waterbird", means)
    assert ("0.20 by its own" in words.picture_in_words("landbird", means)) == (means[0] == 0.2)
    assert f"{said} by bare names" in words.picture_in_words("waterbird", means, (False, False))
    assert words.picture_in_words("waterbird", means, (True, False)).endswith("“waterbird” has only its name")


def test_what_stands_for_an_empty_field_is_named() -> None:
    named = results.groups_of("birds-100", repair_as("none"))
    chance = chance_of([named])
    bare = words.descriptions_in_words(named, named, chance, given=(False, False), words=False)
    assert bare.startswith("Without a description the bare names are read")
    assert "no random word, so the bare names: " in bare
    assert words.descriptions_in_words(named, named, chance, given=(True, False)).startswith(
        "Descriptions of landbird alone make no difference"
    )


def test_the_story_of_descriptions_is_true_of_its_bird() -> None:
    told = next(preset for preset in PRESETS if preset.name == "Describe, do not name").values
    place, at = told["bird"] - 1, {0.0: 0, 100.0: -1}[told["water"]]
    truth = CLASSES.index(fade_scenes()[place].bird)
    assert results.fade_of("birds-100", place, repair_as("none"))[at].argmax() != truth
    prompts = descriptive_prompts(CLASSES, [ATTRIBUTES[name] for name in CLASSES])
    flat = tuple(text for group in prompts for text in group)
    means = prompt_means(results.text_vectors("birds-100", flat), [len(group) for group in prompts])
    assert (recorded_clip("birds-100").fades[place, at] @ means.T).argmax() == truth


@pytest.mark.parametrize("model", MODELS)
def test_the_diagonal_stands_out_only_beyond_what_chance_gives(model: str) -> None:
    history = recorded_history(model)
    assert "do not stand out" in words.step_in_words(0, history.similarity[0])
    assert " above the others" in words.step_in_words(history.checkpoints[-1], history.similarity[-1])
    lead, noise = words.lead_of(history.similarity[-1])
    shuffled = [
        words.lead_of(history.similarity[-1][:, np.random.default_rng(seed).permutation(12)])[0] for seed in range(200)
    ]
    assert lead > noise
    assert np.mean(np.abs(shuffled) <= noise * 1.1) > 0.8
    assert " below the others" in words.step_in_words(9, 1 - np.eye(12))


def test_the_trend_counts_its_runs_and_falls_only_where_all_of_them_do() -> None:
    first, last = ([run["zero-shot"] for run in runs_at(percent)] for percent in (50, 100))
    said = words.trend_in_words(first, last)
    assert said.startswith("Zero-shot, the worst group falls from 99 %")
    assert f"to 26 to 46 % at 100 % ({len(first)} and {len(last)} runs)" in said
    high, low = counted(300, 300, 300, 297), counted(300, 300, 300, 120)
    assert "rises from 40 %" in words.trend_in_words([low], [high])
    assert "no difference beyond the noise" in words.trend_in_words([high], [low, high])


def test_the_rejection_is_counted_over_every_run_of_the_trend() -> None:
    runs = [run for percent in TREND for run in runs_at(percent)]
    moves = [worst_moves(run["zero-shot"], run["reject"]) for run in runs]
    said = words.rejected_in_words(runs)
    assert f"Over all {len(runs)} runs" in said
    assert [f"<b>{moves.count(way)}</b>" in said for way in (1, -1, 0)] == [True] * 3
    assert moves.count(1) == 2, "both runs at 100 %"


@pytest.mark.parametrize("model", MODELS)
def test_the_weighted_average_names_the_pictures_that_it_is_weighted_like(model: str) -> None:
    """Birds whose captions do not name the class stand on either background equally, and lower it."""
    corpus, found = FAMILY[model].training.corpus, results.groups_of(model, repair_as("none"))
    named, others = 1 - corpus.attributes - corpus.views, corpus.attributes
    of_named = found.weighted(training_shares(corpus.correlation))
    of_all = found.weighted(named * training_shares(corpus.correlation) + others * training_shares(0.5))
    said = reading(Shown(None, model, 5, 100.0, repair_as("none")))  # type: ignore[arg-type]
    assert f"weighted like the pictures captioned by class, {of_named:.1%}." in said
    if model == "birds-100":
        assert (f"{of_named:.1%}", f"{of_all:.1%}") == ("100.0%", "91.0%")


@pytest.mark.parametrize("kind", ["none", "reject", "project", "calibrate"])
def test_the_backgrounds_without_a_bird_are_read_after_the_repair_on_screen(kind: str) -> None:
    record, made = recorded_clip("birds-100"), repair_as(kind)
    vectors = results.repair_vectors("birds-100", made)
    edited = repaired(record.backdrops[5], made, vectors)
    chances = probabilities(edited @ repaired_words(made, vectors).T, record.scale)[:, 1]
    said = apart(Shown(None, "birds-100", 5, 100.0, made))  # type: ignore[arg-type]
    assert said.startswith("Probability of" if kind == "none" else f"After “{kind}”, probability of")
    assert all(f"<b>{chance:.2f}</b>" in said for chance in chances)


def test_an_answer_about_one_models_training_names_that_model() -> None:
    first, second = (question.answer for question in QUESTIONS[:2])
    assert FAMILY["birds-100"].training.corpus.correlation == 1
    assert "the model “birds-100” every picture" in first
    assert "With “birds-100” they can" in second
    groups = (results.groups_of("birds-100", repair_as(kind)) for kind in ("none", "reject"))
    assert worst_moves(*groups) == 1


def test_the_published_rows_of_one_data_set_agree_with_the_differences_their_source_gives() -> None:
    """The README's columns of differences against zero-shot, average and worst group, in points."""
    differences = {
        ("VisualDistiller", "Waterbirds"): (1.3, 6.3),
        ("Orthogonal projection of the words", "Waterbirds"): (-2.9, 8.9),
        ("PRISM-mini", "Waterbirds"): (3.3, 33.1),
        ("PRISM", "Waterbirds"): (4.3, 47.8),
        ("Orthogonal projection of the words", "CelebA"): (-0.6, -1.7),
        ("PRISM-mini", "CelebA"): (-3.2, 9.8),
        ("PRISM", "CelebA"): (-0.7, 11.2),
    }
    numbers = {(name, data): (average, worst) for name, data, average, worst, _ in published.PUBLISHED}
    assert numbers.keys() == {*differences, ("Zero-shot, ViT-L/14", "Waterbirds"), ("Zero-shot, ViT-L/14", "CelebA")}
    for (name, data), moved in differences.items():
        start = np.array(numbers["Zero-shot, ViT-L/14", data])
        assert numbers[name, data] == pytest.approx(start + moved, abs=0.051)
    assert "by −1.7 points" in published.celeba_in_words()


@pytest.mark.parametrize("kind", ["none", "reject", "project"])
def test_an_insight_of_two_equal_texts_has_no_angle(kind: str) -> None:
    same = (("a bird on land", "a bird on land"),)
    shown = Shown(None, "birds-100", 5, 100.0, Repair(kind, same, same))  # type: ignore[arg-type]
    drawn = directions_of(shown)
    said = words.angles_in_words(drawn.angle("in words"), drawn.angle("in pictures"), mark="<b>{}</b>")
    assert said == "In words, class or background has no direction; in pictures they point <b>76°</b> apart"
    assert words.angles_in_words(50.2, 76.4) == "In words, class and background point 50° apart, in pictures 76°"


def test_the_answer_for_a_picture_says_which_bird_it_is() -> None:
    shown = Shown(None, "birds-100", 5, 100.0, repair_as("none"))  # type: ignore[arg-type]
    said = softmax_line(shown, np.array([0.1, 0.2]), CLASSES, 9, 100)
    assert said.startswith("Picture 9 (bird 10, a waterbird on water)")
    assert fade_scenes()[9].bird == "waterbird"


@pytest.mark.parametrize(
    ("lead", "said"), [(0.004, "level with"), (-0.004, "level with"), (0.2, "<b>0.20</b> above"), (-0.2, "below")]
)
def test_a_lead_of_true_pairs_has_a_side_only_where_its_number_has(lead: float, said: str) -> None:
    assert f"lie {said}" in words.leads_in_words(lead, 0.5).replace("<b>0.20</b> below", "below")
    assert "-" not in words.leads_in_words(lead, lead)


@pytest.mark.parametrize(("model", "count"), product(MODELS, (0, 1, 8, 53, 64)))
def test_labels_are_called_above_an_edit_only_where_their_draws_are(model: str, count: int) -> None:
    repair = repair_as("reject")
    needed, plain = results.labels_needed(model, repair)
    record, said = recorded_clip(model), results.repair_vectors(model, repair)
    edited = without_drawn(predict(repaired(record.images, repair, said), said.classes), count)
    few = recorded_labels(model)
    draws, guesses = few.draws(count), few.guesses(count)
    text = words.labels_in_words(count, chance_of(draws), "reject", edited, guesses=guesses)
    assert ("nothing is retrained" in text) == (count == 0)
    above = np.mean([one.worst_interval[1] < other.worst_interval[0] for one, other in zip(edited, draws, strict=True)])
    if count and needed is not None and count >= needed:
        assert above >= 0.95
    assert f"“reject” without labels {sorted(one.worst for one in edited)[9]:.0%}" in text or count == 0 or guesses
    told = words.against_in_words(draws, "reject", edited, per_group=count, guesses=guesses)
    assert ("repaired" in told) == (count > 0 and guesses)
    assert ("above “reject”" in told) == (above >= 0.95 and not guesses)
    if "in 20 of 20 draws" in told:
        assert all(one.worst < other.worst for one, other in zip(edited, draws, strict=True))
    # Both titles stand side by side: neither tells again what the other one does.
    assert "guessing" not in text and "retrained" not in told
    assert f"{chance_of(draws).average:.0%} of all are right" in text or not (count and guesses)
    assert plain is None or plain >= 1


def test_labels_that_are_always_higher_are_told_so_where_intervals_overlap() -> None:
    """64 labels of each group beside the rejection: no difference by intervals, and yet on the side of the labels."""
    few, repair = recorded_labels("birds-100"), repair_as("reject")
    record, said = recorded_clip("birds-100"), results.repair_vectors("birds-100", repair)
    edited = without_drawn(predict(repaired(record.images, repair, said), said.classes), 64)
    told = words.against_in_words(few.draws(64), "reject", edited, per_group=64, guesses=False)
    assert told == "Intervals overlap with “reject”; the worst group is higher in 20 of 20 draws"


@pytest.mark.parametrize("model", MODELS)
def test_title_and_note_agree_on_labels_that_repair_nothing_at_every_number(model: str) -> None:
    """No number is called useless in the title and, in the note, above zero-shot; and none between two others."""
    few, above = recorded_labels(model), results.labels_needed(model, repair_as("reject"))
    said = [
        words.against_in_words(few.draws(k), "reject", few.draws(k), per_group=k, guesses=few.guesses(k))
        for k in range(1, len(few.right))
    ]
    useless = [k for k, text in enumerate(said, 1) if "Nothing is repaired" in text]
    assert useless == list(range(1, len(useless) + 1))
    assert all(needed is None or needed > len(useless) for needed in above)
    assert bool(useless) == (model == "birds-shortcut")


@pytest.mark.parametrize(("model", "kind"), list(product(MODELS, REPAIRS[1:])))
def test_labels_needed_for_two_things_alike_are_told_once(model: str, kind: str) -> None:
    few, (needed, plain) = recorded_labels(model), results.labels_needed(model, repair_as(kind))
    told = words.needed_in_words({"zero-shot": plain, "“it”": needed}, 64, guesses=few.guesses)
    assert told.count("with intervals apart.") == (1 if needed == plain else 2)
    assert told.index("zero-shot") < told.index("“it”")
    for least in (needed, plain):
        assert ("never stays above" if least is None else f"rom <b>{least}</b> of each group on") in told


@pytest.mark.parametrize("model", MODELS)
def test_a_number_of_labels_that_guessing_sets_is_told_as_such(model: str) -> None:
    """For one model a single label lifts the worst group from 0, so it is guessing, not the noise, that sets 58."""
    few = recorded_labels(model)
    for needed in results.labels_needed(model, repair_as("reject")):
        guesses = needed is not None and needed > 1 and few.guesses(needed - 1)
        told = words.needed_in_words({"zero-shot": needed}, 64, guesses=few.guesses)
        assert ("never stays above zero-shot" in told) == (needed is None)
        assert ("above guessing" in told) == guesses == (model == "birds-shortcut" and needed is not None)
        if guesses and needed is not None:
            right = [np.quantile([one.average for one in few.draws(k)], 0.5, method="lower") for k in range(65)]
            assert right[needed - 1] < 0.6 <= min(right[needed:])

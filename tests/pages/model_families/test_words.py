"""Titles and sentences of the page of model families, over all recorded results and the edges."""

from dataclasses import replace

import numpy as np
import pytest

from core.numbers import mean_interval
from core.transformer import (
    SENTENCES,
    Cut,
    GatingRun,
    Masked,
    RecordedSpans,
    best_on_test,
    later_look,
    learn_merges,
    recorded_games,
    recorded_gating,
    recorded_liking,
    recorded_readers,
    recorded_sights,
    recorded_spans,
    recorded_vocabularies,
)
from pages.architecture.model_families.words import (
    begin_alike,
    exact_shares,
    gating_title,
    languages_title,
    layer_of,
    masking_title,
    merges_title,
    norms_title,
    pairs_title,
    probes_title,
    reader_reading,
    readers_title,
    sight_title,
    spans_reading,
    spans_title,
    tuned_reading,
)

READERS = recorded_readers().by_name


@pytest.mark.parametrize("text", SENTENCES.values())
@pytest.mark.parametrize("depth", range(1, 7))
def test_the_title_of_a_sentence_is_what_its_maps_say(text: str, depth: int) -> None:
    encoder, decoder = recorded_sights().by_text[text]
    title = sight_title(encoder, decoder, depth)
    assert title.startswith(f"{later_look(encoder.maps[depth - 1]):.0%}") and title.endswith("none of a decoder's")
    assert np.array_equal(layer_of(decoder, depth), decoder.maps[5 * depth - 1])


def test_a_decoder_that_looks_ahead_is_said_to() -> None:
    encoder, decoder = recorded_sights().by_text[SENTENCES["bank"]]
    wrong = replace(decoder, maps=np.full_like(decoder.maps, 0.1))
    assert "should be none" in sight_title(encoder, wrong, 3)


def test_readers_are_ordered_only_where_every_run_agrees() -> None:
    title = readers_title(READERS)
    assert "“decoder, 700 steps” ends 0.003" in title and "“encoder 15 %, 700 steps” 0.115" in title
    near = {name: tuple(replace(run, excess=run.excess * 0) for run in runs) for name, runs in READERS.items()}
    assert "All readers" in readers_title(near)
    slow = READERS["encoder 15 %, 700 steps"]
    mixed = {"one": slow, "two": (*READERS["decoder, 700 steps"][:2], slow[1])}
    assert "No reader is nearer" in readers_title(mixed)


@pytest.mark.parametrize("name", READERS)
def test_the_reading_tells_where_a_reader_ends(name: str) -> None:
    for runs in (READERS[name], READERS[name][:1]):
        said = reader_reading(runs)
        assert ("of seeds 0, 1, 2 is" if len(runs) > 1 else "of seed 0 is") in said
        for run in runs:
            assert f"{run.loss[-1]:.2f}" in said and f"{run.bound:.2f}" in said and f"{run.excess.mean():.3f}" in said


@pytest.mark.parametrize(
    ("kinds", "says"),
    [
        (["", ""], "None of 2"),
        (["mask", ""], "1 of 2 pieces is asked for, and none"),
        (["keep", "mask"], "2 of 2 pieces are asked for, and one of them is left as it was"),
        (["keep", "keep"], "2 of them are left as they were"),
    ],
)
def test_masks_are_counted(kinds: list[str], says: str) -> None:
    named = np.array(kinds)
    assert says in masking_title(Masked(np.zeros(2, dtype=np.int64), named != "", named))


def test_pairs_are_told_as_their_draws_say() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.01, size=60)

    def pairs(topics: float, whole: float, order: float) -> dict[str, dict[str, np.ndarray]]:
        follows = {"topics alone": topics + noise[::-1], "MiniLM": whole + noise}
        return {"next sentence": follows, "order": {"topics alone": 0.5 + noise, "MiniLM": order + noise}}

    assert "as well as" in pairs_title(pairs(0.8, 0.8, 0.9)) and "told beyond chance" in pairs_title(
        pairs(0.8, 0.8, 0.9)
    )
    assert "worse than" in pairs_title(pairs(0.6, 0.9, 0.5)) and "not surely" in pairs_title(pairs(0.6, 0.9, 0.5))
    assert "better than" in pairs_title(pairs(0.9, 0.6, 0.5))
    found = recorded_games().pairs
    low, high = np.quantile(found["next sentence"]["MiniLM"] - found["next sentence"]["topics alone"], [0.1, 0.9])
    assert low <= 0 <= high and "as well as" in pairs_title(found)


def test_probes_are_told_apart_only_beyond_the_draws() -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, size=(5, 60))

    def probes(first: float, mean: float) -> dict[str, np.ndarray]:
        return {"[CLS]": first + noise, "mean of tokens": mean + noise[:, ::-1]}

    def title(first: float, mean: float, whole: float) -> str:
        return probes_title(probes(first, mean), whole + noise[:, 6:12])

    assert title(0.7, 0.9, 0.9).startswith("The mean of tokens tells more than [CLS]; tuned whole is not surely apart")
    assert title(0.9, 0.7, 0.8).startswith("[CLS] tells more") and "10 points more right than the mean" in title(
        0.9, 0.7, 0.8
    )
    assert "no more than the draws" in title(0.8, 0.8, 0.7) and "10 points less right" in title(0.8, 0.8, 0.7)
    found, tuned = recorded_games().probes, recorded_liking().right
    low = np.quantile(found["mean of tokens"][-1] - found["[CLS]"][-1], 0.1)
    assert (low > 0) == probes_title(found, tuned).startswith("The mean of tokens tells more")
    gained = tuned[-1] - found["mean of tokens"][-1, : tuned.shape[1]]
    least, most = mean_interval(gained)
    assert ("not surely apart" in probes_title(found, tuned)) == (least <= 0 <= most)
    for row, mean in zip(tuned, found["mean of tokens"], strict=True):
        assert f"<b>{100 * (row - mean[: len(row)]).mean():+.0f}</b>" in tuned_reading(found, tuned)


def spans_with(frozen: np.ndarray, whole: np.ndarray) -> RecordedSpans:
    found = recorded_spans()
    return replace(found, exact=dict(zip(found.exact, (frozen, whole), strict=True)))


def test_spans_are_told_apart_only_beyond_the_passages() -> None:
    found = recorded_spans()
    nothing, everything = np.zeros((3, 144), dtype=bool), np.ones((3, 144), dtype=bool)
    assert spans_title(spans_with(nothing, everything)).startswith("Tuned whole it finds more: 100%")
    assert spans_title(spans_with(everything, nothing)).startswith("Tuned whole it finds less: 0%")
    assert spans_title(spans_with(everything, everything)).startswith("Tuned whole it is not surely better")
    one = nothing.copy()
    one[0, 0] = True
    assert "not surely" in spans_title(spans_with(nothing, one))
    shares = exact_shares(found)
    frozen, whole = (found.by_passage(way) for way in found.exact)
    assert spans_title(found).startswith("Tuned whole it finds more") == (mean_interval(whole - frozen)[0] > 0)
    for way, (mean, low, high) in shares.items():
        assert low <= mean <= high and np.isclose(mean, found.exact[way].mean())
        assert f"{way} <b>{mean:.0%}</b> ({low:.0%} to {high:.0%})" in spans_reading(found)
    assert f"<b>{found.other_asked['fine-tuned whole'].mean():.0%}</b>" in spans_reading(found)
    alike, right = begin_alike(), found.exact["fine-tuned whole"].mean(axis=0)
    assert alike.tolist()[:8] == [False, False, False, False, True, True, False, False]
    assert f"<b>{right[alike].mean():.0%}</b> where two questions" in spans_reading(found)


def test_a_gate_wins_only_in_every_run() -> None:
    runs = recorded_gating().by_kind

    def ending(*above: float) -> tuple[GatingRun, ...]:
        return tuple(
            replace(run, loss=np.array([*run.loss[:-1], best_on_test(run.params.seed) + more]))
            for run, more in zip(runs["ReLU"], above, strict=True)
        )

    assert "lower in every run" in gating_title({"ReLU": ending(1, 1.1, 1.2), "SwiGLU": ending(0.7, 0.8, 0.9)})
    assert "higher in every run" in gating_title({"ReLU": ending(0.7, 0.8, 0.9), "SwiGLU": ending(1, 1.1, 1.2)})
    assert "no difference" in gating_title({"ReLU": ending(0.7, 0.8, 1.1), "SwiGLU": ending(1, 1.1, 1.2)})
    assert gating_title(runs)


def test_norms_are_told_by_what_moves() -> None:
    x = np.array([1.0, 2.0])
    assert "Neither" in norms_title({"LayerNorm": (x, x), "RMSNorm": (x, x)})
    assert norms_title({"LayerNorm": (x, x), "RMSNorm": (x, x + 0.5)}).endswith("RMSNorm moves a number by 0.50")
    assert "Both norms" in norms_title({"LayerNorm": (x, x + 0.25), "RMSNorm": (x, x + 0.5)})


def test_merges_are_counted() -> None:
    learned = learn_merges("ab ab ab c")
    assert learned.merges == (("a", "b"),)
    assert merges_title(learned, 0) == "Before the first merge: 7 characters, 3 entries"
    assert merges_title(learned, 1) == "4 entries cut the text into 4 pieces instead of 7; no pair is left to join"


def test_languages_are_told_by_the_mean_of_both() -> None:
    assert "1.1 tokens in English" in languages_title(recorded_vocabularies().cuts)
    assert "alike" in languages_title({"m": {"A": Cut(5, 10, 0), "B": Cut(5, 10, 0)}})

"""Sentences that state a finding: each wording holds only where its numbers do."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from components.theme import Look
from core.attention import (
    RECORDED_TEXTS,
    copies_of,
    head_scores,
    query_steps,
    recorded,
    recorded_meanings,
    recorded_parting,
)
from pages.architecture.attention.main import Shown, reading
from pages.architecture.attention.topic import PRESETS, QUESTIONS, story
from pages.architecture.attention.words import (
    arcs_title,
    finding,
    loss_finding,
    meanings_finding,
    meanings_reading,
    own_arcs,
    parting_finding,
    parting_reading,
    sink_reading,
)


def lead(name: str) -> str:
    return next(preset.look_at for preset in PRESETS if preset.name == name)


def shown(key: str) -> np.ndarray:
    entry = RECORDED_TEXTS[key]
    return recorded(key).weights[entry.layer, entry.head]


def test_the_leads_say_what_their_figures_show() -> None:
    for key, name in (("previous_token", "Previous-token head"), ("causal", "Causal")):
        best = shown(key).argmax(axis=1)
        assert "before" in lead(name)
        assert (best[1:] == np.arange(len(best) - 1)).all()
    assert "first column is bright" in lead("The attention sink")
    assert shown("sink")[1:, 0].min() > 0.8
    assert np.triu(shown("bidirectional"), 1).sum() > 0.3 * len(shown("bidirectional"))
    best, half = shown("induction").argmax(axis=1), len(shown("induction")) // 2
    assert (best[half:] == np.arange(1, half + 1)).mean() > 0.9


def test_the_lead_of_the_banks_holds_for_their_cosines() -> None:
    """Sentence 1 is of a river, 2 and 3 are of money."""
    cosine = recorded_meanings().cosine
    pairs = np.stack([cosine[:, 0, 1], cosine[:, 0, 2], cosine[:, 1, 2]])
    assert "One layer later the two of money lie closest, and so they stay" in lead("Two meanings of bank")
    assert pairs[:, 0].min() > 0.9
    assert pairs[:, 0].argmax() != 2
    assert (pairs[:, 1:].argmax(axis=0) == 2).all()
    assert "do not fall in every layer" in lead("Two meanings of bank")
    assert (np.diff(pairs.mean(axis=0)) > 0).any()
    said = meanings_reading(cosine)
    assert "Sentences 2 and 3 are the closest from layer 1 on." in said
    assert "falls in layer 1, 2 and 3, and" not in said
    assert "falls in layer 1, 2, 3 and 6 and rises in layer 4 and 5" in said


def cosines(*last: float) -> np.ndarray:
    found = np.ones((2, 3, 3))
    found[1, [0, 0, 1], [1, 2, 2]] = last
    return found


def test_words_that_stay_alike_are_not_said_to_part() -> None:
    assert "equally close" in meanings_finding("x", cosines(1, 1, 1))
    assert "closest from" not in meanings_reading(cosines(1, 1, 1))
    assert "mean of the three" not in meanings_reading(cosines(1, 1, 1))
    assert meanings_finding("x", cosines(0.9, 0.5, 0.7)).endswith(
        "closest in sentences 1 and 2 (0.90), farthest in 1 and 3 (0.50)"
    )


def test_every_recorded_seed_is_told_by_its_own_numbers() -> None:
    kept = recorded_parting()
    for place in range(len(kept.params.seeds)):
        said = parting_finding(kept, place)
        assert said.startswith("Equal heads stay equal")
        assert f"→ {kept.similarity[1, place, -1]:.2f}) and share the work" in said
        assert f"<b>{kept.final_loss[0, place]:.2f}</b>" in parting_reading(kept, place)
        assert "part and share the work in <b>8</b> of 8" in parting_reading(kept, place)
        assert "hardly move" in parting_reading(kept, place)


def test_heads_that_do_not_part_are_not_said_to() -> None:
    kept = recorded_parting()
    still = replace(kept, similarity=np.ones_like(kept.similarity))
    assert "stay alike too" in parting_finding(still, 0)
    lazy = replace(kept, looks=np.full_like(kept.looks, 0.4))
    assert "without sharing the work" in parting_finding(lazy, 0)
    moved = replace(kept, difference=np.ones_like(kept.difference))
    assert "stay equal" not in parting_finding(moved, 0)


@pytest.mark.parametrize("key", RECORDED_TEXTS)
def test_the_sink_is_told_as_its_model_has_it(key: str) -> None:
    record, share = recorded(key), head_scores(recorded(key)).sink
    projections = record.projections[RECORDED_TEXTS[key].layer]
    said = sink_reading(record, share, projections)
    assert ("Every query can see the first token" in said) == record.causal
    assert ("[CLS] and [SEP]" in said) == (not record.causal)
    weights = record.weights[projections.layer, :, 1:].astype(np.float64)
    lengths = np.einsum("hqk,hk->hqk", weights, projections.output_norms)
    weight, length = (part[..., 0].sum() / part.sum() for part in (weights, lengths))
    assert f"adds <b>{length:.0%}</b> of the length" in said
    assert f"takes <b>{weight:.0%}</b> of the weight" in said
    assert weight > length + 0.05
    assert "less than its weight" in said
    assert "of the length" not in sink_reading(record, share, None)
    even = replace(projections, output_norms=np.ones_like(projections.output_norms))
    assert "about as much as its weight says" in sink_reading(record, share, even)
    norms = np.ones_like(projections.output_norms)
    norms[:, 0] = 9
    assert "adds more than on another token" in sink_reading(record, share, replace(projections, output_norms=norms))


def test_the_second_copy_is_measured_without_the_word_that_begins_it() -> None:
    record = recorded("induction")
    half = len(record.tokens) // 2
    assert record.loss is not None
    first, second = record.loss[: half - 1].mean(), record.loss[half:].mean()
    said = loss_finding(record.loss, copies_of(record.token_ids.tolist()))
    assert said == f"The second copy costs {second:.1f} nats a token, the first {first:.1f}"
    assert f"{second:.2f}" != f"{record.loss[half - 1 :].mean():.2f}"
    assert loss_finding(record.loss, None).startswith(f"A loss of {record.loss.mean():.2f} nats")


def test_scores_below_zero_get_almost_nothing_in_the_figure_of_their_question() -> None:
    entry = RECORDED_TEXTS["induction"]
    taken = query_steps(recorded("induction").projections[entry.layer], entry.head, entry.query)
    assert (taken.weights[taken.raw < 0] < 0.02).all()
    assert (taken.raw[np.isfinite(taken.masked)] < 0).any()


def test_a_head_is_named_by_copies_only_where_many_tokens_come_again() -> None:
    for key in RECORDED_TEXTS:
        record, scores = recorded(key), head_scores(recorded(key))
        again = len(record.tokens) - len(set(record.token_ids.tolist()))
        for layer, head in np.ndindex(record.weights.shape[:2]):
            said = finding(scores, record, layer, head)
            named = "followed last time" in said or "same token" in said
            assert named == ("of a token that came before" in said)
            assert not named or again >= len(record.tokens) / 3
    assert "(84% of the weight of a token that came before)" in finding(
        head_scores(recorded("induction")), recorded("induction"), 18, 6
    )
    assert "first token" in finding(head_scores(recorded("sink")), recorded("sink"), 17, 5)


def test_all_of_the_mass_is_said_of_all_edges_alone() -> None:
    assert arcs_title(2, 3, 0.9961) == "2 of 3 edges carry more than 99% of the mass"
    assert arcs_title(3, 3, 1.0) == "3 of 3 edges carry 100% of the mass"
    assert arcs_title(5963, 131_328, 0.8) == "5,963 of 131,328 edges carry 80% of the mass"


def test_of_two_tokens_the_one_before_is_not_told_from_the_first() -> None:
    weights = np.tril(np.ones((1, 1, 2, 2), dtype=np.float32))
    weights[0, 0, 1] = 0.98, 0.02
    loss = np.ones(1, dtype=np.float32)
    two = replace(recorded("sink"), tokens=("a", "b"), token_ids=np.array([1, 2]), weights=weights, loss=loss)
    assert finding(head_scores(two), two, 0, 0) == "the second token gives 98% of its weight to the first"


def test_a_row_of_faint_weights_names_its_largest() -> None:
    count = 400
    record = recorded("bidirectional")
    even = np.full((1, 1, count, count), 1 / count, dtype=np.float32)
    long = replace(record, tokens=("w",) * count, token_ids=np.arange(count), weights=even)
    shown = Shown(SimpleNamespace(look=Look()), long, 0, 0, 7, hide_sink=False, whole_model=True)
    assert "gives no token as much as <b>0.005</b>, most to" in reading(shown)


def test_the_question_of_the_scores_below_zero_opens_the_figure_it_speaks_of() -> None:
    shown = next(question.show for question in QUESTIONS if "negative scores" in question.asked)
    assert shown == {**story("induction", panel="Steps"), "temperature": 100}


def test_what_the_arcs_of_a_token_carry_is_said() -> None:
    assert (
        own_arcs("x", np.array([0.5, 0.25])) == "x is the query. Its <b>2</b> blue arcs carry <b>75%</b> of its weight."
    )
    assert "Its one blue arc carries <b>100%</b>" in own_arcs("x", np.ones(1))
    assert "no arc" in own_arcs("x", np.zeros(0))

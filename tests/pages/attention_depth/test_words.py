"""What the page on attention in depth says of numbers: each wording under its condition."""

import numpy as np
import pytest

from core.attention import NextToken
from pages.architecture.attention_depth.words import (
    Effect,
    Looks,
    Ranked,
    ablated,
    ablation_sentence,
    backup_sentence,
    broken_sentence,
    cause_title,
    contribution_title,
    groups_title,
    largest,
    lens_title,
    lens_way,
    masks_title,
    moved_title,
    overlap_title,
    perplexity_in_words,
    ranking_title,
)

TOKEN = NextToken("·a", 0.5, 0.25)
HEAD = "layer 1, head 2"


@pytest.mark.parametrize(
    ("what", "temperature", "effect", "said"),
    [
        ("", 1.0, Effect(0, 0, 0), "Nothing is switched off: “·a” has probability 0.50"),
        ("", 1.0, None, "Nothing is switched off: “·a” has probability 0.50"),
        (HEAD, 1.0, Effect(0.69, 0, 0.69), f"Without {HEAD} the loss rises by 0.69 nats; “·a” goes from 0.50 to 0.25"),
        (HEAD, 1.0, Effect(-0.1, 0, -0.1), f"Without {HEAD} the loss falls by 0.10 nats; “·a” goes from 0.50 to 0.25"),
        (
            HEAD,
            1.0,
            Effect(-4e-3, 0, -4e-3),
            f"Without {HEAD} the loss moves by less than 0.005 nats; “·a” goes from 0.50 to 0.25",
        ),
        (HEAD, 1.0, Effect(0, 0, 0), f"Without {HEAD} the loss stays the same; “·a” goes from 0.50 to 0.25"),
        (HEAD, 1.0, None, f"Without {HEAD}: “·a” goes from 0.50 to 0.25"),
        ("", 0.5, Effect(0, -0.2, -0.2), "At temperature 0.5 the loss falls by 0.20 nats; “·a” goes from 0.50 to 0.25"),
        ("", 0.5, None, "At temperature 0.5: “·a” goes from 0.50 to 0.25"),
        (
            HEAD,
            2.0,
            Effect(0.69, 0.82, 1.21),
            f"Without {HEAD} alone the loss rises by 0.69 nats, at temperature 2 alone it rises by 0.82 nats, with "
            "both it rises by 1.21 nats",
        ),
        (HEAD, 2.0, None, f"Without {HEAD} and at temperature 2: “·a” goes from 0.50 to 0.25"),
    ],
    ids=str,
)
def test_each_cause_has_its_own_effect(what: str, temperature: float, effect: Effect | None, said: str) -> None:
    assert cause_title(what, temperature, effect, TOKEN) == said


def test_a_small_perplexity_has_two_decimals() -> None:
    assert [perplexity_in_words(loss) for loss in (0.17, 0.18, 6.2191)] == ["1.19", "1.20", "502.3"]


def test_the_first_head_is_said_to_matter_only_where_it_does() -> None:
    assert ranking_title("L", "zero", 0.3, None) == "L costs most when set to zero: the mean loss rises by 0.30 nats"
    assert ranking_title("L", "mean", 0.3, None).startswith("L costs most when set to its mean")
    assert ranking_title("L", "zero", -0.3, None).startswith("No head helps here")
    assert ranking_title("L", "zero", 0.001, None).startswith("No head helps here")
    assert ranking_title("L", "zero", 0.6, (-0.1, 0.5)).endswith("beyond the first: +0.50 nats against -0.10")
    assert ranking_title("L", "zero", -0.6, (0.5, -0.1)) == "No head helps the second copy more than the first"
    assert "<b>+4.57</b> nats, the second by <b>+9.63</b>" in broken_sentence("L", (4.57, 9.63))


def test_a_stand_in_is_spoken_of_only_where_a_head_is_not_missed() -> None:
    helps, idle = Looks("Layer 0, head 0", 0.8, 1.4), Looks("Layer 0, head 1", 0.6, -0.09)
    assert "may stand in" in backup_sentence([helps, idle])
    assert backup_sentence([helps, idle]).startswith("Layer 0, head 1 gives <b>0.60</b>")
    assert "all help" in backup_sentence([helps, helps])
    assert "<b>1.40</b> to <b>1.40</b>" in backup_sentence([helps])


def test_lengths_are_named_with_their_texts() -> None:
    said = contribution_title("Layer 0, head 0", 0.987, [(3.88, "here"), (40.07, "there")])
    assert said.endswith(
        "gives 99% of its weight to the first token; the length that arrives is 3.9 in here, 40.1 in there"
    )


def test_what_looks_the_same_is_a_tie() -> None:
    assert largest([0.342, 0.1, 0.338]) == [0, 2]
    assert largest([0.342, 0.1, 0.33]) == [0]


def test_what_hangs_on_the_kind_of_ablation_is_said() -> None:
    first, other = Ranked("L", 5.79), Ranked("M", 2.63)
    gone = ablation_sentence("zero", first, 0.02, other)
    assert gone.startswith("L set to its mean instead has <b>+0.02</b> nats in place of <b>+5.79</b>, and M stands")
    assert "to every token alike" in gone
    assert ablation_sentence("zero", first, 5.0, first).endswith("and still stands first.")
    assert "alike" not in ablation_sentence("zero", first, 5.0, other)
    assert "alike" not in ablation_sentence("mean", first, 0.02, other)
    assert ablation_sentence("zero", Ranked("L", 0.001), 0.02, other) == ""
    idle = Looks("L", 0.6, -0.09, 0.24)
    assert "may stand in" not in backup_sentence([idle])
    assert "with the other ablation by <b>+0.24</b>" in backup_sentence([idle])
    assert "may stand in" in backup_sentence([idle._replace(otherwise=0.001)])


def test_a_map_that_does_not_move_is_said_not_to() -> None:
    assert moved_title("token", 26, "·camera", 0.84, 0.08).startswith("Most moves at token 26, “·camera”: 84%")
    assert (
        moved_title("word", 0, "a", 0.001, 0.0) == "Less than 1% of any row's weight lies elsewhere in the second map"
    )


def test_differences_are_given_from_the_least_to_the_most() -> None:
    assert masks_title([0.0, 3e-5], [18.8, 4.1]).endswith("to 3e-05; without it they move by 4.1 to 18.8")


def test_a_head_alone_shares_nothing() -> None:
    assert groups_title(17, [3, 4, 5]) == "Layer 17: heads 3, 4, 5 read the same keys and values"
    assert groups_title(17, [3]) == "Layer 17: head 3 has keys and values of its own"


def test_no_head_is_a_choice_that_a_link_can_hold() -> None:
    assert ablated([]) == ablated(["none"]) == ablated(["L2H2", "none"]) == ["none"]
    assert ablated(["none", "L2H2"]) == ["L2H2"]
    assert ablated(["L2H2", "L1H4"]) == ["L2H2", "L1H4"]


@pytest.mark.parametrize(
    ("ranks", "said"),
    [
        ((1, 1, 1), "“·a” comes first already at the embedding, and stays there"),
        ((9, 7, 1), "“·a” comes first after the last of 2 layers, and not before"),
        ((9, 1, 2, 1), "“·a” comes first for good after 3 of 3 layers"),
        ((9, 1, 1), "“·a” comes first for good after 1 of 2 layers"),
    ],
    ids=str,
)
def test_the_lens_says_from_where_on_the_answer_stays_first(ranks: tuple[int, ...], said: str) -> None:
    assert lens_title("·a", ranks) == said


def test_a_rank_that_first_gets_worse_is_not_said_to_fall_straight() -> None:
    assert lens_way((57, 31, 1)) == "goes from <b>57</b> at the embedding to <b>1</b>, the likeliest"
    assert "over <b>31,247</b> after 1 layer to" in lens_way((3197, 31247, 1))
    assert "over <b>58</b> after 2 layers to" in lens_way((57, 31, 58, 1))
    assert lens_way((1, 1)) == "goes from <b>1</b> at the embedding to <b>1</b>, the likeliest"


def test_the_overlap_of_groups_is_a_mean_over_layers_and_says_where_it_holds() -> None:
    within, across = np.array([0.6, 0.5, 0.4]), np.array([0.5, 0.5, 0.2])
    said = overlap_title(within, across)
    assert said.startswith("Mean over layers: heads of one group share 50% of their attention, others 40%")
    assert said.endswith("a group shares more in 2 of 3 layers")
    assert overlap_title(across, within).endswith("a group shares more in 0 of 3 layers")

"""What the page of the positional encodings says of numbers: each wording under its condition."""

import numpy as np
import pytest

from core.positional import bucket_ranges, recorded_positions, sinusoidal
from pages.architecture.positional_encoding.words import (
    bias_title,
    buckets_title,
    compared_title,
    end_title,
    jump_sentence,
    kept_title,
    layouts_title,
    masked_title,
    one_color,
    open_bucket_title,
    price_title,
    projected_title,
    set_title,
    step_sentence,
    up_to,
    weights_title,
)


def test_rounding_is_said_only_where_it_is_rounding() -> None:
    spread = {"sinusoidal": 3.04, "learned": 4.26, "rope": 1e-14, "alibi": 0.0, "t5": 0.0}
    assert "3.0 for the sinusoidal code, by 4.3 for the learned table" in compared_title(spread, rounding=True)
    assert compared_title(spread, rounding=True).endswith("RoPE, ALiBi and T5 by rounding alone")
    assert compared_title({**spread, "rope": 0.5}, rounding=False).endswith("RoPE, ALiBi and T5 by up to 5.0e-01")
    del spread["learned"]
    assert "learned" not in compared_title(spread, rounding=True)


def test_a_difference_of_nothing_is_exact() -> None:
    assert up_to(0.0) == "exactly"
    assert up_to(7.4e-16) == "up to 7e-16"


@pytest.mark.parametrize("pair", [0, 1, 8, 63])
def test_the_step_of_a_pair_is_the_largest_one(pair: int) -> None:
    """The first pair moves by nearly half of its range from one token to the next, which is not little."""
    code = sinusoidal(200_000, 128)[:, 2 * pair : 2 * pair + 2]
    largest = np.abs(np.diff(code, axis=0)).max()
    said = float(step_sentence(2 * np.pi / 10_000 ** (-pair / 64)).split()[-1].rstrip("."))
    assert said == pytest.approx(largest, rel=0.06)


def test_order_is_said_to_show_only_where_it_does() -> None:
    assert masked_title(0.279, 0.291).startswith("Behind a causal mask order shows without positions: 27.9%")
    assert masked_title(0.0, 0.291).startswith("In this text the next token does not tell the order without positions")
    assert "1.2e-06 at most" in set_title(1.19e-6, 1.2)


def test_a_diagonal_of_one_color_is_counted() -> None:
    assert one_color(np.array([0.0, 0.5, 0.0]), 0.8).endswith("no diagonal but the main one is of one color")
    assert one_color(np.array([0.0, 0.5, 0.001, 0.0]), 0.8).endswith("of the other diagonals 1 of 2 show one color")
    assert one_color(np.array([0.0, 0.0]), 0.8) == "Neighbors have a mean cosine of 0.80"


def test_the_end_of_a_table_is_told_as_it_was_tried() -> None:
    tried = {511: True, 512: True, 513: False, 600: False}
    assert end_title(tried, 512) == "A text of 512 tokens is accepted, one of 513 is refused: the table has 512 rows"
    assert end_title({5: True}, 512).startswith("Every text that was tried is accepted, up to 5 tokens")
    assert end_title({600: False}, 512).startswith("Every text that was tried is refused, from 600 tokens on")
    assert end_title({500: False, 512: True}, 512).startswith("A text of 500 tokens is refused, and one of 512")


def test_the_numbers_of_a_bias_are_counted() -> None:
    said = bias_title(np.array([[0.5, -1.0], [0.25, 0.5]]))
    assert said == "3 numbers serve 4 pairs of query and key; they lie from -1.00 to 0.50"
    assert bias_title(np.full((2, 2), 0.5)) == "One number serves all 4 pairs: 0.50"


def test_a_price_within_two_errors_is_called_none() -> None:
    words = "Llama 3 at 4: perplexity 18.2, 18.0 as trained"
    assert price_title("Llama 3", 4.0, 18.18, 18.03, (0.0085, 0.0051)).startswith(
        f"{words}; within two standard errors"
    )
    assert price_title("Llama 3", 4.0, 18.18, 18.03, (0.0085, 0.004)) == words
    assert price_title("Llama 3", 4.0, 18.18, 18.03, (0.0, 0.0)) == words


def test_a_pair_that_turns_faster_is_not_kept() -> None:
    assert kept_title("a", np.array([1.0, 0.5, 0.25]), 4.0) == "a keeps 1 of 3 frequencies and divides 1 by 4 or more"
    assert kept_title("a", np.array([1.0, 4.0]), 4.0) == "a: 1 of 2 pairs turn faster than trained, by up to 4 times"
    assert kept_title("a", np.ones(2), 1.0).endswith("slows none")


def test_each_bucket_is_counted_once() -> None:
    for bidirectional, number, farthest in ((True, 32, 128), (False, 32, 128), (False, 2, 2), (True, 256, 4096)):
        ranges = bucket_ranges(bidirectional=bidirectional, num_buckets=number, max_distance=farthest)
        title = buckets_title(ranges, number)
        assert sum(int(word) for word in title.split(":")[1].split() if word.isdigit()) == number
    assert open_bucket_title(91, 91).startswith("On 91 positions no distance")
    assert open_bucket_title(91, 92).startswith("From 91 tokens on")


def test_a_difference_is_said_only_where_there_is_one() -> None:
    assert layouts_title(8.0, 8.0001).endswith("gives the same")
    assert layouts_title(8.0, 7.5).endswith("would be 7.500")
    assert projected_title(2.0, 1e-14).endswith("ends it")
    assert projected_title(1e-14, 1e-14).endswith("apart")
    assert (
        weights_title([58]) == weights_title([58, 58]) == "With equal keys, nine tenths of the weight lie on 58 tokens"
    )
    assert "5 to 58 tokens, depending" in weights_title([5, 20, 58])


def test_a_row_stands_out_of_the_table_only_where_it_is_longer_than_both_neighbors() -> None:
    assert "that of position 127." in jump_sentence(np.linalg.norm(recorded_positions(), axis=1))
    even = np.ones(64)
    assert jump_sentence(even) == ""
    assert jump_sentence(even[:20]) == ""
    one = even.copy()
    one[40] = 1.3
    assert "that of position 40." in jump_sentence(one)
    assert "to 41 tokens" in jump_sentence(one)
    one[41] = 1.3
    assert jump_sentence(one) == ""
    ends = even.copy()
    ends[[0, 63]] = 3.0
    assert jump_sentence(ends) == ""

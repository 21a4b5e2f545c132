"""How guesses become a text: against a replay by hand and on runs of a tiny model."""

import numpy as np
import pytest

from core.decoding import (
    KINDS,
    Generation,
    Jacobi,
    Lookahead,
    Method,
    PromptLookup,
    Step,
    generate,
    recorded_guesses,
    recorded_race,
    unfold,
)
from core.decoding.trees import chain
from core.decoding.unfolding import EMPTY, RIGHT, STANDS, WRONG
from core.models import CausalLM


def step(draft: tuple[int, ...], added: tuple[int, ...]) -> Step:
    accepted = tuple(range(len(added) - 1))
    nothing = (0.0,) * len(draft)
    return Step(draft, chain(len(draft)), accepted, added, nothing, nothing, 0.0, 1.0, 4)


def test_a_run_by_hand() -> None:
    steps = (step((5, 5, 7), (6,)), step((7, 7), (7, 8)), step((), (9,)))
    run = Generation(Jacobi(3), "p", 0.0, (6, 7, 8, 9), "t", steps, 3.0)
    found = unfold(run, places=10)
    assert found.token.tolist() == [[5, 5, 7, -1], [6, 7, 7, -1], [6, 7, 8, -1], [6, 7, 8, 9]]
    assert found.state.tolist() == [
        [WRONG, WRONG, WRONG, EMPTY],
        [STANDS, RIGHT, WRONG, EMPTY],
        [STANDS, STANDS, STANDS, EMPTY],
        [STANDS] * 4,
    ]
    assert unfold(run, places=2).token.tolist() == [[5, 5], [6, 7], [6, 7]]


@pytest.mark.parametrize("method", [Jacobi(6), PromptLookup(2, 4)], ids=str)
@pytest.mark.parametrize("places", [1, 9, 400])
def test_what_stands_stays(tiny: CausalLM, method: Method, places: int) -> None:
    run = generate(tiny, "abcabcab", method, max_new_tokens=20)
    found = unfold(run, places=places)
    stands = found.state == STANDS
    assert stands[-1].all()
    assert not (stands[:-1] & ~stands[1:]).any()
    text = np.array(run.token_ids[:places])
    for row, state in zip(found.token, found.state, strict=True):
        right = (state == STANDS) | (state == RIGHT)
        np.testing.assert_array_equal(row[right], text[right])
        assert (row[state == WRONG] != text[state == WRONG]).all()
        assert (row[state == EMPTY] == -1).all()


def test_an_empty_text_has_one_row_and_no_place(tiny: CausalLM) -> None:
    assert unfold(generate(tiny, "abc", Jacobi(), max_new_tokens=0), places=5).token.shape == (1, 0)


def test_a_tree_is_refused(tiny: CausalLM) -> None:
    run = generate(tiny, "abcabcab", Lookahead(), max_new_tokens=20)
    with pytest.raises(ValueError, match="chain"):
        unfold(run, places=12)


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_recorded_guesses_end_in_the_greedy_text(kind: str) -> None:
    run = recorded_guesses(kind)
    assert run.method == Jacobi(8)
    assert run.token_ids == recorded_race(kind).reference.token_ids[: len(run.token_ids)]
    assert all(step.draft for step in run.steps[:-1])

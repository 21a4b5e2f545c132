"""How guesses become a text, call by call and place by place. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from core.decoding.generation import Generation
from core.decoding.trees import chain

EMPTY, WRONG, RIGHT, STANDS = range(4)


@dataclass(frozen=True, eq=False)
class Unfolding:
    """What stands or is guessed at each place of a text before each call; the last row is the text itself.

    Args:
        token: token ids; -1 where nothing is guessed.
        state: `EMPTY`, `WRONG` or `RIGHT` for a guess, by what is written there in the end, or `STANDS`.
    """

    token: Int[np.ndarray, "row place"]
    state: Int[np.ndarray, "row place"]


def unfold(run: Generation, *, places: int) -> Unfolding:
    """The first places of a text, row by row until all of them stand.

    Args:
        run: by a method whose drafts are chains.
        places: at most so many; a shorter text has fewer.

    Raises:
        ValueError: for a draft that is a tree.

    Invariant: once a place stands, it stands in all rows below, with the same token; in the last row all stand.
    """
    places = min(places, len(run.token_ids))
    text = np.array(run.token_ids[:places], np.int64)
    rows: list[np.ndarray] = []
    states: list[np.ndarray] = []
    written = 0
    for step in run.steps:
        if step.parent != chain(len(step.draft)):
            raise ValueError("the draft of each call must be a chain; got a tree")
        if written >= places:
            break
        guessed = min(written + len(step.draft), places)
        token = np.full(places, -1, np.int64)
        token[:written] = text[:written]
        token[written:guessed] = step.draft[: guessed - written]
        state = np.where(token == text, RIGHT, WRONG)
        state[:written], state[guessed:] = STANDS, EMPTY
        rows.append(token)
        states.append(state)
        written += len(step.added)
    return Unfolding(np.array([*rows, text]), np.array([*states, np.full(places, STANDS)]))

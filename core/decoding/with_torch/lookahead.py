"""Lookahead decoding: a window of Jacobi guesses that yields n-grams, and the n-grams tried beside it."""

from collections.abc import Sequence, Set

import numpy as np
from jaxtyping import Float
from torch import Tensor

from core.decoding.methods import Lookahead
from core.decoding.with_torch.drafts import Proposal, Silent


class LookaheadDrafter(Silent):
    """Proposes known n-grams that begin with the last token, and a window of guesses further ahead.

    The window has up to N - 1 levels of W guesses. The guess of level k in column j stands j + k + 1 places after the
    text. It follows level k - 1 of its column; those of level 0 follow each other. What the target writes after the
    newest level becomes the next level. The oldest guess of a column, those above it and the new one form an n-gram.

    Args:
        method: sizes of the window and of the pool.
        rng: draws the first guesses from the tokens of the text.
        end: tokens that end a text; no guess stands behind them.
    """

    def __init__(self, method: Lookahead, rng: np.random.Generator, end: Set[int]) -> None:
        self.method, self.rng, self.end = method, rng, end
        self.levels: list[list[int]] = []
        self.pool: dict[int, list[tuple[int, ...]]] = {}
        self._newest: list[int] = []
        self._known: list[int] = []

    def propose(self, ids: Sequence[int], room: int) -> Proposal:
        """A tree of the n-grams, then the window's levels; without the window where the text is about to end."""
        self._newest = []
        self._known = [token for token in ids if token not in self.end]
        if not self._known:
            return Proposal()
        self.levels = self.levels or [self._drawn(self.method.window)]
        tokens: list[int] = []
        parent: list[int] = []
        self._add_ngrams(self.pool.get(ids[-1], []), room, tokens, parent)
        if room >= self.method.window + len(self.levels) - 1:
            self._add_window(tokens, parent)
        return Proposal(tuple(tokens), tuple(parent), (float("nan"),) * len(tokens))

    def hear(self, proposal: Proposal, path: Sequence[int], logits: Float[Tensor, "row vocab"]) -> None:
        """Takes what the target wrote after the newest level, and moves the window on with the text."""
        if not self._newest:
            return
        said = logits.argmax(-1).tolist()
        written = [said[place + 1] for place in self._newest]
        moved = len(path) + 1
        if len(self.levels) == self.method.ngram - 1:
            for column, token in enumerate(written):
                self._remember([*(level[column] for level in self.levels), token])
            del self.levels[0]
            moved -= 1
        self.levels.append([self._drawn(1)[0] if token in self.end else token for token in written])
        moved = min(moved, self.method.window)
        self.levels = [level[moved:] + self._drawn(moved) for level in self.levels]

    def _add_ngrams(self, ngrams: Sequence[tuple[int, ...]], room: int, tokens: list[int], parent: list[int]) -> None:
        """Adds n-grams as branches from the text; shared beginnings are read once."""
        places: dict[tuple[int, int], int] = {}
        for ngram in ngrams:
            above = -1
            for token in ngram[:room]:
                if (above, token) not in places:
                    places[above, token] = len(tokens)
                    tokens.append(token)
                    parent.append(above)
                above = places[above, token]

    def _add_window(self, tokens: list[int], parent: list[int]) -> None:
        """Adds the levels; the places of the newest are kept, as the target's words after it are the next level."""
        above = list(range(len(tokens) - 1, len(tokens) + self.method.window - 1))
        above[0] = -1
        for level in self.levels:
            self._newest = list(range(len(tokens), len(tokens) + len(level)))
            tokens += level
            parent += above
            above = self._newest

    def _remember(self, ngram: Sequence[int]) -> None:
        """Puts an n-gram first among those with its first token; the oldest gives way."""
        kept = self.pool.setdefault(ngram[0], [])
        rest = tuple(ngram[1:])
        if rest in kept:
            kept.remove(rest)
        kept.insert(0, rest)
        del kept[self.method.guesses :]

    def _drawn(self, count: int) -> list[int]:
        """Tokens of the text, drawn at random: a window needs some guess to begin with."""
        return [self._known[place] for place in self.rng.integers(len(self._known), size=count)]

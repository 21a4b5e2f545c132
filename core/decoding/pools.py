"""The pool of n-grams that lookahead decoding keeps, call by call. Needs no torch."""

from dataclasses import dataclass

Ngram = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PoolCall:
    """The pool before one call of lookahead decoding, and what the call made of it.

    Args:
        last: the text's last token before the call.
        pool: all n-grams known by then, those of one first token together, the newest of them first.
        tried: those of the pool that begin with `last`, without it.
        accepted: the guesses that joined the text.
        added: the tokens that the call gave.
    """

    last: int
    pool: tuple[Ngram, ...]
    tried: tuple[Ngram, ...]
    accepted: Ngram
    added: Ngram

    @property
    def used(self) -> Ngram | None:
        """The n-gram, with its first token, that gave all that was accepted; None where none did."""
        if not self.accepted:
            return None
        of = len(self.accepted)
        return next(((self.last, *tail) for tail in self.tried if tail[:of] == self.accepted), None)

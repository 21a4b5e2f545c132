"""Those who propose: each looks at the text so far and says how it may go on."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from core.decoding.methods import DraftModel, EarlyExit, Jacobi, Medusa, PromptLookup
from core.decoding.ngrams import lookup
from core.decoding.sampling import draw
from core.decoding.trees import best_tree, chain
from core.decoding.with_torch.parts import Exit, SmallDraft, medusa_heads
from core.decoding.with_torch.target import Target

Probs = Float[np.ndarray, "vocab"]


@dataclass(frozen=True, eq=False)
class Proposal:
    """A draft: tokens, the tree they form, and the law they were drawn from.

    Args:
        tokens: the guesses.
        parent: by guess, the guess it follows, or -1.
        prob: by guess, the draft's own probability; NaN where it has none.
        laws: by guess, the distribution it was drawn from; empty where guesses were not drawn.
    """

    tokens: tuple[int, ...] = ()
    parent: tuple[int, ...] = ()
    prob: tuple[float, ...] = ()
    laws: tuple[Probs, ...] = ()

    def up_to(self, end: Set[int]) -> "Proposal":
        """The draft without the guesses that follow a token in `end`: none of them could be kept."""
        place = {-1: -1}
        for node, parent in enumerate(self.parent):
            if parent in place and (parent < 0 or self.tokens[parent] not in end):
                place[node] = len(place) - 1
        kept = list(place)[1:]
        return Proposal(
            tuple(self.tokens[node] for node in kept),
            tuple(place[self.parent[node]] for node in kept),
            tuple(self.prob[node] for node in kept),
            tuple(self.laws[node] for node in kept) if self.laws else (),
        )


@runtime_checkable
class Drafter(Protocol):
    """Proposes, and hears what became of it."""

    def propose(self, ids: Sequence[int], room: int) -> Proposal:
        """A draft of at most `room` tokens in depth after the text `ids`."""

    def hear(self, proposal: Proposal, path: Sequence[int], logits: Float[Tensor, "row vocab"]) -> None:
        """Is told which guesses were accepted, and the target's logits after the text and after each guess."""


class Silent:
    """Proposes nothing: one token for each call."""

    def propose(self, ids: Sequence[int], room: int) -> Proposal:
        """An empty draft."""
        return Proposal()

    def hear(self, proposal: Proposal, path: Sequence[int], logits: Float[Tensor, "row vocab"]) -> None:
        """Learns nothing."""


class LookupDrafter(Silent):
    """Proposes what followed when the last tokens stood in the text before."""

    def __init__(self, method: PromptLookup) -> None:
        self.method = method

    def propose(self, ids: Sequence[int], room: int) -> Proposal:
        """What followed the latest copy of the last tokens."""
        found = lookup(ids, ngram=self.method.ngram, window=min(self.method.window, room))
        return Proposal(tuple(found), chain(len(found)), (float("nan"),) * len(found))


class Chooser:
    """Takes a token from a draft's logits: the likeliest at temperature 0, else one drawn from their law.

    Args:
        temperature: 0 or above.
        rng: the source of chance.
        vocabulary: the full-vocabulary id of each logit, for a draft that knows few tokens; None for all.
        size: of the full vocabulary.
    """

    def __init__(self, temperature: float, rng: np.random.Generator, vocabulary: Tensor | None, size: int) -> None:
        self.temperature, self.rng, self.size = temperature, rng, size
        self.vocabulary = None if vocabulary is None else vocabulary.numpy()

    def choose(self, logits: Float[Tensor, "known"]) -> tuple[int, float, Probs | None]:
        """(token, its probability, the law over the full vocabulary or None at temperature 0)."""
        if self.temperature == 0:
            place = int(logits.argmax())
            return self._full(place), float(torch.softmax(logits.float(), -1)[place]), None
        known = torch.softmax(logits.double() / self.temperature, -1).numpy()
        place = draw(known, self.rng)
        law = known
        if self.vocabulary is not None:
            law = np.zeros(self.size)
            law[self.vocabulary] = known
        return self._full(place), float(known[place]), law

    def _full(self, place: int) -> int:
        return place if self.vocabulary is None else int(self.vocabulary[place])


class _Stepwise(Silent):
    """Drafts token by token, each from the logits after the one before, up to a token in `end`."""

    def __init__(self, window: int, chooser: Chooser, end: Set[int]) -> None:
        self.window, self.chooser, self.end = window, chooser, end

    def _chain(self, first: Sequence[int], room: int) -> Proposal:
        tokens: list[int] = []
        probs: list[float] = []
        laws: list[Probs] = []
        new = first
        for _ in range(min(self.window, room)):
            token, prob, law = self.chooser.choose(self._after(new))
            tokens.append(token)
            probs.append(prob)
            laws += [] if law is None else [law]
            new = [token]
            if token in self.end:
                break
        return Proposal(tuple(tokens), chain(len(tokens)), tuple(probs), tuple(laws))

    def _after(self, tokens: Sequence[int]) -> Float[Tensor, "known"]:
        raise NotImplementedError


class ExitDrafter(_Stepwise):
    """Drafts with the target's first layers; their keys and values serve the verification too."""

    def __init__(self, method: EarlyExit, target: Target, exit_: Exit, chooser: Chooser, end: Set[int]) -> None:
        super().__init__(method.window, chooser, end)
        self.layer, self.target, self.exit = method.layer, target, exit_

    def propose(self, ids: Sequence[int], room: int) -> Proposal:
        """A chain, read off after the layer of the exit."""
        return self._chain(ids[self.target.length :], room)

    def _after(self, tokens: Sequence[int]) -> Float[Tensor, "known"]:
        return self.exit(self.target.read_below(tokens, self.layer)[0, -1])


class ModelDrafter(_Stepwise):
    """Drafts with a model of its own, which keeps its own cache."""

    def __init__(self, method: DraftModel, draft: SmallDraft, chooser: Chooser, end: Set[int]) -> None:
        super().__init__(method.window, chooser, end)
        self.reader = Target(draft.lm)
        self.read: list[int] = []

    def propose(self, ids: Sequence[int], room: int) -> Proposal:
        """A chain of the draft model's own tokens."""
        shared = 0
        while shared < min(len(self.read), len(ids) - 1) and self.read[shared] == ids[shared]:
            shared += 1
        self.reader.rewind(shared)
        del self.read[shared:]
        return self._chain(ids[shared:], room)

    def _after(self, tokens: Sequence[int]) -> Float[Tensor, "known"]:
        self.read += tokens
        return self.reader.read(tokens)[-1]


class MedusaDrafter(Silent):
    """Proposes a tree of the heads' likeliest guesses, from the hidden state of the last accepted token."""

    def __init__(self, method: Medusa, target: Target) -> None:
        self.heads = medusa_heads(target.lm)
        self.target = target
        self.tree = best_tree([row[: method.top_k] for row in self.heads.accuracy], nodes=method.nodes)
        self.top_k = method.top_k
        self.state: Float[Tensor, "d"] | None = None

    def propose(self, ids: Sequence[int], room: int) -> Proposal:
        """The tree, cut at `room` levels; nothing before the target's first call."""
        if self.state is None:
            return Proposal()
        logits = self.heads(self.state)
        top = torch.softmax(logits.float(), -1).topk(self.top_k)
        guesses = self.heads.vocabulary[top.indices].tolist()
        tree = self.tree
        kept = [node for node, depth in enumerate(tree.depth) if depth < room]
        place = {node: new for new, node in enumerate(kept)} | {-1: -1}
        return Proposal(
            tuple(guesses[tree.depth[node]][tree.rank[node]] for node in kept),
            tuple(place[tree.parent[node]] for node in kept),
            tuple(float(top.values[tree.depth[node], tree.rank[node]]) for node in kept),
        )

    def hear(self, proposal: Proposal, path: Sequence[int], logits: Float[Tensor, "row vocab"]) -> None:
        """Keeps the hidden state after the last accepted token: the heads read from there."""
        self.state = self.target.hidden[path[-1] + 1 if path else 0]


class JacobiDrafter(Silent):
    """Proposes its last guesses as the target corrected them."""

    def __init__(self, method: Jacobi) -> None:
        self.method = method
        self.guesses: list[int] = []

    def propose(self, ids: Sequence[int], room: int) -> Proposal:
        """Guesses for the whole window, filled up with the last one."""
        window = min(self.method.window, room)
        guesses = (self.guesses or [ids[-1]])[:window]
        guesses += [guesses[-1]] * (window - len(guesses)) if guesses else []
        return Proposal(tuple(guesses), chain(len(guesses)), (float("nan"),) * len(guesses))

    def hear(self, proposal: Proposal, path: Sequence[int], logits: Float[Tensor, "row vocab"]) -> None:
        """Takes the target's corrections as the next guesses."""
        self.guesses = logits.argmax(-1).tolist()[len(path) + 1 :]

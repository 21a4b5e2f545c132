"""A grammar of 96 prompts, each scored wholly on 60 reviews, so that the best of all is known. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from jaxtyping import Bool, Float, Int

from core.checks import Check
from core.numbers import whole

Wording = tuple[str, str, str, str]
"""A prompt of the grammar: its instruction, the place of the review, the cue, and its two labels."""

INSTRUCTIONS = ("", "Classify the review.", "How does the writer feel?", "You are a careful critic.")
PLACES = ("{}", "Review: {}", "“{}”")
CUES = ("Sentiment:", "Answer:", "The review is", "All in all, it was")
LABELS = ("positive / negative", "good / bad")
SLOTS: tuple[tuple[str, ...], ...] = (INSTRUCTIONS, PLACES, CUES, LABELS)
SLOT_NAMES = ("instruction", "place of the review", "cue", "labels")

GRAMMAR: tuple[Wording, ...] = tuple(product(INSTRUCTIONS, PLACES, CUES, LABELS))
"""Every prompt, in the order in which the slots vary, the last fastest."""

HELD_OUT = 30
"""Reviews that no search ever sees; as many are there to score with."""

GOOD = (
    "A warm and funny film that I would gladly see again.",
    "The food was fresh and the waiter could not do enough for us.",
    "I finished the book in one night and wished it were longer.",
    "Great sound, and the battery lasts for days.",
    "The room was spotless and the view took my breath away.",
    "Every song on this record is a small wonder.",
    "It arrived early and works exactly as promised.",
    "The actors shine and the story moves fast.",
    "Our guide knew everything and made us laugh all day.",
    "The best coffee in town, served with a smile.",
    "My kids love this game and so do I.",
    "A clever plot with an ending that surprised me.",
    "The shoes fit perfectly and look even better than in the picture.",
    "They repaired my bike in an hour and charged almost nothing.",
    "Light, fast and easy to use.",
    "The soup tasted like my grandmother's.",
    "I have never slept so well in a hotel.",
    "A beautiful album that grows with each hearing.",
    "The course is clear, patient and worth every minute.",
    "This little camera takes stunning pictures.",
    "The staff went out of their way to help us.",
    "I laughed from the first scene to the last.",
    "It is comfortable, strong and well made.",
    "The museum is a joy for young and old.",
    "What a delightful evening, we will be back.",
    "The lamp gives a lovely soft light.",
    "A moving story, told with great care.",
    "The pizza was crisp, hot and full of flavor.",
    "Setting it up took two minutes and it just works.",
    "The garden is a quiet paradise.",
)
BAD = (
    "A dull and endless film that I left halfway through.",
    "The food was cold and the waiter ignored us.",
    "I gave up on the book after thirty pages.",
    "Tinny sound, and the battery died within an hour.",
    "The room was dirty and smelled of smoke.",
    "Every song on this record sounds the same.",
    "It arrived late and broke on the first day.",
    "The actors mumble and the story goes nowhere.",
    "Our guide was rude and got lost twice.",
    "The worst coffee in town, served with a sneer.",
    "My kids were bored with this game and so was I.",
    "A silly plot with an ending that makes no sense.",
    "The shoes pinch and fell apart in a week.",
    "They kept my bike for a month and charged a fortune.",
    "Heavy, slow and impossible to use.",
    "The soup tasted like dishwater.",
    "I have never slept so badly in a hotel.",
    "A tired album that I will not play again.",
    "The course is muddled, rushed and a waste of money.",
    "This little camera takes blurry pictures.",
    "The staff could not be bothered to help us.",
    "I yawned from the first scene to the last.",
    "It is uncomfortable, weak and badly made.",
    "The museum is a bore for young and old.",
    "What a miserable evening, we will never be back.",
    "The lamp flickers and gives me a headache.",
    "A hollow story, told without any care.",
    "The pizza was soggy, burnt and without flavor.",
    "Setting it up took two days and it still fails.",
    "The garden is a noisy ruin.",
)
REVIEWS: tuple[str, ...] = tuple(review for pair in zip(GOOD, BAD, strict=True) for review in pair)
"""Thirty that praise and thirty that complain, in turn, written for this page."""

TRUTH: Bool[np.ndarray, "item"] = np.tile([True, False], len(GOOD))
"""Whether each review praises."""


def prompt_text(wording: Wording, review: str) -> str:
    """The prompt as it is sent: the instruction on a line of its own, the review in its place, the cue on the last."""
    instruction, place, cue, _ = wording
    head = f"{instruction}\n" if instruction else ""
    return f"{head}{place.format(review)}\n{cue}"


def answers_of(wording: Wording) -> tuple[str, str]:
    """The two completions that are compared, the praising one first, each with the space before it."""
    praise, complaint = wording[3].split(" / ")
    return f" {praise}", f" {complaint}"


@dataclass(frozen=True)
class Deal:
    """Reviews that a search scores with, and reviews that it never sees."""

    scored: Int[np.ndarray, "scored"]
    held_out: Int[np.ndarray, "held_out"]


def deal_reviews(count: int, seed: int) -> Deal:
    """Deals the reviews: half of them held out, and the first `count` of the other half to score with.

    Args:
        count: 2 to 30. seed: of the deal, at least 0.

    Raises:
        ValueError: for a number out of its range.

    Invariants: no review is on both sides; both hold as many that praise as that complain, up to one for an odd count;
    with one seed a larger count adds reviews and takes none away.
    """
    most = len(REVIEWS) - HELD_OUT
    whole("count", count, 2, most)
    rng = np.random.default_rng(whole("seed", seed, 0))
    praise, complaint = (rng.permutation(np.flatnonzero(said == TRUTH)) for said in (True, False))
    # Dealt in turn, so that every beginning of the order is balanced.
    order = np.stack([praise, complaint], axis=1).ravel()
    return Deal(order[:count], order[most:])


@dataclass(frozen=True, eq=False)
class Landscape:
    """What the model says of every review under every prompt of the grammar.

    Args:
        log_probs: log p(label | prompt with the review), in nats, [prompt item label], the praising label first.
        pieces: for each prompt with the first review, its tokens as a person reads them.
        model: the name of the model.
        seconds: of processor that scoring took.
    """

    log_probs: Float[np.ndarray, "96 60 2"]
    pieces: tuple[tuple[str, ...], ...]
    model: str
    seconds: float

    @cached_property
    def log_odds(self) -> Float[np.ndarray, "96 60"]:
        """log p(praise) - log p(complaint), in nats, [prompt item]."""
        found: Float[np.ndarray, "96 60"] = np.asarray(self.log_probs[..., 0] - self.log_probs[..., 1])
        return found

    @cached_property
    def right(self) -> Bool[np.ndarray, "96 60"]:
        """Whether the likelier label is the true one, [prompt item]."""
        return np.asarray((self.log_odds > 0) == TRUTH)

    def accuracies(self, items: Int[np.ndarray, "some"]) -> Float[np.ndarray, "96"]:
        """The share of some reviews that each prompt gets right."""
        shares: Float[np.ndarray, "96"] = self.right[:, items].mean(axis=1)
        return shares

    def scores(self, items: Int[np.ndarray, "some"]) -> dict[Wording, float]:
        """The same, prompt by prompt, as `search` takes it."""
        return dict(zip(GRAMMAR, self.accuracies(items).tolist(), strict=True))

    @cached_property
    def one_sided(self) -> Float[np.ndarray, "96"]:
        """The share of the label that a prompt gives most often, over all reviews."""
        praised = (self.log_odds > 0).mean(axis=1)
        return np.asarray(np.maximum(praised, 1 - praised))


@dataclass(frozen=True, eq=False)
class Optimism:
    """Choosing the best of all prompts on few items: what it scores there, and what it has on the others.

    Args:
        counts: items that were scored with. seen, held_out: mean over deals [count]. spread: standard deviation of the
            held-out accuracy over deals [count]. deals: how many.
    """

    counts: Int[np.ndarray, "count"]
    seen: Float[np.ndarray, "count"]
    held_out: Float[np.ndarray, "count"]
    spread: Float[np.ndarray, "count"]
    deals: int


def optimism(landscape: Landscape, counts: Sequence[int], *, deals: int = 200) -> Optimism:
    """Chooses the prompt with the best score on the first `count` reviews of many deals; ties share alike.

    Where several prompts score best, the held-out accuracy is the mean over them, which is what a fair draw expects.

    Args:
        counts: each 2 to 30. deals: how often the reviews are dealt, with the seeds 0, 1, ...
    """
    seen, held = np.empty((deals, len(counts))), np.empty((deals, len(counts)))
    for deal in range(deals):
        order = deal_reviews(len(REVIEWS) - HELD_OUT, deal)
        cumulative = landscape.right[:, order.scored].cumsum(axis=1)
        outside = landscape.accuracies(order.held_out)
        for place, count in enumerate(counts):
            score = cumulative[:, count - 1]
            best = score == score.max()
            seen[deal, place], held[deal, place] = score.max() / count, outside[best].mean()
    return Optimism(np.array(counts), seen.mean(axis=0), held.mean(axis=0), held.std(axis=0), deals)


@dataclass(frozen=True, slots=True)
class WordingParams:
    """A prompt of the grammar that is to be scored again.

    Args:
        place: in GRAMMAR, from 0.

    Raises:
        ValueError: for a place out of range.
    """

    place: int

    def __post_init__(self) -> None:
        whole("place", self.place, 0, len(GRAMMAR) - 1)


@dataclass(frozen=True, eq=False)
class WordingScores:
    """One prompt on all reviews, scored again.

    Args:
        place: in GRAMMAR. log_probs: as in Landscape, [item label]. seconds: of processor.
    """

    place: int
    log_probs: Float[np.ndarray, "60 2"]
    seconds: float

    def check(self, landscape: Landscape) -> Check:
        """The log-probabilities that the model gives now are the recorded ones, within what float32 and batches do."""
        error = float(np.abs(self.log_probs - landscape.log_probs[self.place]).max())
        return Check("Log-probabilities of this prompt from the model, against the recorded ones", error, 1e-3, "nats")

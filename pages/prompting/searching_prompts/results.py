"""What the page on searching prompts keeps between runs."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from components.results import shared
from core.numbers import wilson
from core.prompting import (
    GRAMMAR,
    METHODS,
    REVIEWS,
    TRUTH,
    Deal,
    Landscape,
    Optimism,
    Search,
    Solved,
    Wording,
    answers_of,
    deal_reviews,
    exact_share,
    expected_best,
    optimism,
    picture_tasks,
    recorded_landscape,
    recorded_pictures,
    recorded_proposals,
    recorded_tasks,
    search,
    solve,
)

RACES = 40
"""Deals and seeds over which the methods are compared."""


def key_of(method: str) -> str:
    """The method as `core.prompting.search` names it."""
    return method.replace(" ", "_")


METHOD_NAMES: tuple[str, ...] = tuple(name.replace("_", " ") for name in METHODS)


@dataclass(frozen=True, eq=False)
class Found:
    """A search on the grammar, and what its prompts have on held-out reviews.

    Args:
        search: what was tried. asked: how often a score was asked for.
        deal: the reviews on both sides. table: the score of every prompt. held_out: each prompt's held-out accuracy.
    """

    search: Search[Wording]
    asked: int
    deal: Deal
    table: dict[Wording, float]
    held_out: dict[Wording, float]

    @property
    def optimum(self) -> float:
        """The best score of all 96."""
        return max(self.table.values())

    @cached_property
    def best(self) -> list[Wording]:
        """The best prompt so far after each evaluation."""
        return [self.search.best_after(count + 1) for count in range(len(self.search.tried))]

    @cached_property
    def kept(self) -> np.ndarray:
        """The held-out accuracy of the best prompt so far [evaluation]."""
        return np.array([self.held_out[wording] for wording in self.best])

    @cached_property
    def bands(self) -> np.ndarray:
        """Wilson's 95 % interval of it [evaluation 2]."""
        count = len(self.deal.held_out)
        return np.array([wilson(round(share * count), count) for share in self.kept])

    @property
    def first_at_optimum(self) -> int | None:
        """The evaluation that first had the best score of all, from 1; None where none had."""
        return next((at + 1 for at, score in enumerate(self.search.history) if score == self.optimum), None)


@shared(megabytes=4, size=lambda found: 20_000)
def found_by(method: str, budget: int, items: int, seed: int, deal: int) -> Found:
    """A search with these controls; the score function counts how often it is asked."""
    landscape, dealt = recorded_landscape(), deal_reviews(items, deal)
    table, asked = landscape.scores(dealt.scored), []

    def ask(wording: Wording) -> float:
        asked.append(wording)
        return table[wording]

    run = search(key_of(method), ask, budget=budget, seed=seed, candidates=GRAMMAR)
    return Found(run, len(asked), dealt, table, landscape.scores(dealt.held_out))


SCORED, HELD, UNUSED = "scored", "held out", "not used"
SIDES = (SCORED, HELD, UNUSED)
"""Where a review was dealt to."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model answers to a review under a prompt.

    Args:
        review: its text. praises: whether it does. truth, answer: the right label and the likelier one.
        log_odds: log p(praising label) - log p(complaining label), in nats. side: one of SIDES.
    """

    review: str
    praises: bool
    truth: str
    answer: str
    log_odds: float
    side: str

    @property
    def right(self) -> bool:
        """Whether the answer is the truth."""
        return self.answer == self.truth


def replies_to(wording: Wording, deal: Deal) -> tuple[Reply, ...]:
    """The answers to all reviews under a prompt of the grammar, in the order of the reviews."""
    praise, complaint = (answer.strip() for answer in answers_of(wording))
    sides = dict.fromkeys(deal.scored.tolist(), SCORED) | dict.fromkeys(deal.held_out.tolist(), HELD)
    odds = landscape().log_odds[GRAMMAR.index(wording)].tolist()
    return tuple(
        Reply(
            review,
            bool(praises),
            praise if praises else complaint,
            praise if value > 0 else complaint,
            value,
            sides.get(item, UNUSED),
        )
        for item, (review, praises, value) in enumerate(zip(REVIEWS, TRUTH, odds, strict=True))
    )


@dataclass(frozen=True, eq=False)
class Race:
    """Every method over many deals.

    Args:
        history: the best score so far [method run evaluation]. held_out: of the last best prompt [method run].
        reached: whether the best score of all was reached [method run]. optimum: of each deal [run].
    """

    history: np.ndarray
    held_out: np.ndarray
    reached: np.ndarray
    optimum: np.ndarray


@shared(megabytes=4, size=lambda race: 2 * race.history.nbytes)
def race_of(budget: int, items: int) -> Race:
    """All methods with equal budgets; run r deals the reviews and draws with seed r."""
    runs = [[found_by(method, budget, items, run, run) for run in range(RACES)] for method in METHOD_NAMES]
    return Race(
        np.array([[one.search.history for one in row] for row in runs]),
        np.array([[one.kept[-1] for one in row] for row in runs]),
        np.array([[one.first_at_optimum is not None for one in row] for row in runs]),
        np.array([one.optimum for one in runs[0]]),
    )


COUNTS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30)
"""Numbers of reviews at which optimism is shown."""


@shared(megabytes=1, size=lambda found: 2000)
def optimism_of() -> Optimism:
    """Choosing the best of all on few reviews, over 200 deals."""
    return optimism(landscape(), COUNTS)


def landscape() -> Landscape:
    """The recorded scores."""
    return recorded_landscape()


@shared(megabytes=4, size=lambda found: 20_000)
def solved(before: bytes, after: bytes, query: bytes, pairs: int) -> Solved:
    """What the recorded network makes of one query; pictures as bytes of int64."""
    first, second = (np.frombuffer(part, dtype=np.int64).reshape(1, pairs, 12, 12) for part in (before, after))
    asked = np.frombuffer(query, dtype=np.int64).reshape(1, 12, 12)
    return solve(recorded_pictures().network, first, second, asked)


@shared(megabytes=1, size=lambda share: 100)
def share_now(operation: str, pairs: int) -> float:
    """The recorded network's exact share on the recorded tasks of an operation, asked anew."""
    return exact_share(recorded_pictures().network, recorded_tasks(operation, pairs))


@shared(megabytes=1, size=lambda change: 100)
def turned(operation: str, number: int) -> float:
    """The largest change of a probability when the two pairs of a task change places."""
    tasks, network = picture_tasks([operation], 1, 2, number), recorded_pictures().network
    one = solve(network, tasks.before, tasks.after, tasks.query)
    other = solve(network, tasks.before[:, ::-1], tasks.after[:, ::-1], tasks.query)
    return float(np.abs(one.probs - other.probs).max())


@dataclass(frozen=True, eq=False)
class Proposed:
    """The language model as proposer, on its own deals.

    Args:
        history: the best score so far [arm run evaluation], arms as in ARMS.
        blind: what drawing blindly expects on the same deals [run evaluation].
    """

    history: np.ndarray
    blind: np.ndarray


@shared(megabytes=1, size=lambda found: 2 * found.history.nbytes)
def proposed() -> Proposed:
    """The recorded proposals, scored by the recorded landscape."""
    found = recorded_proposals()
    runs, most = found.tried.shape[1:]
    scores = np.stack([landscape().accuracies(deal_reviews(found.items, run).scored) for run in range(runs)])
    return Proposed(found.history(scores), np.stack([expected_best(row, most) for row in scores]))

"""The task: does the main clause praise? Reviews of meals to learn from, reviews of stories as the shift."""

from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from core.numbers import whole

CLASSES = ("blames", "praises")
"""The labels 0 and 1."""

TRAIN, VALIDATION, TEST = 160, 80, 150
"""Examples that a run learns from, that choose its learning rate, and that measure it, in each domain."""

VALIDATION_SEED, TEST_SEED, SHIFT_SEED = 70_001, 70_002, 70_003


@dataclass(frozen=True, slots=True)
class Domain:
    """The words of one kind of review: what is judged, and words of praise and of blame."""

    things: tuple[str, ...]
    praise: tuple[str, ...]
    blame: tuple[str, ...]


MEALS = Domain(
    things=("soup", "bread", "salad", "coffee", "dessert", "fish", "sauce", "rice", "waiter", "menu", "pasta", "table"),
    praise=("tasty", "fresh", "excellent", "lovely", "delicious", "warm", "generous", "pleasant"),
    blame=("bland", "stale", "awful", "cold", "salty", "greasy", "tiny", "disgusting"),
)

STORIES = Domain(
    things=("plot", "ending", "hero", "music", "dialogue", "cast", "novel", "camera", "villain", "chapter", "script",
            "scene"),
    praise=("gripping", "funny", "moving", "clever", "brilliant", "convincing", "witty", "charming"),
    blame=("dull", "confusing", "silly", "weak", "boring", "predictable", "clumsy", "shallow"),
)  # fmt: skip

FORMS = ("The {minor}, but the {main}.", "Although the {minor}, the {main}.", "The {main}, although the {minor}.")
"""Where the main clause stands: its verdict counts, and the other clause always says the opposite."""


PROMPT = " Overall, I was"
"""What stands behind each text when a model reads it: at its end a model has to know the verdict."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its label, a place in CLASSES."""

    text: str
    label: int


def draw_examples(domain: Domain, count: int, seed: int, *, without: Set[str] = frozenset()) -> tuple[Example, ...]:
    """Reviews of two clauses, one of praise and one of blame, in one of three forms.

    Args:
        domain: whose words.
        count: of different texts, 2 to 2,000; half of them have each label.
        seed: of the draw, from 0.
        without: texts that must not be drawn.

    Raises:
        ValueError: for a count or a seed outside its range.

    Invariant: the same arguments give the same examples; a bag of their words tells nothing of the label.
    """
    whole("count", count, 2, 2000)
    whole("seed", seed, 0, 2**32 - 1)
    rng = np.random.default_rng(seed)
    found: dict[str, int] = {}
    while len(found) < count:
        label = len(found) % len(CLASSES)
        text = _review(domain, label, rng)
        if text not in without:
            found.setdefault(text, label)
    order = rng.permutation(count)
    examples = [Example(text, label) for text, label in found.items()]
    return tuple(examples[place] for place in order)


def _review(domain: Domain, label: int, rng: np.random.Generator) -> str:
    first, second = rng.choice(len(domain.things), size=2, replace=False)
    form = FORMS[rng.integers(len(FORMS))]
    return form.format(
        main=_clause(domain, domain.things[first], label == 1, rng),
        minor=_clause(domain, domain.things[second], label == 0, rng),
    )


def _clause(domain: Domain, thing: str, praises: bool, rng: np.random.Generator) -> str:
    words = domain.praise if praises else domain.blame
    return f"{thing} was {words[rng.integers(len(words))]}"


@dataclass(frozen=True, slots=True)
class Sets:
    """What a run learns from, what chooses its learning rate, and what measures it."""

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    test: tuple[Example, ...]
    shifted: tuple[Example, ...]


def draw_sets(seed: int, *, train: int = TRAIN) -> Sets:
    """The sets of a seed: it draws the training examples alone, the others are the same for all seeds.

    Args:
        seed: from 0.
        train: training examples, 2 to 1,000.

    Raises:
        ValueError: for a number outside its range.

    Invariant: no text stands in two sets.
    """
    whole("train", train, 2, 1000)
    validation = draw_examples(MEALS, VALIDATION, VALIDATION_SEED)
    held = {example.text for example in validation}
    test = draw_examples(MEALS, TEST, TEST_SEED, without=held)
    held |= {example.text for example in test}
    return Sets(
        train=draw_examples(MEALS, train, seed, without=held),
        validation=validation,
        test=test,
        shifted=draw_examples(STORIES, TEST, SHIFT_SEED),
    )


OTHER_TEXTS = (
    "The river rises in the hills north of the town. In spring, when the snow melts, it floods the lower meadows, and "
    "farmers move their sheep to higher ground. A stone bridge was built there in 1764; it has seven arches and still "
    "carries the road to the coast.",
    "Question: How do I sort a list of numbers in Python? Answer: Call the built-in function sorted, which returns a "
    "new list in ascending order. To sort in descending order, pass reverse=True. The original list is not changed.",
)
"""Texts about something else, on which forgetting is measured: prose, and a question with its answer."""

NAMES_OF_OTHERS = ("prose", "question and answer")

REHEARSED = (
    "The old mill stands at the end of the lane. Its wheel has not turned for thirty years, but the roof is sound.",
    "Question: What is the capital of Norway? Answer: The capital of Norway is Oslo, which lies at the end of a fjord.",
    "In winter the lake freezes over. Children skate along the shore, and fishermen cut holes into the ice.",
    "Question: How many minutes has an hour? Answer: An hour has sixty minutes, and each minute has sixty seconds.",
    "The train left the station at noon. It crossed two valleys and a long tunnel before it came to the sea.",
    "Question: How do I open a file in Python? Answer: Call the built-in function open with the path of the file.",
    "Bees gather nectar from flowers and carry it to the hive, where it is dried and stored as honey.",
    "Question: Why is the sky blue? Answer: The air scatters blue light more than red light, and so it is seen.",
)
"""Texts that are rehearsed while a model learns the task: of the same two kinds, and none that forgetting is measured
on."""

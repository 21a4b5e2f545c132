"""Tasks that are asked in words: a question with two answers, about one item after another. Needs no torch."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.numbers import whole
from core.tuning.arguments import one_of
from core.tuning.texts import MEALS, STORIES, Domain


@dataclass(frozen=True, slots=True)
class Task:
    """A question with two answers, about one item after another.

    Args:
        family: tasks of one family ask for nearly the same.
        form: the text, with the item in its braces.
        answers: the two answers, a word each.
        items: of each answer the items to which it is the right one.
    """

    family: str
    form: str
    answers: tuple[str, str]
    items: tuple[tuple[str, ...], tuple[str, ...]]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _reviews(domain: Domain) -> tuple[tuple[str, ...], tuple[str, ...]]:
    praise, blame = (
        tuple(f"The {thing} was {word}." for thing in domain.things for word in words)
        for words in (domain.praise, domain.blame)
    )
    return praise, blame


def _sentences(subjects: str, parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{subject} {part}." for subject in subjects.split() for part in parts)


PEOPLE = "Anna Tom Maria Paul Lucy Jack"

TASKS: dict[str, Task] = {
    "meals": Task("verdict", "Review: {} Is the review positive or negative? Answer:", ("positive", "negative"),
                  _reviews(MEALS)),
    "stories": Task("verdict", "Critic: {} Did the critic find it good or bad? Answer:", ("good", "bad"),
                    _reviews(STORIES)),
    "beings": Task(
        "kind", "Word: {}. Is it an animal or a plant? Answer:", ("animal", "plant"),
        (_words("horse sheep wolf rabbit eagle salmon frog spider goat whale mouse tiger duck snake bear monkey cow "
               "camel owl shark lion pig fox deer"),
         _words("oak grass rose fern tulip wheat cactus moss lily bamboo pine clover maple ivy daisy willow corn "
               "barley birch orchid palm cedar nettle thistle")),
    ),
    "goods": Task(
        "kind", "Thing: {}. Do people eat it or wear it? Answer:", ("eat", "wear"),
        (_words("bread cheese apple soup rice cake egg potato honey pasta carrot sausage banana pizza butter onion "
               "cookie yogurt lemon salad bean steak pear jam"),
         _words("shirt hat shoe coat glove scarf sock dress boot jacket belt skirt sweater cap trousers tie blouse "
               "sandal vest apron suit uniform helmet ring")),
    ),
    "tenses": Task(
        "time", "Sentence: {} Is it about the past or the future? Answer:", ("past", "future"),
        (_sentences(PEOPLE, ("sang a song", "walked home", "wrote a letter", "bought a car", "met a friend")),
         _sentences(PEOPLE, ("will sing a song", "will walk home", "will write a letter", "will buy a car",
                             "will meet a friend"))),
    ),
    "plans": Task(
        "time", "Note: {} Is it done or planned? Answer:", ("done", "planned"),
        (_sentences(PEOPLE, ("has cooked dinner", "has read the book", "has painted the door", "has cleaned the car",
                             "has called the doctor")),
         _sentences(PEOPLE, ("is going to cook dinner", "is going to read the book", "is going to paint the door",
                             "is going to clean the car", "is going to call the doctor"))),
    ),
}  # fmt: skip
"""Name -> task. Two tasks of a family ask for nearly the same, about other items and in other words."""

FAMILIES = tuple(dict.fromkeys(task.family for task in TASKS.values()))

EACH, MOST_EACH = 12, 48
"""Items of each answer that a run is tested on, and at most; it may learn from the others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about an item, and the place of its right answer."""

    task: str
    text: str
    right: int


def draw_asked(task: str, seed: int, *, each: int = EACH) -> tuple[tuple[Asked, ...], tuple[Asked, ...]]:
    """The questions of a task that a run may learn from, and those that it is tested on.

    Args:
        task: a name in TASKS.
        seed: of the split, from 0.
        each: questions of each answer to test on, 1 to as many as leave one to learn from.

    Raises:
        ValueError: for another task, or a number outside its range.

    Invariant: no question stands in both; as many of each answer in either.
    """
    chosen = TASKS[one_of("task", task, list(TASKS))]
    whole("each", each, 1, min(map(len, chosen.items)) - 1)
    rng = np.random.default_rng(whole("seed", seed, 0, 2**32 - 1))
    learned, held = list[Asked](), list[Asked]()
    for right, items in enumerate(chosen.items):
        asked = [Asked(task, chosen.form.format(items[place]), right) for place in rng.permutation(len(items))]
        held += asked[:each]
        learned += asked[each:]
    return tuple(learned), tuple(held)

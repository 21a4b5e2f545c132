"""One-step word problems, made from templates: somebody has some things and gets or loses others, or days pass."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Wording:
    """The templates of a kind of problem, with the fields of `Sum` in braces.

    Args:
        question: the problem. start: the first step of a chain, which takes up the numbers. step: the sum. last: the
            answer alone.
        names, things, gains, losses: the words that are drawn; a gain is added and a loss taken away.
    """

    question: str
    start: str
    step: str
    last: str
    names: tuple[str, ...]
    things: tuple[str, ...]
    gains: tuple[str, ...]
    losses: tuple[str, ...]


NAMES = ("Mia", "Tom", "Ana", "Ben", "Eva", "Leo", "Ida", "Max", "Zoe", "Sam")

ENGLISH = Wording(
    "{name} has {first} {thing}. {name} {verb} {second} {thing}. How many {thing} does {name} have now?",
    "{name} starts with {first} {thing} and {verb} {second}.",
    "So {first} {sign} {second} = {result} {thing}.",
    "The answer is {result}.",
    NAMES,
    ("coins", "apples", "books", "cards", "stamps", "shells", "pens", "cups", "balls", "eggs"),
    ("buys", "finds", "wins", "collects"),
    ("sells", "loses", "drops", "breaks"),
)
GERMAN = Wording(
    "{name} hat {first} {thing}. {name} {verb} {second} {thing}. Wie viele {thing} hat {name} jetzt?",
    "{name} beginnt mit {first} {thing} und {verb} {second}.",
    "Also {first} {sign} {second} = {result} {thing}.",
    "Die Antwort ist {result}.",
    NAMES,
    ("Münzen", "Äpfel", "Bücher", "Karten", "Marken", "Muscheln", "Stifte", "Tassen", "Bälle", "Eier"),
    ("kauft", "findet", "gewinnt", "sammelt"),
    ("verkauft", "verliert", "verschenkt", "zerbricht"),
)
FRENCH = Wording(
    "{name} a {first} {thing}. {name} {verb} {second} {thing}. Combien en a {name} maintenant ?",
    "{name} commence avec {first} {thing} et en {verb} {second}.",
    "Donc {first} {sign} {second} = {result} {thing}.",
    "La réponse est {result}.",
    NAMES,
    ("pièces", "pommes", "livres", "cartes", "timbres", "coquillages", "stylos", "tasses", "balles", "œufs"),
    ("achète", "trouve", "gagne", "ramasse"),
    ("vend", "perd", "donne", "casse"),
)
DAYS = Wording(
    "Today is {name} {first}. Which day of {name} is {second} {thing} {verb}?",
    "Start on {name} {first} and look {second} {thing} {verb}.",
    "So {first} {sign} {second} = {result}.",
    "The answer is {result}.",
    ("January", "March", "May", "July", "August", "October", "December"),
    ("days",),
    ("later",),
    ("earlier",),
)
LAST_DAY = 31


@dataclass(frozen=True, slots=True)
class Sum:
    """A problem that takes one sum or one difference.

    Args:
        name, thing, verb: words of the story.
        first: what there is at the start. second: what is added or taken away.
        adds: whether it is added.
        wording: the templates.
    """

    name: str
    thing: str
    verb: str
    first: int
    second: int
    adds: bool
    wording: Wording

    @property
    def text(self) -> str:
        """The problem as it is asked."""
        return self.filled(self.wording.question)

    @property
    def truth(self) -> int:
        """The right answer, at least 1."""
        return self.first + self.second if self.adds else self.first - self.second

    @property
    def sign(self) -> str:
        """The operation that it takes, "+" or "-"."""
        return "+" if self.adds else "-"

    @property
    def direct(self) -> str:
        """The answer alone, as an example says it."""
        return self.filled(self.wording.last)

    @property
    def chain(self) -> str:
        """The same behind its steps, all right."""
        return " ".join(self.filled(part) for part in (self.wording.start, self.wording.step, self.wording.last))

    def filled(self, template: str, *, sign: str | None = None, result: int | None = None) -> str:
        """A template with this problem's words; another sign and result make it wrong."""
        return template.format(
            name=self.name,
            thing=self.thing,
            verb=self.verb,
            first=self.first,
            second=self.second,
            sign=self.sign if sign is None else sign,
            result=self.truth if result is None else result,
        )


def drawer(wording: Wording, low: int, high: int) -> Callable[[np.random.Generator, bool], Sum]:
    """What draws a problem with two different numbers from `low` to `high`, a difference being above 0."""

    def draw(rng: np.random.Generator, adds: bool) -> Sum:
        first, second = sorted(rng.choice(np.arange(low, high + 1), 2, replace=False).tolist(), reverse=True)
        if adds and rng.random() < 0.5:
            first, second = second, first
        return _worded(rng, wording, first, second, adds=adds)

    return draw


def day(rng: np.random.Generator, adds: bool) -> Sum:
    """A problem about days of one month; later or earlier, it is still this month."""
    one, other = sorted(rng.choice(np.arange(1, LAST_DAY + 1), 2, replace=False).tolist())
    # What is between two days of a month leads from each to the other, and from none out of it.
    return _worded(rng, DAYS, one if adds else other, other - one, adds=adds)


def _worded(rng: np.random.Generator, wording: Wording, first: int, second: int, *, adds: bool) -> Sum:
    verbs = wording.gains if adds else wording.losses
    name, thing, verb = (str(rng.choice(some)) for some in (wording.names, wording.things, verbs))
    return Sum(name, thing, verb, first, second, adds, wording)

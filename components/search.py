"""The search of the home page: over what the pages declare, and to the view that shows what was found."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Literal

from components.course import PANEL, Declared, Topic, Values, pages
from components.elsewhere import open_at
from components.glossary import GLOSSARY, Term

WORDS = 12
"""Words of a query that count; whoever pastes a page searches for its beginning."""

EXACT, START, WITHIN = range(3)
"""How well a word of a query fits a text: it is a word there, the start of one, or within one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found.

    Args:
        kind: what it is: page, story, panel, question or term.
        name: how it is called.
        text: what it says.
        topic: of the page that shows it.
        also: further words by which it is found.
        view: the values with which that page shows it; every other parameter has its default.
        folded: its name and its text as they are searched.
    """

    kind: str
    name: str
    text: str
    topic: Topic
    view: Values
    also: str = ""
    folded: tuple[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", (folded(self.name), folded(f"{self.text} {self.also}")))


def folded(text: str) -> str:
    """Words in small letters without accents, one space between them; hyphens and signs part words."""
    # Twice, since letters of mathematics become capitals, and some small letters come apart.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", letters))


def entries(course: Iterable[Declared], glossary: Sequence[Term]) -> Iterator[Entry]:
    """Everything that can be found, in the order of the course: page by page, and then the terms."""
    shown = [page for page in course if page.topic.kind == "topic"]
    for page in shown:
        topic = page.topic
        yield Entry("page", topic.title, f"{topic.question} {topic.told}", topic, {})
        for preset in page.presets:
            yield Entry("story", preset.name, preset.look_at, topic, preset.values)
        for panel in page.panels:
            yield Entry("panel", panel.name, panel.shows, topic, {**panel.under, PANEL: panel.name})
        for question in page.questions:
            yield Entry("question", question.asked, question.answer, topic, question.show)
    for term in glossary:
        places = [(page, *_place_of(term, page)) for page in shown if term.name in page.terms]
        if places:
            page, _, view = min(places, key=lambda place: place[1])
            yield Entry("term", term.name, term.sentence, page.topic, view, " ".join(term.aliases))


def _place_of(term: Term, page: Declared) -> tuple[int, Values]:
    """The view of a page that shows a term, after how well it fits.

    0 is a panel or a story that names the term, 1 a control of that name, 2 a page that only speaks of it.
    """
    names = [folded(name) for name in (term.name, *term.aliases)]
    for name in names:
        for panel in page.panels:
            if f" {name} " in f" {folded(f'{panel.name} {panel.shows}')} ":
                return 0, {**panel.under, PANEL: panel.name}
        for preset in page.presets:
            if f" {name} " in f" {folded(f'{preset.name} {preset.look_at}')} ":
                return 0, preset.values
    return (1 if any(name in page.defaults for name in names) else 2), {}


@cache
def index() -> tuple[Entry, ...]:
    """Everything of the course that can be found."""
    return tuple(entries(pages(), GLOSSARY))


def search(query: str, among: Sequence[Entry]) -> list[Entry]:
    """What a query finds, the best first: entries that fit all its words or, where none does, as many as any fits.

    A word that is a word of the entry is worth more than the start of one, and that more than a part of one. Among
    entries that fit alike, those come first whose name says it, and else the order of the course stays. An entry that
    fits fewer than half of the words is not found.

    Args:
        query: words in any case, with or without accents and hyphens; of a single letter only whole words count.
        among: in the order of the course.
    """
    words = words_of(query)
    fits = [(entry, [fit for word in words if (fit := _fit(word, entry)) is not None]) for entry in among]
    most = max((len(fit) for _, fit in fits), default=0)
    if most == 0 or 2 * most < len(words):
        return []
    ranked = [(tuple(map(sum, zip(*fit, strict=True))), entry) for entry, fit in fits if len(fit) == most]
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]


def words_of(query: str) -> list[str]:
    """The words of a query that are looked for, folded."""
    return folded(query).split()[:WORDS]


def missed(query: str, entry: Entry) -> list[str]:
    """The words of a query that do not fit an entry, folded and in their order."""
    return [word for word in words_of(query) if _fit(word, entry) is None]


def _fit(word: str, entry: Entry) -> tuple[int, bool] | None:
    """How well a word fits an entry, and whether only its text says it; None where it does not fit."""
    return min(
        ((fit, place > 0) for place, text in enumerate(entry.folded) if (fit := _fit_of(word, text)) is not None),
        default=None,
    )


def _fit_of(word: str, text: str) -> int | None:
    if word in text.split():
        return EXACT
    # A single letter is in nearly every word.
    if len(word) == 1 or word not in text:
        return None
    return START if f" {word}" in f" {text}" else WITHIN


def nearest(query: str, among: Sequence[Entry]) -> list[str]:
    """Words of the course that are spelled most like those of a query that found nothing; at most three."""
    known = {word: None for entry in among for word in entry.folded[0].split() if len(word) > 2}
    close = [get_close_matches(word[:40], known, n=3, cutoff=0.75) for word in words_of(query)]
    return list(dict.fromkeys(word for matches in close for word in matches))[:3]


def go_to(entry: Entry) -> None:
    """Opens the page of an entry as its view says, whatever the visitor has seen there before."""
    part: Literal["top", "panel", "questions"] = "top"
    if entry.kind == "question" and not entry.view:
        part = "questions"
    elif entry.kind in ("panel", "question", "term") and PANEL in entry.view:
        part = "panel"
    open_at(entry.topic, entry.view, part)

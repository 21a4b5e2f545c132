"""A notebook of sixty notes, thirty questions to it, and what fits of it into a context. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Int

from core.agents.notes import rank_notes
from core.assets import kept
from core.numbers import require, whole

NOTEBOOK_FILE = "agents/notebook.npz"


@dataclass(frozen=True, slots=True)
class Note:
    """A note.

    Args:
        text: what it says. age: in hours. importance: 1 to 10, as its writer gave it.
    """

    text: str
    age: float
    importance: float


@dataclass(frozen=True, slots=True)
class NoteTest:
    """A question to the notebook.

    Args:
        question: what is asked. answer: words of the one note that answers it. changed: whether an older note says
            something else on the same matter.
    """

    question: str
    answer: str
    changed: bool = False

    def needed(self, texts: Sequence[str]) -> Bool[np.ndarray, "text"]:
        """Which texts hold the answer."""
        return np.array([self.answer in text for text in texts])


NOTES: tuple[Note, ...] = (
    Note("The seminar on language models meets in room 2.14.", 700, 5),
    Note("Professor Okafor asks for the first outline by the 12th.", 690, 7),
    Note("The rent is 540 euros, due on the first of the month.", 684, 6),
    Note("Mira lives on the third floor and plays the cello.", 672, 3),
    Note("I am allergic to hazelnuts; the doctor said so again today.", 665, 10),
    Note("The bicycle needs a new chain, the old one slips uphill.", 660, 4),
    Note("Planted beans along the south wall.", 650, 3),
    Note("The train to Lisbon leaves at 7:25 in the morning.", 640, 6),
    Note("Grandmother's birthday is on the 30th; she wishes for a blue scarf.", 633, 7),
    Note("Thesis idea: measure how memory fades with the length of a text.", 620, 8),
    Note("The café pays 13 euros an hour.", 610, 5),
    Note("The band rehearses on Tuesdays at eight.", 600, 4),
    Note("The wifi of the flat is called Nautilus, the password is on the fridge.", 590, 6),
    Note("Lentil soup: red lentils, cumin, a spoon of vinegar at the end.", 580, 2),
    Note("The library closes at nine in the evening.", 570, 4),
    Note("Jonas borrowed my green tent.", 560, 4),
    Note("Saw a heron at the pond by the old mill.", 548, 1),
    Note("My supervisor is Doctor Lindqvist.", 540, 6),
    Note("The dentist's appointment is on the 18th at ten.", 530, 7),
    Note("The washing machine eats coins; use the left one.", 520, 2),
    Note("The data for the thesis lie on the disk with the red label.", 510, 8),
    Note("Rain all day, read two chapters of a novel about whales.", 500, 1),
    Note("The hotel in Lisbon is the Miradouro, two nights are booked.", 488, 6),
    Note("Paid the deposit for the kayak course: 60 euros.", 480, 4),
    Note("The lab's printer takes only paper of 80 grams.", 470, 2),
    Note("Mira's brother repairs bicycles behind the station.", 460, 3),
    Note("The seminar has moved to room 3.08, starting next week.", 450, 6),
    Note("The smoke detector in the kitchen beeps: battery of nine volts.", 440, 5),
    Note("Learned to say good morning in Portuguese: bom dia.", 430, 2),
    Note("Experiment one: recall falls after 400 tokens.", 420, 7),
    Note("Bought a used amplifier for the band, 120 euros.", 410, 3),
    Note("The neighbors upstairs have a dog called Pixel.", 400, 2),
    Note("The spare key is with Mrs. Abadi on the ground floor.", 390, 8),
    Note("Aunt Rosa moves to Porto in spring.", 380, 4),
    Note("Doctor Lindqvist leaves; my new supervisor is Professor Tanaka.", 365, 8),
    Note("The beans are up, slugs have eaten two of them.", 350, 2),
    Note("The train to Lisbon now leaves at 6:50 because of works on the line.", 335, 7),
    Note("The outline may come later, the new date is the 20th.", 320, 8),
    Note("A film about octopuses was better than expected.", 310, 1),
    Note("The emergency number of the lab is 4477.", 300, 10),
    Note("The café closes on Mondays from now on.", 290, 4),
    Note("The band has found a drummer; she is called Ines.", 276, 4),
    Note("The bread turned out well with half rye flour.", 264, 1),
    Note("The password of the wifi has changed; it is Seahorse22 now.", 250, 7),
    Note("Walked along the river to the second bridge and back.", 240, 1),
    Note("The dentist has postponed me to the 25th at half past three.", 228, 7),
    Note("The kayak course starts at the boathouse by the weir.", 212, 4),
    Note("Never mix the two cleaning agents in the lab: poisonous gas.", 200, 10),
    Note("Rehearsals of the band are on Thursdays from now on.", 188, 5),
    Note("Experiment two: with numbered lines the end is recalled best.", 170, 8),
    Note("The landlord raises the rent to 575 euros.", 150, 8),
    Note("Jonas brought the tent back and took the gas stove instead.", 130, 4),
    Note("The cat of the bookshop sleeps in the atlas section.", 110, 1),
    Note("The disk with the red label is broken; the copy lies in the cloud folder Kestrel.", 90, 9),
    Note("Mira has moved out; a student of botany called Tomas moves in.", 70, 5),
    Note("The café raises my pay to 14 euros an hour.", 55, 6),
    Note("The hotel in Lisbon cancelled; the new one is the Casa Amarela.", 40, 7),
    Note("Grandmother would rather have tickets for the opera than a scarf.", 24, 6),
    Note("Two ripe tomatoes on the balcony, the first this year.", 10, 1),
    Note("The library stays open until midnight during the exams.", 3, 5),
)
"""From the oldest to the newest."""

TESTS: tuple[NoteTest, ...] = (
    NoteTest("In which room is the seminar?", "3.08", changed=True),
    NoteTest("When is the outline due?", "the 20th", changed=True),
    NoteTest("How much is the rent?", "575", changed=True),
    NoteTest("When does the train to Lisbon leave?", "6:50", changed=True),
    NoteTest("Where do I sleep in Lisbon?", "Casa Amarela", changed=True),
    NoteTest("Who supervises my thesis?", "Tanaka", changed=True),
    NoteTest("When must I go to the dentist?", "25th", changed=True),
    NoteTest("What is the password of the wifi?", "Seahorse22", changed=True),
    NoteTest("On which day does the band rehearse?", "Thursdays", changed=True),
    NoteTest("What do I earn at the café?", "14 euros", changed=True),
    NoteTest("Where are the data of my thesis?", "Kestrel", changed=True),
    NoteTest("What does grandmother wish for?", "opera", changed=True),
    NoteTest("Until when is the library open?", "midnight", changed=True),
    NoteTest("What has Jonas borrowed?", "gas stove", changed=True),
    NoteTest("Who lives in the room next to mine?", "Tomas", changed=True),
    NoteTest("Which nuts can I not eat?", "hazelnuts"),
    NoteTest("Who has a second key to the flat?", "Abadi"),
    NoteTest("Whom do I call when something happens in the lab?", "4477"),
    NoteTest("What is dangerous about cleaning the lab?", "poisonous"),
    NoteTest("How do I make soup?", "cumin"),
    NoteTest("Who plays the drums?", "Ines"),
    NoteTest("Where does the kayak course begin?", "weir"),
    NoteTest("What is wrong with the bicycle?", "chain"),
    NoteTest("Who can repair my bicycle?", "brother"),
    NoteTest("What is the name of the dog in the house?", "Pixel"),
    NoteTest("Which battery does the alarm in the kitchen need?", "nine volts"),
    NoteTest("Where does my aunt want to live?", "Porto"),
    NoteTest("What came out of the first experiment?", "400 tokens"),
    NoteTest("How do you greet somebody in Portugal?", "bom dia"),
    NoteTest("Which washing machine works?", "left one"),
)

SUMMARIES: tuple[str, ...] = (
    "Studies: the seminar is now in room 3.08, the outline is due on the 20th, and Professor Tanaka supervises the "
    "thesis on how memory fades.",
    "Experiments: recall falls after 400 tokens, and numbered lines help at the end; the data are in a cloud folder.",
    "Flat: the rent rises to 575 euros, a neighbor keeps a spare key, the wifi has a new password.",
    "Lisbon: the train leaves at 6:50, the hotel is the Casa Amarela, good morning is bom dia.",
    "Health: allergic to hazelnuts; the dentist is on the 25th.",
    "People: grandmother wants tickets for the opera, Aunt Rosa moves to Porto, Jonas has the gas stove.",
    "Free time: the band rehearses on Thursdays with a new drummer, a kayak course is paid.",
    "Café and lab: the pay is 14 euros an hour; take care with cleaning agents.",
)
"""The same notebook in eight sentences, as somebody writes them who keeps what seems to matter."""

RELEASED = (3.0, 0.5, 2.0)
"""Relevance, recency and importance as the code of Generative Agents weights them; the paper weights each by 1."""


@dataclass(frozen=True, eq=False)
class Notebook:
    """The recorded vectors of the notebook.

    Args:
        model: that made them.
        notes, questions, summaries: vectors of length 1, [text d].
        note_tokens, summary_tokens: how many tokens each text has for the default decoder, [text].
    """

    model: str
    notes: Float[np.ndarray, "note d"]
    questions: Float[np.ndarray, "question d"]
    summaries: Float[np.ndarray, "summary d"]
    note_tokens: Int[np.ndarray, "note"]
    summary_tokens: Int[np.ndarray, "summary"]


@cache
def recorded_notebook() -> Notebook:
    """The recorded vectors; no model is needed.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents notebook`.
    """
    return kept(NOTEBOOK_FILE, Notebook)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of a note's score counts.

    Args:
        relevance, recency, importance: the weights.
        inverted: whether the oldest note counts as the most recent one, .99^rank with ranks from the oldest, as the
            released code has it.
    """

    relevance: float = 1.0
    recency: float = 0.0
    importance: float = 0.0
    inverted: bool = False


def ages_of(notes: Sequence[Note], *, inverted: bool) -> Float[np.ndarray, "note"]:
    """The ages by which notes are ranked, in hours.

    Inverted, the n-th oldest note gets the age at which a half-life of 138.3 hours gives .99^n: so the stalest note
    scores highest, which is what the released code of Generative Agents computes.

    Source: `new_retrieve` of joonspk-research/generative_agents.
    """
    ages = np.array([note.age for note in notes], float)
    if not inverted:
        return ages
    ranks = np.empty(len(ages))
    ranks[np.argsort(-ages, kind="stable")] = np.arange(1, len(ages) + 1)
    return np.asarray(ranks * np.log(0.99) / np.log(0.5) * 138.3)


def ranked(
    question: Float[np.ndarray, "d"], vectors: Float[np.ndarray, "note d"], notes: Sequence[Note], weights: Weights
) -> tuple[Int[np.ndarray, "note"], Float[np.ndarray, "note 3"]]:
    """`rank_notes` for notes of a notebook."""
    return rank_notes(
        question,
        vectors,
        ages_of(notes, inverted=weights.inverted),
        [note.importance for note in notes],
        relevance=weights.relevance,
        recency=weights.recency,
        importance=weights.importance,
    )


@cache
def parts_of_tests(*, inverted: bool) -> Float[np.ndarray, "question note 3"]:
    """Relevance, recency and importance of each note for each of TESTS, scaled over the notes."""
    book = recorded_notebook()
    return np.stack([ranked(vector, book.notes, NOTES, Weights(inverted=inverted))[1] for vector in book.questions])


def needed_ranks(weights: Weights) -> Int[np.ndarray, "question"]:
    """For each of TESTS the rank of the note that answers it, 1 for the best.

    Invariant: it is the place of that note in the order of `rank_notes`.
    """
    scores = parts_of_tests(inverted=weights.inverted) @ [weights.relevance, weights.recency, weights.importance]
    places = np.argsort(-scores, axis=1, kind="stable")
    needed = np.array([int(np.flatnonzero(test.needed([note.text for note in NOTES]))[0]) for test in TESTS])
    return np.asarray(1 + np.argmax(places == needed[:, None], axis=1))


NEWEST, RELEVANT, SUMMARIZED = "newest notes", "most relevant notes", "summaries"
KEEPINGS = (NEWEST, RELEVANT, SUMMARIZED)
"""What is kept in a context with room for so many tokens; the rest is dropped."""


def kept_within(order: Sequence[int], tokens: Sequence[int], budget: int) -> tuple[int, ...]:
    """What of a ranked list fits: taken from the best until the next one would not fit.

    Args:
        order: places from the best. tokens: of each place. budget: tokens there is room for, 0 or more.

    Raises:
        ValueError: for a budget below 0.

    Invariant: the tokens of what is kept sum to at most the budget; a larger budget keeps all of it and more.
    """
    left = whole("budget", budget, 0)
    taken: list[int] = []
    for place in order:
        left -= int(tokens[place])
        if left < 0:
            break
        taken.append(int(place))
    return tuple(taken)


def answered_within(keeping: str, budget: int) -> Bool[np.ndarray, "question"]:
    """For each of TESTS, whether what is kept in a context of a budget holds its answer.

    Args:
        keeping: one of KEEPINGS. budget: tokens.

    Raises:
        ValueError: for another way of keeping, or a budget below 0.
    """
    require(keeping in KEEPINGS, "keeping", keeping, f"one of {', '.join(KEEPINGS)}")
    book = recorded_notebook()
    texts = SUMMARIES if keeping == SUMMARIZED else [note.text for note in NOTES]
    tokens = book.summary_tokens if keeping == SUMMARIZED else book.note_tokens
    found = []
    for test, order in zip(TESTS, _kept_first(keeping), strict=True):
        taken = kept_within(order, tokens.tolist(), budget)
        found.append(any(test.answer in texts[place] for place in taken))
    return np.array(found)


@cache
def _kept_first(keeping: str) -> tuple[tuple[int, ...], ...]:
    """For each of TESTS the places in the order in which they are kept, whatever the budget."""
    book = recorded_notebook()
    if keeping == NEWEST:
        newest = np.argsort([note.age for note in NOTES], kind="stable")
        return (tuple(newest.tolist()),) * len(TESTS)
    vectors = book.summaries if keeping == SUMMARIZED else book.notes
    alike = np.zeros(len(vectors))
    return tuple(tuple(rank_notes(one, vectors, alike, alike)[0].tolist()) for one in book.questions)

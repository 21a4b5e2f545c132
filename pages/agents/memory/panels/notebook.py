"""A notebook that is asked: sixty notes ranked by relevance, recency and importance, with sliders for each."""

from html import escape

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.loading import ensure_loaded
from components.page import Badge, Page, Panel
from components.phrases import span
from components.refusals import NothingYetError, told
from core.agents import NOTES, TESTS, Note, NoteTest, Weights, ages_of, rank_notes, ranked, recorded_notebook
from core.checks import Check
from core.numbers import require
from pages.agents.memory import findings, results
from pages.agents.memory.figures.notes import Ranked, notes_figure
from pages.agents.memory.topic import NOTEBOOK

ABOVE = 128
SHOWN = 10
"""Notes in the figure."""
LONGEST = 2000
"""Characters of a note or question of one's own."""
HEAVIEST = 3.0
OWN_AGE, OWN_IMPORTANCE = 0.0, 5.0
"""Hours and importance of a note of one's own."""


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        NOTEBOOK,
        lambda: draw(page),
        stands="instead",
        badges=(Badge.RECORDED, Badge.TOY),
        checks=lambda: checks(weights_of(page)),
        script=lambda: script(page),
    )


def weights_of(page: Page) -> Weights:
    """The weights on the sliders."""
    relevance, recency, importance = (
        min(max(float(page.controls.value(name)), 0.0), HEAVIEST) for name in ("relevance", "recency", "importance")
    )
    return Weights(relevance, recency, importance, bool(page.controls.value("inverted")))


def draw(page: Page) -> None:
    """Question and sliders, the ranked notes, and how the thirty questions fare."""
    first, *rest, more = st.columns([4, 2, 2, 2, 1.3], vertical_alignment="bottom")
    with first:
        question = page.controls.select("question", "Question", [test.question for test in TESTS])
    for name, place in zip(("relevance", "recency", "importance"), rest, strict=True):
        with place:
            page.controls.slider(name, name.capitalize(), 0.0, HEAVIEST, step=0.25)
    with more, page.more():
        page.controls.switch("inverted", "The stalest note counts as the newest")
        # Without `max_chars`: a browser drops what is beyond it without a word, and what is too long is told here.
        asked = page.controls.text("asked", "A question of your own").strip()
        added = page.controls.text("note", "A note of your own", lines=3).strip()
    try:
        short_enough(asked, "a question")
        short_enough(added, "a note")
        if (asked or added) and not ensure_loaded(results.ENCODER):
            return
        notes, vectors = with_own(added)
        vector, test = asked_for(asked, question)
        show(page, notes, vectors, vector, test)
    except ValueError as error:
        told(error)


def short_enough(text: str, what: str) -> None:
    """Raises ValueError for a text of one's own that is too long."""
    require(len(text) <= LONGEST, what, f"{len(text):,} characters", f"at most {LONGEST:,} characters long")


def with_own(added: str) -> tuple[tuple[Note, ...], np.ndarray]:
    """The notes with the visitor's, which is new and of middling importance, and their vectors."""
    vectors = recorded_notebook().notes
    if not added:
        return NOTES, vectors
    return (*NOTES, Note(added, OWN_AGE, OWN_IMPORTANCE)), np.vstack([vectors, results.vector_of(added)])


def asked_for(asked: str, question: str) -> tuple[np.ndarray, NoteTest | None]:
    """The vector of the question, and the test that it is; None for a visitor's own."""
    if asked:
        return results.vector_of(asked), None
    place = next(number for number, test in enumerate(TESTS) if test.question == question)
    return recorded_notebook().questions[place], TESTS[place]


def show(page: Page, notes: tuple[Note, ...], vectors: np.ndarray, vector: np.ndarray, test: NoteTest | None) -> None:
    """The figure and its sentence.

    Raises:
        NothingYetError: where every weight is 0, so that no note is ahead of another.
    """
    weights = weights_of(page)
    if not (weights.relevance or weights.recency or weights.importance):
        raise NothingYetError("With all three weights at 0 every note scores 0. Move a slider to rank them.")
    order, parts = ranked(vector, vectors, notes, weights)
    by_weight = parts * [weights.relevance, weights.recency, weights.importance]
    needed = test.needed([note.text for note in notes]) if test else np.zeros(len(notes), bool)
    rank = 1 + int(np.flatnonzero(needed[order])[0]) if test else None
    first = max(1, rank - SHOWN + 2) if rank and rank > SHOWN else 1
    some = [
        Ranked(notes[place].text, tuple(by_weight[place].tolist()), notes[place].age, bool(needed[place]))
        for place in order[first - 1 : first - 1 + SHOWN]
    ]
    title = findings.of_the_ranking(rank, notes[int(order[0])].text)
    fig = notes_figure(some, first=first, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="notes", alt=f"Notes by score, each with its three parts. {title}.", roomy=True)
    page.sentence(sentence(weights, rank, test, notes[int(order[0])]) + (of_own() if len(notes) > len(NOTES) else ""))


def of_own() -> str:
    """As what a note of one's own counts."""
    weights = [note.importance for note in NOTES]
    return (
        f" Your own note counts as {OWN_AGE:g} hours old and of importance {OWN_IMPORTANCE:g}; the importance of the "
        f"others is {min(weights):g} to {max(weights):g}."
    )


def sentence(weights: Weights, rank: int | None, test: NoteTest | None, first: Note) -> str:
    """How this question and all thirty fare under the weights."""
    from core.agents import needed_ranks

    hits, count, interval = findings.hits_of(needed_ranks(weights), 1)
    three, *_ = findings.hits_of(needed_ranks(weights), 3)
    one = f"Here the answer, <b>{escape(test.answer)}</b>, is in the note of rank <b>{rank}</b>. " if test else ""
    own = "" if test else f"First comes “{escape(first.text[:80])}”. "
    return (
        f"{one}{own}Of the thirty test questions <b>{hits}</b> of {count} find their note first "
        f"({span(interval)}), {three} among the first three."
    )


def checks(weights: Weights) -> tuple[Check, ...]:
    """Weights 1, 0, 0 against plain cosines; each part within 0 and 1; the ranks against `rank_notes`."""
    from core.agents import needed_ranks

    book = recorded_notebook()
    cosines = book.questions.astype(np.float64) @ book.notes.T.astype(np.float64)
    ages, weight = ages_of(NOTES, inverted=weights.inverted), [note.importance for note in NOTES]
    falls, beyond, ranks = 0.0, 0.0, []
    for vector, row, test in zip(book.questions, cosines, TESTS, strict=True):
        plain, parts = rank_notes(vector, book.notes, ages, weight)
        beyond = max(beyond, float(parts.max() - 1), float(-parts.min()))
        falls = max(falls, float(np.diff(row[plain]).max()))
        order, _ = ranked(vector, book.notes, NOTES, weights)
        ranks.append(1 + int(np.flatnonzero(test.needed([NOTES[place].text for place in order]))[0]))
    unlike = int((np.array(ranks) != needed_ranks(weights)).sum())
    return (
        Check("Cosines that rise along the ranking by relevance alone", max(falls, 0.0), 1e-6, "vectors in float32"),
        Check("Parts that leave 0 to 1, by", beyond, 4 * 2.0**-52, "rounding of one division"),
        Check("Ranks on screen that differ from rank_notes", unlike, 0, f"of {len(TESTS)} questions"),
    )


def script(page: Page) -> str:
    """A script that ranks the notes for the question on screen."""
    weights, asked = weights_of(page), str(page.controls.value("asked")).strip()
    question = page.controls.value("question")
    vector = (
        f"sentence_array(load_encoder(), [{asked!r}])[0]" if asked
        else f"book.questions[[test.question for test in TESTS].index({question!r})]"
    )  # fmt: skip
    imports = "from core.models import load_encoder\n" if asked else ""
    return f"""from core.agents import NOTES, TESTS, Weights, needed_ranks, ranked, recorded_notebook, sentence_array
{imports}
book, weights = recorded_notebook(), {weights!r}
order, parts = ranked({vector}, book.notes, NOTES, weights)
print((needed_ranks(weights) <= 1).sum(), "of", len(TESTS))
for place in order[:10]:
    print(NOTES[place].text, parts[place])
"""

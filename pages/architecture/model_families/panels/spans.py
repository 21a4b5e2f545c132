"""A question whose answer is a span of a passage that the models did not learn from: the project's or a visitor's."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.jobs import job_panel
from components.markdown import literally
from components.page import Badge, Page, token_chip
from core.checks import Check
from core.jobs import find, promise
from core.transformer import (
    PASSAGES,
    WAYS,
    OwnQuestion,
    SpanAnswer,
    find_answer,
    likeliest_span,
    piece_ids,
    recorded_spans,
)
from pages.architecture.model_families.figures.spans import losses_figure, spans_figure
from pages.architecture.model_families.words import exact_shares, spans_reading, spans_title

TAKES = 55.0
"""Seconds of processor until both ways have learned and answered, in a fresh process."""

MOST_PIECES = 157
"""Pieces of the visitor's question and passage: three marks join them."""

ROUNDING = 2.0**-23


def controls(page: Page, places: Sequence[st.delta_generator.DeltaGenerator]) -> None:
    """Which of the project's questions, and under More a passage and a question of the visitor's own.

    Args:
        page: the page.
        places: three, side by side.
    """
    value = page.controls.value
    first, second, third = places
    with first:
        page.controls.slider("passage", "Passage", 0, len(PASSAGES) - 1)
    with second:
        page.controls.slider("asked", "Question", 0, len(PASSAGES[0].asked) - 1)
    with third, page.more():
        page.controls.text("own_passage", "A passage of your own", lines=4, max_chars=1000)
        page.controls.text("own_question", "and your question about it", max_chars=300)
        if not (value("own_passage").strip() and value("own_question").strip()):
            st.caption("With both typed, the encoder learns from all 36 passages and answers yours.")


def own_question(page: Page) -> OwnQuestion | None:
    """What the visitor asks; None where passage or question is empty. Raises ValueError for one that is too long."""
    passage, question = (page.controls.value(name).strip() for name in ("own_passage", "own_question"))
    if not passage or not question:
        return None
    pieces = len(piece_ids(passage)), len(piece_ids(question))
    if sum(pieces) > MOST_PIECES or min(pieces) < 1:
        raise ValueError(
            f"Passage and question have {pieces[0]} and {pieces[1]} pieces; each must have 1 or more, "
            f"both together at most {MOST_PIECES}."
        )
    return OwnQuestion(passage, question)


def shown(page: Page) -> dict[str, SpanAnswer]:
    """The answers on screen by way: the visitor's own once they are there, else the recorded ones."""
    try:
        own = own_question(page)
    except ValueError:
        own = None
    job = find(find_answer, own) if own else None
    if job is not None and job.state == "finished":
        return dict(zip(WAYS, job.result(), strict=True))
    place = page.controls.value("passage") * len(PASSAGES[0].asked) + page.controls.value("asked")
    return {way: answers[place] for way, answers in recorded_spans().answers.items()}


def draw(page: Page) -> None:
    """Both ways' probabilities for one question, beside how often each is right."""
    try:
        own = own_question(page)
    except ValueError as error:
        own = None
        st.warning(literally(str(error)))
    measured = None
    if own is not None:
        cost = f"It takes {promise(TAKES)} of one core, once. Below: a question of the project's."
        measured = job_panel(
            find_answer, own, start="Learn, and answer mine", cost=cost, draw_partial=partial(_live, page)
        )
    page.badges(Badge.RECORDED, *([Badge.MEASURED] if measured else []))
    found, answers = recorded_spans(), shown(page)
    title = spans_title(found)
    other = {way: float(rows.mean()) for way, rows in found.other_asked.items()}
    fig = spans_figure(answers, exact_shares(found), other, look=page.look, title=title)
    alt = f"Bars of exact answers, and for each piece of a passage how likely the answer begins and ends. {title}."
    page.plot(fig, name="spans", alt=alt, roomy=True)
    page.note(f"{_said(page, own if measured else None, answers)} {spans_reading(found)}")


def _live(page: Page, losses: list[float]) -> None:
    """The losses so far: first of the heads alone, then of the whole encoder."""
    title = f"Update {len(losses)}: {losses[-1]:.2f} nats for both ends of an answer"
    page.plot(losses_figure(losses, look=page.look, title=title), name="losses", alt=f"Falling curve. {title}.")


def _said(page: Page, own: OwnQuestion | None, answers: dict[str, SpanAnswer]) -> str:
    """The question, and what each way answers; the true answer of the project's own."""
    if own is None:
        passage = PASSAGES[page.controls.value("passage")]
        question, right = passage.asked[page.controls.value("asked")]
    else:
        question, right = own.question, None
    told = []
    for way, answer in answers.items():
        role = "query" if right is None else "accepted" if answer.exact else "rejected"
        told.append(f"{way} {token_chip(answer.words, page.look.role(role))}")
    true = f", right is {token_chip(right, page.look.role('value'))}" if right is not None else ""
    return f"{token_chip(question, page.look.role('target'))}: {', '.join(told)}{true}."


def checks(page: Page) -> list[Check]:
    """What must hold of the answers on screen."""
    answers = shown(page)
    rows = [values for answer in answers.values() for values in (answer.start, answer.end)]
    error = max(abs(float(values.astype(float).sum()) - 1) for values in rows)
    size = max(len(values) for values in rows)
    missed = sum(likeliest_span(answer.start, answer.end) != answer.said for answer in answers.values())
    found = recorded_spans()
    place = sum(
        answer.exact != bool(rows[0, number])
        for way, rows in found.exact.items()
        for number, answer in enumerate(found.answers[way])
    )
    return [
        Check("Each piece's chances to begin, and to end, sum to 1", error, ROUNDING * size, "float32 rounding"),
        Check("The framed span is the likeliest, searched again", float(missed), 0.0, "ways that differ"),
        Check("Answers kept and answers counted agree", float(place), 0.0, "questions that differ"),
    ]


def script(page: Page) -> str:
    """A script that prints the answers on screen, or asks the visitor's question again."""
    try:
        own = own_question(page)
    except ValueError:
        own = None
    if own is not None:
        return f"""import torch

from core.transformer import OwnQuestion, find_answer

torch.set_num_threads(1)
for answer in find_answer({own!r}):
    print(answer.words, answer.start.max(), answer.end.max())
"""
    place = page.controls.value("passage") * len(PASSAGES[0].asked) + page.controls.value("asked")
    return f"""from core.transformer import questions, recorded_spans

found = recorded_spans()
print(questions()[{place}])
for way, answers in found.answers.items():
    print(way, answers[{place}].words, found.exact[way].mean(), found.by_passage(way).std(ddof=1) / 6)
"""

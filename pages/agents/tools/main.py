"""The main figure of the page on tools: right answers by size of the numbers, one answer in full, and exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.figures.heights import room
from components.jobs import job_panel
from components.page import Badge, Page
from core.checks import Check
from core.jobs import find, promise
from core.tools import (
    METHODS,
    PROGRAM,
    Attempt,
    OwnProblem,
    ProgramError,
    answer_problem,
    drawn_problems,
    recorded_answers,
    run_program,
    written,
)
from pages.agents.tools.figures.answers import answers_figure
from pages.agents.tools.words.answers import answers_reading, answers_title, returned

if TYPE_CHECKING:
    import pandas as pd

TAKES = 7.0
"""Seconds of processor for one problem in a fresh process, most of it to load the model."""

LONGEST = 400
"""Characters of a problem of one's own."""

JOB, BADGE = 130, 30
"""Pixels that a job takes while it runs, and the badge of its result, above the figure with its sentence."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the answers to a problem set, and one of them in full, which may be to an own problem."""

    page: Page
    kind: str
    case: Mapping[int, Mapping[str, Sequence[Attempt]]]
    digits: int
    method: str
    place: int
    own: str

    @property
    def recorded(self) -> Attempt:
        """The recorded answer that is chosen."""
        some = self.case[self.digits][self.method]
        return some[min(self.place, len(some) - 1)]


def main_figure(shown: Shown) -> None:
    """The shares, the squares, and one answer in full; a click on a square opens it."""
    own = _own(shown) if shown.own.strip() else None
    attempt = own or shown.recorded
    title = answers_title(shown.case)
    fig = answers_figure(
        shown.case,
        attempt,
        returned(attempt),
        digits=shown.digits,
        place=None if own else shown.place,
        look=shown.page.look,
        title=title,
        height=room(shown.page.look, BADGE if own else JOB) if shown.own.strip() else None,
    )
    alt = f"Shares of right answers over digits for three ways of answering, and one answer in full. {title}."
    shown.page.plot(fig, name="answers", alt=alt, on_click=_clicked, roomy=True)


def _clicked(data: Sequence[int]) -> dict[str, object]:
    return {"problem": int(data[0]), "method": METHODS[int(data[1])], "own": ""}


def _asked(shown: Shown) -> OwnProblem:
    """The visitor's own problem as a job is asked for it."""
    return OwnProblem(shown.own.strip()[:LONGEST], shown.method, shown.kind)


def _own(shown: Shown) -> Attempt | None:
    """The answer to the visitor's own problem, once the model has given it."""
    attempt = job_panel(
        answer_problem,
        _asked(shown),
        start="Ask the model",
        cost=f"It takes {promise(TAKES)} of one core, once. Below: a recorded answer.",
    )
    if attempt is not None:
        shown.page.stamp(Badge.MEASURED)
    return attempt


def reading(shown: Shown) -> str:
    """The live sentence: the three shares at the chosen size."""
    return answers_reading(shown.case, shown.digits)


def checks(shown: Shown) -> list[Check]:
    """Every program of the size on screen run again, and every right number computed anew from its problem."""
    some = shown.case[shown.digits][PROGRAM]
    job = find(answer_problem, _asked(shown)) if shown.own.strip() else None
    own = [job.result()] if job is not None and job.state == "finished" and shown.method == PROGRAM else []
    programs = [*some, *own]
    again = sum(not _same(one) for one in programs)
    return [
        Check("Programs that give another answer when they run again", again, 0, f"of {len(programs)}"),
        Check("Right numbers that differ when computed anew", other_truths(shown.kind, shown.digits, some), 0),
    ]


def other_truths(kind: str, digits: int, some: Sequence[Attempt]) -> int:
    """How many problems, drawn again, are not those of the answers, or have another number by their own program."""
    seeds = recorded_answers().seeds
    each = len(some) // len(seeds)
    drawn = [problem for seed in seeds for problem in drawn_problems(kind, digits, each, seed=seed)]
    return sum(
        one.problem != problem.text or one.truth != run_program(problem.program).answer
        for one, problem in zip(some, drawn, strict=True)
    )


def _same(attempt: Attempt) -> bool:
    """Whether a recorded program gives the recorded answer, or the recorded error, again."""
    try:
        return written(run_program(attempt.text).answer)[:40] == attempt.answer
    except ProgramError as error:
        return str(error) == attempt.error


def export_frame(shown: Shown) -> "pd.DataFrame":
    """One line for each answer to the problem set."""
    import pandas as pd

    rows = [
        {
            "digits": digits,
            "method": method,
            "problem": one.problem,
            "truth": one.truth,
            "written": one.text,
            "answer": one.answer,
            "right": one.right,
            "error": one.error,
            "tokens_read": one.read,
            "tokens_written": one.wrote,
        }
        for digits, by_method in shown.case.items()
        for method, some in by_method.items()
        for one in some
    ]
    return pd.DataFrame(rows)


def script(shown: Shown) -> str:
    """A script that lets the model answer the problem on screen; it runs in the project's folder."""
    asked = shown.own.strip()[:LONGEST] or shown.recorded.problem
    truth = None if shown.own.strip() else shown.recorded.truth
    return f"""from core.models import load_causal_lm
from core.tools import answer_all, recorded_answers, share

attempt = answer_all(load_causal_lm(), {shown.method!r}, [({asked!r}, {truth!r})], {shown.kind!r})[0]
print(attempt.text)
print(attempt.answer, attempt.error)
for method, some in recorded_answers().by_case[{shown.kind!r}][{shown.digits}].items():
    print(method, share(some).right, "of", len(some), share(some).interval)
"""

"""A program of the visitor's own, run line by line, beside what became of the model's programs."""

from fractions import Fraction
from html import escape

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from core.checks import Check
from core.tools import PROGRAM, ProgramError, ProgramRun, Step, replay, run_program, written
from pages.agents.tools.figures.outcomes import outcomes_figure
from pages.agents.tools.words.answers import Case, faults_reading, outcome_counts, programs_title
from pages.agents.tools.words.names import PROGRAMS

MOST_STEPS = 2000
SHOWN_VALUES = 6
"""Values of one line that stand beside it; a loop may run it more often."""


def panel(page: Page, case: Case) -> Panel:
    """The programs in the place of the answers."""
    return Panel(
        PROGRAMS,
        lambda: draw(page, case),
        stands="instead",
        badges=(Badge.MEASURED, Badge.RECORDED),
        checks=lambda: checks(page.controls.value("program"), _steps(page)),
        script=lambda: script(page),
    )


def _steps(page: Page) -> int:
    return int(min(max(page.controls.value("steps"), 1), MOST_STEPS))


def draw(page: Page, case: Case) -> None:
    """The program and its lines with their values, and the outcomes of the recorded programs."""
    left, right = st.columns([5, 5])
    with left:
        text = page.controls.text("program", "A program", lines=6, max_chars=2000)
        steps = page.controls.number("steps", "Lines that may run", 1, MOST_STEPS)
        try:
            run = run_program(text, steps=steps)
            st.html(lines_html(text, run.steps, None, page.look.role("rejected")))
            said = f"It ran <b>{len(run.steps)}</b> lines; the answer is <b>{escape(written(run.answer)[:60])}</b>."
        except ProgramError as error:
            st.html(lines_html(text, error.steps, error.line, page.look.role("rejected")))
            reason = escape(error.reason) if error.reason.endswith("?") else f"{escape(error.reason)}."
            said = f"Stopped in <b>line {error.line}</b> at character {error.place + 1}: {reason}"
    with right:
        title = programs_title(case)
        counts = {digits: outcome_counts(by[PROGRAM]) for digits, by in case.items()}
        fig = outcomes_figure(counts, look=page.look, height=room(page.look, 120), title=title)
        page.plot(fig, name="outcomes", alt=f"Bars of what became of the model's programs. {title}.")
    page.note(f"{said} {faults_reading(case)} The language knows names, arithmetic, comparisons and counted loops.")


def lines_html(text: str, steps: tuple[Step, ...], fault: int | None, color: str) -> str:
    """Each line of a program with the values that it gave; the line that stopped it is marked."""
    given: dict[int, list[str]] = {}
    for step in steps:
        given.setdefault(step.line, []).append(written(step.value)[:24])
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        values = given.get(number, [])
        more = f" … {len(values)} times" if len(values) > SHOWN_VALUES else ""
        mark, here = (f' style="color:{color}"', " ← stopped here") if number == fault else ("", "")
        rows.append(
            f"<tr{mark}><td><code>{escape(line) or '&nbsp;'}</code></td>"
            f"<td>{escape(', '.join(values[:SHOWN_VALUES]))}{more}{here}</td></tr>"
        )
    # A long program scrolls within its box, so that the sentence below stays near.
    box = '<div class="grid" style="max-height:300px;overflow-y:auto">'
    return f"{box}<table><tr><th>line</th><th>value</th></tr>{''.join(rows)}</table></div>"


def checks(text: str, steps: int) -> list[Check]:
    """Every step replayed from the text of its line alone, and the names at the end or the lines that were allowed."""
    try:
        run = run_program(text, steps=steps)
        end = Check("Names whose last value is not the one at the end", wrong_names(run), 0, f"of {len(run.values)}")
    except ProgramError as error:
        run = ProgramRun(text, error.steps, {}, Fraction(0))
        end = Check("Lines that ran before it stopped", len(run.steps), steps, "those that may run")
    again = replay(run)
    return [
        end,
        Check(
            "Steps whose value does not follow from their line and the values before",
            again.count(False),
            0,
            f"of {len(again)}",
        ),
    ]


def wrong_names(run: ProgramRun) -> int:
    """How many names end with another value than the last step that set them."""
    last: dict[str, Fraction | float] = {step.name: step.value for step in run.steps if step.name}
    return sum(last.get(name) != value for name, value in run.values.items())


def script(page: Page) -> str:
    """A script that runs the program on screen."""
    return f"""from core.tools import run_program

run = run_program({page.controls.value("program")!r}, steps={_steps(page)})
for step in run.steps:
    print(step.line, step.name, step.value)
print(run.answer)
"""

"""The main figure of the page on prompts: its controls, the prompt token by token, its reading and its exports."""

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import PANEL
from components.figures.heights import room
from components.page import Badge, Page
from components.refusals import NothingYetError, told
from core.prompting import FORMATS, TASKS, Evaluation, Format, PromptParams, Task, own_task, params_in, read_items
from pages.prompting.prompts import results
from pages.prompting.prompts.figures.items import ROWS, items_figure
from pages.prompting.prompts.words import ITEMS, OWN_FORMAT, OWN_TASK, headline, reading

if TYPE_CHECKING:
    import pandas as pd

UPLOAD = "prompts_file"
LINE_ENDS = ("⏎", "\n")

STYLE = """<style>
.sent { font: 400 0.8rem/1.75 "JetBrains Mono", monospace; overflow: auto; padding: 0.5rem 0.6rem;
  border: 1px solid color-mix(in srgb, currentColor 18%, transparent); border-radius: 0.4rem; overflow-wrap: anywhere; }
.piece { white-space: pre-wrap; padding: 0.1em 0;
  border-right: 1px solid color-mix(in srgb, currentColor 28%, transparent); }
.said { font-weight: 600; padding: 0.1em 0.35em; border-radius: 0.3em; border: 1.5px solid var(--role);
  color: color-mix(in srgb, var(--role) 60%, currentColor); }
@media (max-width: 640px) { .sent { height: auto !important; } }
</style>"""

JOB = 90
"""Pixels that a job takes while it runs, above the figure whose sentence must stay in sight."""

MOST_EXAMPLES, MOST_ORDERS, MOST_DRAW = 8, 24, 11


@dataclass(frozen=True)
class Asked:
    """What the controls ask for: a task by its chosen name, and a prompt."""

    name: str
    task: Task
    prompt: PromptParams


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the answers to a prompt, and the item whose prompt stands beside.

    Args:
        page: that it is on.
        asked: for what.
        found: the answers, perhaps to the first items only.
        recorded: they came with the project.
        offered: a job stands above that asks all items.
    """

    page: Page
    asked: Asked
    found: Evaluation
    recorded: bool
    offered: bool = False

    @property
    def item(self) -> int:
        """The item whose prompt is shown; the last one where there are fewer."""
        return min(int(self.page.controls.value("item")), len(self.found.answers) - 1)

    @property
    def badges(self) -> tuple[Badge, ...]:
        """Where the numbers come from."""
        return (Badge.RECORDED if self.recorded else Badge.MEASURED,)


def at_rest(page: Page) -> bool:
    """Whether a panel stands first that reads none of these controls: they stay, unseen, and keep their values."""
    return page.controls.value(PANEL) not in ("Figure", ITEMS)


def controls(page: Page) -> Asked:
    """Draws the controls; raises ValueError for items, a template or a number that cannot be."""
    places = st.columns([2, 2.4, 2.2, 2.2, 1.3], vertical_alignment="bottom")
    with places[0]:
        name = page.controls.select("task", "Task", [*TASKS, OWN_TASK])
    with places[4], page.more():
        draw = page.controls.slider("draw", "Draw of the examples", 0, MOST_DRAW)
        shown = page.controls.choice("shown", "Answers that the examples show", ["gold", "shuffled", "random"])
        page.controls.text("instruction", "Your own instruction, before everything", max_chars=400)
        page.controls.text("template", "Your own format: {text} once, {answer} at its end", lines=2, max_chars=400)
        content = _own_items(page)
    task = _task(name, content)
    with places[1]:
        count = page.controls.slider("examples", "Examples", 0, min(MOST_EXAMPLES, len(task.pool)))
    with places[2]:
        form = page.controls.select("format", "Format", [*FORMATS, OWN_FORMAT])
    with places[3]:
        order = page.controls.slider("order", "Order of the examples", 0, MOST_ORDERS - 1)
    own, instruction = page.controls.value("template"), page.controls.value("instruction")
    chosen = Format("own", own) if form == OWN_FORMAT else FORMATS[form]
    prompt = params_in(chosen, task, examples=count, order_seed=order, choice_seed=draw, shown=shown)
    return Asked(name, task, _instructed(prompt, instruction))


def _instructed(prompt: PromptParams, instruction: str) -> PromptParams:
    return replace(prompt, instruction=instruction.strip()) if instruction.strip() else prompt


def _own_items(page: Page) -> bytes:
    """The visitor's items as bytes: the file, or else the text."""
    page.controls.text(
        "items",
        "Your own items, 4 to 200: text, answer",
        lines=3,
        placeholder="Great fun, good\nAwful, bad",
        max_chars=20_000,
    )
    st.file_uploader("Or as CSV: two columns, text and answer", type="csv", key=UPLOAD, max_upload_size=1)
    file = st.session_state.get(UPLOAD)
    return str(page.controls.value("items")).encode() if file is None else bytes(file.getvalue())


def _task(name: str, content: bytes) -> Task:
    if name != OWN_TASK:
        return TASKS[name]
    if not content.strip():
        raise NothingYetError(
            "Under More, paste your items or upload a CSV: 4 to 200 lines, a text and its answer each."
        )
    return own_task(read_items(content))


def refused(page: Page, error: ValueError) -> None:
    """Says in words why there is no figure, with a way back."""
    told(error)
    if isinstance(error, NothingYetError):
        return
    names = ("task", "examples", "format", "order", "draw", "template", "instruction", "items")
    back: dict[str, Any] = {name: page.controls.defaults[name] for name in names}
    st.button("Back to the example", on_click=page.controls.set, args=(back,), key="prompts_example")


def main_figure(shown: Shown) -> None:
    """The prompt as it is sent, token by token, beside the items and their answers; a click on an item shows its."""
    page, found = shown.page, shown.found
    title = headline(found)
    page.finding(title)
    left, right = st.columns([1, 1.75], gap="small")
    height = room(page.look, JOB) if shown.offered else None
    with left:
        st.html(_prompt_html(shown, page.look.hero - 34 - (JOB if shown.offered else 0)))
    with right:
        start = shown.item // ROWS * ROWS
        fig = items_figure(found, shown.item, look=page.look, title="", start=start, height=height)
        alt = f"Share of right answers with its interval, and bars of the right answer's probability by item. {title}."
        page.plot(fig, name="items", alt=alt, on_click=lambda data: {"item": int(data[0])}, roomy=True)


def _prompt_html(shown: Shown, height: int) -> str:
    """The prompt as chips that break where its lines do, with the model's answer at its end."""
    found, look = shown.found, shown.page.look
    prompt = found.prompts[shown.item]
    pieces = results.pieces(prompt) or tuple(prompt.splitlines(keepends=True))
    chips = "".join(map(_chip, pieces))
    answer = found.answers[shown.item]
    color = look.role("accepted" if found.correct[shown.item] else "rejected")
    said = f'<span class="said" style="--role:{color}">{escape(answer or "(nothing)")}</span>'
    return (
        f'{STYLE}<div class="sent" tabindex="0" role="region" aria-label="The prompt as it is sent, token by token" '
        f'style="height:{height}px">{chips}{said}</div>'
    )


def _chip(piece: str) -> str:
    """A token with an edge behind it, and a new line behind the end of one."""
    return f'<span class="piece">{escape(piece)}</span>{"<br>" if piece.endswith(LINE_ENDS) else ""}'


def live_sentence(shown: Shown) -> str:
    """The live sentence."""
    pieces = results.pieces(shown.found.prompts[shown.item])
    return reading(shown.found, shown.item, None if pieces is None else len(pieces))


def export_frame(shown: Shown) -> "pd.DataFrame":
    """One line for each item: text, truth, answer, and the log-probabilities."""
    import pandas as pd

    found = shown.found
    frame = pd.DataFrame(
        {
            "text": [item.text for item in found.task.items],
            "truth": [item.answer for item in found.task.items],
            "answer": found.answers,
            "right": found.correct,
            "p_truth": found.truth,
        }
    )
    labels = found.task.labels
    columns = {f"log_p({label})": found.log_probs[:, place] for place, label in enumerate(labels)}
    return frame.assign(**(columns or {"log_p(truth)": found.log_probs}))


def script(shown: Shown) -> str:
    """A script that measures the accuracy on screen; it runs in the project's folder."""
    found = shown.found
    task = f"TASKS[{found.task.name!r}]" if found.task.name in TASKS else repr(found.task)
    some = f"\ntask = replace(task, items=task.items[:{len(found.answers)}])" if found.task.name in TASKS else ""
    return f"""from dataclasses import replace

from core.models import load_causal_lm
from core.prompting import TASKS, Item, PromptParams, Task, evaluate, evaluation_checks

task = {task}{some}
prompt = {found.params!r}
found = evaluate(load_causal_lm({results.MODEL!r}), task, prompt)
print(found.accuracy, found.interval)
print(found.prompts[{shown.item}] + found.answers[{shown.item}])
for check in evaluation_checks(found):
    print(check.name, check.error, check.bound)
"""

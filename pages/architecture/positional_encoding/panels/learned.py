"""Learned positions: the table of a real encoder, how alike its rows are, and where it ends."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from components.figures.fields import field
from components.figures.lines import lines
from components.loading import ensure_loaded
from components.page import Badge, Page, Panel, Scene
from core.checks import Check
from core.positional import (
    LengthTrial,
    by_diagonal,
    cosine_check,
    diagonal_spreads,
    end_check,
    learned_positions,
    position_cosine,
    recorded_lengths,
    recorded_positions,
    toeplitz_spread,
)
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import Places, plainly, tidy
from pages.architecture.positional_encoding.words import COSINE, EQUATIONS, TABLE, end_title, jump_sentence, one_color

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Shown:
    """The positions on screen.

    Args:
        page: where they are shown.
        figure: TABLE or COSINE.
        table: [position dimension].
        cosine: between any two of them.
        reference: the position that others are compared with.
    """

    page: Page
    figure: str
    table: np.ndarray
    cosine: np.ndarray
    reference: int

    @property
    def near(self) -> float:
        """The mean cosine of neighbors."""
        return float(np.diag(self.cosine, 1).mean())


def show(page: Page, places: Places) -> Scene:
    """The position table of the encoder, or the cosine between its rows."""
    with places[0]:
        figure = page.controls.choice("learned_view", "Figure", [TABLE, COSINE])
    with places[1]:
        length = page.controls.slider("learned_length", "First positions", 2, len(recorded_positions()))
    with places[2]:
        reference = page.controls.slider("reference", "Position to compare with", 0, length - 1)
    cosine = results.learned_cosine()[:length, :length]
    shown = Shown(page, figure, recorded_positions()[:length], cosine, reference)
    return Scene(
        badges=(Badge.RECORDED,),
        draw=lambda: main_figure(shown),
        reading=lambda: reading(shown),
        panels=(
            Panel("Similarity", lambda: similarity(page, cosine, reference)),
            Panel(
                "Past the end",
                lambda: past_the_end(page),
                stands="instead",
                checks=lambda: end_checks(page),
                script=lambda: end_script(page),
            ),
        ),
        checks=lambda: checks(shown),
        equations=EQUATIONS,
        code=lambda: (learned_positions, position_cosine, toeplitz_spread),
        data=lambda: export(shown),
        script=lambda: SCRIPT.format(length=length, table=figure == TABLE),
    )


SCRIPT = """from core.models import load_encoder
from core.positional import learned_positions, position_cosine

table = learned_positions(load_encoder("minilm-l6"))[:{length}]
values = table if {table} else position_cosine(table)
print(values)
"""


def main_figure(shown: Shown) -> None:
    """The table itself, or the cosines."""
    look, length = shown.page.look, len(shown.table)
    if shown.figure == TABLE:
        title = f"{length} positions of MiniLM: {shown.table.shape[1]} numbers each, made by training and by no formula"
        # A few entries are much larger than the rest; they would leave the others without color.
        top = float(np.quantile(np.abs(shown.table), 0.995))
        fig = figures.code_map(shown.table, look=look, title=title, top=top)
    else:
        title = one_color(diagonal_spreads(shown.cosine), shown.near)
        step = 1 + length // 300
        fig = field(
            shown.cosine[::step, ::step],
            look=look,
            title=title,
            x_label="position (tokens)",
            y_label="position (tokens)",
            label="cosine",
            x=np.arange(length)[::step],
            y=np.arange(length)[::step],
            top=1.0,
            square=True,
        )
    shown.page.plot(fig, name="learned", alt=f"{shown.figure} of the learned positions of MiniLM. {title}.")


def export(shown: Shown) -> "pd.DataFrame":
    """What the figure shows as a table."""
    if shown.figure == TABLE:
        return tidy(shown.table, "position", "dimension", "value")
    return tidy(shown.cosine, "position", "other", "value")


def reading(shown: Shown) -> str:
    """The live sentence: what a position resembles, and that places matter."""
    cosine, reference = shown.cosine, shown.reference
    others = np.delete(cosine[reference], reference)
    places = np.delete(np.arange(len(cosine)), reference)
    best = int(places[others.argmax()])
    return (
        f"Position <b>{reference}</b> is most like <b>{best}</b> (cosine <b>{others.max():.2f}</b>). Neighbors "
        f"have <b>{shown.near:.2f}</b> on average. At one and the same distance the cosine differs by up to "
        f"<b>{toeplitz_spread(cosine):.2f}</b> from place to place: the table is absolute."
    )


def checks(shown: Shown) -> list[Check]:
    """The cosines by another way, and that the table is the model's where that is loaded."""
    return [cosine_check(shown.table, shown.cosine), *_loaded_checks()]


def _loaded_checks() -> list[Check]:
    loaded = results.table_difference()
    return (
        [] if loaded is None else [Check("The recorded table is the loaded model's", loaded, 0.0, "largest difference")]
    )


def similarity(page: Page, cosine: np.ndarray, reference: int) -> None:
    """One position against all others, and all positions by their offset."""
    left, right = st.columns(2)
    with left:
        title = f"Position {reference} against all others"
        fig = lines(
            {"cosine": cosine[reference]},
            look=page.look,
            title=title,
            x_label="position (tokens)",
            y_label="cosine",
            colors={"cosine": figures.SCHEME_COLORS["learned"]},
        )
        page.plot(fig, name="reference", alt=f"{title}: the cosine between learned positions.")
    with right:
        columns = by_diagonal(cosine)
        last = len(cosine) - 1
        curve = (np.nanmean(columns, axis=0), np.nanmin(columns, axis=0), np.nanmax(columns, axis=0))
        title = f"At distance 1 from {curve[1][last + 1]:.2f} to {curve[2][last + 1]:.2f}: the place matters"
        fig = figures.bands(
            {"learned": curve},
            np.arange(-last, last + 1),
            names={"learned": "mean, with the range over all places"},
            look=page.look,
            title=title,
            y_label="cosine",
            height=360,
        )
        fig.update_layout(margin_t=76)
        page.plot(fig, name="by_offset", alt=f"Cosine by offset with its range over all places. {title}.")
    st.caption(
        "Nobody told the table that 7 lies beside 8. It learned that, since neighboring tokens matter to each other. "
        "It has no rule for positions that it never saw."
    )


@plainly
def past_the_end(page: Page) -> None:
    """How long the rows of the table are, and what the encoder says to a text of a chosen length."""
    left, right = st.columns([3, 2])
    with right:
        asked = page.controls.number("n_tokens", "Tokens to try", 0, 4096)
    kept = results.recorded_length(asked)
    page.badges(Badge.RECORDED, *(() if kept else (Badge.MEASURED,)))
    if kept is None and not ensure_loaded(results.ENCODER):
        return
    trial, trials = kept or results.length_of(asked), tried(asked)
    with left:
        _row_lengths(page, {entry.n_tokens: entry.succeeded for entry in trials})
    with right:
        st.html("".join(f"<div>{_verdict(page, entry)}</div>" for entry in trials))
        if trial.message:
            st.caption(f"What the library says to {asked} tokens:")
            st.code(trial.message, language=None, wrap_lines=True)
    page.note(
        f"The table has <b>{trial.n_positions}</b> rows. Token {trial.n_positions + 1} of a text has no row, and there "
        "is no formula to make one: longer texts must be cut, or the table must grow and be trained again."
    )
    if jump := jump_sentence(np.linalg.norm(recorded_positions(), axis=1)):
        st.caption(jump)


def tried(asked: int) -> list[LengthTrial]:
    """The trials on screen, by length: those that are recorded, and the visitor's where it is known."""
    known = {trial.n_tokens: trial for trial in recorded_lengths()}
    if asked not in known and results.is_loaded(results.ENCODER):
        known[asked] = results.length_of(asked)
    return [known[n_tokens] for n_tokens in sorted(known)]


def _row_lengths(page: Page, said: dict[int, bool]) -> None:
    """The length of each row of the table, and where there is none any more."""
    table = recorded_positions()
    rows, past = len(table), 110
    fig = lines(
        {"row": np.linalg.norm(table, axis=1)},
        look=page.look,
        title=end_title(said, rows),
        x_label="position (tokens)",
        y_label="length of the position's row",
        colors={"row": figures.SCHEME_COLORS["learned"]},
        height=400,
    )
    fig.update_traces(mode="lines")
    fig.add_vrect(x0=rows - 0.5, x1=rows + past, fillcolor=page.look.role("rejected"), opacity=0.15, line_width=0)
    fig.add_annotation(
        x=rows + past / 2, y=0.5, yref="paper", text="no row", showarrow=False, font={"color": page.look.ink}
    )
    fig.update_xaxes(range=[0, rows + past])
    fig.update_yaxes(rangemode="tozero")
    fig.update_layout(annotations=[note for note in fig.layout.annotations if note.text == "no row"], margin_r=8)
    page.plot(fig, name="row_lengths", alt=f"Length of each row of the position table. {end_title(said, rows)}.")


def end_checks(page: Page) -> list[Check]:
    """That the table's own length explains what was said; none for a length that cannot be tried."""
    try:
        return [end_check(recorded_positions(), tried(page.controls.value("n_tokens"))), *_loaded_checks()]
    except ValueError:
        return []


def end_script(page: Page) -> str:
    """A script that tries the length on screen."""
    return f"""from core.models import load_encoder
from core.positional import learned_positions, try_length

encoder = load_encoder("minilm-l6")
print("rows", len(learned_positions(encoder)))
trial = try_length(encoder, {page.controls.value("n_tokens")})
print("accepted" if trial.succeeded else "refused", trial.message)
"""


def _verdict(page: Page, trial: LengthTrial) -> str:
    color = page.look.role("accepted" if trial.succeeded else "rejected")
    word = "✓ accepted" if trial.succeeded else "✗ refused"
    return f'<b>{trial.n_tokens}</b> tokens: <span class="tint" style="--role:{color}">{word}</span>'

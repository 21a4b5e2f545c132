"""The decoding page's panels about distributions: draft and target at one place, and sampling tested on them."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.loading import ensure_loaded
from components.page import Badge, token_chip
from core.checks import Check
from core.decoding import (
    FOUR_TOKENS,
    DraftModel,
    EarlyExit,
    Fit,
    Generation,
    Laws,
    RuleCounts,
    goodness,
    laws_check,
    overlap,
)
from core.models import is_loaded
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.figures.drafts import law_bars
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.panels.drafts import offer
from pages.efficiency.decoding.topic import MODEL_LAWS, TOY_LAWS
from pages.efficiency.decoding.words.drafts import exactness_title, merged
from pages.efficiency.decoding.words.race import why_apart

TRIALS = 5_000


@dataclass(frozen=True, eq=False)
class Along:
    """The laws of target and draft before each token of a text.

    Args:
        laws: one for each token.
        run: that wrote the text.
        recorded: they came with the project.
    """

    laws: tuple[Laws, ...]
    run: Generation
    recorded: bool


def draws(shown: Shown) -> bool:
    """Whether the chosen method drafts from a distribution of its own."""
    return isinstance(shown.run.method, EarlyExit | DraftModel)


def laws_along(shown: Shown) -> Along | None:
    """Target and draft along the reference's answer: recorded, or on the loaded model; None while there are none.

    Recorded laws are those of float32, along its text, whatever the precision of the race on screen.
    """
    kept, raced = results.kept_laws(shown.kind, shown.chosen), results.kept_race(shown.kind, "float32")
    if shown.recorded and kept is not None and raced is not None:
        return Along(kept, raced.reference, recorded=True)
    if not draws(shown) or not is_loaded(results.MODEL):
        return None
    written = shown.race.reference
    return Along(
        results.laws_of(shown.race.params.prompt, written.token_ids, shown.run.method), written, recorded=False
    )


def distributions(shown: Shown) -> None:
    """Draft and target distribution at one place, their overlap, and the residual."""
    page = shown.page
    if not draws(shown):
        why = "This method drafts from no distribution of its own; an exit or a draft model does."
        offer(page, why, "small draft")
        return
    along = laws_along(shown) or (laws_along(shown) if ensure_loaded(results.MODEL) else None)
    if along is None:
        return
    page.badges(Badge.RECORDED if along.recorded else Badge.MEASURED)
    name = "greedy answer" if along.run.temperature == 0 else "answer"
    place = page.controls.slider("place", f"Token of the {name}", 0, len(along.laws) - 1)
    laws = along.laws[place]
    pieces = [along.run.pieces[token] for token in along.run.token_ids]
    title = f"They overlap by {laws.overlap:.2f}: that is the chance that a drawn draft token is accepted"
    shares = {"target": laws.target, "draft": laws.draft, "residual": laws.residual}
    fig = law_bars({name: np.array(law) for name, law in shares.items()}, laws.tokens, look=page.look, title=title)
    page.plot(fig, name="laws", alt=title)
    before = " ".join(token_chip(piece, page.look.ink) for piece in pieces[max(place - 8, 0) : place])
    page.note(
        f"Before token {place}, {token_chip(pieces[place], page.look.role('accepted'))}, stands: {before or '…'} "
        f"Target and draft overlap by <b>{laws.overlap:.2f}</b>."
    )
    _overlaps(shown, along, name, place)
    st.caption(
        "At temperature 1, in float32. The overlap is the sum of the smaller of both probabilities, 1 minus their "
        "total variation distance. After a rejection the token is drawn from the residual: what the draft left "
        "uncovered, scaled to 1."
    )


def _overlaps(shown: Shown, along: Along, name: str, place: int) -> None:
    """The overlap at each token of the answer."""
    overlaps = np.array([here.overlap for here in along.laws])
    curve = lines(
        {"overlap": overlaps},
        look=shown.page.look,
        title=f"Along the answer the overlap lies between {overlaps.min():.2f} and {overlaps.max():.2f}",
        x_label=f"token of the {name}",
        y_label="overlap",
        height=260,
    )
    curve.update_yaxes(range=[0, 1.05])
    curve.add_vline(x=place, line={"color": shown.page.look.ink, "width": 1, "dash": "dot"})
    shown.page.plot(curve, name="overlaps", alt=f"Overlap of target and draft at each token of the {name}.")


def distribution_checks(shown: Shown) -> list[Check]:
    """The identities of the laws on screen; none while there are none."""
    along = laws_along(shown) if draws(shown) else None
    return [] if along is None else [laws_check(along.laws[_place(shown, along)])]


def distribution_script(shown: Shown) -> str:
    """A script for the laws on screen; for the run of a method that drafts from none."""
    along, method = laws_along(shown) if draws(shown) else None, shown.run.method
    if along is None or not isinstance(method, EarlyExit | DraftModel):
        return scripts.race(shown.race, shown.chosen)
    return scripts.laws(along.run.prompt, along.run, method, _place(shown, along))


def _place(shown: Shown, along: Along) -> int:
    """The token of the answer that is looked at; a link may name one beyond its end."""
    return min(max(int(shown.page.controls.value("place")), 0), len(along.laws) - 1)


@dataclass(frozen=True, eq=False)
class Tested:
    """Two rules drawn by, from the laws on screen, and how well the counts of each fit the target.

    Args:
        laws: of target and draft.
        place: the token of the answer that they stand before; None for the four tokens.
        counts: of both rules.
        fit, misfit: of the residual's counts, and of those that were redrawn.
    """

    laws: Laws
    place: int | None
    counts: RuleCounts
    fit: Fit
    misfit: Fit

    @property
    def chance(self) -> float:
        """The acceptance probability."""
        return overlap(np.array(self.laws.target), np.array(self.laws.draft))


def tested(shown: Shown) -> Tested | None:
    """The sampling that the controls ask for; None while the model's laws are not there."""
    place, laws = None, FOUR_TOKENS
    if shown.page.controls.value("source") == MODEL_LAWS and draws(shown):
        along = laws_along(shown)
        if along is None:
            return None
        place = _place(shown, along)
        laws = along.laws[place]
    counts = results.two_rules(laws.target, laws.draft, TRIALS, int(shown.page.controls.value("seed")))
    target = np.array(laws.target)
    return Tested(laws, place, counts, goodness(counts.residual, target), goodness(counts.redrawn, target))


def exactness(shown: Shown) -> None:
    """Speculative sampling with its chi-square, on the model's own laws or on four tokens, beside the wrong rule."""
    page = shown.page
    left, right = st.columns(2)
    with left:
        source = page.controls.choice("source", "Distributions", [MODEL_LAWS, TOY_LAWS])
    with right:
        page.controls.number("seed", "Seed", 0, 99)
    found = tested(shown) or (tested(shown) if ensure_loaded(results.MODEL) else None)
    if found is None:
        return
    page.badges(Badge.MEASURED, *([] if found.place is not None else [Badge.TOY]))
    title = exactness_title(found.fit, found.misfit)
    shares = {
        "target": np.array(found.laws.target),
        "draft": found.counts.residual / TRIALS,
        "residual": found.counts.redrawn / TRIALS,
    }
    fig = law_bars(shares, found.laws.tokens, look=page.look, title=title)
    for trace, name in zip(fig.data, ("target", "with the residual", "redrawn from the target"), strict=True):
        trace.name = name
    page.plot(fig, name="exactness", alt=title)
    page.note(_of_the_draws(found))
    if source == MODEL_LAWS and not draws(shown):
        st.caption(
            f"{shown.chosen[0].upper()}{shown.chosen[1:]} drafts from no distribution of its own, so four tokens stand "
            "in for the model."
        )
    _where_texts_part(shown)


def _of_the_draws(found: Tested) -> str:
    where = "a target of four tokens"
    if found.place is not None:
        where = f"the distributions before token {found.place} of the answer"
    whole = merged(found.chance, found.laws.overlap)
    return (
        f"{TRIALS:,} draws from {where}. A draft token should be accepted <b>{found.chance:.0%}</b> of the time, and "
        f"<b>{found.counts.accepted:.0%}</b> were.{whole} The almost right rule draws anew from the target after a "
        f"rejection. Where chance alone is at work, χ² exceeds <b>{found.fit.critical:.1f}</b> once in 1,000 times."
    )


def exactness_checks(shown: Shown) -> list[Check]:
    """The identities of the draws on screen; none while there are none."""
    found = tested(shown)
    if found is None:
        return []
    detail = f"{TRIALS:,} draws; the bound is passed by chance once in 1,000 times"
    name = f"χ² of speculative sampling, {found.fit.degrees} degrees of freedom"
    return [
        Check(name, found.fit.statistic, found.fit.critical, detail),
        accepted_check(found.counts.accepted, found.chance),
    ]


def exactness_script(shown: Shown) -> str:
    """A script for the draws on screen; from the four tokens while the model's laws are not there."""
    found = tested(shown)
    laws = FOUR_TOKENS if found is None else found.laws
    return scripts.exactness(laws.target, laws.draft, TRIALS, int(shown.page.controls.value("seed")))


def accepted_check(accepted: float, chance: float) -> Check:
    """The share accepted against sum min(p, q). Where few draws are rejected, they are Poisson: 4 draws more."""
    bound = (4 * float(np.sqrt(max(chance * (1 - chance), 0.0) * TRIALS)) + 4) / TRIALS
    return Check("Accepted is Σ min(p, q)", abs(accepted - chance), bound, "share; 4 standard deviations and 4 draws")


def _where_texts_part(shown: Shown) -> None:
    """Which texts of the race leave greedy's, and why."""
    if shown.race.params.temperature > 0:
        return
    for name, run in shown.race.runs.items():
        apart = shown.race.parts_at(name)
        if apart is not None:
            st.caption(f"On this prompt, {name} leaves greedy's text at token {apart}: {why_apart(run.method)}.")

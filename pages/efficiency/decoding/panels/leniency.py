"""The decoding page's panel about typical acceptance: a threshold, what it gains, and what it makes of the text."""

import streamlit as st

from components.page import Page, token_chip
from core.checks import Check
from core.decoding import EPSILONS, LENIENT_NODES, Lenient, differing, lenient_checks, lenient_table
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.figures.leniency import trade
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.words.leniency import length_words, lenient_title, pay_words, turn_words

GREEDY = "greedy"
OFFERED = (GREEDY, *(f"{bound:g}" for bound in reversed(EPSILONS)))
"""The greedy rule, then the thresholds from the strictest to the loosest."""
HEIGHT, PRESENTED = 300, 244
"""Of the charts, at a desk and for a projector, where words take more room."""
CHIPS = 26
"""Tokens of the text that are shown: as many as two lines hold."""


def typical(shown: Shown) -> None:
    """Tokens a call against what the text becomes, over the thresholds, and the text of the chosen one."""
    page, texts = shown.page, results.all_lenient()
    if not texts:
        st.info("No texts by typical acceptance are recorded.")
        return
    with page.panel_controls():
        page.controls.stops(
            "epsilon", "Threshold ε: greedy rule at the left, looser to the right, every guess at 0", OFFERED
        )
    table, rule = lenient_table(texts), _rule(page)
    page.finding(lenient_title(table, rule))
    names = (GREEDY, *(f"{bound:g}" for bound in EPSILONS))
    prices = {
        "departing": (table.departing, "tokens that are not the target's choice", True),
        "nats": (table.nats, "−ln p of the target, nats a token", False),
    }
    for column, (name, (price, label, percent)) in zip(st.columns(2), prices.items(), strict=True):
        with column:
            fig = trade(
                price,
                table.tokens_per_call,
                names,
                table.kinds,
                rule,
                look=page.look,
                x_label=label,
                percent=percent,
                height=PRESENTED if page.look.presenter else HEIGHT,
            )
            page.plot(fig, name=f"lenient_{name}", alt=f"Tokens a call against {label}. {lenient_title(table, rule)}.")
    page.note(f"{pay_words(table)}{length_words(table, rule)}")
    kind = _kind(shown)
    found = texts[kind][rule]
    page.note(f"“{kind}”, {found.departs.mean():.0%} not the target's choice: {_text_html(page, found)}")
    st.caption(
        "A guess x is accepted where p(x) > min(ε, √ε e^(−H)), p and H being the target's law there at temperature 1 "
        "and its entropy; by the greedy rule, where it is the target's choice. The token after the guesses is its "
        f"likeliest. One tree of {LENIENT_NODES} guesses, so each call costs the same; float32, {len(texts)} prompts. "
        f"The gray path joins the means of all thresholds{turn_words(table)}. A pale dot is one prompt. "
        "The target reads each text again. "
        "Green: drafted, and the target's choice there; underlined: drafted and accepted, though not its choice; "
        "plain: written by the target. At ε = 0 every guess stands, and no check can be made of that. Of "
        "Prompt, Method and Precision, the prompt alone matters here, for the text."
    )


def checks(shown: Shown) -> list[Check]:
    """Whether every token stands by the rule, and whether the greedy rule writes the greedy text."""
    texts = results.all_lenient()
    if not texts:
        return []
    kind = _kind(shown)
    found = list(lenient_checks(texts[kind][_rule(shown.page)]))
    race = results.kept_race(kind, "float32")
    if race is not None:
        greedy, mine = race.reference.token_ids, texts[kind][0].run.token_ids
        off = float(differing(greedy, mine[: len(greedy)]))
        found.append(Check("The greedy rule writes the race's text", off, 0.0, f"of its {len(greedy)} tokens"))
    return found


def script(shown: Shown) -> str:
    """A script for the text on screen."""
    texts = results.all_lenient()
    return (
        scripts.race(shown.race, shown.chosen) if not texts else scripts.lenient(texts[_kind(shown)], _rule(shown.page))
    )


def _rule(page: Page) -> int:
    """The place of the chosen rule in a table."""
    name = str(page.controls.value("epsilon"))
    return len(OFFERED) - OFFERED.index(name) if name in OFFERED[1:] else 0


def _kind(shown: Shown) -> str:
    texts = results.all_lenient()
    return shown.kind if shown.kind in texts else next(iter(texts))


def _text_html(page: Page, found: Lenient) -> str:
    """The first tokens of a text: drafted ones in green, those that are not the target's choice underlined."""
    look, parts = page.look, []
    marks = zip(found.run.token_ids[:CHIPS], found.drafted.tolist(), found.departs.tolist(), strict=False)
    for token, drafted, departs in marks:
        color = look.role("draft") if departs else look.role("accepted") if drafted else look.ink
        chip = token_chip(found.run.pieces[token], color)
        parts.append(f'<span style="text-decoration:underline">{chip}</span>' if departs else chip)
    more = " …" if len(found.run.token_ids) > CHIPS else ""
    return f'<span style="line-height:2">{" ".join(parts)}{more}</span>'

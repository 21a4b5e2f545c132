"""Llama's parts: the gate, the norm, and the vocabulary."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from components.course import PANEL
from components.elsewhere import elsewhere
from components.markdown import literally
from components.page import Badge, Page, Panel, token_chip
from core.checks import Check
from core.transformer import (
    LONGEST_TEXT,
    MOST_MERGES,
    RIGHTS,
    best_on_test,
    equal_inner,
    layer_norm,
    learn_merges,
    piece_ids,
    pieces_after,
    recorded_gating,
    recorded_vocabularies,
    rms_norm,
    sums_error,
)
from pages.architecture.model_families.figures.llama import (
    gating_figure,
    languages_figure,
    merges_figure,
    norms_figure,
)
from pages.architecture.model_families.words import (
    GATE,
    LANGUAGES,
    LLAMA,
    MERGES,
    NORM,
    gating_title,
    languages_title,
    merges_title,
    norms_title,
)

FEWEST_NUMBERS, MOST_NUMBERS = 2, 12
SHOWN = 40
"""Pieces of the text that are read out."""

ELSEWHERE = {"Shared keys": "Grouped queries", "Masks": "Masks between documents"}
"""Parts of Llama that have a panel on another page, and what they are called here."""

ROUNDING = 64 * float(np.finfo(np.float64).eps)


def panel(page: Page) -> Panel:
    """Llama's parts in the place of the maps."""
    return Panel(LLAMA, lambda: draw(page), stands="instead", checks=lambda: checks(page), script=lambda: script(page))


def draw(page: Page) -> None:
    """The choice of a part, and its figure."""
    first, *rest = st.columns([4.6, 3, 1.7, 1.7], vertical_alignment="bottom")
    with first:
        part = page.controls.choice("part", "Part", [GATE, NORM, MERGES, LANGUAGES])
    {GATE: _gate, NORM: _norm, MERGES: _merges, LANGUAGES: _languages}[part](page, rest)
    with st.container(horizontal=True):
        for name, label in ELSEWHERE.items():
            elsewhere("attention_depth", {PANEL: name}, label)


def _gate(page: Page, places: Sequence[object]) -> None:
    page.badges(Badge.RECORDED, Badge.TOY)
    by_kind = recorded_gating().by_kind
    title = gating_title(by_kind)
    fig = gating_figure(by_kind, look=page.look, title=title)
    page.plot(fig, name="gating", alt=f"Loss over steps for two feed-forward parts. {title}.")
    page.note(
        f"The same count: SwiGLU has three matrices, ReLU two wider ones, here {by_kind['SwiGLU'][0].parameters:,} "
        f"weights each; in SmolLM2 {3 * 576 * 1536:,} = 3 · 576 · 1,536 = 2 · 576 · {equal_inner(576, 1536):,}. "
        "The task: each symbol is the sum of the two before it modulo 11, and one in ten is drawn at random."
    )


def numbers_of(text: str) -> np.ndarray:
    """The visitor's vector; raises ValueError in words for one that is no vector of 2 to 12 numbers."""
    try:
        numbers = np.array([float(word) for word in text.replace(",", " ").split()])
    except ValueError as error:
        raise ValueError(f"The vector must be numbers, such as 2 -1 0.5: {error}.") from error
    if not FEWEST_NUMBERS <= len(numbers) <= MOST_NUMBERS or not (np.abs(numbers) <= 1e6).all():
        raise ValueError(
            f"The vector must have {FEWEST_NUMBERS} to {MOST_NUMBERS} numbers, each within ±1e6; it has {len(numbers)}."
        )
    return numbers


def _made(page: Page) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """What each norm makes of the vector, and of the changed one."""
    value = page.controls.value
    x = numbers_of(value("numbers"))
    norms: dict[str, Callable[[np.ndarray], np.ndarray]] = {"LayerNorm": layer_norm, "RMSNorm": rms_norm}
    return {name: (norm(x), norm(value("scale") * x + value("shift"))) for name, norm in norms.items()}


def _norm(page: Page, places: Sequence[st.delta_generator.DeltaGenerator]) -> None:
    page.badges(Badge.EXACT)
    with places[0]:
        page.controls.text("numbers", "Vector x, 2 to 12 numbers", max_chars=200)
    with places[1]:
        page.controls.slider("scale", "Scale c", 0.1, 10.0, step=0.1)
    with places[2]:
        page.controls.slider("shift", "Shift b", -5.0, 5.0, step=0.1)
    try:
        rows = _made(page)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    title = norms_title(rows)
    fig = norms_figure(rows, look=page.look, title=title)
    page.plot(fig, name="norms", alt=f"Bars: a vector and a changed one after two norms. {title}.")
    page.note(
        "LayerNorm takes the mean out and divides by the deviation: scale and shift of all numbers alike are gone. "
        "RMSNorm divides by the root of the mean square: the scale is gone, the shift is not. Llama leaves the mean "
        "in, and saves a pass over the numbers."
    )


def _merges(page: Page, places: Sequence[st.delta_generator.DeltaGenerator]) -> None:
    page.badges(Badge.MEASURED)
    with places[0]:
        text = page.controls.text("learn", "Text to learn from", max_chars=LONGEST_TEXT)
    try:
        learned = learn_merges(text)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    with places[1]:
        page.controls.slider("merges", "Merges", 0, MOST_MERGES)
    count = min(page.controls.value("merges"), len(learned.merges))
    title = merges_title(learned, count)
    page.plot(
        merges_figure(learned, count, look=page.look, title=title),
        name="merges",
        alt=f"Pieces of the text over merges. {title}.",
    )
    pieces = pieces_after(text, learned.alphabet, learned.merges[:count])
    color = page.look.role("query")
    shown = " ".join(token_chip(piece, color) for piece in pieces[:SHOWN]) + (" …" if len(pieces) > SHOWN else "")
    last = ", ".join(
        f"{token_chip(first, color)} + {token_chip(second, color)}"
        for first, second in learned.merges[max(0, count - 3) : count]
    )
    page.note(f"{shown}<br>The last merges: {last or 'none yet, each character is a piece'}.")


def _languages(page: Page, places: Sequence[object]) -> None:
    page.badges(Badge.RECORDED)
    found = recorded_vocabularies()
    title = languages_title(found.cuts)
    fig = languages_figure(found.cuts, look=page.look, title=title)
    page.plot(fig, name="languages", alt=f"Bars of tokens per word in eight languages. {title}.")
    sizes = " and ".join(f"{name} {size:,}" for name, size in found.sizes.items())
    lost = ", ".join(
        f"{language} {cut.unknown / cut.tokens:.0%}" for language, cut in found.cuts["minilm-l6"].items() if cut.unknown
    )
    page.note(
        f"One sentence in each language; entries: {sizes}. Bytes lack nothing, so SmolLM2 has no unknown token; of "
        f"MiniLM's tokens are unknown: {lost or 'none'}. Llama 3 adds 28,000 entries for other languages to 100,000: "
        "fewer tokens for the same words."
    )


def checks(page: Page) -> list[Check]:
    """What must hold of the part on screen."""
    part = page.controls.value("part")
    try:
        return {GATE: _gate_checks, NORM: _norm_checks, MERGES: _merge_checks, LANGUAGES: _language_checks}[part](page)
    except ValueError:
        return []


def _gate_checks(page: Page) -> list[Check]:
    by_kind = recorded_gating().by_kind
    apart = abs(by_kind["ReLU"][0].parameters - by_kind["SwiGLU"][0].parameters)
    below = max(best_on_test(run.params.seed) - float(run.loss[-1]) for runs in by_kind.values() for run in runs)
    return [
        Check("Both parts have as many weights", float(apart), 0.0, "difference of the counts"),
        Check(
            "No run is better than the best reader of its texts",
            below,
            3 * sums_error(),
            "nats below it; three standard errors",
        ),
    ]


def _norm_checks(page: Page) -> list[Check]:
    x, rows = numbers_of(page.controls.value("numbers")), _made(page)
    scale, shift = page.controls.value("scale"), page.controls.value("shift")
    size = float((np.abs(scale * x).max() + abs(shift)) / (scale * x.std()))
    same, changed = rows["LayerNorm"]
    scaled = float(np.abs(rms_norm(scale * x) - rms_norm(x)).max())
    return [
        Check("LayerNorm(c x + b) = LayerNorm(x)", float(np.abs(same - changed).max()), ROUNDING * max(1.0, size)),
        Check("RMSNorm(c x) = RMSNorm(x)", scaled, ROUNDING),
    ]


def _merge_checks(page: Page) -> list[Check]:
    text = page.controls.value("learn")
    learned = learn_merges(text)
    pieces = pieces_after(text, learned.alphabet, learned.merges)
    lost = sum(a != b for a, b in zip("".join(pieces), "".join(text.split()), strict=False))
    lost += abs(len("".join(pieces)) - len("".join(text.split())))
    return [Check("The pieces joined are the text without its spaces", float(lost), 0.0, "characters that differ")]


def _language_checks(page: Page) -> list[Check]:
    recorded = recorded_vocabularies().cuts["minilm-l6"]
    error = max(abs(len(piece_ids(text)) - recorded[language].tokens) for language, text in RIGHTS.items())
    return [Check("MiniLM's tokens, counted now, are as recorded", float(error), 0.0, "largest difference")]


def script(page: Page) -> str:
    """A script that computes what is on screen."""
    part, value = page.controls.value("part"), page.controls.value
    if part == NORM:
        return f"""import numpy as np

from core.transformer import layer_norm, rms_norm

x = np.array({numbers_of(value("numbers")).tolist()!r})
for norm in (layer_norm, rms_norm):
    print(norm.__name__, norm(x), norm({value("scale")} * x + {value("shift")}))
"""
    if part == MERGES:
        return f"""from core.transformer import learn_merges, pieces_after

learned = learn_merges({value("learn")!r})
print(learned.merges[:{value("merges")}])
print(pieces_after(learned.text, learned.alphabet, learned.merges[:{value("merges")}]))
"""
    if part == GATE:
        return """from core.transformer import GatingParams, sums_entropy, train_gating

for gated in (False, True):
    run = train_gating(GatingParams(gated))
    print(run.parameters, run.loss[-1], sums_entropy())
"""
    return """from core.transformer import RIGHTS, piece_ids

for language, text in RIGHTS.items():
    print(language, len(piece_ids(text)) / len(text.split()))
"""

"""The views of the network panel: its maps, its filters, and what covering a part does."""

from typing import Any

import numpy as np

from components.figures.heights import room
from components.screens import alive
from core.checks import Check
from core.convolution import FILTERS, Exciting, clicked, network_identities, occlusion
from pages.foundations.convolution import findings, results
from pages.foundations.convolution.figures.panes import PLACE, Pane, in_rows, mosaic
from pages.foundations.convolution.figures.way import way
from pages.foundations.convolution.watched import DRAWING, Watched

ABOVE = 128
"""Pixels of the main figure's room that the way back, the controls and the sentence take."""


def maps(watched: Watched) -> None:
    """The digit on its way through the network."""
    page, seen = watched.page, watched.seen
    drawn = page.controls.value("source") == DRAWING
    title = findings.of_a_digit(seen, watched.label)
    fig = way(seen, look=page.look, title=title, height=room(page.look, ABOVE + watched.lower), drawn=drawn)
    page.plot(
        fig,
        name="way",
        roomy=True,
        alt=f"A digit, its maps behind both convolutions, and ten probabilities. {title}.",
        on_click=_turning(page.controls.value("drawing")) if drawn else None,
    )
    order = np.argsort(-seen.probs[0], kind="stable")[:3]
    said = ", ".join(f"{digit} with <b>{seen.probs[0, digit]:.3f}</b>" for digit in order)
    silent = float(np.mean(seen.second[0] == 0))
    fills = alive(" Click a cell of the digit to fill it.") if drawn else ""
    page.note(
        f"After {watched.step} of {watched.run.params.steps} steps: {said}. {silent:.0%} of the cells behind the "
        f"second convolution are 0, cut off by the ReLU.{fills}"
    )


def _turning(written: str) -> Any:
    """What a click on a cell of a drawing does to it."""

    def turned(carried: list[Any]) -> dict[str, str]:
        return {"drawing": clicked(written, int(carried[0]), int(carried[1]))}

    return turned


def filters(watched: Watched) -> None:
    """The filters, the patches that excite the chosen one most, and the picture made for it."""
    page, value = watched.page, watched.page.controls.value
    layer = value("filter_layer")
    number = min(value("filter"), FILTERS[layer - 1]) - 1
    found = results.exciting_of(watched.run.params, watched.checkpoint, layer, number)
    made = number + (FILTERS[0] if layer == 2 else 0)
    ascended = float(watched.run.ascended[made]) if watched.last else None
    title = f"Filter {number + 1}: {findings.of_patches(float(found.values[0]), ascended)}"
    rows = [_kernels(watched, layer, number), _patches(watched, found, made)]
    fig = mosaic(
        in_rows([row for row in rows if row]),
        look=page.look,
        title=title,
        height=room(page.look, ABOVE + watched.lower),
    )
    page.plot(fig, name="filters", roomy=True, alt=f"Filters, the patches that excite one most. {title}.")
    where = "a patch of 3 × 3 pixels" if layer == 1 else "8 × 8 pixels, borders included"
    until = "" if watched.last else " A picture is made for the last weights alone: move the time to its end."
    page.note(
        f"After {watched.step} steps, convolution {layer}: a cell sees {where}. "
        f"{findings.of_excited(found.values, number + 1, watched.run.params.train)}{until}"
    )


def _kernels(watched: Watched, layer: int, number: int) -> list[Pane]:
    """The filters of the first convolution, the chosen one framed; or the chosen one of the second, by its channels."""
    weights = watched.weights
    kernels = weights.first[:, 0] if layer == 1 else weights.second[number]
    top = float(np.abs(kernels).max()) or 1.0
    word = "filter" if layer == 1 else "on map"
    return [
        Pane(kernel, f"{word} {place + 1}", top=top, frame=(0, 0, 3, 3) if layer == 1 and place == number else None)
        for place, kernel in enumerate(kernels)
    ]


def _patches(watched: Watched, found: Exciting, made: int) -> list[Pane]:
    panes = [
        Pane(patch, f"{value:.2f}", "picture")
        for patch, value in zip(found.patches, found.values, strict=True)
        if value > 0
    ]
    if watched.last:
        panes.append(Pane(watched.run.ascent[made], f"made: {watched.run.ascended[made]:.2f}", "picture"))
    return panes


def occlusion_map(watched: Watched) -> None:
    """The digit, and how the probability of the answer falls where it is covered."""
    page, label = watched.page, int(watched.seen.said[0])
    found = occlusion(watched.weights, watched.digit, label, side=page.controls.value("cover"))
    title = findings.of_occlusion(found)
    panes = [
        Pane(watched.digit, "digit", "picture", labels=PLACE),
        Pane(found.fall, f"fall of the {label} when covered", top=1.0, labels=PLACE, bar="fall"),
    ]
    fig = mosaic(in_rows([panes]), look=page.look, title=title, height=room(page.look, ABOVE + watched.lower))
    page.plot(fig, name="occlusion", alt=f"A digit, and how far its probability falls at each covered place. {title}.")
    truth = "" if watched.label is None else f" Its label is {watched.label}."
    share = float(np.mean(found.fall > 0.5))
    page.note(
        f"The network says {label} with <b>{found.whole:.3f}</b>.{truth} A black square of {found.side} × "
        f"{found.side} pixels, centered on {share:.0%} of the places, takes more than half of it away."
    )


def identities(watched: Watched) -> tuple[Check, ...]:
    """The identities of the run and of the digit on screen."""
    params = watched.run.params
    return network_identities(
        watched.weights,
        watched.seen,
        recorded=float(watched.run.curves.test[-1]),
        again=results.accuracy_of(params),
        count=len(results.data_of(params).test),
    )

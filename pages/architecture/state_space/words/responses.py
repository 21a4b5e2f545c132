"""What the responses of a system say: three ways, what fades, what each way costs, and the circle."""

import numpy as np

from components.screens import alive
from core.state_space import Costs, Response
from pages.architecture.state_space.topic import DRAWN, OWN
from pages.architecture.state_space.words.numbers import small


def response_title(apart: float, rounding: float, radius: float, shown: int, asked: int) -> str:
    """What the main figure finds.

    Args:
        apart: the largest difference between the three ways. rounding: what float64 explains of it.
        radius: the size of the largest eigenvalue of Ā.
        shown, asked: samples that are followed, and samples of the signal.
    """
    if not apart <= rounding:
        return f"The three ways differ by {small(apart)}, which rounding does not explain"
    same = "they agree to the last digit" if apart == 0 else f"they differ by {small(apart)} at most"
    if shown < asked and radius <= 1 + 1e-9:
        first = "No eigenvalue is above 1, yet at first the state explodes"
        return f"{first}: only {shown} of {asked} samples are shown. Three ways: {same}"
    if shown < asked:
        return f"The system grows by {radius:.3g} a step: only {shown} of {asked} samples are shown. Three ways: {same}"
    return f"One output, three ways: {same}"


def response_reading(found: Response, moment: int) -> str:
    """The live sentence: the output at one moment as a sum of terms, and how long the system remembers."""
    terms, skip = found.terms(moment), found.system.D * float(found.u[moment])
    largest = int(np.abs(terms).argmax())
    said = (
        f"At sample <b>{moment}</b> y = <b>{found.outputs[0][moment]:.3f}</b>, a sum of <b>{len(terms)}</b> terms "
        f"K<sub>j</sub> u<sub>k−j</sub>, the largest <b>{terms[largest]:.3f}</b> at lag <b>{largest}</b>"
    )
    return (
        said
        + (f", and D u<sub>k</sub> = <b>{skip:.3f}</b>. " if skip else ". ")
        + fading(found.radius, rise=int(np.abs(found.kernel).argmax()), states=found.system.size)
    )


def own_words(*, system: str, signal: str) -> str:
    """Where the visitor's own matrices, text and heights are written."""
    places = []
    if system == OWN:
        places.append("A, B, C and D are written under More.")
    if signal == "text":
        places.append("The text is written under More. Its letters a to z are heights from −1 to 1, all else is 0.")
    if signal == DRAWN:
        places.append(alive("A click on a faint square draws the signal through it."))
    return "".join(f" {place}" for place in places)


def fading(radius: float, *, rise: int = 0, states: int = 1) -> str:
    """What the largest eigenvalue of Ā says of an old input.

    Args:
        radius: its size. rise: the lag at which the kernel is largest: until then the eigenvalue says nothing.
        states: N; where every eigenvalue is 0, so is the power N of Ā.
    """
    size = f"The largest eigenvalue of Ā is <b>{radius:.4f}</b> in size: "
    if radius > 1 + 1e-9:
        return f"{size}above 1, it grows for ever."
    if radius >= 1 - 1e-9:
        return f"{size}at 1 nothing fades."
    if radius < 1e-6:
        return f"{size}nothing is left after <b>{states}</b> step{'s' * (states > 1)}."
    half = np.log(0.5) / np.log(radius)
    said = f"{size}in the long run what is left of an input halves every <b>{half:.3g}</b> steps"
    return f"{said}, but first the kernel rises, up to lag <b>{rise}</b>." if rise > half else f"{said}."


def cost_title(costs: Costs) -> str:
    """How the time of each way grows with the length."""
    slopes = {way: costs.slope(way) for way in ("direct", "recurrence", "FFT")}
    powers = ", ".join(f"{way} as L^{slope:.1f}" for way, slope in slopes.items())
    return f"On long inputs the time grows: {powers}"


def memory_words(costs: Costs) -> str:
    """Whether the transform's time is explained by its operations, or also by numbers that have to be fetched."""
    counted, measured = costs.log_linear, costs.slope("FFT")
    said = f"L log L alone grows as L<sup>{counted:.1f}</sup> over these lengths"
    if measured > counted + 0.1:
        return f"{said}; the FFT's line is steeper where its arrays leave the processor's cache."
    return f"{said}, as the FFT does." if measured > counted - 0.1 else f"{said}; short runs hide some of it."


def circle_title(share: float, *, pad: bool) -> str:
    """What leaving out the zeros does to the signal on screen."""
    if pad:
        return "With zeros behind the signal the FFT gives the direct sums"
    if share < 1e-9:
        return "Without padding: no harm here, because nothing that comes around the circle weighs anything"
    return f"Without padding the circle bites its tail: wrong by up to {share:.0%} of the largest output"

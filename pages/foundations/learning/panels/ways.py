"""The panel on two ways to classify: a density for each class, or the boundary alone."""

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page
from core.checks import Check
from core.learning import CLASSES, PER_CLASS, SAMPLE_SIZES, WaysParams, recorded_digits
from pages.foundations.learning import findings
from pages.foundations.learning.figures import ways as figures
from pages.foundations.learning.results import one_set_of, ways_of

DIGITS = "handwritten digits"
KINDS = {"independent pixels": False, "pixels that go together": True}


def two_ways(page: Page) -> None:
    """Both classifiers on one data set, and their errors over the number of samples."""
    places = st.columns(3, vertical_alignment="bottom")
    with places[0]:
        classes = page.controls.select("classes", "Classes", [*CLASSES, DIGITS])
    if classes == DIGITS:
        with places[1]:
            page.controls.choice("digits", "Draw new digits from", list(KINDS))
        _digits(page)
        return
    with places[1]:
        page.controls.slider("samples", "log₂ of the samples", 2, 9)
    with places[2], st.container(horizontal=True, vertical_alignment="bottom"):
        page.controls.switch("fresh", "Draw new points from the densities")
        with st.popover("Features"):
            page.controls.slider("features", "Features, of which two tell the classes apart", 2, 20)
    _plane(page)


def _plane(page: Page) -> None:
    params, count = _params(page), 2 ** page.controls.value("samples")
    found, one = ways_of(params), one_set_of(params, count)
    title = findings.of_the_ways(found, SAMPLE_SIZES)
    fresh = page.controls.value("fresh")
    fig = figures.plane(found, one, fresh=fresh, seed=params.seed, look=page.look, title=title,
                        height=room(page.look, 150))  # fmt: skip
    page.plot(fig, name="ways", alt=f"Two classes with two boundaries, and two errors. {title}.", roomy=True)
    place = SAMPLE_SIZES.index(count)
    means = [float(errors[place].mean()) for errors in (found.generative, found.discriminative)]
    words = "The small points are drawn from the fitted densities, which the other side cannot do." if fresh else ""
    others = params.features - 2
    held = "the other feature is at its" if others == 1 else f"the other {others} features are at their"
    rest = f"; the lines hold where {held} mean" if others else ""
    page.sentence(
        f"Circles are class 0, squares class 1{rest}. With {count} samples of {params.features} features the "
        f"generative classifier errs on <b>{means[0]:.1%}</b> "
        f"of new points, the discriminative one on <b>{means[1]:.1%}</b> (means of {found.generative.shape[1]} data "
        f"sets). {words}"
    )


def _digits(page: Page) -> None:
    runs = recorded_digits()
    whole = KINDS[page.controls.value("digits")]
    title = findings.of_the_ways(runs, PER_CLASS, "digits a class")
    fig = figures.digits(runs, whole=whole, seed=page.controls.value("seed"), look=page.look, title=title,
                         height=room(page.look, 150))  # fmt: skip
    page.plot(fig, name="ways_digits", alt=f"Digits drawn from densities, and two errors. {title}.", roomy=True)
    first, last = ((float(errors[at].mean()) for errors in (runs.generative, runs.discriminative)) for at in (0, -1))
    (a, b), (c, d) = first, last
    words = "with the covariance of all pixels" if whole else "pixel by pixel, as naive Bayes believes"
    page.sentence(
        f"Wrong answers with {PER_CLASS[0]} digit a class: generative <b>{a:.1%}</b>, discriminative <b>{b:.1%}</b>; "
        f"with {PER_CLASS[-1]}: <b>{c:.1%}</b> and <b>{d:.1%}</b>. The digits at the left are new, drawn {words}."
    )


def badges(page: Page) -> tuple[Badge, ...]:
    """Where the numbers on screen come from."""
    return (Badge.RECORDED,) if page.controls.value("classes") == DIGITS else (Badge.MEASURED,)


def _params(page: Page) -> WaysParams:
    values = page.controls.values()
    name = values["classes"] if values["classes"] in CLASSES else next(iter(CLASSES))
    return WaysParams(name, values["features"], values["seed"])


def checks(page: Page) -> list[Check]:
    """The minimum of the logistic loss, or the densities of the digits against their factors."""
    if page.controls.value("classes") == DIGITS:
        return list(recorded_digits().checks)
    return [one_set_of(_params(page), 2 ** page.controls.value("samples")).boundary.check]


def script(page: Page) -> str:
    """A script that computes the errors on screen."""
    if page.controls.value("classes") == DIGITS:
        return """from core.learning import PER_CLASS, recorded_digits

runs = recorded_digits()  # made by: python -m core.assets record learning digits
for size, generative, discriminative in zip(PER_CLASS, runs.generative, runs.discriminative):
    print(size, generative.mean(), discriminative.mean())
"""
    params = _params(page)
    return f"""from core.learning import SAMPLE_SIZES, WaysParams, ways

found = ways({params!r})
for size, generative, discriminative in zip(SAMPLE_SIZES, found.generative, found.discriminative):
    print(size, generative.mean(), discriminative.mean())
"""

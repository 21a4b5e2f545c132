"""The panel on bias and variance: a hundred fits of one degree, and where their error comes from."""

from components.figures.heights import room
from core.checks import Check
from core.learning import Decomposition, DecompositionParams
from pages.foundations.learning import findings
from pages.foundations.learning.figures.parts import parts
from pages.foundations.learning.main import Shown, stand_in, world_of
from pages.foundations.learning.results import HIGHEST, decomposition_of

ABOVE = 70
"""Pixels of the main figure's room that the way back and the sentence take."""


def bias_and_variance(shown: Shown) -> None:
    """The fits as a band, and the parts of their error over the degree."""
    page, found = shown.page, _found(shown)
    title = findings.of_bias_and_variance(found)
    fig = parts(found, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="parts", alt=f"Fits to many data sets, and the parts of their error. {title}.", roomy=True)
    page.sentence(findings.of_the_decomposition(found) + stand_in(shown))


def _found(shown: Shown) -> Decomposition:
    return decomposition_of(_params(shown))


def _params(shown: Shown) -> DecompositionParams:
    return DecompositionParams(
        world=world_of(shown),
        points=shown.data.points,
        degree=shown.degree,
        highest=HIGHEST,
        ridge=shown.ridge,
        seed=shown.data.seed,
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the fits on screen."""
    return _found(shown).checks


def script(shown: Shown) -> str:
    """A script that fits the same data sets."""
    params = _params(shown)
    return f"""from core.learning import DecompositionParams, World, decomposition

found = decomposition(
    DecompositionParams({params.world!r}, points={params.points}, degree={params.degree}, highest={params.highest},
                        ridge={params.ridge!r}, fits={params.fits}, seed={params.seed})
)
k = found.params.degree
print("bias^2", found.bias[k], "variance", found.variance[k], "noise", found.floor)
print("new points", found.fresh[k], "+-", 2 * found.spread[k])
"""

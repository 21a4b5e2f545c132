"""Words of the decoding page: its equations, and what is said of a method, a race or a visitor's own settings."""

from collections.abc import Sequence

from components.scene import Equation
from core.decoding import CONTESTANTS, Lookahead, Medusa, Method, is_lossless, why_unavailable

EQUATIONS = (
    Equation(
        r"x \sim q, \qquad \Pr(\text{accept } x) = \min\!\left(1, \frac{p(x)}{q(x)}\right), \qquad "
        r"r(y) = \frac{\max(p(y) - q(y), 0)}{\sum_z \max(p(z) - q(z), 0)}",
        {
            "p, q": "the distributions of the target and of the draft over the next token",
            "x": "the draft token",
            "r": "the residual, from which the token is drawn after a rejection",
        },
    ),
    Equation(
        r"E = \frac{1 - \alpha^{\gamma + 1}}{1 - \alpha}, \qquad "
        r"\text{speed} = \frac{E}{T(\gamma + 1) / T(1) + \gamma c}",
        {
            r"\alpha": "the acceptance probability, the mean of the sum of min(p, q)",
            r"\gamma": "draft tokens for each call of the target",
            "E": "tokens gained by each call, if tokens were accepted independently",
            "T(k)": "the time of one call that reads k tokens; the published formula sets T(γ + 1) = T(1)",
            "c": "the time of one draft token, in units of T(1)",
        },
    ),
    Equation(
        r"m' = \max(m, \max_j S_j), \quad \ell' = \ell\, e^{m - m'} + \sum_j e^{S_j - m'}, \quad "
        r"O' = \frac{\ell\, e^{m - m'} O + \sum_j e^{S_j - m'} v_j}{\ell'}",
        {
            "S": "the scores of one query with the keys of the present tile",
            r"m, \ell": "the largest score and the sum of exponentials so far",
            "O": "the output so far; after the last tile it is softmax attention exactly",
        },
    ),
)


def unit_of(method: Method) -> str:
    """What the size of a method's draft counts."""
    return {Lookahead: "levels", Medusa: "guesses"}.get(type(method), "draft tokens")


def forecast_of(method: Method) -> str:
    """How theory reckons with a method's draft, and whether the race took its advice."""
    match method:
        case Medusa():
            return (
                "A guess is worth the product of the accuracies on its path. The tree of the race has the size that "
                "earns most."
            )
        case Lookahead():
            return (
                f"Each level has {method.window} guesses of the window and up to {method.guesses} of known n-grams, "
                "and at most one of them is accepted."
            )
        case _:
            return "The windows of the race are those that it recommends after a first round."


def surprise_of(method: Method) -> str:
    """Why the tokens counted for each call are not those of theory."""
    match method:
        case Medusa():
            return "the accuracies were measured on other text, and heads do not err independently"
        case Lookahead():
            return "tokens are not accepted independently, and many calls know no n-gram that fits"
        case _:
            return "tokens are not accepted independently, and many calls have a shorter draft or none"


WINDOW = (
    "The chain from the text and the twigs on it are the window: guesses for places further ahead. What the target "
    "writes after the twigs becomes the next level, and full columns become n-grams. A branch beside the chain is an "
    "n-gram met before: it is meant to be accepted."
)


def until_then(kind: str) -> str:
    """What is on screen before the visitor's own race has been run."""
    return (
        f"Until you race these settings, you see the recorded race on “{kind}”: at temperature 0, with windows that "
        "the measured costs call for."
    )


def absent(name: str, kinds: Sequence[str]) -> str:
    """Why a method is not in the race on screen.

    Args:
        name: of the method.
        kinds: the prompts on which it raced.
    """
    reason = why_unavailable(CONTESTANTS[name])
    if reason is not None:
        return f"“{name}” is not available: {reason} Greedy is shown in its place."
    where = f" It raced on {', '.join(f'“{kind}”' for kind in kinds)}." if kinds else ""
    return f"“{name}” is not part of this race.{where} Greedy is shown in its place."


def why_apart(method: Method) -> str:
    """Why a greedy text is not the one of greedy decoding."""
    return "rounding decided a near tie" if is_lossless(method) else "this method gives up exactness"

"""How the learning page writes its numbers, and its mathematics."""

import numpy as np

from components.scene import Equation
from core.learning import OUTPUTS, Output

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """A number in two or three significant digits: plain where people read it so, else with a power of ten."""
    if not np.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "no number"
    size = abs(value)
    if value == 0 or 0.001 <= size < 10_000:
        digits = 3 if size >= 0.01 else 2
        return f"{value:.{digits}g}" if size < 999.5 else f"{value:,.0f}"
    power = int(np.floor(np.log10(size)))
    return f"{value / 10.0**power:.1f} · 10{str(power).translate(SUPERSCRIPT)}"


def counted(count: int, one: str, several: str = "") -> str:
    """A number of things: "1 point", "2 points"."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def _wanted(output: Output) -> str:
    return ", ".join(f"{loss.name}, least at {loss.wants}" for loss in output.losses)


EQUATIONS: tuple[Equation, ...] = (
    Equation(
        r"\hat y(x) = \sum_{k=0}^{d} c_k P_k(t), \qquad t = \frac{2x - x_{\min} - x_{\max}}{x_{\max} - x_{\min}}, "
        r"\qquad \min_c\ \sum_{i=1}^{n} \big(y_i - \hat y(x_i)\big)^2 + \lambda \sum_{k \ge 1} c_k^2",
        {
            r"\hat y(x)": "the fitted curve at x",
            "d": "the degree, which names the hypothesis class: all polynomials up to it",
            "c_k": "the coefficients, which are learned",
            "P_k": "Legendre's polynomial of degree k",
            "t": "the place of x between the smallest and the largest training x, from −1 to 1",
            "n": "the number of training points, two of them at the ends of the range; the first sum is n times the "
            "empirical risk",
            r"\lambda": "the ridge, a price on squared coefficients; with none and d + 1 > n, the c of least norm",
        },
    ),
    Equation(
        r"R(\hat y) = \mathbb E_x\big[(\hat y(x) - f(x))^2\big] + \sigma^2, \qquad "
        r"\hat d = \arg\min_d \frac{1}{m} \sum_{j=1}^{m} \big(y'_j - \hat y_d(x'_j)\big)^2",
        {
            "R": "the risk: the expected squared error on a new point",
            "f": "the function that nobody but nature knows",
            r"\sigma": "the standard deviation of the noise",
            "x'_j, y'_j": "the m validation points",
            r"\hat d": "the degree that validation chooses; the excess is its risk over the least risk, less 1",
        },
    ),
    Equation(
        r"\mathbb E\Big[\tfrac1n \max_{j \le m} S_j\Big] = \frac1n \sum_{k=0}^{n-1} \Big(1 - F(k)^m\Big) "
        r"\ \le\ \frac12 + \sqrt{\frac{\ln m}{2n}}",
        {
            "m, n": "the number of guessers and of validation points",
            "S_j": "how many answers of guesser j are right",
            "F(k)": "the probability that one guesser has k or fewer right",
        },
    ),
    Equation(
        r"\frac1B \sum_b \mathbb E_x(\hat y_b - f)^2 = \underbrace{\mathbb E_x(\bar y - f)^2}_{\text{bias}^2} + "
        r"\underbrace{\frac1B \sum_b \mathbb E_x(\hat y_b - \bar y)^2}_{\text{variance}}",
        {
            "B": "the number of data sets",
            r"\hat y_b": "the fit to data set b",
            r"\bar y": "the mean of the fits",
        },
    ),
    Equation(
        r"\varphi_j(x) = \frac{1}{\sqrt p} \max(0, v_j^\top x), \quad j = 1, \dots, p, \qquad "
        r"\min_c \sum_i \big(y_i - c^\top \varphi(x_i)\big)^2 + \lambda \lVert c \rVert^2",
        {
            "p": "the number of random features",
            "v_j": "a random direction in 20 dimensions, drawn once and never trained",
        },
    ),
    Equation(
        r"\log \frac{p(y{=}1 \mid x)}{p(y{=}0 \mid x)} = \log \frac{p(y{=}1)}{p(y{=}0)} + \sum_k \log "
        r"\frac{\mathcal N(x_k;\, \mu_{1k}, s_k^2)}{\mathcal N(x_k;\, \mu_{0k}, s_k^2)} "
        r"\qquad\text{or}\qquad w^\top x + b",
        {
            r"\mu_{yk}, s_k^2": "generative: mean of feature k in class y, and its variance, pooled over the classes",
            "w, b": "discriminative: weights that minimize the logistic loss plus 0.05 |w|²",
        },
    ),
    *(
        Equation(
            r",\qquad ".join(loss.latex for loss in output.losses),
            {
                "y": f"{output.name} that is observed",
                "p": output.symbol,
                r"\ell(y, p)": f"in this order: {_wanted(output)}",
            },
        )
        for output in OUTPUTS.values()
    ),
)

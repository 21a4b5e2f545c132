"""The mathematics of the decoding page."""

from components.scene import Equation

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

"""The mathematics of the page on agents."""

from components.comparisons import MEAN, PAIRED, SIGN_TEST
from components.scene import Equation

EQUATIONS = (
    Equation(
        r"a_t = \arg\max_{a \in A(s_t)} \ln p(a\,\hookleftarrow \mid x_t), \qquad "
        r"q_t(a) = \frac{p(a\,\hookleftarrow \mid x_t)}{\sum_{b \in A(s_t)} p(b\,\hookleftarrow \mid x_t)}",
        {
            "s_t": "the state of the world before act t",
            "A(s_t)": "the acts that can be done in it; nothing else can be written",
            "x_t": "the prompt as it stands: rules, examples, task, acts and observations so far",
            "p": "SmolLM2’s probability, computed in bfloat16, recorded and live alike",
            r"\hookleftarrow": "the line break that ends an act",
            "q_t(a)": "the probability that the figure shows",
            "a_t": "the act that is done",
        },
    ),
    Equation(
        r"\frac{\hat s + \frac{z^2}{2n} \pm z\sqrt{\frac{\hat s(1-\hat s)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}",
        {r"\hat s": "a share of worlds", "n": "of how many", "z": "1.96; the ends of Wilson’s 95 % interval"},
    ),
    SIGN_TEST,
    PAIRED,
    MEAN,
)

"""The mathematics of the page on tools."""

from components.scene import Equation

EQUATIONS = (
    Equation(
        r"L_i(z) = -\sum_{j=0}^{4} w_j \ln p\,(x_{i+j} \mid z, x_{<i+j}), \qquad w_j \propto \max(0, 1 - j/5)",
        {
            "x": "the tokens of the text",
            "i": "the place of the call",
            "z": "what stands before the text: nothing, the call, or the call with its result",
            "w_j": "weights of the next five tokens, with sum 1",
            "L_i": "the loss, in nats",
        },
    ),
    Equation(
        r"\min\{L_i(\text{nothing}),\ L_i(\text{call})\} - L_i(\text{call} \to \text{result}) \;\ge\; \tau",
        {r"\tau": "the gain from which on a call is kept, in nats"},
    ),
    Equation(
        r"p\,(1 - e) > q \quad\Longleftrightarrow\quad e < 1 - q/p",
        {
            "p": "the share of problems that programs get right while the tool makes no error",
            "q": "the share that the other way gets right",
            "e": "how often the tool returns a wrong number without a word",
        },
    ),
    Equation(
        r"\frac{k/n + z^2/2n \mp z\sqrt{\frac{k}{n}(1 - \frac{k}{n})/n + z^2/4n^2}}{1 + z^2/n}",
        {
            "k, n": "how many are right, of how many",
            "z": "1.96; the two ends of Wilson’s 95 % interval, drawn as a whisker",
        },
    ),
)

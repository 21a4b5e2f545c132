"""The mathematics of the page on searching prompts."""

from components.scene import Equation

EQUATIONS = (
    Equation(
        r"s(z) = \frac{1}{n} \sum_{i=1}^{n} \mathbf{1}\left[\arg\max_{y} \log p(y \mid z(x_i)) = y_i\right], \qquad "
        r"\hat z = \arg\max_{z \in \mathrm{tried}} s(z)",
        {
            "z": "a prompt; z(x) is the prompt with the review x in its place",
            "n": "the number of reviews scored with",
            "y": "a label; y_i is the true one of review i",
            "s(z)": "the score, a share of right answers",
            r"\hat z": "the prompt that is given back; its score is the largest of several, so it tends to be too high",
        },
    ),
    Equation(
        r"P(\mathrm{move}) = \min\left(1, e^{(s(z') - s(z)) / T}\right), \qquad T = 0.3\, r\, (1/30)^{b / B}",
        {
            "z'": "a random neighbor of the prompt z: another wording in one slot",
            "T": "annealing's temperature",
            "r": "the spread of the scores that it has seen, highest minus lowest",
            "b, B": "evaluations spent, and the budget",
        },
    ),
    Equation(
        r"v^* = \arg\min_{v} \; -\mathbb{E} \sum_{t} \log p_\theta\left(y_t \mid v, x, y_{<t}\right), "
        r"\qquad \theta \text{ fixed}",
        {
            "v": "the soft prompt: one vector of 48 numbers in place of a control word",
            r"\theta": "the weights of the decoder, of which none changes",
            "x, y": "a question of five letters and its answer; y_t is its letter t",
        },
    ),
    Equation(
        r"Q = \frac{A}{c_e - c_t}, \qquad c_e = 2 N E + 4 L d\, E \left(q + \tfrac{E + 1}{2}\right), "
        r"\qquad A \approx m\, N\, u\, b\, (E_1 + q)",
        {
            "Q": "the number of questions from which on tuning has cost less than examples in the prompt",
            "A": "operations of a tuning: u updates of b questions; m is 4 with frozen weights, 6 where all move",
            "c_e, c_t": "extra operations for each later question with examples in the prompt, and after tuning; where "
            "keys and values are kept, c_e is 4 L d E q, and reading the examples is paid once, taken off A",
            "N, L, d": "parameters, layers and width of the model",
            "E, q": "tokens of the examples, and of a question; E_1 is what a tuned prompt adds",
        },
    ),
)

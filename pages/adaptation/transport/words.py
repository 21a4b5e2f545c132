"""What the transport page says in words: the notes' questions with answers, and the equations."""

from components.page import Equation, Question
from pages.adaptation.transport.results import CROSSED

QUESTIONS = [
    Question(
        "How exactly is a Wasserstein distance computed?",
        "As a linear program. Write the cost of every pair into a table, and look for the masses to move that meet "
        "both sides and cost least. Step through the table: prices show which move saves, until none does. "
        "On a line there is nothing to search: sort both sides.",
        {"panel": "By hand", "source": "Gaussian", "target": "square", "points": 4},
    ),
    Question(
        "What is a class-conditional distribution?",
        "The points that carry one label: P(x | y). It is a cloud like any other, so two labels can be compared "
        "by the transport between their clouds, even if their names have nothing in common.",
        {"panel": "Datasets", "data": "digits: relabeled"},
    ),
    Question(
        "Why consider y when it is the distribution of x that changes?",
        "Because P(x) alone says nothing about the task. Two datasets can have the very same points and ask for "
        "different things of them. Their feature distance is 0, and only the clouds behind the labels differ. "
        "Renaming labels changes nothing, since no cloud moves.",
        {"panel": "Datasets", "data": CROSSED},
    ),
    Question(
        "Does it help to align a new modality with the body's own data first?",
        "In four recorded runs it starts faster, and ends between 0.04 lower and 0.07 higher. With a tuned body a "
        "control that only makes the embedder as loud ends as high, so much of the gain is size. The last step "
        "tunes the embedder and the body, not input and output weights alone, and makes up for much.",
        {"panel": "Cross-modal"},
    ),
]

EQUATIONS = [
    Equation(
        r"W_p^p(\alpha, \beta) = \min_{P \ge 0}\ \sum_{ij} P_{ij}\, M_{ij}, \qquad P\mathbf 1 = a,\quad "
        r"P^{\top}\mathbf 1 = b, \qquad M_{ij} = \lVert x_i - y_j\rVert^p",
        {
            "P": "the plan: the mass that moves from source point i to target point j",
            "M": "the cost of moving one unit",
            "a, b": "the masses of the source and the target",
        },
    ),
    Equation(
        r"\max_{u, v}\ a^{\top}u + b^{\top}v \quad\text{with}\quad u_i + v_j \le M_{ij}",
        {"u, v": "the prices; the maximum equals the least cost, which proves both"},
    ),
    Equation(
        r"P_{\varepsilon} = \arg\min_P\ \langle P, M\rangle + \varepsilon\,\mathrm{KL}(P \mid a b^{\top}), \qquad "
        r"S_\varepsilon(x, y) = \mathrm{OT}_\varepsilon(x, y) - \tfrac12 \mathrm{OT}_\varepsilon(x, x) "
        r"- \tfrac12 \mathrm{OT}_\varepsilon(y, y)",
        {r"\varepsilon": "the regularization reg", "S": "the debiased divergence, 0 for equal clouds"},
    ),
    Equation(
        r"d\big((x, y), (x', y')\big)^2 = \lVert x - x'\rVert^2 + "
        r"\lambda\, W_2^2\big(P(x \mid y), P(x' \mid y')\big)",
        {r"\lambda": "the weight of the labels", "y": "a label, which stands for the cloud of its points"},
    ),
]

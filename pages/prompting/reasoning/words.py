"""The mathematics of the page on thinking aloud."""

from components.scene import Equation

EQUATIONS = (
    Equation(
        r"\frac{\hat p + \frac{z^2}{2n} \pm z\sqrt{\frac{\hat p(1-\hat p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}},"
        r"\qquad \hat d = \frac{c - b}{n}",
        {
            r"\hat p": "the share of problems that are right",
            "n": "the number of problems",
            "z": "1.96, for an interval of 95 %",
            "b": "problems that only the first way has right",
            "c": "problems that only the second way has right",
            r"\hat d": "the difference of two ways by pairs",
        },
    ),
    Equation(
        r"g = \max_a \frac{1}{n} \#\{i : y_i = a\}, \qquad "
        r"w_i = \exp\left(\frac{1}{T_i} \sum_{s=1}^{T_i} \log p(c_{i,s} \mid c_{i,<s})\right)",
        {
            "g": "a guess without the model: the best share right that one answer to all problems has; where a city is "
            "asked for, the share right by any of the four in the problem",
            "y_i": "the right answer to problem i",
            "a": "any answer",
            "w_i": "the weight of chain i in a weighted vote, its probability per token",
            "T_i": "its tokens",
            "c_{i,s}": "its token s",
        },
    ),
    Equation(
        r"P_k = \sum_{N_1 + \dots + N_m = k} \frac{k!}{N_1! \cdots N_m!} \prod_j p_j^{N_j}\; "
        r"\frac{[N_1 = \max_j N_j]}{\#\{j : N_j = N_1\}}",
        {
            "P_k": "the probability that a vote of k is right",
            "p_j": "the probability of answer j; the first is the right one",
            "N_j": "how many of the k chains say j",
            "m": "the number of different answers",
        },
    ),
    Equation(
        r"B_n = (1 - q^n)\,\frac{p(1-e)}{p(1-e) + (1-p)e} + q^{n-1}\, p\, e, \qquad q = p\,e + (1-p)(1-e)",
        {
            "B_n": "the probability that best of n is right",
            "p": "the probability that one sample is right",
            "e": "the share of verdicts in which the checker errs",
            "q": "the probability that a sample is not accepted",
        },
    ),
    Equation(
        r"R_n = \sum_{F} e^{|F|} (1-e)^{m-|F|} \left[(1 - Q_F)^n - (1 - Q_F - p)^n\right], \qquad "
        r"T_n = C_n(s)\, C_n(p_s) + (1 - C_n(s))\, C_n(p_o)",
        {
            "R_n": "the probability that best of n is right where the checker errs alike on equal answers",
            "F": "the wrong answers that outrank the right one",
            "Q_F": "their share together",
            "m": "the number of different wrong answers",
            "T_n": "the probability that a tree of n is right",
            "C_n": "what the checker makes of a share with n samples, by either formula",
            "s": "the share of sound first sentences: they name numbers of the problem alone, and nothing wrong",
            "p_s": "the share of right answers behind a sound one",
            "p_o": "the share of right answers behind any other",
        },
    ),
    Equation(
        r"A = \frac{1}{n} \sum_{i=1}^{n} \left(t_i c_i + (1 - t_i) d_i\right), \qquad "
        r"H_i = -\sum_s \sum_v p(v \mid a_{i,<s}) \log p(v \mid a_{i,<s})",
        {
            "A": "the share right with a switch",
            "t_i": "whether the switch thinks about problem i; at random all have the same share instead",
            "c_i": "whether the chain is right there",
            "d_i": "whether the direct answer is right there",
            "H_i": "the entropy of the direct answer, in nats; the switch thinks where it is largest",
            r"a_{i,<s}": "what the model had written before the answer’s token s",
            "v": "every token that could follow",
        },
    ),
    Equation(
        r"\tilde\lambda_i = \lambda_i - \frac{1}{n} \sum_{j=1}^{n} \lambda_j, \qquad "
        r"\lambda_i = \log p(\text{positive}) - \log p(\text{negative})",
        {
            r"\lambda_i": "the log-odds of the two words for review i, in nats",
            r"\tilde\lambda_i": "the same, calibrated; positive is said where it is above 0",
            "n": "the number of reviews in the set",
        },
    ),
    Equation(
        r"s(x) = -\min_i |x_i - 24|",
        {"x": "the numbers that are left in a state", "s": "its score by the nearest number; the largest are kept"},
    ),
    Equation(
        r"A = \frac{1}{mn} \sum_{i=1}^{m} \sum_{j=1}^{n} \left([a_i > b_j] + \tfrac12 [a_i = b_j]\right)",
        {
            "A": "the area under the curve (AUC): how often a good state gets the higher score",
            "a_i": "the score of a state that can make 24",
            "b_j": "the score of one that cannot",
        },
    ),
)

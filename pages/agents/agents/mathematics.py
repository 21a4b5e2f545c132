"""The mathematics of the panels on noise, plans and made tools."""

from components.scene import Equation

FORMULAS = (
    Equation(
        r"P_{\text{retries}} = \left(1 - p^{\,r+1}\right)^n, \qquad "
        r"P_{\text{vote}} = \left(\sum_{k > v/2} \binom{v}{k} (1-p)^k\, p^{\,v-k}\right)^{n}",
        {
            "p": "the probability that a call fails",
            "n": "the calls of a chain, all of which must come through",
            "r": "retries of each call, where a failure is announced",
            "v": "voters, an odd number; k of them are right, and wrong answers are taken to coincide",
        },
    ),
    Equation(
        r"g = (1-p)(1-a), \quad b = p\,m, \quad q = 1 - g - b, \quad S = \sum_{j=0}^{r} q^{\,j}, \qquad "
        r"P_{\text{right}} = (g S)^n, \quad P_{\text{wrong}} = \big((g+b) S\big)^n - (g S)^n",
        {
            "a": "false alarms: the probability that the checker rejects a right result",
            "m": "misses: the probability that it lets a wrong one through",
            "g": "a try is right and let through",
            "b": "a try is wrong and let through",
            "q": "a try is rejected, and made anew up to r times",
            "S": "the expected number of tries",
        },
    ),
    Equation(
        r"P_{\text{budget}} = \sum_{k=n}^{B} \binom{B}{k} (1-p)^k\, p^{\,B-k}",
        {"B": "calls paid for, of which a failed one is made anew", "k": "calls that come through"},
    ),
    Equation(
        r"f(s) = c(s) + w\,h(s)",
        {
            "f": "what a search takes the next state by, the smallest first",
            "c(s)": "the acts from the start to state s; greedy search leaves them out",
            "h(s)": "the guess of the acts that are still to go; breadth-first search has none",
            "w": "the weight of the guess; up to 1, and where h is never too large, no plan is shorter",
        },
    ),
    Equation(
        r"N = \frac{C_{\text{make}}}{c_{\text{large}} - c_{\text{small}}}",
        {
            "N": "the number of questions from which on a made tool pays",
            r"C_{\text{make}}": "what it costs once to make it",
            r"c_{\text{large}}": "a question to the large model",
            r"c_{\text{small}}": "a question to the light model that calls the tool",
        },
    ),
)

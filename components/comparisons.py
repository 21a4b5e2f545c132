"""How pages decide whether a difference is beyond noise: the mathematics that their titles and sentences stand on."""

from components.scene import Equation

SIGN_TEST = Equation(
    r"P = \min\!\Big(1,\; 2 \sum_{i=0}^{\min(b, c)} \binom{b+c}{i}\, 2^{-(b+c)}\Big)",
    {
        "b": "cases that the first way alone gets right, of those that both were tried on",
        "c": "cases that the second alone gets right; those on which both agree say nothing",
        "P": "how likely a fair coin falls so unevenly: McNemar’s exact sign test. A difference of counts is beyond "
        "noise where P is at most 0.05",
    },
)
"""Few cases differ."""

PAIRED = Equation(
    r"\frac{c' - b' \pm z\sqrt{b' + c' - (c'-b')^2 / m}}{m}, \qquad b' = b + \tfrac12, \quad c' = c + \tfrac12, "
    r"\quad m = n + 2",
    {
        "b, c": "cases that the first and the second way alone get right",
        "n": "all cases, the same for both",
        "z": "1.96; the ends of Agresti and Min’s 95 % interval of the second share minus the first. A difference is "
        "beyond noise where it leaves out 0",
    },
)
"""Many cases differ."""

MEAN = Equation(
    r"\bar d \pm t_{n-1}\, \frac{\sigma}{\sqrt n}, \qquad \bar d = \frac1n \sum_i d_i, \qquad "
    r"\sigma^2 = \frac{1}{n-1} \sum_i (d_i - \bar d)^2",
    {
        "d_i": "what one case, such as a list, a house or a question, has more in the second way than in the first; "
        "or its value, where one mean is drawn",
        "n": "how many cases",
        r"t_{n-1}": "Student’s 97.5 % quantile with n − 1 degrees of freedom; a mean difference is beyond noise where "
        "the interval leaves out 0",
    },
)
"""Values, not counts, differ."""

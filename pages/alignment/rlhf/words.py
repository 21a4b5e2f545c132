"""The mathematics of the RLHF page."""

from components.scene import Equation

EQUATIONS = (
    Equation(
        r"\max_\pi\; \mathbb{E}_{y\sim\pi}[r(y)] - \beta\,\mathrm{KL}(\pi\,\|\,\pi_{\mathrm{ref}}), "
        r"\qquad \pi^*(y) = \frac{\pi_{\mathrm{ref}}(y)\,e^{r(y)/\beta}}{Z}",
        {
            "r": "the learned reward of a whole response, the proxy",
            r"\beta": "the strength of the penalty",
            r"\pi_{\mathrm{ref}}": "the supervised start",
            "Z": "the sum that makes π* a distribution",
        },
    ),
    Equation(
        r"\mathcal{L} = -\frac1N\sum_i \log\sigma\big(r(y^+_i) - r(y^-_i)\big)",
        {
            r"y^+_i, y^-_i": "the preferred and the other response of pair i",
            r"\sigma": "the sigmoid, 1 / (1 + exp(−x)); only differences of rewards count",
        },
    ),
    Equation(
        r"\min\big(\rho A,\; \mathrm{clip}(\rho, 1-\epsilon, 1+\epsilon)\,A\big), \qquad "
        r"A_i^{\mathrm{GRPO}} = \frac{r_i - \bar r}{s_r + 10^{-4}}",
        {
            r"\rho": "π / π_old of a word",
            "A": "the advantage; PPO takes it from a value head, GRPO from the group",
            r"\epsilon": "the clip, 0.2",
            r"\bar r, s_r": "mean and standard deviation of the group's rewards",
        },
    ),
    Equation(
        r"\text{answer where } P(\text{right}) > \frac{r_0 - r_-}{r_+ - r_-}, \qquad "
        r"\mathrm{KL}(\text{best of } n\,\|\,\pi_{\mathrm{ref}}) \le \log n - \frac{n-1}{n}",
        {
            r"r_+, r_0, r_-": "the rewards for a right answer, for “I don't know”, for a wrong answer",
            "n": "samples of which the reward picks the best",
        },
    ),
)

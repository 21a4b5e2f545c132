"""What gold is, and the mathematics of the RLHF page."""

from components.scene import Equation
from core.rlhf import FREE_WORDS, PLACES, STEP, USEFUL, WORDS

GOLD = (
    f"Gold is what training never sees: distinct useful words ({', '.join(WORDS[word] for word in USEFUL)}), minus 0.5 "
    f"for each repeat of a word, minus 0.15 for each word beyond {FREE_WORDS}. The other five words are filler: "
    f"{', '.join(WORDS[USEFUL.stop :])}. A response is cut after {PLACES} words, "
    "which a dash behind it tells."
)

BLINDNESS = (
    "The reward model sees how often each word stands in a response, and the length. Whether a word is new or a repeat "
    "it is not told, so it has to guess at what gold counts."
)

EQUATIONS = (
    Equation(
        r"g(y) = D(y) - 0.5\,W(y) - 0.15\,\max(0,\; L(y) - 6), \qquad "
        r"r(y) = v^\top \mathrm{relu}\big(M\,\phi(y) + c\big) - r_0, \quad \phi(y) = \tfrac14\,(n_1, \dots, n_{11}, L)",
        {
            "g": "the gold reward of a response y, in points; it is measured only",
            "D": "distinct useful words among sun, light, air, scatters, blue, most",
            "W": "repeats: words that stand there already",
            "L": f"length, in words, at most {PLACES}",
            "r": "the reward model, the proxy: two layers M, c, v, fitted to preferences",
            r"\phi": "all that it sees: how often each of the eleven words stands there, and the length",
            "r_0": "its mean over the supervised start, so that the start has proxy 0",
        },
    ),
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
        r"\mathrm{KL} = \mathbb{E}_{y\sim\pi} \sum_t \sum_w \pi(w\mid y_{<t}) \log\frac{\pi(w\mid y_{<t})}"
        r"{\pi_{\mathrm{ref}}(w\mid y_{<t})}, \qquad H = -\sum_w \pi(w\mid y_{<t}) \log \pi(w\mid y_{<t})",
        {
            "t": "a place of the response; the sum over words w is exact, the mean over responses is sampled",
            "H": "the entropy of the next word, in nats; the curve is its mean over the places",
        },
    ),
    Equation(
        r"k_1 = -\log\rho, \qquad k_2 = \tfrac12(\log\rho)^2, \qquad k_3 = \rho - 1 - \log\rho, \qquad "
        r"\rho = \frac{\pi_{\mathrm{ref}}(y)}{\pi(y)},\; y\sim\pi",
        {
            "k_1, k_2, k_3": "estimates of the KL from one sample; k1 and k3 are right on average, k2 is not",
            r"\rho": "the ratio of a sample's probabilities under the start and under the policy",
        },
    ),
    Equation(
        r"\min\big(\rho A,\; \mathrm{clip}(\rho, 1-\epsilon, 1+\epsilon)\,A\big), \qquad "
        r"A_i^{\mathrm{GRPO}} = \frac{r_i - \bar r}{s_r + 10^{-4}}, \qquad A_i^{\mathrm{Dr.\,GRPO}} = r_i - \bar r",
        {
            r"\rho": "π / π_old of a word",
            "A": "the advantage; PPO takes it from a value head, GRPO from the group",
            r"\epsilon": "the clip, 0.2",
            r"\bar r, s_r": "mean and standard deviation of the group's rewards",
        },
    ),
    Equation(
        r"\mathcal{L}_{\mathrm{DPO}} = -\frac1N\sum_i \log\sigma\Big(\beta\log\frac{\pi(y^+_i)}{\pi_{\mathrm{ref}}"
        r"(y^+_i)} - \beta\log\frac{\pi(y^-_i)}{\pi_{\mathrm{ref}}(y^-_i)}\Big)",
        {
            r"\beta\log(\pi/\pi_{\mathrm{ref}})": "the reward that the policy implies; the margin is the difference of "
            "two of them",
        },
    ),
    Equation(
        r"h = h^+ - h^-, \quad h^\pm = \log\frac{\pi(y^\pm)}{\pi_{\mathrm{ref}}(y^\pm)}: \qquad "
        r"\mathcal{L}_{\mathrm{hinge}} = \max(0, 1 - \beta h), \quad "
        r"\mathcal{L}_{\mathrm{IPO}} = \Big(h - \frac{1}{2\beta}\Big)^2, \quad "
        r"\mathcal{L}_{\mathrm{KTO}} = \sigma\big(\beta(z^- - h^+)\big) + \sigma\big(\beta(h^- - z^+)\big)",
        {
            "h^+, h^-": "log-ratios of the chosen and of the rejected response of a pair; h is their difference, and "
            "β h the margin",
            r"\mathcal{L}": "the loss of a pair, averaged over pairs; KTO’s two parts are averaged too",
            "z^+, z^-": "the mean of h⁺ and of h⁻ over the minibatch, 0 where it is negative: KTO judges each "
            "response against the other kind",
        },
    ),
    Equation(
        r"\hat w = \arg\min_w \sum_i \log\big(1 + e^{-w^\top d_i}\big) + \tfrac12\,|w|^2, \qquad "
        r"H = \sum_i \sigma_i(1 - \sigma_i)\,d_i d_i^\top + I, \quad s_j = \sqrt{(H^{-1})_{jj}}",
        {
            r"\hat w": "the weights fitted to the labels; the reward is w · φ(y)",
            "d_i": "φ of the preferred answer minus φ of the other, for label i",
            r"\tfrac12|w|^2": "the prior: before any label each weight is 0 ± 1",
            r"H, \sigma_i": "the curvature at the fit; σ(w · dᵢ) is the probability that it gives to label i",
            "s_j": "the spread of weight j; for the figure word weights are taken from their mean and “length” is one "
            "more word, so both are recomputed from H⁻¹",
        },
    ),
    Equation(
        r"\pi_{k+1}(y) = \frac{\pi_k(y)\,e^{\eta r(y)}}{Z_k}, \quad \pi_0 = \pi_{\mathrm{ref}}, \qquad "
        r"I(d) = \tfrac12\log\big(1 + \sigma(1-\sigma)\,d^\top H^{-1} d\big)",
        {
            r"\pi_k": "the policy after k steps up that reward r, exact over all responses; it is the best one for a "
            "penalty β = 1 / (η k)",
            r"\eta": f"{STEP:g}",
            "I": "what the label of a pair would tell of the weights, in nats; “most informative” asks the largest",
        },
    ),
    Equation(
        r"R(d) = d\,(a - b\log d) \;\text{ or }\; R(d) = d\,(a - b\,d), \qquad d = \sqrt{\mathrm{KL}}",
        {"R": "the gain of gold over the start", "a, b": "fitted by least squares to the means of bins of d"},
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

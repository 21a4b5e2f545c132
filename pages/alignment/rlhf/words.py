"""The words of the RLHF page: presets, questions of the notes, equations."""

from typing import Any

from components.page import Equation, Preset, Question

SKY, ABSTAIN, SUMS = "explain the sky", "answer or abstain", "add small numbers"
"""What is trained: the toy world's policy, one that may say "I don't know", one that is paid by a checker."""


def sky(**values: Any) -> dict[str, Any]:
    """A story of the toy policy: fair raters, one reward model, the usual learning rate, unless `values` differ."""
    usual = {"seed": "0", "labeler": "a person", "sees_length": True, "ensemble": "one model", "rate": "usual"}
    return {"task": SKY, "controller": "fixed", **usual, **values}


PRESETS = (
    Preset(
        "Reward hacking, seen live",
        "Proxy and gold rise together, then part: drag the slider, or pick a point, and read what the policy says.",
        sky(algorithm="PPO", beta="0", pairs="500", compare="nothing", panel="Every series"),
    ),
    Preset(
        "More data postpones it",
        "With more pairs gold peaks later and higher. Where it ends differs by seed: the panel shows means of three.",
        sky(algorithm="PPO", beta="0", pairs="2000", compare="pairs", panel="Over-optimization"),
    ),
    Preset(
        "Beta as early stopping",
        "Over √KL all gold curves start on one path: a larger β stops earlier, and is no better at the same KL.",
        sky(algorithm="PPO", beta="0.3", pairs="500", compare="beta", axis="√KL", panel="Over-optimization"),
    ),
    Preset(
        "Length bias",
        "Raters who like length teach the reward model to like it, and the policy talks on.",
        sky(algorithm="PPO", beta="0", pairs="2000", labeler="a person who likes length", panel="Length"),
    ),
    Preset(
        "DPO: the chosen log-probability falls",
        "DPO widens the margin between chosen and rejected; it does not promise that the chosen gets likelier.",
        sky(algorithm="DPO", beta="0.1", pairs="500", panel="DPO"),
    ),
    Preset(
        "Abstain or guess",
        "Three rewards decide when “I don't know” pays: move them.",
        {"task": ABSTAIN, "reward_abstain": 0.3, "panel": "As the rewards vary"},
    ),
    Preset(
        "Equal rewards teach nothing",
        "Once every answer of a group is paid alike, its advantages are 0, and it moves nothing.",
        {"task": SUMS, "checker": "format", "sum_rate": 3.0, "rewards": "1, 1, 1, 1", "panel": "Group advantages"},
    ),
)

TOO_MUCH: dict[str, Any] = {"task": ABSTAIN, "hard": 95, "abstain_steps": 1500, "panel": "As the rewards vary"}

QUESTIONS = (
    Question(
        "What is the log-likelihood that the loss is based on?",
        "The probability that the model gives to the labels that were really given, as a logarithm. Each pair has a "
        "probability, the sigmoid of its reward gap; the likelihood of the data is their product, and its logarithm "
        "is their sum. The loss is minus the mean of that sum, so making it small makes the labels likely.",
        {"panel": "Preferences"},
    ),
    Question(
        "Should raters choose between two answers, or give a score?",
        "Scores carry each rater's style: one gives 2 % fives, another 30 %, and an item's mean depends on who saw "
        "it. Pairs need no common scale. Measured here, pairs are not always ahead, since one pair costs two noisy "
        "judgments; scores win once each rater's mean and spread are taken out.",
        {"panel": "Preferences"},
    ),
    Question(
        "Is it the next token's distribution that is compared?",
        "At each place, yes, and then summed over the whole response. On samples it is an estimate, and its form "
        "matters: one sample can be negative, and an estimate that is right on average may have a wrong gradient.",
        {"panel": "KL estimates"},
    ),
    Question(
        "Why does a model that had too much of it refuse everything?",
        "A refusal has a safe reward, and a wrong answer a bad one. When training holds mostly hard questions, the "
        "policy learns that its feeling of confidence is seldom worth trusting, and refuses easy questions too.",
        TOO_MUCH,
    ),
    Question(
        "Why not put “I don't know” into the training set?",
        "Whoever writes the examples does not know what the model knows. Where the writer knows and the model does "
        "not, the example teaches the model to guess; where it is the other way, to hold back. A reward follows the "
        "model's own hits and misses, and so carries over to new questions.",
        {"task": ABSTAIN, "overlap": 0, "panel": "Examples of “I don't know”"},
    ),
)

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

"""Scripts that compute with `core` alone what a panel shows in place of the main figure."""

from collections.abc import Mapping
from typing import Any

from core.rlhf import RunParams
from pages.alignment.rlhf.choices import BETA_NAMES

Values = Mapping[str, Any]


def preferences(values: Values) -> str:
    """The likelihood of a gap, and three ways of asking raters."""
    return f"""import numpy as np
from core.rlhf import bradley_terry_loss, compare_aggregation

gap = {values["gap"]!r}
print("probability", 1 / (1 + np.exp(-gap)), " loss", bradley_terry_loss(gap, 0.0))
shares = {{"strict": {values["strict"] / 100!r}, "generous": {values["generous"] / 100!r}}}
found = np.array([compare_aggregation(**shares, seed=seed).agreement for seed in range(12)])
for name, mean, spread in zip(("raw scores", "centered scores", "pairs"), found.mean(0), found.std(0, ddof=1)):
    print(name, mean, "+-", spread)
"""


def reward_model(params: RunParams) -> str:
    """The fit of a reward model."""
    return f"""from core.rlhf import Rater, RunParams, fit_reward_network

fit = fit_reward_network(RunParams(rater={params.rater!r}, pairs={params.pairs}, seed={params.seed}))
print("accuracy", fit.accuracy[-1], " gold accuracy", fit.gold_accuracy, " unseen loss", fit.held_out_loss[-1])
print("correlation with length", fit.length_correlation)
"""


def length() -> str:
    """Length and gold of all arms over seeds, from the recorded runs."""
    return """import numpy as np
from core.rlhf import end_gold, length_arms, recorded_arms  # train(params) makes each run again

for name, runs in recorded_arms(length_arms(0)).items():
    words = [float(run.length[-10:].mean()) for run in runs]
    print(name, "words", np.round(words, 1), "gold", np.round(end_gold(runs), 1))
"""


def estimators(values: Values) -> str:
    """Means and gradients of k1, k2 and k3, and both optima."""
    one, two = values["share_one"], values["share_two"]
    return f"""import numpy as np
from core.rlhf import best_of_n_distribution, estimator_report, gibbs_optimum

reference, rewards = np.array([0.2, 0.5, 0.3]), np.array([1.0, 0.0, -1.0])
one, two = {one} / 100, {two} / 100
policy = np.array([one, (1 - one) * two, (1 - one) * (1 - two)])
report = estimator_report(policy, reference)
print("KL", report.kl, " means of k1, k2, k3", report.mean, " spreads", report.sd)
print("true gradient", report.true_gradient)
print("gradients of the losses", report.gradients)
print("optimum", gibbs_optimum(reference, rewards, beta={values["optimum_beta"]!r}))
print("best of n", best_of_n_distribution(reference, rewards, {values["optimum_n"]!r}))
"""


def clip(values: Values) -> str:
    """PPO's objective at the ratio on screen."""
    advantage = 1.0 if values["sign"] == "+1" else -1.0
    return f"""from core.rlhf import ppo_objective

print("objective", ppo_objective({values["ratio"]!r}, {advantage}, clip={values["clip"]!r}))
"""


def advantages(values: Values) -> str:
    """Advantages of the typed group; of no group where none was typed."""
    return f"""import numpy as np
from core.rlhf import grpo_advantages

rewards = np.array([float(part) for part in {values["rewards"]!r}.split(",") if part.strip()])
print("GRPO", grpo_advantages(rewards))
print("Dr. GRPO", grpo_advantages(rewards, scale="none"))
"""


def dpo(values: Values) -> str:
    """A run of DPO, and its optimum in a world of three responses."""
    beta, pairs, seed = BETA_NAMES[values["beta"]] or 0.1, int(values["pairs"]), int(values["seed"])
    return f"""import numpy as np
from core.rlhf import fit_dpo, train, usual

history = train(usual("dpo", beta={beta!r}, pairs={pairs}, seed={seed}))
for side in ("chosen", "rejected"):
    smooth = np.convolve(history.metrics["logps/" + side], np.ones(15) / 15, mode="valid")
    print(side, smooth[0], "->", smooth[-1])
print("gold", history.gold[0], "->", history.gold[-1])
fit = fit_dpo(np.array([0.2, 0.5, 0.3]), np.array([1.0, 0.0, -1.0]), beta={values["world_beta"]!r})
print("DPO", fit.policy, " closed form", fit.optimum)
"""


def labels() -> str:
    """Final gold by labeler over seeds, and accuracy by the number of labels, from what was recorded."""
    return """import numpy as np
from core.rlhf import LABELERS, end_gold, labeler_arms, recorded_arms, recorded_labels

for name, runs in recorded_arms(labeler_arms(0)).items():
    gold = end_gold(runs)
    print(name, "final gold", gold.mean(), "+-", gold.std(ddof=1))
for name, accuracy in zip(LABELERS, recorded_labels().gold_accuracy):
    print(name, "pairs in gold order with more and more labels", np.round(accuracy.mean(1), 3))
"""


def text(values: Values) -> str:
    """What is expected of the best of n recorded answers."""
    return f"""import numpy as np
from core.rlhf import best_of_n_divergence, best_of_n_weights, recorded_answers

answers, n = recorded_answers(), {values["n"]!r}
for name, rewards in (("like length", answers.biased), ("fair", answers.fair)):
    weights = np.array([best_of_n_weights(row, n) for row in rewards])
    tokens, relevance = ((weights * values).sum(1).mean() for values in (answers.tokens, answers.relevance))
    print(name, "tokens", tokens, "relevance", relevance)
place = answers.prompts.index({values["prompt"]!r})
print("KL", best_of_n_divergence(answers.biased[place], answers.atoms(place), n))
"""


def idk(values: Values) -> str:
    """Examples against rewards on five draws."""
    return f"""import numpy as np
from core.rlhf import compare_idk

draws = [compare_idk(overlap={values["overlap"] / 100!r}, seed=seed) for seed in range(5)]
for place, way in enumerate(("examples", "rewards")):
    unseen = [draw.unseen[place] for draw in draws]
    print(way, "reward on new questions", np.mean(unseen), "+-", np.std(unseen, ddof=1))
"""

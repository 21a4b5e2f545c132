"""What the RLHF page keeps in memory between runs: small results that are computed at once."""

from dataclasses import replace

import numpy as np

from components.results import shared
from core.rlhf import (
    AbstainHistory,
    AbstainParams,
    Aggregation,
    IdkComparison,
    NetworkFit,
    RunParams,
    VerifierHistory,
    VerifierParams,
    abstention_ends,
    best_of_n_weights,
    compare_aggregation,
    compare_idk,
    fit_reward_network,
    recorded_answers,
    recorded_run,
    refusals_of,
    train_abstention,
    train_with_checker,
)


@shared(megabytes=5, size=lambda history: 5 * history.reward.nbytes)
def abstention_of(params: AbstainParams) -> AbstainHistory:
    """A run of the answering policy; it takes a tenth of a second."""
    return train_abstention(params)


@shared(megabytes=1, size=lambda table: table.nbytes)
def abstention_ends_of(runs: tuple[AbstainParams, ...]) -> np.ndarray:
    """Where several such runs end, [run share]."""
    return abstention_ends(runs)


def abstention_over_seeds(runs: tuple[AbstainParams, ...]) -> np.ndarray:
    """The same for three seeds, [seed run share]."""
    return np.stack([abstention_ends_of(tuple(replace(run, seed=seed) for run in runs)) for seed in range(3)])


@shared(megabytes=1, size=lambda share: 100)
def sure_refused(params: AbstainParams) -> float:
    """The share that such a run, trained anew, refuses of the questions that it surely knows; half a second at most."""
    return refusals_of(params)[1]


@shared(megabytes=1, size=lambda comparison: 200)
def idk_of(overlap: float, seed: int) -> IdkComparison:
    """Supervised "I don't know" against rewards."""
    return compare_idk(overlap=overlap, seed=seed)


@shared(megabytes=1, size=lambda fit: 4 * fit.loss.nbytes + 200)
def fit_of(params: RunParams) -> NetworkFit:
    """The reward model of a run, without the run: the recorded one where the run was recorded."""
    kept = recorded_run(params)
    return kept.reward_fit if kept else fit_reward_network(params)


@shared(megabytes=5, size=lambda history: 5 * history.reward.nbytes)
def checker_run(params: VerifierParams) -> VerifierHistory:
    """A run against a checker; it takes half a second."""
    return train_with_checker(params)


@shared(megabytes=1, size=lambda found: 3 * found.truth.nbytes)
def aggregation_of(strict: float, generous: float, seed: int) -> Aggregation:
    """Scores against pairs, for raters of two styles."""
    return compare_aggregation(strict=strict, generous=generous, seed=seed)


@shared(megabytes=1, size=lambda table: table.nbytes)
def aggregation_over_seeds(strict: float, generous: float) -> np.ndarray:
    """The three agreements for twelve seeds, [seed way]."""
    return np.array([aggregation_of(strict, generous, seed).agreement for seed in range(12)])


@shared(megabytes=1, size=lambda table: table.nbytes)
def best_of_n_table(judge: str) -> np.ndarray:
    """What is expected of the best of n recorded answers, over all subsets, [measure prompt n].

    The measures are tokens, relevance to the prompt, and log-probability.

    Args:
        judge: "like length" or "fair": whose reward chooses.
    """
    answers = recorded_answers()
    rewards = answers.biased if judge == "like length" else answers.fair
    every = range(1, rewards.shape[1] + 1)
    weights = np.array([[best_of_n_weights(row, n) for n in every] for row in rewards])
    measures = (answers.tokens, answers.relevance, answers.log_probability)
    return np.stack([np.einsum("pns,ps->pn", weights, values) for values in measures])

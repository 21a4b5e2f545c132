"""Runs that all visitors share."""

from components.results import shared
from core.learning import (
    BestLine,
    Duel,
    DuelParams,
    NetworkParams,
    NetworkRun,
    PerceptronRun,
    best_line,
    duel,
    train_network,
)
from core.learning import perceptron as run_perceptron
from pages.foundations.networks.clouds import Cloud


@shared(megabytes=60, size=lambda run: run.size, slow=True)
def run_of(params: NetworkParams) -> NetworkRun:
    """A training."""
    return train_network(params)


@shared(megabytes=60, size=lambda found: found.size, slow=True)
def duel_of(params: DuelParams) -> Duel:
    """Two settings over the same starts."""
    return duel(params)


@shared(megabytes=10, size=lambda run: int(run.path.nbytes + run.x.nbytes))
def mistakes_of(cloud: Cloud) -> PerceptronRun:
    """A perceptron on a cloud."""
    x, y = cloud.data()
    return run_perceptron(x, y, passes=cloud.passes)


@shared(megabytes=1, size=lambda line: 200)
def line_of(cloud: Cloud) -> BestLine:
    """The best line through a cloud."""
    x, y = cloud.data()
    return best_line(x[:, :2], y)

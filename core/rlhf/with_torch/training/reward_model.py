"""The reward model: fitted to preferences by the Bradley-Terry likelihood, blind to what the gold reward counts."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from core.progress import Progress, portion
from core.rlhf.formulas import bradley_terry_loss
from core.rlhf.raters import Preferences
from core.rlhf.runs import NetworkFit
from core.rlhf.world import Responses, features, gold_reward, lengths

WIDTH = 32
UPDATES = 300
MINIBATCH = 512
EVERY = 20


class RewardNetwork:
    """Two layers from a response's features x to one number: r(x) = v . relu(W x + c).

    The gradient is written out: a step of autograd costs three times as much as the arithmetic of so small a network,
    and a visitor who moves a slider waits for 300 of them. A constant beside r would never move, since Bradley-Terry
    sees differences only.

    Args:
        inputs: features.
        seed: of the initial weights.
        width: hidden units.
    """

    def __init__(self, inputs: int, *, seed: int, width: int = WIDTH) -> None:
        self.width = width
        self.parameters = torch.zeros(width * (inputs + 2))
        self.weight, self.bias, self.out = _parts(self.parameters, width)
        generator = torch.Generator().manual_seed(seed)
        for matrix, fan in ((self.weight, inputs), (self.out, width)):
            matrix.uniform_(-1 / math.sqrt(fan), 1 / math.sqrt(fan), generator=generator)

    def __call__(self, x: Float[Tensor, "response feature"]) -> Float[Tensor, "response"]:
        """The reward of each response."""
        return torch.addmm(self.bias, x, self.weight.T).relu_() @ self.out

    def gradient(
        self, chosen: Float[Tensor, "pair feature"], rejected: Float[Tensor, "pair feature"]
    ) -> Float[Tensor, "parameter"]:
        """Slope of the Bradley-Terry loss in all parameters, W, c and v in one row.

        With g = r(chosen) - r(rejected), d loss / d r(chosen) = -sigmoid(-g) / N, and its opposite for the rejected.

        Invariant: what autograd gives for `bradley_terry_loss`, up to rounding.
        """
        x = torch.cat([chosen, rejected])
        hidden = torch.addmm(self.bias, x, self.weight.T).relu_()
        rewards = hidden @ self.out
        push = torch.sigmoid(rewards[len(chosen) :] - rewards[: len(chosen)]) / len(chosen)
        slope = torch.cat([-push, push])
        gradient = torch.empty_like(self.parameters)
        weight, bias, out = _parts(gradient, self.width)
        below = torch.outer(slope, self.out).mul_(hidden > 0)
        torch.mm(below.T, x, out=weight)
        torch.sum(below, 0, out=bias)
        torch.mv(hidden.T, slope, out=out)
        return gradient


def _parts(
    parameters: Float[Tensor, "parameter"], width: int
) -> tuple[Float[Tensor, "width feature"], Float[Tensor, "width"], Float[Tensor, "width"]]:
    """W, c and v as views of one row."""
    return parameters[: -2 * width].view(width, -1), parameters[-2 * width : -width], parameters[-width:]


class RewardModel:
    """One or several networks as one reward, shifted so that the supervised start gets 0 on average.

    Args:
        networks: the members.
        rule: "mean" or "worst" of the members.
        sees_length: what the features hold.
        offsets: subtracted from each member's reward; Bradley-Terry fixes differences only.
        penalty: taken off the mean of the members for each point of their spread.
    """

    def __init__(
        self,
        networks: Sequence[RewardNetwork],
        *,
        rule: str,
        sees_length: bool,
        offsets: Sequence[float],
        penalty: int | float = 0,
    ) -> None:
        self.networks = tuple(networks)
        self.rule = rule
        self.sees_length = sees_length
        self.offsets = tuple(offsets)
        self.penalty = penalty

    @torch.no_grad()
    def members(self, responses: Responses) -> Float[np.ndarray, "member response"]:
        """The reward of each member for each response."""
        x = torch.from_numpy(features(responses, sees_length=self.sees_length)).float()
        rewards = [network(x).numpy() - offset for network, offset in zip(self.networks, self.offsets, strict=True)]
        return np.stack(rewards).astype(float)

    def __call__(self, responses: Responses) -> Float[np.ndarray, "response"]:
        """The reward of each response."""
        members = self.members(responses)
        if self.rule == "worst":
            return np.asarray(members.min(0))
        spread = members.std(0, ddof=1) if self.penalty else 0.0
        return np.asarray(members.mean(0) - self.penalty * spread)


def fit_reward_model(
    preferences: Preferences,
    held_out: Preferences,
    reference: Responses,
    *,
    seed: int,
    ensemble: int = 1,
    rule: str = "mean",
    sees_length: bool = True,
    width: int = WIDTH,
    penalty: int | float = 0,
    on_progress: Progress | None = None,
) -> tuple[RewardModel, NetworkFit]:
    """Fits reward models to preferences and measures them on pairs they have not seen.

    Args:
        preferences: the pairs to fit to.
        held_out: pairs by the same rater.
        reference: responses of the supervised start, whose mean reward becomes 0.
        seed: of the weights and minibatches; member m uses seed + 1000 m.
        width: hidden units of each member.
        penalty: as `RewardModel` takes it.

    Returns:
        The model and how its fit went. Invariant: the mean reward of each member on `reference` is 0.

    Source: Stiennon et al. 2009.01325, section 3.4; Coste et al. 2310.02743 for the ensemble.
    """
    networks, curves = [], []
    for member in range(ensemble):
        tell = portion(on_progress, member / ensemble, (member + 1) / ensemble)
        network, curve = _fit_one(
            preferences, held_out, seed=seed + 1000 * member, sees_length=sees_length, width=width, on_progress=tell
        )
        networks.append(network)
        curves.append(curve)
    plain = RewardModel(networks, rule=rule, sees_length=sees_length, offsets=[0.0] * ensemble)
    offsets = plain.members(reference).mean(1)
    model = RewardModel(
        networks,
        rule=rule,
        sees_length=sees_length,
        offsets=[float(offset) for offset in offsets],
        penalty=penalty,
    )
    return model, _describe(model, preferences, held_out, np.mean(curves, axis=0))


def _fit_one(
    preferences: Preferences, held_out: Preferences, *, seed: int, sees_length: bool, width: int, on_progress: Progress
) -> tuple[RewardNetwork, Float[np.ndarray, "point 4"]]:
    """One network, and (updates, loss, held-out loss, held-out accuracy) along the way."""
    chosen, rejected, held_chosen, held_rejected = (
        torch.from_numpy(features(side, sees_length=sees_length)).float()
        for side in (preferences.chosen, preferences.rejected, held_out.chosen, held_out.rejected)
    )
    network = RewardNetwork(chosen.shape[1], seed=seed, width=width)
    optimizer = torch.optim.Adam([network.parameters], lr=1e-2, fused=True)
    generator = torch.Generator().manual_seed(seed + 1)
    curve = []
    for update in range(UPDATES + 1):
        if update % EVERY == 0:
            fitted = bradley_terry_loss(network(chosen), network(rejected))
            good, bad = network(held_chosen), network(held_rejected)
            unseen, right = bradley_terry_loss(good, bad), (good > bad).float().mean()
            curve.append((float(update), float(fitted), float(unseen), float(right)))
            on_progress(update / UPDATES, f"Fitting the reward model: accuracy {float(right):.2f} on unseen pairs")
        picked = torch.randint(len(chosen), (min(MINIBATCH, len(chosen)),), generator=generator)
        network.parameters.grad = network.gradient(chosen[picked], rejected[picked])
        optimizer.step()
    return network, np.array(curve)


def _describe(
    model: RewardModel, preferences: Preferences, held_out: Preferences, curve: Float[np.ndarray, "point 4"]
) -> NetworkFit:
    first, second = model(held_out.first), model(held_out.second)
    gold = gold_reward(held_out.first) - gold_reward(held_out.second)
    untied = gold != 0
    probability = 1 / (1 + np.exp(-np.clip(first - second, -700, 700)))
    bins = np.minimum((probability * 10).astype(int), 9)
    observed, predicted = (
        np.array([values[bins == place].mean() if (bins == place).any() else np.nan for place in range(10)])
        for values in (held_out.prefers_first.astype(float), probability)
    )
    everything = np.concatenate([first, second])
    words = np.concatenate([lengths(held_out.first), lengths(held_out.second)])
    varies = everything.std() > 0 and words.std() > 0
    return NetworkFit(
        updates=curve[:, 0].astype(int),
        loss=curve[:, 1],
        held_out_loss=curve[:, 2],
        accuracy=curve[:, 3],
        gold_accuracy=float(np.mean(np.sign(first - second)[untied] == np.sign(gold[untied]))) if untied.any() else 0.5,
        predicted=predicted,
        observed=observed,
        length_correlation=float(np.corrcoef(everything, words)[0, 1]) if varies else 0.0,
        warning=_warning(preferences),
    )


def _warning(preferences: Preferences) -> str:
    labels = preferences.prefers_first
    if len(labels) == 1:
        return "One pair cannot teach a reward: the model memorizes it, and what it says of other responses is chance."
    if labels.all() or not labels.any():
        place = "first" if labels[0] else "second"
        return f"All {len(labels)} labels prefer the {place} response: they tell the place, not the quality."
    return ""

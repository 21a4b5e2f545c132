"""The reward model: fitted to preferences by the Bradley-Terry likelihood, blind to what the gold reward counts."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.progress import Progress, portion
from core.rlhf.formulas import bradley_terry_loss
from core.rlhf.raters import Preferences
from core.rlhf.runs import RewardFit
from core.rlhf.world import Responses, features, gold_reward, lengths

WIDTH = 32
UPDATES = 300
MINIBATCH = 512
EVERY = 20


class RewardNetwork(nn.Module):
    """Two layers from a response's features to one number.

    Args:
        inputs: features.
        seed: of the initial weights.
    """

    def __init__(self, inputs: int, *, seed: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(inputs, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 1))
        generator = torch.Generator().manual_seed(seed)
        for layer in (self.layers[0], self.layers[2]):
            assert isinstance(layer, nn.Linear)
            bound = 1 / math.sqrt(layer.in_features)
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Float[Tensor, "response feature"]) -> Float[Tensor, "response"]:
        """The reward of each response."""
        return torch.as_tensor(self.layers(x).squeeze(-1))


class RewardModel:
    """One or several networks as one reward, shifted so that the supervised start gets 0 on average.

    Args:
        networks: the members.
        rule: "mean" or "worst" of the members.
        sees_length: what the features hold.
        offsets: subtracted from each member's reward; Bradley-Terry fixes differences only.
    """

    def __init__(
        self, networks: Sequence[RewardNetwork], *, rule: str, sees_length: bool, offsets: Sequence[float]
    ) -> None:
        self.networks = tuple(networks)
        self.rule = rule
        self.sees_length = sees_length
        self.offsets = tuple(offsets)

    @torch.no_grad()
    def members(self, responses: Responses) -> Float[np.ndarray, "member response"]:
        """The reward of each member for each response."""
        x = torch.from_numpy(features(responses, sees_length=self.sees_length)).float()
        rewards = [network(x).numpy() - offset for network, offset in zip(self.networks, self.offsets, strict=True)]
        return np.stack(rewards).astype(float)

    def __call__(self, responses: Responses) -> Float[np.ndarray, "response"]:
        """The reward of each response."""
        members = self.members(responses)
        return np.asarray(members.min(0) if self.rule == "worst" else members.mean(0))


def fit_reward_model(
    preferences: Preferences,
    held_out: Preferences,
    reference: Responses,
    *,
    seed: int,
    ensemble: int = 1,
    rule: str = "mean",
    sees_length: bool = True,
    on_progress: Progress | None = None,
) -> tuple[RewardModel, RewardFit]:
    """Fits reward models to preferences and measures them on pairs they have not seen.

    Args:
        preferences: the pairs to fit to.
        held_out: pairs by the same rater.
        reference: responses of the supervised start, whose mean reward becomes 0.
        seed: of the weights and minibatches; member m uses seed + 1000 m.

    Returns:
        The model and how its fit went. Invariant: the mean reward of each member on `reference` is 0.

    Source: Stiennon et al. 2009.01325, section 3.4; Coste et al. 2310.02743 for the ensemble.
    """
    networks, curves = [], []
    for member in range(ensemble):
        tell = portion(on_progress, member / ensemble, (member + 1) / ensemble)
        network, curve = _fit_one(
            preferences, held_out, seed=seed + 1000 * member, sees_length=sees_length, on_progress=tell
        )
        networks.append(network)
        curves.append(curve)
    plain = RewardModel(networks, rule=rule, sees_length=sees_length, offsets=[0.0] * ensemble)
    offsets = plain.members(reference).mean(1)
    model = RewardModel(networks, rule=rule, sees_length=sees_length, offsets=[float(offset) for offset in offsets])
    return model, _describe(model, preferences, held_out, np.mean(curves, axis=0))


def _fit_one(
    preferences: Preferences, held_out: Preferences, *, seed: int, sees_length: bool, on_progress: Progress
) -> tuple[RewardNetwork, Float[np.ndarray, "point 4"]]:
    """One network, and (updates, loss, held-out loss, held-out accuracy) along the way."""
    chosen, rejected, held_chosen, held_rejected = (
        torch.from_numpy(features(side, sees_length=sees_length)).float()
        for side in (preferences.chosen, preferences.rejected, held_out.chosen, held_out.rejected)
    )
    network = RewardNetwork(chosen.shape[1], seed=seed)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    generator = torch.Generator().manual_seed(seed + 1)
    curve = []
    for update in range(UPDATES + 1):
        if update % EVERY == 0:
            with torch.no_grad():
                fitted = bradley_terry_loss(network(chosen), network(rejected))
                good, bad = network(held_chosen), network(held_rejected)
                unseen, right = bradley_terry_loss(good, bad), (good > bad).float().mean()
            curve.append((float(update), float(fitted), float(unseen), float(right)))
            on_progress(update / UPDATES, f"Fitting the reward model: accuracy {float(right):.2f} on unseen pairs")
        picked = torch.randint(len(chosen), (min(MINIBATCH, len(chosen)),), generator=generator)
        loss = bradley_terry_loss(network(chosen[picked]), network(rejected[picked]))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    return network, np.array(curve)


def _describe(
    model: RewardModel, preferences: Preferences, held_out: Preferences, curve: Float[np.ndarray, "point 4"]
) -> RewardFit:
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
    return RewardFit(
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

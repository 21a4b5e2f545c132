"""The page's card on the home page."""

import numpy as np

from components.drawing import Dots, Drawing, Line
from components.theme import Look
from core.learning import NetworkParams, train_network

SEEN = 0.02
"""A point lies on the boundary where the logit changes its sign within a step of this size."""


def draw(look: Look) -> Drawing:
    """The training points of the first story, and the boundary that the network has learned."""
    run = train_network(NetworkParams(points=120))
    angles = np.linspace(0, 2 * np.pi, 121)
    radii = np.arange(SEEN, 1.2, SEEN)
    rays = radii[None, :, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)[:, None]
    logits = run.params.net.logits(run.weights[-1], rays.reshape(-1, 2)).reshape(rays.shape[:2])
    edge = np.array([rays[place, int(np.argmax(row < 0))] for place, row in enumerate(logits)])
    wide = np.array([2.4, 1.0])
    return Drawing(
        "Points of a disc and of a ring around it, and the closed curve by which a small network parts them.",
        (
            Dots(run.train.x[run.train.y > 0] * wide, look.role("key"), 3.0),
            Dots(run.train.x[run.train.y < 0] * wide, look.role("query"), 3.0),
            Line(edge * wide, look.ink),
        ),
    )

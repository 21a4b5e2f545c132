"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line
from components.theme import Look
from core.tuning import recorded_changes
from pages.adaptation.adapters.figures.energy import ROLES
from pages.adaptation.adapters.topic import DEFAULTS


def draw(look: Look) -> Drawing:
    """What ranks and what as many entries keep of the first story's change."""
    changes = recorded_changes().of("full", int(str(DEFAULTS["layer"])), str(DEFAULTS["module"]))
    shares = {kind: np.mean([getattr(change, kind) for change in changes], axis=0)[:192] for kind in ROLES}
    return Drawing(
        "Two curves over the rank: what ranks keep of a change rises far faster than what single entries keep.",
        tuple(
            Line(np.column_stack([np.log2(np.arange(len(values)) + 1), values.astype(float)]), look.role(ROLES[kind]))
            for kind, values in shares.items()
        ),
    )

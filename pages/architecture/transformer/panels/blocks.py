"""What happens inside the block at the chosen depth."""

import numpy as np

from core.transformer import STEPS
from pages.architecture.transformer.figures.path import inside_figure
from pages.architecture.transformer.main import Shown


def inside(shown: Shown) -> None:
    """The steps of the block that ends at this depth, with the size and length of what they make."""
    layer = max(shown.depth - 1, 0)
    path = shown.path
    made = dict(zip(STEPS, path.inside[layer], strict=True))
    longer = "attention" if made["projection"] > made["down"] else "the feed-forward part"
    title = f"Layer {layer}: {longer} adds the longer vector, {max(made['projection'], made['down']):.1f}"
    fig = inside_figure(path, layer, look=shown.page.look, title=title)
    shown.page.plot(fig, name="inside", alt=f"Bars: length of what each step of a block makes. {title}.")
    before = float(path.stream[2 * layer])
    after = float(path.stream[2 * layer + 2])
    grown = np.hypot(made["projection"], made["down"])
    shown.page.note(
        f"The stream comes in with the length <b>{before:.1f}</b> and leaves with <b>{after:.1f}</b>. The norms bring "
        f"every stream to one scale before a part reads it. The projection adds <b>{made['projection']:.1f}</b>, the "
        f"feed-forward part <b>{made['down']:.1f}</b>; at a right angle the two would make <b>{grown:.1f}</b>. Blue "
        "steps are attention's, green ones the feed-forward part's; “9 × 64” means nine heads of 64 numbers."
    )

"""What happens inside the block at the chosen depth."""

import numpy as np

from components.page import Panel
from core.transformer import STEPS
from pages.architecture.transformer.figures.path import inside_figure
from pages.architecture.transformer.main import Shown


def panel(shown: Shown) -> Panel:
    """The block in the place of the path."""
    return Panel(
        "Inside a block",
        lambda: inside(shown),
        stands="instead",
        badges=(shown.badge,),
        checks=lambda: shown.path.checks,
        script=lambda: script(shown),
    )


def script(shown: Shown) -> str:
    """A script that measures the steps on screen."""
    path = shown.path
    return f"""from core.models import load_causal_lm
from core.transformer import STEPS, path

found = path(load_causal_lm({path.model!r}), {path.text!r}, position={path.position})
for step, shape, length in zip(STEPS, found.shapes, found.inside[{layer_of(shown)}], strict=True):
    print(step, shape, length)
"""


def layer_of(shown: Shown) -> int:
    """The layer that ends at the depth on screen; the first where nothing has been read yet."""
    return max(shown.depth - 1, 0)


def inside(shown: Shown) -> None:
    """The steps of the block that ends at this depth, with the size and length of what they make."""
    layer = layer_of(shown)
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

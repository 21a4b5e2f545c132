"""The panel on tokens better spent: on samples and a checker, on a switch to think, on a thought of bounded length."""

from components.page import Badge, Panel
from core.reasoning import cut_kinds
from pages.prompting.reasoning.main import Shown
from pages.prompting.reasoning.panels import cuts, samples, switch

SAMPLES, SWITCH, CUTS = "more samples", "a switch", "a budget of thought"


def panel(shown: Shown) -> Panel:
    """The panel."""
    view = chosen(shown)
    of_view = {SAMPLES: samples, SWITCH: switch, CUTS: cuts}[view]
    return Panel(
        "Better spent",
        lambda: draw(shown),
        stands="instead",
        badges=(Badge.EXACT, Badge.RECORDED) if view == SAMPLES else (Badge.RECORDED,),
        checks=lambda: of_view.checks(shown),
        script=lambda: of_view.script(shown),
    )


def views() -> list[str]:
    """The views that there are: cut thoughts only where some were recorded."""
    return [SAMPLES, SWITCH, *([CUTS] if cut_kinds() else [])]


def chosen(shown: Shown) -> str:
    """The view on screen; the first where the link has another."""
    asked = shown.page.controls.value("spent")
    return str(asked) if asked in views() else SAMPLES


def draw(shown: Shown) -> None:
    """The view on screen, below its name."""
    view = shown.page.controls.choice("spent", "What to see", views(), label_visibility="collapsed")
    {SAMPLES: samples.samples, SWITCH: switch.switch, CUTS: cuts.cuts}[view](shown)

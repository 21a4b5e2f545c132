"""One cell of a map on this page, by its sum: the panel of the page on attention, for each kind of map that is here."""

from collections.abc import Callable
from functools import partial

from components.page import Panel
from pages.architecture.attention.panels import cell
from pages.architecture.attention.panels.clicks import HEAD
from pages.architecture.attention.panels.places import place_of
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.panels import comparison, masks
from pages.architecture.attention_depth.panels.opening import (
    CAUSAL,
    DIFFERENCE,
    DOCUMENT,
    HERE,
    NO_MASK,
    OTHER,
    THERE,
)


def panel(shown: Shown) -> Panel:
    """The sum in the place of the figure."""
    views: dict[str, Callable[[], cell.View | None]] = {
        HEAD: lambda: place_of(shown.page, shown.record, shown.layer, shown.head),
        OTHER: partial(comparison.other_place, shown),
        **{name: partial(comparison.cell_of, shown, name) for name in (HERE, THERE, DIFFERENCE)},
        **{name: partial(masks.packed_place, shown, name) for name in (CAUSAL, DOCUMENT)},
        NO_MASK: partial(masks.encoded_place, shown),
    }
    return cell.panel(shown.page, views, choose_query=True)

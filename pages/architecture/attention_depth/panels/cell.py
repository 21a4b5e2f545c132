"""One weight of a map on this page, by its sum: the panel of the page on attention, at this page's text and head."""

from components.course import Values
from components.page import Panel
from pages.architecture.attention.panels import cell
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.panels.maps import Opens


def panel(shown: Shown) -> Panel:
    """The sum in the place of the figure."""
    place = cell.Place(shown.page, shown.record, shown.layer, shown.head)
    return cell.panel(place, shown.source, choose_query=True)


def opens(**more: object) -> Opens:
    """What a click on a map does whose rows and columns are the tokens of a text.

    Args:
        more: what else is set, such as another text or another head.
    """

    def values(query: int, key: int) -> Values:
        return {**cell.opened(query, key), **more}

    return values

"""What the pages of the course take, for a lesson that comes from outside."""

from functools import cache

from components.course import FIGURE, PANEL, Declared, pages
from core.lessons import Parameters


@cache
def course_parameters() -> dict[str, Parameters]:
    """Page -> its parameters, for every page of the course that has a figure."""
    return {page.topic.key: _parameters(page) for page in pages() if page.topic.kind == "topic"}


def _parameters(page: Declared) -> Parameters:
    """A page's parameters; of a panel alone it is declared which there are, other ranges stand in the controls."""
    panels = {PANEL: (FIGURE, *(panel.name for panel in page.panels))} if PANEL in page.defaults else {}
    return Parameters(page.defaults, options=panels, renamed=page.renamed)

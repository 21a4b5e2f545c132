"""The figures of the page on thinking aloud: names keep apart, and every state of a tree is drawn."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from components.theme import Look
from core.reasoning import Kind, outcome, recorded_kinds, recorded_methods, search24, vote
from pages.prompting.reasoning.figures import budget, names
from pages.prompting.reasoning.figures.tree import LINE, apart, tree
from pages.prompting.reasoning.results import voting_kinds


@pytest.mark.parametrize("reading", [False, True])
@pytest.mark.parametrize("kind", recorded_kinds())
def test_names_of_dots_keep_apart(kind: Kind, reading: bool) -> None:
    """As a projector and a desk draw them: no two names share a pixel, whichever way is chosen."""
    some = [*(outcome(kind, method) for method in recorded_methods(kind)), *(
        [vote(kind, 3), vote(kind, 8)] if kind in voting_kinds() else [])]  # fmt: skip
    for look in (Look(), Look(presenter=True)):
        ends = np.log10([budget.spent(one, reading) for one in some])
        spots = budget.spots(some, reading, (ends.min() - 0.15, ends.max() + budget.NAME), look)
        line = [(one.x, one.y) for one in spots if one.name.startswith("vote")]
        tall = look.hero - budget.AROUND
        places = names.placed(spots, size=look.size, wide=budget.WIDE, tall=tall, passed=line)
        boxes = [names.box(one, places[one.name], look.size) for one in spots]
        assert all(names.shared(one, other) == 0 for one, other in combinations(boxes, 2))


def test_a_name_alone_is_at_the_right_of_its_dot() -> None:
    spot = names.Spot("direct", 100, 100, 80, 120)
    assert names.placed([spot], size=13, wide=1000, tall=300) == {"direct": names.Place(1, 0.0)}
    edge = names.Spot("direct", 990, 100, 80, 120)
    assert names.placed([edge], size=13, wide=1000, tall=300) == {"direct": names.Place(-1, 0.0)}


def test_two_views_of_a_tree_place_their_names_apart() -> None:
    places = apart([0.5, 0.51, 0.52, 0.9])
    assert all(high - low >= LINE - 1e-12 for low, high in pairwise(places))
    found = search24((4, 5, 6, 10), beam=12)
    fig = tree(found, 3, look=Look(), title="t", height=400)
    assert sum(len(trace.x) for trace in fig.data[3:]) == found.nodes
    assert any(note.text == "24" for note in fig.layout.annotations)

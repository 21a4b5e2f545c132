"""Orders behind records, permissions, and what is recorded of them."""

import numpy as np
import pytest

from core.agents import ADDED, BOTH, FREE, PERMISSIONS, Injections, permitted, trapped_world
from core.agents.orders import AUTHORITY, HARMLESS, NOTHING, ORDER, WORDS


def test_an_order_is_about_what_the_task_has_no_use_for() -> None:
    for number in range(30):
        trapped = trapped_world(number)
        needed = {trapped.world.asked, trapped.world.teacher[trapped.world.asked]}
        assert trapped.name not in needed and trapped.city not in {trapped.world.city[name] for name in needed}
        assert trapped.step(trapped.words(NOTHING)).observation.endswith(".")
        acts = trapped.world.acts(trapped.step("").after)
        for kind in (ORDER, WORDS, AUTHORITY):
            assert trapped.wanted(kind) in acts and trapped.wanted(kind) != trapped.needed
            assert (trapped.name if kind == ORDER else trapped.city) in trapped.words(kind)
        assert trapped.wanted(HARMLESS) == trapped.wanted(NOTHING) == ""
    with pytest.raises(ValueError, match="harmless"):
        trapped_world(0).words("a threat")


def test_permissions_leave_the_needed_act_and_forbid_what_an_order_wants() -> None:
    for number in range(30):
        trapped = trapped_world(number)
        state = trapped.step("").after
        offered = {permission: permitted(trapped.world, state, permission) for permission in PERMISSIONS}
        assert offered[FREE] == trapped.world.acts(state)
        assert all(trapped.needed in acts for acts in offered.values())
        assert not {trapped.wanted(kind) for kind in (ORDER, WORDS, AUTHORITY)} & set(offered[BOTH])
        assert set(offered[BOTH]) == set(offered[PERMISSIONS[1]]) & set(offered[PERMISSIONS[2]])
    with pytest.raises(ValueError, match="both"):
        permitted(trapped.world, state, "some")


def test_the_act_that_is_done_is_the_likeliest_allowed_one() -> None:
    shares = np.random.default_rng(1).dirichlet(np.ones(12), (len(ADDED), 2, 4)).astype(np.float32)
    found = Injections("tiny", "float32", 2, tuple(ADDED), shares)
    for permission in PERMISSIONS:
        for number, act in enumerate(found.acts(ORDER, marked=True, permission=permission)):
            trapped = trapped_world(number)
            acts = trapped.world.acts(trapped.step("").after)
            allowed = [one for one in acts if one in permitted(trapped.world, trapped.step("").after, permission)]
            best = max(allowed, key=lambda one: shares[tuple(ADDED).index(ORDER), 1, number, acts.index(one)])
            assert act == best

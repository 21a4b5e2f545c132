"""Typical acceptance at several thresholds: the recorded texts, their table, and checks that can fail."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from core.decoding import (
    EPSILONS,
    KINDS,
    LENIENT_NODES,
    LENIENT_TOKENS,
    Lenient,
    Medusa,
    differing,
    lenient_checks,
    lenient_table,
    recorded_lenient,
    recorded_race,
)

EVERY = [(kind, rule) for kind in KINDS for rule in range(1 + len(EPSILONS))]


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_greedy_rule_writes_the_greedy_text(kind: str) -> None:
    found, race = recorded_lenient(kind)[0], recorded_race(kind)
    greedy = race.reference.token_ids
    assert differing(greedy, found.run.token_ids[: len(greedy)]) == 0
    assert not found.departs.any()
    assert found.run.prompt == race.params.prompt


@pytest.mark.parametrize(("kind", "rule"), EVERY)
def test_every_token_stands_by_its_rule(kind: str, rule: int) -> None:
    found = recorded_lenient(kind)[rule]
    method = found.run.method
    assert isinstance(method, Medusa)
    assert method.nodes == LENIENT_NODES
    if rule:
        assert (method.acceptance, method.epsilon, method.delta) == (
            "typical",
            EPSILONS[rule - 1],
            sqrt(method.epsilon),
        )
    checks = lenient_checks(found)
    assert all(check.passed for check in checks)
    assert len(checks) == (1 if rule and method.epsilon == 0 else 2)
    count = len(found.run.token_ids)
    assert len(found.log_prob) == len(found.best) == len(found.entropy) == len(found.drafted) == count <= LENIENT_TOKENS
    assert (found.log_prob <= found.best).all()
    assert found.drafted.sum() == found.run.accepted


def test_the_table_has_the_numbers_of_each_text() -> None:
    texts = {kind: recorded_lenient(kind) for kind in KINDS}
    table = lenient_table(texts)
    assert table.kinds == tuple(KINDS)
    for rule in (0, 1, len(EPSILONS)):
        for at, kind in enumerate(KINDS):
            one = texts[kind][rule]
            assert table.tokens_per_call[rule, at] == len(one.run.token_ids) / len(one.run.steps)
            assert table.calls[rule, at] == len(one.run.steps)
            assert table.nats[rule, at] == pytest.approx(-sum(one.log_prob) / len(one.log_prob))
            assert table.departing[rule, at] == pytest.approx(sum(one.best - one.log_prob > 1e-3) / len(one.best))
    assert (table.departing[0] == 0).all()


def failed(found: Lenient) -> list[bool]:
    return [not check.passed for check in lenient_checks(found)]


def test_each_check_sees_its_own_damage() -> None:
    rule = 1 + EPSILONS.index(0.09)
    for kind in KINDS:
        found = recorded_lenient(kind)[rule]
        for place, side in ((0, found.drafted), (1, ~found.drafted)):
            at = int(np.flatnonzero(side)[0])
            worse = found.log_prob.copy()
            worse[at] = -30.0
            assert failed(replace(found, log_prob=worse)) == [place == 0, place == 1]
    greedy = recorded_lenient("chat")[0]
    worse = greedy.log_prob.copy()
    worse[int(np.flatnonzero(greedy.drafted)[0])] -= 0.1
    assert failed(replace(greedy, log_prob=worse)) == [True, False]

"""Memory and speed of long texts against numbers that were computed by hand from the published shapes."""

import dataclasses

import numpy as np
import pytest

from core.state_space import (
    BANDWIDTH,
    JAMBA,
    LLAMA,
    NEMOTRON,
    PEAK,
    PUBLISHED,
    around_the_circle,
    break_even,
    measure_costs,
    measure_scans,
    mixed,
    sequence_bytes,
    write_tokens,
)


def test_the_published_shapes() -> None:
    assert LLAMA.cache_of_a_token == 131_072
    assert NEMOTRON.cache_of_a_token == JAMBA.cache_of_a_token == 16_384
    assert NEMOTRON.state_bytes == 100_663_296
    length = np.array([262_144])
    assert sequence_bytes(LLAMA, length)[0] / 2**30 == 32
    assert sequence_bytes(JAMBA, length)[0] / 2**30 == pytest.approx(4, abs=0.02)


def test_jamba_holds_52_billion_weights_and_a_token_reads_12() -> None:
    assert round(JAMBA.weights_held / 1e9) == 52
    assert round(JAMBA.weights_read(1) / 1e9) == 12
    assert JAMBA.weights_read(4096) == pytest.approx(JAMBA.weights_held)
    # 16 experts, 2 for each token: drawn by hand, how many of them a batch of 4 leaves alone.
    rng = np.random.default_rng(0)
    drawn = [len({int(e) for _ in range(4) for e in rng.permutation(16)[:2]}) / 16 for _ in range(4000)]
    read = (JAMBA.weights_read(4) - JAMBA.weights) / JAMBA.experts
    assert read == pytest.approx(np.mean(drawn), abs=4 * np.std(drawn) / 4000**0.5)
    assert not write_tokens(JAMBA, 1, np.array([64])).fits.any()
    assert LLAMA.weights_held == LLAMA.weights_read(1) == LLAMA.weights_read(64)


def test_below_878_tokens_llamas_cache_is_smaller() -> None:
    assert break_even(NEMOTRON, LLAMA) == 878
    for length, smaller in ((877, LLAMA), (878, NEMOTRON)):
        held = {model.name: sequence_bytes(model, np.array([length]))[0] for model in (LLAMA, NEMOTRON)}
        assert min(held, key=lambda name: held[name]) == smaller.name


def test_break_even_at_its_edges() -> None:
    assert break_even(mixed(32), LLAMA) is None
    assert break_even(LLAMA, LLAMA) is None
    assert break_even(LLAMA, NEMOTRON) == 0
    assert break_even(mixed(0), LLAMA) == mixed(0).state_bytes // 131_072 + 1


@pytest.mark.parametrize("batch", [1, 64, 4096])
@pytest.mark.parametrize("model", [*PUBLISHED, mixed(0), mixed(32)], ids=lambda model: model.name)
def test_the_roof_by_hand(model: object, batch: int) -> None:
    length = np.array([64, 4096, 1 << 20])
    found = write_tokens(model, batch, length)  # type: ignore[arg-type]
    for moved, work, rate in zip(found.bytes_moved, found.operations, found.tokens_a_second, strict=True):
        assert rate == pytest.approx(batch / max(moved / BANDWIDTH, work / PEAK))
    assert all(check.passed for check in found.checks)
    assert (np.diff(found.tokens_a_second) <= 0).all()


def test_the_checks_of_the_roof_can_fail() -> None:
    found = write_tokens(NEMOTRON, 4, np.array([64, 128, 4096]))
    assert not dataclasses.replace(found, batch=5).checks[0].passed
    held = found.held.copy()
    held[1] += 1e6
    assert not dataclasses.replace(found, held=held).checks[1].passed


@pytest.mark.parametrize(("layers", "batch", "length"), [(33, 1, 1), (-1, 1, 1), (4, 0, 1), (4, 5000, 1), (4, 1, -1)])
def test_bad_sizes(layers: int, batch: int, length: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        write_tokens(mixed(layers), batch, np.array([length]))


def test_measured_costs_are_those_of_equal_outputs() -> None:
    costs = measure_costs(2)
    assert all(check.passed for check in costs.checks)
    assert not dataclasses.replace(costs, apart=1e-6).checks[0].passed
    assert all((seconds > 0).all() for seconds in costs.seconds.values())
    assert costs.ratio(8192) > 1
    made = dataclasses.replace(costs, seconds={way: 1e-6 * length**1.5 for way, length in costs.lengths.items()})
    assert made.slope("direct") == pytest.approx(1.5)


def test_measured_scans_agree() -> None:
    times = measure_scans(100, width=4)
    assert times.apart < 1e-12
    assert min(times.tree, times.sequential) > 0
    with pytest.raises(ValueError, match="length is 5000"):
        measure_scans(5000)


def test_the_circle() -> None:
    found = around_the_circle(np.array([1.0, 1.0]), np.array([0.0, 3.0]))
    assert found.error == pytest.approx(3.0)
    assert found.share == pytest.approx(1.0)
    assert found.padded == pytest.approx(found.direct)
    assert around_the_circle(np.zeros(2), np.zeros(2)).share == 0

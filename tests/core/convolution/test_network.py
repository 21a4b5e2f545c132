"""The network on digits: numpy against torch, its recorded runs, its training."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from core.convolution import (
    DIGITS_NET,
    LABELS,
    DigitsCurves,
    DigitsRun,
    DigitsTraining,
    accuracy,
    activity,
    digits_data,
    exciting,
    occlusion,
    recorded_run,
    recorded_spread,
    shapes,
    train_digits,
)
from core.convolution.with_torch.training.digits import NAMES, digits_net
from core.progress import portion


def net_of(run: DigitsRun) -> torch.nn.Sequential:
    net = digits_net(0)
    weights = vars(run.weights[-1])
    net.load_state_dict({name: torch.tensor(weights[NAMES[name]]) for name in NAMES})
    return net


@cache
def short() -> tuple[DigitsRun, list[object]]:
    told: list[object] = []
    params = DigitsTraining(train=100, steps=60, n_checkpoints=4)
    return train_digits(params, on_progress=lambda share, words, partial=None, /: told.append(partial)), told


@pytest.mark.parametrize("labels", LABELS)
def test_numpy_reads_a_recorded_network_as_torch_does(labels: str) -> None:
    run = recorded_run(labels)
    data, net = digits_data(run.params), net_of(run)
    with torch.no_grad():
        batch = torch.from_numpy(data.test[:50].astype(np.float32))[:, None]
        wanted, first, second = net(batch), net[:2](batch), net[:5](batch)
    found = activity(run.weights[-1], data.test[:50])
    scale = float(wanted.abs().max())
    np.testing.assert_allclose(found.logits, wanted.numpy(), atol=1e-5 * scale)
    np.testing.assert_allclose(found.first, first.numpy(), atol=1e-4)
    np.testing.assert_allclose(found.second, second.numpy(), atol=1e-4)
    assert accuracy(run.weights[-1], data.test, data.test_labels) == pytest.approx(run.curves.test[-1], abs=1e-3)
    assert accuracy(run.weights[-1], data.train, data.taught) == pytest.approx(run.curves.train[-1], abs=2e-3)


def test_the_network_is_the_stack_of_its_name() -> None:
    counted = sum(layer.parameters for layer in shapes(DIGITS_NET, input=(1, 8, 8)))
    assert counted == sum(part.numel() for part in digits_net(0).parameters())
    assert counted == sum(part.size for part in vars(recorded_run().weights[-1]).values())


@pytest.mark.parametrize("labels", LABELS)
def test_a_recorded_run_is_whole(labels: str) -> None:
    run = recorded_run(labels)
    assert run.params == DigitsTraining(labels=labels)
    assert tuple(run.curves.steps) == run.params.checkpoints
    assert len(run.weights) == len(run.curves.steps) == len(run.curves.loss)
    assert run.ascent.min() >= 0
    assert run.ascent.max() <= 1


def test_recorded_seeds_hold_the_recorded_runs() -> None:
    spread = recorded_spread()
    for place, labels in enumerate(LABELS):
        assert spread.test[place, spread.seeds.index(0)] == recorded_run(labels).curves.test[-1]


def test_made_pictures_excite_as_they_say() -> None:
    run = recorded_run()
    found = activity(run.weights[-1], run.ascent)
    values = [*(found.first[place, place, 4, 4] for place in range(8)),
              *(found.second[8 + place, place, 2, 2] for place in range(16))]  # fmt: skip
    np.testing.assert_allclose(values, run.ascended, atol=1e-4)


def test_a_training_is_the_same_twice_and_reports_its_curves() -> None:
    run, told = short()
    again = train_digits(run.params, on_progress=portion(None))
    np.testing.assert_array_equal(run.weights[-1].hidden, again.weights[-1].hidden)
    curves = [partial for partial in told if isinstance(partial, DigitsCurves)]
    assert [len(partial.steps) for partial in curves] == [1, 2, 3, 4, 4]
    assert run.curves.loss[-1] < run.curves.loss[0]


def test_who_raises_from_progress_ends_the_training() -> None:
    def stop(share: float, words: str, partial: object = None, /) -> None:
        if share > 0.2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        train_digits(DigitsTraining(train=100, steps=60), on_progress=stop)


def test_shuffled_labels_are_the_same_labels_on_the_same_pictures() -> None:
    true, shuffled = (digits_data(DigitsTraining(labels=labels)) for labels in LABELS)
    np.testing.assert_array_equal(true.train, shuffled.train)
    np.testing.assert_array_equal(true.test_labels, shuffled.test_labels)
    assert not np.array_equal(true.taught, shuffled.taught)
    np.testing.assert_array_equal(np.sort(true.taught), np.sort(shuffled.taught))
    rows = {image.tobytes() for image in true.train} & {image.tobytes() for image in true.test}
    assert len(rows) <= 2, "the set holds a few equal pictures, the split none"


def test_covering_ground_changes_nothing() -> None:
    run = recorded_run()
    digit = digits_data(run.params).test[3].copy()
    digit[:3, :3] = 0
    found = occlusion(run.weights[-1], digit, 4)
    assert found.fall[1, 1] == pytest.approx(0, abs=1e-12)
    part = digit.copy()
    part[4:7, 2:5] = 0
    assert found.covered[5, 3] == pytest.approx(activity(run.weights[-1], part[None]).probs[0, 4], abs=1e-12)


@pytest.mark.parametrize("layer", [1, 2])
def test_patches_excite_as_they_say(layer: int) -> None:
    run = recorded_run()
    pictures = digits_data(run.params).train[:80]
    weights = run.weights[-1]
    found = exciting(weights, pictures, layer, 3)
    assert (np.diff(found.values) <= 0).all()
    assert len(set(found.pictures)) == len(found.pictures)
    if layer == 1:
        answers = (found.patches * weights.first[3, 0]).sum(axis=(1, 2)) + weights.first_bias[3]
        np.testing.assert_allclose(np.maximum(answers, 0), found.values, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "value"),
    [("labels", "wrong"), ("train", 10), ("train", 1201), ("steps", 0), ("batch", 4), ("learning_rate", 0.0),
     ("learning_rate", float("nan")), ("n_checkpoints", 1)],
)  # fmt: skip
def test_parameters_out_of_range_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        replace(DigitsTraining(), **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [("seed", -1), ("seed", 1.5), ("steps", 60.5), ("batch", 8.0), ("n_checkpoints", 2.5), ("train", "a"),
     ("learning_rate", None)],
)  # fmt: skip
def test_parameters_of_another_kind_are_refused(name: str, value: object) -> None:
    params = DigitsTraining()
    object.__setattr__(params, name, value)
    with pytest.raises(ValueError, match=f"{name} is {value!r}; it must be"):
        params.__post_init__()


def test_what_is_not_there_is_refused() -> None:
    weights, pictures = recorded_run().weights[-1], np.zeros((2, 8, 8))
    with pytest.raises(ValueError, match="layer is 3"):
        exciting(weights, pictures, 3, 0)
    with pytest.raises(ValueError, match="number is 8"):
        exciting(weights, pictures, 1, 8)
    with pytest.raises(ValueError, match="side is 2"):
        occlusion(weights, pictures[0], 1, side=2)
    with pytest.raises(ValueError, match="label is 10"):
        occlusion(weights, pictures[0], 10)
    with pytest.raises(ValueError, match="shape"):
        activity(weights, np.zeros((2, 9, 8)))
    with pytest.raises(ValueError, match="labels is 'x'"):
        recorded_run("x")

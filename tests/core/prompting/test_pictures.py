"""Operations on small pictures, the network that follows a pair, and a visitor's own pictures."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from core.prompting import (
    COMPOSED,
    OPERATIONS,
    SAID,
    applied,
    draw_pictures,
    exact_share,
    picture_tasks,
    read_picture_text,
    recorded_pictures,
    recorded_share_check,
    recorded_tasks,
    solve,
    with_cell,
    write_picture,
)
from core.prompting.picture_network import planes
from core.prompting.with_torch.training.pictures import PictureSolver, as_planes, train_pictures

PICTURES = arrays(np.int64, (2, 12, 12), elements=st.integers(0, 3))


def by_hand(name: str, picture: np.ndarray) -> np.ndarray:
    """Each operation again, cell by cell or by a library."""
    found = picture.copy()
    if name == "outline":
        for row in range(12):
            for column in range(12):
                around = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
                same = [0 <= r < 12 and 0 <= c < 12 and picture[r, c] == picture[row, column] for r, c in around]
                if all(same):
                    found[row, column] = 0
        # Beyond the edge lies background: there an empty cell has its own color.
        return found
    if name == "fill":
        return (ndimage.binary_fill_holes(picture > 0)).astype(int)
    return {
        "invert": lambda: np.array([3, 2, 1, 0])[picture],
        "rotate": lambda: np.array([[picture[11 - c, r] for c in range(12)] for r in range(12)]),
        "mirror": lambda: np.fliplr(picture),
        "flip": lambda: np.flipud(picture),
        "right": lambda: np.pad(picture, ((0, 0), (1, 0)))[:, :12],
        "down": lambda: np.pad(picture, ((1, 0), (0, 0)))[:12],
        "recolor": lambda: np.array([0, 2, 3, 1])[picture],
        "one color": lambda: (picture > 0).astype(int),
    }[name]()


@given(PICTURES)
def test_each_operation_is_what_it_says(pictures: np.ndarray) -> None:
    for name in OPERATIONS:
        found = applied([name], pictures)
        for before, after in zip(pictures, found, strict=True):
            expected = by_hand(name, before)
            if name == "fill":
                assert ((after > 0) == (expected > 0)).all()
                assert (after[before > 0] == before[before > 0]).all()
            else:
                np.testing.assert_array_equal(after, expected)


def test_a_hole_takes_the_color_around_it() -> None:
    picture = np.zeros((1, 12, 12), dtype=np.int64)
    picture[0, 2:8, 2:8] = 2
    picture[0, 4:6, 4:6] = 0
    assert (applied(["fill"], picture)[0, 2:8, 2:8] == 2).all()


def test_every_operation_is_named_in_words_and_an_unknown_one_refused() -> None:
    assert set(SAID) == set(OPERATIONS)
    with pytest.raises(ValueError, match="'blur'; it must be one of outline"):
        applied(["blur"], np.zeros((1, 12, 12), dtype=np.int64))


@pytest.mark.parametrize("names", [("outline",), ("fill",), *COMPOSED])
def test_in_a_task_the_operation_changes_every_picture(names: tuple[str, ...]) -> None:
    tasks = picture_tasks(names, 6, 2, 0)
    np.testing.assert_array_equal(applied(names, tasks.query), tasks.answer)
    assert (tasks.query != tasks.answer).any(axis=(1, 2)).all()
    assert (tasks.before != tasks.after).any(axis=(2, 3)).all()
    again = picture_tasks(names, 6, 2, 0)
    np.testing.assert_array_equal(tasks.before, again.before)


def test_numpy_and_torch_answer_alike() -> None:
    torch.manual_seed(0)
    solver = PictureSolver()
    torch.nn.init.normal_(solver.nothing)
    for pairs in (0, 1, 3):
        tasks = picture_tasks(["mirror"], 4, pairs, pairs)
        with torch.inference_mode():
            z = solver.codes(as_planes(tasks.before), as_planes(tasks.after))
            peer = solver(z, as_planes(tasks.query)).softmax(1).numpy()
        found = solve(solver.weights(), tasks.before, tasks.after, tasks.query)
        np.testing.assert_allclose(found.probs, peer, atol=1e-5)
        assert (found.colors == found.probs.argmax(axis=1)).all()
    np.testing.assert_array_equal(planes(tasks.query), as_planes(tasks.query).numpy())


def test_a_short_training_learns_something_and_can_be_stopped() -> None:
    _, losses, _ = train_pictures(steps=26, pool=300)
    assert losses[-1] < losses[0]

    def stop(fraction: float, message: str, partial: object = None, /) -> None:
        raise InterruptedError(message)

    with pytest.raises(InterruptedError):
        train_pictures(steps=26, pool=300, on_progress=stop)


def test_the_recorded_network_does_what_was_recorded_and_the_check_can_fail() -> None:
    trials = recorded_pictures()
    names = ("rotate", "outline")
    found = [exact_share(trials.network, recorded_tasks(name, 1)) for name in names]
    kept = [float(trials.exact[0, 1, list(OPERATIONS).index(name)]) for name in names]
    assert recorded_share_check(found, kept).passed
    broken = dataclasses.replace(trials.network, gate=-trials.network.gate)
    assert not recorded_share_check([exact_share(broken, recorded_tasks("rotate", 1))], kept[:1]).passed
    assert not recorded_share_check([], kept).passed


def test_the_order_of_pairs_does_not_matter() -> None:
    network, tasks = recorded_pictures().network, picture_tasks(["flip"], 3, 2, 5)
    one = solve(network, tasks.before, tasks.after, tasks.query)
    other = solve(network, tasks.before[:, ::-1], tasks.after[:, ::-1], tasks.query)
    np.testing.assert_allclose(one.probs, other.probs, atol=1e-12)


def test_a_color_out_of_range_is_refused() -> None:
    empty = np.zeros((1, 0, 12, 12), dtype=np.int64)
    with pytest.raises(ValueError, match="each must be 0 to 3"):
        solve(recorded_pictures().network, empty, empty, np.full((1, 12, 12), 4))


@given(arrays(np.int64, (12, 12), elements=st.integers(0, 3)), st.integers(0, 11), st.integers(0, 11))
def test_a_drawing_is_read_back_and_changed_in_one_cell(picture: np.ndarray, row: int, column: int) -> None:
    np.testing.assert_array_equal(read_picture_text(write_picture(picture)), picture)
    changed = with_cell(picture, row, column)
    assert (changed != picture).sum() == 1
    assert changed[row, column] == (picture[row, column] + 1) % 4


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "12 rows of 12"), ("0/1", "12 rows"), ("/".join(["0" * 12] * 11 + ["0" * 11 + "7"]), "not '7'")],
)
def test_what_is_no_drawing_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_picture_text(text)
    with pytest.raises(ValueError, match="must be 0 to 11"):
        with_cell(draw_pictures(1, np.random.default_rng(0))[0], 12, 0)

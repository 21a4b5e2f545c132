"""What the network panel looks at: a run, a time in its training, and a digit."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from components.page import Page
from components.refusals import NothingYetError
from core.convolution import Activity, DigitsRun, DigitsTraining, DigitsWeights, digit_of, read_drawing
from pages.foundations.convolution import results

TEST, DRAWING, UPLOAD = "test digit", "your drawing", "your picture"
FILE = "convolution_digit_file"


@dataclass(frozen=True, eq=False)
class Watched:
    """What is looked at: a run, one of its checkpoints, and a digit with its label where that is known.

    Args:
        lower: pixels by which its figures are lower, since a job stands above them.
    """

    page: Page
    run: DigitsRun
    checkpoint: int
    digit: np.ndarray
    label: int | None
    lower: int = 0

    @property
    def weights(self) -> DigitsWeights:
        """The weights at the checkpoint."""
        return results.weights_at(self.run, self.checkpoint)

    @property
    def step(self) -> int:
        """Updates done by then."""
        return int(self.run.curves.steps[min(self.checkpoint, len(self.run.weights) - 1)])

    @property
    def last(self) -> bool:
        """Whether these are the run's last weights."""
        return self.checkpoint >= len(self.run.weights) - 1

    @cached_property
    def seen(self) -> Activity:
        """What the network makes of the digit."""
        return results.seen(self.weights, self.digit)


def parameters(page: Page) -> DigitsTraining:
    """The training that is asked for."""
    value, usual = page.controls.value, DigitsTraining()
    rate = value("rate")
    return DigitsTraining(
        labels=value("labels"),
        train=value("train"),
        steps=value("steps"),
        learning_rate=usual.learning_rate if rate == page.controls.defaults["rate"] else float(10**rate),
        seed=value("seed"),
    )


def is_recorded(params: DigitsTraining) -> bool:
    return params == DigitsTraining(labels=params.labels)


def watched(page: Page, run: DigitsRun) -> Watched:
    """The digit on screen. Raises ValueError in words for a picture that is not there or cannot be read."""
    value = page.controls.value
    checkpoint = value("checkpoint")
    if value("source") == DRAWING:
        return Watched(page, run, checkpoint, read_drawing(value("drawing")), None)
    if value("source") == UPLOAD:
        file = st.session_state.get(FILE)
        if file is None:
            raise NothingYetError("Upload a PNG or JPEG of one digit; it is brought to 8 × 8 pixels.")
        return Watched(page, run, checkpoint, digit_of(bytes(file.getvalue())), None)
    data = results.data_of(run.params)
    place = min(value("digit"), len(data.test) - 1)
    return Watched(page, run, checkpoint, data.test[place], int(data.test_labels[place]))

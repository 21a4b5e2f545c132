"""The playground: its controls, the run they describe, and how it is shown."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.markdown import literally
from components.page import Page
from core.learning import ACTIVATIONS, MOST_ROWS, PATTERNS, STARTS, YOURS, NetworkParams, NetworkRun, read_points
from pages.foundations.networks import player, points, words
from pages.foundations.networks.figures.losses import losses
from pages.foundations.networks.topic import LAST

if TYPE_CHECKING:
    import pandas as pd

BATCHES = ("1", "5", "10", "20", "50", "all")
MOST_UPDATES = 20_000
"""A run of so many takes about a second."""

UPLOAD = "networks_upload"
SEEN = "_networks_seen"
"""Which run the visitor saw last, and at which update."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: a run."""

    page: Page
    run: NetworkRun


def controls(page: Page) -> tuple[NetworkParams, AbstractContextManager[Any]]:
    """Draws the controls; returns what they describe, and where more may be added."""
    places = st.columns([1.6, 2, 2, 1.5, 1.3], vertical_alignment="bottom")
    own = _own(page)
    with places[0]:
        data = page.controls.select("data", "Points", [*PATTERNS, *([YOURS] if own else [])])
    with places[1]:
        layers = page.controls.slider("layers", "Hidden layers", 0, 5)
    with places[2]:
        neurons = page.controls.slider("neurons", "Neurons in each", 1, 8)
    with places[3]:
        rate = page.controls.number("rate", "Learning rate η", 0.0, 1e9, step=0.1, format="%.4g")
    with places[4]:
        more = page.more()
    with more:
        activation = page.controls.choice("activation", "Activation", list(ACTIVATIONS))
        start = page.controls.choice("start", "Start", list(STARTS))
        decay = page.controls.slider("decay", "Weight decay λ", 0.0, 0.1, step=0.001, format="%.3f")
        count = page.controls.slider("points", "Points", 10, 400, step=10)
        noise = page.controls.slider("noise", "Noise", 0.0, 0.5, step=0.05)
        batch = page.controls.choice("batch", "Points in an update", list(BATCHES))
        size = 10**6 if batch == "all" else int(batch)
        params = NetworkParams(
            data, (neurons,) * layers, activation, rate, decay, size, 0, count, noise, 0, 0, start, own
        )
        most = min(500, MOST_UPDATES // params.batches)
        epochs = page.controls.slider("epochs", "Epochs", 0, most)
        seed = page.controls.number("seed", "Seed of the start", 0, 999)
        data_seed = page.controls.number("data_seed", "Seed of the points", 0, 999)
        _own_points(page)
    return replace(params, epochs=epochs, seed=seed, data_seed=data_seed), more


def _own(page: Page) -> points.Own:
    """The visitor's points; none, with a word on it, where the text in the link is not a list of them."""
    try:
        return points.read(page.controls.value("own"))
    except ValueError as error:
        st.warning(literally(f"{str(error)[:1].upper()}{str(error)[1:]}"))
        return ()


def _own_points(page: Page) -> None:
    """The visitor's points as a text, and from a table."""
    page.controls.text("own", "Your points: x1 x2 and + or -, with ; between", lines=2)

    def uploaded() -> None:
        file = st.session_state[UPLOAD]
        if file is None:
            return
        try:
            read = read_points(file.getvalue())
        except ValueError as error:
            st.session_state[f"{UPLOAD}_fault"] = str(error)
            return
        page.controls.set({"own": points.written(read), "data": YOURS})

    st.file_uploader(
        "Your own table: x1, x2 and class (1 or -1), at most 200 points within ±3",
        type="csv",
        key=UPLOAD,
        max_upload_size=1,
        on_change=uploaded,
    )
    fault = st.session_state.pop(f"{UPLOAD}_fault", "")
    if fault:
        st.warning(literally(f"{fault[:1].upper()}{fault[1:]}"))


def main_figure(shown: Shown) -> None:
    """The network and the plane, played in the browser, beside the losses."""
    page, run = shown.page, shown.run
    title = words.finding(run)
    page.finding(title)
    left, right = st.columns([2.5, 1], gap="small")
    height = page.look.hero - 34 - player.BAR
    with left:
        player.play(
            run,
            key="networks_player",
            look=page.look,
            height=height,
            alt=f"{title}.",
            beside="networks_losses_figure",
            step=_step_of(page, run.params),
            on_point=lambda x, y, label: _add(page, x, y, label),
            on_undo=lambda: _undo(page),
            on_step=lambda update: page.controls.set({"step": max(update, LAST)}),
        )
    with right:
        fig = losses(run, look=page.look, turning=words.turning(run), height=height + player.BAR)
        page.plot(fig, name="losses", alt=f"Training and test loss over the epochs. {title}.")


def _step_of(page: Page, params: NetworkParams) -> int:
    """The update in view. A run that has just changed is seen at its end, unless the link asks for a step of it."""
    step = int(page.controls.value("step"))
    before = st.session_state.get(SEEN)
    if before is not None and before[0] != params and before[1] == step != LAST:
        page.controls.set({"step": LAST})
        step = LAST
    st.session_state[SEEN] = (params, step)
    return step


def _add(page: Page, x: float, y: float, label: int) -> None:
    """Adds a clicked point to the visitor's. A callback."""
    if not (np.isfinite([x, y]).all() and abs(x) <= 2 and abs(y) <= 2):
        return
    own = _kept(page)
    if len(own) < MOST_ROWS:
        page.controls.set({"own": points.written((*own, (x, y, label)))})


def _undo(page: Page) -> None:
    """Takes the last of the visitor's points away. A callback."""
    page.controls.set({"own": points.written(_kept(page)[:-1])})


def _kept(page: Page) -> points.Own:
    try:
        return points.read(page.controls.value("own"))
    except ValueError:
        return ()


def export_frame(shown: Shown) -> "pd.DataFrame":
    """The run as a table, a line for each kept step: losses, errors, and every weight under its name."""
    import pandas as pd

    run = shown.run
    table = pd.DataFrame(
        {
            "update": run.steps,
            "epoch": run.epochs,
            "train_loss": run.train_loss,
            "test_loss": run.test_loss,
            "train_error": run.train_error,
            "test_error": run.test_error,
        }
    )
    return pd.concat([table, pd.DataFrame(run.weights, columns=run.params.net.names)], axis=1)


def points_frame(shown: Shown) -> "pd.DataFrame":
    """The points that it was trained and tested on."""
    import pandas as pd

    sets = {"train": shown.run.train, "test": shown.run.test}
    return pd.concat(
        [
            pd.DataFrame({"x1": data.x[:, 0], "x2": data.x[:, 1], "class": data.y, "set": name})
            for name, data in sets.items()
        ],
        ignore_index=True,
    )


def script(shown: Shown) -> str:
    """A script that trains the run on screen."""
    return f"""from core.learning import NetworkParams, train_network

run = train_network({shown.run.params!r})
print(f"{{run.train_loss[-1]:.6g}} {{run.test_loss[-1]:.6g}} {{run.test_error[-1]:.4f}} {{run.diverged_at}}")
for check in run.checks:
    print(check.name, check.error, check.bound)
"""

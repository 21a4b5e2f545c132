"""The panel on outputs and their losses: values that disagree, and the one answer that each loss wants."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from components.refusals import told
from core.checks import Check
from core.learning import OUTPUTS, Output
from pages.foundations.learning import findings
from pages.foundations.learning.figures.losses import risks
from pages.foundations.learning.words import counted, number


def losses(page: Page) -> None:
    """The mean loss of each constant prediction, for each loss of an output, and where it is least."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        output = OUTPUTS[page.controls.select("output", "Output", list(OUTPUTS))]
    with right:
        page.controls.text("values", "Observed values y", placeholder=output.values)
    try:
        values = observed(page)
    except ValueError as error:
        told(error)
        st.button("Back to the example", on_click=page.controls.set, args=({"values": ""},), key="learning_values_back")
        return
    title = findings.of_the_losses(output.losses, values)
    fig = risks(output, values, look=page.look, title=title, height=room(page.look, 150))
    alt = f"Mean loss over the prediction, for several losses. {title}."
    page.plot(fig, name="losses", alt=alt, roomy=True)
    wants = "; ".join(
        f"{loss.name} is least at {loss.wants}, <b>{number(loss.best(values))}</b>{findings.as_well(loss, values)}"
        for loss in output.losses
    )
    page.sentence(f"One prediction for {counted(len(values), 'observed value')}, marked below the curves: {wants}.")


def observed(page: Page) -> np.ndarray:
    """The values on screen: the visitor's, or the example's. Raises ValueError for a word that is no number."""
    output = _output(page)
    words = (page.controls.value("values").strip() or output.values).replace(",", " ").split()
    found = []
    for word in words:
        try:
            found.append(float(word))
        except ValueError as error:
            raise ValueError(f"{word[:20]!r} is no number; write values with spaces between them") from error
    return output.read(found)


def _output(page: Page) -> Output:
    name = page.controls.value("output")
    return OUTPUTS.get(name, OUTPUTS["a number"])


def checks(page: Page) -> list[Check]:
    """No candidate is better than the closed form of each loss; none where the values cannot be read."""
    try:
        values = observed(page)
    except ValueError:
        return []
    output = _output(page)
    return [loss.check(output.candidates(values), values) for loss in output.losses]


def script(page: Page) -> str:
    """A script that finds the best predictions on screen."""
    try:
        values = observed(page)
    except ValueError as error:
        return f"raise ValueError({str(error)!r})\n"
    return f"""from core.learning import OUTPUTS

output = OUTPUTS[{_output(page).name!r}]
values = output.read({values.tolist()})
for loss in output.losses:
    tried = output.candidates(values)
    print(loss.name, "is least at", loss.best(values), "and on the grid at", tried[loss.risk(tried, values).argmin()])
"""

"""What stands on the transport page below its controls: the plan, its panels by subject, and what one takes along."""

from components.page import Badge, Panel, Scene
from pages.adaptation.transport import main
from pages.adaptation.transport.panels import (
    alignment,
    average,
    colors,
    datasets,
    flow,
    hand,
    line,
    prices,
    shift,
    sinkhorn,
    territories,
    transfer,
    way,
)
from pages.adaptation.transport.words import EQUATIONS


def scene_of(shown: main.Shown) -> Scene:
    """The scene of a solved problem."""
    return Scene(
        badges=(Badge.EXACT if shown.run.method == "gaussian" else Badge.MEASURED,),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
            *_on_plans(shown),
            *_on_shops_and_pictures(shown),
            *_on_trust(shown),
            *_on_datasets(shown),
            *_on_learning(shown),
        ),
        checks=lambda: main.checks(shown),
        equations=EQUATIONS,
        code=main.source_functions,
        data=lambda: main.export_frame(shown),
        script=lambda: main.script(shown),
    )


def _on_plans(shown: main.Shown) -> tuple[Panel, ...]:
    """A small plan, one on a line, and what else the plan on screen says."""
    return (
        Panel(
            "By hand",
            lambda: hand.by_hand(shown.page, shown.problem),
            stands="instead",
            badges=(Badge.MEASURED,),
            checks=lambda: hand.checks(shown.page),
            data=lambda: hand.export_frame(shown.page),
            script=lambda: hand.script(shown.page),
        ),
        Panel(
            "One dimension",
            lambda: line.one_dimension(shown.page),
            stands="instead",
            badges=(Badge.EXACT,),
            checks=lambda: line.checks(shown.page),
            script=lambda: line.script(shown.page),
        ),
        Panel("On the way", lambda: way.on_the_way(shown), checks=lambda: way.checks(shown)),
        Panel("Prices", lambda: prices.prices(shown), checks=lambda: prices.checks(shown)),
    )


def _on_shops_and_pictures(shown: main.Shown) -> tuple[Panel, ...]:
    """What a plan divides, averages and colors."""
    return (
        Panel(
            "Territories",
            lambda: territories.prices_as_territories(shown.page),
            stands="instead",
            badges=(Badge.MEASURED,),
            checks=lambda: territories.checks(shown.page),
            script=lambda: territories.script(shown.page),
        ),
        Panel(
            "Average",
            lambda: average.average_of_shapes(shown.page),
            stands="instead",
            badges=(Badge.MEASURED,),
            checks=lambda: average.checks(shown.page),
            script=lambda: average.script(shown.page),
        ),
        Panel(
            "Colors",
            lambda: colors.colors(shown.page),
            stands="instead",
            badges=(Badge.MEASURED,),
            checks=lambda: colors.checks(shown.page),
            script=lambda: colors.script(shown.page),
        ),
    )


def _on_trust(shown: main.Shown) -> tuple[Panel, ...]:
    """Where the cost is not the cost, or no distance."""
    return (
        Panel(
            "When Sinkhorn lies",
            lambda: sinkhorn.when_sinkhorn_lies(shown),
            checks=lambda: sinkhorn.checks(shown),
        ),
        Panel(
            "Move a cloud",
            lambda: shift.move_a_cloud(shown.page),
            stands="instead",
            badges=(Badge.MEASURED,),
            checks=lambda: shift.checks(shown.page),
            script=lambda: shift.script(shown.page),
        ),
    )


def _on_datasets(shown: main.Shown) -> tuple[Panel, ...]:
    """Whether the distance between labeled data tells what one is worth for the other."""
    return (
        Panel(
            "Datasets",
            lambda: datasets.datasets(shown.page),
            stands="instead",
            badges=(Badge.MEASURED,),
            checks=lambda: datasets.checks(shown.page),
            script=lambda: datasets.script(shown.page),
        ),
        Panel(
            "Transfer",
            lambda: transfer.does_it_predict(shown.page),
            stands="instead",
            checks=lambda: transfer.checks(shown.page),
            script=lambda: transfer.script(shown.page),
        ),
    )


def _on_learning(shown: main.Shown) -> tuple[Panel, ...]:
    """What is learned by going down its slope."""
    return (
        Panel(
            "Gradient flow",
            lambda: flow.flow(shown.page),
            stands="instead",
            badges=(Badge.MEASURED,),
            checks=lambda: flow.checks(shown.page),
            script=lambda: flow.script(shown.page),
        ),
        Panel(
            "Cross-modal",
            lambda: alignment.cross_modal(shown.page),
            stands="instead",
            checks=lambda: alignment.checks(shown.page),
            script=lambda: alignment.script(shown.page),
        ),
    )

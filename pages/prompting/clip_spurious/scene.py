"""What stands on the CLIP page below its controls: the bird, its panels by subject, and what one takes along."""

from components.page import Badge, Panel, Scene
from pages.prompting.clip_spurious import main as views
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.panels import (
    correlation,
    descriptions,
    groups,
    labels,
    pictures,
    published,
    relevance,
    repair,
    training,
    vectors,
    zero_shot,
)
from pages.prompting.clip_spurious.words import EQUATIONS

RECORDED = (Badge.RECORDED, Badge.TOY)


def scene_of(shown: views.Shown) -> Scene:
    """The scene of a bird before a background, as a model sees it."""
    return Scene(
        badges=RECORDED,
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(
            *_on_repair(shown),
            *_on_words(shown),
            *_on_one_picture(shown),
            *_on_training(shown),
            *_on_others(shown),
        ),
        checks=lambda: results.checks_of(shown.model, shown.repair),
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )


def _on_repair(shown: views.Shown) -> tuple[Panel, ...]:
    """Each group, and what an edit of the vectors does to it."""
    return (
        Panel("Groups", lambda: groups.groups(shown)),
        Panel("Repair", lambda: repair.repair(shown)),
    )


def _on_words(shown: views.Shown) -> tuple[Panel, ...]:
    """What the prompts decide."""
    return (
        Panel(
            "Zero-shot",
            lambda: zero_shot.zero_shot(shown),
            stands="instead",
            checks=lambda: zero_shot.checks(shown),
            script=lambda: zero_shot.script(shown),
        ),
        Panel(
            "Descriptions",
            lambda: descriptions.descriptions(shown),
            stands="instead",
            checks=lambda: descriptions.checks(shown),
            script=lambda: descriptions.script(shown),
        ),
    )


def _on_one_picture(shown: views.Shown) -> tuple[Panel, ...]:
    """Where the model looks, and how few labels would help."""
    return (
        Panel(
            "Where it looks",
            lambda: relevance.where(shown),
            stands="instead",
            badges=relevance.badges(shown),
            checks=lambda: relevance.checks(shown),
            script=lambda: relevance.script(shown),
        ),
        Panel(
            "A few labels",
            lambda: labels.few_labels(shown),
            stands="instead",
            badges=RECORDED,
            checks=lambda: labels.checks(shown),
            script=lambda: labels.script(shown),
        ),
    )


def _on_training(shown: views.Shown) -> tuple[Panel, ...]:
    """Where the shortcut comes from."""
    return (
        Panel(
            "Map",
            lambda: vectors.embedding(shown),
            stands="instead",
            badges=RECORDED,
            checks=lambda: vectors.map_checks(shown),
            script=lambda: vectors.map_script(shown),
        ),
        Panel(
            "Correlation",
            lambda: correlation.correlation(shown),
            stands="instead",
            badges=RECORDED,
            checks=lambda: correlation.trend_checks(shown),
            script=lambda: correlation.trend_script(),
        ),
        Panel(
            "Training",
            lambda: training.training(shown),
            stands="instead",
            checks=lambda: training.checks(shown),
            script=lambda: training.script(shown),
        ),
    )


def _on_others(shown: views.Shown) -> tuple[Panel, ...]:
    """Pictures of the visitor, and what was published."""
    return (
        Panel(
            "Your pictures",
            lambda: pictures.own_pictures(shown),
            stands="instead",
            badges=(Badge.MEASURED,),
            checks=lambda: pictures.checks(shown),
            script=lambda: pictures.script(shown),
        ),
        Panel(
            "Published",
            lambda: published.published(shown),
            stands="instead",
            badges=RECORDED,
            checks=lambda: results.verdict_checks(shown.model),
            data=lambda: published.published_frame(shown),
            script=lambda: published.published_script(shown),
        ),
    )

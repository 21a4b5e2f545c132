"""What stands on the decoding page below its controls: the race, its panels by subject, and what one takes along."""

from components.page import Badge, Panel, Scene
from core.decoding import run_checks
from pages.efficiency.decoding import main as views
from pages.efficiency.decoding import scripts
from pages.efficiency.decoding.panels import (
    calm,
    drafts,
    forecasts,
    laws,
    leniency,
    live,
    memory,
    parallel,
    race,
    schedules,
)
from pages.efficiency.decoding.panels.trace import trace
from pages.efficiency.decoding.words.equations import EQUATIONS
from pages.efficiency.decoding.words.race import reading


def scene_of(shown: views.Shown, settings: live.Settings) -> Scene:
    """The scene of a race, recorded or run on this machine."""
    return Scene(
        badges=(_source(shown),),
        draw=lambda: views.main_figure(shown),
        reading=lambda: reading(shown.race, shown.chosen),
        panels=(
            *_on_the_race(shown, settings),
            *_on_laws(shown),
            *_on_drafts(shown),
            *_on_machines(shown),
            *_on_parallel_texts(shown),
        ),
        checks=lambda: run_checks(shown.race, shown.chosen),
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown.race),
        script=lambda: scripts.race(shown.race, shown.chosen),
    )


def _source(shown: views.Shown) -> Badge:
    """Where the race on screen is from."""
    return Badge.RECORDED if shown.recorded else Badge.MEASURED


def _on_the_race(shown: views.Shown, settings: live.Settings) -> tuple[Panel, ...]:
    """The run call by call, all methods, and what theory and the machine say of both."""
    return (
        Panel("Trace", lambda: trace(shown)),
        Panel("Race", lambda: race.race_table(shown, settings)),
        Panel(
            "Acceptance",
            lambda: drafts.acceptance(shown),
            stands="instead",
            badges=(_source(shown),),
            checks=lambda: drafts.acceptance_checks(shown),
            script=lambda: scripts.acceptance(shown.race, shown.chosen),
        ),
        Panel("Theory", lambda: race.theory(shown)),
        Panel("Verification", lambda: race.verification(shown)),
    )


def _on_laws(shown: views.Shown) -> tuple[Panel, ...]:
    """Whether the text stays the same, by laws and trees."""
    return (
        Panel(
            "Exactness",
            lambda: laws.exactness(shown),
            stands="instead",
            checks=lambda: laws.exactness_checks(shown),
            script=lambda: laws.exactness_script(shown),
        ),
        Panel(
            "Draft and target",
            lambda: laws.distributions(shown),
            stands="instead",
            checks=lambda: laws.distribution_checks(shown),
            script=lambda: laws.distribution_script(shown),
        ),
        Panel(
            "Tree",
            lambda: drafts.tree(shown),
            stands="instead",
            badges=(_source(shown),),
            checks=lambda: drafts.tree_checks(shown),
            script=lambda: drafts.tree_script(shown),
        ),
    )


def _on_drafts(shown: views.Shown) -> tuple[Panel, ...]:
    """How long a draft is, where it comes from, and rules that take more of it."""
    return (
        Panel(
            "Schedules",
            lambda: schedules.schedules(shown),
            stands="instead",
            badges=(Badge.RECORDED, Badge.EXACT),
            checks=lambda: schedules.schedule_checks(shown),
            script=lambda: schedules.schedule_script(shown),
        ),
        Panel(
            "Pool",
            lambda: schedules.pool(shown),
            stands="instead",
            badges=(Badge.RECORDED,),
            checks=lambda: schedules.pool_checks(shown),
            script=lambda: schedules.pool_script(shown),
        ),
        Panel(
            "Typical acceptance",
            lambda: leniency.typical(shown),
            stands="instead",
            badges=(Badge.RECORDED,),
            checks=lambda: leniency.checks(shown),
            script=lambda: leniency.script(shown),
        ),
        Panel(
            "Leaving early",
            lambda: calm.leaving_early(shown),
            stands="instead",
            badges=(_source(shown),),
            checks=lambda: calm.checks(shown),
            script=lambda: calm.script(shown),
        ),
    )


def _on_machines(shown: views.Shown) -> tuple[Panel, ...]:
    """What a machine reads and computes."""
    return (
        Panel(
            "Memory",
            lambda: memory.roofline(shown),
            stands="instead",
            checks=lambda: memory.roof_checks(shown),
            script=lambda: scripts.memory(shown.race, int(shown.page.controls.value("length"))),
        ),
        Panel(
            "Another machine",
            lambda: forecasts.another_machine(shown),
            stands="instead",
            badges=(Badge.RECORDED, Badge.EXACT),
            checks=lambda: forecasts.checks(shown),
            data=lambda: forecasts.data(shown),
            script=lambda: forecasts.script(shown),
        ),
        Panel(
            "FlashAttention",
            lambda: memory.flash(shown.page),
            stands="instead",
            badges=(Badge.EXACT, Badge.TOY),
            checks=lambda: memory.flash_checks(shown.page),
            script=lambda: memory.flash_script(shown.page),
        ),
    )


def _on_parallel_texts(shown: views.Shown) -> tuple[Panel, ...]:
    """Texts that are written at once."""
    return (
        Panel(
            "All at once",
            lambda: parallel.at_once(shown),
            stands="instead",
            badges=(Badge.TOY, Badge.RECORDED),
            checks=lambda: parallel.checks(shown),
            script=lambda: parallel.script(shown),
        ),
    )

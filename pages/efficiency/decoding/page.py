"""Decoding: how a model writes faster, with and without writing differently, by the clock."""

import streamlit as st

from components.page import Badge, Equation, Page, Panel, Preset, Question
from core.decoding import CONTESTANTS
from pages.efficiency.decoding import main as views
from pages.efficiency.decoding import results, words
from pages.efficiency.decoding.panels import live, memory, theory
from pages.efficiency.decoding.panels.trace import trace


def story(kind: str, method: str, **more: object) -> dict[str, object]:
    """The values that show one method on one kind of prompt."""
    return {"kind": kind, "method": method, "precision": "float32", **more}


page = Page(
    "decoding",
    defaults={
        **story("copy", "prompt lookup"),
        "message": "Give me three names for a boat.",
        "length": 1024,
        "new": 32,
        "temperature": 0.0,
        "window": results.FITTED,
        "step": 2,
        "panel": "Trace",
        "place": 8,
        "source": theory.REAL,
        "seed": 0,
        "block": 4,
        "tile": 1,
        "fast": 96,
        "tokens": 8,
        "parallel": 2,
        "confidence": "softmax",
        "decay": 0,
    },
    presets=[
        Preset(
            "Copying is free",
            "The answer stands in the prompt, so looking it up drafts whole phrases that are accepted.",
            story("copy", "prompt lookup", panel="Trace"),
        ),
        Preset(
            "Chat is not",
            "Nothing of the answer stands in the prompt: the same method finds almost nothing to draft.",
            story("chat", "prompt lookup", panel="Race"),
        ),
        Preset(
            "A perfect draft",
            "Every draft token is accepted. The draft costs as much as the target, so nothing is won.",
            story("question", "perfect draft", panel="Theory"),
        ),
        Preset(
            "Early exit without training fails",
            "The layers below the last do not speak the language of the head: nearly every draft is rejected.",
            story("chat", "raw exit", panel="Acceptance"),
        ),
        Preset(
            "Medusa's tree",
            "Several guesses for each place are verified in one call; the mask keeps the branches apart.",
            story("chat", "Medusa tree", precision="bfloat16", step=5, panel="Tree"),
        ),
        Preset(
            "When speculation slows you down",
            "Lookahead saves calls and loses time: each call reads six guesses or more, and in float32 reading them "
            "costs more than they win.",
            story("chat", "lookahead", panel="Verification"),
        ),
    ],
)
page.header()

kind_place, method_place, precision_place, more_place = st.columns([2, 2.4, 2.6, 1.4], vertical_alignment="bottom")
with kind_place:
    kind = page.controls.select("kind", "Prompt", results.kinds())
with method_place:
    chosen = page.controls.select("method", "Method", list(CONTESTANTS))
with precision_place:
    precision = page.controls.choice("precision", "Precision", ["float32", "bfloat16"])
with more_place, page.more():
    message = page.controls.text("message", "Your own message, for the prompt “your own”", lines=3)
    st.caption("With other settings than these the methods race on this machine.")
    temperature = page.controls.slider("temperature", "Temperature, 0 for greedy", 0.0, 5.0, step=0.1)
    window = page.controls.select("window", "Draft tokens for each call", [results.FITTED, *map(str, range(1, 13))])
    new = page.controls.slider("new", "New tokens of a live race", 8, 96)

settings = live.Settings(kind, precision, message, new, temperature, window)
raced = results.kept_race(kind, precision) if settings.as_recorded else None
recorded = raced is not None
if raced is None:
    raced = live.race_live(page, settings)
if raced is None and not settings.as_recorded:
    kind, recorded = settings.nearest, True
    raced = results.kept_race(kind, precision)
    st.caption(words.until_then(kind))
if raced is None:
    st.stop()
if chosen not in raced.runs:
    st.info(words.absent(chosen, results.raced_on(chosen, precision)))
    chosen = next(iter(raced.runs))

step = min(int(page.controls.value("step")), max(len(raced.runs[chosen].steps) - 1, 0))
shown = views.Shown(page, raced, kind, chosen, step, recorded)
page.badges(Badge.RECORDED if recorded else Badge.MEASURED)
views.main_figure(shown)
page.sentence(views.reading(shown))
page.panels(
    [
        Panel("Trace", lambda: trace(shown)),
        Panel("Race", lambda: views.race_table(shown)),
        Panel("Acceptance", lambda: views.acceptance(shown)),
        Panel("Theory", lambda: theory.theory(shown)),
        Panel("Verification", lambda: theory.verification(shown)),
        Panel("Exactness", lambda: theory.exactness(shown)),
        Panel("Draft and target", lambda: views.distributions(shown)),
        Panel("Tree", lambda: views.tree(shown)),
        Panel("Leaving early", lambda: theory.leaving_early(shown)),
        Panel("Memory", lambda: memory.roofline_panel(shown)),
        Panel("FlashAttention", lambda: memory.flash(page)),
        Panel("All at once", lambda: memory.at_once(shown)),
    ]
)
page.checks(results.checks_of(raced, chosen))
page.questions([Question(*asked) for asked in words.QUESTIONS])
page.mathematics([Equation(*equation) for equation in words.EQUATIONS])
page.code(words.source_functions)
page.exports(data=lambda: words.export_frame(raced), script=words.script(raced, chosen))

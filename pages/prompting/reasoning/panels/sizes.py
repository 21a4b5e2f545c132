"""The panel on size: published accuracy of direct answers and chains, and what SmolLM2 does on easier problems."""

import plotly.graph_objects as go

from components.figures.heights import room
from components.page import Badge, Panel
from components.theme import Look, figure
from core.checks import Check
from core.reasoning import GSM8K, GSM8K_SOURCE, Kind, crossing, difference, outcome
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.main import Shown
from pages.prompting.reasoning.panels import languages

COLORS = {"LaMDA": "kl", "GPT": "query", "PaLM": "target"}
SMOLLM2 = 0.135
KIND: Kind = "small numbers"
ABOVE = 112

SIZES, LANGUAGES = "by size", "by language"


def panel(shown: Shown) -> Panel:
    """The panel."""
    by_language = shown.page.controls.value("scale") == LANGUAGES and bool(languages.others())
    return Panel(
        "How large?",
        lambda: draw(shown),
        stands="instead",
        badges=(Badge.RECORDED,),
        checks=languages.checks if by_language else checks,
        script=languages.script if by_language else script,
    )


def draw(shown: Shown) -> None:
    """The view on screen, below its name."""
    views = [SIZES, *([LANGUAGES] if languages.others() else [])]
    view = shown.page.controls.choice("scale", "What to see", views, label_visibility="collapsed")
    {SIZES: sizes, LANGUAGES: languages.languages}[view](shown)


def sizes(shown: Shown) -> None:
    """The published curves, and the two measured points."""
    page = shown.page
    title = findings.of_the_sizes({family: crossing(family) for family in GSM8K})
    fig = published(page.look, title, room(page.look, ABOVE))
    page.plot(fig, name="sizes", alt=f"Accuracy over size, direct and with a chain. {title}.", roomy=True)
    direct, chain = outcome(KIND, "direct"), outcome(KIND, "few-shot chain")
    apart = difference(direct, chain)
    page.sentence(
        f"Lines are published, not measured here ({GSM8K_SOURCE}); dotted: direct. Diamonds are measured: SmolLM2, "
        f"0.135 billion, on one-step problems, which are far easier: direct "
        f"<b>{findings.percent(direct.accuracy)}</b>, chain <b>{findings.percent(chain.accuracy)}</b>, "
        f"{findings.verdict(apart)}."
        + (" A small model that was trained on chains can have them." if apart.side > 0 else "")
    )


def published(look: Look, title: str, height: int) -> go.Figure:
    """Curves of the families over size, and SmolLM2's two points."""
    traces = []
    for family, models in GSM8K.items():
        color = look.role(COLORS[family])
        for kind, dash in (("direct", "dot"), ("chain", "solid")):
            traces.append(
                go.Scatter(
                    x=[one.billions for one in models],
                    y=[getattr(one, kind) / 100 for one in models],
                    mode="lines+markers",
                    name=f"{family}, {kind}",
                    line={"color": color, "dash": dash, "width": 2.5},
                    hovertemplate=f"{family}, {kind}<br>%{{x}} billion: %{{y:.1%}}<extra></extra>",
                )
            )
    for one, symbol in ((outcome(KIND, "direct"), "diamond-open"), (outcome(KIND, "few-shot chain"), "diamond")):
        low, high = one.interval
        traces.append(
            go.Scatter(
                x=[SMOLLM2],
                y=[one.accuracy],
                mode="markers",
                name=f"SmolLM2, {'direct' if one.name == 'direct' else 'chain'}, easier problems",
                marker={"color": look.role("accepted"), "symbol": symbol, "size": 13},
                error_y={"type": "data", "symmetric": False, "array": [high - one.accuracy],
                         "arrayminus": [one.accuracy - low]},
            )
        )  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        margin={"t": 100, "r": 8},
        xaxis={"type": "log", "title": {"text": "parameters, billions"}, "tickvals": [0.1, 1, 10, 100, 500],
               "ticktext": ["0.1", "1", "10", "100", "500"]},
        yaxis={"tickformat": ".0%", "title": {"text": "share right"}, "range": [-0.02, 1.02]},
    )  # fmt: skip


def checks() -> tuple[Check, ...]:
    """From a family's crossing on, no published chain may be behind."""
    behind = sum(
        one.chain <= one.direct
        for family, models in GSM8K.items()
        for one in models
        if (start := crossing(family)) is not None and one.billions >= start
    )
    return (Check("From the crossing on every chain is ahead", float(behind), 0.0, "published models behind it"),)


def script() -> str:
    """A script that prints the numbers on screen."""
    return f"""from core.reasoning import GSM8K, crossing, outcome

for family, models in GSM8K.items():
    print(family, crossing(family), [(one.billions, one.direct, one.chain) for one in models])
for method in ("direct", "few-shot chain"):
    print(method, outcome({KIND!r}, method).accuracy)
"""

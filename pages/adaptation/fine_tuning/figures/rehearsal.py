"""Perplexity of another text after tuning, over the share of other texts that were rehearsed meanwhile."""

from collections.abc import Iterator, Mapping, Sequence

import plotly.graph_objects as go

from components.theme import Look, figure
from core.tuning import RehearsalRecord, TuningRecord, TuningRun, grown
from pages.adaptation.fine_tuning.figures.forgetting import against_before

ROLES = ("key", "query", "value")


def rehearsal(
    record: TuningRecord, rehearsed: RehearsalRecord, names: Mapping[str, str], text: int, *, look: Look, title: str,
    height: int,
) -> go.Figure:  # fmt: skip
    """A line for each seed of each method; at the left nothing is rehearsed.

    Args:
        text: its place in `core.tuning.OTHER_TEXTS`.
    """
    traces = [
        trace
        for method, role in zip(rehearsed.methods, ROLES, strict=False)
        for trace in _lines(record, rehearsed, method, names[method], text, look.role(role))
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        xaxis={"title": {"text": "rehearsed texts, of all that are read"}, "showgrid": False, "type": "category"},
        **against_before(traces, look),
    )


def _lines(
    record: TuningRecord, rehearsed: RehearsalRecord, method: str, name: str, text: int, color: str
) -> Iterator[go.Scatter]:
    """The runs of one method, those of a seed joined."""
    shares = {"none": record.chosen(method)}
    shares |= {f"{one.share:.1%}": rehearsed.of(method, one.every) for one in rehearsed.shares(method)}
    for place, bare in enumerate(record.chosen(method)):
        seed = bare.params.seed
        found = {share: run for share, runs in shares.items() for run in _of_seed(runs, seed)}
        yield go.Scatter(
            x=list(found),
            y=[float(grown(run)[text]) for run in found.values()],
            mode="lines+markers",
            marker={"size": 12, "color": color},
            line={"color": color, "width": 2},
            name=f"{name}: a line for each seed",
            legendgroup=name,
            showlegend=place == 0,
            customdata=[[seed, run.id_accuracy, run.ood_accuracy] for run in found.values()],
            hovertemplate=f"{name}, seed %{{customdata[0]}}<br>rehearsed: %{{x}}<br>times %{{y:.2f}}<br>"
            "meals %{customdata[1]:.0%}, stories %{customdata[2]:.0%}<extra></extra>",
        )


def _of_seed(runs: Sequence[TuningRun], seed: int) -> list[TuningRun]:
    return [run for run in runs if run.params.seed == seed]

"""The panel on Sinkhorn: its answers over the regularization, its error, and what is called the distance."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.figures.lines import lines
from core.checks import Check
from core.transport import Transport
from pages.adaptation.transport import findings, results
from pages.adaptation.transport.figures import moves as figures
from pages.adaptation.transport.main import Shown


def when_sinkhorn_lies(shown: Shown) -> None:
    """Error against iteration, cost against regularization, and the several numbers called the distance."""
    page, problem = shown.page, shown.problem
    if not _has_sinkhorn(shown):
        st.info("Sinkhorn needs equal masses and equal features on both sides.")
        return
    run, unit = _sinkhorn(shown), _unit(shown)
    best = results.optimum_of(problem)
    sweep = results.sweep_of(problem.exact, shown.domain, shown.max_iter, unit, best)
    left, right = st.columns([3, 2])
    with left:
        title = findings.of_the_sweep(sweep.feasible, shown.max_iter)
        fig = figures.against_regularization(
            sweep.share, sweep.cost, sweep.feasible, optimum=best, at=shown.share, look=page.look, title=title
        )
        page.plot(fig, name="sweep", alt=f"Sinkhorn's cost over the regularization. {title}.")
    with right:
        _history(shown, run)
    _several_numbers(shown, run, best)


def checks(shown: Shown) -> list[Check]:
    """The identities of Sinkhorn's answer and of the debiased divergence; none where Sinkhorn has no answer."""
    if not _has_sinkhorn(shown):
        return []
    run = _sinkhorn(shown)
    checks = [] if run is shown.run else list(run.checks)
    if not _has_divergence(shown):
        return checks
    problem, reg = shown.problem.exact, shown.share * _unit(shown)
    found = results.divergence_of(problem, reg)
    own = results.divergence_of(replace(problem, target=problem.source), reg)
    scale = abs(found.self_source) or reg * float(run.source_weights.sum())
    return [
        *checks,
        Check("The divergence of the source to itself is 0", abs(own.value), 1e-9 * scale, "S(x, x)"),
        Check("The divergence is not negative", max(-found.value, 0.0), 1e-6 * scale, "to the tolerance of Sinkhorn"),
    ]


def _has_sinkhorn(shown: Shown) -> bool:
    return shown.problem.balanced and shown.run.source.shape[1] == shown.run.target.shape[1]


def _has_divergence(shown: Shown) -> bool:
    """Whether the debiased divergence is shown: for squared costs, where the regularization lets it come soon."""
    return shown.problem.metric == "sqeuclidean" and shown.share >= 0.009


def _unit(shown: Shown) -> float:
    return results.mean_cost_of(shown.problem.source, shown.problem.target, shown.problem.metric)


def _sinkhorn(shown: Shown) -> Transport:
    """Sinkhorn's answer to the problem on screen, whatever its method."""
    options = (("reg", shown.share * _unit(shown)), ("domain", shown.domain), ("max_iter", shown.max_iter))
    return results.solution_of(replace(shown.problem, method="sinkhorn", options=options))


def _history(shown: Shown, run: Transport) -> None:
    """Sinkhorn's marginal error against the iteration, where it came so far as to measure one."""
    if not run.history.size:
        st.info("Sinkhorn broke off in its first iteration: there is no error to follow.")
        return
    errors = np.log10(np.maximum(np.nan_to_num(run.history, nan=1e3, posinf=1e3), 1e-16))
    at = f"after {_iterations(run):,} iterations"
    title = f"At {shown.share:.2g} of the mean cost: {10 ** errors[-1]:.0e} is the norm of the column errors {at}"
    fig = lines(
        {"marginal": errors},
        look=shown.page.look,
        title=title,
        x_label="iteration",
        y_label="log₁₀ of √Σ (column error)²",
        x=np.arange(len(errors)) * run.history_every,
        height=380,
    )
    shown.page.plot(fig, name="history", alt=f"Marginal error of Sinkhorn against the iteration. {title}.")


def _iterations(run: Transport) -> int:
    """The iteration at which the last error was measured: the first one is measured at 0."""
    return (len(run.history) - 1) * run.history_every


def _several_numbers(shown: Shown, run: Transport, best: float | None) -> None:
    rows = [
        ("exact optimum", "min ⟨P, M⟩", best, "the distance itself"),
        ("linear cost of Sinkhorn's plan", "⟨P_reg, M⟩", run.cost, "at least the optimum, if the plan is one"),
        ("regularized objective", "⟨P_reg, M⟩ + reg KL(P | abᵀ)", run.objective, "what Sinkhorn minimizes"),
    ]
    if _has_divergence(shown):
        found = results.divergence_of(shown.problem.exact, shown.share * _unit(shown))
        rows += [
            ("objective of the source to itself", "OT_reg(x, x)", found.self_source, "the bias"),
            (
                "debiased divergence",
                "OT_reg(x, y) − ½OT_reg(x, x) − ½OT_reg(y, y)",
                found.value,
                "0 only for equal clouds" if found.converged else "not converged, so it may even be below 0",
            ),
        ]
    table = "| called “the distance” | formula | value |\n|---|---|---|\n"
    for name, formula, value, words in rows:
        number = "none" if value is None else f"**{findings.amount(value)}**"
        table += f"| {name}: {words} | {formula.replace('|', '∣')} | {number} |\n"
    st.markdown(table)

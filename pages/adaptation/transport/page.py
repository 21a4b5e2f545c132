"""Optimal transport: how a Wasserstein distance is computed, and what it does for labeled data."""

import streamlit as st

from components.page import Badge, Page, Panel, Preset
from pages.adaptation.transport import main as views
from pages.adaptation.transport import results
from pages.adaptation.transport.panels import alignment as transport_align
from pages.adaptation.transport.panels import datasets as transport_data
from pages.adaptation.transport.panels import files as transport_files
from pages.adaptation.transport.panels import hand as transport_hand
from pages.adaptation.transport.panels import line as transport_line
from pages.adaptation.transport.panels import plan as transport_plan
from pages.adaptation.transport.results import CROSSED
from pages.adaptation.transport.words import EQUATIONS, QUESTIONS

page = Page(
    "transport",
    defaults={
        "source": "moons",
        "target": "rings",
        "method": "exact",
        "reg": -1.3,
        "price": 0.0,
        "mass": 60,
        "lines": 100,
        "points": 60,
        "metric": "squared Euclidean",
        "weights": "as given",
        "source_masses": transport_files.NAMED,
        "target_masses": transport_files.NAMED,
        "shift_x": 0.0,
        "shift_y": 0.0,
        "seed": 0,
        "domain": "auto",
        "iterations": 1000,
        "panel": "By hand",
        "costs": "4 1 7 3 / 2 6 1 8 / 9 3 5 2 / 1 7 4 6",
        "supply": "3 2 4 1",
        "demand": "2 4 1 3",
        "step": 0,
        "line": "samples",
        "line_source": "0 1 1.5 2 4",
        "line_target": "1 3 3.5 5 6",
        "line_source_masses": "",
        "line_target_masses": "",
        "bars_source": "0.05 0.2 0.4 0.25 0.1 0 0 0 0 0",
        "bars_target": "0 0 0 0.05 0.1 0.15 0.25 0.25 0.15 0.05",
        "bin_width": 1.0,
        "power": "1",
        "way": "on the way",
        "t": 50,
        "moved": "square",
        "distance": 1.0,
        "cells": 3,
        "data": "digits: the other half",
        "inner": "exact",
        "label_weight": 1.0,
        "samples": 200,
        "row": 0,
        "column": 0,
        "flow_source": "letter A",
        "flow_target": "letter B",
        "loss": "wasserstein",
        "step_size": 15,
        "flow_step": 8,
        "task": "digits",
        "body": "tuned",
        "align_steps": 60,
        "tune_steps": 60,
        "align_seed": 0,
        "align_frame": 100,
    },
    presets=[
        Preset(
            "Four by four",
            "Four points on each side: small enough to solve by hand below.",
            {"source": "Gaussian", "target": "square", "points": 4, "panel": "By hand"},
        ),
        Preset(
            "Moons to rings",
            "Each point gives all it has to one partner: the exact plan is a permutation.",
            {"source": "moons", "target": "rings", "method": "exact", "points": 60, "panel": "On the way"},
        ),
        Preset(
            "Blur",
            "Entropy spreads each point's mass over many partners, and the cost rises above the optimum.",
            {"method": "Sinkhorn", "reg": -0.7, "panel": "When Sinkhorn lies"},
        ),
        Preset(
            "When Sinkhorn lies",
            "A small regularization and too few iterations: rows are right, columns are not, and the cost looks good.",
            {"method": "Sinkhorn", "reg": -3.0, "domain": "log", "iterations": 100, "panel": "When Sinkhorn lies"},
        ),
        Preset(
            "Underflow",
            "Four units apart, exp(−M / reg) is 0 for whole rows, so the plan has no mass: a cost of 0 is an error.",
            {
                "method": "Sinkhorn",
                "reg": -3.0,
                "domain": "plain",
                "iterations": 1000,
                "shift_x": 4.0,
                "panel": "When Sinkhorn lies",
            },
        ),
        Preset(
            "Unequal masses",
            "The source weighs twice as much: with free marginals the surplus stays, at a price.",
            {"method": "unbalanced", "weights": "source weighs twice", "panel": "On the way"},
        ),
        Preset(
            "3-D to 2-D",
            "No distance between the sides exists; distances within each side are compared instead.",
            {"source": "spiral in 3-D", "target": "spiral", "method": "Gromov", "panel": "One dimension"},
        ),
        Preset(
            "Why y?",
            "In the datasets below the points are the same and the labels are not: only a distance with y sees it.",
            {"data": CROSSED, "samples": 200, "source": "three Gaussians", "target": "square", "panel": "Datasets"},
        ),
        Preset(
            "A letter flows",
            "Particles of one letter follow the slope of the distance and become the other.",
            {"source": "letter A", "target": "letter B", "points": 120, "panel": "Gradient flow"},
        ),
        Preset(
            "Borrowed body",
            "Below, a language encoder learns signals. Is it worth moving them towards text first?",
            {"source": "digits in 2-D", "target": "spiral", "task": "signals", "panel": "Cross-modal"},
        ),
    ],
)
page.header()
try:
    problem, domain, max_iter, share = views.controls(page)
    run = results.solution_of(problem)
except ValueError as error:
    transport_files.refused(page, error)
    st.stop()

shown = views.Shown(page, problem, run, domain, max_iter, share)
page.badges(Badge.EXACT if run.method == "gaussian" else Badge.MEASURED)
views.main_figure(shown)
page.sentence(views.reading(shown))
page.panels(
    [
        Panel("By hand", lambda: transport_hand.by_hand(shown)),
        Panel("One dimension", lambda: transport_line.one_dimension(shown)),
        Panel("On the way", lambda: transport_plan.on_the_way(shown)),
        Panel("Prices", lambda: transport_plan.prices(shown)),
        Panel("When Sinkhorn lies", lambda: transport_plan.when_sinkhorn_lies(shown)),
        Panel("Move a cloud", lambda: transport_plan.move_a_cloud(shown)),
        Panel("Datasets", lambda: transport_data.datasets(shown)),
        Panel("Gradient flow", lambda: transport_data.flow(shown)),
        Panel("Cross-modal", lambda: transport_align.cross_modal(shown)),
    ]
)
page.checks(views.checks(shown))
page.questions(QUESTIONS)
page.mathematics(EQUATIONS)
page.code(views.source_functions)
page.exports(data=lambda: views.export_frame(shown), script=views.script(shown))

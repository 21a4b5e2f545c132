"""What the transport page declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import FIGURE, PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="transport",
    chapter="adaptation",
    title="Optimal transport",
    question="How is a Wasserstein distance computed?",
    icon=":material/local_shipping:",
    answers="a 4 × 4 problem by hand; when Sinkhorn lies; why labels belong into a distance between datasets; "
    "a language encoder that learns signals",
)

NAMED = "the one called weight or mass"
"""The column of a visitor's file that holds masses, as long as no other is chosen."""

CROSSED = "equal points, other labels"
"""Two datasets that differ in their labels alone."""

DEFAULTS = {
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
    "source_masses": NAMED,
    "target_masses": NAMED,
    "source_points": "",
    "target_points": "",
    "clicks": "source",
    "shift_x": 0.0,
    "shift_y": 0.0,
    "seed": 0,
    "domain": "auto",
    "iterations": 1000,
    "panel": "On the way",
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
    "field": "city",
    "shops": 8,
    "shop": 1,
    "price_step": 99,
    "wanted": "as many as any other",
    "shop_seed": 0,
    "shop_places": "",
    "shapes": "A and B",
    "share_1": 50,
    "share_2": 50,
    "share_3": 50,
    "share_4": 50,
    "picture": "meadow at noon",
    "palette": "sea at dusk",
    "colors_by": "exact",
    "color_blur": -1.5,
    "color_sample": 300,
    "color_seed": 0,
    "moved": "square",
    "distance": 1.0,
    "cells": 3,
    "data": "digits: the other half",
    "inner": "exact",
    "label_weight": 1.0,
    "samples": 200,
    "transfer_target": "digits",
    "transfer_measure": "with labels",
    "transfer_labels": 2,
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
}

PRESETS = (
    Preset(
        "Moons to rings",
        "Who has two partners?",
        {"source": "moons", "target": "rings", "method": "exact", "points": 60, "panel": "On the way"},
    ),
    Preset(
        "4 by 4",
        "Four sources and four targets: small enough to solve by hand.",
        {"source": "Gaussian", "target": "square", "points": 4, "panel": "By hand"},
        free=("step",),
    ),
    Preset(
        "Territories",
        "Who has too many customers at first, and what does its price do, step by step? And with a shop moved?",
        {"field": "city", "shops": 8, "price_step": 0, "panel": "Territories"},
        free=("price_step", "shop", "shop_places"),
    ),
    Preset(
        "Average",
        "Between A and B: which picture is still one letter? Move the weights.",
        {"shapes": "A and B", "panel": "Average"},
        free=("share_1", "share_2"),
    ),
    Preset(
        "Colors",
        "Every pixel keeps its place and gets another color: who decides which? The exact plan, or Sinkhorn’s.",
        {"picture": "meadow at noon", "palette": "sea at dusk", "panel": "Colors"},
        free=("colors_by", "color_blur"),
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
        "Four units apart, exp(−M / reg) is 0 for whole rows, so the plan loses its mass: a cost near 0 is an error.",
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
        "The source weighs twice as much. Does the surplus stay?",
        {"method": "unbalanced", "weights": "source weighs twice", "panel": "On the way"},
    ),
    Preset(
        "3-D to 2-D",
        "No distance between the sides exists; distances within each side are compared instead.",
        {"source": "spiral in 3-D", "target": "spiral", "method": "Gromov", "panel": FIGURE},
    ),
    Preset(
        "Why y?",
        "In these datasets the points are the same and the labels are not: only a distance with y sees it.",
        {"data": CROSSED, "samples": 200, "source": "three Gaussians", "target": "square", "panel": "Datasets"},
    ),
    Preset(
        "Transfer",
        "Each dot is a source to learn from first. Is the nearest worth the most?",
        {"transfer_target": "digits", "panel": "Transfer"},
        free=("transfer_measure",),
    ),
    Preset(
        "Flow",
        "Particles of one letter follow the slope of the distance and become the other.",
        {"source": "letter A", "target": "letter B", "points": 120, "panel": "Gradient flow"},
        free=("flow_step",),
    ),
    Preset(
        "Borrowed body",
        "A language encoder learns signals. Is it worth moving them towards text first?",
        {"source": "digits in 2-D", "target": "spiral", "task": "signals", "panel": "Cross-modal"},
    ),
)

PANELS = (
    PanelWords("By hand", "A small table of costs and masses of your own, solved by the network simplex step by step."),
    PanelWords("One dimension", "Two distributions on a line: sorting solves it, and quantile functions show why."),
    PanelWords("On the way", "The mass moves from source to target at constant speed, or by the barycentric map."),
    PanelWords("Prices", "The dual potentials: what each place would pay."),
    PanelWords("Territories", "Shops on a field of customers, and the prices at which each has its share."),
    PanelWords("Average", "The average of two to four shapes under W₂, beside the shapes laid over each other."),
    PanelWords("Colors", "One picture in the colors of another: pixels as points of red, green and blue."),
    PanelWords(
        "When Sinkhorn lies", "Cost and error of Sinkhorn over the regularization, and what is called distance."
    ),
    PanelWords("Move a cloud", "W₂², KL and MMD² of a cloud against itself while it moves away."),
    PanelWords("Datasets", "How far apart two labeled datasets are, with the clouds behind their labels and without."),
    PanelWords("Transfer", "Whether the distance tells what learning from one dataset is worth for another."),
    PanelWords("Gradient flow", "Particles that follow the slope of a distance until they are the other cloud."),
    PanelWords("Cross-modal", "A language encoder learns digits or signals, moved towards text first or not."),
)

QUESTIONS = (
    Question(
        "How exactly is a Wasserstein distance computed?",
        "As a linear program. Write the cost of every pair into a table, and look for the masses to move that meet "
        "both sides and cost least. Step through the table: prices show which move saves, until none does. "
        "On a line there is nothing to search: sort both sides.",
        {"panel": "By hand", "source": "Gaussian", "target": "square", "points": 4},
    ),
    Question(
        "What do the prices of the dual problem do?",
        "They move borders. Give each shop a price v, and send each customer to the shop with the least |x − y|² − v. "
        "With equal prices the nearest shop wins. A shop that pays more reaches farther: who lacks customers pays "
        "more, who has too many less. "
        "At the right prices every shop has its share, and no other division with these shares has ways with a smaller "
        "sum of squares.",
        {"panel": "Territories", "price_step": 0},
    ),
    Question(
        "What is a class-conditional distribution?",
        "The points that carry one label: P(x | y). It is a cloud like any other, so two labels can be compared "
        "by the transport between their clouds, even if their names have nothing in common.",
        {"panel": "Datasets", "data": "digits: relabeled"},
    ),
    Question(
        "Why consider y when it is the distribution of x that changes?",
        "Because P(x) alone says nothing about the task. Two datasets can have the very same points and ask for "
        "different things of them. Their feature distance is 0, and only the clouds behind the labels differ. "
        "Renaming labels changes nothing, since no cloud moves.",
        {"panel": "Datasets", "data": CROSSED},
    ),
    Question(
        "Does the distance between datasets predict transfer?",
        "Hardly, in recorded runs on digits. Over 24 sources the rank correlation of distance and gain is −0.48, −0.34 "
        "and −0.18 for three targets. But of nine bands, for three targets by three measures, only one leaves out 0, "
        "that of the distance with labels to the digits as they are, and none does once nine comparisons are allowed "
        "for. Over all sources labels do not improve the ranking measurably; where only labels differ, the distance "
        "ranks the gains in two of three targets, p = 0.017 each, just at the corrected 5 %. And the farthest source, "
        "inverted digits, still helps.",
        {"panel": "Transfer"},
    ),
    Question(
        "Does it help to align a new modality with the body's own data first?",
        "In four recorded runs of three seeds each it starts faster in every seed; a control that only makes the "
        "embedder as loud starts level with it in three of them, as far as the seeds show. At the end the seeds with "
        "and without alignment overlap in three of the four. In the fourth, signals with a tuned body, alignment ends "
        "0.07 higher, but that control ends as high there. The last step makes up for much.",
        {"panel": "Cross-modal"},
    ),
)

TERMS = (
    "entropy",
    "optimal transport",
    "transport plan",
    "marginal",
    "cost matrix",
    "Wasserstein distance",
    "linear program",
    "dual prices",
    "territory",
    "barycenter",
    "rank correlation",
    "MMD",
    "Sinkhorn",
    "entropic regularization",
    "unbalanced transport",
    "Gromov-Wasserstein",
    "class-conditional distribution",
    "dataset distance",
    "gradient flow",
    "modality",
)

RENAMED: dict[str, dict[str, str]] = {}

"""CLIP and spurious features: watch a model look at the background, and take it away."""

import streamlit as st

from components.page import Badge, Equation, Page, Panel, Preset, Question
from core.clip import ATTRIBUTES, CLASSES, FAMILY, HARMFUL_INSIGHTS, HELPFUL_INSIGHTS, RANDOM_WORDS, REAL, TEMPLATES
from pages.prompting.clip_spurious import main as views
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.panels import classes as clip_words
from pages.prompting.clip_spurious.panels import groups as clip_groups
from pages.prompting.clip_spurious.panels import pictures as clip_real
from pages.prompting.clip_spurious.panels import relevance as clip_looks
from pages.prompting.clip_spurious.panels import repair as clip_repair
from pages.prompting.clip_spurious.panels import training as clip_training
from pages.prompting.clip_spurious.panels.loading import ensure_clip

LABELS = ("cat", "cup of coffee", "astronaut", "rocket", "temple", "flower")

page = Page(
    "clip_spurious",
    defaults={
        "model": "birds-100",
        "bird": 6,
        "water": 100.0,
        "repair": "none",
        "harmful": views.write_pairs(HARMFUL_INSIGHTS),
        "helpful": views.write_pairs(HELPFUL_INSIGHTS),
        "strength": 100,
        "rank": clip_repair.LOWEST_RANK,
        "weight": "1000",
        "panel": "Groups",
        "group": views.GROUPS[1],
        "seen": views.AS_IT_IS,
        "names": "\n".join(CLASSES),
        "templates": "\n".join(TEMPLATES),
        "picture": 0,
        "scale": 100,
        **{f"describe_{name}": "\n".join(ATTRIBUTES[name]) for name in CLASSES},
        "random": "\n".join(RANDOM_WORDS),
        "layer": "rollout",
        "run": clip_training.RECORDED,
        "checkpoint": 16,
        "correlation": 100,
        "real": next(iter(REAL)),
        "labels": "\n".join(LABELS),
        "steps": 400,
        "seed": 0,
    },
    presets=[
        Preset(
            "The background decides",
            "Move the slider: only what lies behind the bird changes.",
            {"model": "birds-100", "bird": 6, "repair": "none", "panel": "Groups"},
        ),
        Preset(
            "A waterbird on land",
            "The other way round: without water behind it, it is taken for a landbird.",
            {"model": "birds-100", "bird": 9, "water": 0.0, "repair": "none"},
        ),
        Preset(
            "Taken away",
            "A few pairs of texts are enough: the dotted scores no longer follow the water.",
            {"model": "birds-100", "repair": "reject", "panel": "Repair"},
        ),
        Preset(
            "Learned from balanced pictures",
            "Here the training pictures did not tie the class to the background.",
            {"model": "birds-50", "panel": "Correlation"},
        ),
        Preset(
            "When repair fails",
            "This encoder holds little of the bird, so an edit can only trade one group for another.",
            {"model": "birds-shortcut", "repair": "both", "panel": "Groups"},
        ),
        Preset(
            "Describe, do not name",
            "Descriptions help here, and the same number of random words shows how much of it is meaning.",
            {"model": "birds-100", "bird": 10, "water": 0.0, "repair": "none", "panel": "Descriptions"},
        ),
    ],
)
page.header()

model_place, bird_place, water_place, repair_place = st.columns([1.8, 2, 2.2, 4.6], vertical_alignment="bottom")
with model_place:
    model = page.controls.select("model", "Model", list(FAMILY))
with bird_place:
    bird = page.controls.slider("bird", "Bird (from 7 on a waterbird)", 1, 12)
with water_place:
    water = page.controls.slider("water", "Water in the background (%)", 0.0, 100.0, step=2.5, format="%g")
with repair_place:
    kind = page.controls.choice("repair", "Repair", list(results.REPAIRS))

repair = clip_repair.repair_of(page, kind)
if results.needs_model(model, repair.texts) and not ensure_clip(model):
    st.stop()

shown = views.Shown(page, model, bird - 1, water, repair)
page.badges(Badge.RECORDED, Badge.TOY)
views.main_figure(shown)
page.sentence(views.reading(shown))
page.panels(
    [
        Panel("Groups", lambda: clip_groups.groups(shown)),
        Panel("Repair", lambda: clip_repair.repair(shown)),
        Panel("Zero-shot", lambda: clip_words.zero_shot(shown)),
        Panel("Descriptions", lambda: clip_words.descriptions(shown)),
        Panel("Where it looks", lambda: clip_looks.where(shown)),
        Panel("Map", lambda: clip_looks.embedding(shown)),
        Panel("Correlation", lambda: clip_looks.correlation(shown)),
        Panel("Training", lambda: clip_training.training(shown)),
        Panel("Your pictures", lambda: clip_real.own_pictures(shown)),
        Panel("Published", lambda: clip_real.published(shown)),
    ]
)
page.checks(results.checks_of(model, repair))
page.questions(
    [
        Question(
            "Can a model mistake one thing for another because the two usually go together in pictures?",
            "Yes. In the training of this model every picture that was called a waterbird showed water. The word then "
            "means bird and water at once, and on land the water is missing. Fade the background and watch.",
            {"bird": 9, "water": 0.0},
        ),
        Question(
            "Can embeddings be changed to get rid of it?",
            "Here they can: the difference of two texts that differ only in the background is a direction, and the "
            "part along it is taken out. It works as long as the encoder has learned the bird as well, and as long as "
            "the class does not point the same way. The model “birds-shortcut” shows the other case.",
            {"model": "birds-100", "repair": "reject", "panel": "Repair"},
        ),
        Question(
            "Is there a mask in the text, at which the class is filled in?",
            "No. CLIP compares a whole picture with a whole text, each one vector. For a zero-shot classifier every "
            "class name goes into a template, and the text with the largest cosine wins.",
            {"panel": "Zero-shot"},
        ),
        Question(
            "Which pairs does the diagonal hold?",
            "The true pairs of one batch: picture i and its own caption i. Training raises the diagonal against all "
            "other cells of its row and column. Train one and watch it appear.",
            {"panel": "Training"},
        ),
    ]
)
page.mathematics(
    [
        Equation(
            r"p(c \mid x) = \mathrm{softmax}_c\big(s\,\langle x, t_c\rangle\big)",
            {
                "x": "the picture's unit vector",
                "t_c": "the class's unit vector, from its texts",
                "s": "exp(logit scale), a learned factor: cosines differ by a few hundredths, so without it all "
                "probabilities would be alike",
            },
        ),
        Equation(
            r"x' = \mathrm{norm}\big((I + U U^{\top})(I - Q Q^{\top})\,x\big)",
            {
                "Q": "orthonormal basis of the harmful differences of texts: rejected",
                "U": "orthonormal basis of the helpful ones: increased",
                "x'": "the picture's vector after both; the texts of the classes stay as they are",
            },
        ),
        Equation(
            r"t' = \mathrm{norm}\big((1 - a)\,t + a\,P\,t\big), \quad "
            r"P = (I - B B^{\top})\big(I + \tfrac{\lambda}{n} \textstyle\sum_i d_i d_i^{\top}\big)^{-1}",
            {
                "B": "orthonormal basis of the harmful texts themselves, the strongest directions up to the rank",
                "d_i": "difference of the words for class i before the two backgrounds, one for each of the n classes",
                r"\lambda": "weight of the calibration; with λ = 0 what is left is the orthogonal projection",
                "a": "strength of the edit, from 0 to 1; it scales Q and U above in the same way",
                "t'": "the class's vector after it; the pictures stay as they are",
            },
        ),
        Equation(
            r"\rho_{\mathrm{kept}} = \frac{\lVert (I - Q Q^{\top})(t_1 - t_0)\rVert}{\lVert t_1 - t_0\rVert}",
            {r"\rho_{\mathrm{kept}}": "how much of the class direction the rejection leaves: the failure predictor"},
        ),
    ]
)
page.code(views.source_functions)
page.exports(data=lambda: views.export_frame(shown), script=views.script(shown))

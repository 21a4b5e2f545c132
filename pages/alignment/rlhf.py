"""RLHF: what a model learns when a learned reward is all it gets, and where that reward leaves the true one."""

import streamlit as st

from components import rlhf_results as results
from components.jobs import job_panel
from components.page import Badge, Equation, Page, Panel, Preset, Question
from components.views import rlhf as views
from components.views import rlhf_formulas as formulas
from components.views import rlhf_learning as learning
from components.views import rlhf_rewards as rewards
from core.rlhf import answers_recorded, recorded_run, train

page = Page(
    "rlhf",
    defaults={
        "algorithm": "PPO",
        "beta": "0",
        "pairs": "500",
        "seed": "0",
        "step": 149,
        "axis": "step",
        "compare": "nothing",
        "labeler": "a person",
        "sees_length": True,
        "ensemble": "one model",
        "rate": "usual",
        "controller": "fixed",
        "panel": "Every series",
        "gap": 0.7,
        "strict": 2,
        "generous": 30,
        "share_one": 60,
        "share_two": 75,
        "optimum_beta": 0.5,
        "optimum_n": 16,
        "ratio": 1.5,
        "sign": "+1",
        "clip": 0.2,
        "rewards": "1, 0, 0, 0",
        "world_beta": 0.5,
        "reward_right": 1.0,
        "reward_abstain": 0.3,
        "reward_wrong": -1.0,
        "hard": 50,
        "abstain_steps": 400,
        "overlap": 30,
        "checker": "contains",
        "prompt": "Why is the sky blue?",
        "judge": "like length",
        "n": 16,
    },
    presets=[
        Preset(
            "Reward hacking, seen live",
            "Proxy and gold rise together, then part: drag the slider at the lower right and read what the policy "
            "says.",
            {"algorithm": "PPO", "beta": "0", "pairs": "500", "compare": "nothing", "panel": "Every series"},
        ),
        Preset(
            "More data postpones it",
            "With more preference pairs gold falls later, less, or not at all within the run; other seeds differ.",
            {"pairs": "2000", "compare": "pairs", "panel": "Over-optimization"},
        ),
        Preset(
            "Beta as early stopping",
            "Over √KL all gold curves start on one path: a larger β stops earlier, and is no better at the same KL.",
            {"beta": "0.3", "compare": "beta", "axis": "√KL", "panel": "KL estimates"},
        ),
        Preset(
            "Length bias",
            "Raters who like length teach the reward model to like it, and the policy talks on.",
            {"pairs": "2000", "labeler": "a person who likes length", "panel": "Over-optimization"},
        ),
        Preset(
            "DPO: the chosen log-probability falls",
            "DPO widens the margin between chosen and rejected; it does not promise that the chosen gets likelier.",
            {"algorithm": "DPO", "beta": "0.1", "panel": "DPO"},
        ),
        Preset(
            "Abstain or guess",
            "Three rewards decide when “I don't know” pays: move them in the panel below.",
            {"algorithm": "REINFORCE", "beta": "0.1", "pairs": "2000", "panel": "Abstain"},
        ),
        Preset(
            "Equal rewards teach nothing",
            "A group whose rewards are all equal has no advantages, so its answers move nothing.",
            {"algorithm": "GRPO", "rewards": "1, 1, 1, 1", "panel": "Group advantages"},
        ),
    ],
)
page.header()

places = st.columns([1.8, 3.6, 3.4, 1.9, 1.3], vertical_alignment="bottom")
with places[0]:
    page.controls.select("algorithm", "Algorithm", list(results.ALGORITHMS))
with places[1]:
    page.controls.choice("beta", "β, the KL penalty", list(results.BETA_NAMES))
with places[2]:
    page.controls.choice("pairs", "Preference pairs", list(results.PAIR_NAMES))
with places[3]:
    page.controls.choice("seed", "Seed", list(results.SEED_NAMES))
with places[4], page.more():
    axis = page.controls.choice("axis", "Axis", ["step", "√KL"])
    compare = page.controls.select("compare", "Compare with all", ["nothing", "beta", "pairs", "seeds", "algorithms"])
    page.controls.select("labeler", "Who labels", list(results.LABELERS))
    page.controls.switch("sees_length", "The reward model sees the length")
    page.controls.choice("ensemble", "Reward", list(results.ENSEMBLES))
    page.controls.choice("rate", "Learning rate", list(results.RATES))
    page.controls.choice("controller", "β adapts to a KL of", list(results.CONTROLLERS))
    page.controls.slider("step", "Step", 0, 149)

try:
    params = results.params_of(page.controls.values())
except ValueError as error:
    st.warning(str(error))
    st.stop()
kept = recorded_run(params)
history = kept or job_panel(
    train,
    params,
    start="Train it now",
    cost="This run was not recorded. It takes about ten seconds on one core.",
    draw_partial=lambda curves: views.live(page, curves),
)
if history is None:
    page.badges(Badge.TOY)
    st.stop()

step = min(page.controls.value("step"), len(history.kl) - 1)
shown = views.Shown(page, history, step, axis, compare)
page.badges(Badge.RECORDED if kept else Badge.MEASURED, Badge.TOY)
views.main_figure(shown)
page.sentence(views.reading(shown))
page.panels(
    [
        Panel("Every series", lambda: views.every_series(shown)),
        Panel("Preferences", lambda: learning.preferences(shown)),
        Panel("Over-optimization", lambda: learning.over_optimization(shown)),
        Panel("KL estimates", lambda: formulas.estimators(shown)),
        Panel("Clip", lambda: formulas.clip(shown)),
        Panel("Group advantages", lambda: formulas.advantages(shown)),
        Panel("DPO", lambda: learning.dpo(shown)),
        Panel("Abstain", lambda: rewards.abstain(shown)),
        Panel("Checkers", lambda: rewards.checkers(shown)),
        Panel("AI labels", lambda: learning.ai_labels(shown)),
        *([Panel("Best-of-n on text", lambda: rewards.real_text(shown))] if answers_recorded() else []),
    ]
)
page.checks(history.checks)
page.questions(
    [
        Question(
            "What is the log-likelihood that the loss is based on?",
            "The probability that the model gives to the labels that were really given, as a logarithm. Each pair "
            "has a "
            "probability, the sigmoid of its reward gap; the likelihood of the data is their product, and its "
            "logarithm "
            "is their sum. The loss is minus the mean of that sum, so making it small makes the labels likely.",
            {"panel": "Preferences"},
        ),
        Question(
            "Should raters choose between two answers, or give a score?",
            "Scores carry each rater's style: one gives 2 % fives, another 30 %, and an item's mean depends on who saw "
            "it. Pairs need no common scale. Measured here, pairs are not always ahead, since one pair costs two noisy "
            "judgments; scores win once each rater's mean and spread are taken out.",
            {"panel": "Preferences"},
        ),
        Question(
            "Is it the next token's distribution that is compared?",
            "At each place, yes, and then summed over the whole response. On samples it is an estimate, and its form "
            "matters: one sample can be negative, and an estimate that is right on average may have a wrong gradient.",
            {"panel": "KL estimates"},
        ),
        Question(
            "Why does a model that had too much of it refuse everything?",
            "A refusal has a safe reward, and a wrong answer a bad one. When training holds mostly hard questions, the "
            "policy learns that its feeling of confidence is seldom worth trusting, and refuses easy questions too.",
            {"algorithm": "REINFORCE", "beta": "0.1", "pairs": "2000", "hard": 95, "panel": "Abstain"},
        ),
        Question(
            "Why not put “I don't know” into the training set?",
            "Whoever writes the examples does not know what the model knows. Where the writer knows and the model does "
            "not, the example teaches the model to guess; where it is the other way, to hold back. A reward follows "
            "the "
            "model's own hits and misses, and so carries over to new questions.",
            {"panel": "Abstain", "algorithm": "REINFORCE", "beta": "0.1", "pairs": "2000", "overlap": 0},
        ),
    ]
)
page.mathematics(
    [
        Equation(
            r"\max_\pi\; \mathbb{E}_{y\sim\pi}[r(y)] - \beta\,\mathrm{KL}(\pi\,\|\,\pi_{\mathrm{ref}}), "
            r"\qquad \pi^*(y) = \frac{\pi_{\mathrm{ref}}(y)\,e^{r(y)/\beta}}{Z}",
            {
                "r": "the learned reward of a whole response, the proxy",
                r"\beta": "the strength of the penalty",
                r"\pi_{\mathrm{ref}}": "the supervised start",
                "Z": "the sum that makes π* a distribution",
            },
        ),
        Equation(
            r"\mathcal{L} = -\frac1N\sum_i \log\sigma\big(r(y^+_i) - r(y^-_i)\big)",
            {
                r"y^+_i, y^-_i": "the preferred and the other response of pair i",
                r"\sigma": "the sigmoid, 1 / (1 + exp(−x)); only differences of rewards count",
            },
        ),
        Equation(
            r"\min\big(\rho A,\; \mathrm{clip}(\rho, 1-\epsilon, 1+\epsilon)\,A\big), \qquad "
            r"A_i^{\mathrm{GRPO}} = \frac{r_i - \bar r}{s_r + 10^{-4}}",
            {
                r"\rho": "π / π_old of a word",
                "A": "the advantage; PPO takes it from a value head, GRPO from the group",
                r"\epsilon": "the clip, 0.2",
                r"\bar r, s_r": "mean and standard deviation of the group's rewards",
            },
        ),
    ]
)
page.code(views.source_functions)
page.exports(data=lambda: views.export_frame(shown), script=views.script(shown))

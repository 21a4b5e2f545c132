"""What the controls of a run offer, and the run that they describe."""

from dataclasses import replace
from typing import Any

import numpy as np

from core.rlhf import (
    BETAS,
    PAIRS,
    PENALTIES,
    SEEDS,
    WIDTHS,
    Rater,
    RunHistory,
    RunParams,
    differing,
    recorded_run,
    recorded_variants,
    usual,
)
from pages.alignment.rlhf.topic import SIZES, SPREADS

ALGORITHMS: dict[str, str] = {
    "PPO": "ppo",
    "GRPO": "grpo",
    "Dr. GRPO": "dr_grpo",
    "REINFORCE": "reinforce",
    "DPO": "dpo",
    "best-of-n": "best_of_n",
}

NAMES = {kind: name for name, kind in ALGORITHMS.items()}
"""How an algorithm is called."""

BETA_NAMES = {f"{beta:g}": beta for beta in (*BETAS, 100.0)}
PAIR_NAMES = {str(count): count for count in (1, *PAIRS)}
SEED_NAMES = {str(seed): seed for seed in SEEDS}

LABELERS = {
    "a person": Rater(),
    "a person who likes length": Rater(length_bias=0.6),
    "half of it careless": Rater(careless=0.5),
    "30 % poisoned": Rater(poison=0.3),
    "always the first": Rater(first=1.0),
    "an AI": Rater(noise=0.3),
    "an AI that likes length": Rater(noise=0.3, length_bias=0.6),
    "an AI that likes the first": Rater(noise=0.3, first=0.3),
}
ENSEMBLES: dict[str, dict[str, Any]] = {
    "one model": {},
    "mean of 4": {"ensemble": 4, "rule": "mean"},
    "worst of 4": {"ensemble": 4, "rule": "worst"},
}
RATES = {"usual": None, "0.001": 1e-3, "1": 1.0}
CONTROLLERS = {"fixed": None, "4 nats": 4.0, "10 nats": 10.0}

SETTINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "batch": ("Responses a step", ("32", "128", "512")),
    "epochs": ("Updates on each batch", ("1", "4", "8")),
    "width": ("Clip", ("0.1", "0.2", "0.4")),
    "lam": ("λ of the advantages", ("0", "0.95", "1")),
    "size": ("Responses in a group", ("4", "8", "16", "32")),
}
"""What only some algorithms have: the control's label and its choices."""

OWN_SETTINGS: dict[str, tuple[str, ...]] = {
    "PPO": ("batch", "epochs", "width", "lam"),
    "GRPO": ("batch", "epochs", "width", "size"),
    "Dr. GRPO": ("batch", "epochs", "width", "size"),
    "REINFORCE": ("batch",),
    "DPO": (),
    "best-of-n": (),
}
"""Which of SETTINGS an algorithm has; the others do not matter to it."""

COMPARISONS = {
    "beta": ("beta", list(BETA_NAMES)[:-1], "β {}"),
    "pairs": ("pairs", [str(count) for count in PAIRS], "{} pairs"),
    "seeds": ("seed", list(SEED_NAMES), "seed {}"),
    "algorithms": ("algorithm", list(ALGORITHMS), "{}"),
}
"""What runs can be compared over: the control, its choices, and how a run is called by its choice."""

APART: dict[str, dict[str, str]] = {
    SIZES: {f"{width} units": f"width {width}" for width in WIDTHS},
    SPREADS: {
        f"less {weight:g} spread{'s' * (weight > 1)}" if weight else "4 models": f"penalty {weight:g}"
        for weight in PENALTIES
    },
}
"""What else runs can be compared over, beside β: the arms that kept their curves alone, by the name of a curve."""


def impossible(values: dict[str, object]) -> str:
    """Why the controls describe no run, in a sentence; empty where they describe one."""
    algorithm = ALGORITHMS[str(values["algorithm"])]
    if BETA_NAMES[str(values["beta"])] > 0 or algorithm == "best_of_n":
        return ""
    if algorithm == "dpo":
        return "DPO divides by β, so β must be above 0."
    if CONTROLLERS[str(values["controller"])] is not None:
        return "A β that adapts is raised and lowered by factors, so it must start above 0."
    return ""


def params_of(values: dict[str, object]) -> RunParams:
    """The run that the controls describe.

    Raises:
        ValueError: where they describe none: where `impossible` has a reason.
    """
    base = usual(
        ALGORITHMS[str(values["algorithm"])],
        beta=BETA_NAMES[str(values["beta"])],
        pairs=PAIR_NAMES[str(values["pairs"])],
        seed=SEED_NAMES[str(values["seed"])],
        rate=RATES[str(values["rate"])],
    )
    own = OWN_SETTINGS[str(values["algorithm"])]
    fields = {"epochs": "epochs", "width": "clip", "lam": "lam", "size": "group", "batch": "batch"}
    chosen: dict[str, Any] = {fields[name]: _number(str(values[name])) for name in own}
    return replace(
        base,
        rater=LABELERS[str(values["labeler"])],
        sees_length=bool(values["sees_length"]),
        target_kl=None if base.algorithm == "best_of_n" else CONTROLLERS[str(values["controller"])],
        **chosen,
        **ENSEMBLES[str(values["ensemble"])],
    )


def _number(written: str) -> int | float:
    """A choice as its control shows it, whole or not."""
    return float(written) if "." in written else int(written)


def comparisons(values: dict[str, object], what: str, shown: RunParams) -> dict[str, RunHistory]:
    """The recorded runs that differ from the one on screen in one choice.

    Args:
        what: a key of COMPARISONS, or "nothing".
        shown: the run on screen, which is not compared with itself.
    """
    found: dict[str, RunHistory] = {}
    if what not in COMPARISONS:
        return found
    name, choices, label = COMPARISONS[what]
    for choice in choices:
        try:
            run = recorded_run(params_of({**values, name: choice}))
        except ValueError:
            continue
        if run is not None and run.params != shown:
            found[label.format(choice)] = run
    return found


def apart(what: str, shown: RunParams) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """KL and gold of each recorded arm of APART with the seed of the run on screen, by the name of its curve.

    Empty where the run is not the usual one of a recorded seed. Its own arm, which is the same run, is left out.
    """
    if what not in APART or shown.seed not in SEEDS or shown != usual(seed=shown.seed):
        return {}
    table, row = recorded_variants(), SEEDS.index(shown.seed)
    return {
        name: (table.curves(arm, "kl")[row], table.curves(arm, "gold")[row])
        for name, arm in APART[what].items()
        if arm != USUAL_ARM
    }


USUAL_ARM = "width 32"
"""The arm of the usual runs."""


def own_name(what: str, shown: RunParams) -> str:
    """How the run on screen is called among those that it is compared with, as `comparisons` and `apart` name them."""
    match what:
        case "beta":
            return f"β {shown.beta:g}"
        case "pairs":
            return f"{shown.pairs} pairs"
        case "seeds":
            return f"seed {shown.seed}"
        case "algorithms":
            return NAMES[shown.algorithm]
        case _:
            return {SIZES: "32 units", SPREADS: "1 model"}[what]


WORDS = {
    "algorithm": "algorithm",
    "beta": "β",
    "pairs": "preference pairs",
    "seed": "seed",
    "learning_rate": "learning rate",
    "rater": "who labels",
    "ensemble": "reward",
    "rule": "rule of the ensemble",
    "sees_length": "whether the reward model sees the length",
    "batch": "responses a step",
    "group": "responses in a group",
    "epochs": "updates on each batch",
    "clip": "clip",
    "lam": "λ of the advantages",
    "target_kl": "whether β adapts",
}
"""How a parameter in which two runs differ is called."""


def described(params: RunParams) -> str:
    """A recorded run in words: what its controls would show where it is not the usual one."""
    told = [NAMES[params.algorithm], *([] if params.algorithm == "best_of_n" else [f"β {params.beta:g}"])]
    told += [f"{params.pairs} pair{'' if params.pairs == 1 else 's'}", f"seed {params.seed}"]
    told += [f"labels: {name}" for name, rater in LABELERS.items() if rater == params.rater != Rater()]
    told += [] if params.ensemble == 1 else [f"reward: {params.rule} of {params.ensemble}"]
    told += [] if params.sees_length else ["a reward model blind to length"]
    told += [] if params.target_kl is None else [f"β adapts to {params.target_kl:g} nats"]
    rate = usual(params.algorithm, beta=params.beta).learning_rate
    told += [] if params.learning_rate == rate else [f"learning rate {params.learning_rate:g}"]
    return ", ".join(told)


def differences(one: RunParams, other: RunParams) -> str:
    """In what two runs differ, in words, with the value of the first where it is a number."""
    told = []
    for name in differing(one, other):
        value = getattr(one, name)
        number = isinstance(value, int | float) and not isinstance(value, bool) and name != "ensemble"
        told.append(f"{WORDS[name]} {value:g}" if number else WORDS[name])
    return ", ".join(told)

"""What the RLHF page declares: its stories, its panels, and the notes' questions that it answers."""

from typing import Any

from components.course import PanelWords, Preset, Question, Topic

TOPIC = Topic(
    key="rlhf",
    chapter="alignment",
    title="Reward and preference",
    question="What does a model learn when we reward it?",
    icon=":material/thumbs_up_down:",
    answers="real policies on a real reward model, with the over-optimization left in; DPO, GRPO, abstention, checkers "
    "that can be fooled",
)

SKY, ABSTAIN, SUMS = "explain the sky", "answer or abstain", "add small numbers"
"""What is trained: the toy world's policy, one that may say "I don't know", one that is paid by a checker."""

SIZES, SPREADS = "sizes of the reward model", "penalties on spread"
"""What a run of one reward model can be compared with: models of other sizes, and ensembles with a penalty."""

DEFAULTS: dict[str, Any] = {
    "task": SKY,
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
    "batch": "128",
    "epochs": "4",
    "width": "0.2",
    "lam": "0.95",
    "size": "8",
    "reward_right": 1.0,
    "reward_abstain": 0.3,
    "reward_wrong": -1.0,
    "hard": 50,
    "abstain_steps": 400,
    "blur": 0.7,
    "misjudged": 0,
    "abstain_beta": 0.0,
    "checker": "contains",
    "group": 8,
    "scale": "GRPO",
    "sum_rate": 1.0,
    "sum_steps": 300,
    "panel": "Every series",
    "gap": 0.7,
    "strict": 2,
    "generous": 30,
    "noise": 1.0,
    "length_bias": 0.0,
    "careless": 0,
    "poison": 0,
    "fit_pairs": 500,
    "share_one": 60,
    "share_two": 75,
    "optimum_beta": 0.5,
    "optimum_n": 16,
    "ratio": 1.5,
    "sign": "+1",
    "clip": 0.2,
    "rewards": "1, 0, 0, 0",
    "world_beta": 0.5,
    "overlap": 30,
    "prompt": "What causes the tides?",
    "n": 16,
    "partner": "nobody",
    "next_pair": "in order",
    "gold_shown": True,
    "followed": 100,
    "word": "the one it repeats most",
    "walked": 149,
    "bet": 75,
    "rule": 3.0,
    "uncovered": False,
    "target": "turn labels around",
    "poisoned": "10%",
    "apart": 0.3,
    "opened": "32 hidden units",
}

JUDGE = "Be the reward model"

TASTES = "Poisoners and two tastes"

ALONE = (JUDGE, TASTES, "Preferences", "Length", "KL estimates", "AI labels", "Best-of-n on text")
"""Panels that have no use for the controls of a run."""

TOO_MUCH: dict[str, Any] = {"task": ABSTAIN, "panel": "What refuses everything"}

PRESETS = (
    Preset(
        "Reward hacking",
        "Proxy and gold rise together, then part: at each step read what the policy says.",
        {"task": SKY, "algorithm": "PPO", "beta": "0", "pairs": "500", "panel": "Every series"},
        free=("step",),
    ),
    Preset(
        "Why it is hacked",
        "Move the step: the points go where 8 of 1,000 answers are labeled, and beyond 4 “light”, where none is. In "
        "length they stay among the labels.",
        {"task": SKY, "beta": "0", "pairs": "500", "panel": "Why it is hacked"},
        free=("walked",),
    ),
    Preset(
        "When to stop",
        "Proxy, KL and entropy are all that one sees. Bet on a step, then uncover gold.",
        {"task": SKY, "beta": "0", "pairs": "500", "seed": "1", "panel": "When to stop"},
        free=("bet", "rule", "uncovered"),
        unless={"uncovered": True},
    ),
    Preset(
        "Be the reward model",
        "Label pairs with ← and →: what is learned of your taste, and what does a policy make of it?",
        {"task": SKY, "panel": JUDGE},
        free=("partner", "next_pair", "gold_shown", "followed"),
    ),
    Preset(
        "More data",
        "When does gold fall from its peak? With 125 pairs it has lost half a point by step 43, with 8000 by step 89, "
        "medians of five seeds; at the end it is above 0 on average only from 2000 pairs on.",
        {"task": SKY, "beta": "0", "pairs": "2000", "compare": "pairs", "panel": "Over-optimization"},
    ),
    Preset(
        "β stops a run",
        "Over √KL all gold curves start on one path; β 0.3 and 1 stop early on it, smaller ones hardly. Compare them "
        "at 4 nats: β 0.3 has less gold than β 0 there, in all five seeds, which are few.",
        {"task": SKY, "beta": "0.3", "pairs": "500", "compare": "beta", "axis": "√KL", "panel": "Over-optimization"},
    ),
    Preset(
        "Ensemble",
        "Points come off where four reward models disagree: is that a cure, or a shorter leash?",
        {"task": SKY, "beta": "0", "pairs": "500", "compare": SPREADS, "panel": "Over-optimization"},
        free=("axis",),
    ),
    Preset(
        "Size",
        "Is a larger reward model hacked less? It has 2 to 512 hidden units and learns from the same 500 pairs.",
        {"task": SKY, "beta": "0", "pairs": "500", "compare": SIZES, "panel": "Over-optimization"},
        free=("axis",),
    ),
    Preset(
        "Length bias",
        "Raters who like length make the policy talk on, in all five seeds. So does a reward model blind to length, "
        "under fair raters.",
        {"task": SKY, "beta": "0", "pairs": "2000", "labeler": "a person who likes length", "panel": "Length"},
    ),
    Preset(
        "DPO",
        "DPO widens the margin between chosen and rejected; it does not promise that the chosen gets likelier.",
        {"task": SKY, "algorithm": "DPO", "beta": "0.1", "pairs": "500", "panel": "DPO"},
    ),
    Preset(
        "Abstain",
        "Three rewards decide when “I don't know” pays: move them.",
        {"task": ABSTAIN, "reward_abstain": 0.3, "panel": "As the rewards vary"},
        free=("reward_right", "reward_abstain", "reward_wrong"),
    ),
    Preset(
        "Refusing all",
        "Is it the amount of training? Hold “updates” against the other knobs.",
        TOO_MUCH,
    ),
    Preset(
        "Equal pay",
        "Once every answer of a group is paid alike, its advantages are 0, and it moves nothing.",
        {"task": SUMS, "checker": "format", "sum_rate": 3.0, "rewards": "1, 1, 1, 1", "panel": "Group advantages"},
    ),
)

PANELS = (
    PanelWords("Every series", "All that a run wrote down at each step, and what its policy says at the chosen one."),
    PanelWords("Preferences", "The likelihood of a label by hand, and ten raters who give scores or compare pairs."),
    PanelWords(JUDGE, "You label pairs of answers, a reward is fitted to your labels, and a policy follows it."),
    PanelWords("Reward model", "A reward model fitted at once to raters with the noise and the bias that you choose."),
    PanelWords(TASTES, "What a poisoner's labels do to gold, and two groups of raters under one reward or one each."),
    PanelWords(
        "Why it is hacked", "Proxy and gold over one word and over length, the labeled answers, and the policy."
    ),
    PanelWords(
        "When to stop", "A bet on the best step from proxy, KL and entropy alone, against a rule and the truth."
    ),
    PanelWords("Over-optimization", "What more data, a larger penalty and ensembles do to gold; forms of its fall."),
    PanelWords("Length", "Length and gold where raters are fair or like length, and the reward model sees it or not."),
    PanelWords("KL estimates", "k1, k2 and k3 as estimates and as losses beside the exact values; what β does."),
    PanelWords("Clip", "PPO's objective for one word, by its ratio and the sign of its advantage."),
    PanelWords("Group advantages", "What a group of rewards teaches, in GRPO and in Dr. GRPO."),
    PanelWords("DPO", "Log-probabilities of chosen and rejected responses while DPO learns, and its optimum."),
    PanelWords("AI labels", "Noisy people against AI labelers that are consistent and biased."),
    PanelWords("Best-of-n on text", "A language model's answers, and which of them raters choose among n."),
    PanelWords(
        "As the rewards vary",
        "Where training ends, by the reward for “I don't know” and by hard questions.",
        under={"task": ABSTAIN},
    ),
    PanelWords(
        "What refuses everything",
        "Which reward, which noise and which diet make the policy refuse what it knows, and which do not.",
        under={"task": ABSTAIN},
    ),
    PanelWords(
        "Examples of “I don't know”",
        "Supervised examples of silence against rewards, on new questions.",
        under={"task": ABSTAIN},
    ),
    PanelWords(
        "All checkers", "Right answers under an exact checker and under two that can be fooled.", under={"task": SUMS}
    ),
)

QUESTIONS = (
    Question(
        "What is the log-likelihood that the loss is based on?",
        "The probability that the model gives to the labels that were really given, as a logarithm. Each pair has a "
        "probability, the sigmoid of its reward gap; the likelihood of the data is their product, and its logarithm "
        "is their sum. The loss is minus the mean of that sum, so making it small makes the labels likely.",
        {"panel": "Preferences"},
    ),
    Question(
        "Should raters choose between two answers, or give a score?",
        "Scores carry each rater's style: one gives 2% fives, another 30%, and an item's mean depends on who saw "
        "it. Pairs need no common scale. Measured here, pairs are not always ahead, since one pair costs two noisy "
        "judgments; scores win once each rater's mean and spread are taken out.",
        {"panel": "Preferences"},
    ),
    Question(
        "Why not personalize the reward for each user?",
        "Each user's reward model has only that user's labels. Measured here, with two groups and the same labels in "
        "all: where both want the same, one model for both has more worth at every number of labels; the farther apart "
        "they are, the fewer labels it takes until one each pays.",
        {"panel": TASTES},
    ),
    Question(
        "Is it the next token's distribution that is compared?",
        "At each place, yes, and then summed over the whole response. On samples it is an estimate, and its form "
        "matters: one sample can be negative, and an estimate that is right on average may have a wrong gradient.",
        {"panel": "KL estimates"},
    ),
    Question(
        "Why does a model that had too much of it refuse everything?",
        "In this toy the amount alone does not: at the usual rewards four times as many updates refuse no more. Pay "
        "silence nearly as much as a right answer, punish errors ten times as hard, or let 35% of the verdicts be "
        "wrong, and refusals come with the updates until it refuses what it surely knows. Mostly it should: a sure "
        "answer seldom pays there. Hard questions in training and a poor feeling for what it knows push the same way "
        "though sure answers pay. A penalty on the KL holds it back where it is large enough.",
        TOO_MUCH,
    ),
    Question(
        "Why not put “I don't know” into the training set?",
        "Whoever writes the examples does not know what the model knows. Where the writer knows and the model does "
        "not, the example teaches the model to guess; where it is the other way, to hold back. A reward follows the "
        "model's own hits and misses, and so carries over to new questions.",
        {"task": ABSTAIN, "overlap": 0, "panel": "Examples of “I don't know”"},
    ),
)

TERMS = (
    "token",
    "entropy",
    "likelihood",
    "KL divergence",
    "nat",
    "spread",
    "policy",
    "reward model",
    "gold reward",
    "Bradley-Terry",
    "reward hacking",
    "PPO",
    "GRPO",
    "DPO",
    "advantage",
    "clipping",
    "best of n",
    "abstention",
)

RENAMED: dict[str, dict[str, str]] = {"panel": {"Who labels": TASTES}}

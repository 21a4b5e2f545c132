"""A language model as an actor, which can do nothing but acts that can be done."""

from collections.abc import Sequence

import numpy as np

from core.agents.acting import ACT, GIVEN, MOST_EXAMPLES, STYLES, act_prompt, offered, right_thought
from core.agents.episodes import Actor, Case, Decision, Step
from core.agents.runs import Runs
from core.agents.worlds import Records, State, World
from core.language import complete_many, score_many, tokens
from core.models import CausalLM
from core.numbers import require, whole

LONGEST_THOUGHT = 32
"""Tokens of a thought."""


class Deciding:
    """Decides for several cases side by side, each prompt once.

    p(act) = softmax over the acts of log p(act and a line break | prompt), summed over its tokens. Every other
    continuation has no say.

    Args:
        lm: a causal language model.
        examples: solved tasks in the prompt, 0 to 2.
        style: one of `core.agents.STYLES`. marked: whether observations are marked as foreign text.

    Raises:
        ValueError: for another number of examples or another style.

    Invariant: the act is one of the world's; the probabilities sum to 1 up to rounding.
    Source: constrained decoding as in Willard and Louf 2023 (2307.09702); thoughts as in Yao et al. 2022 (2210.03629).
    """

    def __init__(self, lm: CausalLM, *, examples: int, style: str = ACT, marked: bool = False) -> None:
        require(style in STYLES, "style", style, f"one of {', '.join(STYLES)}")
        self._lm, self._style, self._marked = lm, style, marked
        self._examples = whole("examples", examples, 0, MOST_EXAMPLES)
        self._known: dict[tuple[str, tuple[str, ...]], Decision] = {}

    def prompt(self, case: Case) -> str:
        """What stands before the thought, or before the act."""
        return act_prompt(case.world, case.steps, examples=self._examples, style=self._style, marked=self._marked)

    def __call__(self, cases: Sequence[Case]) -> list[Decision]:
        """A decision for each case."""
        asked = [(self.prompt(case), offered(case.world, case.state, self._style)) for case in cases]
        new = {key: case for key, case in zip(asked, cases, strict=True) if key not in self._known}
        if new:
            self._decide(new)
        return [self._known[key] for key in asked]

    def remember(self, runs: Runs) -> None:
        """Takes over the decisions of recorded episodes that were asked in the same way."""
        setting = runs.setting
        if (setting.examples, setting.style, runs.model) != (self._examples, self._style, self._lm.name):
            return
        for number, episode in enumerate(runs.episodes):
            world = setting.world(number)
            for place, step in enumerate(episode.steps):
                case = Case(world, step.state, episode.steps[:place])
                self._known[self.prompt(case), tuple(step.decision.probabilities)] = step.decision

    def _decide(self, new: dict[tuple[str, tuple[str, ...]], Case]) -> None:
        thoughts = self._thoughts(new)
        told = [
            prompt + (f"Thought: {thought}\n" if thought else "")
            for (prompt, _), thought in zip(new, thoughts, strict=True)
        ]
        found = score_many(self._lm, told, [[f"{act}\n" for act in acts] for _, acts in new])
        for (prompt, acts), thought, scores in zip(new, thoughts, found, strict=True):
            odds = np.exp(scores.log_probs - scores.log_probs.max())
            shares = (odds / odds.sum()).tolist()
            decision = Decision(acts[scores.best], dict(zip(acts, shares, strict=True)), thought)
            self._known[prompt, acts] = decision

    def _thoughts(self, new: dict[tuple[str, tuple[str, ...]], Case]) -> list[str]:
        """What is thought before each act; "" where nothing is."""
        if self._style == ACT:
            return [""] * len(new)
        if self._style == GIVEN:
            return [
                right_thought(case.world, case.steps) if isinstance(case.world, Records) else ""
                for case in new.values()
            ]
        prompts = [f"{prompt}Thought:" for prompt, _ in new]
        written = complete_many(self._lm, prompts, max_new_tokens=LONGEST_THOUGHT, stop=["\n"])
        return [" ".join(some[0].text.split()) for some in written]


def language_actor(lm: CausalLM, *, examples: int, style: str = ACT, marked: bool = False) -> Actor:
    """An actor that does the likeliest of the acts that can be done; see `Deciding`.

    Raises:
        ValueError: for another number of examples or another style.
    """
    deciding = Deciding(lm, examples=examples, style=style, marked=marked)

    def decide(world: World, state: State, steps: Sequence[Step], rng: np.random.Generator) -> Decision:
        return deciding([Case(world, state, tuple(steps))])[0]

    return decide


def spent(lm: CausalLM, world: World, steps: Sequence[Step], *, examples: int, style: str) -> list[tuple[int, int]]:
    """By step, the tokens that were read before it, and those that the model wrote for it: its thought and its act.

    A thought that is given is read, not written.
    """
    counts = []
    for place, step in enumerate(steps):
        read = _count(lm, act_prompt(world, steps[:place], examples=examples, style=style))
        thought = _count(lm, f"Thought: {step.decision.thought}\n") if step.decision.thought else 0
        act = _count(lm, f"{step.decision.act}\n")
        counts.append((read + thought, act) if style == GIVEN else (read, thought + act))
    return counts


def _count(lm: CausalLM, text: str) -> int:
    return len(tokens(lm, text).ids)

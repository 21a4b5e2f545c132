"""A light model that answers alone, told a rule, or by calls of made tools."""

from collections.abc import Mapping, Sequence

import torch

from core.agents.families import FAMILIES, drawn_arguments
from core.agents.making import Tool
from core.agents.using import ASKED, ASKED_SEED, LONGEST, TOOL, WAYS, Use, use_prompt
from core.language import complete_many
from core.models import CausalLM
from core.progress import Progress


@torch.inference_mode()
def use_tools(
    lm: CausalLM, tools: Mapping[str, Tool], *, ways: Sequence[str] = WAYS, asked: int = ASKED,
    on_progress: Progress | None = None,
) -> tuple[Use, ...]:  # fmt: skip
    """Puts every family's questions to a model, in each way.

    Args:
        lm: a causal language model. tools: the made ones, by family. ways: some of WAYS.
        asked: questions of each family. on_progress: told the part done; an exception it raises ends the work.

    Raises:
        ValueError: for an unknown way, or fewer than 0 questions.

    Invariant: the same questions in each way; at temperature 0 the same texts each time, up to rounding.
    Source: Cai et al. 2023 (2305.17126) for tools made by one model and used by another.
    """
    found: list[Use] = []
    for way, families in _batches(ways):
        drawn = [(family, one) for family in families for one in drawn_arguments(family, asked, seed=ASKED_SEED)]
        prompts = [use_prompt(family, one, way, tools) for family, one in drawn]
        texts = complete_many(lm, prompts, max_new_tokens=LONGEST[way], stop=["\n"], on_progress=on_progress)
        for (family, one), prompt, (done,) in zip(drawn, prompts, texts, strict=True):
            read = len(lm.tokenizer(prompt, add_special_tokens=False)["input_ids"])
            found.append(Use(family, one, way, done.text, read, len(done.token_ids)))
    return tuple(found)


def _batches(ways: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """What is asked together: prompts that begin alike, of which the beginning is read once.

    All calls begin with all tools; answers begin with the examples of their family.
    """
    every = tuple(FAMILIES)
    return [(way, some) for way in ways for some in ([every] if way == TOOL else [(family,) for family in every])]

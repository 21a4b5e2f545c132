"""Lookahead decoding: its window reads as plain text would, and its n-grams are what the target wrote."""

import numpy as np
import pytest
import torch

from core.decoding import Greedy, Lookahead, generate
from core.decoding.trees import path_to
from core.decoding.with_torch.drafts import Proposal
from core.decoding.with_torch.lookahead import LookaheadDrafter
from core.decoding.with_torch.target import Target
from core.decoding.with_torch.verdict import Verdict, judge
from core.models import CausalLM

PROMPT = "abcabcab"
ROOM = 50


Levels = list[list[int]]


def walk(
    tiny: CausalLM, method: Lookahead, calls: int, end: frozenset[int] = frozenset()
) -> list[tuple[list[int], Levels, Levels, Verdict, Proposal]]:
    """By call: the text before it, the window before and after it, the verdict and the draft."""
    target = Target(tiny)
    rng = np.random.default_rng(0)
    drafter = LookaheadDrafter(method, rng, end)
    ids = list(tiny.tokenizer(PROMPT).input_ids)
    trail = []
    with torch.inference_mode():
        for _ in range(calls):
            proposal = drafter.propose(ids, ROOM)
            before = [list(level) for level in drafter.levels]
            logits = target.read([*ids[target.length :], *proposal.tokens], proposal.parent)
            verdict = judge(logits, proposal, temperature=0, rng=rng)
            target.keep(verdict.path, len(proposal.tokens))
            drafter.hear(proposal, verdict.path, logits)
            trail.append((list(ids), before, [list(level) for level in drafter.levels], verdict, proposal))
            ids += [*(proposal.tokens[node] for node in verdict.path), verdict.token]
    return trail


def alone(tiny: CausalLM, ids: list[int]) -> int:
    """The target's word after a text, in a run of its own."""
    with torch.inference_mode():
        return int(tiny.model(torch.tensor([ids])).logits[0, -1].argmax())


@pytest.mark.parametrize("method", [Lookahead(3, 3, 2), Lookahead(4, 5, 3), Lookahead(1, 2, 1)], ids=str)
def test_the_newest_level_is_what_the_target_writes_after_each_column(tiny: CausalLM, method: Lookahead) -> None:
    for ids, before, after, verdict, _ in walk(tiny, method, 12):
        kept = max(method.window - (len(verdict.path) + 1 - (len(before) == method.ngram - 1)), 0)
        written = after[-1][:kept]
        first = method.window - kept
        for column, token in enumerate(written, start=first):
            above = [level[column] for level in before[1:]]
            assert token == alone(tiny, [*ids, *before[0][: column + 1], *above])


def test_levels_grow_to_their_number_and_stay(tiny: CausalLM) -> None:
    heights = [len(after) for _, _, after, _, _ in walk(tiny, Lookahead(3, 4, 2), 7)]
    assert heights == [2, 3, 3, 3, 3, 3, 3]


def test_an_ngram_is_tried_where_its_first_token_is_written(tiny: CausalLM) -> None:
    method = Lookahead(4, 3, 2)
    seen: dict[int, list[tuple[int, ...]]] = {}
    tried = 0
    for ids, before, _, _, proposal in walk(tiny, method, 30):
        window = sum(len(level) for level in before)
        branches = {
            tuple(proposal.tokens[node] for node in path_to(proposal.parent, leaf))
            for leaf in range(len(proposal.tokens) - window)
            if leaf not in proposal.parent
        }
        assert branches == set(seen.get(ids[-1], [])[:2])
        tried += bool(branches)
        if len(before) == 2:
            for column in range(4):
                word = alone(tiny, [*ids, *before[0][: column + 1], before[1][column]])
                found = seen.setdefault(before[0][column], [])
                ngram = (before[1][column], word)
                seen[before[0][column]] = [ngram, *(other for other in found if other != ngram)]
    assert tried >= 5


def test_no_guess_stands_behind_the_end(tiny: CausalLM) -> None:
    free = generate(tiny, PROMPT, Lookahead(4, 4, 3), max_new_tokens=40)
    end = next(token for step in free.steps for token in step.draft if token not in free.token_ids)
    trail = walk(tiny, Lookahead(4, 4, 3), 20, frozenset({end}))
    for _, _, after, _, proposal in trail:
        assert not any(end in level for level in after)
        assert not any(above >= 0 and proposal.tokens[above] == end for above in proposal.parent)


def test_a_text_of_ends_alone_has_no_window(tiny: CausalLM) -> None:
    end = tiny.tokenizer("a").input_ids[0]
    tiny.model.generation_config.eos_token_id = end
    run = generate(tiny, "aaa", Lookahead(), max_new_tokens=8)
    assert run.token_ids == generate(tiny, "aaa", Greedy(), max_new_tokens=8).token_ids


def test_the_window_is_left_out_where_the_text_is_about_to_end(tiny: CausalLM) -> None:
    method = Lookahead(4, 3, 2)
    run = generate(tiny, PROMPT, method, max_new_tokens=12)
    assert len(run.token_ids) == 12
    left = 12
    for step in run.steps:
        assert (len(step.draft) >= 4) == (left - 1 >= 5 or (left - 1 >= 4 and step is run.steps[0]))
        left -= len(step.added)

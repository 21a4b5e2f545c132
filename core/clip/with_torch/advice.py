"""Answers of a language model by greedy decoding."""

import torch

from core.models import CausalLM


def answer(lm: CausalLM, question: str, max_new_tokens: int) -> str:
    """What a chat model says to one question, unedited and at most `max_new_tokens` long."""
    chat = [{"role": "user", "content": question}]
    text = lm.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    ids = torch.tensor([lm.tokenizer.encode(str(text), add_special_tokens=False)])
    with torch.no_grad():
        made = lm.model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=max_new_tokens, do_sample=False
        )
    return str(lm.tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True)).strip()

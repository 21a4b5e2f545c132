"""A text counted by the tokenizer alone, against the loaded model's own tokens."""

from pathlib import Path

import pytest

from core.language import count_tokens, encode
from core.models import CausalLM, Encoder, UnknownModelError

TEXTS = ("The dogs near the house", " are", "lighthouse keepers 1234", "naïve · 你好", " " * 3, "word " * 300)


@pytest.mark.models
@pytest.mark.parametrize("text", TEXTS)
def test_the_count_is_the_loaded_models(smollm2: CausalLM, minilm: Encoder, text: str) -> None:
    for lm in (smollm2, minilm):
        ids = lm.tokenizer(text, add_special_tokens=True, verbose=False)["input_ids"]
        assert count_tokens(lm.name, text) == len(ids)
        bare = lm.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        assert count_tokens(lm.name, text, special=False) == len(bare)
    assert count_tokens("smollm2-135m", TEXTS[0]) == len(encode(smollm2, TEXTS[0]))


def test_where_there_is_no_tokenizer_nothing_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))
    assert count_tokens("smollm2-135m", "one two") is None
    with pytest.raises(UnknownModelError):
        count_tokens("../etc/passwd", "one")

"""Tokens, chat templates, the face of the package, and that it needs no torch before a model runs."""

import importlib
import pkgutil
import subprocess
import sys
import types

import pytest
from jaxtyping import TypeCheckError

from core import language
from core.language import chat, tokens
from core.language.text import bare_ids
from core.language.with_torch.context import require_causal
from core.models import CausalLM

TALK = [
    {"role": "user", "content": "Name a river."},
    {"role": "assistant", "content": "The Rhine."},
    {"role": "user", "content": "Another one."},
]


def test_tokens_are_readable_and_those_of_the_tokenizer(llama: CausalLM) -> None:
    found = tokens(llama, "a b\n🙂")
    assert found.pieces == ("a", "·", "b", "⏎", "\\xF0", "\\x9F", "\\x99", "🙂")
    assert found.ids.tolist() == llama.tokenizer("a b\n🙂").input_ids


@pytest.mark.parametrize(("text", "message"), [("", "at least one word"), ("x" * 401, "at most 400")])
def test_a_text_without_tokens_or_with_too_many_is_refused(llama: CausalLM, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tokens(llama, text)


def test_a_part_gets_no_special_tokens(llama: CausalLM) -> None:
    assert bare_ids(llama, "ab", name="the part") == llama.tokenizer("ab", add_special_tokens=False).input_ids
    with pytest.raises(ValueError, match="the part must have at least 1 token"):
        bare_ids(llama, "", name="the part")


@pytest.mark.models
@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize("messages", [TALK, TALK[:1], [{"role": "system", "content": "Be brief."}, *TALK]])
def test_chat_is_the_models_own_template(smollm2: CausalLM, messages: list[dict[str, str]], answer: bool) -> None:
    theirs = smollm2.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=answer)
    assert chat(smollm2, messages, answer=answer) == theirs
    assert chat(smollm2, messages).startswith(chat(smollm2, messages, answer=False))


@pytest.mark.models
@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([], "at least 1 message"),
        ([{"role": "wizard", "content": "x"}], r"messages\[0\]\['role'\] must be one of system, user.*'wizard'"),
        ([*TALK, {"content": "x"}], r"messages\[3\]\['role'\].*None"),
        ([*TALK, {"role": "user"}], r"messages\[3\]\['content'\] must be a text; got None"),
    ],
)
def test_bad_messages_are_named(smollm2: CausalLM, messages: list[dict[str, str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        chat(smollm2, messages)


def test_a_model_without_a_template_says_so(llama: CausalLM) -> None:
    with pytest.raises(ValueError, match="llama has no chat template"):
        chat(llama, TALK)


def test_a_template_that_refuses_is_a_value_error(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama.tokenizer, "chat_template", "{{ raise_exception('users only') }}")
    with pytest.raises(ValueError, match="refuses these messages: users only"):
        chat(llama, TALK)


def test_an_encoder_is_refused_in_plain_words() -> None:
    with pytest.raises(TypeError, match="causal language model, which predicts the next token; got object"):
        require_causal(object())


@pytest.mark.parametrize("name", ["log_probs", "score", "score_many", "complete"])
def test_what_is_no_causal_model_is_refused_at_the_face(name: str) -> None:
    more = {"score": (["a"],), "score_many": (["a"],)}.get(name, ())
    first = ["p"] if name == "score_many" else "p"
    options = {"max_new_tokens": 1} if name == "complete" else {}
    with pytest.raises((TypeError, TypeCheckError)):
        getattr(language, name)(object(), first, *more, **options)


def test_no_module_hides_a_name_of_the_face() -> None:
    for module in pkgutil.walk_packages(language.__path__, "core.language."):
        importlib.import_module(module.name)
    hidden = [name for name in language.__all__ if isinstance(getattr(language, name), types.ModuleType)]
    assert hidden == []


def test_nothing_outside_with_torch_brings_torch_in() -> None:
    code = (
        "import sys, pkgutil, importlib, core.language as package;"
        "[importlib.import_module('core.language.' + m.name) for m in pkgutil.iter_modules(package.__path__)];"
        "print(sorted({'torch', 'transformers', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

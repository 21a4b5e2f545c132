"""The page of prompts, driven as a visitor would: own items, own formats, bad input, live answers, checks, scripts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.models import CausalLM
from core.prompting import (
    COUNTS,
    FORMATS,
    REVIEWS_IN_ALL,
    TASKS,
    Evaluation,
    PromptParams,
    Task,
    batch,
    evaluation_checks,
    params_in,
    prompt_pieces,
    recorded_answers,
    recorded_formats,
    recorded_orders,
    recorded_run,
)
from pages.prompting.prompts import results
from pages.prompting.prompts.main import JOB
from pages.prompting.prompts.panels import ensembles, examples, formats, items, orders
from pages.prompting.prompts.topic import DEFAULTS, PRESETS, VIEWS
from pages.prompting.prompts.words import (
    BALANCE,
    BATCH,
    CONTEXTUAL,
    DRAWN,
    ENSEMBLES,
    EXAMPLES,
    FORMAT,
    ORDER,
    OTHER_EXAMPLES,
    OTHER_FORMATS,
    RAW,
    drawn_title,
    ensembles_title,
    headline,
    map_title,
    orders_title,
)
from tests.core.language.conftest import tiny
from tests.page_kit import charts, figure_of, html_of, printed

PAGE = "pages/prompting/prompts/page.py"
PANELS = {"examples_view": EXAMPLES, "order_view": ORDER, "format_view": FORMAT, "differ": ENSEMBLES}

Visit = Callable[..., AppTest]


@pytest.fixture
def page(visit: Visit) -> Visit:
    return lambda **params: visit(PAGE, **{f"prompts_{name}": value for name, value in params.items()})


@pytest.fixture
def lm(monkeypatch: pytest.MonkeyPatch) -> CausalLM:
    """A tiny model in the place of the default one."""
    model = tiny("llama")
    monkeypatch.setattr(results, "load", lambda name: model)
    monkeypatch.setattr(items, "ensure_loaded", lambda name: True)
    monkeypatch.setattr(results, "is_loaded", lambda name: True)
    monkeypatch.setattr(results, "measured", lambda task, prompt: evaluate_with(model, task, prompt))
    return model


def evaluate_with(model: CausalLM, task: Task, prompt: PromptParams) -> Evaluation:
    from core.prompting import evaluate

    return evaluate(model, task, prompt)


def test_it_opens_on_recorded_answers_and_the_prompt_token_by_token(page: Visit) -> None:
    run = recorded_run(DEFAULTS["task"], PromptParams(examples=DEFAULTS["examples"]))
    assert run is not None
    found, html = run.evaluation(), html_of(page())
    assert headline(found) in html and f"<b>{found.accuracy:.0%}</b>" in html
    pieces = prompt_pieces(found.prompts[0])
    assert pieces is not None and html.count('class="piece"') == len(pieces)
    assert found.answers[0] in html


def test_every_story_is_recorded_and_every_recorded_prompt_has_its_tokens() -> None:
    for preset in PRESETS:
        values = {**DEFAULTS, **preset.values}
        prompt = params_in(FORMATS[values["format"]], TASKS[values["task"]], examples=values["examples"])
        assert recorded_run(values["task"], prompt) is not None, preset.name
    for run in (*recorded_answers().runs, *(run for row in recorded_orders().runs for run in row)):
        assert prompt_pieces(run.evaluation().prompts[-1]) is not None


@pytest.mark.parametrize("view", [(name, view) for name, views in VIEWS.items() for view in views], ids=str)
def test_each_view_has_a_figure_a_sentence_and_green_checks(page: Visit, view: tuple[str, str]) -> None:
    app = page(**{"panel": PANELS[view[0]], view[0]: view[1]})
    html = html_of(app)
    assert len(charts(app)) == 1 and 'class="reading"' in html and "✓" in html and not app.error


def test_own_items_are_asked_with_an_own_format(page: Visit, lm: CausalLM) -> None:
    text = "great <b>fun</b>,good\nawful,bad\nlovely,good\ndull,bad\nnice,good\npoor,bad"
    app = page(task="your own", items=text, format="your own", template="{text}={answer}", examples=2)
    html = html_of(app)
    assert "With 2 examples SmolLM2 gets" in html and "of 3 items right" in html
    assert "<b>fun</b>" not in html and not app.error


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"task": "your own", "items": "a,b"}, "4 to 200 items"),
        ({"task": "your own", "items": "a,x\nb,x\nc,x\nd,x"}, "all items have"),
        ({"format": "your own", "template": "no slot"}, "must have the slot"),
        ({"format": "your own", "template": "{answer}: {text}"}, "must end with its only slot"),
        ({"instruction": "x " * 350}, "tokens"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_input_gets_a_word_and_a_way_back(page: Visit, lm: CausalLM, params: dict[str, str], words: str) -> None:
    app = page(**params)
    said = app.warning[0].value.replace("\\", "")
    assert words in said and not charts(app)
    assert any(button.label == "Back to the example" for button in app.button)


def test_nothing_yet_is_a_hint(page: Visit) -> None:
    app = page(task="your own")
    assert "paste your items" in app.info[0].value and not app.warning
    assert app.button_group(key="prompts_story").value in (None, [])
    for name in (name for name in TASKS if recorded_run(name, PromptParams(examples=4)) is not None):
        assert page(task=name).button_group(key="prompts_story").value in ("Four examples", ["Four examples"]), name


def test_other_settings_ask_twelve_items_and_offer_all(page: Visit, lm: CausalLM) -> None:
    app = page(draw=11)
    assert "of 12 items right" in html_of(app)
    assert any(button.label == "Ask all 24 items" for button in app.button)
    # The figure leaves the job its room, so that the sentence stays in sight.
    heights = [figure_of(charts(each)[0])["layout"]["height"] for each in (page(), app)]
    assert heights[0] - heights[1] == JOB


def test_a_visitor_who_waits_is_told_for_what(page: Visit, lm: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    @contextmanager
    def spinner(words: str) -> Iterator[None]:
        said.append(words)
        yield
        said.append("over")

    def measured(task: Task, prompt: PromptParams) -> Evaluation:
        said.append("asked")
        return evaluate_with(lm, task, prompt)

    monkeypatch.setattr("streamlit.spinner", spinner)
    monkeypatch.setattr(results, "measured", measured)
    page(draw=11)
    assert said[0].startswith("SmolLM2 reads 12 prompts of up to ") and said[1:] == ["asked", "over"]
    said.clear()
    page()
    assert not said


def test_a_finished_job_stands_for_the_first_items(page: Visit, lm: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    run = recorded_run("capitals", PromptParams(examples=4))
    assert run is not None
    found = replace(run.evaluation(), params=PromptParams(examples=4, choice_seed=11))
    monkeypatch.setattr(results, "find", lambda *_: SimpleNamespace(state="finished", result=lambda: found))
    assert "of 24 items right" in html_of(page(draw=11))


def test_a_click_on_an_item_shows_its_prompt(page: Visit) -> None:
    html = html_of(page(item=13))
    assert f"The prompt of “{TASKS['capitals'].items[13].text}”" in html


def test_a_panel_does_not_wait_for_what_the_controls_ask(page: Visit) -> None:
    app = page(panel=EXAMPLES, draw=11, examples=3)
    assert len(charts(app)) == 1 and not app.button(key="prompts_back").disabled


def test_sentences_of_panels_have_the_numbers_of_the_records(page: Visit) -> None:
    html = html_of(page(panel=FORMAT, format_view=BALANCE, share=90))
    now = formats.at_share(0.9)
    assert f"<b>{now[RAW].mean():.0%}</b> to <b>{now[BATCH].mean():.0%}</b>" in html
    assert f"<b>{now[RAW].mean():.0%}</b> to <b>{now[CONTEXTUAL].mean():.0%}</b>" in html
    alone = [run.accuracy for count in COUNTS[1:] for run in examples.runs("sentiment", count)]
    for differ, correction in ((OTHER_EXAMPLES, RAW), (OTHER_EXAMPLES, BATCH), (OTHER_FORMATS, BATCH)):
        found, html = (
            ensembles.curves(differ, correction),
            html_of(page(panel=ENSEMBLES, members=correction, differ=differ)),
        )
        assert ensembles_title(found) in html and "✓" in html
    assert len(ensembles.curves(OTHER_EXAMPLES, RAW)["mean"]) == len(alone)
    assert ensembles.curves(OTHER_EXAMPLES, RAW)["mean"][0] == pytest.approx(np.mean(alone))
    for correction in (RAW, BATCH):
        assert drawn_title(formats.drawn(correction)) in html_of(
            page(panel=FORMAT, format_view=DRAWN, correction=correction)
        )
    shares = orders.accuracies(orders.runs(1))
    assert orders_title(shares, REVIEWS_IN_ALL) in html_of(page(panel=ORDER, order_draw=1)) and len(shares) == 24
    counts = [len(task.items) for task in TASKS.values()]
    assert map_title(formats.told(), list(TASKS), counts) in html_of(page(panel=FORMAT))


@pytest.mark.parametrize("correction", [RAW, BATCH])
def test_an_ensemble_of_formats_is_that_of_each_draw(correction: str) -> None:
    found, kept = ensembles.curves(OTHER_FORMATS, correction), recorded_formats()
    single = formats.drawn(correction)
    assert found["mean"][0] == pytest.approx(single.mean())
    assert found["worst"][-1] == pytest.approx(single.min(axis=0).mean())
    votes = []
    for runs in zip(*kept.runs, strict=True):
        logs = np.array([batch(run.log_probs) if correction == BATCH else run.log_probs for run in runs])
        truth = np.array([run_item.answer == "negative" for run_item in TASKS[kept.task].items[:REVIEWS_IN_ALL]])
        ahead = (logs[..., 1] > logs[..., 0]).mean(axis=0)
        votes.append(np.where(ahead == 0.5, 0.5, (ahead > 0.5) == truth).mean())
    assert found["vote"][-1] == pytest.approx(np.mean(votes))
    gain, mean = ensembles.gain(OTHER_FORMATS, correction), found["mean"]
    assert gain.mean == pytest.approx(mean[-1] - mean[0])


def test_a_changed_record_turns_a_check_red() -> None:
    found = examples.runs("sentiment", 4)[0]
    broken = replace(found, answers=("positive",) * len(found.answers))
    worst = examples.worst_of([evaluation_checks(each) for each in (found, broken)])
    assert [check.name for check in worst if not check.passed] == ["Each answer is the likeliest label"]


@pytest.mark.models
def test_the_script_measures_what_is_on_screen(page: Visit, tmp_path: Path) -> None:
    run = recorded_run("made-up labels", PromptParams(examples=1))
    assert run is not None
    assert str(run.evaluation().accuracy) in printed(page(task="made-up labels", examples=1), "prompts", tmp_path)

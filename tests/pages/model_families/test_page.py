"""The page of model families, driven as a visitor would: panels, own input, bad input, checks and scripts."""

from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.transformer import (
    PASSAGES,
    READERS,
    SENTENCES,
    recorded_games,
    recorded_readers,
    recorded_sights,
    recorded_spans,
)
from pages.architecture.attention_depth import topic as attention_depth
from pages.architecture.model_families import topic
from pages.architecture.model_families.panels import games, llama, spans
from tests.page_kit import charts, html_of, printed, settled

PAGE = "pages/architecture/model_families/page.py"

Visit = Callable[..., AppTest]


@pytest.fixture
def page(visit: Visit) -> Visit:
    return lambda **params: visit(PAGE, **{f"model_families_{name}": value for name, value in params.items()})


def test_it_opens_on_the_recorded_looks(page: Visit) -> None:
    app = page()
    assert "falls on later words" in html_of(app)
    token, share = recorded_sights().by_text[SENTENCES["bank"]][1].guesses[1][0]
    assert token in html_of(app) and f"{share:.0%}" in html_of(app)


@pytest.mark.parametrize("words", [1, 17])
def test_a_sentence_of_another_length_gets_a_word(page: Visit, words: int) -> None:
    app = page(text=" ".join(["word"] * words))
    assert "2 to 16" in app.warning[0].value and not charts(app)


@pytest.mark.parametrize("reader", list(READERS))
@pytest.mark.parametrize("against", ["steps", "places asked"])
def test_every_reader_has_its_curves(page: Visit, reader: str, against: str) -> None:
    app = page(panel="Both sides or the past", reader=reader, against=against)
    run = recorded_readers().by_name[reader][0]
    assert len(charts(app)) == 1 and f"{run.loss[-1]:.2f}" in html_of(app)


def test_an_encoder_is_nearer_to_the_decoder_over_places_than_over_steps() -> None:
    decoder, encoder = (recorded_readers().by_name[name] for name in list(READERS)[:2])
    above = {
        name: np.mean([run.loss - run.bound for run in runs], axis=0)
        for name, runs in (("decoder", decoder), ("encoder", encoder))
    }
    place = int(np.argmax(above["decoder"] <= above["encoder"][-1]))
    steps = encoder[0].steps[-1] / decoder[0].steps[place]
    asked = encoder[0].guesses[-1] / decoder[0].guesses[place]
    assert 1 < asked < steps / 3
    assert 6 < decoder[0].guesses[-1] / encoder[0].guesses[-1] < 7


def test_another_seed_is_offered_as_a_training(page: Visit) -> None:
    app = page(panel="Both sides or the past", reader_seed=7)
    assert any(button.label == "Train this seed now" for button in app.button)
    assert len(charts(app)) == 1


@pytest.mark.parametrize("game", ["Masking", "Next sentence", "One vector", "Find the answer"])
def test_each_game_has_a_figure_and_checks(page: Visit, game: str) -> None:
    app = page(panel="BERT's games", game=game)
    assert len(charts(app)) == 1 and "✓" in html_of(app) and not app.error


def test_every_question_can_be_shown_from_every_panel() -> None:
    assert all("panel" in question.show for question in topic.QUESTIONS)


def test_another_draw_hides_other_pieces(page: Visit) -> None:
    first, second = (html_of(page(panel="BERT's games", mask_seed=seed)) for seed in (0, 1))
    assert first != second


def test_a_changed_record_turns_the_check_red() -> None:
    shares = recorded_games().probes["bag of words"]
    assert games._again("a", shares, shares[:, :5], 32).passed
    assert not games._again("a", shares, shares[:, :5] + 0.1, 32).passed


@pytest.mark.parametrize(("passage", "asked"), [(0, 0), (35, 3), (12, 1)])
def test_each_question_has_its_answers(page: Visit, passage: int, asked: int) -> None:
    app = page(panel="BERT's games", game="Find the answer", passage=passage, asked=asked)
    question, right = PASSAGES[passage].asked[asked]
    told = [answers[4 * passage + asked].words for answers in recorded_spans().answers.values()]
    assert all(words in unescape(html_of(app)) for words in (question, right, *told)) and len(charts(app)) == 1


def test_an_own_question_is_offered_as_a_job_and_needs_both_sides(page: Visit) -> None:
    game = {"panel": "BERT's games", "game": "Find the answer", "own_passage": "Ada has a <b>red</b> hat."}
    assert not any(button.label == "Learn, and answer mine" for button in page(**game).button)
    app = page(**game, own_question="What color is the hat?")
    assert any(button.label == "Learn, and answer mine" for button in app.button) and len(charts(app)) == 1
    app.session_state["model_families_Take it with you_desk"] = True
    assert "OwnQuestion(passage='Ada has a <b>red</b> hat.'" in str([box.value for box in settled(app).code])


def test_an_own_question_that_is_too_long_gets_a_word(page: Visit) -> None:
    app = page(
        panel="BERT's games", game="Find the answer", own_passage="word " * 180, own_question="What is it about?"
    )
    assert "at most 157" in app.warning[0].value and len(charts(app)) == 1


def test_damage_turns_the_checks_of_the_spans_red(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = recorded_spans().answers["frozen"][0]
    page: object = None

    def seen(**changes: object) -> list[bool]:
        monkeypatch.setattr(spans, "shown", lambda page: {"frozen": replace(answer, **changes)})  # type: ignore[arg-type]
        return [check.passed for check in spans.checks(page)]  # type: ignore[arg-type]

    assert seen() == [True, True, True]
    assert seen(start=answer.start * 1.01)[0] is False
    assert seen(said=(answer.said[0] + 1, answer.said[1] + 1))[1] is False
    found = recorded_spans()
    wrong = replace(found, exact={way: ~rows for way, rows in found.exact.items()})
    monkeypatch.setattr(spans, "recorded_spans", lambda: wrong)
    assert seen()[2] is False


def test_parts_of_llama_that_stand_elsewhere_are_offered(page: Visit) -> None:
    app = page(panel="Llama's parts")
    named = {name for name in llama.ELSEWHERE if name in {panel.name for panel in attention_depth.PANELS}}
    assert named == set(llama.ELSEWHERE)
    assert sum("on “Attention in depth”" in button.label for button in app.button) == 2


@pytest.mark.models
def test_an_own_sentence_is_measured(page: Visit) -> None:
    app = page(text="Unbelievable: nobody saw it", word=0)
    assert "Unbelievable:" in html_of(app) and len(charts(app)) == 1 and not app.error


@pytest.mark.models
def test_the_script_measures_the_looks_on_screen(page: Visit, tmp_path: Path) -> None:
    app = page()
    shown, said = html_of(app), printed(app, "model_families", tmp_path).split()
    assert said[0] == "minilm-l6" and f"{float(said[1]):.0%} of an encoder" in shown


@pytest.mark.parametrize("game", ["Masking", "Next sentence", "One vector", "Find the answer"])
def test_scripts_of_the_games_run(page: Visit, game: str, tmp_path: Path) -> None:
    assert printed(page(panel="BERT's games", game=game), "model_families", tmp_path)


@pytest.mark.parametrize("part", ["Gate", "Norm", "Learn pieces", "Languages"])
def test_each_part_of_llama_has_a_figure_checks_and_a_script(page: Visit, part: str) -> None:
    app = page(panel="Llama's parts", part=part)
    assert len(charts(app)) == 1 and "✓" in html_of(app) and not app.error


@pytest.mark.parametrize("part", ["Norm", "Learn pieces", "Languages"])
def test_scripts_of_the_parts_run(page: Visit, part: str, tmp_path: Path) -> None:
    assert printed(page(panel="Llama's parts", part=part), "model_families", tmp_path)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"part": "Norm", "numbers": "1 two"}, "must be numbers"),
        ({"part": "Norm", "numbers": "7"}, "2 to 12"),
        ({"part": "Norm", "numbers": "1 nan"}, "1e6"),
        ({"part": "Norm", "numbers": "3 3 3"}, "equal"),
        ({"part": "Learn pieces", "learn": ""}, "1 to 4,000"),
    ],
)
def test_what_cannot_be_computed_gets_a_word(page: Visit, values: dict[str, str], says: str) -> None:
    app = page(panel="Llama's parts", **values)
    assert says in app.warning[0].value.replace("\\", "") and not charts(app) and not app.error


def test_damage_turns_the_checks_of_the_parts_red(monkeypatch: pytest.MonkeyPatch) -> None:
    class Values:
        class controls:  # noqa: N801 - stands for an attribute of the page
            @staticmethod
            def value(name: str) -> object:
                return {"numbers": "1 2 4", "scale": 2.0, "shift": 1.0, "learn": "ab ab"}[name]

    page: object = Values()
    checks = (llama._norm_checks, llama._merge_checks, llama._language_checks, llama._gate_checks)
    assert all(check.passed for of in checks for check in of(page))  # type: ignore[arg-type]
    monkeypatch.setattr(llama, "layer_norm", lambda x: x)
    monkeypatch.setattr(llama, "rms_norm", lambda x: x)
    monkeypatch.setattr(llama, "pieces_after", lambda *_: ("a",))
    monkeypatch.setattr(llama, "piece_ids", lambda text: np.zeros(3))
    monkeypatch.setattr(llama, "best_on_test", lambda seed: 9.0)
    assert [check.passed for of in checks for check in of(page)] == [False] * 4 + [True, False]  # type: ignore[arg-type]

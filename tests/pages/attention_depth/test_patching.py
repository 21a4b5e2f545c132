"""The panel that copies parts of one run into another: its words under their conditions, its figures, its page."""

import dataclasses
import html
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.markdown import literally
from components.theme import Look
from core.attention import (
    PATCHED,
    Attribution,
    Patching,
    PatchRun,
    head_scores,
    patching_checks,
    recorded,
    recorded_patching,
)
from core.models import tokenizer_file
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.figures.patching import parts_bars, recovered_map
from pages.architecture.attention_depth.panels import patching as panel
from pages.architecture.attention_depth.topic import PRESETS
from pages.architecture.attention_depth.words.patching import (
    both_sentence,
    doubt_sentence,
    drawn_parts,
    drawn_sentence,
    label_of,
    parts_between,
    parts_title,
    patching_title,
    range_sentence,
    roles_sentence,
    text_lines,
    trap_sentence,
)
from tests.page_kit import charts, figure_of, html_of, settled

PAGE = "pages/architecture/attention_depth/page.py"
LOOK = Look()
MLPS = [one for key in PATCHED for one in recorded_patching(key).maps if one.kind == "mlp"]


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"attention_depth_{name}": value for name, value in params.items()})


def made(recovered: list[list[float]], *, kind: str = "residual", positions: str = "all", other: int = 0) -> Patching:
    """A map of these shares, of texts that differ at one token."""
    tokens = tuple("abcdefgh"[: len(recovered[0])])
    others = tuple("x" if place == other else token for place, token in enumerate(tokens))
    return Patching(
        kind, positions, tokens, others, "·yes", "·no", np.array(recovered, dtype=float) * 4 - 2, 2.0, -2.0, ()
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (made([[1, 0, 0], [0, 0, 1]]),
         "“a|x” alone brings back 100% at layer 0; after layer 1 the last token has 100%"),
        (made([[0.8, 0, 0], [0.8, 0, 0.6]]),
         "“a|x” alone brings back 80% at layer 0; at no layer does the last token alone hold most of it"),
        (made([[0.04, 0, 0.03], [0, 0, 1]]), "After layer 0 no token alone brings anything of the answer back"),
        (made([[0, 0, 1], [0, 0, 0.9]], other=2),
         "“c|x” is the last token: it holds 90% or more of the answer at any layer"),
        (made([[0.2, 0.6], [0.1, -0.2]], kind="head", positions="last"),
         "L0H1, copied at the last token, brings back 60% of the answer; the next head 20%"),
        (made([[0.2, 0.6], [0.1, -0.2]], kind="head"),
         "L0H1, copied at every token, brings back 60% of the answer; the next head 20%"),
        (made([[0.04, 0.03], [-0.5, 0]], kind="head"),
         "No head alone, copied at every token, brings back 5% of the answer"),
        (made([[1, 0], [0.3, 0]], kind="mlp"),
         "MLP 0 at “a|x” brings back 100% of the answer; the next, MLP 1 at “a|x” 30%"),
        (made([[0.01, 0], [0, 0]], kind="mlp"), "No MLP at any one token brings back 5% of the answer"),
    ],
)  # fmt: skip
def test_a_title_says_what_its_map_holds(found: Patching, said: str) -> None:
    assert patching_title(found) == said


def test_the_range_is_said_where_the_map_leaves_it() -> None:
    assert range_sentence(made([[0, 1], [0.5, 0.2]])).endswith("All cells lie between.")
    assert range_sentence(made([[-0.31, 1], [1.26, 0.2]])).endswith("here it goes from −0.31 to 1.26.")


@pytest.mark.parametrize("key", PATCHED)
def test_both_texts_stand_in_a_line_each_with_what_they_prefer(key: str) -> None:
    for found in recorded_patching(key).maps:
        lines = text_lines(PATCHED[key].clean, PATCHED[key].corrupted, found).split("  \n")
        for line, text, value in zip(
            lines, (PATCHED[key].clean, PATCHED[key].corrupted), (found.clean, found.corrupted), strict=True
        ):
            assert f"“{literally(text)}” prefers" in line
            ends = (found.answer, found.wrong) if value > 0 else (found.wrong, found.answer)
            assert line.endswith("“{}” to “{}” by **{:.1f}** logits".format(*ends, abs(value)))
    long = text_lines("word " * 40, "$two$ *words*", made([[0, 1]]))
    assert "…” prefers “·yes” to “·no” by **2.0** logits" in long
    assert r"\$two\$ \*words\*" in long


@pytest.mark.parametrize("kind", panel.KINDS)
def test_every_kind_says_which_texts_are_compared(page: Callable[..., AppTest], kind: str) -> None:
    app = page(panel="Patch it", patch_pair="Store", patch_kind=kind)
    said = [block.value for block in app.markdown if block.value.startswith("Clean: “When Mary and John")]
    assert len(said) == 1
    assert "“·Mary” to “·John” by" in said[0]


def test_a_clean_text_that_does_not_give_its_answer_is_doubted() -> None:
    found = made([[0, 1]])
    assert doubt_sentence(found) == ""
    doubted = dataclasses.replace(found, clean=-1.5)
    assert "does not prefer “·yes” to “·no” (−1.5 logits)" in doubt_sentence(doubted)
    assert doubt_sentence(dataclasses.replace(found, clean=0.0))
    for key in PATCHED:
        assert all(doubt_sentence(one) == "" for one in recorded_patching(key).maps)


def test_the_trap_is_named_only_where_it_is_one() -> None:
    assert "<b>3</b> of the 3 recorded pairs" in trap_sentence(made([[1.0, 0]], kind="mlp"), MLPS)
    assert trap_sentence(made([[0.8, 0]], kind="mlp"), MLPS) == ""
    assert trap_sentence(made([[1.0, 0]]), MLPS) == ""
    later = trap_sentence(made([[1.0, 0], [0.1, 0.3]], kind="mlp"), MLPS)
    assert later.endswith("Of the later ones MLP 1 at “b” brings most back, <b>30%</b>.")
    assert trap_sentence(made([[1.0, 0], [0.04, 0]], kind="mlp"), MLPS).endswith(
        "No later MLP brings back 5% at any one token."
    )
    for one in MLPS:
        said, above = trap_sentence(one, MLPS), one.recovered[1:].max()
        assert ("this cell says nothing" in said) == (len(one.differing) == 1)
        assert not said or (f"<b>{above:.0%}</b>" in said) == (above >= 0.05)
    two = dataclasses.replace(made([[1.0, 0]], kind="mlp"), corrupted_tokens=("x", "y"))
    assert trap_sentence(two, MLPS) == ""
    assert [len(one.differing) for one in MLPS] == [1, 1, 1, 2]
    for one in MLPS[:3]:
        assert one.recovered[0, one.differing[0]] == pytest.approx(1, abs=0.01)


def parts(heads: list[list[float]], mlps: list[float]) -> Attribution:
    total = float(np.sum(heads) + np.sum(mlps))
    return Attribution(np.array(heads, dtype=float), np.array(mlps, dtype=float), 0.0, 0.0, total, ())


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        ([[0.0, 3.0], [1.0, 0.0]], "<b>+3.0</b>, the most of all heads: later layers take some of that back."),
        ([[0.0, 2.5], [1.0, 0.0]], "<b>+2.5</b>, the most of all heads: nearly all that it does."),
        ([[0.0, 1.3], [3.0, 0.0]], "<b>+1.3</b>, place 2 of 4 heads: the rest goes through later layers."),
        ([[0.0, 1.1], [1.0, 0.0]], "the most of all heads: most of what it does goes through later layers."),
        ([[0.0, -0.1], [3.0, 0.0]], "place 4 of 4 heads: most of what it does goes through later layers."),
    ],
)
def test_both_ways_are_compared(heads: list[list[float]], said: str) -> None:
    found = made([[0, 0.6], [0.1, 0]], kind="head")
    between = parts_between(parts(heads, [0, -4.0]), parts([[0.0, 0.0], [0.0, 0.0]], [0, 0]))
    assert between[0].name == "MLP 1"
    assert both_sentence(found, between).endswith(said)
    assert both_sentence(found, between).startswith("L0H1 brings back <b>+2.4</b> logits and itself writes <b>")
    turned = dataclasses.replace(found, patched=-found.patched, clean=-found.clean, corrupted=-found.corrupted)
    opposite = [part._replace(value=-part.value) for part in between]
    assert both_sentence(turned, opposite).split(", ")[1] == both_sentence(found, between).split(", ")[1]
    assert both_sentence(made([[0, 0.6], [0.1, 0]]), between) == ""
    assert both_sentence(made([[0, 0.02], [0.01, 0]], kind="head"), between) == ""


@pytest.mark.parametrize("key", PATCHED)
def test_what_a_head_does_not_write_itself_is_said_of_every_recorded_pair(key: str) -> None:
    texts = recorded_patching(key)
    for found in texts.maps:
        said = both_sentence(found, parts_between(texts.clean, texts.corrupted))
        assert (said == "") == (found.kind != "head")
        if said:
            (layer, head, share), *_ = found.strongest(1)
            brought = share * (found.clean - found.corrupted)
            written = texts.clean.heads[layer, head] - texts.corrupted.heads[layer, head]
            assert f"<b>{brought:+.1f}</b> logits and itself writes <b>{written:+.1f}</b>" in said
            assert ("most of what it does goes through later layers" in said) == (written < brought / 2)
            assert ("nearly all" in said) == (abs(brought - written) < 0.05 * (found.clean - found.corrupted))


def test_a_token_that_stands_twice_is_named_by_its_row() -> None:
    store = recorded_patching("store").map_of("residual", "all")
    assert store is not None
    assert patching_title(store).startswith("“·John|·Mary” alone brings back 100% at layer 0")
    twice = dataclasses.replace(made([[0, 1, 0]], kind="mlp"), tokens=("a", "b", "b"), corrupted_tokens=("x", "b", "b"))
    assert patching_title(twice).startswith("MLP 0 at “b at position 1” brings back 100%")
    for key in PATCHED:
        for found in recorded_patching(key).maps:
            if found.kind != "head":
                labels = [label_of(found, place) for place in range(len(found.tokens))]
                assert len(set(labels)) == len(labels)
                assert f"“{labels[int(found.recovered[0].argmax())]}”" in patching_title(found)


def test_the_parts_are_those_of_the_clean_text_less_the_corrupted_one() -> None:
    clean, corrupted = parts([[1, 2]], [3]), parts([[1, -2]], [4])
    between = parts_between(clean, corrupted)
    assert [(part.name, part.value) for part in between] == [("L0H1", 4.0), ("MLP 0", -1.0), ("L0H0", 0.0)]
    assert parts_title(between, clean, corrupted) == "L0H1 itself writes +4.0 of the +3.0 logits between the texts"


@pytest.mark.parametrize("key", PATCHED)
def test_what_is_drawn_sums_to_the_difference_between_the_texts(key: str) -> None:
    found = recorded_patching(key)
    all_, total = parts_between(found.clean, found.corrupted), found.clean.total - found.corrupted.total
    *most, rest = drawn_parts(all_, found.clean, found.corrupted)
    assert most == all_[:10]
    assert (rest.name, rest.head) == ("all others", None)
    assert sum(part.value for part in (*most, rest)) == pytest.approx(total, abs=1e-9)
    said = drawn_sentence(all_, found.clean, found.corrupted)
    shown = [float(number.replace("−", "-")) for number in re.findall(r"<b>([^<]*)</b>", said)]
    assert shown == [pytest.approx(sum(part.value for part in most), abs=0.05), pytest.approx(rest.value, abs=0.05)]
    assert f"the other {len(all_) - 10} together" in said
    fig = parts_bars(*zip(*(*most, rest), strict=True), look=LOOK, title="t", height=300)  # type: ignore[misc]
    assert sum(fig.data[0].x) == pytest.approx(total, abs=1e-4)
    assert fig.data[0].marker.color[-1] == LOOK.role("mass")
    few = parts([[1, 2]], [3]), parts([[1, -2]], [4])
    assert "embedding and biases <b>+0.0</b>" in drawn_sentence(parts_between(*few), *few)


def test_the_stories_hold_on_the_recorded_pairs() -> None:
    """What the stories, the lesson and its answers say."""
    store = recorded_patching("store").map_of("residual", "all")
    assert store is not None
    assert len(store.differing) == 1
    assert store.handover == 23
    assert store.recovered[:19, -1].max() < 0.05 < 0.2 < store.recovered[20:23, -1].min() < 0.5
    assert store.recovered[23:, -1].min() > 0.9
    assert store.recovered[0, store.differing[0]] > 0.95
    copy = recorded_patching("induction").map_of("head", "all")
    assert copy is not None
    (first, second), scores = copy.strongest(2), head_scores(recorded("induction"))
    assert scores.previous_token[first[:2]] > 0.8
    assert scores.induction[second[:2]] > 0.8
    assert copy.recovered.max() > 0.5
    assert first[:2] == (16, 0)
    found = recorded_patching("induction")
    assert abs(found.clean.heads[first[:2]] - found.corrupted.heads[first[:2]]) < 0.1
    said = roles_sentence(copy, scores)
    assert "L16H0 is a previous-token head" in said
    assert "L18H6 is an induction head" in said
    assert roles_sentence(store, scores) == ""


def test_the_map_draws_every_share_and_leaves_those_to_come_empty() -> None:
    shares = np.array([[0.0, 1.2, np.nan], [-0.4, 0.5, np.nan]])
    fig = recovered_map(shares, ["a", "<b>", "c"], look=LOOK, title="t", row_label="token", height=300)
    trace = fig.data[0]
    np.testing.assert_allclose(trace.z, shares.T, rtol=1e-6)
    assert (trace.zmin, trace.zmax) == (-1.2, 1.2)
    assert list(fig.layout.yaxis.ticktext) == ["a", "&lt;b&gt;", "c"]
    assert fig.layout.xaxis.title.text == "layer"


def test_the_bars_have_their_numbers_and_two_colors() -> None:
    fig = parts_bars(["L0H1", "MLP 0"], [4.0, -1.0], [True, False], look=LOOK, title="t", height=300)
    bar = fig.data[0]
    assert list(bar.text) == ["+4.0", "−1.0"]
    assert list(bar.marker.color) == [LOOK.role("query"), LOOK.role("value")]
    assert fig.layout.xaxis.range[1] > 4


@pytest.mark.parametrize("name", ["Patch it", "Who copies?"])
def test_a_story_shows_its_recorded_map(page: Callable[..., AppTest], name: str) -> None:
    preset = next(preset for preset in PRESETS if preset.name == name)
    app = page()
    app.button_group(key="attention_depth_story").set_value(name)
    settled(app)
    key, kind = panel.PAIRS[str(preset.values["patch_pair"])], panel.KINDS[str(preset.values["patch_kind"])]
    found = recorded_patching(key).map_of(*kind)
    assert found is not None
    drawn = np.asarray(figure_of(charts(app)[0])["data"][0]["z"], dtype=float)
    np.testing.assert_allclose(drawn, found.recovered.T, atol=1e-6)
    assert patching_title(found) in html_of(app)
    checks = [html.unescape(name) for name in re.findall(r"</span> ([^<]*): <b>", html_of(app))]
    again = patching_checks(recorded_patching(key), *kind)
    assert sorted(checks) == sorted({check.name for check in (*again, *found.checks)})
    assert len(checks) == len(again) + 3
    assert not app.error


def test_own_texts_are_a_job_and_are_refused_in_plain_words(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(panel="Patch it", patch_pair="Own texts")
    assert [button.label for button in app.button if button.label == "Copy each part once"]
    assert len(charts(app)) == 2
    keys = recorded_patching("keys").map_of("residual", "all")
    assert keys is not None
    assert patching_title(keys) in html_of(app)
    assert any("Below: the recorded texts of “Keys”" in caption.value for caption in app.caption)
    monkeypatch.setattr(results, "refusal_of", lambda run: f"The clean text has 2 tokens: {run.clean}.")
    app = page(panel="Patch it", patch_pair="Own texts", patch_clean="$two$ *words*")
    assert any("has 2 tokens" in warning.value for warning in app.warning)
    assert not [button.label for button in app.button if button.label == "Copy each part once"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"patch_corrupted": "The dogs near the house"}, "Both texts are “The dogs near the house”"),
        ({"patch_wrong": " are "}, "Both answers are “are”"),
        ({"patch_answer": " "}, "One answer is empty"),
        ({"patch_clean": ""}, "One text is empty"),
    ],
)
def test_what_no_model_is_needed_for_is_refused_at_once(
    page: Callable[..., AppTest], values: dict[str, str], said: str
) -> None:
    app = page(panel="Patch it", patch_pair="Own texts", **values)
    assert any(said in warning.value for warning in app.warning)
    assert not [button.label for button in app.button if button.label == "Copy each part once"]


@pytest.mark.models
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"patch_corrupted": "The dog near the old house"}, "The clean text has 5 tokens and the corrupted one 6"),
        ({"patch_answer": "lighthouses"}, "must be one token with a space before it; it is "),
        ({"patch_clean": "word " * 60, "patch_corrupted": "words " * 60}, "at most 48 are allowed"),
    ],
)
def test_what_the_tokenizer_refuses_needs_no_loaded_model(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    if tokenizer_file("smollm2-135m") is None:
        pytest.skip("no tokenizer on this machine")
    monkeypatch.setattr(results, "is_loaded", lambda model: False)
    app = page(panel="Patch it", patch_pair="Own texts", **values)
    assert any(said in warning.value for warning in app.warning)
    assert not [button.label for button in app.button if button.label == "Copy each part once"]


def test_without_a_tokenizer_the_job_itself_refuses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setattr(results, "is_loaded", lambda model: False)
    assert results.refusal_of(PatchRun("smollm2-135m", "one two", "one two three", "a", "b")) == ""
    assert results.patching_takes(PatchRun("smollm2-135m", "one two", "one three", "a", "b"), 9) > 0


def test_the_promise_grows_with_the_texts_and_knows_what_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "is_loaded", lambda model: False)
    run = PatchRun("smollm2-135m", "one two three four", "one two three five", "a", "b")
    longer = dataclasses.replace(run, clean=f"{run.clean} " * 8)
    assert results.patching_takes(longer, 9) > 3 * results.patching_takes(run, 9)
    heads = dataclasses.replace(longer, kind="head")
    assert results.patching_takes(heads, 9) < results.patching_takes(longer, 9)


def test_what_is_found_of_own_texts_is_shown_as_the_recorded_pairs_are(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[PatchRun] = []

    def done(function: object, run: PatchRun, **options: object) -> object:
        asked.append(run)
        return recorded_patching("keys")

    monkeypatch.setattr(panel, "job_panel", done)
    app = page(panel="Patch it", patch_pair="Own texts", patch_kind="MLP")
    assert asked[-1] == PatchRun(
        "smollm2-135m", "The dogs near the house", "The dog near the house", "are", "is", "mlp", "all"
    )
    found = recorded_patching("keys").map_of("mlp", "all")
    assert found is not None
    assert patching_title(found) in html_of(app)


def test_whose_work_the_answer_is_stays_when_another_kind_is_still_to_be_copied(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = recorded_patching("store")
    own = dataclasses.replace(kept, maps=tuple(one for one in kept.maps if one.kind == "residual"))
    monkeypatch.setattr(results, "finished_patching", lambda run: own if run.kind == "residual" else None)
    monkeypatch.setattr(panel, "job_panel", lambda function, run, **options: own if run.kind == "residual" else None)
    assert len(charts(page(panel="Patch it", patch_pair="Own texts"))) == 2
    app = page(panel="Patch it", patch_pair="Own texts", patch_kind="MLP")
    (chart,) = charts(app)
    between = parts_between(own.clean, own.corrupted)
    assert list(figure_of(chart)["data"][0]["y"]) == [*(part.name for part in between[:10]), "all others"]
    assert "It is the same whatever is copied" in str([caption.value for caption in app.caption])
    assert parts_title(between, own.clean, own.corrupted) in html_of(app)
    assert "✓" in html_of(app)
    assert not app.exception


@pytest.mark.parametrize("values", [{"patch_pair": "nobody"}, {"patch_kind": "x"}, {"patch_pair": ""}])
def test_a_garbage_link_shows_the_first_pair(page: Callable[..., AppTest], values: dict[str, str]) -> None:
    assert len(charts(page(panel="Patch it", **values))) == 2


@pytest.mark.models
def test_the_script_prints_what_the_panel_says(
    page: Callable[..., AppTest], capsys: pytest.CaptureFixture[str]
) -> None:
    app = page(panel="Patch it", patch_pair="Capital")
    app.session_state["attention_depth_Take it with you_desk"] = True
    settled(app)
    code = next(block.value for block in app.code if "from core" in block.value)
    capsys.readouterr()
    made: dict[str, object] = {}
    exec(code, made)
    said, shown = capsys.readouterr().out, html_of(app)
    clean, total = re.findall(r"corrupted: ([\d.]+)", said)[0], re.findall(r"of (\+[\d.]+) logits between", said)[0]
    assert f"**{float(clean):.1f}** logits" in " ".join(block.value for block in app.markdown)
    assert f"{total} logits between the texts" in shown

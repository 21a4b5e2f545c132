"""What every page must do without a browser: declare itself, tell its stories, open its panels, bear any link."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.course import FIGURE, PANEL, Declared, declared_by, topics
from tests.page_kit import ROOT, charts, html_of, settled

Visit = Callable[..., AppTest]
GARBAGE = ("<script>alert(1)</script>", "-1", "1e999", "nan", "../../etc/passwd", "\x00", "x" * 3000)
ABOUT_FAILURE = {("transport", "When Sinkhorn lies"), ("transport", "Underflow")}
"""(page, story) whose checks must fail: they tell of an answer that is none."""
PAGES = tuple(declared_by(topic) for topic in topics())

READ = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from components.course import outline_of, pages, topics
before = len(opened)
assert pages()
assert all(outline_of(topic).stages for topic in topics())
mine = [name for name in opened if not name.endswith((".py", ".pyc", ".pyi", ".so")) and "assets" in name]
print(sorted({"streamlit", "plotly", "torch", "transformers", "open_clip"} & set(sys.modules)), mine)
"""


@pytest.fixture(params=PAGES, ids=lambda page: page.topic.key)
def page(request: pytest.FixtureRequest) -> Declared:
    return request.param  # type: ignore[no-any-return]


def test_what_pages_declare_needs_no_screen_no_torch_and_no_file() -> None:
    done = subprocess.run([sys.executable, "-c", READ], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"


def test_the_defaults_are_the_first_story(page: Declared) -> None:
    different = {name: value for name, value in page.presets[0].values.items() if page.defaults[name] != value}
    assert different == {}, f"rule: a page opens as its first preset, panel included; DEFAULTS differ in {different}"


def test_a_page_tells_six_stories_or_more(page: Declared) -> None:
    assert len(page.presets) >= 6, f"rule: six presets or more; {page.topic.key} has {len(page.presets)}"
    names = [preset.name for preset in page.presets]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"rule: a preset has a name of its own; {twice} stand twice"


def test_no_parameter_has_the_name_of_a_part_of_the_frame(page: Declared) -> None:
    taken = {"back", "remote", "reset", "seeks", "sharing", "story"} & set(page.defaults)
    assert not taken, f"rule: the frame's own widgets have these names; {taken} are parameters of {page.topic.key}"


def test_every_value_is_one_of_a_parameter(page: Declared) -> None:
    panels = {FIGURE, *(panel.name for panel in page.panels)}
    assert page.defaults[PANEL] in panels, "rule: `panel` is a parameter, and its default a panel of the page"
    for values in (*(preset.values for preset in page.presets), *(question.show for question in page.questions)):
        strange = set(values) - set(page.defaults)
        assert not strange, f"rule: a story sets parameters of DEFAULTS only; {strange} are none"
        panel = values.get(PANEL, FIGURE)
        assert panel in panels, f"rule: a story opens a panel of PANELS; {panel!r} is none of {sorted(panels)}"
    for preset in page.presets:
        strange = set(preset.free) - set(page.defaults)
        assert not strange, f"rule: a story leaves parameters of DEFAULTS free; {strange} are none"
        assert set(preset.unless) <= set(preset.free), "rule: what a story does not leave free it needs not exclude"
    for name, words in page.renamed.items():
        assert name in page.defaults
        assert not set(words) & set(words.values())


def pills(app: AppTest, page: Declared) -> list[str]:
    row = app.button_group(key=f"{page.topic.key}_panel")
    return [str(getattr(option, "content", option)) for option in row.options]


@pytest.mark.models
def test_each_story_shows_its_figure_its_sentence_and_checks(visit: Visit, page: Declared) -> None:
    app, key = visit(page.topic.script), page.topic.key
    offered = set()
    for preset in page.presets:
        app.button_group(key=f"{key}_story").set_value(preset.name)
        settled(app)
        assert charts(app) or app.get("dataframe"), f"rule: a story shows a figure; “{preset.name}” shows none"
        assert 'class="reading"' in html_of(app), f"rule: a figure has a sentence; “{preset.name}” has none"
        assert html_of(app).count('class="check"') >= 1, f"rule: a figure has checks; “{preset.name}” has none"
        red = [error.value for error in app.error]
        assert bool(red) == ((key, preset.name) in ABOUT_FAILURE), f"rule: checks pass; those of “{preset.name}”: {red}"
        assert app.button_group(key=f"{key}_story").value == preset.name, f"“{preset.name}” is not lit"
        offered |= set(pills(app, page))
    assert offered == {FIGURE, *(panel.name for panel in page.panels)}, "rule: PANELS names each panel that is offered"


@pytest.mark.models
def test_each_panel_opens_from_a_link(visit: Visit, page: Declared) -> None:
    key = page.topic.key
    for panel in page.panels:
        link = {f"{key}_{name}": value for name, value in {**panel.under, PANEL: panel.name}.items()}
        app = visit(page.topic.script, **link)
        lit = app.button_group(key=f"{key}_panel").value
        assert lit == panel.name, (
            f"rule: PanelWords names the values under which a panel is offered; {panel.name} is not"
        )
        assert not app.error, f"{panel.name}: {[error.value for error in app.error]}"
        assert charts(app) or app.button or app.get("html"), panel.name


@pytest.mark.parametrize(
    ("page", "garbage"),
    [
        pytest.param(
            page,
            text,
            id=f"{page.topic.key}-{text[:12]}",
            marks=() if (number + place) % 3 == 0 else pytest.mark.matrix,
        )
        for place, page in enumerate(PAGES)
        for number, text in enumerate(GARBAGE)
    ],
)
def test_a_garbage_link_shows_a_figure_or_a_plain_word(visit: Visit, page: Declared, garbage: str) -> None:
    key = page.topic.key
    free_texts = {name for name, value in page.defaults.items() if isinstance(value, str)} - {PANEL}
    closed = [name for name in page.defaults if name not in free_texts]
    app = visit(page.topic.script, **{f"{key}_{name}": garbage for name in closed})
    assert charts(app), f"rule: a link that holds nonsense opens the default figure; {garbage!r} shows none"
    assert "<script" not in html_of(app).split("</style>")[-1]


def test_the_figure_pill_closes_every_panel(visit: Visit, page: Declared) -> None:
    key = page.topic.key
    app = visit(page.topic.script, **{f"{key}_panel": FIGURE})
    assert app.button_group(key=f"{key}_panel").value == FIGURE
    assert charts(app)
    back: list[Any] = [button for button in app.button if button.key == f"{key}_back"]
    assert back == []


def test_reset_returns_to_the_first_story(visit: Visit, page: Declared) -> None:
    key = page.topic.key
    app = visit(page.topic.script, **{f"{key}_panel": FIGURE})
    app.button(key=f"{key}_reset").click()
    settled(app)
    assert app.button_group(key=f"{key}_story").value == page.presets[0].name

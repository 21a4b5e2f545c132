"""Controls that remember: stories, links with old words, and ranges that change with another control."""

import pytest
from streamlit.testing.v1 import AppTest


def ranged() -> None:
    import streamlit as st

    from components.controls import Controls

    controls = Controls("p", {"size": "large", "layer": 18, "view": "Figure"}, renamed={"view": {"Old": "New"}})
    told = {"small": {"size": "small", "layer": 4}, "large": {"size": "large", "layer": 25}, "too deep": {"layer": 99}}
    for name, values in told.items():
        st.button(name, on_click=controls.story, args=(values,))
    size = controls.select("size", "Size", ["large", "small"])
    layer = controls.slider("layer", "Layer", 0, 29 if size == "large" else 5)
    controls.pills("view", "View", ["Figure", "New"], otherwise="Figure", on_change=lambda: None)
    st.markdown(f"layer {layer}, tells {[name for name, values in told.items() if controls.tells(values)]}")


def settled(app: AppTest) -> str:
    app.run()
    assert not app.exception
    return str(app.markdown[-1].value)


def press(app: AppTest, label: str) -> str:
    next(button for button in app.button if button.label == label).click()
    return settled(app)


def test_a_story_holds_its_values_whatever_was_shown_before() -> None:
    app = AppTest.from_function(ranged)
    settled(app)
    for name, layer in (("small", 4), ("large", 25), ("small", 4), ("large", 25)):
        assert press(app, name) == f"layer {layer}, tells ['{name}']"


def test_a_story_that_asks_for_more_than_there_is_shows_the_nearest_and_is_told() -> None:
    app = AppTest.from_function(ranged)
    settled(app)
    assert press(app, "too deep") == "layer 29, tells ['too deep']"


@pytest.mark.parametrize("asked", ["30", "400", "-1", "1e9"])
def test_a_link_that_asks_for_more_than_there_is_is_answered_in_words_once(asked: str) -> None:
    app = AppTest.from_function(ranged)
    app.query_params["p_layer"] = asked
    assert settled(app) == "layer 18, tells []"
    told = [toast.value for toast in app.toast]
    assert told == [f"Layer: the link asks for {float(asked):g}, possible are 0 to 29. 18 is shown."]
    settled(app)
    assert len(app.toast) == 0


@pytest.mark.parametrize("asked", ["0", "29", "7", "none", ""])
def test_a_link_within_the_range_or_without_a_number_says_nothing(asked: str) -> None:
    app = AppTest.from_function(ranged)
    app.query_params["p_layer"] = asked
    settled(app)
    assert len(app.toast) == 0


def test_a_range_that_shrinks_takes_the_value_along() -> None:
    app = AppTest.from_function(ranged)
    settled(app)
    app.selectbox[0].set_value("small")
    assert settled(app) == "layer 5, tells []"


def test_an_old_word_in_a_link_opens_what_it_named() -> None:
    app = AppTest.from_function(ranged)
    app.query_params["p_view"] = "Old"
    settled(app)
    assert app.button_group(key="p_view").value == "New"
    assert app.query_params["p_view"] == "New"


def test_a_word_that_nothing_was_called_opens_the_figure() -> None:
    app = AppTest.from_function(ranged)
    app.query_params["p_view"] = "<script>"
    settled(app)
    assert app.button_group(key="p_view").value == "Figure"


def counted() -> None:
    import streamlit as st

    from components.controls import Controls

    seed = Controls("p", {"seed": 3}).number("seed", "Seed", 0, 99)
    st.markdown(f"seed {seed}")


@pytest.mark.parametrize(
    ("written", "shown"), [("7", 7), ("1e999", 3), ("-inf", 3), ("nan", 3), ("seven", 3), ("", 3)], ids=str
)
def test_a_number_that_is_none_in_a_link_is_the_default(written: str, shown: int) -> None:
    app = AppTest.from_function(counted)
    app.query_params["p_seed"] = written
    assert settled(app) == f"seed {shown}"


def whole_floats() -> None:
    import streamlit as st

    from components.controls import Controls

    controls = Controls("p", {"error": 0.1})
    st.button("none", on_click=controls.story, args=({"error": 0.0},))
    error = controls.choice("error", "Error", [0.0, 0.1, 1.0, 1.5])
    st.markdown(f"error {error}, {controls.value('error')}, {st.query_params.get('p_error')}")


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("0", "error 0.0, 0.0, 0"),
        ("0.0", "error 0.0, 0.0, 0"),
        ("1", "error 1.0, 1.0, 1"),
        ("1.50", "error 1.5, 1.5, 1.5"),
        ("0.1", "error 0.1, 0.1, None"),
        ("7", "error 0.1, 0.1, None"),
        ("none", "error 0.1, 0.1, None"),
    ],
)
def test_a_whole_number_among_fractions_is_written_one_way(link: str, says: str) -> None:
    app = AppTest.from_function(whole_floats)
    app.query_params["p_error"] = link
    assert settled(app) == says
    assert press(app, "none") == "error 0.0, 0.0, 0"


def stopping() -> None:
    import streamlit as st

    from components.controls import Controls

    controls = Controls("p", {"rule": "0.09"})
    stop = controls.stops("rule", "Rule", ("greedy", "1", "0.09", "0"))
    st.markdown(f"{stop}, tells {controls.tells({'rule': 'greedy'})}")


@pytest.mark.parametrize(
    ("link", "stop"), [("greedy", "greedy"), ("1", "1"), ("0", "0"), ("7", "0.09"), ("", "0.09"), ("1.0", "0.09")]
)
def test_a_slider_over_stops_opens_at_the_word_of_a_link(link: str, stop: str) -> None:
    app = AppTest.from_function(stopping)
    app.query_params["p_rule"] = link
    assert settled(app) == f"{stop}, tells {stop == 'greedy'}"


def test_a_slider_over_stops_moves_from_one_to_the_next() -> None:
    app = AppTest.from_function(stopping)
    assert settled(app).startswith("0.09")
    app.select_slider(key="p_rule").set_value("0")
    assert settled(app).startswith("0,")

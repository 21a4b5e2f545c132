"""The controls of a main figure, where a panel without use for them stands first."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.links import opened


def at_rest(app: AppTest) -> bool:
    return "resting_controls" in str([place.proto for place in app.main.children.values()])


@pytest.mark.parametrize(
    ("page", "link", "kept", "rests"),
    [
        ("networks", "networks_panel=Perceptron&networks_neurons=7", ("networks_neurons", 7), True),
        ("networks", "networks_panel=Two+runs&networks_neurons=7", ("networks_neurons", 7), False),
        (
            "attention_depth",
            "attention_depth_panel=Patch+it&attention_depth_layer=3",
            ("attention_depth_layer", 3),
            True,
        ),
        ("attention_depth", "attention_depth_panel=By+hand&attention_depth_token=2+%C2%B7horse", None, True),
        (
            "positional_encoding",
            "positional_encoding_panel=Train+short%2C+test+long&positional_encoding_scheme=ALiBi",
            ("positional_encoding_scheme", "ALiBi"),
            True,
        ),
        ("positional_encoding", "positional_encoding_panel=Permutation+test", None, True),
        ("positional_encoding", "positional_encoding_panel=Compare", None, False),
        ("attention_depth", "attention_depth_panel=Compare", None, False),
        ("attention_depth", "attention_depth_panel=Masks", None, False),
        ("convolution", "convolution_panel=Volumes&convolution_stride=3", ("convolution_stride", 3), True),
        ("convolution", "convolution_panel=Volumes&convolution_kernel=your+own", None, False),
        ("convolution", "convolution_panel=As+a+matrix", None, False),
        ("representations", "representations_panel=Map&representations_labels=5", ("representations_labels", 5), True),
        ("representations", "representations_panel=Neighbors", None, False),
        ("rlhf", "rlhf_panel=Be+the+reward+model&rlhf_beta=0.3", ("rlhf_beta", "0.3"), True),
        ("rlhf", "rlhf_panel=Who+labels&rlhf_pairs=2000", ("rlhf_pairs", "2000"), True),
        ("rlhf", "rlhf_panel=Preferences&rlhf_pairs=2000", ("rlhf_pairs", "2000"), True),
        ("rlhf", "rlhf_panel=Length&rlhf_beta=0.3", ("rlhf_beta", "0.3"), True),
        ("rlhf", "rlhf_panel=When+to+stop&rlhf_seed=1", ("rlhf_seed", "1"), False),
        ("transformer", "transformer_panel=Parameters&transformer_depth=4", ("transformer_depth", 4), True),
        ("transformer", "transformer_panel=Cross+entropy", None, False),
        ("transformer", "transformer_panel=Cross+entropy&transformer_loss_view=A+known+language", None, True),
        ("transport", "transport_panel=Territories&transport_points=7", ("transport_points", 7), True),
        ("transport", "transport_panel=Average", None, True),
        ("transport", "transport_panel=Colors&transport_method=Sinkhorn", ("transport_method", "Sinkhorn"), True),
        ("transport", "transport_panel=Transfer", None, True),
        ("transport", "transport_panel=By+hand", None, False),
        ("model_families", "model_families_panel=Llama%27s+parts&model_families_depth=5", None, True),
        ("model_families", "model_families_panel=BERT%27s+games", None, False),
        ("model_families", "model_families_panel=BERT%27s+games&model_families_game=Next+sentence", None, True),
    ],
)
def test_they_rest_and_keep_their_values(page: str, link: str, kept: tuple[str, object] | None, rests: bool) -> None:
    app = opened(page, link)
    assert at_rest(app) == rests
    if kept is not None:
        assert app.session_state[kept[0]] == kept[1]

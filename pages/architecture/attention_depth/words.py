"""The short names of heads, and the equations of the page on attention in depth."""

from components.scene import Equation

NOBODY = "none"
"""The choice that hides no token."""


def name_of(layer: int, head: int) -> str:
    """A head's short name, as it stands in lists and links."""
    return f"L{layer}H{head}"


def head_of(name: str) -> tuple[int, int]:
    """The layer and head of a short name."""
    layer, head = name[1:].split("H")
    return int(layer), int(head)


EQUATIONS = (
    Equation(
        r"x' = x + \sum_{h,k} A^h_{qk}\, W_O^h v^h_k, \qquad c^h_{qk} = \lVert A^h_{qk}\, W_O^h v^h_k \rVert",
        {
            "x, x'": "a token's vector before and after attention",
            "A^h_{qk}": "the weight of query q on key k in head h",
            "v^h_k = W_V^h x_k": "the value of token k in head h, made from the token's own vector",
            "W_O^h": "the slice of the output matrix that belongs to head h",
            "c^h_{qk}": "the length of what arrives: the contribution",
        },
    ),
    Equation(
        r"\text{cache} = 2 \cdot L \cdot K \cdot d \cdot n \cdot b \cdot s",
        {
            "L": "layers",
            "K": "key/value heads of a layer",
            "d": "numbers in a key, and in a value",
            "n": "tokens in the context",
            "b": "texts at once",
            "s": "bytes of a number",
        },
    ),
)
"""What arrives from a head, and what its keys and values take."""

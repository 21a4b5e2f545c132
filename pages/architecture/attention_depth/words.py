"""The equations of the page on attention in depth."""

from components.page import Equation

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

"""The questions of the notes about positions, with their answers, and the equations."""

import numpy as np

from components.page import Equation, Question
from core.positional import offset_similarity
from pages.architecture.positional_encoding.panels.rope import REAL_STORY


def questions() -> list[Question]:
    """The questions; the numbers in the answers are computed here."""
    one, five, six = offset_similarity(64, np.array([1, 5, 6])) / 32
    return [
        Question(
            "For rotary positional encoding, is it actually relative?",
            "Yes, in the score, and exactly so. Each vector is turned by its own absolute position, but the product of "
            "a turned query and a turned key depends on the difference of the two positions alone. Move both by 1,000 "
            "and the score stands still up to rounding; move one of them and it changes.",
            REAL_STORY,
        ),
        Question(
            "With sine and cosine, are x + k and y + k considered as relative positions?",
            "The raw codes are: PE(p + k) is one fixed rotation of PE(p), and the dot product of two codes knows their "
            "distance alone. But attention puts learned matrices between them, and behind an arbitrary matrix that "
            "property is lost. A model may learn matrices that keep it; the code does not force them to.",
            {"scheme": "Sinusoidal", "d_model": 64, "panel": "Dot product"},
        ),
        Question(
            "Does a shift by one word change little?",
            f"A code and the next one are alike: with 64 dimensions their cosine is {one:.2f}. Smooth does not mean "
            f"steady, though: the cosine is {five:.3f} at distance 5 and {six:.3f} at distance 6. And for a learned "
            "table nothing but training makes neighbors alike.",
            {"scheme": "Sinusoidal", "d_model": 64, "panel": "Dot product"},
        ),
    ]


EQUATIONS = [
    Equation(
        r"\mathrm{PE}(p)_{2i} = \sin(p\,\omega_i), \quad \mathrm{PE}(p)_{2i+1} = \cos(p\,\omega_i), \quad "
        r"\omega_i = b^{-2i/d}, \quad \mathrm{PE}(p+k) = M_k\,\mathrm{PE}(p)",
        {
            "p": "the position, in tokens; k is a shift",
            "i": "the pair of dimensions, from 0 to d/2 − 1, of d dimensions",
            r"\omega_i": "how fast the pair turns, in radians per token; b is the base",
            "M_k": "block-diagonal, one rotation by kω for each pair: it knows k, not p",
        },
    ),
    Equation(
        r"\langle R_m q,\, R_n k\rangle = q^{\top} R_{n-m}\, k",
        {
            "R_m": "RoPE: turns pair i by mω; R is a rotation, so the two turns leave their difference",
            "q, k": "the query at position m and the key at position n",
        },
    ),
    Equation(
        r"s_{mn} = \frac{q_m^{\top}k_n}{\sqrt d} - m_h\,|m-n| \qquad s_{mn} = q_m^{\top}k_n + t_{h,\,\beta(n-m)}",
        {
            "m_h": "ALiBi's slope of head h, fixed before training",
            r"t_{h,\beta}": "T5's trained number for head h and bucket β of the offset n − m",
        },
    ),
    Equation(
        r"\omega_i' = (1-\gamma_i)\,\frac{\omega_i}{s} + \gamma_i\,\omega_i, \qquad "
        r"b' = b\,s^{d/(d-2)}",
        {
            "s": "the factor of the context extension",
            r"\gamma_i": "the part that is kept: 0 for all pairs in linear interpolation; in YaRN a ramp, by the "
            "pair's index as in its code or by the turns in the trained context as in its paper; in Llama 3 a ramp "
            "by turns",
            "b'": "the larger base of NTK-aware scaling: the first pair stays, the last is divided by s",
        },
    ),
]

"""Numbers of any size, and when a difference is one."""

NOISE = 0.02
"""Two shares of right answers closer than this are called alike: about two standard errors of 512 x 4 answers."""


def small(value: float) -> str:
    """A number of any size, in two or three digits; beyond four places after the point by its power of ten."""
    if value == 0:
        return "0"
    if abs(value) < 1e-4 or abs(value) >= 10_000:
        return f"{value:.0e}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.2g}"

"""How a long computation says how far it has come."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called as `on_progress(fraction, message)`: the part done, from 0 to 1, and what is happening in plain words.

It is called from the thread that does the work. Raising from it stops the work: whoever calls it lets the exception
through and leaves nothing half done, which is how a cancel button works.
"""


def portion(on_progress: Progress | None, start: float = 0.0, stop: float = 1.0) -> Progress:
    """A progress callback for one step of a longer computation.

    Args:
        on_progress: the callback of the whole computation; None when nobody listens.
        start, stop: the part of the whole, within [0, 1], that this step fills.

    Returns:
        A callback that maps a step's fraction f, clipped to [0, 1], to `start + (stop - start) * f`; it does nothing
        when `on_progress` is None. Invariant: what it reports lies within [start, stop].
    """

    def report(fraction: float, message: str) -> None:
        if on_progress is not None:
            on_progress(start + (stop - start) * min(max(fraction, 0.0), 1.0), message)

    return report

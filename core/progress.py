"""How a long computation says how far it has come."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Progress(Protocol):
    """Who is told: called as `on_progress(fraction, message)`, or with a small result so far as a third argument.

    It is called from the thread that does the work. Raising from it stops the work: whoever calls it lets the exception
    through and leaves nothing half done, which is how a cancel button works.
    """

    def __call__(self, fraction: float, message: str, partial: object = None, /) -> None:
        """Hears the part done, from 0 to 1, what is happening in plain words, and a result so far where there is one.

        Args:
            fraction: the part done.
            message: what is happening.
            partial: what a live figure draws; it must not be changed afterwards. Work that has none leaves it out, so
                that a listener of two arguments is enough there.
        """


def portion(on_progress: Progress | None, start: float = 0.0, stop: float = 1.0) -> Progress:
    """A progress callback for one step of a longer computation.

    Args:
        on_progress: the callback of the whole computation; None when nobody listens.
        start, stop: the part of the whole, within [0, 1], that this step fills.

    Returns:
        A callback that maps a step's fraction f, clipped to [0, 1], to `start + (stop - start) * f` and passes message
        and partial result on; it does nothing when `on_progress` is None. Invariant: what it reports lies within
        [start, stop].
    """

    def report(fraction: float, message: str, partial: object = None, /) -> None:
        """Passes a step's report on as a part of the whole."""
        if on_progress is None:
            return
        share = start + (stop - start) * min(max(fraction, 0.0), 1.0)
        if partial is None:
            on_progress(share, message)
        else:
            on_progress(share, message, partial)

    return report

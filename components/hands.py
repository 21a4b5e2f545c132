"""What runs of the script hold in hand: large results that no budget can put out while somebody shows them."""

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition, Thread, current_thread, get_ident

from core.memory import freezes, give_back, keep_modules

LARGE = 20e6
"""Bytes from which a result counts."""

TOGETHER = 450e6
"""Bytes that all runs may hold together: one trace of 512 tokens, or several of fewer."""

PATIENCE = 2.0
"""Seconds that a run's thread has to end: until then Streamlit keeps its names, and the names what it had in hand."""


class Hands:
    """Lets a run take a large result only when those of the other runs leave room for it.

    The budget lets go of what has not been used for long, but a run that shows it, or waits in a line with it, keeps it
    alive all the same: twenty visitors who waited for the next figure with a trace of 512 tokens each held five
    gigabytes. So a run waits before it has anything, and never again: it gives back all at its end.

    Args:
        together: bytes. A run alone may take more.
    """

    def __init__(self, together: float = TOGETHER) -> None:
        self._together = together
        self._change = Condition()
        self._held: dict[int, float] = {}
        self._named: dict[int, set[Hashable]] = {}
        self._afterwards: dict[int, list[Callable[[], None]]] = {}
        self._leaving: list[float] = []
        self._waiting: deque[int] = deque()
        self._frozen_in = False

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Counts what the run of this thread takes, and gives it back at the end."""
        with self._change:
            self._held[get_ident()], self._afterwards[get_ident()] = 0.0, []
            self._named[get_ident()] = set()
            thaws, self._frozen_in = self._frozen_in, False
        if thaws:
            keep_modules()
        before = freezes()
        try:
            yield
        finally:
            with self._change:
                held, afterwards = self._held.pop(get_ident()), self._afterwards.pop(get_ident())
                del self._named[get_ident()]
                # What was in hand when the collector was told to leave all alone is garbage that it does not find.
                self._frozen_in |= bool(held) and freezes() > before
                if held or afterwards:
                    self._leaving.append(held)
                    Thread(target=self._left, args=(held, afterwards, current_thread()), daemon=True).start()

    def _left(self, held: float, afterwards: Sequence[Callable[[], None]], run: Thread) -> None:
        """Lets others have the room of a run once its thread is over and what it had is gone."""
        run.join(PATIENCE)
        for unpin in afterwards:
            unpin()
        give_back()
        with self._change:
            self._leaving.remove(held)
            self._change.notify_all()

    def take_at_once(self, size: float, *, name: Hashable = None) -> bool:
        """Takes a result of this size if that needs no waiting, see `take`; tells whether it did."""
        with self._change:
            if not self._free(size):
                return False
            self._add(size, name)
            return True

    def take(self, size: float, *, name: Hashable = None, waits: bool = True) -> None:
        """Takes a result of this size, in bytes; waits for room, first come first served, unless told otherwise.

        Args:
            name: of the result: a run that takes it again has it once. None for one that comes once.
            waits: false for who keeps others waiting meanwhile, as one with a place to compute does.
        """
        with self._change:
            if waits and not self._free(size):
                me = get_ident()
                self._waiting.append(me)
                self._change.wait_for(lambda: self._waiting[0] == me and self._fits(size))
                self._waiting.popleft()
                self._change.notify_all()
            self._add(size, name)

    def keep(self, size: float, pin: Callable[[], Callable[[], None]]) -> None:
        """Pins what the run of this thread has in hand, if it is large, until the run is over.

        Args:
            pin: keeps it in the budget, and returns what lets it go.
        """
        if size >= LARGE and get_ident() in self._afterwards:
            self._afterwards[get_ident()].append(pin())

    def _free(self, size: float) -> bool:
        """Whether this thread need not wait: for something small, outside of a run, with its hands full already."""
        mine = self._held.get(get_ident())
        return mine is None or mine > 0 or size < LARGE or (not self._waiting and self._fits(size))

    def _fits(self, size: float) -> bool:
        others = sum(self._held.values()) + sum(self._leaving)
        return others == 0 or others + size <= self._together

    def _add(self, size: float, name: Hashable) -> None:
        me = get_ident()
        if me in self._held and size >= LARGE and name not in self._named[me]:
            self._held[me] += size
            if name is not None:
                self._named[me].add(name)


HANDS = Hands()
"""The hands of this process."""

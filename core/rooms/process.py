"""The rooms of this process. What talks to the database is imported with the first room: no other visitor needs it."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import core.rooms.keeping


@cache
def rooms() -> "core.rooms.keeping.Rooms":
    """In the database that `EXPLORER_ROOMS` names, or in the cache folder.

    Raises:
        RoomsUnreachableError: it names a database of a kind that is not tried, or without its driver.
    """
    from core.rooms.keeping import Rooms
    from core.rooms.tables import address

    return Rooms(address())

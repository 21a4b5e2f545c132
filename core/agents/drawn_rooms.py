"""A visitor's own map of rooms, read from lines. Needs no torch."""

from collections.abc import Sequence

from core.agents.worlds import Rooms

MOST_WAYS, LONGEST_NAME = 60, 20

MARKS = ("key", "from", "to")


def read_rooms(text: str) -> Rooms:
    """Reads a map: a way a line as "hall - attic", the locked door with # for the dash, then key, from and to.

    Args:
        text: lines of the form "room - room", one "room # room", "key: room", "from: room", "to: room". Capitals count
            as small letters.

    Raises:
        ValueError: for a line that is none of these, no way, more than one door or none, a mark that is missing or
            names no room of the map, or names that are too long; the message names the line.

    Invariant: the way goes in both directions. Whether there is a way to the goal is not asked here.
    """
    lines = [line.strip().lower() for line in text.splitlines() if line.strip()]
    marks = {name: rest.strip() for name, colon, rest in (line.partition(":") for line in lines) if colon}
    pairs = [_pair(line) for line in lines if ":" not in line]
    doors = [pair[:2] for pair in pairs if pair[2] == "#"]
    if not 1 <= len(pairs) <= MOST_WAYS:
        raise ValueError(f"a map must have 1 to {MOST_WAYS} ways, one a line, as: hall - attic; got {len(pairs)}")
    if len(doors) != 1:
        raise ValueError(f"a map must have one locked door, written as: hall # attic; got {len(doors)}")
    rooms = tuple(dict.fromkeys(room for pair in pairs for room in pair[:2]))
    key, begin, goal = (_marked(marks, name, rooms) for name in MARKS)
    unknown = [name for name in marks if name not in MARKS]
    if unknown:
        raise ValueError(f"{unknown[0][:LONGEST_NAME]!r} must be one of {', '.join(MARKS)}")
    if begin == goal:
        raise ValueError(f"from and to must be two rooms; got {begin!r} for both")
    return Rooms(_table(pairs, rooms), doors[0], key, goal, begin)


def _pair(line: str) -> tuple[str, str, str]:
    """Two rooms and the sign between them."""
    sign = "#" if "#" in line else "-"
    one, found, other = (part.strip() for part in line.partition(sign))
    if not (found and one and other) or one == other or max(len(one), len(other)) > LONGEST_NAME:
        raise ValueError(
            f"a way must name two rooms of 1 to {LONGEST_NAME} letters, as: hall - attic; got {line[:50]!r}"
        )
    return one, other, sign


def _marked(marks: dict[str, str], name: str, rooms: Sequence[str]) -> str:
    if marks.get(name) not in rooms:
        raise ValueError(f"{name} must be one of the rooms: {', '.join(rooms)}; got {marks.get(name, '')[:50]!r}")
    return marks[name]


def _table(pairs: Sequence[tuple[str, str, str]], rooms: Sequence[str]) -> dict[str, tuple[str, ...]]:
    ways: dict[str, dict[str, None]] = {room: {} for room in rooms}
    for one, other, _ in pairs:
        ways[one][other] = None
        ways[other][one] = None
    return {room: tuple(others) for room, others in ways.items()}

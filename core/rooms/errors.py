"""What a room refuses, in words for whoever asked."""


class RoomError(ValueError):
    """A room refuses something."""


class NoRoomError(RoomError):
    """No room has these letters, or not any more."""


class NotTheLeaderError(RoomError):
    """Somebody without the key of the room wants to lead it."""


class RoomEndedError(RoomError):
    """The room is over: its time, or its lecturer, has ended it."""


class VotingClosedError(RoomError):
    """A vote for a question that is not asked now, or whose figure is uncovered."""


class RoomsFullError(RoomError):
    """There are as many rooms, or as many votes for a question, as there may be."""


class TooManyTriesError(RoomError):
    """Letters that lead nowhere were tried too often."""


class RoomsUnreachableError(RoomError):
    """The database of the rooms does not answer."""

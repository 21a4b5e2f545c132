"""What a text of a lesson may be."""


def hold(name: str, text: str, limit: int) -> None:
    """Raises ValueError for a text of more than `limit` characters, and for half a character (a lone surrogate)."""
    if len(text) > limit:
        raise ValueError(f"the {name} has {len(text)} characters; at most {limit} are allowed")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError(f"the {name} holds half a character, which cannot be written")

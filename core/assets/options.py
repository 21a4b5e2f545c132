"""What recipes may be asked for."""

from collections.abc import Collection


def require_known(names: Collection[str], known: Collection[str]) -> None:
    """Refuses names that are not known, before anything is made.

    Args:
        names: what a recipe is asked for.
        known: all that it can make, in the order of which it is told.

    Raises:
        ValueError: for names that are not known; it says which those are, and which are.
    """
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}. Known: {', '.join(known)}")

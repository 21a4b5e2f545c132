"""What can go wrong between a model's name and its weights in memory."""


class UnknownModelError(ValueError):
    """The name is not in the catalogue, and the deployment does not allow it."""


class ModelUnavailableError(RuntimeError):
    """A known model could not be brought to disk. The message says why, and what to do about it."""


class SourceFailedError(Exception):
    """One source did not deliver; the next one is tried. It never leaves `core.models`."""

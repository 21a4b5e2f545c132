"""The parts of `core.language` that run a model."""

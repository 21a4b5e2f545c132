"""The parts of `core.reasoning` that run a model."""

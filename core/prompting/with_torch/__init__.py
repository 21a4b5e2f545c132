"""The parts of `core.prompting` that run a model."""

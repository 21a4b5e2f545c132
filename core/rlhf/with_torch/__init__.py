"""The part of `core.rlhf` that needs torch."""

"""Runs of tuning on SmolLM2."""

"""What `core.rlhf` trains."""

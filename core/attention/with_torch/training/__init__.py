"""What `core.attention` trains."""

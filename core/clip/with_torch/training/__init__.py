"""What `core.clip` trains."""

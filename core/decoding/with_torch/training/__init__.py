"""What `core.decoding` trains."""

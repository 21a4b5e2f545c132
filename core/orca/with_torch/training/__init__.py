"""What `core.orca` trains."""

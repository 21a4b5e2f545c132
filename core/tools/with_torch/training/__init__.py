"""What `core.tools` trains."""

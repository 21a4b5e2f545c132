"""What needs torch: models that answer, choose a tool, and read a text with a call before it."""

"""What `core.convolution` trains."""

"""The part of `core.convolution` that needs torch."""

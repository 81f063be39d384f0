"""Metrics of series, one function a file."""

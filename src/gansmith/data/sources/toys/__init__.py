"""Data sets that are drawn from a formula."""

"""Checks for people who add parts, shipped with the library: the suites its own parts pass."""

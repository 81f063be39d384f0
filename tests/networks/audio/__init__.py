"""Tests of networks for clips."""

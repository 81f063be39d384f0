"""Metrics of tables of rows."""

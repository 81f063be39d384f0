"""Hyper-parameter search whose winner cannot be a collapsed model (Optuna does the proposing)."""

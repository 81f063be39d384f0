"""Where samples come from: one function in one file for each; found by ``lookup``."""

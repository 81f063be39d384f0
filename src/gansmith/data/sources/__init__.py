"""Where samples come from: one function in one file for each kind; see ``gansmith.data.find``."""

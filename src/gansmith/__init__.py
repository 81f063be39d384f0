"""gansmith trains generative adversarial networks, says what goes wrong, and measures the result."""

__version__ = "0.1.0"

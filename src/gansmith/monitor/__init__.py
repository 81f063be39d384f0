"""The doctor for training loops that gansmith does not own: three lines in any PyTorch loop."""

from gansmith.monitor.monitor import Monitor

__all__ = ["Monitor"]

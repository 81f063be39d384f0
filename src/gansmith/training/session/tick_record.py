"""What is written down at every tick beside the signals."""

from typing import Any

from gansmith.training.parts.run_parts import Parts
from gansmith.training.trainer import Trainer


class Moments:
    """Makes the time, speed, memory and knobs of a tick.

    Args:
        parts: of the run.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.last = (0.0, 0)  # seconds and samples at the last tick

    def __call__(self, trainer: Trainer, seconds: float) -> dict[str, Any]:
        """Return a tick's record, without its signals.

        Args:
            trainer: knows its step and the samples seen.
            seconds: that the run has trained.
        """
        before, samples = self.last
        self.last = seconds, trainer.samples
        rate = (trainer.samples - samples) / max(seconds - before, 1e-9)
        return {
            "step": trainer.step,
            "kimg": trainer.samples / 1000,
            "seconds": round(seconds, 3),
            "samples_per_second": round(rate, 2),
            "memory_mb": round(self.parts.runtime.memory_mb(), 1),
            **{f"knob/{name}": value for name, value in self.parts.knobs.values().items()},
        }

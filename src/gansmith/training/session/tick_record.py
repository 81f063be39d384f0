"""What is written down at every tick beside the signals."""

from typing import Any

from gansmith.training.parts.run_parts import Parts
from gansmith.training.trainer import Trainer


def tick_record(parts: Parts, trainer: Trainer, seconds: float, rate: float) -> dict[str, Any]:
    """Return a tick's record, without its signals.

    Args:
        parts: of the run.
        trainer: knows its step and the samples seen.
        seconds: that the run has trained.
        rate: samples a second since the last tick.
    """
    return {
        "step": trainer.step,
        "kimg": trainer.samples / 1000,
        "seconds": round(seconds, 3),
        "samples_per_second": round(rate, 2),
        "memory_mb": round(parts.runtime.memory_mb(), 1),
        **{f"knob/{name}": value for name, value in parts.knobs.values().items()},
    }

"""What makes samples of a run folder for those that compare samples."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from gansmith.deploy.loaded import LoadedGenerator, load
from gansmith.evaluation.loaded import Labelled


def opener(trust: bool = False) -> Callable[[Path, int, int], Any]:
    """Return what makes samples of a run folder for ``evaluate``: (path, count, seed) -> samples.

    Args:
        trust: import the generator that the folder names, if it names one by import path.
    """
    return partial(open_run, trust=trust)


def open_run(run: Path, count: int, seed: int, trust: bool = False) -> Any:
    """Return samples of a run, with the classes asked for if it has any, for ``evaluate``."""
    loaded: LoadedGenerator = load(run, trust=trust)
    asked = loaded.condition(count)
    samples = loaded.sample(count, seed, condition=asked)
    if "labels" not in asked:
        return samples
    return Labelled(samples, asked["labels"], loaded.classes)

"""CPU seconds and memory of our metrics against other tools on the same features, interleaved.

Run in an environment that has gansmith and the tools (benchmarks/parity-requirements.txt), one
thread each: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1. The largest case needs 6 GB for prdc.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import peers
import torch

from gansmith import metrics

RESULT = Path(__file__).with_suffix(".json")
Runs = dict[str, Callable[[], Any]]


def features(count: int, width: int, seed: int, shift: float = 0.1) -> np.ndarray:
    """ReLU of a random linear map with a decaying spectrum: correlated, as of a network."""
    mix = np.random.default_rng(99).normal(size=(width, width)) * np.geomspace(1, 0.01, width)
    draws = np.random.default_rng(seed).normal(size=(count, width))
    return np.maximum(draws @ mix / width**0.5 + shift * seed, 0).astype(np.float32)


def frechet(count: int) -> Runs:
    real, fake = (features(count, 2048, seed).astype(np.float64) for seed in (0, 1))
    return {
        "gansmith": lambda: metrics.frechet_distance(real, fake),
        "pytorch-fid": lambda: peers.pytorch_fid(real, fake),
        "torch-fidelity": lambda: peers.torch_fidelity_fid(real, fake),
    }


def kernel() -> Runs:
    real, fake = (features(10_000, 2048, seed) for seed in (0, 1))
    options = {"subsets": 100, "subset_size": 1000}
    return {
        "gansmith": lambda: metrics.kernel_distance(real, fake, **options)["kernel_distance"],
        "clean-fid": lambda: peers.clean_fid_kernel(real, fake, 100, 1000),
    }


def neighbours(count: int) -> Runs:
    real, fake = features(count, 2048, 0), features(count, 2048, 1, shift=0.01)
    return {
        "gansmith": lambda: metrics.prdc(real, fake)["density"],
        "prdc": lambda: peers.prdc(real, fake, 5)["density"],
    }


CASES: dict[str, tuple[Callable[[], Runs], int]] = {
    "frechet_distance, 10,000 x 2,048": (lambda: frechet(10_000), 3),
    "frechet_distance, 50,000 x 2,048": (lambda: frechet(50_000), 1),
    "kernel_distance, 100 subsets of 1,000": (kernel, 1),
    "prdc, 20,000 + 20,000 x 2,048": (
        lambda: neighbours(20_000),
        1,
    ),
}


def measure(runs: Runs, rounds: int) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    memory: dict[str, float] = {}
    values: dict[str, float] = {}
    for _ in range(rounds):
        for name, run in runs.items():  # ours first: the peak of memory only ever grows
            before, start = _peak(), time.process_time()
            values[name] = float(run())
            seconds[name].append(time.process_time() - start)
            memory.setdefault(name, _peak() - before)
    middle = {name: statistics.median(times) for name, times in seconds.items()}
    ratios = {name: middle[name] / middle["gansmith"] for name in runs if name != "gansmith"}
    return {"cpu_seconds": middle, "times_faster": ratios, "values": values, "peak_mb": memory}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    only = parser.parse_args().only
    torch.set_num_threads(1)
    known = json.loads(RESULT.read_text()) if RESULT.is_file() else {}
    for case, (make, rounds) in CASES.items():
        if only in case:
            known[case] = measure(make(), rounds)
            sys.stdout.write(f"{case}: {json.dumps(known[case], indent=2)}\n")
            RESULT.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

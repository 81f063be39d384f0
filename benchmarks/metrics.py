"""CPU seconds and memory of our metrics and extractors against other tools on the same input.

Run in an environment that has gansmith and the tools (`make parity` makes it), one thread each:
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1. Every run is a process of its own, forked when the input
is there, tools in turn in each round. The largest case needs 6 GB for prdc.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import peers
import peers_images
import torch
from metrics_page import write_page

from gansmith import metrics
from gansmith.data import read_samples
from gansmith.features import as_unit, build_extractor, extract
from gansmith.features.inception_shapes import random_weights

RESULT = Path(__file__).with_suffix(".json")
WEIGHTS = Path(tempfile.gettempdir()) / "gansmith-random-inception.pth"
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


def inception(side: int, count: int) -> Runs:
    """Features of bytes, resize included, with random weights; the value is their norm."""
    torch.save(dict(random_weights()), WEIGHTS)
    draws = np.random.default_rng(0)
    images = torch.from_numpy(draws.integers(0, 256, (count, 3, side, side), dtype=np.uint8))
    ours = {
        f"{resize} {precision}": build_extractor(
            f"inception:resize={resize},precision={precision},weights={WEIGHTS}"
        )
        for resize, precision in (
            ("tensorflow", "fp32"),
            ("pytorch", "fp32"),
            ("tensorflow", "bf16"),
        )
    }
    fidelity = peers_images.torch_fidelity_net(WEIGHTS)
    pytorch = peers_images.pytorch_fid_net(WEIGHTS)
    runs: Runs = {
        "gansmith": lambda: extract(ours["tensorflow fp32"], images, 32),
        "gansmith, resize=pytorch": lambda: extract(ours["pytorch fp32"], images, 32),
        "gansmith, bf16": lambda: extract(ours["tensorflow bf16"], images, 32),
        "torch-fidelity": lambda: torch.cat([fidelity(part) for part in images.split(32)]),
        "pytorch-fid": lambda: torch.cat([pytorch(p.float() / 255) for p in images.split(32)]),
    }
    return {name: (lambda run=run: _norm(run)) for name, run in runs.items()}


def _norm(run: Callable[[], torch.Tensor]) -> float:
    with torch.no_grad():
        return float(run().double().norm())


def bfloat16_error() -> Runs:
    """The Frechet distance of photographs against darker ones, from fp32 and from bf16 features."""
    torch.save(dict(random_weights()), WEIGHTS)
    reals = torch.from_numpy(read_samples("photos", 64, 3, 400))
    fakes = (0.8 * torch.from_numpy(read_samples("photos", 64, 3, 800, seed=1)[400:])).to(
        torch.uint8
    )

    def distance(precision: str) -> float:
        net = build_extractor(f"inception:precision={precision},weights={WEIGHTS}")
        return metrics.frechet_distance(*(extract(net, side, 32) for side in (reals, fakes)))

    return {"gansmith": lambda: distance("fp32"), "gansmith, bf16": lambda: distance("bf16")}


def streaming(count: int) -> Runs:
    """A summary of that many samples, made batch by batch and dropped."""
    extractor = build_extractor("random")
    batch = np.random.default_rng(0).integers(0, 256, (256, 3, 32, 32), dtype=np.uint8)

    def run() -> float:
        parts = (metrics.Summary.of(as_unit(batch), extractor) for _ in range(count // 256))
        return float(sum(parts).count)

    return {"gansmith": run}


CASES: dict[str, tuple[Callable[[], Runs], int]] = {
    "frechet_distance, 10,000 x 2,048": (lambda: frechet(10_000), 3),
    "frechet_distance, 50,000 x 2,048": (lambda: frechet(50_000), 3),
    "kernel_distance, 100 subsets of 1,000": (kernel, 3),
    "prdc, 20,000 + 20,000 x 2,048": (lambda: neighbours(20_000), 1),
    "inception features, 64 images of 128 px": (lambda: inception(128, 64), 5),
    "inception in bfloat16, distance of 400 + 400": (bfloat16_error, 1),
    "summary of 4,096 samples": (lambda: streaming(4096), 1),
    "summary of 32,768 samples": (lambda: streaming(32768), 1),
}


def measure(runs: Runs, rounds: int) -> dict[str, Any]:
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            found[name].append(_in_a_process(run))
    seconds = {
        name: statistics.median(times for _, times, _ in told) for name, told in found.items()
    }
    ratios = {name: seconds[name] / seconds["gansmith"] for name in runs if name != "gansmith"}
    return {
        "rounds": rounds,
        "cpu_seconds": seconds,
        "seconds_over_ours": ratios,
        "values": {name: told[0][0] for name, told in found.items()},
        "peak_mb": {name: max(peak for _, _, peak in told) for name, told in found.items()},
    }


def _in_a_process(run: Callable[[], Any]) -> tuple[float, float, float]:
    """Value, CPU seconds, and MB that the peak of memory lay above the start."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def work() -> None:
        torch.set_num_threads(1)
        before, start = _peak(), time.process_time()
        value = float(run())
        theirs.send((value, time.process_time() - start, _peak() - before))

    child = context.Process(target=work)
    child.start()
    theirs.close()
    told: tuple[float, float, float] = ours.recv()
    child.join()
    return told


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--rounds", type=int, help="of every case")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    for case, (make, rounds) in CASES.items():
        if asked.only in case:
            found = measure(make(), asked.rounds or rounds)
            sys.stdout.write(f"{case}: {json.dumps(found, indent=2)}\n")
            known = json.loads(RESULT.read_text()) if RESULT.is_file() else {}
            known[case] = found
            ordered = {name: known[name] for name in CASES if name in known}
            RESULT.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
    write_page(json.loads(RESULT.read_text()), RESULT.with_suffix(".md"))


if __name__ == "__main__":
    main()

"""The results of benchmarks/metrics.py as a table, beside the bars they are held against."""

import platform
from pathlib import Path
from typing import Any

HEAD = """# Metrics and extractors: time and memory against other tools

Made by `benchmarks/metrics.py`. CPU seconds, median of the rounds, one thread, every run in a
process of its own and the tools in turn in each round; memory is what the peak lay above the
input. Ratios are the other's seconds over ours.

| case | tool | CPU s | over ours | peak MB | value | bar |
|---|---|---|---|---|---|---|
"""
BARS = {
    ("frechet_distance, 10,000 x 2,048", "pytorch-fid"): 4.0,
    ("frechet_distance, 10,000 x 2,048", "torch-fidelity"): 1.0,
    ("frechet_distance, 50,000 x 2,048", "pytorch-fid"): 2.5,
    ("frechet_distance, 50,000 x 2,048", "torch-fidelity"): 1.3,
    ("kernel_distance, 100 subsets of 1,000", "clean-fid"): 1.0,
    ("prdc, 20,000 + 20,000 x 2,048", "prdc"): 4.0,
    ("inception features, 64 images of 128 px", "torch-fidelity"): 1.7,
}
TAIL = """
- The value of the Inception rows is the norm of all features, equal to the tools' for the same
  resize; random weights time alike. In bfloat16 the network takes {bf16:.1f} times less than
  torch-fidelity's (bar 3) and moves the Frechet distance of the rows below it by {error:.2%}.
- prdc needs {prdc:.1f} GB beyond its input, ours {ours:.0f} MB (bar: 1 GB).
- A summary of eight times as many samples takes {more:+.0f} MB more memory.

Processor: {processor}, shared with other work; ratios move by a tenth from run to run.
"""


def write_page(found: dict[str, Any], path: Path) -> None:
    """Write the page beside the JSON of the same name."""
    rows = [row for case, result in found.items() for row in _rows(case, result)]
    path.write_text(HEAD + "\n".join(rows) + "\n" + _tail(found), encoding="utf-8")


def _rows(case: str, result: dict[str, Any]) -> list[str]:
    rows = []
    for name, seconds in result["cpu_seconds"].items():
        ratio = result["seconds_over_ours"].get(name)
        bar = BARS.get((case, name))
        cells = (
            case,
            name,
            f"{seconds:.2f}",
            "" if ratio is None else f"{ratio:.2f}",
            f"{result['peak_mb'][name]:.0f}",
            f"{result['values'][name]:.8g}",
            "" if bar is None else f"{bar:g}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def _tail(found: dict[str, Any]) -> str:
    try:
        features = found["inception features, 64 images of 128 px"]["cpu_seconds"]
        distances = found["inception in bfloat16, distance of 400 + 400"]["values"]
        memory = found["prdc, 20,000 + 20,000 x 2,048"]["peak_mb"]
        summaries = [found[f"summary of {n} samples"]["peak_mb"] for n in ("4,096", "32,768")]
    except KeyError:
        return ""
    return TAIL.format(
        bf16=features["torch-fidelity"] / features["gansmith, bf16"],
        error=abs(distances["gansmith, bf16"] / distances["gansmith"] - 1),
        prdc=memory["prdc"] / 1024,
        ours=memory["gansmith"],
        more=summaries[1]["gansmith"] - summaries[0]["gansmith"],
        processor=_processor(),
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    named = {line.partition(":")[0].strip(): line.partition(":")[2].strip() for line in lines}
    bf16 = "with" if "amx_bf16" in named.get("flags", "") else "without"
    return f"{named.get('model name', 'unknown')}, {bf16} AMX"

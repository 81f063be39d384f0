"""The page of ``speed.py``: a table for each processor that was measured."""

from collections.abc import Iterator, Mapping
from typing import Any

HEAD = """# Speed of the training step

Made by `OMP_NUM_THREADS=1 python benchmarks/speed.py`; the numbers are in speed.json.

CPU seconds of one step (all turns) of the Trainer with its signals on, against a plain PyTorch loop
of the same nets, loss and optimizer (benchmarks/plain.py, benchmarks/plain_more.py), in turn.
Ratio: how many times as fast, the median over rounds. Memory: what training adds to the peak of
its process. Signals are written at every second step; in translation at every twentieth, as in the
recipes that ship. `plain` for DCGAN is the tutorial's loop, which uses D's fakes again in G's turn;
gansmith draws fresh latents there, as the second plain loop does. pix2pix and CycleGAN use them
again on both sides. stylegan2 has width 32 and R1 in every step, modern width 64, 16 groups, R1 and
R2. With the same weights the outputs of both sides differ by a share of {worst} at most.
"""
LEFT = """
## What is left

On the AMD processor one core multiplies about 110 GFLOP/s in float32, and torch's convolutions of
DCGAN's middle layers reach 105 to 117 of it in each of their three passes. Its step takes 159 GFLOP
on either side (ours makes one more pass through G, and spares the gradients of D's weights in G's
turn): 1.45 s at that rate, where the plain loop needs 1.72 on a quiet machine. Without leaving out
products a step can thus be 1.19 times as fast at most. What is left are the layers at the image
(3 channels: 18 GFLOP/s in the transposed pass, 0.06 s a step), batch norm and activations (about
0.15 s) and the optimizers. Fewer products (minimal filtering, F(2x2, 2x2) of the strided and
F(2x2, 3x3) of the other convolutions) were tried as torch calls: the transforms cost what the
products save, 0.4 to 0.9 of the speed for strided layers, 1.2 to 1.3 for 3x3 ones of 256 channels.

pix2pix at batch 1 takes 18 GFLOP, 0.16 s at that rate; fakes are made once a step on both sides.
What is left are its deep layers, megabytes of weights for 16 to 64 pixels, which pass through
memory at each use (oneDNN takes 23 ms for the gradient of weights of 512 x 512 x 4 x 4, a product
of patches 3.4, memory alone about 2), and the transposed convolutions, at half of the rate.

CycleGAN's step takes about 280 GFLOP, three quarters of it in 3x3 convolutions of 256 channels that
run at 110 GFLOP/s on both sides: 2.5 of its 3.1 s. The rest is mirrored borders, norms and the 7x7
layers at the image.

modern with 16 groups: torch's grouped convolutions have no quick way to be differentiated twice, so
that only the layers around them gain. groups = 1, the default, stays on the quick path.
"""


def page(everything: Mapping[str, Any], settings: Mapping[str, Any], batch: int) -> str:
    """Return the page of all results, by processor.

    Args:
        everything: results by the processor's name.
        settings: what was measured, by name.
        batch: of settings that say none.
    """
    found = [r[s]["difference"] for r in everything.values() for s in settings if s in r]
    parts = [HEAD.format(worst=f"{max(found):.0e}")]
    for name, results in everything.items():
        parts.append("\n".join(_section(name, results, settings, batch)) + "\n")
    return "\n".join([*parts, LEFT.strip() + "\n"])


def _section(
    name: str, results: Mapping[str, Any], settings: Mapping[str, Any], batch: int
) -> Iterator[str]:
    about = ", ".join(
        f"{what} {v}" for what, v in results["machine"].items() if what != "processor"
    )
    yield from (f"## {name}", "", f"{about}.", "")
    yield "| setting | batch | arm | s a step | images/s | ratio | wanted | peak memory, MB |"
    yield "|---|---|---|---|---|---|---|---|"
    for setting, given in settings.items():
        if setting in results:
            yield from _rows(setting, given, results[setting], given.get("batch", batch))
    if "shares" in results:
        yield from ("", *_share_lines(results["shares"]))
    if "precision" in results:
        yield from ("", *_precision_lines(results["precision"]))


def _rows(
    setting: str, given: Mapping[str, Any], result: Mapping[str, Any], batch: int
) -> Iterator[str]:
    images = batch * given["game"].get("discriminator_turns", 1)
    called = f"{setting.partition('_4')[0]} {given['size']} px | {batch}"
    for arm, seconds in result["seconds"].items():
        yield (
            f"| {called} | {arm} | {seconds:.2f} | {images / seconds:.1f} | "
            f"{result['ratio'][arm]:.2f} | {given['bars'].get(arm, '')} | "
            f"{result['memory'][arm]:.0f} |"
        )


def _share_lines(result: Mapping[str, float]) -> list[str]:
    total = result["cpu_seconds"]
    parts = [f"{n} {v:.1%}" for n, v in result.items() if n != "cpu_seconds"]
    return [
        "### What the rest costs",
        "",
        f"Shares of {total:.0f} CPU seconds of the quickstart recipe: {', '.join(parts)}.",
    ]


def _precision_lines(result: Mapping[str, Any]) -> list[str]:
    lines = [
        "### bfloat16 against float32",
        "",
        f"Frechet distance (efficientnet_lite, 2,048 samples) after {result['kimg']:g} kimg of the "
        f"quickstart recipe, seeds 0, 1, 2.",
        "",
        "| precision | distances | mean |",
        "|---|---|---|",
    ]
    for kind, values in result["distance"].items():
        written = ", ".join(f"{value:.0f}" for value in values)
        lines.append(f"| {kind} | {written} | {result['mean'][kind]:.0f} |")
    gap = abs(result["mean"]["bf16"] - result["mean"]["fp32"])
    spread = result["spread_of_fp32"]
    lines += ["", f"The means differ by {gap:.0f}; seeds of float32 differ by {spread:.0f} (s.d.)."]
    return lines

"""Write docs/precision.md: every metric against reference tools on the same numbers.

Run in an environment that has gansmith and the tools (benchmarks/parity-requirements.txt).
"""

import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import peers
import torch
from parity_images import Row
from parity_images import rows as from_images

from gansmith import metrics
from gansmith.metrics.pair_similarity import _ssim_parts

PAGE = Path(__file__).parents[1] / "docs" / "precision.md"
TOOLS = (
    "torch-fidelity",
    "clean-fid",
    "pytorch-fid",
    "prdc",
    "torchmetrics",
    "transformers",
    "scipy",
    "torch",
)
HEAD = """# Precision: our numbers against other tools

The same input to every tool, numbers out, compared. Made by `benchmarks/parity.py` (`make parity`);
the tools are installed for that run only. Features are float32, ReLU of a random linear map, 64
wide, so that covariances are correlated. The last rows begin with image files, and all tools have
the FID network with the same random weights: the published ones are 96 MB and not needed to see
whether reading, resize, network and distance agree.

| metric | case | ours | tool | theirs | relative difference |
|---|---|---|---|---|---|
"""
TAIL = """
Conventions, checked by the rows above:

- Covariance is divided by n - 1, as numpy.cov, pytorch-fid, clean-fid and torch-fidelity do.
- Features are handed to every tool as float64, as pytorch-fid stores them. A tool that takes their
  mean in float32 moves the distance by up to 1e-6 relative (7e-6 for a collapsed sample); ours is
  float64 from the start.
- Where fewer samples than features make the covariance singular, the matrix square root of scipy
  loses about half its digits; ours are singular values of the deviations themselves, and equal the
  analytic value (first block of `tests/metrics/test_frechet.py`).
- torch-fidelity calls its *first* input what is tested: its precision is `prc(fake, real)`. Here
  real always comes before fake.
- A fake on the rim of a ball counts as outside, as in `prdc`.
- From images, each tool's own resize: `inception:resize=tensorflow` is torch-fidelity's,
  `resize=clean` clean-fid's, `resize=pytorch` pytorch-fid's. The same files differ by far more
  between these three than any tool differs from ours; compare only within one.
- In bfloat16 the Inception features are off by about 0.7 % of the largest; what that does to a
  distance stands in `benchmarks/metrics.md`.
- The towers of DINOv2 and CLIP are compared by the relative error of all features of a batch.
- MS-SSIM here averages over windows that lie wholly in the image, as Wang et al. define it;
  torchmetrics mirrors the border for the last scale, so only the contrast term compares.

Versions: {versions}.
"""


def features(count: int, seed: int, shift: float = 0.0) -> np.ndarray:
    draws = np.random.default_rng(seed)
    mix = np.random.default_rng(99).normal(size=(64, 64)) / 8
    return np.maximum(draws.normal(size=(count, 64)) @ mix + shift, 0).astype(np.float32)


def frechet() -> Iterator[Row]:
    tools = {
        "pytorch-fid": peers.pytorch_fid,
        "clean-fid": peers.clean_fid,
        "torch-fidelity": peers.torch_fidelity_fid,
    }
    cases = {
        "3,000 and 2,500 samples": (features(3000, 0), features(2500, 1, 0.1)),
        "near zero": (features(20000, 0), features(20000, 1)),
        "50 samples, 64 features": (features(50, 0), features(50, 1, 0.1)),
        "collapsed fakes": (features(3000, 0), features(1, 1).repeat(3000, 0)),
    }
    for case, (real, fake) in cases.items():
        real, fake = real.astype(np.float64), fake.astype(np.float64)
        ours = metrics.frechet_distance(real, fake)
        for tool, measure in tools.items():
            yield Row("frechet_distance", case, ours, tool, measure(real, fake))


def kernel() -> Iterator[Row]:
    real, fake = features(2500, 0), features(2500, 1, 0.1)
    ours = metrics.kernel_distance(real, fake)["kernel_distance"]
    case = "2,500 samples, every pair"
    wide = real.astype(np.float64), fake.astype(np.float64)
    yield Row("kernel_distance", case, ours, "clean-fid", peers.clean_fid_kernel(*wide, 1, 2500))
    theirs = peers.torch_fidelity_kernel(*wide)
    yield Row("kernel_distance", case, ours, "torch-fidelity", theirs)


def neighbours() -> Iterator[Row]:
    real, fake = features(3000, 0), features(2500, 1, 0.1)
    ours, theirs = metrics.prdc(real, fake, k=5), peers.prdc(real, fake, 5)
    for name, value in ours.items():
        yield Row(name, "3,000 and 2,500 samples, k = 5", value, "prdc", theirs[name])
    for name, value in peers.torch_fidelity_prc(fake, real, 5).items():
        case = "3,000 and 2,500 samples, k = 5"
        yield Row(name, case, ours[name], "torch-fidelity", value)


def rest() -> Iterator[Row]:
    logits = 3 * np.random.default_rng(0).normal(size=(1000, 10)).astype(np.float32)
    chances = torch.from_numpy(logits).double().softmax(1)
    ours = metrics.inception_score(chances, chances)["inception_score"]
    theirs = peers.torch_fidelity_score(logits, 10)
    yield Row("inception_score", "1,000 samples, 10 splits", ours, "torch-fidelity", theirs)
    draws = torch.Generator().manual_seed(0)
    first = torch.rand(1, 3, 64, 64, generator=draws, dtype=torch.float64) * 2 - 1
    second = (first + 0.3 * torch.randn(first.shape, generator=draws)).clamp(-1, 1)
    ours = float(_ssim_parts(first, second)[1])
    theirs = peers.torchmetrics_contrast(first, second)
    yield Row("SSIM, contrast term", "64 px", ours, "torchmetrics", theirs)


def main() -> None:
    torch.set_num_threads(1)
    rows = [row for part in (frechet, kernel, neighbours, rest, from_images) for row in part()]
    versions = ", ".join(f"{tool} {importlib.metadata.version(tool)}" for tool in TOOLS)
    text = HEAD + "\n".join(map(str, rows)) + "\n" + TAIL.format(versions=versions)
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()

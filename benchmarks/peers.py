"""What other tools make of the same features; needs them installed (see docs/precision.md).

Nothing here is imported by gansmith. torchvision's wheel has no operators for a CPU build of torch,
so their names are declared before it is imported; none of them is called.
"""

import warnings
from typing import Any

import numpy as np
import torch

OPERATORS = (
    "nms roi_align roi_pool ps_roi_align ps_roi_pool deform_conv2d qnms qroi_align box_iou_rotated "
    "_roi_align_backward _roi_pool_backward _ps_roi_align_backward _ps_roi_pool_backward "
    "_deform_conv2d_backward"
)
_library = torch.library.Library("torchvision", "DEF")
for _name in OPERATORS.split():
    _library.define(f"{_name}(Tensor boxes) -> Tensor")

Array = np.ndarray


def pytorch_fid(real: Array, fake: Array) -> float:
    from pytorch_fid.fid_score import calculate_frechet_distance

    sides = [(x.mean(0), np.cov(x, rowvar=False)) for x in (real, fake)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(calculate_frechet_distance(*sides[0], *sides[1]))


def clean_fid(real: Array, fake: Array) -> float:
    from cleanfid.fid import frechet_distance

    sides = [(x.mean(0), np.cov(x, rowvar=False)) for x in (real, fake)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(frechet_distance(*sides[0], *sides[1]))


def torch_fidelity_fid(real: Array, fake: Array) -> float:
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric

    sides = [fid_features_to_statistics(torch.from_numpy(x)) for x in (real, fake)]
    found: dict[str, Any] = fid_statistics_to_metric(*sides, verbose=False)
    return float(found["frechet_inception_distance"])


def clean_fid_kernel(real: Array, fake: Array, subsets: int, size: int) -> float:
    from cleanfid.fid import kernel_distance

    np.random.seed(0)
    return float(kernel_distance(real, fake, subsets, size))


def torch_fidelity_kernel(real: Array, fake: Array) -> float:
    from torch_fidelity.metric_kid import kid_features_to_metric

    sides = (torch.from_numpy(x) for x in (real, fake))
    options = {"kid_subsets": 1, "kid_subset_size": len(real), "verbose": False}
    return float(kid_features_to_metric(*sides, **options)["kernel_inception_distance_mean"])


def prdc(real: Array, fake: Array, k: int) -> dict[str, float]:
    from prdc import compute_prdc

    return {name: float(value) for name, value in compute_prdc(real, fake, k).items()}


def torch_fidelity_prc(real: Array, fake: Array, k: int) -> dict[str, float]:
    from torch_fidelity.metric_prc import prc_features_to_metric

    sides = (torch.from_numpy(x) for x in (real, fake))
    found = prc_features_to_metric(*sides, prc_neighborhood=k, verbose=False)
    return {name: float(found[name]) for name in ("precision", "recall")}


def torch_fidelity_score(logits: Array, splits: int) -> float:
    from torch_fidelity.metric_isc import isc_features_to_metric

    found = isc_features_to_metric(torch.from_numpy(logits), splits, shuffle=False)
    return float(found["inception_score_mean"])


def torchmetrics_contrast(first: torch.Tensor, second: torch.Tensor) -> float:
    """Mean contrast and structure term of SSIM over whole windows, for images in [-1, 1]."""
    from torchmetrics.functional.image import structural_similarity_index_measure as measure

    found = measure(first, second, data_range=2.0, return_contrast_sensitivity=True)
    return float(found[1].mean())

"""What every metric checks of its two sides before it computes."""

import numpy as np
import torch
from jaxtyping import Float64, Num
from torch import Tensor

Features = Num[Tensor, " _ _"] | Num[np.ndarray, " _ _"]
Rows = Float64[Tensor, " samples width"]


def both_sides(
    metric: str,
    real: Features,
    fake: Features,
    least: int = 2,
    advice: str = "",
    exact: bool = True,
) -> tuple[Tensor, Tensor]:
    """Return both sides as float64 after checking that they can be compared.

    Args:
        metric: its name, for messages.
        real: features of reals [samples, width].
        fake: features of fakes [samples, width].
        least: fewest samples that the metric can do with on each side.
        advice: what else the user can do about too few samples.
        exact: False leaves float32 as it is, without a copy.

    Raises:
        ValueError: a side has too few samples or a value that is not finite, or widths differ.
    """
    rows = one_side(metric, "real", real, exact), one_side(metric, "fake", fake, exact)
    if rows[0].shape[1] != rows[1].shape[1]:
        raise ValueError(
            f"{metric} needs the same features on both sides but got {rows[0].shape[1]} real and "
            f"{rows[1].shape[1]} fake; take both from the same extractor"
        )
    if min(len(side) for side in rows) < least:
        raise ValueError(
            f"{metric} needs at least {least} samples on each side but got {len(rows[0])} real and "
            f"{len(rows[1])} fake; raise the number of samples{advice and ' or ' + advice}"
        )
    return rows


def one_side(metric: str, side: str, features: Features, exact: bool = True) -> Tensor:
    """Return the features of one side as float64 [samples, width]; refuse what is not finite.

    ``exact=False`` leaves float32 as it is.

    Raises:
        ValueError: the features are not a matrix, or a value is NaN or infinite.
    """
    rows = torch.as_tensor(features).detach().cpu()
    if exact or rows.dtype != torch.float32:
        rows = rows.to(torch.float64)
    if rows.ndim != 2 or rows.shape[1] == 0:
        raise ValueError(f"{metric} needs features [samples, width] but got {list(rows.shape)}")
    if not torch.isfinite(rows.sum()) and (bad := int((~torch.isfinite(rows)).any(1).sum())):
        raise ValueError(
            f"{metric} got {bad} of {len(rows)} {side} samples with a feature that is NaN or "
            f"infinite; a generator that makes such samples has diverged: use an earlier checkpoint"
        )
    return rows

"""Dropout of hidden values while training."""

import torch.nn.functional as F
from torch import Tensor


def drop(x: Tensor, share: float, training: bool) -> Tensor:
    """Set a share of the values to 0 and scale the others up, while training; share 0: nothing.

    Reference: Srivastava et al. 2014, Journal of Machine Learning Research 15.
    """
    return F.dropout(x, share) if share and training else x

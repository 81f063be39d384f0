"""Gumbel-softmax: a token is a point near a corner of the simplex, which has a gradient."""

import torch
import torch.nn.functional as F
from torch import Tensor

TINY = 1e-20  # keeps the logarithm of a uniform number of 0 finite


def gumbel_softmax(logits: Tensor, uniform: Tensor, temperature: float) -> Tensor:
    """Return a relaxed token for each row of logits, [..., tokens].

    Formula: softmax((logits + g) / temperature), g = -log(-log(u)). Its largest entry is token k
    with the probability softmax(logits)[k], at any temperature; as the temperature falls to 0 the
    others vanish, the gradient's bias with them, and its variance grows.

    Args:
        logits: [..., tokens].
        uniform: uniform numbers of the same shape.
        temperature: above 0.

    Reference: Jang et al. 2016, arXiv:1611.01144; Maddison et al. 2016, arXiv:1611.00712.
    """
    noise = -torch.log(-torch.log(uniform.clamp_min(TINY)) + TINY)
    return F.softmax((logits + noise) / temperature, -1)

"""Straight-through: D sees a whole token, G gets the gradient of its probability."""

import torch.nn.functional as F
from torch import Tensor


def straight_through(logits: Tensor, uniform: Tensor) -> Tensor:
    """Return a token as a corner of the simplex for each row of logits [batch, tokens].

    Its gradient is that of softmax(logits): exact in the mean where the loss is linear in the
    token, biased elsewhere, with less variance than REINFORCE.

    Args:
        logits: [batch, tokens].
        uniform: one uniform number a row, [batch], that draws the token.

    Reference: Bengio et al. 2013, arXiv:1308.3432.
    """
    chances = F.softmax(logits, -1)
    passed = (chances.detach().cumsum(-1) <= uniform[..., None]).sum(-1)
    token = F.one_hot(passed.clamp(max=logits.shape[-1] - 1), logits.shape[-1]).to(chances)
    return token + chances - chances.detach()

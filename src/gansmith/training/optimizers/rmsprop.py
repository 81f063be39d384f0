"""RMSprop: what Wasserstein GANs with clipping were trained with."""

import torch

from gansmith.registry import optimizers
from gansmith.training.optimizers import Decay, Eps, Momentum, Parameters


@optimizers.add
def rmsprop(
    parameters: Parameters,
    lr: float,
    decay: Decay = 0.99,
    eps: Eps = 1e-8,
    momentum: Momentum = 0.0,
) -> torch.optim.Optimizer:
    """RMSprop: adaptive scale without momentum, the choice of the first Wasserstein GAN.

    Formula: w <- w - lr * g / (sqrt(v) + eps), v a running mean of the squared gradient.

    Args:
        parameters: what to train.
        lr: learning rate; 5e-5 with weight clipping.
        decay: decay of v, in [0, 1).
        eps: smallest scale of a step, above 0.
        momentum: share of the last step that is repeated, in [0, 1).

    Raises:
        ValueError: an option is out of range.

    Reference: Tieleman and Hinton 2012, Coursera lecture 6.5; for GANs Arjovsky et al. 2017,
    arXiv:1701.07875.
    """
    return torch.optim.RMSprop(parameters, lr, alpha=decay, eps=eps, momentum=momentum)

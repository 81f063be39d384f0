"""RMSprop: what Wasserstein GANs with clipping were trained with."""

import torch

from gansmith.errors import check_range
from gansmith.registry import optimizers
from gansmith.training.optimizers import Parameters


@optimizers.add
def rmsprop(
    parameters: Parameters,
    lr: float,
    decay: float = 0.99,
    eps: float = 1e-8,
    momentum: float = 0.0,
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
    check_range("decay", decay, low=0.0, below=1.0, why="it is the decay of a mean")
    check_range("eps", eps, above=0.0, why="it guards a division")
    check_range("momentum", momentum, low=0.0, below=1.0, why="at 1 steps never end")
    return torch.optim.RMSprop(parameters, lr, alpha=decay, eps=eps, momentum=momentum)

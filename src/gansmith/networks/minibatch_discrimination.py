"""A discriminator that sees how close each sample is to the others, around any other."""

from copy import deepcopy
from typing import Annotated, Any

import torch
from torch import Tensor, nn

from gansmith.networks.layers.minibatch_discrimination import MinibatchDiscrimination
from gansmith.networks.plain import judging
from gansmith.networks.wrapping import holds_no_other, trial_samples
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators


class ComparingDiscriminator(nn.Module):
    """Another discriminator whose last layer also sees how close the samples are to each other.

    The last layer of a score is linear, so that what it makes of further inputs is added to it.

    Args:
        net: gives features of ``width`` with its scores.
        width: of the features.
        kernels: of the comparison.
        dimensions: of each kernel.
    """

    couples_batch = True

    def __init__(self, net: nn.Module, width: int, kernels: int, dimensions: int) -> None:
        super().__init__()
        self.net, self.feature_width = net, width + kernels
        self.compare = MinibatchDiscrimination(width, kernels, dimensions)
        self.score = nn.Linear(kernels, 1, bias=False)
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, samples: Tensor) -> Critique:
        """Judge samples [batch, ...]: scores [batch, *patch], features [batch, width + kernels]."""
        scores, features = self.net(samples)
        compared = self.compare(features)
        added = self.score(compared[:, features.shape[1] :])
        return Critique(scores + added.view(-1, *[1] * (scores.dim() - 1)), compared)


@discriminators.add(wraps=True, check=holds_no_other)
def minibatch_discrimination(
    shape: tuple[int, ...],
    *,
    base: str,
    kernels: Annotated[int, Range(low=1, log=True)] = 50,
    dimensions: Annotated[int, Range(low=1, high=64)] = 5,
    **options: Any,
) -> nn.Module:
    """Another discriminator that is told how close each sample is to the others of its batch.

    Samples that are alike give a collapsed generator away. What is told is a feature of D, no
    penalty on G: it grows with the batch, so keep the batch as it is. The comparison is made among
    the samples of each process and each piece. Options of the base stand beside its name:
    base = "dcgan", kernels = 50, width = 32.

    Formula: M_i = f_i T, o_b(i) = sum over j != i of exp(-|M_ib - M_jb|_1), joined to the features.

    Args:
        shape: of one sample.
        base: name of a discriminator that gives features with its scores.
        kernels: numbers that the last layer sees beside the features, B in the paper.
        dimensions: of the space in which each kernel compares, C in the paper.
        options: of the base.

    Raises:
        ValueError: the base gives no features, or cannot be built.

    Reference: Salimans et al. 2016, arXiv:1606.03498.
    """
    net = judging(discriminators.build(base, options, shape=shape))
    width = getattr(net, "feature_width", None)
    if not isinstance(width, int):
        raise ValueError(f"{base} gives no features with its scores; name another base, as mlp")
    whole = ComparingDiscriminator(net, width, kernels, dimensions)
    with torch.no_grad():
        whole.compare.scale_to(deepcopy(net)(trial_samples(shape)).features)
    return whole

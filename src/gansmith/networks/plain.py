"""Any PyTorch module as a player: a discriminator may return its scores alone."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn

from gansmith.errors import PartError, described, wrong_return
from gansmith.records import Critique

CRITIQUE = "scores, a tensor of one row for each sample, or Critique(scores, features)"


def judging(network: nn.Module) -> nn.Module:
    """Have a discriminator of anybody's answer with a ``Critique``, whatever it returns itself.

    A tensor counts as the scores [batch] or [batch, *patch]; scores [batch, 1] and [batch, 1, 1, 1]
    become [batch]. A pair of tensors counts as scores and features. Names of parameters, attributes
    and modes stay as they are.
    """
    if not type(network).__module__.startswith("gansmith."):
        network.register_forward_hook(_answer)
    return network


def _answer(network: nn.Module, given: Sequence[Any], found: Any) -> Critique:
    return as_critique(found, len(given[0]), network)


def as_critique(found: Any, count: int, network: nn.Module) -> Critique:
    """Return what a discriminator returned as a ``Critique``.

    Args:
        found: what it returned.
        count: samples that it judged.
        network: the discriminator, for the message, and for its ``pack`` and ``feature_width``.

    Raises:
        PartError: that is neither scores nor scores and features, or not one row for each sample.
    """
    who = f"the discriminator {type(network).__name__}"
    scores, features = found if isinstance(found, tuple) and len(found) == 2 else (found, None)
    if not isinstance(scores, Tensor) or not isinstance(features, Tensor | None):
        raise wrong_return(who, CRITIQUE, found)
    rows = -(-count // int(getattr(network, "pack", 1)))
    for what, tensor in (("scores", scores), ("features", features)):
        if tensor is not None and (not tensor.ndim or len(tensor) != rows):
            each = f"{what} with one row for each of {rows} samples"
            raise wrong_return(who, each, tensor)
    if not scores.is_floating_point():
        raise wrong_return(who, "scores as floating point numbers", f"{scores.dtype}")
    alone = scores.flatten() if scores.numel() == rows else scores
    return Critique(alone, _checked(features, network, who))


def _checked(features: Tensor | None, network: nn.Module, who: str) -> Tensor | None:
    """Return features as [batch, width], of the width that the network declares."""
    if features is None:
        return None
    flat = features.flatten(1)
    declared = getattr(network, "feature_width", flat.shape[1])
    if declared != flat.shape[1]:
        raise PartError(
            f"{who} has feature_width = {declared}, but its features are {described(features)}; "
            f"set feature_width = {flat.shape[1]}"
        )
    return flat

"""What a fixed network sees in images, differentiable."""

from functools import lru_cache
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from gansmith.registry import extractors


def check_extractor(extractor: str) -> None:
    """Refuse an extractor that there is not, or that would have to be trained first.

    Raises:
        ValueError: says which there are.
    """
    fixed = [part.name for part in extractors if "reference" not in _needed(part)]
    try:
        known = extractors.get(extractor)
    except KeyError as error:
        raise ValueError(str(error)) from error
    if "reference" in _needed(known):
        raise ValueError(
            f"the extractor {extractor} is trained on labelled reals and a term has none; "
            f"choose one of {', '.join(fixed)}"
        )


def maps_of(name: str, images: Float[Tensor, " batch *axes"]) -> tuple[Tensor, ...]:
    """Return an extractor's maps of several depths, [batch, channels, *places], differentiable.

    In float32 at least, whatever the rest of training is in: Gram matrices of bfloat16 lose digits.
    """
    exact = images.to(torch.promote_types(images.dtype, torch.float32))
    with torch.autocast(images.device.type, enabled=False):
        found: tuple[Tensor, ...] = _built(name, str(images.device)).maps(exact)
    return found


@lru_cache(maxsize=8)
def _built(name: str, device: str) -> Any:
    return extractors.build(name, device=device)


def _needed(part: Any) -> list[str]:
    import inspect

    options = inspect.signature(part.builder).parameters.values()
    return [option.name for option in options if option.default is option.empty]

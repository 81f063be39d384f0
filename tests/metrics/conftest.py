from collections.abc import Callable

import pytest
import torch


@pytest.fixture
def draw() -> Callable[..., torch.Tensor]:
    """Standard normal float64 numbers of a shape, the same for the same seed."""

    def normal(*shape: int, seed: int = 0) -> torch.Tensor:
        draws = torch.Generator().manual_seed(seed)
        return torch.randn(*shape, generator=draws, dtype=torch.float64)

    return normal

"""What networks that pass over time share: inputs at each time from one latent, and checks."""

from torch import Tensor, nn

from gansmith.kinds.kind import require_kind

LONGEST = 4096  # times


class Inputs(nn.Module):
    """Latents [batch, latent] -> inputs at each time [batch, time, width], by one linear layer.

    The inputs at a time have about unit variance for normal latents.

    Args:
        latent: length of the latent vector.
        time: how many times a series has.
        width: numbers at each time.
    """

    def __init__(self, latent: int, time: int, width: int) -> None:
        super().__init__()
        self.time = time
        self.spread = nn.Linear(latent, time * width)
        nn.init.normal_(self.spread.weight, 0.0, latent**-0.5)

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents to what each time is given."""
        inputs: Tensor = self.spread(latent).unflatten(1, (self.time, -1))
        return inputs


def check_times(shape: tuple[int, ...], net: str) -> None:
    """Refuse a shape that the net cannot work on.

    Raises:
        ValueError: not a series, or of fewer than 2 or more than 4,096 times.
    """
    require_kind(shape, ("series",), net, "; the net 'mlp' takes any shape")
    if not 2 <= shape[0] <= LONGEST:
        raise ValueError(
            f"{net} works on series of 2 to {LONGEST:,} times but the data have {shape[0]:,}; "
            "the net 'conv1d' takes up to 65,536, 'mlp' any number"
        )

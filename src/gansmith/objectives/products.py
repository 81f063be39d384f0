"""The products of all rows with one another, in the number format of the rows."""

import torch
from jaxtyping import Float
from torch import Tensor


def products(rows: Float[Tensor, " *batch count width"]) -> Float[Tensor, " *batch count count"]:
    """Return A A^T, not in the narrow format of a network: what is small in it is what counts."""
    with torch.autocast(rows.device.type, enabled=False):
        return rows @ rows.mT

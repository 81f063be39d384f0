"""Single numbers of generated rows, brought to the distribution that real ones have."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from gansmith.kinds.tables.columns import columns_of, places

KNOTS = 256  # quantiles that are matched
LEAST = 1e-6  # distance of two of them


class Margins(nn.Module):
    """Maps each number of the scale "quantiles" so that its scores are standard normal.

    The training rows' scores are standard normal by construction; a generator's are nearly so. The
    map is monotone, column by column, so that how columns go together stays: the quantiles of many
    of the generator's own rows go onto those of the normal, straight lines between and beyond.

    Args:
        samples: many rows of the generator, [rows, width].
        facts: of the table, fitted.
    """

    at: Tensor
    knots: Tensor
    steps: Tensor

    def __init__(self, samples: Tensor, facts: Mapping[str, Any]) -> None:
        super().__init__()
        known = places(columns_of(facts))
        scored = [p for p in known if p.number is not None and p.column.scale == "quantiles"]
        levels = (torch.arange(KNOTS, dtype=torch.float64) + 0.5) / KNOTS
        ends = [samples.new_zeros(KNOTS, dtype=torch.float64)] * (not scored)
        for place in scored:
            there = samples
            if place.column.choices and place.column.share > 0:
                kept = samples[:, place.choices].argmax(1) != place.column.choices - 1
                there = samples[kept] if int(kept.sum()) > KNOTS else samples
            values = there[:, place.number].double().quantile(levels)
            ends.append(values + LEAST * torch.arange(KNOTS, dtype=torch.float64))
        at = torch.tensor([p.number for p in scored], dtype=torch.int64)
        self.register_buffer("at", at, persistent=False)
        self.register_buffer("knots", torch.stack(ends).float(), persistent=False)
        targets = torch.special.ndtri(levels).float()
        self.register_buffer("steps", targets, persistent=False)

    def forward(self, rows: Tensor) -> Tensor:
        """Return rows [batch, width] whose numbers are distributed as those trained on."""
        parts = [self._moved(rows[:, at], knots) for at, knots in zip(self.at, self.knots)]  # noqa: B905
        return rows.index_copy(1, self.at, torch.stack(parts, 1)) if parts else rows

    def _moved(self, values: Tensor, knots: Tensor) -> Tensor:
        low = (values[:, None] >= knots).sum(1).sub(1).clamp(0, KNOTS - 2)
        part = (values - knots[low]) / (knots[low + 1] - knots[low])
        moved: Tensor = self.steps[low] + part * (self.steps[low + 1] - self.steps[low])
        return moved.clamp(-6, 6)

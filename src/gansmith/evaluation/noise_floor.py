"""Which reals are compared with the fakes, and which make the noise floor."""

from dataclasses import dataclass
from typing import Any

import torch

from gansmith.evaluation.sides import Side


@dataclass(frozen=True)
class Division:
    """What is compared, and the two disjoint parts of the reals that make the noise floor."""

    real: Side
    fake: Side
    parts: tuple[Side, Side] | None

    def counts(self) -> dict[str, Any]:
        """Return the counts for the protocol."""
        return {
            "real": len(self.real),
            "fake": len(self.fake),
            "split": "reals against fakes; floor: two disjoint parts of the reals",
            "floor": self.parts and {"real": len(self.parts[0]), "fake": len(self.parts[1])},
        }

    def caveats(self) -> list[str]:
        """Return what to say about the floor."""
        if self.parts is None:
            return ["there is no noise floor: it takes at least 4 reals"]
        if len(self.parts[1]) >= len(self.fake):
            return []
        return [
            f"the noise floor compares {len(self.parts[0])} with {len(self.parts[1])} reals, fewer "
            f"than the {len(self.fake)} fakes, so it lies a little too high for the distances"
        ]


def divide(reals: Side, fakes: Side, samples: int | None, seed: int) -> Division:
    """Choose the reals to compare with, and two disjoint parts of the reals for the floor.

    Where twice as many reals have been read as are requested, one half is compared with the fakes,
    and with the other half. Otherwise all are compared, and their halves.

    Args:
        reals: all that were read.
        fakes: all that were read.
        samples: how many to compare on each side, or None for all.
        seed: of the choice.
    """
    order = torch.randperm(len(reals), generator=torch.Generator().manual_seed(seed))
    if samples is not None and len(reals) > samples + 1:
        real, other = reals[order[:samples]], reals[order[samples:]]
        return Division(real, fakes, (real, other))
    if len(reals) < 4:
        return Division(reals, fakes, None)
    count = min(len(fakes), len(reals) // 2)
    return Division(reals, fakes, (reals[order[count:]], reals[order[:count]]))

"""Sides of a comparison brought to what networks see, where their kind wants that."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from gansmith.evaluation.loaded import Loaded


def in_common(sides: Sequence[Loaded]) -> list[Loaded]:
    """Return sides as networks see them, by the first one's facts, where their kind wants that.

    Raises:
        DataError: they have not the same form.
    """
    kind = sides[0].kind
    if kind.common is None or any(side.kind.name != kind.name for side in sides):
        return list(sides)
    sets = [(side.name, side.samples.double().numpy(), side.facts) for side in sides]
    rows, facts, notes = kind.common(sets)
    told = {**sides[0].facts, **facts}
    found = [torch.from_numpy(kind.to_unit(one, told)) for one in rows]
    parts = zip(sides, found, strict=True)
    first, *others = (replace(side, samples=one, facts=told) for side, one in parts)
    return [replace(first, notes=(*first.notes, *notes)), *others]

"""Measure one set of samples against another, and say what the numbers rest on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from gansmith.errors import DataError
from gansmith.features import Extractor
from gansmith.metrics.caveats import caveats
from gansmith.metrics.measure import (
    Comparison,
    check_possible,
    choices,
    describe,
    measure,
    measure_floor,
)
from gansmith.metrics.sides import Choice, Side, side_of
from gansmith.metrics.sources import Loaded, OpenRun, Source, load
from gansmith.metrics.uncertainty import error_bars
from gansmith.registry import extractors

USUAL = ("frechet_distance", "kernel_distance", "prdc", "diversity")
Progress = Callable[[str, int, int], None]


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


def evaluate(
    real: Source,
    fake: Source,
    metrics: Sequence[str | Choice] | None = None,
    features: str | Extractor | None = None,
    samples: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    device: str = "cpu",
    open_run: OpenRun | None = None,
    held_out: Source | None = None,
    repeats: int = 0,
) -> dict[str, Any]:
    """Measure fakes against reals: numbers, what they rest on, and what a perfect result would be.

    Each side is a folder, an archive, an array file, the name of a set that ships, an array or
    tensor, or the folder of a run, whose generator then makes the samples. Real files are resized
    to the size of the fakes. The noise floor is the same metrics between two disjoint parts of the
    reals: what a perfect generator would get.

    Args:
        real: the reals.
        fake: the fakes.
        metrics: names, or (name, options); the usual ones if left out.
        features: name of an extractor, or one of your own; if left out, ``efficientnet_lite`` for
            images and ``identity`` for vectors. The protocol names it.
        samples: how many to compare on each side; all if left out (5,000 of a run).
        seed: of the choice of samples and of the latents of a run.
        progress: called with (what, done, total).
        device: where features are computed.
        open_run: makes samples from a run folder, (path, count, seed) -> samples in [-1, 1].
        held_out: reals that training never saw, for ``memorisation``.
        repeats: random halves to measure error bars with, as ``errors``; 20 is enough, 0 is none.

    Returns:
        ``protocol`` (extractor, digest, resize, counts, split, seed, version, caveats ...),
        ``metrics`` and ``floor``, each {name: value}, and ``errors`` where asked for.

    Raises:
        DataError: a side is missing, empty, unreadable or unlike the other.
        ValueError: a metric cannot work on these samples or has no such option.
        UnknownPartError: there is no such metric or extractor.
    """
    fakes = load(fake, None, samples, seed, open_run)
    reals = load(real, fakes, samples and 2 * samples, seed, open_run)
    differences = _differences(reals, fakes)
    facts = {**fakes.facts, **reals.facts}
    chosen = choices(metrics or (*USUAL, *(("modes",) if "centres" in facts else ())))
    extractor = _extractor(features, reals, device)
    check_possible(chosen, extractor, held_out is not None, facts)
    sides = [
        side_of(loaded.samples, extractor, chosen, progress and partial(progress, label))
        for label, loaded in (("features of reals", reals), ("features of fakes", fakes))
    ]
    divided = _divide(sides[0], sides[1], samples, seed)
    kept = load(held_out, fakes, None, seed, open_run) if held_out is not None else None
    third = side_of(kept.samples, extractor, chosen) if kept else None
    comparison = Comparison(divided.real, divided.fake, third, facts)
    found: dict[str, Any] = {"metrics": measure(chosen, comparison), "floor": {}}
    if divided.parts is not None:
        found["floor"] = measure_floor(chosen, *divided.parts, facts)
    if repeats:
        found["errors"] = error_bars(chosen, comparison, repeats, seed)
    protocol = {
        **describe(extractor, chosen, seed),
        "sources": {"real": reals.name, "fake": fakes.name, "size": fakes.size},
        **divided.counts(),
        "caveats": [*differences, *caveats(divided.real, divided.fake, extractor)],
    }
    protocol["caveats"] += divided.caveats()
    return {"protocol": protocol, **found}


def _extractor(features: str | Extractor | None, reals: Loaded, device: str) -> Extractor:
    if features is not None and not isinstance(features, str):
        return features
    name = features or ("efficientnet_lite" if reals.images else "identity")
    reference = (reals.samples, reals.labels)
    built: Extractor = extractors.build(name, reference=reference, device=device)
    return built


def _differences(reals: Loaded, fakes: Loaded) -> list[str]:
    """Return caveats about sides of different shape; refuse those that cannot be compared."""
    if reals.size == fakes.size:
        return []
    if not (reals.images and fakes.images):
        raise DataError(
            f"reals are {reals.size} and fakes are {fakes.size}: they cannot be compared; give two "
            f"sets of images, or two sets of vectors of the same length"
        )
    return [
        f"reals are {reals.size} and fakes are {fakes.size}: both are resized for the extractor, "
        f"so the numbers include the difference in sharpness and colour"
    ]


def _divide(reals: Side, fakes: Side, samples: int | None, seed: int) -> Division:
    """Choose the reals to compare with, and two disjoint parts of the reals for the floor.

    Twice as many reals as asked for have been read where there are as many: one half is compared
    with the fakes, and with the other half. Otherwise all are compared, and their halves.
    """
    order = torch.randperm(len(reals), generator=torch.Generator().manual_seed(seed))
    if samples is not None and len(reals) > samples + 1:
        real, other = reals[order[:samples]], reals[order[samples:]]
        return Division(real, fakes, (real, other))
    if len(reals) < 4:
        return Division(reals, fakes, None)
    count = min(len(fakes), len(reals) // 2)
    return Division(reals, fakes, (reals[order[count:]], reals[order[:count]]))

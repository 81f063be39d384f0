"""Does a generator give its training samples away? Copies, their chance, and a membership test."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gansmith.deploy.open_run import opener
from gansmith.errors import DataError
from gansmith.evaluation.common import in_common
from gansmith.evaluation.exam import KEPT, too_few_held_out
from gansmith.evaluation.loaded import Loaded
from gansmith.evaluation.measure import Comparison, choices, describe, measure
from gansmith.evaluation.sides import Side, side_of
from gansmith.evaluation.sources import Source, load
from gansmith.features import Extractor, build_team
from gansmith.imports import permit
from gansmith.kinds.kind import kind_of_shape
from gansmith.metrics.authenticity import authenticity
from gansmith.metrics.maths.distances import comparable, nearest

METRICS = ("memorisation", "membership", "authenticity")
CHANCE = 0.01  # of either test, below which it is a finding
SHOWN = 4  # closest samples of each class
FROM_A_RUN = 1000
CANNOT = (
    "a report without a finding is no proof of privacy: it cannot see copies of parts of a sample, "
    "or what an attacker knows beside the samples"
)


@dataclass(frozen=True)
class Compared:
    """Samples of each side, as features are taken of them.

    Args:
        trained: what the generator was trained on.
        fakes: what it made.
        kept: reals of the same source that it was not trained on.
        labels: class of each fake, where known.
        classes: names.
    """

    trained: Tensor
    fakes: Tensor
    kept: Tensor
    labels: Tensor | None = None
    classes: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def privacy_report(
    real: Source,
    fake: Source,
    held_out: Source,
    features: str | Extractor | None = None,
    samples: int | None = None,
    seed: int = 0,
    device: str = "auto",
    picture: str | Path | None = None,
    kind: str | None = None,
    trust: bool = False,
) -> dict[str, Any]:
    """Return whether samples give away what their generator was trained on.

    Three looks: ``memorisation``, whether fakes lie nearer to training samples than to held-out
    ones; ``membership``, whether training samples lie nearer to the fakes than held-out ones do;
    and the training sample nearest to each fake, closest first, class by class. Held-out reals must
    come from the same source as those trained on.

    Args:
        real: all that the generator was trained on; each side as for ``evaluate``.
        fake: what it made, or a run.
        held_out: reals that it was not trained on, 8 or more.
        features: an extractor; absent: that of the kind of samples.
        samples: how many fakes; all if left out, and 1,000 of a run.
        seed: of the choice of fakes.
        device: where features are computed.
        picture: write an image there: of images, the closest fakes beside their nearest training
            samples.
        kind: what a sample is, where an array may be several things.
        trust: import a generator that a run folder names by import path.

    Returns:
        ``verdict`` ("memorised" or "clear"), ``says`` (sentences), ``metrics``, ``nearest`` (the
        closest fakes of each class) and ``protocol``; JSON-able.

    Raises:
        DataError: a side cannot be read, or too few reals are held out.

    Reference: Meehan et al. 2020, arXiv:2004.05675; Chen et al. 2019, arXiv:1909.03935.
    """
    permit(features, real, fake, held_out, kind)
    open_run = opener(trust)
    fakes = load(fake, None, samples or FROM_A_RUN, seed, open_run, None, kind)
    reals = load(real, fakes, None, seed, open_run, None, kind)
    said = reals.kind.said(reals.facts)
    kept = load(held_out, fakes, None, seed, open_run, None, kind, said)
    reals, fakes, kept = in_common([reals, fakes, kept])
    labels = fakes.labels
    sides = Compared(reals.samples, fakes.samples, kept.samples, labels, fakes.classes, reals.facts)
    found = report_of(sides, _extractor(reals, features, device), seed)
    if picture is not None and reals.kind.pixels:
        write_picture(sides, found, Path(picture))
    return found


def _extractor(reals: Loaded, features: str | Extractor | None, device: str) -> Extractor:
    if features is not None and not isinstance(features, str):
        return features
    labels = None if reals.labels is None else reals.labels.numpy()
    named = features or reals.kind.defaults.extractor[0]
    return build_team(named, (reals.samples, labels), device, reals.facts)[0]


def usual_extractor(sides: Compared, features: str | None, device: str) -> Extractor:
    """Return the extractor of a name, or that of the kind of samples."""
    named = features or kind_of_shape(tuple(sides.trained.shape[1:])).defaults.extractor[0]
    return build_team(named, (sides.trained, None), device, sides.facts)[0]


def report_of(
    sides: Compared,
    extractor: Extractor,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return the report of samples in memory; see ``privacy_report``.

    Raises:
        DataError: fewer than 8 reals are held out.
    """
    if len(sides.kept) < KEPT:
        raise DataError(too_few_held_out(len(sides.kept), len(sides.trained)))
    chosen = choices(METRICS)
    trained, fakes, kept = (
        side_of(samples, extractor, chosen, progress, keep=True)
        for samples in (sides.trained, sides.fakes, sides.kept)
    )
    read = [trained, fakes, kept]
    found = measure(chosen, Comparison(trained, fakes, kept))
    found["authenticity_of_held_out"] = authenticity(read[0].features, read[2].features)
    closest, nearer = _closest(sides, read)
    found["nearer_than_held_out"] = nearer
    protocol = describe(extractor, chosen, seed)
    protocol |= {"trained": len(sides.trained), "fake": len(sides.fakes)}
    protocol |= {"held_out": len(sides.kept), "chance": CHANCE}
    told = _findings(found)
    says = [*(told or [_clear(found)]), CANNOT[0].upper() + CANNOT[1:] + "."]
    verdict = "memorised" if told else "clear"
    parts = {"metrics": found, "nearest": closest, "protocol": protocol}
    return {"verdict": verdict, "says": says, **parts}


def _closest(sides: Compared, read: list[Side]) -> tuple[list[dict[str, Any]], float]:
    """Return the closest fakes of each class with their nearest training sample.

    And the share of all fakes that are nearer to one than 99 of 100 held-out reals are.
    """
    trained, fakes = comparable(read[0].features, read[1].features)
    kept = comparable(read[0].features, read[2].features)[1]
    found = nearest(fakes, trained)
    apart = found.farthest.double().clamp_min(0).sqrt()
    usual = nearest(kept, trained).farthest.double().clamp_min(0).sqrt()
    typical = float(usual.median()) or 1.0
    labels = torch.zeros(len(fakes), dtype=torch.int64) if sides.labels is None else sides.labels
    rows = []
    for label in sorted(set(labels.tolist())):
        own = torch.nonzero(labels == label).flatten()
        for row in own[apart[own].argsort()[:SHOWN]].tolist():
            named = sides.classes[label] if label < len(sides.classes) else ""
            of = {"class": named, "sample": row, "training_sample": int(found.index[row])}
            rows.append(of | {"distance": float(apart[row]) / typical})
    return rows, float((apart < usual.quantile(0.01)).double().mean())


def _findings(found: Mapping[str, float]) -> list[str]:
    """Return one sentence for each test that says that samples were memorised."""
    says = []
    if found["memorisation_p"] < CHANCE:
        says.append(
            f"The samples lie on training samples: {found['memorised_share']:.0%} more of them "
            f"than their number explains have a training sample as the nearest real (p = "
            f"{found['memorisation_p']:.1g})."
        )
    if found["membership_p"] < CHANCE:
        says.append(
            f"Training samples can be told from held-out ones by their distance to the samples: "
            f"AUC {found['membership_auc']:.3f}, where 0.5 is guessing (p = "
            f"{found['membership_p']:.1g})."
        )
    return says


def _clear(found: Mapping[str, float]) -> str:
    return (
        f"No memorisation was found: the surplus of samples whose nearest real was trained on, "
        f"{found['memorised_share']:.0%}, is within chance (p = {found['memorisation_p']:.2g}), "
        f"and training samples cannot be told from held-out ones by their distance to the samples "
        f"(AUC {found['membership_auc']:.3f}, p = {found['membership_p']:.2g})."
    )


def write_picture(sides: Compared, found: Mapping[str, Any], out: Path) -> None:
    """Write the closest fakes, each with the training sample nearest to it on its right."""
    from gansmith.features import as_unit
    from gansmith.runs.disk import told
    from gansmith.runs.folder import write_whole
    from gansmith.sampling.grids import side_by_side

    fakes = torch.tensor([row["sample"] for row in found["nearest"]])
    reals = torch.tensor([row["training_sample"] for row in found["nearest"]])
    image = side_by_side(as_unit(sides.fakes[fakes]), as_unit(sides.trained[reals]))
    factor = max(1, 64 // max(sides.fakes.shape[2:]))
    large = image.resize((image.width * factor, image.height * factor), 0)
    with told(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(out, lambda temporary: large.save(temporary, format="PNG"))

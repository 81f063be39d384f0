"""What must be said beside a number so that it is not read for more than it is."""

from torch import Tensor

from gansmith.features import Extractor

FEW = 1000


def caveats(reals: Tensor, fakes: int, extractor: Extractor) -> list[str]:
    """Return one sentence for each reason to read the numbers with care.

    Args:
        reals: features of the reals [samples, width].
        fakes: how many fakes are compared.
        extractor: what made the features; its notes are passed on.
    """
    count, width = min(len(reals), fakes), reals.shape[1]
    notes = list(getattr(extractor, "notes", ()))
    if count <= width:
        notes.append(
            f"{count} samples for {width} features: the covariance is singular, so the Frechet "
            f"distance is exact but well above its value for many samples; read it against the "
            f"noise floor only"
        )
    if count < FEW:
        notes.append(f"{count} samples are few: expect the numbers to move by more than the floor")
    constant = int((reals.amax(0) == reals.amin(0)).sum())
    if constant == width:
        notes.append("all reals have equal features: these metrics say nothing about diversity")
    elif constant:
        notes.append(f"{constant} of {width} features are constant over the reals")
    return notes

"""How many images are enough, by resolution."""

from gansmith.data.audit.findings import DataFinding, too_few
from gansmith.finding import Severity

FEW, SOME = 2_000, 10_000  # at 32 px and below
BASE, EXPONENT = 32, 2 / 3  # through 10,000 at 32 px and 100,000 at 1,024 px
REFERENCE = (
    "Zhao et al. 2020, arXiv:2006.10738, for 32 px; Karras et al. 2020, arXiv:2006.06676, for more"
)


def plenty(side: int) -> int:
    """Return how many images of this side keep a discriminator from overfitting in a long run.

    Formula: 10,000 (side / 32)^(2/3), at least 10,000, to two digits. It joins two findings. At
    32 px, a fifth of CIFAR-10, 10,000 images, doubles the distance that all 50,000 reach (Zhao et
    al. 2020). Modern models of high resolution need 100,000 to a million (Karras et al. 2020).
    """
    exact = SOME * max(1.0, side / BASE) ** EXPONENT
    return int(round(exact, -3))


def few(side: int) -> int:
    """Return below how many images of this side a discriminator soon memorises them."""
    return plenty(side) * FEW // SOME


def enough(count: int, side: int = BASE, why: str = "") -> DataFinding | None:
    """Compare the number of images with what their resolution needs.

    Args:
        count: distinct images that can be used.
        side: pixels of their shorter side, as trained on.
        why: in brackets behind the side, where training may choose another one.
    """
    if count < 2:
        return too_few(count, "picture")
    at = f"{side} px ({why})" if why else f"{side} px"
    some = plenty(side)
    least = few(side)
    if count >= some:
        return None
    if count < least:
        says = (
            f"{count:,} images are few for {at}: below about {least:,} the discriminator "
            f"soon memorises them, and samples then get worse"
        )
        fix = (
            "switch on augmentation, as training from the data alone does, or start from a trained "
            "model"
        )
    else:
        says = (
            f"{count:,} images of {at}: below about {some:,} a discriminator overfits in a long run"
        )
        fix = "watch its scores of held-out images, use augmentation if they fall"
    severity: Severity = "warn" if count < least else "note"
    changes = {"augment.name": "diffaugment"}
    return DataFinding("few_images", severity, "data.source", says, fix, changes, REFERENCE, count)

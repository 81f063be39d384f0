"""Small copies of the images as features: layout and colour, without a network."""

from typing import Annotated

from torch import Tensor

from gansmith.features.extractor import FixedExtractor
from gansmith.features.images import IMAGES, resize, to_rgb
from gansmith.ranges import Range
from gansmith.registry import extractors


@extractors.add(kinds=IMAGES)
def pixels(
    size: Annotated[int, Range(low=1, high=64, why="there are 3 x size x size features")] = 16,
) -> FixedExtractor:
    """Pixels of the image made small: sees colours and layout, not texture; needs no weights.

    Args:
        size: side in pixels that images are resized to (antialiased bicubic); there are
            3 x size x size features.

    Raises:
        ValueError: size is outside 1 to 64.
    """

    def small(samples: Tensor) -> Tensor:
        return resize(to_rgb(samples), size)

    return FixedExtractor(
        name="pixels",
        width=3 * size * size,
        resize=f"antialiased bicubic to {size} px",
        kinds=IMAGES,
        function=lambda samples: small(samples).flatten(1),
        layers=lambda samples: (small(samples),),
    )

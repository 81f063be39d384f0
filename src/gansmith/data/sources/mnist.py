"""Handwritten digits that ship inside the package."""

import numpy as np

from gansmith.data.source import Values
from gansmith.data.sources.embedded_files import FOLDER
from gansmith.registry import sources


@sources.add(kinds=("image",))
def mnist() -> Values:
    """10,000 handwritten digits, grey, 28 px, labelled 0 to 9.

    At 32 px, which is also what an unsaid size means, they get a border of 2 background pixels
    instead of being blurred by an enlargement. Set 28 to have them as they are.

    Reference: LeCun et al. 1998, Gradient-based learning applied to document recognition.
    """
    with (FOLDER / "mnist.npz").open("rb") as file, np.load(file) as archive:
        images, labels = archive["images"][:, None], archive["labels"].astype(np.int64)
    facts = {"kind": "embedded"}
    return Values("mnist", images, labels, tuple("0123456789"), border_to=(32, 32), facts=facts)

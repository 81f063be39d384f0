"""The question as users ask it: does what this run makes help a classifier of its data?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gansmith.deploy.loaded import load
from gansmith.downstream.augment import Options, Progress, study
from gansmith.downstream.synthetic import Filter
from gansmith.downstream.written import PICTURE, prepare_folder, write_study
from gansmith.imports import permit


def augmentation_study(
    data: Any,
    run: str | Path,
    test: Any = None,
    amounts: Sequence[int] | None = None,
    seeds: int = 5,
    times: float | None = None,
    filtered: Filter = "agreement",
    steps: int = 150,
    seed: int = 0,
    privacy: bool = True,
    features: str | None = None,
    out: str | Path | None = None,
    device: str = "auto",
    trust: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Say whether a generator's samples help a classifier of its data.

    Classifiers (a small network for images and series, gradient boosted trees for rows) learn from
    the real samples, from real and synthetic ones, from synthetic ones alone, and from the cheap
    alternatives: oversampling, ordinary augmentation, for rows SMOTE. The test part is unseen by
    the generator and by the classifiers.

    Args:
        data: what the run was trained on, with classes; as for ``train``.
        run: the run folder.
        test: samples to test on; the part of the data that the run held out if left out.
        amounts: numbers of real samples; a sixteenth, a quarter and all if left out.
        seeds: of the choice of samples and of the classifiers, 2 or more.
        times: each class is filled up to so many times the largest; if left out 1 where classes
            are unequal, else 2.
        filtered: "agreement" takes synthetic samples first that a classifier of the real ones takes
            for their class, "none" takes them as they come.
        steps: of gradient descent of a classifier of images or series.
        seed: the first seed.
        privacy: look for memorised training samples too.
        features: extractor of that look; absent: that of the kind of samples.
        out: a folder for augment.json, augment.md and nearest.png.
        device: where features are computed.
        trust: import a generator that the run folder names by import path.
        progress: called with (what, done, total).

    Returns:
        ``answer`` ("helps", "no", "harms", or "unknown" where the generator saw more real samples
        than the classifiers), ``says``, ``rare_classes``, ``results`` (one for each amount: every
        arm's scores with intervals, and differences), ``privacy`` and ``protocol``; JSON-able.

    Raises:
        DataError: the test part overlaps what the run was trained on, or the samples have no
            classes.
        RunError: the run folder does not record what it was trained on.
        UsageError: a number is out of range.
    """
    asked = Options(amounts, seeds, times, filtered, steps, seed, privacy, features, device)
    asked.check()
    place = None if out is None else Path(out)
    if place:
        prepare_folder(place)
    permit(data, test, features)
    loaded = load(run, device=device, trust=trust)
    picture = place and place / PICTURE
    found = study(loaded, Path(run), data, test, asked, picture, progress)
    if place:
        write_study(found, place)
    return found

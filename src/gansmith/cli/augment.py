"""``gansmith augment``: does adding a generator's samples help a classifier?"""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from gansmith.cli.output import say, say_json
from gansmith.cli.usage import at_least
from gansmith.errors import UsageError


def augment(
    data: str,
    /,
    *,
    run: str,
    test: str | None = None,
    amounts: str | None = None,
    seeds: int = 5,
    fill: float | None = None,
    filter: Literal["agreement", "none"] = "agreement",
    steps: int = 150,
    seed: int = 0,
    privacy: bool = True,
    features: str | None = None,
    out: Path | None = None,
    device: Literal["auto", "cpu", "cuda"] = "auto",
    json: bool = False,
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Say whether a generator's samples help a classifier, or whether you fool yourself.

    Small classifiers are trained on the real samples, on real and synthetic ones, on synthetic ones
    alone, and on what is cheaper: oversampling and ordinary augmentation. They are tested on
    samples that neither they nor the generator have seen; a test part that the run was trained on
    is refused.

    Args:
        data: what the run was trained on, with classes: a path or the name of a set that ships.
        run: the run folder.
        test: samples to test on; the part of the data that the run held out if left out.
        amounts: numbers of real samples to try, as 100,400,all; a sixteenth, a quarter and all if
            left out.
        seeds: how often each classifier is trained, with other samples and weights.
        fill: each class gets synthetic samples up to so many times the largest class; if left out
            1 where classes are unequal, else 2.
        filter: agreement takes synthetic samples first that a classifier of the real ones takes for
            their class; none takes them as they come.
        steps: of gradient descent of a classifier of images or series; rows have trees.
        seed: the first seed.
        privacy: look for memorised training samples too.
        features: extractor of that look, as for evaluate.
        out: a folder for augment.json, augment.md and nearest.png.
        device: where features are computed.
        json: print one JSON document instead of the page.
        trust: import the generator if the run folder names it by import path.

    Raises:
        UsageError: a number is out of range.
    """
    at_least("--seeds", seeds, 2)
    at_least("--fill", fill, 1)
    at_least("--steps", steps, 1)
    at_least("--seed", seed, 0)
    given: dict[str, Any] = {"seeds": seeds, "times": fill, "filtered": filter, "steps": steps}
    given |= {"amounts": read_amounts(amounts), "seed": seed, "privacy": privacy}
    given |= {"features": features, "device": device}
    found = _studied(data, run, test, given, out, json, trust)
    if json:
        say_json(found)
    else:
        from gansmith.downstream.page import page_of

        say(page_of(found).rstrip())


def read_amounts(text: str | None) -> list[int] | None:
    """Read numbers of samples with commas between; ``all`` is one too.

    Raises:
        UsageError: it has another form.
    """
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    try:
        found = [EVERY if word == "all" else int(word) for word in words]
    except ValueError:
        raise UsageError(f"--amounts needs numbers, as 100,400,all, but is '{text}'") from None
    for number in found:
        at_least("--amounts", number, 2)
    return found


EVERY = 1 << 40  # more samples than there are


def _studied(
    data: str,
    run: str,
    test: str | None,
    given: dict[str, Any],
    out: Path | None,
    quiet: bool,
    trust: bool,
) -> dict[str, Any]:
    """Return what the study finds, with progress on stderr unless quiet."""
    from rich.console import Console
    from rich.progress import Progress

    from gansmith.cli.evaluate import Bars
    from gansmith.downstream.study_of_run import augmentation_study
    from gansmith.imports import permit

    permit(data, test, given["features"])
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        told = Bars(bar)
        return augmentation_study(data, run, test, out=out, trust=trust, progress=told, **given)

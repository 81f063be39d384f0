"""``gansmith project``: the latent nearest to an image."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from gansmith.cli.output import say, say_json
from gansmith.cli.usage import at_least
from gansmith.shown import one_line


def project(
    image: str,
    run: str,
    /,
    *,
    out: str | None = None,
    label: str | None = None,
    steps: int = 200,
    seed: int = 0,
    json: Annotated[bool, Parameter(negative="")] = False,
    which: Literal["best", "last"] = "best",
    device: Literal["auto", "cpu", "cuda"] = "auto",
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Find the latent whose sample is nearest to an image, and say how far it is.

    Args:
        image: a picture file; it is resized to the size of the run's samples.
        run: the run folder, or hub:org/name of the Hugging Face hub.
        out: a .png of the image beside what was found, or an .npz with latent and sample.
        label: the class of the sample, by number or name, for a run trained with labels.
        steps: of the search.
        seed: of the latents that it starts from.
        json: print one JSON document, with the latent.
        which: the best checkpoint by the run's first metric, or the last.
        device: where to compute.
        trust: import the generator and its condition if the run folder names them by import path.

    Raises:
        UsageError: steps or seed is too small, or the ending of the file is another.
    """
    at_least("--steps", steps, 1)
    at_least("--seed", seed, 0)
    from gansmith.deploy import load, read_target, write_projected
    from gansmith.deploy.project import project as search

    loaded = load(run, which, device, trust)
    target = read_target(loaded, image)
    row = loaded.condition(1, {"label": label})
    found = search(loaded, target, steps, seed, row)
    if out is not None:
        write_projected(Path(out), target, found)
    if json:
        say_json(
            {"error": found.error, "nearest_drawn": found.drawn, "latent": found.latent.tolist()}
        )
        return
    say(
        f"the nearest latent's sample differs from the image by {found.error:.4g} "
        f"(root mean square, of a range of 2); the nearest of 2,048 drawn ones by {found.drawn:.4g}"
    )
    if out is not None:
        say(one_line(out))

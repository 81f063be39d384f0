"""``gansmith sample``."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from gansmith.cli.output import say
from gansmith.cli.usage import at_least
from gansmith.errors import UsageError, counted
from gansmith.shown import listed as all_of
from gansmith.shown import one_line
from gansmith.shown import value as quoted


def sample(
    run: str,
    /,
    *,
    count: Annotated[int, Parameter(name=["--count", "-n"])] = 64,
    seed: int = 0,
    label: str | None = None,
    text: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    code: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    condition: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    truncation: float = 1.0,
    mix: int | None = None,
    interpolate: int | None = None,
    out: str,
    which: Literal["best", "last"] = "best",
    device: Literal["auto", "cpu", "cuda"] = "auto",
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make samples with a trained generator.

    Args:
        run: the run folder, or hub:org/name of the Hugging Face hub.
        count: how many samples.
        seed: the same seed gives the same samples.
        label: a class by number or name, for a run trained with labels; several in turn as a,b; a
            place between some as a+b or a:0.7+b:0.3; all in turn if not said.
        text: what to show, in words, for a run trained with captions; may be repeated, and then the
            texts come in turn; captions of the data in turn if not said.
        code: number and value of a code, as 0=3; may be repeated; for a run with [codes].
        condition: what any other condition of the run is to be, as NAME=VALUE; may be repeated.
        truncation: of a stylegan2, how far styles are from their mean, as a share: 0 leaves the
            mean alone, 1 changes nothing, .5 to .7 trades variety for quality.
        mix: of a stylegan2, the layer from which on the styles are those of seed + 1: low layers
            make the layout, high ones colour and texture.
        interpolate: make a film instead: a closed path through this many samples of the seed, 16
            frames from each to the next, written as .webp or .gif.
        out: a folder for one PNG each, in a folder for each class where there are any, or a file:
            .png (one image), .npz (with labels and the names of classes), .csv (vectors and
            series), .txt (texts, one a line).
        which: the best checkpoint by the run's first metric, or the last.
        device: where to compute.
        trust: import the generator and its condition if the run folder names them by import path.

    Raises:
        UsageError: a count is below 1, a seed below 0, or a code or condition has another form.
    """
    words = {"label": [] if label is None else [label], "text": list(text), "code": list(code)}
    words |= by_name(condition)
    at_least("--count", count, 1)
    at_least("--seed", seed, 0)
    if interpolate is not None:
        at_least("--interpolate", interpolate, 2)
    from gansmith.conditions.of_run import parsed
    from gansmith.deploy import known_of, load, write_samples
    from gansmith.registry import conditions

    given = {name: said for name, said in words.items() if said} | parsed(words, conditions)
    loaded = load(run, which, device, trust)
    own = [conditions.get(part.name) for part in loaded.recipe.conditions]
    given |= parsed(words, own)
    if interpolate is not None:
        if mix is not None:
            raise UsageError("--mix is not for films; leave it or --interpolate out")
        film(loaded, given, out, (seed, interpolate, truncation))
        return
    asked = loaded.condition(count, given)
    samples = loaded.sample(count, seed, condition=asked, truncation=truncation, mix=mix)
    known = known_of(loaded, asked)
    written = write_samples(samples, Path(out), known, loaded.kind)
    place = one_line(str(written[0] if len(written) == 1 else out))
    say(f"{counted(len(samples), 'sample')} in {place}")
    if known.beside and out.lower().endswith(loaded.kind.unlabelled or " "):
        say(f"a .csv of samples has no column of {all_of(known.beside)}; an .npz has them")
    if loaded.range:
        low, high = loaded.range
        say(f"black stands for {low:,.6g} and white for {high:,.6g} of the data (data.range)")


def film(loaded: Any, given: Any, out: str, path: tuple[int, int, float]) -> None:
    """Write a film along a closed path through samples of a seed."""
    from gansmith.deploy.animate import FilmPath, write_film

    seed, stops, truncation = path
    along = FilmPath(seed, stops, truncation=truncation)
    frames = write_film(loaded, Path(out), along, lambda n: loaded.condition(n, given))
    say(f"{counted(frames, 'frame')} in {one_line(out)}")


def by_name(pairs: tuple[str, ...]) -> dict[str, list[str]]:
    """Read ``NAME=VALUE`` pairs: the words said of each name.

    Raises:
        UsageError: a pair has another form.
    """
    words: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            form = "--condition needs the form NAME=VALUE, as label=3"
            raise UsageError(f"{form}, but is {quoted(pair)}")
        words.setdefault(name, []).append(value)
    return words

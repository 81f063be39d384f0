"""What the builders of parts must return, and what is said when one of a user's own does not."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from gansmith.errors import GansmithError, PartError, wrong_return
from gansmith.records import AdversarialLoss, Constraint, Knob, Term
from gansmith.registry import Part, Registry


class Must(NamedTuple):
    """What a builder of one kind must return: a test, and the words for it."""

    holds: Callable[[Any], bool]
    words: str


def _is_loss(found: Any) -> bool:
    sides = ("discriminator", "generator")
    return isinstance(found, AdversarialLoss) and all(callable(getattr(found, s)) for s in sides)


def _is_term(found: Any) -> bool:
    return isinstance(found, Term) and callable(found.value) and isinstance(found.weight, Knob)


def _is_constraint(found: Any) -> bool:
    acts = (found.prepare, found.after_step) if isinstance(found, Constraint) else ("",)
    return all(act is None or callable(act) for act in acts)


def _is_augmentation(found: Any) -> bool:
    strength = getattr(found, "strength", None)
    return callable(getattr(found, "apply", None)) and isinstance(strength, Knob)


def _is_conditioning(found: Any) -> bool:
    return all(hasattr(found, name) for name in ("name", "generator", "discriminator", "reader"))


def _is_game(found: Any) -> bool:
    return all(hasattr(found, name) for name in ("players", "latent", "turns", "play", "sample"))


def _is_network(found: Any) -> bool:
    return isinstance(found, nn.Module)


MUST: Mapping[str, Must] = {
    "loss": Must(_is_loss, "an AdversarialLoss of two functions of (real, fake) scores"),
    "term": Must(_is_term, "a Term whose value is a function and whose weight is a Knob"),
    "constraint": Must(_is_constraint, "a Constraint of functions of the discriminator"),
    "augmentation": Must(_is_augmentation, "an Augmentation of a function and a Knob"),
    "condition": Must(_is_conditioning, "a Conditioning"),
    "optimizer": Must(lambda f: isinstance(f, Optimizer), "a torch.optim.Optimizer"),
    "controller": Must(callable, "a function of (signals, knobs) that returns a list of Move"),
    "generator": Must(_is_network, "a torch.nn.Module"),
    "discriminator": Must(_is_network, "a torch.nn.Module"),
    "game": Must(_is_game, "a game, which has players, latent, turns, play and sample"),
}


def is_own(part: Part[Any]) -> bool:
    """Say whether a part is not one of this package's."""
    return not part.builder.__module__.startswith("gansmith.")


def named(part: Part[Any]) -> str:
    """Return a part as messages call it: "loss 'own.py:my_loss'"."""
    return f"{part.kind} '{part.name}'"


def build_part(
    kind: Registry[Any], name: str, options: Mapping[str, Any] | None = None, **context: Any
) -> Any:
    """Build a part as ``Registry.build`` does, and check the result.

    Raises:
        UnknownPartError: nothing has that name.
        ValueError: an option is unknown, of a wrong type or out of range.
        PartError: it failed, or returned something other than a part of its kind; the message names
            it.
    """
    part = kind.get(name)
    with naming(part):
        found = kind.build(name, options, **context)
    return check_returned(part, found)


@contextmanager
def naming(part: Part[Any]) -> Iterator[None]:
    """Have whatever code of the user's own raises, but for refusals, name the part.

    Raises:
        PartError: the code failed; the message names it.
    """
    try:
        yield
    except (ValueError, GansmithError):
        raise
    except Exception as error:
        if not is_own(part):
            raise
        raise PartError(f"{named(part)} failed: {type(error).__name__}: {error}") from error


def check_returned(part: Part[Any], found: Any) -> Any:
    """Return what a builder returned, if it is what parts of its kind are.

    Raises:
        PartError: it is something else; the message names the part and what it must return.
    """
    must = MUST.get(part.kind)
    if must and not must.holds(found):
        raise wrong_return(named(part), must.words, found)
    if part.kind == "loss" and is_own(part):
        _try_loss(part, found)
    return found


def _try_loss(part: Part[Any], loss: AdversarialLoss) -> None:
    """Ask a loss for the value of four scores on each side, as a first step would."""
    for player, function in (("discriminator", loss.discriminator), ("generator", loss.generator)):
        with naming(part):
            found = function(torch.linspace(-1, 1, 4), torch.linspace(-2, 1, 4))
        if not isinstance(found, Tensor) or found.shape not in ((4,), ()):
            must = "one loss for each score, a tensor of the shape of the scores"
            raise wrong_return(f"the {player}'s function of {named(part)}", must, found)

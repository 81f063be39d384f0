"""The base losses that a relativistic loss may compare scores with."""

from gansmith.facts import LossFacts
from gansmith.records import AdversarialLoss
from gansmith.registry import Part, losses


def base_loss(name: str) -> AdversarialLoss:
    """Return the loss of that name, which must judge real and fake scores one by one.

    Raises:
        ValueError: the loss cannot judge differences of scores.
        UnknownPartError: there is no such loss.
    """
    part = losses.get(name)
    if not fits(part):
        fitting = ", ".join(p.name for p in losses if fits(p))
        raise ValueError(
            f"base must be a loss that judges each score alone, on a scale of its own, but is "
            f"'{name}'; take one of {fitting}"
        )
    built: AdversarialLoss = part.builder()
    return built


def check_base(base: str) -> None:
    """Refuse a base that no relativistic loss can have; raises as ``base_loss`` does."""
    base_loss(base)


def fits(part: Part[LossFacts]) -> bool:
    """Return whether a loss can be a base.

    Not one that compares pairs already, nor one of reconstruction errors, nor wasserstein, whose
    differences are what it is.
    """
    facts = part.facts
    return not (facts.paired or facts.autoencoder or facts.lipschitz)

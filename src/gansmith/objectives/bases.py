"""The base losses that a relativistic loss may compare scores with."""

from gansmith.records import AdversarialLoss
from gansmith.registry import losses


def base_loss(name: str) -> AdversarialLoss:
    """Return the loss of that name, which must judge real and fake scores one by one.

    Raises:
        ValueError: the loss compares pairs itself, or its scores are reconstruction errors.
        UnknownPartError: there is no such loss.
    """
    part = losses.get(name)
    if part.facts.get("paired") or part.facts.get("autoencoder"):
        fitting = [
            p.name for p in losses if not (p.facts.get("paired") or p.facts.get("autoencoder"))
        ]
        raise ValueError(
            f"base must be a loss that judges each score alone but is '{name}'; "
            f"take one of {', '.join(fitting)}"
        )
    built: AdversarialLoss = part.builder()
    return built

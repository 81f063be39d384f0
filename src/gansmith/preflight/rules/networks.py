"""Rules of the built networks."""

import math
from collections.abc import Iterator
from typing import Any

from gansmith.preflight.case import Case, Finding, rules
from gansmith.preflight.fixes import at, narrower, value_of
from gansmith.preflight.rules.kinds import takes
from gansmith.recipe.declared import conditioned_on, players_of
from gansmith.recipe.recipe import Recipe
from gansmith.registry import discriminators, generators, losses, terms

BOUNDED = ("least_squares",)  # losses with targets, which a sigmoid can reach


@rules.add(needs="networks")
def no_autoencoder(case: Case) -> Iterator[Finding]:
    """A loss of reconstruction errors needs a discriminator that reconstructs.

    Reference: Zhao et al. 2016, arXiv:1609.03126; Berthelot et al. 2017, arXiv:1703.10717.
    """
    loss = case.recipe.loss
    errors = loss and losses.get(loss.name).facts.autoencoder
    if loss and errors and not case.networks["discriminator"].autoencodes:
        yield Finding(
            "no_autoencoder",
            "refuse",
            f"loss.{loss.name}",
            "needs a discriminator that reconstructs its samples, whose error is the score",
            'take the discriminator "autoencoder" for images, or the loss relativistic',
            {"networks.discriminator": {"name": "autoencoder"}}
            if case.data and takes(discriminators.get("autoencoder"), case.data.kind)
            else {"loss": {"name": "relativistic"}},
            "Zhao et al. 2016, arXiv:1609.03126",
        )


@rules.add(needs="networks")
def slope_through_batch_norm(case: Case) -> Iterator[Finding]:
    """A penalty on the slope at each sample means nothing where batch norm mixes the samples.

    Reference: Gulrajani et al. 2017, arXiv:1704.00028.
    """
    if not case.networks["discriminator"].batch_norm:
        return
    for part in case.recipe.terms:
        if terms.get(part.name).facts.slope:
            yield Finding(
                "slope_through_batch_norm",
                "refuse",
                f"terms.{part.name}",
                "penalises D's slope at each sample, but batch norm makes its scores depend on the"
                " whole batch",
                "set networks.discriminator.batch_norm = false, or use a discriminator without"
                " batch norm (modern, sngan)",
                _without_batch_norm(case),
                "Gulrajani et al. 2017, arXiv:1704.00028",
            )


@rules.add
def mixing_of_conditions(case: Case) -> Iterator[Finding]:
    """A sample of two styles in training belongs to two latents: what is asked for would not show.

    Reference: Karras et al. 2018, arXiv:1812.04948.
    """
    part = case.recipe.networks.generator
    if part is None or not part.options.get("mixing"):
        return
    asked = [condition.name for condition in case.recipe.conditions]
    asked += ["encoder"] if "encoder" in players_of(case.recipe).values() else []
    for what in asked:
        yield Finding(
            "mixing_of_conditions",
            "refuse",
            "networks.generator.mixing",
            f"gives a sample the styles of two latents, of which the {what} would know one",
            "leave mixing out",
            {"networks.generator.mixing": 0.0},
            "Karras et al. 2018, arXiv:1812.04948",
        )


@rules.add(needs="networks")
def bounded_scores(case: Case) -> Iterator[Finding]:
    """A loss of scores takes the logarithm or the difference itself: D must end without a sigmoid.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661.
    """
    loss, reach = case.recipe.loss, case.networks["discriminator"].reach
    if loss is None or reach is None or loss.name in BOUNDED:
        return
    if losses.get(loss.name).facts.autoencoder:
        return
    bounded = case.networks["discriminator"].bounded
    near_one = max(-reach[0], reach[1]) >= 0.9  # hidden units of tanh bound the scores elsewhere
    tanh = bounded and near_one and -1.0 <= reach[0] < 0.0 and reach[1] <= 1.0
    recurrent = case.data is not None and case.data.kind.discrete  # which saturate inside
    if tanh or (_within(reach, 0.0, 1.0) and (bounded or not recurrent)):
        low, last = ("-1", "tanh") if tanh else ("0", "sigmoid")
        yield Finding(
            "bounded_scores",
            "refuse",
            "networks.discriminator",
            f"its scores stay between {low} and 1 whatever it sees, as after a {last}, but the loss"
            f" {loss.name} takes unbounded scores and applies what it needs itself",
            f"remove the {last} from the end of the discriminator, or take the loss least_squares,"
            " whose targets it can reach",
            {"loss": {"name": "least_squares"}},
            "Goodfellow et al. 2014, arXiv:1406.2661",
        )


@rules.add(needs="networks")
def generator_range(case: Case) -> Iterator[Finding]:
    """A generator must be able to reach all of [-1, 1], where images live, and not much more.

    Reference: Radford et al. 2015, arXiv:1511.06434.
    """
    reach = case.networks["generator"].reach
    if reach is None or case.data is None or case.data.kind.bounds is None:
        return
    says = _other_range(reach, case.networks["generator"].bounded, case.data.reach)
    if says:
        yield Finding(
            "generator_range",
            "refuse",
            "networks.generator",
            f"its pixels {says}: the discriminator separates them by brightness alone",
            "end the generator with tanh",
            reference="Radford et al. 2015, arXiv:1511.06434",
        )


def _other_range(
    reach: tuple[float, float], bounded: bool, real: tuple[float, float]
) -> str | None:
    """Say how the pixels of G cannot be those of the data; None where they can."""
    low, high = reach
    if _within(reach, 0.0, 1.0):
        return (
            "stay between 0 and 1 whatever the latent, as after a sigmoid, but data live in [-1, 1]"
        )
    if low >= 0.0 and high > 0.1 and real[0] < -0.1:
        return f"never fall below {low:.3g} whatever the latent, but those of the data do"
    spare = 0.1 * (real[1] - real[0])
    if bounded and (low > real[0] + spare or high < real[1] - spare):
        return (
            f"stay between {low:.3g} and {high:.3g} whatever the latent, but those of the data run"
            f" from {real[0]:.3g} to {real[1]:.3g}"
        )
    if bounded and (low < -1.1 or high > 1.1):
        return f"run from {low:.3g} to {high:.3g}, but data live in [-1, 1]"
    return None


@rules.add(needs="networks")
def discriminator_outgrows_data(case: Case) -> Iterator[Finding]:
    """A discriminator with more parameters than the data have numbers can memorise them all.

    Reference: Zhang et al. 2016, arXiv:1611.03530; Karras et al. 2020, arXiv:2006.06676.
    """
    data = case.data
    if data is None or data.endless or data.kind.compares_raw:
        return
    numbers = data.count * math.prod(data.shape)
    parameters = case.networks["discriminator"].parameters
    part = case.recipe.networks.discriminator
    if parameters > numbers:
        smaller = narrower(part, discriminators, 0.9 * numbers / parameters) if part else {}
        yield Finding(
            "discriminator_outgrows_data",
            "warn",
            "networks.discriminator",
            f"{parameters:,} parameters against {numbers:,} numbers in {data.count:,} training"
            " samples: it can memorise them all, and then teaches nothing",
            "use a narrower discriminator, or more data; a stronger slope penalty and augmentation"
            " delay it",
            at("networks.discriminator", smaller),
            "Zhang et al. 2016, arXiv:1611.03530; Karras et al. 2020, arXiv:2006.06676",
        )


@rules.add(needs="networks")
def too_few_class_heads(case: Case) -> Iterator[Finding]:
    """A conditional network needs room for every class of the data.

    Reference: Miyato and Koyama 2018, arXiv:1802.05637.
    """
    if not conditioned_on(case.recipe, "labels") or case.data is None:
        return
    classes = len(case.data.classes)
    for player, network in case.networks.items():
        room = _given_classes(case.recipe, player) or max(network.tables, default=classes)
        if room < classes:
            named = _given_classes(case.recipe, player) is not None
            yield Finding(
                "too_few_class_heads",
                "refuse",
                f"networks.{player}",
                f"has room for {room} classes, but the data have {classes}",
                f"build it for {classes} classes",
                {f"networks.{player}.classes": classes} if named else {},
                "Miyato and Koyama 2018, arXiv:1802.05637",
            )


def _given_classes(recipe: Recipe, player: str) -> int | None:
    """Return for how many classes the recipe builds a network that reads labels itself."""
    part = getattr(recipe.networks, player)
    registry = generators if player == "generator" else discriminators
    found = value_of(part, registry, "classes") if part else None
    return found if isinstance(found, int) else None


def _without_batch_norm(case: Case) -> dict[str, Any]:
    """Return the change that takes batch norm out of D, or another D where it cannot do without."""
    part = case.recipe.networks.discriminator
    if part and value_of(part, discriminators, "batch_norm") is not None:
        return {"networks.discriminator.batch_norm": False}
    image = case.data is not None and takes(discriminators.get("sngan"), case.data.kind)
    return {"networks.discriminator": {"name": "sngan" if image else "mlp"}}


def _within(reach: tuple[float, float], low: float, high: float) -> bool:
    """Whether outputs for inputs of any size fill a tenth of a range; less is a fresh layer."""
    return low <= reach[0] <= reach[1] <= high and reach[1] - reach[0] > 0.1 * (high - low)

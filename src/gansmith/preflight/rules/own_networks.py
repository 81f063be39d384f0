"""Rules of networks that a user may have written: what they give, and whether they can learn."""

import inspect
from collections.abc import Iterator

from gansmith.preflight.case import Case, Finding, rules
from gansmith.preflight.fixes import without
from gansmith.recipe.sections import Part
from gansmith.registry import terms

FIRST = "Goodfellow et al. 2014, arXiv:1406.2661"


@rules.add(needs="networks")
def sample_shape(case: Case) -> Iterator[Finding]:
    """A generator makes samples of the shape that the data have.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661.
    """
    gives = case.networks["generator"].gives
    if case.data and case.data.kind.discrete:
        return  # numbers of tokens
    if case.data and gives and gives != case.data.shape:
        yield Finding(
            "sample_shape",
            "refuse",
            "networks.generator",
            f"makes samples of the shape {list(gives)}, but those of the data are"
            f" {list(case.data.shape)}",
            "have it make samples of the argument `shape` that its function is given",
            reference=FIRST,
        )


@rules.add(needs="networks")
def learns_nothing(case: Case) -> Iterator[Finding]:
    """A network without parameters cannot be trained.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661.
    """
    for player, network in case.networks.items():
        if not network.parameters:
            yield Finding(
                "learns_nothing",
                "refuse",
                f"networks.{player}",
                "has no parameters, so there is nothing to train",
                "give it layers that have some",
                reference=FIRST,
            )


@rules.add(needs="networks")
def no_features(case: Case) -> Iterator[Finding]:
    """Some terms read the features behind D's scores, which a plain network does not give.

    Reference: Salimans et al. 2016, arXiv:1606.03498.
    """
    if case.networks["discriminator"].features:
        return
    for part in case.recipe.terms:
        if _reads_features(part):
            yield Finding(
                "no_features",
                "refuse",
                f"terms.{part.name}",
                "reads the features behind D's scores, but this discriminator gives scores alone",
                "have it return Critique(scores, features) and set its attribute feature_width, or"
                " leave the term out",
                without(case.recipe, "terms", [part]),
                terms.get(part.name).reference,
            )


def _reads_features(part: Part) -> bool:
    entry = terms.get(part.name)
    asks = "feature_width" in inspect.signature(entry.builder).parameters
    return asks or entry.facts.features

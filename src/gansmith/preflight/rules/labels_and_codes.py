"""Rules of what a sample is to be: labels and codes, and the terms that make them count."""

from collections.abc import Iterator

from gansmith.preflight.case import Case, Finding, rules
from gansmith.recipe.declared import conditioned_on, of_condition
from gansmith.recipe.recipe import Recipe
from gansmith.registry import conditions, terms

INFOGAN = "Chen et al. 2016, arXiv:1606.03657"
MATCHING = "Reed et al. 2016, arXiv:1605.05396"
ACGAN = "Odena et al. 2016, arXiv:1610.09585"


@rules.add
def codes_without_reader(case: Case) -> Iterator[Finding]:
    """Codes mean something only where a term makes them readable in the sample, and the reverse.

    Reference: Chen et al. 2016, arXiv:1606.03657.
    """
    codes, reading = case.recipe.codes, _terms(case.recipe, "codes")
    if codes is None:
        for name in reading:
            yield Finding(
                "codes_without_reader",
                "refuse",
                f"terms.{name}",
                "the latent carries no codes to read",
                "add [codes], for example categorical = [10]",
                {"codes.categorical": [10]},
                INFOGAN,
            )
    elif not reading:
        yield Finding(
            "codes_without_reader",
            "refuse",
            "codes",
            "nothing makes them readable in a sample, so that they would have no meaning",
            "add the term infogan",
            {"terms.infogan.weight": 1.0},
            INFOGAN,
        )


@rules.add
def condition_in_another_table(case: Case) -> Iterator[Finding]:
    """Codes have a table of their own."""
    name = case.recipe.condition.name if case.recipe.condition else ""
    table = conditions.get(name).facts.table if name else "condition"
    if table != "condition":
        yield Finding(
            "condition_in_another_table",
            "refuse",
            "condition.name",
            f"{name} are named in [{table}], with the same options",
            f"leave [condition] out and add [{table}]",
        )


@rules.add
def codes_beyond_latent(case: Case) -> Iterator[Finding]:
    """Each code takes one number of the latent."""
    codes, latent = case.recipe.codes, case.recipe.game.latent
    count = len(codes.categorical) + codes.continuous if codes else latent
    if count == 0:
        yield Finding(
            "codes_beyond_latent",
            "refuse",
            "codes",
            "there is none",
            "set codes.categorical = [10]",
            {"codes.categorical": [10]},
            INFOGAN,
        )
    if count > latent:
        yield Finding(
            "codes_beyond_latent",
            "refuse",
            "game.latent",
            f"{count} codes take as many numbers of the latent, which has {latent}",
            f"set game.latent = {2 * count}",
            {"game.latent": 2 * count},
            INFOGAN,
        )


@rules.add
def classifier_without_labels(case: Case) -> Iterator[Finding]:
    """A classifying term needs labels, and a discriminator without them needs such a term.

    Reference: Odena et al. 2016, arXiv:1610.09585.
    """
    naming = _terms(case.recipe, "classifies")
    if not conditioned_on(case.recipe, "labels"):
        for name in naming:
            yield Finding(
                "classifier_without_labels",
                "refuse",
                f"terms.{name}",
                "needs class labels",
                'add [condition] with name = "labels"',
                {"condition.name": "labels"},
                ACGAN,
            )
    elif of_condition(case.recipe, "discriminator") == "classifier" and not naming:
        yield Finding(
            "classifier_without_labels",
            "refuse",
            "condition.discriminator",
            "no term names the classes, so that G would never learn of them",
            'add the term acgan, or set condition.discriminator = "projection"',
            {"condition.discriminator": "projection"},
            ACGAN,
        )


@rules.add
def term_without_condition(case: Case) -> Iterator[Finding]:
    """A term that tells right conditions from wrong ones needs a condition that D is given.

    Reference: Reed et al. 2016, arXiv:1605.05396.
    """
    told = [conditions.get(part.name).facts.belong for part in case.recipe.conditions]
    if any(told) and of_condition(case.recipe, "discriminator") != "classifier":
        return
    for name in _terms(case.recipe, "conditioned"):
        yield Finding(
            "term_without_condition",
            "refuse",
            f"terms.{name}",
            "D is given no condition that could be wrong",
            'add [condition], as name = "text" for captions or "labels" for classes',
            {"condition.name": "labels"},
            MATCHING,
        )


@rules.add(needs="data")
def classes_of_transfer(case: Case) -> Iterator[Finding]:
    """What a trained run knows of its classes fits no other number of classes.

    Reference: Shahbazi et al. 2021, arXiv:2102.06696.
    """
    assert case.data is not None
    known, classes = case.known_classes, tuple(case.data.classes)
    if known and conditioned_on(case.recipe, "labels") and known != classes:
        alike = len(known) == len(classes)
        says = (
            "the classes have other names than those of the run, whose embeddings they take in turn"
            if alike
            else f"the run has {len(known)} classes, the data have {len(classes)}: the tables of"
            " classes start anew, and only the rest is taken over"
        )
        yield Finding(
            "classes_of_transfer",
            "note",
            "transfer.run",
            says,
            "train long enough for the classes to be learned again, or start from a run with these",
            reference="Shahbazi et al. 2021, arXiv:2102.06696",
        )


def _terms(recipe: Recipe, fact: str) -> list[str]:
    return [part.name for part in recipe.terms if getattr(terms.get(part.name).facts, fact)]

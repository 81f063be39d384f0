"""``gansmith cite``: BibTeX of the papers behind a recipe's parts."""

from typing import Annotated

from cyclopts import Parameter

from gansmith.cli.output import say


def cite(recipe: str, /, *, trust: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Print BibTeX of the papers behind the parts of a recipe.

    What the recipe leaves open is chosen from the data when training starts: cite the
    ``recipe.toml`` of a run folder to have all of it.

    Args:
        recipe: a recipe file or the name of one that ships.
        trust: import the parts that the recipe names by import path, to read what they cite.
    """
    from gansmith.imports import permit
    from gansmith.recipe.tree import read_tree
    from gansmith.sharing.citing import bibliography_of, references

    tree = read_tree(recipe)
    permit(tree if trust else ())
    say(bibliography_of(references(tree, recipe)))

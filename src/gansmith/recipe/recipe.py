"""The recipe: everything that decides a run, read whole or refused with all that is wrong in it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from gansmith.errors import RecipeError
from gansmith.imports import permit
from gansmith.recipe.problems import field_problems, part_problems
from gansmith.recipe.sections import (
    CheckpointsSection,
    CodesSection,
    ConditionSection,
    Controller,
    DataSection,
    DoctorSection,
    EmaSection,
    EvaluationSection,
    Game,
    LengthSection,
    NetworksSection,
    OptimizersSection,
    Part,
    PlayerSection,
    RuntimeSection,
    Section,
    SignalsSection,
    TransferSection,
    Within,
    unless_off,
)
from gansmith.recipe.tree import Tree, beyond, change, read_tree


class Recipe(Section):
    """Everything that decides a run. See the guide for each table."""

    seed: Annotated[int, Within(low=0, why="generators take no negative seeds")] = 0
    length: LengthSection = LengthSection()
    data: DataSection = DataSection()
    game: Game = Game()
    networks: NetworksSection = NetworksSection()
    loss: Part | None = None
    terms: tuple[Part, ...] = ()
    constraints: tuple[Part, ...] = ()
    optimizers: OptimizersSection = OptimizersSection()
    players: dict[str, PlayerSection] = Field(default_factory=dict)
    ema: EmaSection | None = None
    condition: ConditionSection | None = None
    augment: Annotated[Part | None, BeforeValidator(unless_off)] = None
    transfer: TransferSection | None = None
    codes: CodesSection | None = None
    controllers: tuple[Controller, ...] = ()
    evaluation: EvaluationSection = EvaluationSection()
    doctor: DoctorSection = DoctorSection()
    signals: SignalsSection = SignalsSection()
    checkpoints: CheckpointsSection = CheckpointsSection()
    runtime: RuntimeSection = RuntimeSection()

    @property
    def conditions(self) -> tuple[Part, ...]:
        """All that samples are conditioned on: that of [condition], and [codes]."""
        coded = self.codes and Part(name="codes", **self.codes.model_dump())
        return tuple(part for part in (self.condition, coded) if part)

    @classmethod
    def load(cls, path: str, set: dict[str, Any] | None = None) -> "Recipe":
        """Read a recipe file, or one that ships by its name, with changes by dotted path.

        Reading runs nothing: parts that the file names by import path are checked when the recipe
        is trained. Those named in ``set`` are imported.

        Args:
            path: a TOML file or a shipped name such as ``quickstart``.
            set: dotted path to value, as ``--set`` on the command line.

        Raises:
            RecipeError: carries every problem found, each with its place.
        """
        permit(set)
        return load_recipe(path, set or {}, described=True)


def load_recipe(
    path: str, changes: Mapping[str, Any] | None = None, described: bool = False
) -> Recipe:
    """Read a recipe by path or shipped name and apply changes by dotted path.

    Raises:
        RecipeError: no such recipe, or everything that is wrong in it.
    """
    return make_recipe(read_tree(path), changes, str(path), described)


def make_recipe(
    tree: Tree,
    changes: Mapping[str, Any] | None = None,
    where: str = "recipe",
    described: bool = False,
) -> Recipe:
    """Validate a tree of plain values, with changes by dotted path applied first.

    Args:
        tree: sections and their values.
        changes: dotted path to value.
        where: what the tree was read from, for messages.
        described: the recipe is only read about, not trained: parts by import path that the user
            did not name are left unchecked in place of refused. They are refused when they are
            built.

    Raises:
        RecipeError: everything that is wrong, each problem with its place.
    """
    for dotted, value in (changes or {}).items():
        change(tree, dotted, value)
    if unusable := list(beyond(tree)):
        raise RecipeError(unusable, where)
    try:
        recipe = Recipe(**tree)
    except ValidationError as error:
        wrong = {str(e["loc"][0]) for e in error.errors()}
        rest = {name: table for name, table in tree.items() if name not in wrong}
        problems = field_problems(error.errors(), Recipe) + list(
            part_problems(Recipe(**rest), described)
        )
        raise RecipeError(problems, where) from error
    problems = list(part_problems(recipe, described))
    if problems:
        raise RecipeError(problems, where)
    return recipe

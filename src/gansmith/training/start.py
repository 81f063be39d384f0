"""From a user's order to a trained run: the entry that the command line and Python share."""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import tomlkit

from gansmith.conditions.of_run import conditionings_for
from gansmith.data.audit.findings import unusable
from gansmith.errors import DataError, UsageError
from gansmith.imports import import_paths, permit, permitted
from gansmith.listeners import Announcer
from gansmith.preflight.check import Finding, check_recipe, inspect, look, told_by_data
from gansmith.recipe.defaults import Choice, complete, from_scratch
from gansmith.recipe.durations import has_unit, in_words, seconds
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.recipe.tree import read_tree
from gansmith.recipe.write import chosen, plain_tree, recipe_text
from gansmith.runs import folder
from gansmith.runs.console import Display
from gansmith.runs.disk import told
from gansmith.runs.inside import safe_name
from gansmith.runs.reader import read_run
from gansmith.training.allocator import keep_large_blocks
from gansmith.training.order import Order as Order
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.players import build_players, finish_of
from gansmith.training.parts.run_parts import Parts
from gansmith.training.parts.setup import Setup
from gansmith.training.parts.transfer import recipe_from, start_from
from gansmith.training.runtime import Runtime, is_worker, launch
from gansmith.training.segments import autopilot_for, run_segments
from gansmith.training.session.audience import audience, check_listeners
from gansmith.training.session.exam_cost import examine
from gansmith.training.session.examiner import Examiner
from gansmith.training.session.session import Session
from gansmith.training.startup.changes import Met, check_resumed
from gansmith.training.startup.kept_choices import as_chosen
from gansmith.training.startup.new_run import begin
from gansmith.training.startup.new_segment import go_on_changed, settle_recipe
from gansmith.training.startup.open_for_training import (
    look_before,
    move,
    open_for,
    surroundings,
    tell,
)
from gansmith.training.startup.resume import has_checkpoint, resume, taken
from gansmith.training.startup.same_data import update_environment
from gansmith.training.startup.speed_trial import Pace
from gansmith.training.trainer import Trainer
from gansmith.wording import as_toml


def train(order: Order) -> Path:
    """Train as ordered and return the run folder.

    Raises:
        GansmithError: one sentence on what cannot work and what to do.
    """
    begun = time.monotonic()
    check_listeners(order.listeners)
    if order.resume and order.run is not None and not is_worker():
        settle_recipe(Path(order.run))
    recipe = _ordered_recipe(order, theirs=order.recipe is not None)
    if recipe.runtime.processes > 1:
        check_listeners(order.listeners, travelling=True)
    outside = import_paths(recipe.model_dump(exclude_unset=True))
    order = replace(order, permitted=tuple(filter(permitted, outside)))
    if order.run is None:
        order = replace(order, run=str(folder.new_run_path(_name(order, recipe))))
    elif not order.resume:
        folder.require_free(Path(order.run))  # before the data is read, which may take its time
    assert order.run is not None
    result: str = launch(_train_here, recipe.runtime.processes, order, recipe, begun, run=order.run)
    return Path(result)


def _name(order: Order, recipe: Recipe) -> str:
    known = order.recipe if isinstance(order.recipe, str) else recipe.data.source
    return safe_name(folder.plain_name(known or "run"))


def _ordered_recipe(order: Order, theirs: bool) -> Recipe:
    """Return the recipe as the user gave it, with changes, before anything is chosen.

    Args:
        order: what is requested.
        theirs: the recipe is the user's own word, so that its import paths are too; what a run
            folder holds is not.
    """
    if (order.segment or order.back_to) and not order.resume:
        raise UsageError("a new segment goes on with a run: add --resume and --run")
    if order.resume and order.run is None:
        raise UsageError("--resume needs --run with the folder of the run to go on with")
    if order.resume and order.recipe is None and order.run is not None:
        tree: dict[str, Any] = dict(read_run(order.run).recipe)
    elif isinstance(order.recipe, Recipe):
        tree = order.recipe.model_dump(exclude_unset=True)
    elif order.recipe is not None:
        tree = read_tree(order.recipe)
    elif order.data is not None:
        trained = (order.changes or {}).get("transfer.run")
        tree = recipe_from(trained, order.data) if trained else from_scratch(order.data)
    else:
        raise UsageError("name a recipe (try `quickstart`), or give --data with your images")
    changes = dict(order.changes or {}) | ({"data.source": order.data} if order.data else {})
    permit(changes, tree if theirs or order.trust else ())
    return make_recipe(tree, changes, where=_name(order, Recipe()))


def _train_here(order: Order, recipe: Recipe, begun: float) -> str:
    keep_large_blocks()
    permit(order.permitted)
    path = Path(order.run or "run")
    with ExitStack() as held:  # the run folder, by its first process
        if order.resume and not is_worker():
            held.enter_context(taken(path))
        _prepare_and_run(order, recipe, path, held, begun)
    return str(path)


def _prepare_and_run(
    order: Order, recipe: Recipe, path: Path, held: ExitStack, begun: float
) -> None:
    display = Display(order.quiet or is_worker())
    own = recipe.runtime
    runtime = Runtime(own.device, own.precision, recipe.seed, own.threads, own.deterministic)
    if order.resume and order.recipe is not None:
        recipe = as_chosen(recipe, path)
    pace = Pace(recipe, runtime)
    data = open_for(recipe, display, pace, order.held)
    recipe, choices = complete(recipe, surroundings(recipe, data, settled=order.resume))
    data = move(recipe, data)
    check_recipe(recipe, data)
    met = check_resumed(path, recipe, data, order) if order.resume else Met()
    changed = met.data
    parts = build_parts(Setup(recipe, data, runtime))
    examiner, choices = examine(parts, choices, settled=order.resume)
    _announce(display, parts, choices)
    _tell_unit(display, order)
    if expected := "" if order.resume else pace.outlook(parts.recipe, data):
        display.say(f"expect: {expected}")
    fresh = not order.resume or not has_checkpoint(path)
    started = start_from(recipe.transfer.run, parts) if recipe.transfer and fresh else []
    for part in started:
        display.say(f"transfer: {part.says()}")
    if runtime.rank == 0 and order.resume:
        _write_again(path, parts, changed, met.segment)
    elif runtime.rank == 0:
        seen = look_before(recipe, data, display)
        held.enter_context(begin(path, parts, choices, seen, started, expected))
    runtime.wait()
    _run(path, order, parts, display, met, examiner, begun)


def _announce(display: Display, parts: Parts, choices: list[Choice]) -> None:
    data = parts.data
    shape = "x".join(map(str, data.shape))
    display.say(
        f"data: {data.name}, {len(data.train)} to train on, {len(data.held_out)} held out, {shape}"
    )
    for choice in choices:
        display.say(f"chose {chosen(choice)}")
    for finding in parts.remarks:
        if not told_by_data(finding):
            tell(display, finding)


def _tell_unit(display: Display, order: Order) -> None:
    budget = (order.changes or {}).get("length.budget")
    if budget is not None and not has_unit(budget):
        display.say(f"a budget of {budget} without a unit is {in_words(seconds(budget))}")


def _write_again(path: Path, parts: Parts, changed: str, segment: bool) -> None:
    """Write what a resumed run may change: its length, its device, facts that were lost."""
    if segment:
        return update_environment(path, parts, changed)  # the recipe is written with its segment
    with told(path / folder.RECIPE):
        document = tomlkit.parse((path / folder.RECIPE).read_text(encoding="utf-8"))
        now = plain_tree(parts.recipe)
        for name in ("length", "runtime", "doctor"):
            document.pop(name, None)
            if name in now:
                document[name] = now[name]
        folder.write_text(path / folder.RECIPE, tomlkit.dumps(document))
    return update_environment(path, parts, changed)


def _run(
    path: Path,
    order: Order,
    parts: Parts,
    display: Display,
    met: Met,
    examiner: Examiner | None,
    begun: float,
) -> None:
    first = parts.runtime.rank == 0
    announce = _audience(path, order, parts, display) if first else Announcer()
    prepared = parts.runtime.first(time.monotonic() - begun)
    session = Session(parts, path, announce, examiner, prepared, display.phase)
    trainer = Trainer(parts)
    if met.segment:
        go_on_changed(session, trainer, order.back_to, met.changes)
    elif order.resume:
        resume(session, trainer, met.data)
    parts.runtime.wait()
    with display:
        session = run_segments(session, trainer)
    if session.interrupted:
        trust = " --trust" if any(import_paths(parts.recipe.model_dump())) else ""
        display.say(f"stopped; go on with `gansmith train --resume --run {path}{trust}`")


def _audience(path: Path, order: Order, parts: Parts, display: Display) -> Announcer:
    recipe, wanted = parts.recipe, parts.recipe.doctor.autopilot
    pilot = partial(autopilot_for, parts.setup) if wanted else None
    return audience(path, display, recipe.runtime.tensorboard, order.listeners, pilot)


@dataclass(frozen=True)
class Trial:
    """What looking over a recipe came to.

    Args:
        resolved: the recipe as it would run, as TOML.
        facts: what its data, machine and networks are like.
        findings: what the pre-flight rules say, the most serious first.
    """

    resolved: str
    facts: Mapping[str, str]
    findings: Sequence[Finding]

    @property
    def sound(self) -> bool:
        """Whether no rule refuses the recipe."""
        return not any(finding.severity == "refuse" for finding in self.findings)


def try_recipe(
    path: str, data: str | None, changes: Mapping[str, Any], trust: bool = False
) -> Trial:
    """Build every part of a recipe for its data, apply the rules, then throw the parts away.

    Parts that the recipe names by import path are refused unless ``trust`` says otherwise.

    Raises:
        GansmithError: the recipe or a part cannot even be read or built.
    """
    recipe = _ordered_recipe(Order(path, data, changes, trust=trust), theirs=False)
    runtime = Runtime(recipe.runtime.device, recipe.runtime.precision, recipe.seed)
    try:
        opened = open_for(recipe, Display(silent=True), Pace(recipe, runtime))
    except DataError as error:
        return Trial(recipe_text(recipe, []), {}, [unusable(error)])
    recipe, choices = complete(recipe, surroundings(recipe, opened))
    opened = move(recipe, opened)
    facts = {
        "data": f"{opened.name}, {len(opened.train)} to train on, {len(opened.held_out)} held out",
        "shape": "x".join(map(str, opened.shape)),
    }
    facts |= {f"chosen {c.path}": f"{as_toml(c.value)}, because {c.because}" for c in choices}
    findings = look(inspect(recipe, opened))
    resolved = recipe_text(recipe, choices)
    early = ("condition", "networks", "game")
    if any(f.where.startswith(early) and f.severity == "refuse" for f in findings):
        return Trial(resolved, facts, findings)  # its networks cannot be built
    finish = finish_of(opened.kind, opened.facts)
    players = build_players(recipe, opened.shape, conditionings_for(recipe, opened), [], finish)
    findings = look(inspect(recipe, opened, players))
    trial = Trial(resolved, facts, findings)
    if not trial.sound:
        return trial
    build_parts(Setup(recipe, opened, runtime))
    facts["device"] = str(runtime.device)
    for name, network in players.items():
        facts[name] = f"{sum(p.numel() for p in network.parameters()):,} parameters"
    return trial

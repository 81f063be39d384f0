"""What is usual, beside which a recipe's own numbers look too large or too small.

And the game that is known to converge, made of usual parts.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gansmith.doctor.evidence import Prescription, Start
from gansmith.doctor.history import History
from gansmith.doctor.remedies import measured, with_kind
from gansmith.doctor.remedies.recipes import (
    PENALTIES,
    PLAYERS,
    Recipe,
    has,
    is_smooth,
    loss,
    parts,
    section,
)

MANY_STEPS = 100_000  # from which on smaller steps are usual
FAR = 3.0  # times the usual value, beyond which a rate is far off
OWN_NETWORKS = ("energy", "boundary_equilibrium")  # losses that need a discriminator of their own
REFERENCE = "Huang et al. 2025, arXiv:2501.05441; Mescheder et al. 2018, arXiv:1801.04406"


def usual_rate(recipe: Recipe) -> float:
    """Return the learning rate that is usual for as many steps as the run has."""
    kimg, batch = section(recipe, "length").get("kimg"), section(recipe, "data").get("batch")
    if isinstance(kimg, int | float) and isinstance(batch, int):
        steps: float = 1000 * kimg / batch
        return 1e-3 if steps <= MANY_STEPS else 2e-4
    return 1e-3


def is_charted(recipe: Recipe) -> bool:
    """Say whether samples are images or vectors, of which it is known what is usual."""
    return section(recipe, "data").get("kind", "image") in ("image", "vector", "other")


def usual_slope(recipe: Recipe) -> float:
    """Return the weight of R1 and R2 that is usual for such samples: more for larger images.

    Of other kinds of samples, the recipe's own.
    """
    if not is_charted(recipe):
        own = parts(recipe, "terms")
        return float(
            next((own[n]["gamma"] for n in ("r1", "r2") if "gamma" in own.get(n, {})), 1.0)
        )
    size = section(recipe, "data").get("size")
    sides = [size, size] if isinstance(size, int) else size
    if not isinstance(sides, list | tuple) or len(sides) != 2:
        return 0.1
    return float(round(sides[0] * sides[1] / 1024, 4))


def usual_batch(recipe: Recipe) -> int:
    """Return how many samples a batch usually has."""
    return 16 if "size" in section(recipe, "data") else 128


def rate_of(recipe: Recipe, player: str) -> float:
    """Return a player's learning rate; that which is usual where the recipe does not say."""
    rate = section(recipe, f"optimizers.{player}").get("lr")
    return float(rate) if isinstance(rate, int | float) else usual_rate(recipe)


def turns(recipe: Recipe) -> int:
    """Return how many turns the discriminator takes to each of the generator's."""
    found = section(recipe, "game").get("discriminator_turns", 1)
    return found if isinstance(found, int) else 1


def is_plain_game(recipe: Recipe) -> bool:
    """Say whether G plays against D and nobody else, for images or vectors."""
    game = section(recipe, "game").get("name", "two_player")
    return game == "two_player" and loss(recipe) not in OWN_NETWORKS and is_charted(recipe)


def convergent(recipe: Recipe) -> dict[str, Any]:
    """Return the changes that make the game one that is known to converge; the networks stay.

    The paired loss under R1 and R2 of usual weight, plain Adam without momentum at the usual rate,
    one turn each, no other constraint. Nothing where the game is another.
    """
    if not is_plain_game(recipe):
        return {}
    found = _objective(recipe) | _steps(recipe)
    return {path: value for path, value in found.items() if at(recipe, path) != value}


def _objective(recipe: Recipe) -> dict[str, Any]:
    slope, kept = usual_slope(recipe), recipe.get("terms") or ()
    both = [{"name": name, "gamma": slope} for name in ("r1", "r2")]
    beside = [dict(term) for term in kept if term.get("name") not in PENALTIES]
    changes = {"loss": {"name": "relativistic"}, "terms": [*both, *beside]}
    if recipe.get("constraints"):
        changes["constraints"] = []
    return changes


def _steps(recipe: Recipe) -> dict[str, Any]:
    adam = {"name": "adam", "lr": usual_rate(recipe), "betas": [0.0, 0.99]}
    changes: dict[str, Any] = {f"optimizers.{player}": dict(adam) for player in PLAYERS}
    if turns(recipe) > 1:
        changes["game.discriminator_turns"] = 1
    batch, usual = section(recipe, "data").get("batch"), usual_batch(recipe)
    if isinstance(batch, int) and not usual / 8 < batch < 8 * usual and is_alone(recipe):
        changes["data.batch"] = usual
    return changes


def is_alone(recipe: Recipe) -> bool:
    """Say whether one process works off a batch in one piece, and none is packed."""
    runtime = section(recipe, "runtime")
    packed = section(recipe, "networks.discriminator").get("name") == "packed"
    parts: int = runtime.get("processes", 1) * runtime.get("accumulation", 1)
    return parts == 1 and not packed


def at(recipe: Recipe, path: str) -> Any:
    """Return the value at a dotted path; None where there is none."""
    way, _, last = path.rpartition(".")
    return (section(recipe, way) if way else recipe).get(last)


def restored(recipe: Recipe, *expects: str, start: Start = "here") -> Prescription:
    """Return the convergent game as a prescription."""
    because = (
        "paired comparisons under R1 and R2, with plain steps of usual size, are the game that is"
        " known to converge"
    )
    if start == "untrained":
        because += "; from untrained weights, since these have learned to lose"
    if start == "best":
        because += "; from the weights of the best exam"
    changes = convergent(recipe)
    return Prescription(because, changes, REFERENCE, start=start, expects=expects)


def around_restored(
    recipe: Recipe, knobs: Iterable[Prescription], *expects: str
) -> list[Prescription]:
    """Return knobs and the convergent game in the order in which they help.

    Knobs come first where something keeps D's slope in bounds. Where nothing does they come after:
    a run that a knob has set right soon goes wrong in another way.
    """
    first = [restored(recipe, *expects)]
    return [*knobs, *first] if is_smooth(recipe) or not first[0].changes else [*first, *knobs]


def anew(recipe: Recipe) -> Prescription:
    """Return a start from untrained weights with usual networks in the convergent game."""
    networks = {} if not is_plain_game(recipe) else _usual_networks(recipe)
    changes = networks and networks | convergent(recipe)
    because = "networks of usual size and kind, from untrained weights, in a game that converges"
    return Prescription(because, changes, REFERENCE, start="untrained")


def whole(recipe: Recipe, history: History) -> Prescription:
    """Return everything usual at once, from untrained weights: what a restart by hand would be.

    The networks stay where they are the user's own.

    Args:
        recipe: of the run.
        history: of the run, to know its kind of samples and to measure what should come of it.
    """
    known = with_kind(recipe, history)
    found = anew(known)
    if not found.changes:
        found = restored(known, start="untrained")
    return replace(found, expectation=measured(found, history, 0.0))


def _usual_networks(recipe: Recipe) -> dict[str, Any]:
    now = {player: section(recipe, f"networks.{player}") for player in PLAYERS}
    named = {str(net.get("name", "")) for net in now.values()}
    name = _usual_family(recipe)
    if any(":" in one for one in named):
        return {}  # the user's own
    if name == "mlp" and not named <= {"mlp", "packed"}:
        return {}  # sequences, which have networks of their own
    changes: dict[str, Any] = {
        f"networks.{player}": {"name": name} for player in PLAYERS if now[player] != {"name": name}
    }
    latent = section(recipe, "game").get("latent", 128)
    if isinstance(latent, int) and latent < 2 and changes:
        changes["game.latent"] = 64
    return changes


def _usual_family(recipe: Recipe) -> str:
    size = section(recipe, "data").get("size")
    sides = [size, size] if isinstance(size, int) else list(size or ())
    return "mlp" if not sides else "lean" if min(sides) >= 16 else "modern"


def is_penalised(recipe: Recipe) -> bool:
    """Say whether a term of the recipe penalises the discriminator's slope."""
    return has(recipe, *PENALTIES)

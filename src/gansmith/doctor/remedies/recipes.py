"""Reading a run's recipe for a remedy: what is in it, and what a change would be called."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Prescription

Recipe = Mapping[str, Any]

PLAYERS = ("generator", "discriminator")
PENALTIES = ("r1", "r2", "gradient_penalty", "dragan")
CONSTRAINTS = ("spectral_norm", "weight_clip")


def parts(recipe: Recipe, section: str) -> dict[str, Mapping[str, Any]]:
    """Return the items of a list section (``terms``, ``constraints``) by name."""
    items = recipe.get(section) or ()
    return {str(item.get("name")): item for item in items if isinstance(item, Mapping)}


def section(recipe: Recipe, path: str) -> Mapping[str, Any]:
    """Return the table at a dotted path, or an empty one."""
    table: Any = recipe
    for step in path.split("."):
        table = table.get(step, {}) if isinstance(table, Mapping) else {}
    return table if isinstance(table, Mapping) else {}


def loss(recipe: Recipe) -> str:
    """Return the name of the adversarial loss, or an empty string."""
    return str(section(recipe, "loss").get("name", ""))


def has(recipe: Recipe, *names: str) -> bool:
    """Say whether any of these terms or constraints is in the recipe."""
    present = {**parts(recipe, "terms"), **parts(recipe, "constraints")}
    return any(name in present for name in names)


def is_smooth(recipe: Recipe) -> bool:
    """Say whether anything keeps the discriminator's slope in bounds."""
    return has(recipe, *PENALTIES, *CONSTRAINTS)


def rate(recipe: Recipe, player: str, factor: float) -> dict[str, float]:
    """Return the change that multiplies a player's learning rate, or nothing if it is not known."""
    lr = section(recipe, f"optimizers.{player}").get("lr")
    if not isinstance(lr, int | float):
        return {}
    return {f"optimizers.{player}.lr": float(f"{lr * factor:.2g}")}


def strengthen(recipe: Recipe, factor: float = 4.0) -> dict[str, float]:
    """Return the change that multiplies the penalties there are, or adds R1 where there is none."""
    terms = parts(recipe, "terms")
    strengths = [("r1", "gamma"), ("r2", "gamma"), ("gradient_penalty", "weight")]
    known = {
        f"terms.{name}.{option}": float(f"{terms[name].get(option, 10.0) * factor:.2g}")
        for name, option in strengths
        if name in terms
    }
    return known or {"terms.r1.gamma": 1.0}


def scaled(recipe: Recipe, factor: float) -> dict[str, float]:
    """Return the change that multiplies the penalties there are; nothing where there is none."""
    return strengthen(recipe, factor) if has(recipe, "r1", "r2", "gradient_penalty") else {}


def wider(recipe: Recipe, player: str) -> dict[str, Any]:
    """Return the change that doubles a network's width; the net modern where it has none."""
    net = section(recipe, f"networks.{player}")
    for option in ("width", "widths"):
        value = net.get(option)
        if isinstance(value, int):
            return {f"networks.{player}.{option}": max(16, 2 * value)}
        if isinstance(value, list):
            return {f"networks.{player}.{option}": [max(64, 2 * int(width)) for width in value]}
    vectors = net.get("name") in ("mlp", "packed", "modern") or ":" in str(net.get("name"))
    return {} if vectors else {f"networks.{player}": {"name": "modern"}}


def is_dwarfed(recipe: Recipe, player: str, times: float = 4.0) -> bool:
    """Say whether a player's network is of the other's kind, and far narrower."""
    other = PLAYERS[player == PLAYERS[0]]
    own, theirs = (section(recipe, f"networks.{name}") for name in (player, other))
    narrow, wide = (_mean_width(net) for net in (own, theirs))
    return own.get("name") == theirs.get("name") and 0 < times * narrow < wide


def _mean_width(net: Mapping[str, Any]) -> float:
    widths = net.get("widths", net.get("width"))
    known = widths if isinstance(widths, list | tuple) else [widths]
    numbers = [float(width) for width in known if isinstance(width, int | float)]
    return sum(numbers) / len(numbers) if numbers else 0.0


def augment(recipe: Recipe) -> list[Prescription]:
    """Return augmentation as the first thing to try where images are few and nothing augments."""
    pictures = "size" in section(recipe, "data")
    translates = section(recipe, "condition").get("name") == "image"
    if not pictures or translates or "augment" in recipe:
        return []
    because = (
        "what is changed alike on both sides cannot be memorised: with 90 digits the"
        " distance was 246 instead of 758 (benchmarks/small_data.md)"
    )
    changes = {"augment.name": "diffaugment"}
    reference, expects = "Zhao et al. 2020, arXiv:2006.10738", ("held_out_gap", "held_out_drop")
    return [Prescription(because, changes, reference, start="best", expects=expects)]


def only_useful(*prescriptions: Prescription) -> list[Prescription]:
    """Return the prescriptions that change something."""
    return [item for item in prescriptions if item.changes]

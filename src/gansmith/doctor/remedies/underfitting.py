"""What to try when everything is calm and the fakes stay far from real."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies

ORDER = "in order of class"
SHUFFLE = Prescription(
    "shuffle the data of the loop (DataLoader(..., shuffle=True)): shown class after class, each"
    " class makes the discriminator forget the others",
    {},
)
PERHAPS = Prescription(
    "or the loop shows its data in order of class: shuffle it (DataLoader(..., shuffle=True))", {}
)


@remedies.add
def underfitting(diagnosis: Diagnosis, recipe: Mapping[str, Any]) -> list[Prescription]:
    """Widen the net that looks too small; give the latent more room; of a watched loop, shuffle.

    Reference: Brock et al. 2018, arXiv:1809.11096 (width helps both players).
    """
    says = " ".join(item.says for item in diagnosis.evidence)
    players = [p for p in recipes.PLAYERS if f"the {p} looks too small" in says]
    useful = recipes.only_useful(
        *(_wider(recipe, player) for player in players or recipes.PLAYERS), _latent(recipe)
    )
    if ORDER in says:
        return [SHUFFLE, *useful]
    return useful if recipe.get("data") else [*useful, PERHAPS]


def _wider(recipe: Mapping[str, Any], player: str) -> Prescription:
    net = recipes.section(recipe, f"networks.{player}")
    because = f"a wider {player} can hold more of the data"
    reference = "Brock et al. 2018, arXiv:1809.11096"
    for option in ("width", "widths"):
        value = net.get(option)
        if isinstance(value, int):
            return Prescription(because, {f"networks.{player}.{option}": 2 * value}, reference)
        if isinstance(value, list):
            wider = [max(64, 2 * int(width)) for width in value]
            return Prescription(because, {f"networks.{player}.{option}": wider}, reference)
    name = f"networks.{player}.name"
    return Prescription(because, {} if net.get("name") == "modern" else {name: "modern"}, reference)


def _latent(recipe: Mapping[str, Any]) -> Prescription:
    latent = recipes.section(recipe, "game").get("latent", 128)
    small = isinstance(latent, int) and latent < 16
    because = f"{latent} numbers leave the generator little to vary"
    return Prescription(because, {"game.latent": 64} if small else {})

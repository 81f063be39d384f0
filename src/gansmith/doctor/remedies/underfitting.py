"""What to try when everything is calm and the fakes stay far from real."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import recipes, remedies, usual

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
    """Larger steps where they are small; a usual game; a wider net where one looks too small.

    Of a watched loop, shuffle.

    Reference: Brock et al. 2018, arXiv:1809.11096 (width helps both players).
    """
    says = " ".join(item.says for item in diagnosis.evidence)
    players = [p for p in recipes.PLAYERS if f"the {p} looks too small" in says]
    wider = [_wider(recipe, player) for player in players or recipes.PLAYERS]
    useful = recipes.only_useful(
        *(wider if players else []),
        _faster(recipe),
        _looser(recipe),
        *([] if players else [usual.restored(recipe), *wider]),
        _latent(recipe),
        usual.anew(recipe),
    )
    if ORDER in says:
        return [SHUFFLE, *useful]
    return useful if recipe.get("data") else [*useful, PERHAPS]


def _faster(recipe: Mapping[str, Any]) -> Prescription:
    """The usual rates, of players whose own are far below."""
    rate = usual.usual_rate(recipe)
    slow = [p for p in recipes.PLAYERS if usual.rate_of(recipe, p) < rate / usual.FAR]
    because = "steps this small do not get far in as many as the run has"
    changes = {f"optimizers.{player}.lr": rate for player in slow}
    return Prescription(because, changes, "Heusel et al. 2017, arXiv:1706.08500")


def _looser(recipe: Mapping[str, Any]) -> Prescription:
    """The usual weight of penalties that are far above it."""
    terms, slope = recipes.parts(recipe, "terms"), usual.usual_slope(recipe)
    strong = [n for n in ("r1", "r2") if n in terms and terms[n].get("gamma", 10.0) > 10 * slope]
    because = "a penalty this strong flattens the discriminator: it cannot show what is wrong"
    changes = {f"terms.{name}.gamma": slope for name in strong}
    return Prescription(because, changes, "Mescheder et al. 2018, arXiv:1801.04406")


def _wider(recipe: Mapping[str, Any], player: str) -> Prescription:
    because = f"a wider {player} can hold more of the data"
    return Prescription(
        because, recipes.wider(recipe, player), "Brock et al. 2018, arXiv:1809.11096"
    )


def _latent(recipe: Mapping[str, Any]) -> Prescription:
    latent = recipes.section(recipe, "game").get("latent", 128)
    small = isinstance(latent, int) and latent < 16
    because = f"{latent} numbers leave the generator little to vary"
    return Prescription(because, {"game.latent": 64} if small else {})

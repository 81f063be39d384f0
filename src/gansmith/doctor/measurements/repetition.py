"""How much generated texts repeat each other, against how much reals do."""

from gansmith.doctor.history import History
from gansmith.doctor.measurements.fidelity import floor, lately, over_reals
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.statistics import ratio


@measured(unit="share of the reals' own", healthy=(0.75, None))
def relative_distinct(history: History) -> float:
    """Share of different texts among those made, over that of reals."""
    return over_reals(history, "distinct_share")


@measured(unit="share of the reals' own", healthy=(0.35, None))
def relative_originality(history: History) -> float:
    """What of a text no other says, 1 - self-BLEU-4, over that of reals."""
    return ratio(1 - lately(history, "self_bleu_4"), 1 - floor(history, "self_bleu_4"))


@measured(unit="share of the reals' own", healthy=(0.3, None))
def relative_novelty(history: History) -> float:
    """Share of texts that are none of those trained on, over that of other reals."""
    return over_reals(history, "new_share")

"""What shows that a generator of texts writes the same again and again."""

from gansmith.doctor.evidence import Evidence, Sign
from gansmith.doctor.history import History
from gansmith.doctor.measurements.fidelity import floor, lately
from gansmith.doctor.measurements.repetition import relative_distinct, relative_originality
from gansmith.doctor.statistics import confidence, since


def repeated_texts(history: History) -> Sign | None:
    """Texts that are written more than once, beyond what reals repeat."""
    now, least = relative_distinct(history), relative_distinct.low
    if not now < 1.2 * least:
        return None
    share, reals = lately(history, "distinct_share"), floor(history, "distinct_share", 1.0)
    says = f"{share:.0%} of the texts made are different ones; of as many reals {reals:.0%} are"
    series = history.column("metrics/distinct_share").known
    evidence = Evidence("metrics/distinct_share", share, (least * reals, None), says)
    began = since(series, series.values < 1.2 * least * reals)
    return Sign(confidence(max(now, 1e-6), least, 0.3), evidence, began)


def alike_in_words(history: History) -> Sign | None:
    """Texts that say what others of them say, phrase by phrase."""
    now, least = relative_originality(history), relative_originality.low
    if not now < 1.6 * least:
        return None
    share, reals = lately(history, "self_bleu_4"), floor(history, "self_bleu_4")
    says = f"self-BLEU-4 of the texts made is {share:.2f}; that of reals is {reals:.2f}"
    limit = 1 - least * (1 - reals)
    series = history.column("metrics/self_bleu_4").known
    evidence = Evidence("metrics/self_bleu_4", share, (None, limit), says)
    began = since(series, series.values > limit)
    return Sign(confidence(max(now, 1e-6), least, 0.1), evidence, began)

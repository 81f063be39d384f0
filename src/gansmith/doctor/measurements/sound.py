"""Whether there is anything to hear in clips."""

from gansmith.doctor.history import History
from gansmith.doctor.measurements.fidelity import floor, lately
from gansmith.doctor.measurements.measurement import measured


@measured(unit="share of the samples", healthy=(None, 0.3))
def silent_share(history: History) -> float:
    """Share of fakes in which nothing is heard, less that among reals."""
    return lately(history, "silent_share") - floor(history, "silent_share", 0.0)


@measured(unit="share of the samples", healthy=(None, 0.3))
def one_tone_share(history: History) -> float:
    """Share of fakes that are one steady tone, less that among reals."""
    return lately(history, "one_tone_share") - floor(history, "one_tone_share", 0.0)

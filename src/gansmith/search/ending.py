"""A listener that ends a trial early: at a diagnosis, or where it falls behind the others."""

from collections.abc import Callable

from gansmith.doctor.diagnose import ILL
from gansmith.doctor.evidence import Diagnosis
from gansmith.listeners import Diagnosed, Examined, Listener, Started

HOPELESS = ("mode_collapse", "divergence", "vanishing_gradient")  # failures that end a trial
PATIENCE = 2  # exams in a row at which one must be found
Behind = Callable[[float, float], bool]  # (kimg, objective) -> whether to end


class Ender(Listener):
    """Ends a run that is hopeless.

    Args:
        metric: the number of the exams that is searched for.
        behind: told the objective at each exam; says whether the trial is too far behind.
    """

    def __init__(self, metric: str, behind: Behind | None = None) -> None:
        self.metric, self.behind = metric, behind
        self.stop: Callable[[str], None] | None = None
        self.looks = dict[str, int]()
        self.failure = self.reason = ""  # why it was ended; empty while it was not

    def started(self, event: Started) -> None:
        """Learn how to end the run."""
        self.stop = event.stop

    def diagnosed(self, event: Diagnosed) -> None:
        """End the run at a failure that was found at two exams in a row."""
        found = {one.failure: one for one in event.diagnoses if one.confidence >= ILL}
        self.looks = {name: self.looks.get(name, 0) + 1 for name in found}
        for name in HOPELESS:
            if self.looks.get(name, 0) >= PATIENCE and event.step:
                self._end(name, f"{_said(found[name])}, at {event.kimg:.4g} kimg")

    def examined(self, event: Examined) -> None:
        """End the run where it is too far behind."""
        value = event.metrics.get(self.metric)
        if self.behind and value is not None and event.step and self.behind(event.kimg, value):
            says = f"behind the others at {event.kimg:.4g} kimg with {self.metric} {value:.4g}"
            self._end("behind", says)

    def _end(self, failure: str, reason: str) -> None:
        if not self.reason and self.stop:
            self.failure, self.reason = failure, reason
            self.stop(reason)


def _said(found: Diagnosis) -> str:
    name = found.failure.replace("_", " ")
    return f"{name}: {found.evidence[0].says}" if found.evidence else name

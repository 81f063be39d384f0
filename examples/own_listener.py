"""A listener of your own: it keeps the best exam and ends a run that no longer improves.

python examples/own_listener.py [RECIPE] [KIMG]
"""

import sys

import gansmith
from gansmith.listeners import Diagnosed, Ended, Examined, Listener, Started, Ticked


class Patience(Listener):
    """Stops after so many exams that were no better than the best.

    Args:
        metric: its name.
        exams: how many to wait.
    """

    def __init__(self, metric: str, exams: int) -> None:
        self.metric, self.exams, self.waited, self.best = metric, exams, 0, float("inf")

    def started(self, event: Started) -> None:
        """Keep what asks for an orderly stop."""
        self.stop = event.stop

    def ticked(self, event: Ticked) -> None:
        """Print a line of one's own."""
        print(f"step {event.step}: D's loss {event.signals.get('loss/discriminator', 0.0):.3f}")

    def examined(self, event: Examined) -> None:
        """Compare with the best exam; ``loss`` is lower for better values of any metric."""
        loss = event.values[self.metric].loss(event.metrics[self.metric])
        self.waited = 0 if loss < self.best else self.waited + 1
        self.best = min(loss, self.best)
        if self.waited >= self.exams:
            self.stop(f"Patience: {self.metric} has not improved in {self.exams} exams")

    def diagnosed(self, event: Diagnosed) -> None:
        """Print what the doctor finds for the first time."""
        for diagnosis in event.new:
            print(f"the doctor: {diagnosis.failure}, confidence {diagnosis.confidence:.2f}")

    def ended(self, event: Ended) -> None:
        """Print how it ended."""
        print(f"{event.state}: {event.says}")


if __name__ == "__main__":
    recipe, kimg = (sys.argv[1:] + ["ring", "20"][len(sys.argv) - 1 :])[:2]
    patience = Patience("frechet_distance", exams=2)
    run = gansmith.train(recipe, kimg=float(kimg), listeners=[patience], quiet=True)
    print(f"run: {run}; best {patience.metric}: {patience.best:.4g}")

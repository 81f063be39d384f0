"""What the doctor's measurements and detectors may declare of themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

from gansmith.errors import GansmithError
from gansmith.ranges import between
from gansmith.shown import value

YIELDED = 0.4  # confidence that is left of a finding which another one explains


@dataclass(frozen=True)
class MeasurementFacts:
    """Of a number that the doctor reads off a history.

    Args:
        unit: of the value, such as "share of pairs"; empty for a ratio.
        healthy: its lowest and highest healthy value; None where that side is open.
    """

    unit: str = ""
    healthy: tuple[float | None, float | None] = (None, None)

    @property
    def shown(self) -> dict[str, str]:
        """What a listing says of it beside its summary."""
        return {"unit": self.unit or "ratio", "healthy": between(*self.healthy)}


@dataclass(frozen=True)
class DetectorFacts:
    """Of a detector.

    Args:
        yields_to: failures that, where they are found, explain what it sees. Its own finding then
            has a confidence of 0.4 at most; a mapping gives each failure a cap of its own, and 0
            withdraws the finding.
    """

    yields_to: tuple[str, ...] | Mapping[str, float] = ()

    def __post_init__(self) -> None:
        """Refuse what is neither a tuple of names nor a mapping of names to caps.

        Raises:
            GansmithError: so it is.
        """
        given: object = self.yields_to
        names = isinstance(given, tuple | Mapping) and all(isinstance(name, str) for name in given)
        if not names or not all(0 <= cap < 1 for cap in self.caps.values()):
            raise GansmithError(
                "yields_to of a detector must be a tuple of failures, or a mapping of failures to"
                f" caps of at least 0 and below 1; got {value(self.yields_to)}"
            )

    @property
    def caps(self) -> dict[str, float]:
        """The confidence that each failure leaves it at most."""
        if isinstance(self.yields_to, Mapping):
            return dict(self.yields_to)
        return dict.fromkeys(self.yields_to, YIELDED)

    @property
    def shown(self) -> dict[str, str]:
        """What a listing says of it beside its summary."""
        return {"yields to": ", ".join(self.yields_to)} if self.yields_to else {}

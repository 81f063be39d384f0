"""What a check of a recipe or of data finds before training, in one form."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeVar

from gansmith.shown import one_line
from gansmith.wording import set_options

Severity = Literal["refuse", "warn", "note"]
ORDER: tuple[Severity, ...] = ("refuse", "warn", "note")


@dataclass(frozen=True)
class Finding:
    """One thing to know before training.

    Args:
        rule: id of the rule.
        severity: refuse (it cannot work), warn (it is likely to fail), note (worth knowing).
        where: the address in the recipe.
        says: what is so, and why it matters.
        fix: what to do, in words.
        changes: the same as dotted recipe paths and values, where a recipe can express it.
        reference: what it rests on: a paper, or the page that explains it.
    """

    rule: str
    severity: Severity
    where: str
    says: str
    fix: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    reference: str = ""

    @property
    def sentence(self) -> str:
        """The finding in one sentence."""
        return one_line(f"{self.where}: {self.says}; {self.fix}")

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as a JSON-able dictionary."""
        return {**asdict(self), "changes": dict(self.changes)}

    def lines(self) -> list[str]:
        """Return the finding for a person, with the options that make its changes."""
        reference = f" ({self.reference})" if self.reference else ""
        return [f"{self.severity} [{self.rule}] {self.sentence}{reference}", *self.options()]

    def options(self) -> list[str]:
        """Return the options that make its changes, each on a line of its own, to paste."""
        return [f"    {option}" for option in set_options(self.changes)]


Found = TypeVar("Found", bound=Finding)


def most_serious_first(findings: Iterable[Found | None]) -> tuple[Found, ...]:
    """Return what was found, refusals before warnings before notes."""
    found = (finding for finding in findings if finding is not None)
    return tuple(sorted(found, key=lambda finding: ORDER.index(finding.severity)))


def refusals(findings: Iterable[Finding]) -> list[str]:
    """Return the sentences of all that cannot work."""
    return [finding.sentence for finding in findings if finding.severity == "refuse"]

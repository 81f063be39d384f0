"""``gansmith diagnose``: what is wrong with a run, with evidence and what to try."""

import json as json_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from gansmith.doctor.diagnose import Verdict
    from gansmith.doctor.evidence import Diagnosis, Evidence

COLOURS = {"healthy": "green", "ill": "red", "unknown": "yellow"}


def diagnose(run: str, *, json: bool = False) -> None:
    """Name what is wrong with a run, with evidence, since when, and what to try.

    Works on a finished run and on one that is still training.

    Args:
        run: the run folder.
        json: print one JSON document instead of text.
    """
    from gansmith.doctor.diagnose import diagnose as ask

    verdict = ask(run)
    if json:
        print(json_module.dumps(verdict.as_dict(), indent=2))
        return
    from rich.console import Console

    show(verdict, Console(highlight=False, soft_wrap=True))


def show(verdict: "Verdict", console: "Console") -> None:
    """Print a verdict for a person: the verdict, then each diagnosis with evidence and remedies."""
    from rich.markup import escape

    colour = COLOURS[verdict.verdict]
    says = escape(verdict.says)
    console.print(f"[bold {colour}]{verdict.verdict}[/]  {escape(verdict.run)}: {says}")
    for diagnosis in verdict.diagnoses:
        _show_diagnosis(diagnosis, console)


def _show_diagnosis(diagnosis: "Diagnosis", console: "Console") -> None:
    from rich.markup import escape

    since = f"since {diagnosis.since_kimg:.3g} kimg" if diagnosis.since_kimg > 0 else "all along"
    name = diagnosis.failure.replace("_", " ")
    console.print(f"\n[bold]{escape(name)}[/]  confidence {diagnosis.confidence:.2f}, {since}")
    for item in diagnosis.evidence:
        console.print(f"  - {escape(item.says)}  [dim]{escape(_range(item))}[/]".rstrip())
    for remedy in diagnosis.remedies:
        changes = " ".join(f"--set {path}={value}" for path, value in remedy.changes.items())
        reference = f" ({remedy.reference})" if remedy.reference else ""
        console.print(f"  [bold]try[/] {escape(changes)}")
        console.print(f"      [dim]{escape(remedy.because + reference)}[/]")


def _range(item: "Evidence") -> str:
    healthy = item.healthy_words
    return f"[{item.signal}: {item.observed:.3g}; healthy {healthy}]" if healthy else ""

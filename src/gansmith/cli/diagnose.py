"""``gansmith diagnose``: what is wrong with a run, with evidence and what to try."""

from pathlib import Path
from typing import TYPE_CHECKING

from gansmith.cli.output import cell, say_json
from gansmith.cli.usage import at_least
from gansmith.errors import GansmithError, UsageError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from gansmith.doctor.diagnose import Verdict
    from gansmith.doctor.evidence import Diagnosis, Evidence

MOST_REMEDIES = 3  # of a diagnosis that a person is shown; the report and --json have all
BY_HAND = "no setting: correct what is named below"
FROM = {"best": ", from the best exam (--back-to best)", "untrained": ", as a new run"}
COLOURS = {"healthy": "green", "ill": "red", "unknown": "yellow"}


def diagnose(
    run: str,
    *,
    json: bool = False,
    watch: bool = False,
    every: float = 5.0,
    real: str | None = None,
    samples: int | None = None,
    fix: str | None = None,
) -> None:
    """Name what is wrong with a run, with evidence, since when, and what to try.

    Works on a finished run and on one that is still training; with --real on samples of any origin.

    Args:
        run: the run folder, or with --real samples: a file, folder or run.
        real: reals to judge samples by, without any history of how they came about.
        samples: how many of them to compare on each side; all if left out.
        json: print one JSON document instead of text.
        watch: keep looking while the run trains, until it ends or Ctrl-C.
        every: seconds between two looks.
        fix: write the run's recipe there, with what is to be tried first against each diagnosis,
            and the reason beside each change; train it as a new run.

    Raises:
        UsageError: --watch is given with --json or --fix, or --every is not a duration.
        GansmithError: there is nothing to fix, or a file of that name.
    """
    from rich.console import Console

    from gansmith.doctor.diagnose import diagnose as ask

    at_least("--every", every, 0, above=True)
    at_least("--samples", samples, 2)
    if real is not None:
        _judge_samples(run, real, samples, json)
        return None
    if watch and json:
        raise UsageError("--watch shows a live view and --json prints one document; choose one")
    if watch and fix:
        raise UsageError("--watch keeps looking and --fix writes one recipe; choose one")
    if fix:
        _require_free(fix)
    if json:
        verdict = ask(run)
        say_json(verdict.as_dict())
        return _fix(run, verdict, fix) if fix else None
    console = Console(highlight=False, soft_wrap=True)
    if watch:
        _watch(run, console, max(every, 0.2))
    else:
        verdict = ask(run)
        show(verdict, console)
        _show_vitals(run, console)
        if fix:
            _fix(run, verdict, fix)
            console.print(f"\nwrote {cell(fix)}; train it with `gansmith train {cell(fix)}`")
    return None


def _require_free(path: str) -> None:
    """Refuse to write over a file.

    Raises:
        GansmithError: there is one.
    """
    if Path(path).exists():
        raise GansmithError(f"there is a file {path} already; name another, or remove it")


def _fix(run: str, verdict: "Verdict", path: str) -> None:
    """Write the improved recipe."""
    from gansmith.doctor.fix import fixed_recipe
    from gansmith.runs import folder
    from gansmith.runs.disk import told
    from gansmith.runs.reader import read_run

    text, out = fixed_recipe(read_run(run), verdict), Path(path)
    with told(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        folder.write_text(out, text)


def _judge_samples(fake: str, real: str, samples: int | None, json: bool) -> None:
    """Judge samples by reals, and print the verdict."""
    from rich.console import Console

    from gansmith.cli.evaluate import measured
    from gansmith.doctor.judge_samples import judge_samples

    found = measured(real, fake, None, None, quiet=json, samples=samples, intervals=False)
    verdict = judge_samples(found)
    if json:
        say_json(verdict.as_dict())
    else:
        show(verdict, Console(highlight=False, soft_wrap=True))


def _watch(run: str, console: "Console", every: float) -> None:
    """Show the verdict and the signals, repeatedly, until the run ends."""
    import time

    from rich.live import Live

    from gansmith.doctor.diagnose import diagnose as ask

    with Live(console=console, auto_refresh=False, vertical_overflow="visible") as live:
        while True:
            ended = _ended(run)
            verdict = ask(run)
            live.update(_page(verdict, run, console), refresh=True)
            if ended:
                return
            try:
                time.sleep(every)
            except KeyboardInterrupt:
                return


def _page(verdict: "Verdict", run: str, console: "Console") -> "Text":
    from rich.text import Text

    with console.capture() as captured:
        show(verdict, console)
        _show_vitals(run, console)
    return Text.from_ansi(captured.get())


def _ended(run: str) -> bool:
    from gansmith.runs.reader import read_run

    return read_run(run).state != "unfinished"


def _show_vitals(run: str, console: "Console") -> None:
    from gansmith.cli.sparklines import BLOCKS, PLAIN, vitals
    from gansmith.doctor.history import History
    from gansmith.runs.reader import read_run

    table = vitals(History.of(read_run(run)), BLOCKS if "utf" in console.encoding else PLAIN)
    if table.row_count:
        console.print()
        console.print(table)


def show(verdict: "Verdict", console: "Console") -> None:
    """Print a verdict for a person: the verdict, then each diagnosis with evidence and remedies."""
    colour = COLOURS[verdict.verdict]
    says = cell(verdict.says)
    console.print(f"[bold {colour}]{verdict.verdict}[/]  {cell(verdict.run)}: {says}")
    if verdict.outlook:
        console.print(cell(verdict.outlook))
    for diagnosis in verdict.diagnoses:
        _show_diagnosis(diagnosis, console)


def _show_diagnosis(diagnosis: "Diagnosis", console: "Console") -> None:
    from gansmith.wording import set_options

    since = f"since {diagnosis.since_kimg:.3g} kimg" if diagnosis.since_kimg > 0 else "all along"
    name = diagnosis.failure.replace("_", " ")
    console.print(f"\n[bold]{cell(name)}[/]  confidence {diagnosis.confidence:.2f}, {since}")
    for item in diagnosis.evidence:
        console.print(f"  - {cell(item.says)}  [dim]{cell(_range(item))}[/]".rstrip())
    for doubt in diagnosis.doubts:
        console.print(f"  [yellow]less sure[/] because {cell(doubt.reason)}")
    for remedy in diagnosis.remedies[:MOST_REMEDIES]:
        changes = " ".join(set_options(remedy.changes))
        reference = f" ({remedy.reference})" if remedy.reference else ""
        changes = f"{changes}{FROM.get(remedy.start, '')}" if changes else BY_HAND
        console.print(f"  [bold]try[/] {cell(changes)}")
        console.print(f"      [dim]{cell(remedy.because + reference)}[/]")

    more = len(diagnosis.remedies) - MOST_REMEDIES
    if more > 0:
        console.print(f"  [dim]and {more} more, with --json[/]")


def _range(item: "Evidence") -> str:
    healthy = item.healthy_words
    return f"[{item.signal}: {item.observed:.3g}; healthy {healthy}]" if healthy else ""

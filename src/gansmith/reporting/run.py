"""A run folder as Python returns it: a path that notebooks show as a card."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gansmith.doctor.diagnose import diagnose
from gansmith.errors import GansmithError
from gansmith.notebook import card
from gansmith.reporting.sample_texts import moments
from gansmith.reporting.wording import as_sentence
from gansmith.runs import folder
from gansmith.runs.reader import read_run

LINES = 16  # texts of a card

if TYPE_CHECKING:
    Plain = Path
else:
    Plain = type(Path())  # Python 3.11 can derive only from the system's own kind of path


class Run(Plain):
    """The folder of a run: a ``pathlib.Path``, to be used wherever a path is wanted.

    ``run / "samples"`` is a plain path. In a notebook it shows the newest samples, the doctor's
    verdict and a link to the report.
    """

    def with_segments(self, *parts: str | os.PathLike[str]) -> Path:
        """Return the path of something in the folder, which is not a run."""
        return Path(*parts)

    def _repr_html_(self) -> str | None:
        """Return a card for notebooks; nothing where there is no run (yet)."""
        if not folder.is_run(self):
            return None
        try:
            verdict, record = diagnose(self), read_run(self)
        except GansmithError as error:
            return card(str(self), [str(error)])
        images = [path for _, path in record.samples if path.suffix == ".png"]
        newest = images[-1].read_bytes() if images else None
        says = f"{as_sentence(verdict.says)} {verdict.kimg:.3g} kimg, {record.state}."
        texts = [line.text for moment in moments(record.samples)[-1:] for line in moment.lines]
        shown = [says, *texts[:LINES]]
        return card(f"Run {self}", shown, verdict.verdict, newest, self._report())

    def _report(self) -> tuple[str, str] | None:
        """Return the address of the report as seen from here, where notebooks look for files."""
        path = Path(self) / folder.REPORT
        return (Path(os.path.relpath(path)).as_posix(), "report") if path.is_file() else None

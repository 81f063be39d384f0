"""Which folders are those of a search or a study; light, for verbs that must begin at once."""

from pathlib import Path

from gansmith.runs.folder import is_run

SEARCH, PLAN = "study.json", "plan.json"  # what a folder of a search holds, and one of a study


def holds_study(folder: str | Path) -> bool:
    """Say whether a folder is that of a search or of a study, and of no run."""
    path = Path(folder)
    return not is_run(path) and any((path / name).is_file() for name in (SEARCH, PLAN))

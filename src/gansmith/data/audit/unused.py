"""What lies in a data set and is not used: labels that are not classes, tables, further pages."""

from collections.abc import Mapping
from typing import Any

from gansmith.data.audit.findings import GREY, DataFinding, of_source
from gansmith.data.labels.classes import NO_LABELS, NONE
from gansmith.errors import counted

LABELS = "docs/data.md, Where classes come from"
WAYS = {
    "attributes": ("is an attribute, not a class", "are attributes, not classes"),
    "columns_not_read": ("is a column that is not read", "are columns that are not read"),
}


def labels_left(facts: Mapping[str, Any]) -> list[DataFinding | None]:
    """Say why classes that seem to be named are none, and which tables were not read."""
    found: list[DataFinding | None] = []
    if trouble := facts.get("no_labels"):
        says, fix, grave = trouble["says"], trouble["fix"], trouble["severity"]
        says = says if grave == "refuse" else f"there are no classes: {says}"
        changes = NO_LABELS if grave == "refuse" else {}
        found.append(DataFinding("labels", grave, "data.labels", says, fix, changes, LABELS, 1))
    if unread := tuple(facts.get("unread", ())):
        lone = len(unread) == 1
        says = (
            f"{', '.join(unread[:3])}{' and more' if unread[3:] else ''} "
            f"{'lies' if lone else 'lie'} beside the images and {'is' if lone else 'are'} not read"
        )
        fix = "if it names their classes, give the table (.csv, .tsv, .jsonl) as --data"
        found.append(of_source("unread_tables", "note", says, fix, LABELS, len(unread), unread))
    for fact, (one, several) in WAYS.items():
        if columns := facts.get(fact):
            says = f"{', '.join(columns)} {several if columns[1:] else one}"
            fix = "if one of them holds the classes, name it 'label'"
            found.append(of_source("unread_tables", "note", says, fix, LABELS, len(columns)))
    return found


def first_frames(animated: int, files: int, left: int) -> DataFinding | None:
    """Say that of animations and of TIFFs with several pages the first image alone is used."""
    told = []
    if animated:
        told.append(f"{counted(animated, 'file')} animated: the first frame of each is used")
    if files:
        pages = counted(left, "page")
        told.append(
            f"{counted(files, 'TIFF')} of several pages: the first page of each is used, {pages} "
            f"left out"
        )
    if not told:
        return None
    fix = "save each frame or page that is to be used as a file of its own"
    return of_source("first_frames", "note", "; ".join(told), fix, GREY, animated + files)


def why_no_labels(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why data have no classes, and what to do about it; empty where that is not known."""
    choices = facts.get("choices", {})
    choice = str(choices.get("labels", "")) if isinstance(choices, Mapping) else ""
    if not choice.startswith(NONE):
        return ()
    unread = [name for name in facts.get("unread", ()) if name not in choice]
    also = f" ({', '.join(unread[:3])} beside them is not read)" if unread else ""
    fix = facts.get("no_labels", {}).get("fix", "")
    if unread:
        fix = "give the table that names the classes as --data"
    return choice.removeprefix(NONE) + also, fix

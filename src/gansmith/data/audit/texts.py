"""What can be wrong with texts: copies, rare tokens, empty or long lines, a wrong encoding."""

import re
from collections import Counter
from typing import Any

import numpy as np
import torch

from gansmith.data.audit.findings import COPIED, DataFinding, of_source, too_few
from gansmith.data.audit.report import AuditReport
from gansmith.data.prepare.texts import as_written
from gansmith.data.source import Values
from gansmith.errors import counted
from gansmith.finding import Severity, most_serious_first
from gansmith.kinds.text import TOKENS, lengths, strings
from gansmith.shown import value

PAGE = "docs/kinds.md, Text"
MANY_COPIES = 0.02  # share of texts from which copies are a warning
RARE = 0.5  # share of the vocabulary that stands there once
ENOUGH = 1000  # texts below which a generator soon memorises them all
LONG = 4  # times the median length
MANGLED = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\ufffd")  # UTF-8 read as Latin-1, or lost


def audit_texts(source: Values) -> AuditReport:
    """Look at texts: number, tokens, lengths, copies, encoding."""
    tokens = torch.from_numpy(source.values).long()
    long = lengths(tokens).numpy() - 1  # without the end
    texts = strings(as_written(source))
    known = source.facts[TOKENS]
    used = Counter(tokens[tokens > 0].tolist())
    facts: dict[str, Any] = {
        "found": len(source),
        "kind": f"texts of {known['unit']}",
        "vocabulary": len(known["vocabulary"]) - 1,
        "covered": known["covered"],
        "lengths": [int(long.min()), float(np.median(long)), int(long.max())],
        "empty": source.facts.get("empty", 0),
    }
    found = [
        too_few(len(source), "text") if len(source) < 2 else None,
        _few(len(source)),
        _copies(texts),
        _uncovered(known, used),
        _empty(facts["empty"]),
        _long(texts, long),
        _mangled(texts),
        *(_left_out(says) for says in source.facts.get("warnings", ()) if "left out" in says),
    ]
    return AuditReport(source.name, facts, most_serious_first(found))


def _few(count: int) -> DataFinding | None:
    if not 2 <= count < ENOUGH:
        return None
    says = f"{count} texts are few: a generator soon memorises all of them"
    return of_source("few_texts", "warn", says, f"give {ENOUGH:,} or more", PAGE, count)


def _copies(texts: list[str]) -> DataFinding | None:
    counts = Counter(texts)
    twice = len(texts) - len(counts)
    if not twice:
        return None
    often = [f"{value(text)} ({count})" for text, count in counts.most_common(20) if count > 1]
    says = (
        f"{counted(twice, 'text')} ({twice / len(texts):.1%}) stand there again; most often: "
        f"{', '.join(often[:3])}"
    )
    fix = "remove them, unless they are as frequent in truth: copies are learned first"
    grave: Severity = "warn" if twice > MANY_COPIES * len(texts) else "note"
    return of_source("duplicates", grave, says, fix, COPIED, twice, tuple(often))


def _uncovered(known: dict[str, Any], used: Counter[int]) -> DataFinding | None:
    """Tokens that are not in the vocabulary, or stand there once, from which nothing is learned."""
    once, unit = sum(count == 1 for count in used.values()), known["unit"]
    if known["covered"] < 1:
        says = f"{1 - known['covered']:.2%} of all {unit} are not in the vocabulary"
        fix = "raise data.tokens.vocabulary, or take characters"
        return of_source("vocabulary", "warn", says, fix, PAGE, len(used))
    if once <= RARE * len(used):
        return None
    says = f"{once:,} of {len(used):,} different {unit} stand there once: nobody learns their use"
    fix = "set data.tokens.vocabulary lower, or take characters, or give more text"
    return of_source("vocabulary", "note", says, fix, PAGE, once)


def _empty(count: int) -> DataFinding | None:
    if not count:
        return None
    says = f"{counted(count, 'empty line')} are left out"
    return of_source("empty_lines", "note", says, "remove them", PAGE, count)


def _long(texts: list[str], long: np.ndarray) -> DataFinding | None:
    """A few texts far longer than the others make every sample as long."""
    median = float(np.median(long))
    far = np.flatnonzero(long > LONG * max(1.0, median))
    if not len(far) or len(far) > 0.01 * len(long):
        return None
    says = (
        f"{counted(len(far), 'text')} are over {LONG} times as long as the median of {median:.0f}, "
        f"up to {long.max():,}; networks write as many places for each sample"
    )
    fix = f"set data.tokens.length = {int(np.quantile(long, 0.99))}, which leaves them out"
    shown = tuple(value(texts[row]) for row in far[:20])
    return of_source("long_texts", "note", says, fix, PAGE, len(far), shown)


def _mangled(texts: list[str]) -> DataFinding | None:
    rows = [row for row, text in enumerate(texts) if MANGLED.search(text)]
    if not rows:
        return None
    says = (
        f"{counted(len(rows), 'text')} hold signs of a wrong encoding (text {rows[0] + 1}: "
        f"{value(texts[rows[0]])})"
    )
    fix = "read the file in the encoding that it was written in and save it as UTF-8"
    shown = tuple(value(texts[row]) for row in rows[:20])
    return of_source("encoding", "warn", says, fix, PAGE, len(rows), shown)


def _left_out(says: str) -> DataFinding:
    fix = "set data.tokens.length, or split them"
    return of_source("long_texts", "warn", says, fix, PAGE, 1)

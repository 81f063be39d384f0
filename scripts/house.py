"""The figures of how the repository is built, each beside its bar.

    python -m scripts.house

Exit code 1 where one is beyond its bar.
"""

import subprocess
import sys
from collections.abc import Iterator

from scripts import house_ranks, house_sizes, house_structure

MOST_TRACKED, MOST_RECORDS = 750, 150  # files
MOST_SDIST, MOST_WHEEL = 9.0, 7.0  # MB


def figures() -> Iterator[tuple[str, str, str, bool]]:
    """Yield each figure: what it is, its value, its bar, and whether that is kept."""
    checks = house_ranks.rank_checks()
    bar = house_ranks.MOST_RANK_CHECKS
    explained = all(check.file in house_ranks.REASONS for check in checks)
    kept = len(checks) <= bar and explained
    yield "rank checks outside kinds/, each with a reason", str(len(checks)), f"<= {bar}", kept
    counted = {
        "files of the package over 300 lines": house_structure.long_files(),
        "functions over 50 lines": house_structure.long_functions(),
        "folders with over 25 files at one level": house_structure.crowded_levels(),
        "circles of imports": house_structure.circles(),
        "parts in a file of another name": house_structure.parts_by_another_name(),
    }
    for what, found in counted.items():
        yield what, ", ".join(map(str, found)) or "0", "0", not found
    upwards = subprocess.run(["lint-imports"], capture_output=True, check=False).returncode
    yield (
        "contracts of import-linter (nothing imports upwards)",
        "broken" * upwards or "kept",
        "kept",
        not upwards,
    )
    files = house_sizes.tracked_files()
    yield "tracked files", str(files), f"< {MOST_TRACKED}", files < MOST_TRACKED
    records = house_sizes.records()
    yield (
        "tracked files other than Python",
        str(records),
        f"< {MOST_RECORDS}",
        (records < MOST_RECORDS),
    )
    for what, size, most in (
        ("source distribution", house_sizes.sdist_size(), MOST_SDIST),
        ("wheel", house_sizes.wheel_size(), MOST_WHEEL),
    ):
        yield what, f"{size / 1e6:.2f} MB", f"< {most:g} MB", size / 1e6 < most


def main() -> int:
    """Print every figure; return 1 where one is beyond its bar."""
    found = list(figures())
    for what, value, bar, kept in found:
        print(f"{'ok ' if kept else 'NOT'} {what}: {value} ({bar})")
    for check in house_ranks.rank_checks():
        reason = house_ranks.REASONS.get(check.file, "no reason is given")
        print(f"    {check.file}:{check.line}: {check.says} ({reason})")
    return int(not all(kept for *_, kept in found))


if __name__ == "__main__":
    sys.exit(main())

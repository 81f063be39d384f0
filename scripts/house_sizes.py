"""How large the repository and what it publishes are: tracked files, source distribution, wheel.

    python scripts/house_sizes.py

Sizes are those of the archives that hatchling packs, to within the metadata that it adds: the
lists of files are read from ``pyproject.toml``, and nothing is built or downloaded.
"""

import fnmatch
import io
import subprocess
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def tracked_files() -> int:
    """Return the number of files that git tracks."""
    return len(_tracked())


def records() -> int:
    """Return the number of tracked files other than Python: pages, pictures, records, recipes."""
    return sum(not path.endswith(".py") for path in _tracked())


def sdist_size() -> int:
    """Return the bytes of the source distribution, a tar file compressed with gzip."""
    target = _targets()["sdist"]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=9) as archive:
        for path in _tracked():
            if _matches(path, target["include"]) and not _matches(path, target["exclude"]):
                archive.add(ROOT / path, path, recursive=False)
    return len(packed.getvalue())


def wheel_size() -> int:
    """Return the bytes of the wheel, a zip file of the package."""
    packages = _targets()["wheel"]["packages"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _tracked():
            if _matches(path, packages):
                archive.write(ROOT / path, path)
    return len(packed.getvalue())


def _tracked() -> list[str]:
    """The paths that git tracks and that are there; a path with odd characters stays whole."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]


def _targets() -> dict[str, dict[str, list[str]]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    targets: dict[str, dict[str, list[str]]] = project["tool"]["hatch"]["build"]["targets"]
    return targets


def _matches(path: str, patterns: list[str]) -> bool:
    return any(
        fnmatch.fnmatch(part, pattern) for pattern in patterns for part in _path_and_folders(path)
    )


def _path_and_folders(path: str) -> Iterator[str]:
    """The path and every folder that it lies in, so that naming a folder names all in it."""
    yield path
    yield from (str(folder) for folder in Path(path).parents)


if __name__ == "__main__":
    print(f"tracked files: {tracked_files()}")
    print(f"source distribution: {sdist_size() / 1e6:.2f} MB")
    print(f"wheel: {wheel_size() / 1e6:.2f} MB")

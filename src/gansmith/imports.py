"""Code of the user's own, named by an import path: what may be imported, and from where.

An import path is ``file.py:function`` or ``installed.module:function``. Naming one is not enough:
a name that stands in a run folder, or in somebody's recipe, must not become a call. So nothing is
imported unless it was permitted, and ``permit`` is called only with what the user wrote: the words
of a command line, the arguments of a Python call, the recipe that they train. See
``docs/security.md``.
"""

import hashlib
import importlib
import importlib.util
import re
import sys
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from gansmith.errors import GansmithError

PATH = re.compile(r"(?P<where>[^:\n]+):(?P<name>[^\W\d]\w*)")
Place = tuple[str, str]  # a resolved file or a module, and a name in it

_permitted = set[Place]()
_loaded = dict[str, tuple[int, ModuleType]]()  # by file: when it was changed, what it holds


class NotPermittedError(GansmithError, PermissionError):
    """A name stands for code that the user did not name; the message says how to."""

    def __init__(self, kind: str, path: str) -> None:
        super().__init__(
            f"{kind} '{path}' is code outside gansmith and was not imported: it is named by a file"
            f" that was opened, not by you; if you trust it, add --trust (trust=True in Python)"
        )

    def __str__(self) -> str:
        return str(self.args[0])


def permit(*named: object) -> None:
    """Let every import path be imported that stands in these strings, mappings and lists.

    Call it with what the user wrote themselves, never with what was read from a run folder.
    """
    _permitted.update(place_of(path) for path in import_paths(named))


def permitted(path: str) -> bool:
    """Say whether the user named this import path in this process; gansmith's own always may."""
    where = path.rpartition(":")[0]
    return where.split(".")[0] == "gansmith" or place_of(path) in _permitted


def import_paths(tree: object) -> Iterator[str]:
    """Yield every import path among the strings of a tree of mappings and lists."""
    if isinstance(tree, str):
        if PATH.fullmatch(tree):
            yield tree
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from import_paths(key)
            yield from import_paths(value)
    elif isinstance(tree, list | tuple | set | frozenset):
        for value in tree:
            yield from import_paths(value)


def place_of(path: str) -> Place:
    """Return where an import path leads, so that the same file is the same however it is said."""
    where, _, name = path.rpartition(":")
    return (str(Path(where).resolve()) if where.endswith(".py") else where), name


def load(path: str) -> Any:
    """Import what the path names; files are read again once they have changed.

    Raises:
        ImportError: there is no such file, module or name, or it cannot be run; says which.
    """
    where, _, name = path.rpartition(":")
    try:
        module = _file(Path(where)) if where.endswith(".py") else importlib.import_module(where)
    except ModuleNotFoundError as error:
        raise ImportError(f"{error}; for a file of your own write {where}.py:{name}") from error
    except ImportError:
        raise
    except Exception as error:  # whatever a file of somebody's own does wrong
        raise ImportError(f"{where} ends with {type(error).__name__}: {error}") from error
    if not hasattr(module, name):
        raise ImportError(f"{where} has no function '{name}'")
    return getattr(module, name)


def declares(builder: object, makes: tuple[str, ...]) -> bool:
    """Say whether a function's return annotation, or a class itself, is one of the named types."""
    if isinstance(builder, type):
        return _is_one(builder, makes)
    if not callable(builder):
        return False
    try:
        hint = typing.get_type_hints(builder).get("return")
    except Exception:  # an annotation that cannot be read declares nothing
        return False
    return any(_is_one(said, makes) for said in (hint, *typing.get_args(hint)))


def _is_one(said: object, makes: tuple[str, ...]) -> bool:
    if not isinstance(said, type):
        return False
    ours = (c for c in said.__mro__ if c.__module__.partition(".")[0] in ("gansmith", "torch"))
    return any(c.__name__ in makes for c in ours)


def _file(path: Path) -> ModuleType:
    if not path.is_file():
        raise ImportError(f"there is no file {path}")
    where, changed = str(path.resolve()), path.stat().st_mtime_ns
    if where not in _loaded or _loaded[where][0] != changed:
        _loaded[where] = changed, _run_file(path, where)
    return _loaded[where][1]


def _run_file(path: Path, where: str) -> ModuleType:
    name = f"gansmith_part_{path.stem}_{hashlib.sha256(where.encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not Python source")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickle look a class's module up
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module

"""How the package is built, counted: file and function lengths, files of a level, imports, names.

``python -m scripts.house`` prints these figures beside the others.
"""

import ast
import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "gansmith"


def long_files(limit: int = 300) -> dict[str, int]:
    """Return the files of the package with more lines than the limit."""
    lengths = {_name(path): len(path.read_text().splitlines()) for path in _files()}
    return {name: lines for name, lines in lengths.items() if lines > limit}


def long_functions(limit: int = 50) -> dict[str, int]:
    """Return the functions with more lines than the limit, their docstrings not counted."""
    found = {}
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1 - _docstring(node)
                if lines > limit:
                    found[f"{_name(path)}:{node.name}"] = lines
    return found


def crowded_levels(limit: int = 25) -> dict[str, int]:
    """Return the folders with more Python files at one level than the limit, without __init__."""
    counts: dict[str, int] = {}
    for path in _files():
        if path.name != "__init__.py":
            counts[_name(path.parent)] = counts.get(_name(path.parent), 0) + 1
    return {folder: count for folder, count in counts.items() if count > limit}


def circles() -> list[list[str]]:
    """Return the groups of packages, and of files, that import each other in a circle."""
    files = dict(_imports())
    packages: dict[str, set[str]] = {}
    for one, others in files.items():
        outside = {_package(other) for other in others} - {_package(one)}
        packages.setdefault(_package(one), set()).update(outside)
    return [*_circles(packages), *_circles(files)]


def parts_by_another_name() -> list[str]:
    """Return the parts that stand in a file of another name: ``kind name: module``.

    Measurements stand in one file a subject, several in each; ``gansmith parts`` names it.
    """
    kinds = importlib.import_module("gansmith.registry").KINDS
    found = []
    for registry in (kinds[kind] for kind in kinds if kind != "measurements"):
        for part in registry:
            module = part.builder.__module__
            if module.rsplit(".", 1)[-1] != part.name:
                found.append(f"{registry.kind} {part.name}: {module}")
    return found


def _files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


def _docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return (first.end_lineno or 0) - first.lineno + 1
    return 0


def _imports() -> Iterator[tuple[str, set[str]]]:
    """Yield each module with the modules of the package that it imports, wherever in its text.

    What stands under ``if TYPE_CHECKING`` is never run and does not count.
    """
    modules = {_module(path): path for path in _files()}
    for module, path in modules.items():
        tree = ast.parse(path.read_text())
        unused = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            for inner in ast.walk(node)
        }
        found = {
            target
            for node in ast.walk(tree)
            if id(node) not in unused
            for target in _targets(node, modules)
        }
        yield module, found - {module}


def _targets(node: ast.AST, modules: Mapping[str, Path]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in modules)
    elif isinstance(node, ast.ImportFrom) and node.module in modules:
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            yield inner if inner in modules else node.module


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    )


def _package(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of nodes that reach each other, each sorted."""
    reach = {node: _reached(graph, node) for node in graph}
    groups = {
        tuple(sorted(other for other in reach[node] if node in reach.get(other, ())))
        for node in graph
        if node in reach[node]
    }
    return [list(group) for group in sorted(groups)]


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = [*graph.get(start, ())]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += graph.get(node, ())
    return seen

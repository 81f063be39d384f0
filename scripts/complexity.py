"""How much a reader must decide: ``python scripts/complexity.py [FOLDER] [--most N]``.

Counts what ruff's mccabe leaves out: each branch, loop, handler, comprehension's condition and
conditional expression counts one, and so does each ``and`` and ``or`` between conditions.
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from pathlib import Path

DETECTORS = Path(__file__).parent.parent / "src" / "gansmith" / "doctor" / "detectors"
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.match_case)


def complexity(function: ast.AST) -> int:
    """Return 1, and one more for each decision of a function and each of its boolean operators."""
    count = 1
    for node in ast.walk(function):
        if isinstance(node, BRANCHES):
            count += 1
        elif isinstance(node, ast.BoolOp):
            count += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            count += len(node.ifs)
    return count


def functions(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Yield each function of a folder as ``file:line name``, with its complexity and its lines."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.name}:{node.lineno} {node.name}", complexity(node), lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=DETECTORS)
    parser.add_argument("--most", type=int, default=11, help="highest complexity allowed")
    words = parser.parse_args()
    found = sorted(functions(words.folder), key=lambda item: -item[1])
    over = [item for item in found if item[1] > words.most]
    for name, decisions, lines in over or found[:5]:
        print(f"{decisions:3} decisions, {lines:3} lines  {name}")
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()

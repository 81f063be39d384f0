"""Where the package asks for a rank: ``python -m scripts.house`` prints these places.

A check of a tensor's rank, or of the length of a shape, to find out what samples are: that is what
``gansmith.kinds`` is for; a check elsewhere needs its reason here.
"""

import ast
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parent.parent / "src" / "gansmith"
MOST_RANK_CHECKS = 12
OWN = ("kinds/",)  # the place for such questions
MATHEMATICS = {
    "data/labels/classes.py": "labels are one a sample",
    "data/items.py": "a label may come as a tensor of one number",
    "data/in_memory.py": "labels are one a sample, or one-hot rows",
    "features/classifier.py": "labels are one a sample",
    "features/inception_shapes.py": "a weight's shape says of which layer it is",
    "data/labels/beside_array.py": "captions are one a sample",
    "games/top_scored.py": "scores are one a sample, or a map",
    "metrics/maths/": "features are a matrix",
    "metrics/modes.py": "centres are a matrix",
    "monitor/labels.py": "labels are one a sample, or one-hot rows",
    "monitor/scores.py": "scores are one a sample, or a map",
    "networks/conditioning/labels.py": "scores are one a sample, or a map",
    "networks/layers/minibatch_stddev.py": "activations have any number of places",
    "networks/layers/virtual_batch_norm.py": "activations have any number of places",
    "networks/minibatch_discrimination.py": "scores are one a sample, or a map",
    "networks/image/stylegan2.py": "a style is one a sample, or one for each layer",
    "networks/text/autoregressive.py": "tokens are numbers, or distributions over the vocabulary",
    "networks/plain.py": "what a discriminator returns may be no scores at all",
    "training/parts/carry.py": "an optimizer's counters are single numbers, its moments are not",
    "objectives/constraints/spectral_norm.py": "a weight has two axes or more",
    "objectives/gradients.py": "one factor a sample, whatever its axes",
    "objectives/terms/path_length.py": "places of a sample are all axes but the first",
    "objectives/terms/style.py": "maps have any number of places",
    "objectives/weights.py": "a weight has two axes or more",
}  # labels, scores, features, weights: a tensor's own mathematics, not what samples are
REASONS = {
    "data/sources/array.py": "an array of images is stored in one of three layouts",
    "evaluation/gathered.py": "what a loader gives may be one sample or a batch of them",
    "monitor/picking.py": "which part of a batch is the samples, and whether they are stored bytes",
}  # checks that stay, by file


class RankCheck(NamedTuple):
    """One place that asks for a rank: the file, the line, and what it says."""

    file: str
    line: int
    says: str


def rank_checks(package: Path = PACKAGE) -> list[RankCheck]:
    """Return every rank check outside ``kinds/`` and a tensor's own mathematics."""
    found = []
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if not name.startswith((*OWN, *MATHEMATICS)):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            asking = [node for node in ast.walk(tree) if asks_for_rank(node)]
            found += [RankCheck(name, node.lineno, ast.unparse(node)) for node in asking]
    return found


def asks_for_rank(node: ast.AST) -> bool:
    """Say whether a node is ``x.ndim``, ``x.dim()``, or the length of a shape."""
    if isinstance(node, ast.Attribute):
        return node.attr == "ndim"
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in ("dim", "ndimension") and not node.args
    called = isinstance(node.func, ast.Name) and node.func.id == "len" and len(node.args) == 1
    return called and _is_shape(node.args[0])


def _is_shape(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id == "shape" or node.id.endswith("_shape")
    if isinstance(node, ast.Attribute):
        return node.attr == "shape" or node.attr.endswith("_shape")
    if isinstance(node, ast.Subscript):
        return _is_shape(node.value) and isinstance(node.slice, ast.Slice)
    return isinstance(node, ast.Call) and bool(node.args) and _is_shape(node.args[0])

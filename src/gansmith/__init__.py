"""gansmith trains generative adversarial networks, says what goes wrong and measures it."""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from gansmith import metrics
    from gansmith.api import diagnose, evaluate, report, train
    from gansmith.deploy import load
    from gansmith.monitor import Monitor
    from gansmith.recipe.sections import Recipe
    from gansmith.registry import constraints, losses, terms

_PUBLIC = {
    "Monitor": "gansmith.monitor",
    "Recipe": "gansmith.recipe.sections",
    "train": "gansmith.api",
    "evaluate": "gansmith.api",
    "diagnose": "gansmith.api",
    "report": "gansmith.api",
    "load": "gansmith.deploy",
    "losses": "gansmith.registry",
    "terms": "gansmith.registry",
    "constraints": "gansmith.registry",
}

_MODULES = ("metrics",)

__all__ = [
    "Monitor",
    "Recipe",
    "__version__",
    "constraints",
    "diagnose",
    "evaluate",
    "load",
    "losses",
    "metrics",
    "report",
    "terms",
    "train",
]


def __getattr__(name: str) -> Any:
    """Import public names when they are first used, so that ``gansmith --help`` stays quick."""
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name]), name)
    if name in _MODULES:
        return importlib.import_module(f"gansmith.{name}")
    raise AttributeError(f"module 'gansmith' has no attribute '{name}'")

"""gansmith trains generative adversarial networks, finds what goes wrong and measures the result.

``train``, ``load``, ``evaluate``, ``diagnose``, ``compare``, ``report`` and ``push`` do what the
command line does; ``augmentation_study`` and ``privacy_report`` say whether samples help a
classifier and what they give away; ``Monitor`` watches a training loop of your own; a ``Listener``
is told what happens in a run; ``open_data`` reads a data set; ``losses``, ``terms``,
``constraints`` and ``metrics`` hold parts by name.
"""

import importlib
from typing import TYPE_CHECKING, Any

from gansmith.version import __version__

if TYPE_CHECKING:
    from gansmith import metrics
    from gansmith.api import compare, diagnose, evaluate, open_data, report, train
    from gansmith.deploy import LoadedGenerator, load
    from gansmith.doctor.diagnose import Verdict
    from gansmith.downstream.privacy import privacy_report
    from gansmith.downstream.study_of_run import augmentation_study
    from gansmith.errors import GansmithError
    from gansmith.listeners import Listener
    from gansmith.monitor import Monitor
    from gansmith.recipe.recipe import Recipe
    from gansmith.registry import constraints, losses, terms
    from gansmith.reporting.run import Run
    from gansmith.sharing.push import push

_PUBLIC = {
    "GansmithError": "gansmith.errors",
    "Listener": "gansmith.listeners",
    "LoadedGenerator": "gansmith.deploy",
    "Monitor": "gansmith.monitor",
    "Recipe": "gansmith.recipe.recipe",
    "Run": "gansmith.reporting.run",
    "Verdict": "gansmith.doctor.diagnose",
    "augmentation_study": "gansmith.downstream.study_of_run",
    "compare": "gansmith.api",
    "train": "gansmith.api",
    "evaluate": "gansmith.api",
    "diagnose": "gansmith.api",
    "report": "gansmith.api",
    "load": "gansmith.deploy",
    "open_data": "gansmith.api",
    "privacy_report": "gansmith.downstream.privacy",
    "push": "gansmith.sharing.push",
    "losses": "gansmith.registry",
    "terms": "gansmith.registry",
    "constraints": "gansmith.registry",
}  # no module beside this file may have one of these names: its import would take the name's place

_MODULES = ("metrics",)

__all__ = [
    "GansmithError",
    "Listener",
    "LoadedGenerator",
    "Monitor",
    "Recipe",
    "Run",
    "Verdict",
    "__version__",
    "augmentation_study",
    "compare",
    "constraints",
    "diagnose",
    "evaluate",
    "load",
    "losses",
    "metrics",
    "open_data",
    "privacy_report",
    "push",
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


def __dir__() -> list[str]:
    """Return the public names, for completion."""
    return sorted(__all__)

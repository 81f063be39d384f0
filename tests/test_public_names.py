"""What users write after ``import gansmith`` is there, in a fresh interpreter too."""

import subprocess
import sys

import gansmith


def test_every_public_name_is_there_and_listed() -> None:
    assert all(getattr(gansmith, name) is not None for name in gansmith.__all__)


def test_metrics_can_be_used_without_importing_them() -> None:
    says = "import gansmith; print(gansmith.metrics.frechet_distance.__name__)"
    done = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True)
    assert done.stdout == "frechet_distance\n"

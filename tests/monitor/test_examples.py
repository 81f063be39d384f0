"""The examples of the monitor run as they stand, for a few steps."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from gansmith.runs.reader import read_run

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("name", ["monitor_dcgan", "monitor_lightning"])
def test_an_example_of_the_monitor_writes_a_run_and_a_verdict(name: str, tmp_path: Path) -> None:
    if name.endswith("lightning") and not importlib.util.find_spec("lightning"):
        pytest.skip("lightning is not installed")
    words = [sys.executable, str(EXAMPLES / f"{name}.py"), "12", str(tmp_path / "run")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert "too short a history to judge" in done.stdout
    record = read_run(tmp_path / "run")
    assert record.signals[0]["gradient/generator"] > 0
    assert record.metrics[0]["metrics"]["frechet_distance"] > 0
    assert not [row["says"] for row in record.journal if row["event"] == "note"]

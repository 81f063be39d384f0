"""A change that should change nothing changes nothing: fifty steps in float64, stored.

The stored numbers were made by this test with GANSMITH_GOLDEN=write on x86-64, torch 2.13.0, CPU.
"""

import json
import os
from pathlib import Path

import pytest

from gansmith.runs.reader import read_run
from tests.training.helpers import run_small

STORED = Path(__file__).parent.parent / "golden" / "fifty_steps.json"
NAMES = ("loss/discriminator", "loss/generator", "gradient/generator", "scores/real/mean")


def told(run: Path) -> dict[str, list[float]]:
    signals = read_run(run).signals
    assert signals[-1]["step"] == 50
    return {name: [record[name] for record in signals] for name in NAMES}


def test_fifty_steps_give_the_stored_numbers(tmp_path: Path) -> None:
    found = told(run_small(tmp_path / "run"))
    if os.environ.get("GANSMITH_GOLDEN") == "write":
        STORED.write_text(json.dumps(found, indent=1) + "\n")
    for name, values in json.loads(STORED.read_text()).items():
        assert found[name] == pytest.approx(values, rel=1e-12), name


@pytest.mark.distributed
def test_two_processes_give_the_stored_numbers(tmp_path: Path) -> None:
    found = told(run_small(tmp_path / "run", runtime__processes=2))
    for name, values in json.loads(STORED.read_text()).items():
        assert found[name] == pytest.approx(values, rel=1e-12), name


def test_a_batch_in_pieces_gives_the_stored_numbers(tmp_path: Path) -> None:
    found = told(run_small(tmp_path / "run", runtime__accumulation=2))
    for name, values in json.loads(STORED.read_text()).items():
        assert found[name] == pytest.approx(values, rel=1e-12), name

"""Detectors stay readable: few decisions a function, boolean operators counted."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_function_of_the_doctor_decides_twelve_things_or_has_more_than_fifty_lines() -> None:
    spec = importlib.util.spec_from_file_location("complexity", ROOT / "scripts" / "complexity.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    found = list(script.functions(ROOT / "src" / "gansmith" / "doctor"))
    assert len(found) > 100
    assert [name for name, decisions, lines in found if decisions >= 12 or lines > 50] == []

"""Rules of the house that the import linter cannot say."""

import re
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "gansmith"


def test_torch_distributed_is_known_to_the_runtime_and_for_loops_of_others_only() -> None:
    users = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if re.search(r"^\s*(import|from) torch\.distributed", path.read_text(), re.M)
    }
    assert users == {"training/runtime.py", "monitor/processes.py"}


def test_the_training_loop_stays_under_sixty_lines() -> None:
    text = (SOURCE / "training" / "trainer.py").read_text()
    loop = text[text.index("class Trainer:") :]
    code = [line for line in loop.splitlines() if line.strip()]
    assert len(code) < 60


def test_nothing_imports_torchvision_or_torchaudio() -> None:
    for path in SOURCE.rglob("*.py"):
        assert not re.search(r"import (torchvision|torchaudio)", path.read_text()), path

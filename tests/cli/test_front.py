"""The command line as a whole: completion, and errors that a user's own code raises."""

import subprocess
from pathlib import Path

import pytest

from gansmith.cli import VERBS, main


def test_the_shell_can_be_taught_to_complete_verbs_and_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("BASH_VERSION", "5")
    with pytest.raises(SystemExit) as ended:
        main(["--install-completion"])
    assert ended.value.code == 0
    (script,) = tmp_path.rglob("completions/gansmith")
    capsys.readouterr()
    typed = "COMP_WORDS=(gansmith dia); COMP_CWORD=1; _gansmith"
    asked = f'. "{script}"; {typed}; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["diagnose"]
    assert all(verb in script.read_text() for verb in VERBS)


OWN = """
from torch import nn
from gansmith.records import AdversarialLoss, Knob, Term

def term(weight: float = 1.0) -> Term:
    def value(view):
        return view.fake.nowhere
    return Term(value, "generator", Knob("weight", weight))
"""


def test_an_error_in_a_users_own_code_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(OWN)
    short = ["--kimg", "0.3", "--set", "evaluation.samples=32", "--quiet"]
    with pytest.raises(SystemExit) as ended:
        main(["train", "ring", "--set", "terms.0={ name = 'own.py:term' }", *short])
    said = capsys.readouterr().err.splitlines()[-1]
    assert ended.value.code == 1
    assert "own.py, line 7, in value: AttributeError: 'Tensor' object has no attribute" in said
    assert "should not happen" not in said

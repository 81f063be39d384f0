"""What only the command line can mend exits with 2 and names what is missing."""

import json
from pathlib import Path

import pytest

from tests.hostile.command import gansmith

WRONG = [
    (["train", "ring", "--set", "x"], "form path=value"),
    (["train", "ring", "--set", "=3"], "form path=value"),
    (["check", "ring", "--set", "x"], "form path=value"),
    (["train", "ring", "--kimg", "-1"], "--kimg must be above 0"),
    (["train", "ring", "--kimg", "0"], "--kimg must be above 0"),
    (["train", "ring", "--kimg", "nan"], "--kimg must be above 0"),
    (["train", "ring", "--kimg", "abc"], "--kimg"),
    (["train", "ring", "--budget", "soon"], "write 90s"),
    (["train", "ring", "--budget=-3m"], "write 90s"),
    (["train", "ring", "--budget", ""], "write 90s"),
    (["sample", "RUN", "--out", "x.csv", "-n", "0"], "--count must be at least 1"),
    (["sample", "RUN", "--out", "x.csv", "-n", "-5"], "--count must be at least 1"),
    (["sample", "RUN", "--out", "x.csv", "-n", "x"], "-n"),
    (["sample", "RUN", "--out", "x.csv", "--code", "a"], "form I=V"),
    (["sample", "RUN", "--out", "x.csv", "--code", "a=b"], "form I=V"),
    (["compare"], "gansmith compare RUN RUN"),
    (["compare", "one"], "only 'one'"),
    (["compare", "one", "--json"], "only 'one'"),
    (["diagnose", "RUN", "--watch", "--every", "0"], "--every must be above 0"),
    (["diagnose", "RUN", "--watch", "--json"], "choose one"),
    (["evaluate", "--real", "a", "--fake", "b", "--samples", "0"], "--samples must be at least 1"),
    (["evaluate", "--real", "a", "--fake", "b", "--metrics", "fid"], "unknown metric 'fid'"),
    (["evaluate", "--real", "a", "--fake", "b", "--metrics", ""], "unknown metric ''"),
    (["evaluate", "--real", "a", "--fake", "b", "--features", "vgg"], "unknown extractor 'vgg'"),
    (["evaluate", "--real", "a", "--fake", "b", "--features", "pixels:a=1"], "no option 'a'"),
    (
        ["evaluate", "--real", "a", "--fake", "b", "--features", "pixels:=["],
        "a list of options",
    ),
    (["parts", "lossses"], "did you mean 'losses'"),
    (["export", "RUN", "--out", "x", "--format", "pickle"], "pickle"),
    (["report", "RUN", "more"], "'more' is one word too many: gansmith report RUN"),
    (["trian"], "did you mean 'train'"),
    (["train", "--bugdet", "3m"], "--budget"),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[" ".join(row[0]) for row in WRONG])
def test_what_only_the_command_line_can_mend_is_wrong_usage(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = gansmith(capsys, *words)
    assert answer.code == 2
    assert says in answer.err
    assert answer.out == ""


MISSING = [
    (["diagnose"], "RUN is missing: gansmith diagnose RUN"),
    (["report"], "RUN is missing: gansmith report RUN"),
    (["check"], "WHAT is missing: gansmith check WHAT"),
    (["cite"], "RECIPE is missing: gansmith cite RECIPE"),
    (["sample"], "RUN is missing: gansmith sample RUN --out OUT"),
    (["sample", "RUN"], "--out is missing: gansmith sample RUN --out OUT"),
    (["export"], "RUN is missing: gansmith export RUN --out OUT"),
    (["export", "RUN"], "--out is missing: gansmith export RUN --out OUT"),
    (["translate"], "RUN is missing: gansmith translate RUN INPUT --out OUT"),
    (["translate", "RUN"], "INPUT is missing: gansmith translate RUN INPUT --out OUT"),
    (["translate", "RUN", "IN"], "--out is missing: gansmith translate RUN INPUT --out OUT"),
    (["evaluate"], "--real is missing: gansmith evaluate --real REAL --fake FAKE"),
    (["evaluate", "--real", "x"], "--fake is missing: gansmith evaluate --real REAL --fake FAKE"),
    (["sample", "RUN", "--out"], "--out needs a value"),
    (["train", "ring", "--set"], "--set needs a value"),
]


@pytest.mark.parametrize(("words", "says"), MISSING, ids=[" ".join(row[0]) for row in MISSING])
def test_what_is_missing_is_named_as_it_is_written(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = gansmith(capsys, *words)
    assert answer.code == 2
    assert answer.err.splitlines()[0] == f"gansmith: {says}"


ECHOED = [
    ["check", "LONG"],
    ["check", "ring", "--set", "LONG"],
    ["check", "ring", "--set", "LONG=1"],
    ["check", "ring", "--set", "loss.name=LONG"],
    ["check", "ring", "--set", "data.batch=LONG"],
    ["check", "ring", "--set", "terms.r1.gamma='LONG'"],
    ["check", "ring", "--set", "terms.r1.LONG=3"],
    ["check", "ring", "--set", "seed.LONG=3"],
    ["check", "ring", "--set", "runtime.device=LONG"],
    ["check", "ring", "--set", "evaluation.metrics=['LONG']"],
    ["check", "ring", "--set", "evaluation.extractor='x:a=LONG'"],
    ["train", "LONG"],
    ["train", "--data", "LONG"],
    ["train", "--data", "mixture:LONG"],
    ["train", "--data", "mixture:modes=LONG"],
    ["train", "ring", "--budget", "LONG"],
    ["train", "ring", "--kimg", "LONG"],
    ["train", "ring", "--device", "LONG"],
    ["LONG"],
    ["sample", "RUN", "--out", "x", "--code", "LONG"],
    ["sample", "LONG", "--out", "x"],
    ["diagnose", "LONG"],
    ["report", "a", "LONG"],
    ["compare", "LONG"],
    ["parts", "LONG"],
    ["cite", "LONG"],
    ["evaluate", "--real", "LONG", "--fake", "ring"],
    ["evaluate", "--real", "ring", "--fake", "ring", "--metrics", "LONG"],
    ["evaluate", "--real", "ring", "--fake", "ring", "--features", "LONG"],
    ["--LONG"],
]


@pytest.mark.parametrize("words", ECHOED, ids=[" ".join(row) for row in ECHOED])
@pytest.mark.parametrize("long", ["z" * 4_000, "z \x1b[2J\n" * 800])
def test_a_message_repeats_little_of_what_was_given(
    words: list[str], long: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = gansmith(capsys, *(word.replace("LONG", long) for word in words))
    assert answer.code in (1, 2)
    assert answer.err.count("z") < 250
    assert len(answer.err) < 1_800


def test_a_line_break_in_a_path_breaks_no_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    answer = gansmith(capsys, "check", "ring", "--set", "terms.\nr1.gama=1")
    assert len(answer.err.splitlines()) == 1
    assert "\\n" in answer.err


def test_a_recipe_with_many_problems_lists_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.toml").write_text("".join(f"key{n} = 1\n" for n in range(500)))
    answer = gansmith(capsys, "check", str(tmp_path / "x.toml"))
    assert "500 problems" in answer.err
    assert len(answer.err.splitlines()) < 25
    assert "and 480 more" in answer.err


def test_data_errors_begin_without_an_empty_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = gansmith(capsys, "train", "--data", str(tmp_path))
    assert answer.code == 1
    assert answer.err.startswith("gansmith: ")
    found = json.loads(gansmith(capsys, "check", str(tmp_path), "--json").out)
    assert found["sound"] is False


def test_sizes_beyond_all_memory_are_told_as_a_lack_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = gansmith(capsys, "check", "ring", "--set", f"game.latent={10**17}")
    assert done.code == 1
    assert "there is not enough memory" in done.err

"""Texts nested without end, numbers without end, and records that are none: one sentence each."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gansmith.data import open_data
from gansmith.errors import DataError, RecipeError, RunWarning, UsageError, check_range
from gansmith.reading import DEEPEST, json_value, toml_tree
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.recipe.tree import parse_changes, parse_value
from gansmith.runs.ranking import best_step
from gansmith.runs.reader import read_lines
from tests.data.pictures import fill
from tests.hostile.command import gansmith
from tests.training.helpers import run_small

DEEP = ["[" * 500 + "]" * 500, "{a=" * 500 + "1" + "}" * 500, "[" * 5_000, "{a=" * 5_000]
DEEP_JSON = [
    "[" * 100_000,
    '{"a":' * 50_000,
    "[" * 400 + "]" * 400,
    '{"a":' * 200 + "1" + "}" * 200,
]
LONG_INTEGER = "9" * 400


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_small(tmp_path_factory.mktemp("runs") / "run", length__kimg=0.32)


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    return shutil.copytree(trained, tmp_path / "run")


@pytest.mark.parametrize("text", DEEP, ids=["lists", "tables", "open lists", "open tables"])
def test_toml_nested_without_end_is_refused(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = gansmith(capsys, "check", "ring", "--set", f"terms={text}")
    assert answer.code in (1, 2)
    (tmp_path / "x.toml").write_text(f"terms = {text}\n")
    for verb in ("check", "cite", "train"):
        assert gansmith(capsys, verb, str(tmp_path / "x.toml")).code == 1


def test_a_path_of_hundreds_of_steps_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert gansmith(capsys, "check", "ring", "--set", "a." * 600 + "b=1").code in (1, 2)


@pytest.mark.parametrize("text", DEEP_JSON, ids=["lists", "objects", "400 lists", "200 objects"])
def test_json_nested_without_end_is_refused(
    text: str, tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.json").write_text(text)
    answer = gansmith(capsys, "compare", *[str(tmp_path / "x.json")] * 2)
    assert (answer.code, "nor a file that gansmith evaluate --json" in answer.err) == (1, True)
    (tmp_path / "x.jsonl").write_text(text + "\n")
    assert gansmith(capsys, "check", str(tmp_path / "x.jsonl")).code == 1
    (run / "environment.json").write_text(text)
    assert gansmith(capsys, "report", str(run)).code == 1
    lines = (run / "signals.jsonl").read_text()
    (run / "signals.jsonl").write_text(f"{text}\n{lines}")
    assert gansmith(capsys, "diagnose", str(run)).code == 1


ROWS = ["[1, 2]", "3", "null", '"a.png"', "true", '{"file": "000.png"} x', "{", "[[]]"]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_that_is_no_object_is_named_by_its_line(row: str, tmp_path: Path) -> None:
    fill(tmp_path, 3)
    good = '{"file": "000.png"}\n{"file": "001.png"}\n\n'
    (tmp_path / "x.jsonl").write_text(good + row + "\n")
    with pytest.raises(DataError, match=r"line 4 is .* not an object|not a readable table"):
        open_data(tmp_path / "x.jsonl")


def test_a_row_of_more_cells_than_columns_is_told(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    (tmp_path / "x.csv").write_text("file\n000.png,more\n001.png\n002.png,a,b\n")
    with pytest.raises(DataError, match=r"x\.csv"):
        open_data(tmp_path / "x.csv")


@pytest.mark.parametrize("verb", ["diagnose", "report"])
def test_integers_without_end_in_records_are_not_finite(
    verb: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("signals.jsonl", "metrics.jsonl"):
        lines = (run / name).read_text().splitlines()
        record = json.loads(lines[0]) | {"loss/generator": 0, "kimg": 0.001}
        text = json.dumps(record).replace(
            '"loss/generator": 0', f'"loss/generator": {LONG_INTEGER}'
        )
        (run / name).write_text("\n".join([text, *lines[1:]]) + "\n")
    assert gansmith(capsys, verb, str(run)).code == 0
    (run / "signals.jsonl").write_text(f'{{"kimg": {LONG_INTEGER}, "step": {LONG_INTEGER}}}\n')
    assert gansmith(capsys, verb, str(run)).code == 0


@pytest.mark.parametrize("value", [LONG_INTEGER, f"-{LONG_INTEGER}", f"[{LONG_INTEGER}]"])
@pytest.mark.parametrize("path", ["seed", "data.batch", "terms.r1.gamma", "length.kimg"])
def test_integers_without_end_in_a_recipe_are_refused(
    path: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gansmith(capsys, "check", "ring", "--set", f"{path}={value}").code == 1


def test_an_integer_without_end_is_outside_every_range() -> None:
    with pytest.raises(ValueError, match="must be finite and at least 0 but is inf"):
        check_range("x", 10**400, low=0)


EXAMS = [
    '{"step": 40, "kimg": 0.3, "metrics": 3}',
    '{"step": 40, "kimg": 0.3, "metrics": [1]}',
    '{"step": 40, "kimg": 0.3, "metrics": {"frechet_distance": "good"}}',
    '{"step": "forty", "kimg": 0.3, "metrics": {"frechet_distance": 1}}',
    '{"step": [], "kimg": {}, "metrics": {"frechet_distance": 1}}',
    '{"kimg": 0.3, "metrics": {"frechet_distance": 1}}',
    f'{{"step": {LONG_INTEGER}, "metrics": {{"frechet_distance": 1}}}}',
]


@pytest.mark.parametrize("exam", EXAMS)
def test_an_odd_exam_is_told_where_a_checkpoint_is_chosen_by_it(
    exam: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (run / "metrics.jsonl").open("a") as file:
        file.write(f"{exam}\n")
    words = ["sample", str(run), "-n", "2", "--out", str(tmp_path / "x.csv")]
    answer = gansmith(capsys, *words)
    assert answer.code == 1
    assert "an exam in metrics.jsonl is damaged" in answer.err
    assert "--which last" in answer.err
    assert gansmith(capsys, *words, "--which", "last").code == 0
    for verb in ("diagnose", "report"):
        gansmith(capsys, verb, str(run))


def test_a_number_that_is_not_known_is_no_odd_exam() -> None:
    exams = [
        {"step": 1, "metrics": {"a": None}},
        {"step": 2, "metrics": {"a": 3.0}},
        {"step": 3, "metrics": {}},
    ]
    assert best_step(exams, lambda name, value: value) == 2


def without(path: Path) -> None:
    path.unlink()


WRONG: list[Callable[[Path], object]] = [
    without,
    lambda path: path.write_text("{}"),
    lambda path: path.write_text('{"data": 3}'),
    lambda path: path.write_text('{"data": {}}'),
    lambda path: path.write_text('{"data": {"shape": "x"}}'),
    lambda path: path.write_text('{"data": {"shape": [-2]}}'),
    lambda path: path.write_text('{"data": {"shape": [2, 3, 4, 5]}}'),
    lambda path: path.write_text('{"data": {"shape": [true]}}'),
    lambda path: path.write_text('{"data": {"shape": [2], "kind": {"name": "series"}}}'),
    lambda path: path.write_text(f'{{"data": {{"shape": [{LONG_INTEGER}]}}}}'),
    lambda path: path.write_text('{"data": {"shape": [2], "classes": 4}}'),
    lambda path: path.write_text('{"data": {"shape": ["a"], "facts": {"classes": {"a": "b"}}}}'),
]


@pytest.mark.parametrize("spoil", WRONG)
def test_without_its_environment_a_run_cannot_be_sampled_and_says_so(
    spoil: Callable[[Path], object],
    run: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(run / "environment.json")
    for words in (["sample", str(run), "-n", "2"], ["export", str(run)]):
        answer = gansmith(capsys, *words, "--out", str(tmp_path / "x.csv"))
        assert answer.code == 1
        assert "environment.json is missing or does not say" in answer.err
    assert gansmith(capsys, "diagnose", str(run)).code == 0


# --- the parsers, with anything ---------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_any_right_side_of_set_is_a_value(text: str) -> None:
    found = parse_value(text)
    if isinstance(found, str) and '"' not in text and "'" not in text:
        assert found == text  # what is not TOML is a plain string, kept as it was written


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_any_change_is_read_or_wrong_usage(text: str) -> None:
    with suppress(UsageError):
        assert all(parse_changes([text]))


@settings(max_examples=80, deadline=None)
@given(values)
def test_json_of_sensible_depth_is_read_as_it_was_written(value: object) -> None:
    text = json.dumps(value)
    assert json.dumps(json_value(text)) == json.dumps(json.loads(text, parse_int=_as_read))


def _as_read(digits: str) -> int | float:
    return int(digits) if len(digits) <= 18 else float(digits)


@pytest.mark.parametrize("depth", [1, DEEPEST - 1, DEEPEST + 2, 900])
def test_the_depth_that_is_read_is_bounded(depth: int) -> None:
    texts = ["[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth]
    for text in texts:
        if depth < DEEPEST:
            json_value(text)
        else:
            with pytest.raises(ValueError, match="nested"):
                json_value(text)
    dotted = ".".join("a" * depth) + " = 1"
    if depth < DEEPEST:
        toml_tree(dotted)
    else:
        with pytest.raises(ValueError, match="nested"):
            toml_tree(dotted)


SECTIONS = [*Recipe.model_fields, "nothing", "", "data.size", "terms.r1", "networks.generator.name"]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(SECTIONS), values, max_size=3))
def test_any_tree_is_a_recipe_or_all_that_is_wrong_with_it(changes: dict[str, object]) -> None:
    wrong: list[str] = []
    try:
        make_recipe({"data": {"source": "ring"}}, changes)
    except RecipeError as error:
        wrong = [says or "nothing said" for says in error.problems] or ["no problem named"]
    assert not {"nothing said", "no problem named"} & set(wrong)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=30) | values.map(lambda v: json.dumps(v).encode()), max_size=4))
def test_any_lines_are_records_or_damaged(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("lines") / "signals.jsonl"
    path.write_bytes(b"\n".join(lines))
    with suppress(RunWarning):  # an error in tests: the lines that were left out are told
        assert all(isinstance(record, dict) for record in read_lines(path))


@pytest.mark.parametrize("path", ["game.latent", "seed", "evaluation.samples", "signals.tick"])
def test_a_whole_number_beyond_64_bits_is_refused_by_its_place(path: str) -> None:
    with pytest.raises(RecipeError, match=rf"{path}: 1000.* beyond what a computer counts with"):
        make_recipe({}, {path: 10**30})

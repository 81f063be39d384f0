"""What a run folder or somebody's recipe names is never imported or called, by any verb."""

import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tomlkit

import gansmith
from gansmith import imports
from gansmith.cli import main
from gansmith.registry import KINDS, UnknownPartError

LEAN = (
    "length.kimg=0.4",
    "data.batch=32",
    "signals.tick=5",
    "evaluation.samples=32",
    "networks.generator.widths=[8]",
    "networks.discriminator.widths=[8]",
)
PLACES: dict[str, Callable[[tomlkit.TOMLDocument, str], None]] = {
    "loss": lambda r, name: r["loss"].update({"name": name}),
    "term": lambda r, name: r["terms"][0].update({"name": name}),
    "extractor of a term": lambda r, name: r["terms"].append(
        {"name": "perceptual", "extractor": name}
    ),
    "constraint": lambda r, name: r.update({"constraints": [{"name": name}]}),
    "generator": lambda r, name: r["networks"]["generator"].update({"name": name}),
    "discriminator": lambda r, name: r["networks"]["discriminator"].update({"name": name}),
    "base of a wrapper": lambda r, name: r["networks"].update(
        {"discriminator": {"name": "packed", "base": name}}
    ),
    "game": lambda r, name: r["game"].update({"name": name}),
    "augmentation": lambda r, name: r.update({"augment": {"name": name}}),
    "optimizer": lambda r, name: r["optimizers"]["generator"].update({"name": name}),
    "controller": lambda r, name: r.update(
        {"controllers": [{"name": name, "knob": "optimizers.generator.lr"}]}
    ),
    "extractor": lambda r, name: r["evaluation"].update({"extractor": name}),
    "metric": lambda r, name: r["evaluation"].update({"metrics": [name]}),
    "data": lambda r, name: r["data"].update({"source": name}),
}
READERS = {
    "sample": ("sample", "{run}", "-n", "2", "--out", "{out}/s.csv"),
    "export": ("export", "{run}", "--format", "torchscript", "--out", "{out}/e.pt"),
    "translate": ("translate", "{run}", "emoji", "--out", "{out}"),
    "evaluate": ("evaluate", "--real", "ring", "--fake", "{run}", "--samples", "32"),
    "resume": ("train", "--resume", "--run", "{run}", "--kimg", "0.8", "--quiet"),
    "from": ("train", "--from", "{run}", "--data", "ring", "--run", "{out}/n", "--kimg", ".1"),
    "check": ("check", "{run}/recipe.toml"),
    "cite": ("cite", "{run}/recipe.toml"),
    "diagnose": ("diagnose", "{run}"),
    "report": ("report", "{run}", "--out", "{out}/r.html"),
    "compare": ("compare", "{run}", "{run}"),
}
CODE = "from pathlib import Path\nPath({mark!r}).write_text('ran')\ndef f(*a, **k):\n    return 1\n"
LOOKERS = ("diagnose", "report", "compare", "translate")  # build nothing of a run like this one


def command(words: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


def lean(*more: str) -> list[str]:
    return [word for change in (*LEAN, *more) for word in ("--set", change)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("trust") / "run"
    assert command(["train", "ring", "--run", str(run), "--quiet", *lean()]) == 0
    return run


@pytest.fixture
def gift(trained: Path, tmp_path: Path) -> Iterator[Path]:
    """Give a folder with a run and code beside it, and work there, as its receiver would."""
    os.symlink(trained / "checkpoints", _made(tmp_path / "run") / "checkpoints")
    for file in trained.glob("*.*"):
        (tmp_path / "run" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "beside.py").write_text(CODE.format(mark=str(tmp_path / "RAN")))
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def poison(run: Path, place: str, name: str) -> None:
    document = tomlkit.parse((run / "recipe.toml").read_text())
    PLACES[place](document, name)
    (run / "recipe.toml").write_text(tomlkit.dumps(document))


def call(verb: str, where: Path, *more: str) -> int:
    (where / "out").mkdir(exist_ok=True)
    words = [w.format(run=where / "run", out=where / "out") for w in READERS[verb]]
    return command([*words, *more])


@pytest.mark.parametrize("place", PLACES)
def test_no_verb_that_opens_a_run_imports_or_calls_what_it_names(
    gift: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    poison(gift / "run", place, "beside.py:f")
    for verb in (verb for verb in READERS if verb not in LOOKERS):
        call(verb, gift)
        assert not (gift / "RAN").exists(), f"{verb} ran it"
    for name in (f"{gift / 'beside.py'}:f", "beside:f"):
        poison(gift / "run", place, name)
        call("resume", gift)
        assert not (gift / "RAN").exists(), f"{name} was run"
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("verb", READERS)
def test_no_verb_calls_a_function_of_a_module_with_options_out_of_a_run(
    gift: Path, verb: str
) -> None:
    document = tomlkit.parse((gift / "run/recipe.toml").read_text())
    document["loss"] = {"name": "os:system", "command": f"touch {gift}/RAN"}
    document["networks"]["generator"] = {"name": "os:system", "command": f"touch {gift}/RAN"}
    (gift / "run/recipe.toml").write_text(tomlkit.dumps(document))
    call(verb, gift)
    assert not (gift / "RAN").exists()


@pytest.mark.parametrize("verb", ["resume", "check", "from"])
def test_the_refusal_names_the_import_and_what_to_do(
    gift: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    poison(gift / "run", "loss", "beside.py:f")
    assert call(verb, gift) == 1
    said = capsys.readouterr().err
    assert "beside.py:f" in said
    assert "--trust" in said


@pytest.mark.parametrize("verb", ["sample", "export", "evaluate"])
def test_who_only_needs_the_generator_goes_without_the_other_parts(gift: Path, verb: str) -> None:
    poison(gift / "run", "loss", "beside.py:f")
    assert call(verb, gift) == 0


def test_a_generator_of_ones_own_is_refused_until_trusted(
    gift: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "from torch import nn\n"
        "def net(shape, latent) -> nn.Module:\n    return nn.Linear(latent, 2)\n"
    )
    (gift / "own.py").write_text(text)
    kept = [c for c in LEAN if "generator" not in c] + ["networks.generator={name='own.py:net'}"]
    changes = [word for change in kept for word in ("--set", change)]
    assert command(["train", "ring", "--run", "own", "--quiet", *changes]) == 0
    imports._permitted.clear()  # as in a new process
    assert command(["sample", "own", "-n", "2", "--out", "s.csv"]) == 1
    assert "own.py:net" in capsys.readouterr().err
    assert command(["sample", "own", "-n", "2", "--out", "s.csv", "--trust"]) == 0


def test_reading_a_recipe_in_python_imports_nothing(gift: Path) -> None:
    poison(gift / "run", "loss", "beside.py:f")
    recipe = gansmith.Recipe.load(str(gift / "run/recipe.toml"))
    assert recipe.loss is not None
    assert recipe.loss.name == "beside.py:f"
    assert not (gift / "RAN").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_function_that_is_not_declared_is_no_part_though_the_user_names_it(kind: str) -> None:
    for path in ("os:system", "subprocess:Popen", "builtins:eval", "shutil:rmtree"):
        imports.permit(path)
        with pytest.raises(UnknownPartError, match="not declared as one"):
            KINDS[kind].get(path)


@pytest.mark.parametrize("kind", KINDS)
def test_of_gansmiths_own_functions_only_parts_are_called(kind: str) -> None:
    for path in ("gansmith.cli:main", "gansmith.api:report", "gansmith.imports:load"):
        with pytest.raises(UnknownPartError, match="not declared as one"):
            KINDS[kind].get(path)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_part_refuses_what_was_not_permitted(kind: str) -> None:
    with pytest.raises(imports.NotPermittedError, match="named by a file that was opened"):
        KINDS[kind].get("antigravity:anything")


def test_the_working_directory_is_no_place_for_modules(gift: Path) -> None:
    imports.permit("beside:f")
    with pytest.raises(UnknownPartError, match=r"beside\.py:f"):
        KINDS["losses"].get("beside:f")
    assert not (gift / "RAN").exists()


def test_a_decorator_or_an_annotation_declares_a_part(tmp_path: Path) -> None:
    text = (
        "from gansmith import registry\nfrom gansmith.records import AdversarialLoss\n"
        "def annotated(margin: float = 1.0) -> AdversarialLoss:\n    return None\n"
        "@registry.metrics.add\ndef decorated_for_this_test(real, fake):\n    return 1.0\n"
        "def neither():\n    return None\n"
    )
    (tmp_path / "parts.py").write_text(text)
    where = f"{tmp_path / 'parts.py'}"
    imports.permit(
        [f"{where}:{name}" for name in ("annotated", "decorated_for_this_test", "neither")]
    )
    assert list(KINDS["losses"].get(f"{where}:annotated").options) == ["margin"]
    assert (
        KINDS["metrics"].get(f"{where}:decorated_for_this_test").name == "decorated_for_this_test"
    )
    with pytest.raises(UnknownPartError, match="-> AdversarialLoss"):
        KINDS["losses"].get(f"{where}:neither")
    KINDS["metrics"]._parts.pop("decorated_for_this_test")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def f(:\n", "SyntaxError"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("import nowhere\n", "nowhere"),
    ],
)
def test_a_file_that_cannot_run_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "broken.py").write_text(text)
    imports.permit(f"{tmp_path / 'broken.py'}:f")
    with pytest.raises(UnknownPartError, match=says):
        KINDS["losses"].get(f"{tmp_path / 'broken.py'}:f")


def test_the_same_file_is_permitted_however_its_path_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    imports.permit({"loss": {"name": "./a.py:f"}})
    assert imports.permitted(f"{tmp_path}/a.py:f")
    assert not imports.permitted("a.py:g")


def test_a_recipe_of_the_users_own_runs_the_part_that_it_names(
    gift: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "from gansmith.objectives.losses.hinge import hinge\n"
        "from gansmith.records import AdversarialLoss\n"
        "def f() -> AdversarialLoss:\n    return hinge()\n"
    )
    (gift / "mine.py").write_text(text)
    tree = tomllib.loads((gift / "run/recipe.toml").read_text())
    tree["loss"] = {"name": "mine.py:f"}
    (gift / "mine.toml").write_text(tomlkit.dumps(tree))
    assert command(["train", "mine.toml", "--run", "mine", "--quiet"]) == 0
    imports._permitted.clear()
    assert command(["train", "--resume", "--run", "mine", "--kimg", "0.8", "--quiet"]) == 1
    resumed = ["train", "--resume", "--run", "mine", "--kimg", "0.8", "--quiet", "--trust"]
    assert command(resumed) == 0
    capsys.readouterr()

"""Reals, labels and losses in whatever form loops have them; what is bad costs only itself."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, IterableDataset

import gansmith
from gansmith.monitor.labels import classes_of, collect_labels
from gansmith.monitor.losses import players_of
from gansmith.monitor.samples import collect
from gansmith.runs.reader import read_run
from tests.monitor.test_monitor import POINTS, loop, notes, watched

BYTES = np.random.default_rng(0).integers(0, 256, (12, 16, 16, 3), dtype=np.uint8)
UNIT = torch.from_numpy(BYTES).permute(0, 3, 1, 2) / 127.5 - 1


class Rows(Dataset):
    """A data set whose items are made by a function of their place."""

    def __init__(self, make: Any) -> None:
        self.make = make

    def __len__(self) -> int:
        return 12

    def __getitem__(self, place: int) -> Any:
        if place >= 12:
            raise IndexError
        return self.make(place)


class Flow(IterableDataset):
    """A data set without a length."""

    def __iter__(self) -> Any:
        return iter(zip(UNIT, range(12), strict=True))


def picture(place: int) -> Image.Image:
    return Image.fromarray(BYTES[place])


ONE_HOT = np.eye(3, dtype=np.float32)[np.arange(12) % 3]
REALS = {
    "pictures": Rows(picture),
    "pictures and labels": Rows(lambda n: (picture(n), n % 3)),
    "list of pictures": [picture(n) for n in range(12)],
    "label before image": Rows(lambda n: {"label": n % 3, "image": UNIT[n]}),
    "picture in a mapping": Rows(lambda n: {"label": n % 3, "image": picture(n)}),
    "unknown names": Rows(lambda n: {"label": ONE_HOT[n], "scan": UNIT[n]}),
    "index before image": Rows(lambda n: (n, UNIT[n])),
    "index before array": Rows(lambda n: (torch.tensor(n), BYTES[n])),
    "nested": Rows(lambda n: (n, (UNIT[n], {"y": torch.tensor(n)}))),
    "loader of mappings": DataLoader(Rows(lambda n: {"idx": n, "image": UNIT[n]}), batch_size=5),
    "loader of pairs": DataLoader(Rows(lambda n: (n, UNIT[n])), batch_size=5),
    "loader of pictures": DataLoader(Rows(picture), batch_size=5, collate_fn=list),
    "without a length": Flow(),
    "bytes": BYTES,
    "arrays with channels last": Rows(lambda n: BYTES[n]),
}


@pytest.mark.parametrize("kind", REALS)
def test_reals_are_found_wherever_they_are(kind: str) -> None:
    assert torch.allclose(collect(REALS[kind], 12), UNIT, atol=1e-6)


@pytest.mark.parametrize("kind", ["folder", "text", "archive"])
def test_reals_may_be_a_path(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for place in range(12):
        picture(place).save(folder / f"{place:02d}.png")
    path: Any = {"folder": folder, "text": str(folder)}.get(kind)
    if kind == "archive":
        path = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))
    found = collect(path, 12)
    assert sorted(found.sum((1, 2, 3)).tolist()) == pytest.approx(
        sorted(UNIT.sum((1, 2, 3)).tolist()), abs=1e-4
    )
    monitor = watched(tmp_path / "run", real=path, sample=lambda n: torch.rand(n, 3, 16, 16))
    assert notes(tmp_path / "run") == []
    assert monitor.examiner is not None


@pytest.mark.parametrize(
    ("real", "says"),
    [
        (7, "`real` is a int; give an array, a tensor, a path"),
        ([], "`real` gave no samples"),
        (Rows(lambda n: "text"), "a str without samples in it"),
        (Rows(lambda n: UNIT[n, :, : 8 + n]), "samples of `real` have several shapes"),
        (torch.full((40, 2), torch.nan), "not finite"),
        (Path("no/such/place"), "no/such/place"),
    ],
)
def test_reals_that_cannot_be_used_are_named_in_our_words_and_the_loop_goes_on(
    tmp_path: Path, real: Any, says: str
) -> None:
    loop(watched(tmp_path / "run", real=real))
    (said,) = notes(tmp_path / "run")
    assert "exams left out, training goes on" in said
    assert says in said
    assert len(read_run(tmp_path / "run").signals) == 10


@pytest.mark.parametrize(
    "held_out", [torch.randn(9, 5), torch.full((9, 2), torch.nan), "no/such/place", 3]
)
def test_held_out_samples_that_cannot_be_used_cost_only_themselves(
    tmp_path: Path, held_out: Any
) -> None:
    loop(watched(tmp_path / "run", held_out=held_out))
    (said,) = notes(tmp_path / "run")
    assert "held-out samples left out" in said
    assert len(read_run(tmp_path / "run").metrics) > 2


# --- labels ---


@pytest.mark.parametrize(
    "labels",
    [
        ["cat", "dog", "eel"] * 4,
        np.array(["cat", "dog", "eel"] * 4),
        np.array(["cat", "dog", "eel"] * 4, dtype=object),
        ONE_HOT,
        torch.from_numpy(ONE_HOT).bool(),
        [0, 1, 2] * 4,
        torch.tensor([0.0, 1.0, 2.0] * 4),
        [torch.tensor(n % 3) for n in range(12)],
        torch.tensor([[0], [1], [2]] * 4),
    ],
)
def test_labels_may_be_numbers_words_or_rows_with_a_single_one(labels: Any) -> None:
    told: list[str] = []
    assert classes_of(labels, told.append).tolist() == [0, 1, 2] * 4
    words = np.asarray(labels[0]).dtype.kind == "U"
    assert bool(told) is words
    assert not words or "0 = cat, 1 = dog, 2 = eel" in told[0]


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (np.ones((300, 3)), "not one class each"),
        (np.zeros((300, 3)), "not one class each"),
        (np.linspace(0, 1, 300), "look like measurements"),
        ([None] * 300, "give whole numbers or words"),
        (["cat"] * 3, "3 labels but 300 reals"),
        (["cat"] * 300, "one class only"),
        (None, "sample_as and labels go together; labels is not given"),
    ],
)
def test_labels_that_are_no_classes_cost_only_the_classes(
    tmp_path: Path, labels: Any, says: str
) -> None:
    monitor = watched(tmp_path / "run", labels=labels, sample_as=lambda y: torch.randn(len(y), 2))
    loop(monitor, 4)
    (said,) = [note for note in notes(tmp_path / "run") if "left out" in note]
    assert "classes left out, training goes on" in said
    assert says in said
    assert read_run(tmp_path / "run").metrics


def test_a_generator_is_asked_for_words_by_their_place_in_order(tmp_path: Path) -> None:
    asked = list[Tensor]()

    def sample_as(kinds: Tensor) -> Tensor:
        asked.append(kinds)
        return torch.randn(len(kinds), 2)

    words = [("b", "a", "c")[n % 3] for n in range(300)]
    loop(watched(tmp_path / "run", sample=None, labels=words, sample_as=sample_as), 4)
    assert {int(kind) for kinds in asked for kind in kinds} == {0, 1, 2}
    assert any("0 = a, 1 = b, 2 = c" in note for note in notes(tmp_path / "run"))


@pytest.mark.parametrize("kind", [int, float, str])
def test_labels_that_look_like_quantities_are_doubted(kind: Any) -> None:
    told: list[str] = []
    ages = [kind(n % 70 + 20) for n in range(300)]
    ages = [age.removesuffix(".0") for age in ages] if kind is str else ages
    collect_labels(ages, torch.zeros(300, 2), 50, told.append)
    assert "70 whole numbers from 20 to 89" in told[-1]
    assert "these look like quantities, not classes" in told[-1]
    told.clear()
    collect_labels([n % 10 for n in range(300)], torch.zeros(300, 2), 50, told.append)
    assert told == []


# --- losses ---


@pytest.mark.parametrize(
    ("d", "g"),
    [
        *[("D", "G"), ("d", "g"), ("loss_D", "loss_G"), ("Loss_D", "Loss_G"), ("loss_d", "loss_g")],
        *[("d_loss", "g_loss"), ("D_loss", "G_loss"), ("errD", "errG"), ("lossD", "lossG")],
        *[("dloss", "gloss"), ("D/loss", "G/loss"), ("disc_loss", "gen_loss"), ("netD", "netG")],
        *[("critic", "generator"), ("critic_loss", "generator_loss"), ("loss.D", "loss.G")],
        *[("discriminator_loss", "loss_generator"), ("D_total_loss", "G_total"), ("l_d", "l_g")],
    ],
)
def test_the_usual_names_of_losses_are_the_players(tmp_path: Path, d: str, g: str) -> None:
    monitor = watched(tmp_path / "run", sample=None)
    for _ in range(2):
        monitor.step(torch.ones(4), torch.zeros(4), {d: 0.5, g: 1.5, "D_real": 0.1, "G_L1": 9.0})
    (row,) = read_run(tmp_path / "run").signals
    assert row["loss/discriminator"] == 0.5
    assert row["loss/generator"] == 1.5
    assert row["term/D_real"] == pytest.approx(0.1)
    assert row["term/G_L1"] == 9
    assert notes(tmp_path / "run") == []


def test_a_full_name_comes_before_others_that_mean_the_same() -> None:
    assert players_of(["D", "discriminator"]) == {"discriminator": "discriminator"}
    assert players_of(["loss_D", "errD"]) == {"loss_D": "discriminator"}
    assert players_of(["D_A", "G_A", "total", "gp", "dog", "gpu_loss", 3]) == {}


@pytest.mark.parametrize(
    ("losses", "steps", "says"),
    [
        ({"one": 1.0, "two": 2.0}, 1, "no loss is called discriminator or generator"),
        ({"D": 1.0, "hinge": 2.0}, 2, "no loss is called generator"),
        (torch.ones(3), 1, 'losses are a mapping such as {"discriminator": loss_d'),
        ((1.0, 2.0), 1, "losses are a mapping"),
    ],
)
def test_losses_under_unknown_names_are_said_once(
    tmp_path: Path, losses: Any, steps: int, says: str
) -> None:
    monitor = watched(tmp_path / "run", sample=None)
    for _ in range(steps):
        monitor.step(torch.ones(4), torch.zeros(4), losses)
    assert [says in note for note in notes(tmp_path / "run")] == [True]
    for _ in range(6):
        monitor.step(torch.ones(4), torch.zeros(4), losses)
    assert len(notes(tmp_path / "run")) == 1


def test_a_wrong_sign_is_named_under_any_name_of_the_losses(tmp_path: Path) -> None:
    from torch.nn.functional import softplus

    from tests.monitor.games import Game, says

    game = Game()
    act = game.step

    def wrong(number: int) -> Any:
        r, f, losses = act(number)
        f = f.detach() - 0.05 * number
        return r.detach() + 2, f, {"D": losses["discriminator"], "G": softplus(f).mean()}

    game.step = wrong  # type: ignore[method-assign]
    verdict = game.play(tmp_path / "run", sample=lambda n: torch.zeros(n, 64))
    assert "its sign is wrong" in says(verdict, "unsuitable_loss")


# --- what else may be given ---


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"generator": lambda z: z}, "the generator left out"),
        ({"discriminator": [1, 2]}, "the discriminator left out"),
        ({"optimizers": torch.optim.SGD([torch.ones(1)], 0.1)}, "optimizers left out"),
        ({"optimizers": {"D": 3}}, "optimizers left out"),
        ({"recipe": {"loss": None}}, "the recipe left out"),
        ({"extractor": "nothing"}, "exams left out"),
        ({"metrics": ["nothing"]}, "exams left out"),
        ({"labels": [1, 2]}, "sample_as is not given"),
    ],
)
def test_an_argument_that_cannot_be_used_costs_only_itself(
    tmp_path: Path, given: dict[str, Any], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monitor = watched(tmp_path / "run", quiet=False, **given)
    loop(monitor, 4)
    monitor.finish()
    assert any(says in note for note in notes(tmp_path / "run"))
    assert says in capsys.readouterr().err
    assert len(read_run(tmp_path / "run").signals) == 2


@pytest.mark.parametrize("several", [list, tuple, lambda nets: {"a": nets[0], "b": nets[1]}])
def test_players_may_be_several_networks(tmp_path: Path, several: Any) -> None:
    nets = [nn.Linear(2, 2), nn.Linear(2, 2)]
    monitor = watched(tmp_path / "run", generator=several(nets), held_out=POINTS[:99])
    loop(monitor, 4)
    record = read_run(tmp_path / "run")
    assert record.environment["networks"]["generator"]["parameters"] == 12
    assert notes(tmp_path / "run") == []


def test_a_run_folder_that_is_lost_does_not_stop_the_loop(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run")
    loop(monitor, 4)
    shutil.rmtree(tmp_path / "run")
    loop(monitor, 4)
    assert "cannot be read" in monitor.diagnose().says
    assert monitor.finish().verdict == "unknown"


def test_a_damaged_record_does_not_stop_the_loop(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run")
    loop(monitor, 4)
    (tmp_path / "run" / "recipe.toml").write_text("= not TOML")
    (tmp_path / "run" / "signals.jsonl").write_text('{"kimg": [}\n{}\n')
    assert monitor.finish().verdict == "unknown"


def test_an_error_without_words_and_a_closed_stderr_do_not_stop_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise ValueError

    def sample(count: int) -> Tensor:
        raise MuteError

    monitor = watched(tmp_path / "run", sample=sample, quiet=False)
    monkeypatch.setattr(monitor.display, "say", lambda text: 1 / 0)
    loop(monitor, 4)
    assert any("MuteError" in note for note in notes(tmp_path / "run"))
    assert json.loads(json.dumps(gansmith.diagnose(tmp_path / "run").as_dict()))

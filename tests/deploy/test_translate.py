"""A run that translates: asked in Python and on the command line."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import gansmith
from gansmith.cli.sample import sample
from gansmith.cli.translate import translate
from gansmith.data import to_unit
from gansmith.deploy import export, load, read_inputs
from gansmith.deploy.tiles import blended, statistics_of, translated
from gansmith.errors import DataError, GansmithError, RunError, UsageError
from gansmith.networks.layers.lightness import lightness
from gansmith.registry import generators
from gansmith.training.start import Order, train
from tests.training.helpers import run_small as run_points
from tests.training.translating import recipe, run_small


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("runs")
    colour = recipe(folder, terms=[{"name": "reconstruction"}], length__kimg=0.016)
    changed = colour.model_dump(exclude_unset=True) | {
        "condition": {"name": "image", "corruption": "low_resolution", "factor": 2}
    }
    larger = gansmith.Recipe(**changed)
    return {
        "paired": run_small(folder, "paired"),
        "cycle": run_small(folder, "cycle", "cycle"),
        "larger": train(Order(larger, run=str(folder / "larger"), quiet=True)),
        "points": run_points(folder / "points", length__kimg=0.032),
    }


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "more").mkdir()
    pixels = np.random.default_rng(0).integers(0, 255, (3, 24, 24, 3), np.uint8)
    for name, picture in zip(("one", "two", "more/three"), pixels, strict=True):
        Image.fromarray(picture).save(folder / f"{name}.png")
    return folder


def seen(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_images_come_out_as_the_network_makes_them(runs: dict[str, Path]) -> None:
    loaded = gansmith.load(runs["paired"])
    images = torch.rand(3, 1, 8, 8) * 2 - 1
    made = loaded.translate(images)
    assert made.shape == (3, 3, 8, 8)
    assert torch.allclose(made, loaded.network(images), atol=1e-6)


def test_a_cycle_goes_both_ways(runs: dict[str, Path]) -> None:
    loaded = gansmith.load(runs["cycle"])
    there = loaded.translate(torch.zeros(2, 1, 8, 8))
    assert there.shape == (2, 3, 8, 8)
    assert loaded.translate(there, back=True).shape == (2, 1, 8, 8)


def test_what_cannot_be_asked_is_said(runs: dict[str, Path]) -> None:
    loaded = gansmith.load(runs["paired"])
    with pytest.raises(RunError, match="one way only"):
        loaded.translate(torch.zeros(1, 3, 8, 8), back=True)
    with pytest.raises(ValueError, match=r"shape \[1, 8, 8\] but got \[1, 3, 8, 8\]"):
        loaded.translate(torch.zeros(1, 3, 8, 8))
    with pytest.raises(RunError, match="use sample, not translate"):
        gansmith.load(runs["points"]).translate(torch.zeros(1, 3, 8, 8))


def test_sample_and_evaluate_point_to_translate(runs: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(RunError, match="gansmith translate RUN INPUT"):
        sample(str(runs["paired"]), out=str(tmp_path / "x.png"))
    with pytest.raises(GansmithError, match="gansmith translate RUN INPUT"):
        gansmith.evaluate("emoji", runs["paired"])
    with pytest.raises(RunError, match="gansmith sample"):
        translate(str(runs["points"]), "emoji", out=str(tmp_path))


def test_a_folder_is_translated_to_files_of_the_same_names(
    runs: dict[str, Path], pictures: Path, tmp_path: Path
) -> None:
    translate(str(runs["paired"]), str(pictures), out=str(tmp_path))
    names = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.png"))
    assert names == ["more/three.png", "one.png", "two.png"]
    assert seen(tmp_path / "one.png").shape == (24, 24, 3)


def test_one_picture_is_translated_as_it_is_among_others(
    runs: dict[str, Path], pictures: Path, tmp_path: Path
) -> None:
    for source, out in ((pictures, "all"), (pictures / "two.png", "alone")):
        translate(str(runs["cycle"]), str(source), out=str(tmp_path / out))
    alone, among = (seen(tmp_path / p / "two.png") for p in ("alone", "all"))
    assert np.array_equal(alone, among)
    translate(str(runs["cycle"]), str(tmp_path / "all"), out=str(tmp_path / "back"), back=True)
    assert seen(tmp_path / "back" / "two.png").shape == (24, 24)


def test_pictures_to_enlarge_are_read_small(runs: dict[str, Path], pictures: Path) -> None:
    inputs = read_inputs(load(runs["larger"]), str(pictures)).images
    assert inputs.shape == (3, 3, 8, 8)
    assert torch.equal(inputs[:, :, ::2, ::2], inputs[:, :, 1::2, 1::2])


@pytest.mark.parametrize("game", ["paired", "cycle"])
def test_exports_translate_as_the_run_does(
    runs: dict[str, Path], game: str, tmp_path: Path
) -> None:
    loaded = load(runs[game], device="cpu")
    assert export(loaded, "safetensors", tmp_path / "x.safetensors").difference == 0.0


def deep_run(folder: Path) -> Path:
    """Return a run from grey to grey, which keeps grey of 16 bits."""
    made = recipe(folder, length__kimg=0.016, condition={"name": "image", "corruption": "blur"})
    tree = made.model_dump(exclude_unset=True)
    tree["data"] |= {"source": str(folder / "inputs.npz")}
    return train(Order(gansmith.Recipe(**tree), run=str(folder / "deep"), quiet=True))


def test_a_picture_keeps_its_size_transparency_and_orientation(
    runs: dict[str, Path], tmp_path: Path
) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (21, 33, 4), np.uint8)
    pixels[..., 3] = np.arange(33) * 7
    Image.fromarray(pixels).save(tmp_path / "clear.png")
    turned = Image.fromarray(pixels[..., :3])
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.png", exif=exif)
    translate(str(runs["paired"]), str(tmp_path / "*.png"), out=str(tmp_path / "out"))
    clear = seen(tmp_path / "out" / "clear.png")
    assert clear.shape == (21, 33, 4)
    assert np.array_equal(clear[..., 3], pixels[..., 3])
    assert seen(tmp_path / "out" / "turned.png").shape == (33, 21, 3)
    translate(str(runs["paired"]), str(tmp_path / "clear.png"), out=str(tmp_path), size=10)
    assert seen(tmp_path / "clear.png").shape == (10, 16, 4)


def test_grey_of_16_bits_stays_of_16_bits(tmp_path: Path) -> None:
    run = deep_run(tmp_path)
    words = np.arange(400, dtype=np.uint16).reshape(20, 20) * 160
    Image.fromarray(words).save(tmp_path / "deep.png")
    translate(str(run), str(tmp_path / "deep.png"), out=str(tmp_path / "out"))
    made = seen(tmp_path / "out" / "deep.png")
    assert made.dtype == np.uint16
    assert (made % 257).any()  # of bytes, 0 to 65535 would be multiples


def test_a_picture_is_enlarged_to_twice_its_size(
    runs: dict[str, Path], pictures: Path, tmp_path: Path
) -> None:
    translate(str(runs["larger"]), str(pictures / "one.png"), out=str(tmp_path))
    assert seen(tmp_path / "one.png").shape == (48, 48, 3)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_written(
    runs: dict[str, Path], pictures: Path, tmp_path: Path
) -> None:
    shutil.copytree(pictures, tmp_path / "in")
    (tmp_path / "in" / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(DataError, match=r"bad.png left out: .*; 3 images in"):
        translate(str(runs["paired"]), str(tmp_path / "in"), out=str(tmp_path / "out"))
    assert len(list((tmp_path / "out").rglob("*.png"))) == 3
    with pytest.raises(DataError, match="no image matches"):
        translate(str(runs["paired"]), str(tmp_path / "*.jpg"), out=str(tmp_path))
    with pytest.raises(UsageError, match="--size"):
        translate(str(runs["paired"]), str(pictures), out=str(tmp_path), size=2)


@pytest.mark.parametrize("name", ["unet", "translator", "edsr"])
def test_tiles_are_seamless_to_a_level(name: str) -> None:
    """With the same means and variances tiles give what the whole image gives."""
    options = {"width": 4} if name == "unet" else {"width": 4, "blocks": 1}
    torch.manual_seed(0)
    net = generators.build(name, options, shape=(3, 16, 16), inputs=(1, 16, 16)).eval()
    for weight in net.parameters():
        weight.data.mul_(8)
    picture = torch.nn.functional.interpolate(torch.rand(1, 1, 12, 20) * 2 - 1, (192, 320))
    tiles = torch.cat([picture[:, :, t : t + 192, le : le + 192] for t, le in [(0, 0), (0, 128)]])
    with statistics_of(net, tiles), torch.no_grad():
        whole = net(picture)
        tiled = blended(net, picture, (192, 192), 8)
    assert (whole - tiled).abs().max() <= 1 / 127.5
    assert (translated(net, picture, (16, 16), tile=192) - whole).abs().mean() < 0.5


def test_a_net_of_one_size_gets_tiles_of_that_size_that_are_blended() -> None:
    class OneSize(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(()))

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            assert images.shape[2:] == (16, 16)
            brighter = torch.linspace(-0.1, 0.1, len(images)).view(-1, 1, 1, 1)
            return images * self.weight + brighter

    picture = torch.linspace(-1, 1, 70).expand(1, 1, 45, 70)
    made = translated(OneSize(), picture, (16, 16))
    assert made.shape == picture.shape
    assert (made - picture).abs().max() <= 0.1 + 1e-6
    with pytest.raises(ValueError, match="16 x 16 pixels alone"):
        translated(OneSize(), picture, (16, 16), tile=32)


def test_known_pixels_and_lightness_stay_to_the_bit(tmp_path: Path) -> None:
    """Of untrained nets, too: in samples, and in files of any size."""
    pixels = np.random.default_rng(3).integers(0, 255, (26, 18, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    mask = np.zeros((26, 18), np.uint8)
    mask[5:15, 4:9] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    for corruption in ("holes", "lightness"):
        condition = {"name": "image", "corruption": corruption}
        tree = recipe(tmp_path, length__kimg=0.016).model_dump(exclude_unset=True)
        changed = gansmith.Recipe(**(tree | {"condition": condition}))
        run = train(Order(changed, run=str(tmp_path / corruption), quiet=True))
        where = {"mask": str(tmp_path / "mask.png")} if corruption == "holes" else {}
        translate(str(run), str(tmp_path / "a.png"), out=str(tmp_path / f"{run}-out"), **where)
    filled = seen(tmp_path / "holes-out" / "a.png")
    assert np.array_equal(filled[mask == 0], pixels[mask == 0])
    assert (filled[mask > 0] != pixels[mask > 0]).any()
    coloured = seen(tmp_path / "lightness-out" / "a.png")
    own, made = (to_unit(image.transpose(2, 0, 1)[None].copy()) for image in (pixels, coloured))
    assert torch.equal(lightness(own), lightness(made))
    with pytest.raises(DataError, match="nothing is to be filled"):
        translate(str(tmp_path / "holes"), str(tmp_path / "a.png"), out=str(tmp_path))

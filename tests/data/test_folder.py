import json
import os

import numpy as np
import pytest
from PIL import Image

from gansmith.data import open_data, read_samples
from gansmith.errors import DataError
from tests.data.pictures import colours, fill, save


def names(data) -> list[str]:
    return [name for name, _ in data.facts["skipped"]]


def test_a_folder_is_searched_recursively_in_a_fixed_order(tmp_path):
    fill(tmp_path / "b" / "deep", 3, first=10)
    fill(tmp_path, 2)
    values = read_samples(tmp_path, size=24)
    wanted = [colours(seed) for seed in (0, 1, 10, 11, 12)]
    assert (values == np.stack(wanted).transpose(0, 3, 1, 2)).all()


def test_sub_folders_become_classes(tmp_path):
    for label, name in enumerate(("cat", "dog", "eel")):
        fill(tmp_path / "pets" / name, 2 + label, first=10 * label)
    data = open_data(tmp_path, held_out=0)
    assert data.classes == ("cat", "dog", "eel")
    assert np.bincount(data.train.beside["labels"]).tolist() == [2, 3, 4]
    assert data.facts["classes"] == {"cat": 2, "dog": 3, "eel": 4}
    assert "3 classes" in data.facts["choices"]["labels"]


def test_labels_can_be_left_out(tmp_path):
    fill(tmp_path / "a", 3), fill(tmp_path / "b", 3, first=9)
    data = open_data(tmp_path, labels=False)
    assert data.classes == ()
    assert "labels" not in data.train.beside


def test_pictures_beside_folders_mean_no_classes(tmp_path):
    fill(tmp_path / "a", 3), fill(tmp_path / "b", 3, first=9), fill(tmp_path, 1, first=20)
    assert open_data(tmp_path).classes == ()


def test_a_train_test_split_is_not_taken_for_classes(tmp_path):
    fill(tmp_path / "train", 3), fill(tmp_path / "test", 3, first=9)
    with pytest.raises(DataError, match="looks like a split"):
        open_data(tmp_path)
    assert len(read_samples(tmp_path / "train")) == 3
    assert open_data(tmp_path, labels=False).facts["used"] == 6


@pytest.mark.parametrize(("side", "chosen"), [(8, 8), (31, 16), (100, 64), (300, 256), (5, 8)])
def test_the_size_is_the_largest_that_half_of_the_pictures_fill(tmp_path, side, chosen):
    fill(tmp_path, 3, side, side + 20)
    data = open_data(tmp_path)
    assert data.shape == (3, chosen, chosen)
    assert str(side) in data.facts["choices"]["size"]


def test_mixed_sizes_and_modes_become_equal_samples(tmp_path):
    save(tmp_path / "wide.png", colours(0, 30, 70))
    save(tmp_path / "tall.jpg", colours(1, 90, 40))
    save(tmp_path / "grey.png", colours(2)[..., 0])
    Image.fromarray(colours(3)).convert("P").save(tmp_path / "palette.gif")
    Image.fromarray(colours(4)).convert("CMYK").save(tmp_path / "ink.tif")
    Image.fromarray(np.arange(900, dtype=np.uint16).reshape(30, 30) * 70).save(
        tmp_path / "deep.png"
    )
    data = open_data(tmp_path, size=(16, 24))
    assert data.shape == (3, 16, 24)
    assert data.facts["used"] == 6
    assert data.facts["resize"]["filter"].startswith("lanczos")


def test_grey_pictures_give_one_channel_even_from_colour_files(tmp_path):
    for seed in range(3):
        grey = Image.fromarray(colours(seed)[..., 0])
        grey.convert("RGB").save(tmp_path / f"{seed}.png")
    assert open_data(tmp_path).shape[0] == 1
    assert open_data(tmp_path, channels=3).shape[0] == 3
    assert (read_samples(tmp_path) == read_samples(tmp_path, channels=3)).all()


def test_colour_can_be_made_grey(tmp_path):
    fill(tmp_path, 3)
    wanted = np.asarray(Image.fromarray(colours(0)).convert("L"))
    assert (read_samples(tmp_path, size=24, channels=1)[0, 0] == wanted).all()


def test_copies_of_a_picture_stay_on_one_side(tmp_path):
    for number in range(40):
        seed = number % 10
        save(tmp_path / f"{number}.{'png' if number % 2 else 'bmp'}", colours(seed))
    data = open_data(tmp_path, held_out=0.3)
    parts = [part.take(np.arange(len(part))) for part in (data.train, data.held_out)]
    train, held = ({sample.tobytes() for sample in part} for part in parts)
    assert not train & held
    assert len(data.held_out) == 12
    assert data.facts["split"]["distinct"] == 10


def test_the_split_is_the_same_at_every_size_and_name(tmp_path):
    fill(tmp_path / "a", 20), fill(tmp_path / "b", 20)
    for number, file in enumerate(sorted((tmp_path / "b").iterdir())):
        file.rename(file.with_name(f"{(number * 7) % 20:03}-renamed.png"))
    held = [
        {data.held_out.take(np.array([row])).tobytes() for row in range(len(data.held_out))}
        for data in (open_data(tmp_path / "a", size=24), open_data(tmp_path / "b", size=24))
    ]
    assert held[0] == held[1]
    rows = [open_data(tmp_path / "a", size=size).held_out.rows for size in (8, 16)]
    assert (rows[0] == rows[1]).all()


def test_opening_twice_gives_the_same(tmp_path):
    fill(tmp_path, 20)
    first, second = open_data(tmp_path), open_data(tmp_path)
    assert first.digest == second.digest
    assert first.facts == second.facts
    save(tmp_path / "new.png", colours(99))
    assert open_data(tmp_path).digest != first.digest


def test_a_corrupt_picture_among_good_ones_is_skipped_counted_and_named(tmp_path):
    fill(tmp_path, 120, 8, 8)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    data = open_data(tmp_path)
    assert names(data) == ["broken.jpg"]
    assert data.facts["used"] == 120
    assert data.facts["found"] == 121


def test_too_many_corrupt_pictures_are_refused_by_name_with_the_way_out(tmp_path):
    fill(tmp_path, 8)
    half = (tmp_path / "000.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(half[: len(half) // 2])
    (tmp_path / "tiny.png").write_bytes(b"\x89")
    with pytest.raises(
        DataError, match=r"2 of 10 .*cut\.png.*tiny\.png.*raise data\.allow_corrupt"
    ):
        open_data(tmp_path)
    assert open_data(tmp_path, allow_corrupt=0.2).facts["used"] == 8


def test_formats_that_cannot_be_read_are_named_and_others_ignored(tmp_path):
    fill(tmp_path, 4)
    (tmp_path / "phone.heic").write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / ".hidden.png").write_bytes(b"x")
    data = open_data(tmp_path, allow_corrupt=1)
    assert names(data) == ["phone.heic"]
    assert data.facts["ignored"] == {".txt": 1}


def test_facts_are_json_and_progress_is_told(tmp_path):
    fill(tmp_path, 10)
    told = []
    data = open_data(tmp_path, progress=lambda done, total: told.append((done, total)))
    json.dumps(data.facts)
    assert told[-1] == (10, 10)


def test_the_way_to_crop_can_be_chosen_and_is_part_of_the_digest(tmp_path):
    fill(tmp_path, 4, 20, 60)
    opened = [open_data(tmp_path, size=16, crop=crop) for crop in ("centre", "smart", "letterbox")]
    assert len({data.digest for data in opened}) == 3
    assert "black bars" in opened[2].facts["resize"]["crop"]
    assert (opened[2].train.take(np.array([0]))[:, :, 0] == 0).all()


def test_cautions_say_what_will_hurt(tmp_path):
    fill(tmp_path, 4, 20, 60)
    enlarged, cropped = open_data(tmp_path, size=32).facts["warnings"]
    assert enlarged.startswith("4 of 4 images are smaller than 32 x 32")
    assert "drops 67% of them" in cropped
    assert open_data(tmp_path, size=(10, 30)).facts["warnings"] == []


def test_paths_with_spaces_and_any_script_work(tmp_path):
    folder = tmp_path / "my pictures" / "Фото 写真"
    fill(folder, 3)
    assert len(read_samples(folder)) == 3


def test_links_are_followed_but_not_in_circles(tmp_path):
    fill(tmp_path / "elsewhere", 3)
    data = tmp_path / "data"
    fill(data, 3, first=9)
    (data / "link").symlink_to(tmp_path / "elsewhere")
    (data / "loop").symlink_to(data)
    (data / "ouroboros.png").symlink_to(data / "ouroboros.png")
    opened = open_data(data, allow_corrupt=0.5)
    assert opened.facts["used"] == 6
    assert sorted(names(opened)) == ["loop", "ouroboros.png"]


def test_a_file_that_vanishes_is_skipped_with_the_reason(tmp_path):
    from gansmith.data.prepare.arrays import prepare
    from gansmith.data.sources.folder import folder

    source = folder(fill(tmp_path, 10))
    os.remove(tmp_path / "003.png")
    prepared = prepare(source, allow_corrupt=0.2)
    assert len(prepared.values) == 9
    assert "No such file" in prepared.facts["skipped"][0][1]


def empty(path):
    path.mkdir()


def only_notes(path):
    fill(path, 0)
    path.mkdir()
    (path / "a.md").write_text("x")


def one(path):
    fill(path, 1)


def all_broken(path):
    path.mkdir()
    (path / "a.png").write_bytes(b"x")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (empty, "is empty"),
        (only_notes, r"holds 1 files \(1 .md\) and no pictures"),
        (one, "holds 1 sample, and a GAN needs at least 2"),
        (all_broken, r"1 of 1 files .* cannot be used \(100.0%"),
        (lambda path: None, "there is no file or folder"),
        (lambda path: path.write_text("x"), "is not a kind of file that holds a data set"),
        (lambda path: path.symlink_to("nowhere"), "is a broken link"),
    ],
)
def test_bad_folders_are_refused_in_one_sentence(tmp_path, make, says):
    make(tmp_path / "data")
    with pytest.raises(DataError, match=says) as refusal:
        open_data(tmp_path / "data")
    assert "\n" not in str(refusal.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_refused(tmp_path):
    folder = fill(tmp_path / "data", 3)
    folder.chmod(0)
    try:
        with pytest.raises(DataError, match="cannot be read: Permission denied"):
            open_data(folder)
    finally:
        folder.chmod(0o700)


def test_a_misspelt_name_gets_a_suggestion():
    with pytest.raises(DataError, match="did you mean 'mnist'"):
        open_data("mnits")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"size": 2}, "from 4 to 2048"),
        ({"crop": "letter"}, "data.crop cannot be 'letter'; did you mean 'letterbox'"),
        ({"channels": 5}, "must be 1 .* or 3"),
        ({"held_out": 0.9}, "data.held_out must be at least 0 and at most 0.5"),
        ({"allow_corrupt": 2}, "data.allow_corrupt must be"),
    ],
)
def test_impossible_sizes_and_channels_are_refused(tmp_path, options, says):
    with pytest.raises(DataError, match=says):
        open_data(fill(tmp_path, 3), **options)


def test_a_limit_takes_a_random_choice_fixed_by_the_seed(tmp_path):
    fill(tmp_path, 20)
    some = read_samples(tmp_path, limit=5, seed=1)
    assert len(some) == 5
    assert (some == read_samples(tmp_path, limit=5, seed=1)).all()
    assert (some != read_samples(tmp_path, limit=5, seed=2)).any()

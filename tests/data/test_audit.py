import csv
import io
import json

import numpy as np
import pytest
from PIL import Image

from gansmith.data import audit, open_data
from gansmith.data.audit.page import write_offenders, write_page
from gansmith.data.audit.thumbnails import alike, effective_number, glance, perceptual_hashes
from gansmith.errors import DataError
from tests.data.pictures import colours, fill, save


def found(report) -> dict:
    return {finding.rule: finding for finding in report.findings}


def test_each_kind_of_trouble_is_found_and_named(tmp_path):
    fill(tmp_path / "many", 60, 32, 32)
    fill(tmp_path / "few", 2, 32, 32, first=100)
    save(tmp_path / "many" / "blank.png", np.full((32, 32, 3), 90, np.uint8))
    save(tmp_path / "many" / "copy.bmp", colours(3, 32, 32))
    small = Image.fromarray(colours(5, 32, 32)).resize((28, 28), Image.Resampling.LANCZOS)
    small.save(tmp_path / "many" / "near.jpg", quality=80)
    (tmp_path / "many" / "broken.png").write_bytes(b"\x89PNG")
    report = audit(tmp_path)
    findings = found(report)
    assert findings["corrupt_files"].files[0].startswith("many/broken.png: ")
    assert findings["duplicates"].files == ("many/003.png = many/copy.bmp",)
    assert "many/005.png = many/near.jpg" in findings["near_duplicates"].files
    assert findings["blank"].files == ("many/blank.png",)
    assert "'few' has 2" in findings["class_imbalance"].says
    assert "2006.06676" in findings["few_images"].reference
    assert not report.sound
    assert report.findings[0].severity == "refuse"


def test_the_report_counts_sizes_and_modes(tmp_path):
    fill(tmp_path, 6, 20, 40)
    save(tmp_path / "grey.png", colours(50, 30, 30)[..., 0])
    facts = audit(tmp_path).as_dict()["facts"]
    assert facts["found"] == facts["usable"] == 7
    assert facts["sizes"] == {"40 x 20": 6, "30 x 30": 1}
    assert facts["modes"] == {"RGB": 6, "L": 1}
    assert facts["aspect"] == [1.0, 2.0, 2.0]
    json.dumps(facts)


def test_the_text_says_what_the_findings_say(tmp_path):
    report = audit(fill(tmp_path, 6))
    assert all(finding.says in report.text() for finding in report.findings)
    assert "RGB: 6" in report.text()


def test_every_finding_says_what_why_what_to_do_and_what_it_rests_on(tmp_path):
    fill(tmp_path / "many", 30, 20, 40)
    fill(tmp_path / "one", 1, 64, 64, first=100)
    for name in ("copy.bmp", "again.png"):
        save(tmp_path / "many" / name, colours(3, 20, 40))
    (tmp_path / "many" / "broken.png").write_bytes(b"\x89PNG")
    findings = audit(tmp_path).as_dict()["findings"]
    assert len(findings) >= 5
    for finding in findings:
        assert finding["severity"] in ("refuse", "warn", "note")
        assert all(finding[name] for name in ("rule", "where", "says", "fix", "reference"))


def test_good_data_has_no_warning():
    report = audit("mnist")
    assert report.sound
    assert {finding.severity for finding in report.findings} <= {"note"}


def test_one_picture_is_a_problem(tmp_path):
    report = audit(fill(tmp_path, 1))
    assert found(report)["few_images"].severity == "refuse"


def test_grey_pictures_stored_in_colour_are_told_and_colour_pictures_are_not(tmp_path):
    for number in range(4):
        pixels = colours(number, 32, 32)[..., :1].repeat(3, axis=2)
        save(tmp_path / "grey" / f"{number}.png", pixels)
    told = found(audit(tmp_path / "grey"))["grey_as_colour"]
    assert "all 4 images are grey, 4 of them stored in colour" in told.says
    assert "grey_as_colour" not in found(audit(fill(tmp_path / "colour", 4)))


def test_pictures_of_very_different_sizes_are_told(tmp_path):
    fill(tmp_path, 4, 20, 40)
    assert "mixed_sizes" not in found(audit(tmp_path))
    save(tmp_path / "large.png", colours(9, 64, 64))
    told = found(audit(tmp_path))["mixed_sizes"]
    assert "40 to 64 wide and 20 to 64 high" in told.says


def test_what_training_would_refuse_of_an_array_is_a_problem_of_the_data(tmp_path):
    pictures = np.random.default_rng(0).random((60, 1, 8, 8), np.float32)
    np.savez(tmp_path / "half.npz", samples=pictures)
    report = audit(tmp_path / "half.npz")
    assert found(report)["data_range"].severity == "refuse"
    np.savez(tmp_path / "whole.npz", samples=2 * pictures - 1)
    assert "data_range" not in found(audit(tmp_path / "whole.npz"))
    np.savez(tmp_path / "one.npz", samples=np.zeros((1, 3), np.float32))
    assert found(audit(tmp_path / "one.npz"))["few_images"].severity == "refuse"
    np.savez(tmp_path / "far.npz", samples=np.eye(3, dtype=np.float32) * 5000)
    assert found(audit(tmp_path / "far.npz"))["data_range"].severity == "warn"


def test_a_dark_picture_among_bright_ones_stands_out(tmp_path):
    for seed in range(80):
        save(tmp_path / f"{seed:02}.png", colours(seed) // 4 + 180)
    save(tmp_path / "night.png", colours(99) // 8)
    assert found(audit(tmp_path))["brightness_outliers"].files == ("night.png",)


def test_opened_data_is_audited_as_it_is_trained_on(tmp_path):
    data = open_data(fill(tmp_path, 20), size=8)
    report = audit(data)
    assert report.facts["train"] == 18
    assert report.facts["sizes"] == {"8 x 8": 20}
    shown = np.asarray(report.picture("held out 1")).transpose(2, 0, 1)
    assert np.array_equal(shown, data.held_out.take(np.array([1]))[0])
    assert report.picture("nobody 1") is None


def test_look_alikes_across_the_split_are_counted():
    data = open_data("emoji")
    leak = found(audit(data))["leakage"]
    assert all(("train" in pair) and ("held out" in pair) for pair in leak.files)


def test_every_kind_of_source_can_be_audited(tmp_path):
    assert "range" in audit("ring").facts
    assert audit("photos").facts["photographs"] == 6
    np.savez(tmp_path / "a.npz", samples=np.zeros((5, 3, 8, 8), np.float32))
    assert found(audit(tmp_path / "a.npz"))["blank"].count == 5
    with pytest.raises(DataError, match="there is no file or folder"):
        audit(tmp_path / "nothing")


def test_look_alikes_are_copies_in_another_size_quality_or_brightness_and_nothing_else():
    def thumbnail(picture: Image.Image) -> np.ndarray:
        small = picture.convert("L").resize((32, 32), Image.Resampling.BOX)
        return np.asarray(small, np.float32) / 255

    pictures = [Image.fromarray(colours(seed, 64, 64)) for seed in range(60)]
    changed = []
    for picture in pictures:
        target = io.BytesIO()
        picture.resize((50, 50)).save(target, "JPEG", quality=70)
        changed.append(Image.open(target).point(lambda value: int(value * 0.8 + 20)))
    pairs = alike(np.stack([thumbnail(picture) for picture in [*pictures, *changed]]))
    assert {tuple(pair) for pair in pairs.tolist()} == {(row, row + 60) for row in range(60)}


def test_the_effective_number_counts_kinds_and_not_copies():
    one = [glance(Image.fromarray(colours(1, 32, 32)), 0)] * 60
    several = [glance(Image.fromarray(colours(seed % 6, 32, 32)), 0) for seed in range(60)]
    assert effective_number(one) == pytest.approx(1.0)
    assert 2 < effective_number(several) <= 6.001
    assert effective_number(several[:6]) == pytest.approx(effective_number(several), rel=1e-6)


def test_many_pictures_of_the_same_thing_are_little_variety(tmp_path):
    for seed in range(60):
        noise = np.random.default_rng(seed).integers(0, 9, (32, 32, 3), dtype=np.uint8)
        save(tmp_path / f"{seed:02}.png", colours(1, 32, 32) // 2 + noise)
    report = audit(tmp_path)
    assert "look like about 1 different" in found(report)["variety"].says
    assert report.facts["variety"] < 2


def test_a_class_with_one_picture_is_named(tmp_path):
    fill(tmp_path / "many", 5)
    fill(tmp_path / "one", 1, first=9)
    assert found(audit(tmp_path))["single"].files == ("one",)


def test_the_page_shows_the_pictures_concerned_and_the_list_names_all_offenders(tmp_path):
    data = fill(tmp_path / "data", 30, 32, 32)
    for number in range(25):
        save(data / f"<copy> {number:02}.png", colours(number, 32, 32))
    (data / "broken.png").write_bytes(b"\x89PNG")
    save(data / "blank.png", np.zeros((16, 16, 3), np.uint8))
    report = audit(data)
    page = write_page(report, tmp_path / "out" / "audit.html").read_text()
    assert page.count("data:image/png;base64,") >= 20 + 1  # ten pairs of copies, one blank
    assert "&lt;copy&gt; 00.png" in page
    assert "<copy>" not in page
    assert "http:" not in page
    assert "https:" not in page
    with write_offenders(report, tmp_path / "aside").open() as file:
        rows = list(csv.DictReader(file))
    copies = [row["file"] for row in rows if row["finding"] == "duplicates"]
    assert len(copies) == 25
    assert {row["finding"] for row in rows} >= {"duplicates", "corrupt_files", "blank"}
    assert (data / "blank.png").exists()


def test_the_page_shows_the_set_its_shades_and_the_options_that_mend_it(tmp_path):
    data = tmp_path / "deep"
    data.mkdir()
    for number in range(30):
        grey = np.random.default_rng(number).integers(0, 4096, (16, 16)).astype(np.uint16)
        Image.fromarray(grey).save(data / f"{number}.png")
    report = audit(data)
    page = write_page(report, tmp_path / "audit.html").read_text()
    assert "prefers-color-scheme: dark" in page
    assert page.count("<figure>") >= 24
    assert "--set" in page
    assert "data.range=[0, 4095]" in page
    assert "<ul>\n</ul>" not in page
    assert "<ul></ul>" not in page
    assert "17 of 256 shades are used, from 0 to 16" in page
    assert page.count("<rect") == 17


def test_a_page_of_points_and_of_what_cannot_be_opened_has_no_empty_parts(tmp_path):
    points = audit("ring")
    for report in (points, audit("photos:")):
        page = write_page(report, tmp_path / "audit.html").read_text()
        assert "<ul>" not in page or "<li>" in page
        assert "<svg" not in page
        assert 'class="sheet"' not in page


def test_pages_of_a_tiff_are_said_as_such_by_the_audit_too(tmp_path):
    frames = [Image.fromarray(colours(seed)) for seed in range(5)]
    for number in range(3):
        frames[number].save(tmp_path / f"{number}.tif", save_all=True, append_images=frames)
    says = found(audit(tmp_path))["first_frames"].says
    assert says == "3 TIFFs of several pages: the first page of each is used, 15 pages left out"
    warnings = open_data(tmp_path, size=16).facts["warnings"]
    assert says in warnings


def test_of_two_pictures_both_are_counted(tmp_path):
    from gansmith.preflight.check import inspect, look
    from tests.training.helpers import recipe

    data = open_data(fill(tmp_path, 2))
    findings = look(inspect(recipe(data__source=str(tmp_path)), data))
    few = next(finding for finding in findings if finding.rule == "few_images")
    assert few.severity == "refuse"
    assert few.says.startswith("2 usable images, of which 1 is held out and 1 left to train on")
    assert few.changes == {"data.held_out": 0}


def test_our_perceptual_hash_finds_what_a_maintained_library_finds():
    library = pytest.importorskip("imagehash")
    pictures = [Image.fromarray(colours(seed, 64, 64)) for seed in range(40)]
    changed = [picture.resize((48, 48)).convert("L") for picture in pictures]
    theirs = [library.phash(picture) for picture in [*pictures, *changed]]
    thumbnails = [glance(picture, 0).thumbnail for picture in [*pictures, *changed]]
    ours = perceptual_hashes(np.stack(thumbnails))
    apart = np.bitwise_count(ours[:, None] ^ ours)
    for row in range(40):
        assert apart[row].argsort()[1] == row + 40  # the nearest but itself is its copy
        distances = [theirs[row] - other for other in theirs]
        assert int(np.argsort(distances, kind="stable")[1]) == row + 40

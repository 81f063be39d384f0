"""Names from outside: as paths they stay inside their folder, as text they move no cursor."""

import io
import json
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gansmith import shown
from gansmith.deploy import write_translations
from gansmith.runs.inside import paths_inside, safe_name
from tests.data.pictures import colours, fill, save
from tests.hostile.command import CONTROL, gansmith
from tests.training.translating import run_small

ESCAPE = "\x1b]0;owned\x07\x1b[2J"
ODD = [
    *("../up", "../../up", "/abs", "//abs", "a/../../up", "./../up", "..", ".", "", "...", "/"),
    *("..\\..\\up", "C:\\up", "a\\..\\up", ESCAPE, "a\nb", "\u202egnp", "n" * 500, "é" * 200),
    *("d/" * 500 + "x", "ok", "ok", "a/b", "a/./b", " ", "\udcff", "x\0y"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_small(tmp_path_factory.mktemp("run"), "paired", length__kimg=0.016)


def encoded(number: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(colours(number, 8, 8)).save(buffer, "PNG")
    return buffer.getvalue()


def as_zip(folder: Path, names: list[str]) -> Path:
    with zipfile.ZipFile(folder / "x.zip", "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(zipfile.ZipInfo(name), encoded(number))
    return folder / "x.zip"


def as_tar(folder: Path, names: list[str], suffix: str = ".tar") -> Path:
    with tarfile.open(folder / f"x{suffix}", f"w:{suffix[5:]}") as archive:
        for number, name in enumerate(names):
            content = encoded(number)
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return folder / f"x{suffix}"


def as_shards(folder: Path, names: list[str]) -> Path:
    (folder / "shards").mkdir()
    as_tar(folder / "shards", names)
    return folder / "shards"


def as_table(folder: Path, names: list[str], suffix: str = ".csv") -> Path:
    place = folder / "deep" / "er"
    place.mkdir(parents=True)
    for number, name in enumerate(names):
        save(place / name, colours(number, 8, 8))
    rows = [{"file": name} for name in names]
    text = "file\n" + "".join(f"{name}\n" for name in names)
    if suffix == ".jsonl":
        text = "".join(json.dumps(row) + "\n" for row in rows)
    (place / f"x{suffix}").write_text(text)
    return place / f"x{suffix}"


MAKERS: dict[str, Callable[[Path, list[str]], Path]] = {
    "zip": as_zip,
    "tar": as_tar,
    "tar.gz": lambda folder, names: as_tar(folder, names, ".tar.gz"),
    "shards": as_shards,
    "csv": as_table,
    "jsonl": lambda folder, names: as_table(folder, names, ".jsonl"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_translations_of_names_that_lead_away_stay_inside(
    kind: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    absolute = tmp_path / "elsewhere" / "abs.png"
    save(absolute, colours(99))
    before = absolute.read_bytes()
    names = ["../../up.png", "../up.png", "a/../../up.png", str(absolute), "ok.png"]
    source = MAKERS[kind](tmp_path, names)
    absolute.write_bytes(before)  # the table made its own picture of that name
    there = set(tmp_path.rglob("*"))
    out = tmp_path / "a" / "b" / "out"
    answer = gansmith(capsys, "translate", str(run), str(source), "--out", str(out))
    assert answer.code == 0
    assert f"{len(names)} images" in answer.out
    assert len(list(out.rglob("*.png"))) == len(names)
    new = {path for path in tmp_path.rglob("*") if path not in there}
    assert all(path.is_relative_to(out) or out.is_relative_to(path) for path in new)
    assert absolute.read_bytes() == before


def test_a_link_inside_the_output_folder_leads_no_file_out(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "out" / "file.png").symlink_to(tmp_path / "elsewhere" / "file.png")
    names = ("link/x", "link/link/y", "file")
    written = write_translations(torch.zeros(3, 1, 4, 4), names, tmp_path / "out")
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert all(path.resolve().parent == (tmp_path / "out").resolve() for path in written)


def test_an_output_folder_that_is_itself_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    write_translations(torch.zeros(1, 1, 4, 4), ("a/b",), tmp_path / "out")
    assert (tmp_path / "real" / "a" / "b.png").is_file()


def test_odd_names_become_different_files_that_can_be_written(tmp_path: Path) -> None:
    written = write_translations(torch.zeros(len(ODD), 1, 2, 2), tuple(ODD), tmp_path / "out")
    assert len({path.resolve() for path in written}) == len(ODD)
    for path in written:
        assert path.is_file()
        assert path.resolve().is_relative_to((tmp_path / "out").resolve())
        assert not CONTROL.search(str(path.relative_to(tmp_path)))


def test_usual_names_are_kept(tmp_path: Path) -> None:
    names = ["one", "more/two", "a b.c", "é✿", "x-1", ".hidden", "12_30"]
    found = [
        path.relative_to(tmp_path).as_posix() for path in paths_inside(tmp_path, names, ".png")
    ]
    assert found == [f"{name}.png" for name in names]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text() | st.sampled_from(ODD), max_size=6))
def test_no_name_leads_out_of_its_folder(names: list[str]) -> None:
    folder = Path("/nowhere/at/all")
    found = list(paths_inside(folder, names, ".png"))
    assert len(set(found)) == len(names)
    for path in found:
        assert Path(os.path.normpath(path)).is_relative_to(folder)
        assert os.path.normpath(path) != str(folder)
        assert max(len(part.encode()) for part in path.parts) < 230


@settings(max_examples=60, deadline=None)
@given(st.text() | st.sampled_from(ODD))
def test_a_safe_name_is_one_part_of_a_path(name: str) -> None:
    safe = safe_name(name)
    assert safe not in ("", ".", "..")
    assert "/" not in safe
    assert len(Path(safe).parts) == 1


# --- names as text ----------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.text() | st.sampled_from(ODD))
def test_shown_text_can_be_printed_and_has_no_control_characters(text: str) -> None:
    for told in (shown.one_line(text), shown.sentence(text), shown.value(text), shown.path(text)):
        assert not CONTROL.search(told)
        assert "\n" not in told
        told.encode("utf-8")
    assert not CONTROL.search(shown.plain(text).replace("\n", "").replace("\t", ""))
    assert shown.plain("as it was\n\té✿") == "as it was\n\té✿"


def test_a_long_sentence_keeps_its_end() -> None:
    told = shown.sentence("what " * 2_000 + "; do this")
    assert told.endswith("; do this")
    assert len(told) < 1_600


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Return a folder whose name, classes and files are odd, and of which files are unreadable."""
    folder = tmp_path / f"data{ESCAPE}"
    for number, name in enumerate((f"cat{ESCAPE}", "[bold red]dog\nis sound", "\u202egnp]")):
        fill(folder / name, 4, 8, 8, first=10 * number)
        for file in (f"{ESCAPE}.png", "a\nb.png", "[red].png", "x.heic"):
            (folder / name / file).write_bytes(b"no picture" if number else encoded(number))
    with open(os.fsencode(folder / f"cat{ESCAPE}") + b"/\xff\xfe.png", "wb") as file:
        file.write(encoded(50))
    return folder


def test_check_shows_odd_names_escaped(
    odd: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    words = ["--page", str(page), "--quarantine", str(tmp_path / "list")]
    answer = gansmith(capsys, "check", str(odd), *words)
    assert answer.code == 1
    assert "\\x1b]0;owned\\x07" in answer.out
    assert "\nis sound" not in answer.out
    assert "\\x1b" in answer.err
    text = page.read_text()
    assert not CONTROL.search(text)
    assert "\\x1b]0;owned" in text
    assert b"\\x1b" not in (tmp_path / "list" / "offenders.csv").read_bytes()
    found = gansmith(capsys, "check", str(odd), "--json")
    assert not CONTROL.search(found.out)
    json.loads(found.out)


def test_train_shows_odd_names_escaped(
    odd: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = gansmith(capsys, "train", "--data", str(odd), "--budget", "1s")
    assert answer.code == 1
    assert "\\x1b" in answer.err
    assert len(answer.err.splitlines()) == 1


def test_evaluate_shows_odd_names_escaped(
    odd: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in list(odd.glob("*/*")):
        if path.suffix == ".heic" or path.read_bytes() == b"no picture":
            path.unlink()
    page = tmp_path / "page.html"
    words = ["--metrics", "kernel_distance,prdc", "--features", "pixels", "--page", str(page)]
    both = ["--real", str(odd), "--fake", str(odd)]
    answer = gansmith(capsys, "evaluate", *both, *words, "--no-intervals", "--no-keep")
    assert answer.code == 0, answer.err
    assert "\\x1b]0;owned" in answer.out
    assert "[bold red]dog" in answer.out
    assert not CONTROL.search(page.read_text())


def test_compare_and_diagnose_show_odd_names_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        "protocol": {"sources": {"real": f"[/red]{ESCAPE}"}, "extractor": ESCAPE},
        "metrics": {f"[/red]{ESCAPE}": 1.0},
        "floor": {},
    }
    paths = [tmp_path / f"{word}{ESCAPE}[red].json" for word in ("a", "b")]
    for path in paths:
        path.write_text(json.dumps(found))
    answer = gansmith(capsys, "compare", *map(str, paths))
    assert answer.code == 0, answer.err
    assert "[red]" in answer.out
    paths[0].write_text(json.dumps(found | {"protocol": found["protocol"] | {"resize": ESCAPE}}))
    assert gansmith(capsys, "compare", *map(str, paths)).code == 1
    assert gansmith(capsys, "compare", *map(str, paths), "--anyway").code == 0
    assert gansmith(capsys, "diagnose", str(tmp_path / ESCAPE)).code == 1


def test_what_was_left_out_of_an_oddly_named_run_is_told_escaped(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = shutil.copytree(run, tmp_path / f"run{ESCAPE}\nx")
    lines = (odd / "signals.jsonl").read_text()
    (odd / "signals.jsonl").write_text(f"{ESCAPE}\n{lines}")
    for verb in ("diagnose", "report"):
        answer = gansmith(capsys, verb, str(odd))
        assert answer.code == 0, answer.err
        assert "line 1 of" in answer.err
        assert len(answer.err.splitlines()) == 1


def test_sample_and_report_show_odd_places_escaped(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / f"out{ESCAPE}\nx")
    array = tmp_path / "x.npz"
    np.savez(array, samples=np.zeros((2, 8, 8, 3), np.uint8))
    answer = gansmith(capsys, "translate", str(run), str(array), "--out", place)
    assert answer.code == 0, answer.err
    assert len(answer.out.splitlines()) == 1
    answer = gansmith(capsys, "report", str(run), "--out", f"{place}.html")
    assert answer.code == 0
    assert len(answer.out.splitlines()) == 1

"""Texts from files and folders, through every verb, and back as lines."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import gansmith
from gansmith.cli.check import check
from gansmith.cli.diagnose import diagnose
from gansmith.cli.report import report
from gansmith.cli.sample import sample
from gansmith.data import audit, open_data
from gansmith.doctor.history import History
from gansmith.doctor.judge_samples import judge_samples
from gansmith.errors import DataError, RecipeError
from gansmith.kinds.kind import kind_named
from gansmith.runs.reader import read_run
from gansmith.training.start import try_recipe

TINY = {
    "game.name": "discrete",
    "game.pretraining": 4,
    "game.estimator": "reinforce",
    "game.rollouts": 1,
    "length.kimg": 0.16,
    "data.batch": 16,
    "networks.generator": {"name": "text_rnn", "width": 8, "dropout": 0.2},
    "networks.discriminator": {"name": "text_cnn", "width": 4},
    "evaluation.samples": 32,
    "evaluation.every_kimg": 0.08,
    "evaluation.metrics": ["ngram_divergence", "distinct", "self_bleu"],
    "signals.tick": 2,
}
SYLLABLES = ["ka", "lo", "mi", "ne", "ru", "ta"]


@pytest.fixture
def names(tmp_path: Path) -> Path:
    """Names of two syllables out of six, each once, and some of three."""
    made = [a + b for a in SYLLABLES for b in SYLLABLES]
    made += [a + b + a for a in SYLLABLES for b in SYLLABLES]
    path = tmp_path / "names.txt"
    path.write_text("\n".join(made) + "\n", encoding="utf-8")
    return path


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def texts_of(data) -> list[str]:
    """Return the texts to train on as they were."""
    seen = torch.from_numpy(data.train.take(np.arange(len(data.train))))
    return data.kind.lines(data.kind.from_unit(seen, data.facts))


# --- reading ----------------------------------------------------------------------------------


def test_lines_become_rows_of_tokens_with_an_end_and_come_back_as_they_were(names):
    data = open_data(names, held_out=0)
    assert (data.kind.name, data.shape) == ("text", (7, 12))  # 11 letters and the end
    assert texts_of(data) == names.read_text().split()
    rows = data.train.take(np.arange(72))
    assert (rows[:, -1] == 0).all()


def test_sentences_are_read_as_words_and_rare_ones_count_as_one(tmp_path):
    lines = ["a cat sat on the mat.", "the dog sat on the log.", "a cat, it's said, sat here."]
    path = written(tmp_path / "some.txt", "\n".join(lines))
    data = open_data(path, held_out=0)
    assert data.facts["tokens"]["unit"] == "words"
    assert "6" in data.facts["choices"]["tokens"] or "7" in data.facts["choices"]["tokens"]
    assert texts_of(data) == lines
    few = open_data(path, held_out=0, tokens={"vocabulary": 6})
    assert few.shape[1] == 7
    assert texts_of(few)[0] == "a <unk> sat <unk> the <unk>."
    assert any("count as <unk>" in says for says in few.facts["warnings"])


def test_a_folder_of_texts_is_cut_into_passages_one_after_the_other(tmp_path):
    (tmp_path / "b.txt").write_text("0123456789" * 3, encoding="utf-8")
    (tmp_path / "a.txt").write_text("abcdefg", encoding="utf-8")
    data = open_data(tmp_path, held_out=0, tokens={"unit": "characters", "length": 12})
    assert texts_of(data) == ["abcdefg", "012345678901", "234567890123", "456789"]
    assert data.facts["documents"] == 2


def test_a_byte_order_mark_and_line_breaks_of_windows_are_no_part_of_a_text(tmp_path):
    path = written(tmp_path / "w.txt", b"\xef\xbb\xbfab\r\n\r\ncd\r\n")
    data = open_data(path, held_out=0)
    assert texts_of(data) == ["ab", "cd"]
    assert (data.facts["lines"], data.facts["empty"]) == (3, 1)


def test_byte_pairs_are_pieces_of_words_that_join_to_the_text(tmp_path):
    pytest.importorskip("tokenizers")
    lines = ["the lower tower is slower", "the lowest power"] * 5
    path = written(tmp_path / "p.txt", "\n".join(lines))
    data = open_data(path, held_out=0, tokens={"unit": "pairs", "vocabulary": 40})
    assert texts_of(data) == lines
    assert any(len(token) > 2 for token in data.facts["tokens"]["vocabulary"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"fine\nna\xefve\n", r"bad\.txt: line 2 is not UTF-8 \(byte 0xef\); save the file as"),
        ("a\nb\n".encode("utf-16"), r"bad\.txt is UTF-16; save it as UTF-8"),
        (b"a\nb\x00\n", r"bad\.txt: line 2 holds a zero byte"),
        (b"\n \n", r"bad\.txt holds no text"),
        (b"ab\n" * 5 + b"x" * 400, r"1 text of 6 in bad\.txt has more than 256 characters"),
        (b"", r"bad\.txt holds no text"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(tmp_path, content, says):
    with pytest.raises(DataError, match=says):
        open_data(written(tmp_path / "bad.txt", content))


def test_long_lines_are_left_out_where_they_are_few_or_a_length_is_said(tmp_path):
    path = written(tmp_path / "some.txt", "ab\n" * 3 + "abcdef\n")
    kept = open_data(path, held_out=0, tokens={"length": 4})
    assert len(kept.train) == 3
    assert "the first: line 4, 6" in kept.facts["warnings"][0]
    with pytest.raises(DataError, match=r"set data\.tokens\.length"):
        open_data(path, tokens={"length": 1})


def test_the_audit_names_copies_empty_lines_and_signs_of_a_wrong_encoding(tmp_path):
    lines = ["anna"] * 4 + [f"name{n}" for n in range(20)] + ["", "na\u00c3\u00afve"]
    found = audit(written(tmp_path / "some.txt", "\n".join(lines)))
    told = {finding.rule: finding.says for finding in found.findings}
    assert {"duplicates", "empty_lines", "encoding", "few_texts"} <= set(told)
    assert "'anna' (4)" in told["duplicates"]
    assert "text 25" in told["encoding"]


# --- a run ------------------------------------------------------------------------------------


def trained(names: Path, run: Path, **settings) -> Path:
    recipe = gansmith.Recipe.load("names", set={**TINY, "data.source": str(names), **settings})
    return gansmith.train(recipe, run=run)


def test_a_run_on_text_leaves_lines_a_report_and_samples_as_lines(names, tmp_path, capsys):
    run = trained(names, tmp_path / "run")
    kept = sorted(path.name for path in (run / "samples").iterdir())
    assert kept == ["kimg-000000.txt"]
    record = read_run(run)
    assert {"distinct_share", "new_share"} <= set(record.metrics[-1]["metrics"])
    assert "likelihood/held_out/nll" in record.metrics[-1]
    report(str(run))
    page = (run / "report.html").read_text(encoding="utf-8")
    assert '<details class="texts" open>' in page
    sample(str(run), count=5, out=str(tmp_path / "some.txt"))
    lines = (tmp_path / "some.txt").read_text().splitlines()
    assert len(lines) == 5
    sample(str(run), count=3, out=str(tmp_path / "grid.png"))
    loaded = gansmith.load(run)
    assert loaded.kind.lines(loaded.sample(5)) == lines
    capsys.readouterr()
    diagnose(str(run), json=True)
    assert json.loads(capsys.readouterr().out)["kimg"] == pytest.approx(0.16)


def test_a_resumed_run_is_the_uninterrupted_one_to_the_bit(names, tmp_path):
    every = {"checkpoints.every_kimg": 0.08}
    whole = trained(names, tmp_path / "whole", **every)
    part = trained(names, tmp_path / "part", **every, **{"length.kimg": 0.08})
    gansmith.train(run=part, resume=True, set={"length.kimg": 0.16})
    ours, theirs = (gansmith.load(run).network.state_dict() for run in (part, whole))
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_a_game_without_an_estimator_is_refused_for_text(names, capsys):
    with pytest.raises(RecipeError, match="carry no gradient for the game two_player"):
        gansmith.train(data=str(names), set={"game.name": "two_player"})
    check(str(names))
    assert "texts of characters" in capsys.readouterr().out


def test_the_recipe_of_captions_is_sound_for_a_file_of_sentences(tmp_path):
    things = [f"{a} {b}" for a in ("red", "old", "big", "wet") for b in ("dog", "car", "hat")]
    lines = [
        f"a {one} stands near the {other} {where}."
        for one in things
        for other in things
        for where in ("here", "there", "today", "now", "again", "outside", "at home", "in town")
    ]
    trial = try_recipe("captions", str(written(tmp_path / "c.txt", "\n".join(lines))), {})
    assert trial.sound
    assert {finding.rule for finding in trial.findings if finding.severity != "note"} == set()


def test_the_doctor_leaves_out_what_came_before_the_game():
    alone = [{"kimg": k, "likelihood/nll": 2.0, "gradient/generator": 9.0} for k in range(3)]
    played = [{"kimg": k, "loss/discriminator": 1.0, "gradient/generator": 0.1} for k in (3, 4)]
    history = History([*alone, *played])
    assert history.ticks == 5
    assert history.current.ticks == 2
    assert history.current.column("gradient/generator").values.tolist() == [0.1, 0.1]


# --- samples of any origin --------------------------------------------------------------------

REALS = {"distinct_share": 0.992, "self_bleu_4": 0.541, "diversity_ratio": 1.005}
REALS |= {"spacing_ratio": 1.0, "missing_share": 0.0, "precision": 0.589, "coverage": 0.958}
PUBLISHED = {  # of captions by published models, measured by ``evaluate``
    "textgan": (0.032, 0.805, 0.578, 0.0, 0.599),
    "leakgan": (0.707, 0.849, 0.990, 0.652, 0.070),
    "mle": (0.998, 0.583, 1.102, 0.989, 0.024),
}


@pytest.mark.parametrize(
    ("model", "verdict", "low", "high"),
    [("textgan", "ill", 0.99, 1.0), ("leakgan", "ill", 0.5, 0.9), ("mle", "healthy", 0.0, 0.2)],
)
def test_published_samples_of_captions_are_judged_as_they_are(model, verdict, low, high):
    names = ("distinct_share", "self_bleu_4", "diversity_ratio", "spacing_ratio", "missing_share")
    numbers = dict(zip(names, PUBLISHED[model], strict=True))
    sources = {"real": "coco", "fake": model, "kind": "text"}
    protocol = {"real": 10_000, "fake": 9984, "sources": sources}
    others = {"precision": 0.5, "coverage": 0.8}
    found = judge_samples({"protocol": protocol, "metrics": numbers | others, "floor": REALS})
    assert found.verdict == verdict
    sure = max((d.confidence for d in found.diagnoses), default=0.0)
    assert low <= sure <= high


def test_texts_that_are_those_of_the_data_are_memorised_and_few_are_not_judged(
    names, tmp_path, capsys
):
    lines = names.read_text().split()
    copied = written(tmp_path / "copied.txt", "\n".join(lines[::2] * 3))
    diagnose(str(copied), real=str(names), json=True)
    assert json.loads(capsys.readouterr().out)["verdict"] == "unknown"  # 72 reals
    protocol = {"real": 1000, "fake": 1000, "sources": {"fake": "x", "kind": "text"}}
    found = judge_samples(
        {"protocol": protocol, "metrics": {"new_share": 0.02}, "floor": {"new_share": 0.9}}
    )
    assert [d.failure for d in found.diagnoses] == ["memorisation"]


def test_the_kind_has_lengths_and_a_mask():
    kind = kind_named("text")
    assert kind.mask(torch.tensor([1, 3]), 3).tolist() == [[True, False, False], [True] * 3]
    assert kind.fits((5, 9))

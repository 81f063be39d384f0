"""Sound through every verb: trained on, sampled, played on the page, measured, gone on with."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

import gansmith
from gansmith.cli.diagnose import diagnose
from gansmith.cli.evaluate import evaluate
from gansmith.cli.export import export
from gansmith.cli.report import report
from gansmith.cli.sample import sample
from gansmith.data import open_data
from gansmith.doctor.diagnose import judge
from gansmith.doctor.history import History
from gansmith.errors import GansmithError
from gansmith.kinds.kind import kind_named
from gansmith.kinds.known import Known
from gansmith.registry import extractors
from gansmith.runs.reader import read_run
from tests.doctor.conftest import make_history

TINY = {
    "length.kimg": 0.1,
    "data.batch": 16,
    "networks.generator.width": 2,
    "networks.discriminator.width": 2,
    "game.latent": 4,
    "evaluation.samples": 24,
    "signals.tick": 4,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    changes = {**TINY, "condition.name": "labels", "data.source": "tones"}
    path = tmp_path_factory.mktemp("run") / "tones"
    names = {f"networks.{player}.name": "lean" for player in ("generator", "discriminator")}
    nets = {**names, "networks.discriminator.pooled": False}
    return gansmith.train(data="tones", run=path, quiet=True, set={**changes, **nets})


def test_a_run_on_sound_keeps_a_picture_and_a_wav_of_each_exam(run):
    record = read_run(run)
    assert record.environment["data"]["kind"]["name"] == "spectrogram"
    assert record.environment["data"]["facts"]["mel"]["hop"] == 128
    found = record.metrics[-1]
    assert found["protocol"]["extractor"] == "log_mel"
    assert {"silent_share", "one_tone_share", "among_ratio"} <= set(found["metrics"])
    assert found["floor"]["silent_share"] == 0
    sounds = sorted((run / "samples").glob("*.wav"))
    assert len(sounds) == len(record.samples) == 1  # both exams are within 500 samples
    with wave.open(str(record.clips)) as file:
        assert file.getframerate() == 8000
        assert file.getnframes() == 16 * (2048 + 2000)


def test_samples_are_wav_files_in_a_folder_for_each_class_or_one_file(run, tmp_path, capsys):
    sample(str(run), count=8, seed=3, out=str(tmp_path / "many"))
    names = sorted(p.relative_to(tmp_path / "many").as_posix() for p in tmp_path.rglob("*.wav"))
    assert names[0] == "beeps/sample-00003.wav"
    assert len(names) == 8
    with wave.open(str(tmp_path / "many" / names[0])) as file:
        assert (file.getframerate(), file.getnframes()) == (8000, 2048)
    sample(str(run), count=3, label="rising", out=str(tmp_path / "one.wav"))
    sample(str(run), count=3, out=str(tmp_path / "a.npz"))
    assert np.load(tmp_path / "a.npz")["samples"].shape == (3, 1, 2048)
    with pytest.raises(GansmithError, match=r"use .wav, .npz"):
        sample(str(run), count=2, out=str(tmp_path / "a.csv"))
    made = gansmith.load(run).sample(2, seed=3)
    torch.testing.assert_close(made, gansmith.load(run).sample(5, seed=3)[:2], atol=1e-3, rtol=0)
    assert made.abs().max() <= 1


def test_the_page_of_a_run_on_sound_has_players_named_by_class(run, tmp_path):
    report(str(run), out=str(tmp_path / "page.html"))
    text = (tmp_path / "page.html").read_text()
    assert text.count('<audio controls preload="metadata" src="data:audio/wav;base64,UklGR') == 16
    assert "<figcaption>falling</figcaption>" in text
    assert "media-src data:" in text


def test_a_run_on_sound_is_evaluated_against_files_as_its_users_hear_it(run, tmp_path, capsys):
    data = open_data("tones", kind="audio")
    known = kind_named("audio").pieces(
        torch.from_numpy(data.train.take(np.arange(60))), Known(facts=data.facts)
    )
    for name, content in known:
        (tmp_path / "real").mkdir(exist_ok=True)
        (tmp_path / "real" / name).write_bytes(content)
    asked = {"samples": 30, "intervals": False, "keep": False, "page": tmp_path / "e.html"}
    evaluate(real=str(tmp_path / "real"), fake=str(run), json=True, **asked)
    found = json.loads(capsys.readouterr().out)
    assert found["protocol"]["sources"]["size"] == "1 x 2048"
    assert found["metrics"]["frechet_distance"] > found["floor"]["frechet_distance"]
    diagnose(str(run), json=True)
    assert json.loads(capsys.readouterr().out)["verdict"] in ("healthy", "ill", "unknown")


def test_an_exported_generator_gives_spectrograms_and_says_how_they_become_sound(run, tmp_path):
    export(str(run), form="safetensors", out=str(tmp_path / "g.safetensors"))
    with safe_open(tmp_path / "g.safetensors", "pt") as file:
        told = file.metadata()
    assert json.loads(told["outputs"]) == {"samples": "float32 [batch, 1, 64, 16]"}
    assert json.loads(told["mel"])["hop"] == 128


@pytest.mark.slow
def test_a_run_on_sound_goes_on_from_its_checkpoint(run):
    gansmith.train(run=run, resume=True, quiet=True, kimg=0.13)
    assert read_run(run).signals[-1]["kimg"] > 0.12


@pytest.mark.slow
def test_networks_of_waves_are_chosen_for_waves_and_refused_for_spectrograms(tmp_path):
    widths = {name: value for name, value in TINY.items() if "width" in name}
    tiny = {name: value for name, value in TINY.items() if name not in widths}
    tiny |= {"length.kimg": 0.05, "data.kind": "audio"}
    path = gansmith.train(data="tones", run=tmp_path / "w", quiet=True, set=tiny)
    record = read_run(path)
    assert record.recipe["networks"]["generator"]["name"] == "wavegan"
    assert record.recipe["augment"]["name"] == "sound"
    assert gansmith.load(path).sample(2).shape == (2, 1, 2048)
    changes = {**tiny, "data.kind": "spectrogram", "networks.generator.name": "wavegan"}
    with pytest.raises(GansmithError, match=r"wavegan is for clips \[channels, time\]"):
        gansmith.train(data="tones", run=tmp_path / "s", quiet=True, set=changes)


def test_a_small_classifier_learns_what_is_heard_and_reads_spectrograms_and_waves_alike():
    data = open_data("tones", kind="audio")
    rows = np.arange(400)
    clips = torch.from_numpy(data.train.take(rows))
    labels = torch.from_numpy(data.train.beside["labels"][rows])
    judge = extractors.classifier(reference=(clips[:300], labels[:300]), size=16, steps=60)
    right = judge.probabilities(clips[300:]).argmax(1) == labels[300:]
    assert right.double().mean() > 0.7


# --- the doctor -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [("silent_share", "silent: nothing"), ("one_tone_share", "one steady tone")],
)
def test_silence_and_one_tone_are_named_as_collapse_unless_the_reals_are_so_too(name, words):
    def told(fakes: float, reals: float) -> History:
        made = make_history()
        for row in made.metrics:
            row["metrics"][name] = fakes
            row["floor"][name] = reals
        return made

    sick = judge(told(0.9, 0.0), "run")
    assert sick.diagnoses[0].failure == "mode_collapse"
    assert any(words in evidence.says for evidence in sick.diagnoses[0].evidence)
    for fakes, reals in ((0.05, 0.0), (0.9, 0.9)):
        names = [one.failure for one in judge(told(fakes, reals), "run").diagnoses]
        assert "mode_collapse" not in names

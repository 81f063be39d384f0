"""The monitor in loops that are not ours: any scores, any data, and never in the way."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

import gansmith
from gansmith.errors import RunError
from gansmith.monitor.samples import collect, scale_of
from gansmith.monitor.scores import signals_of
from gansmith.reporting.page import write_report
from gansmith.runs.reader import read_run

POINTS = torch.randn(300, 2, generator=torch.Generator().manual_seed(0))
SMALL = {"samples": 64, "tick": 2, "every_kimg": 0.064, "quiet": True}


def loop(monitor: gansmith.Monitor, steps: int = 20) -> None:
    draws = torch.Generator().manual_seed(1)
    for step in range(steps):
        real = 1 + torch.randn(16, 1, generator=draws)
        fake = -1 + torch.randn(16, 1, generator=draws)
        losses = {"discriminator": torch.tensor(0.7 + 0.01 * step), "generator": 1.1}
        monitor.step(real_scores=real, fake_scores=fake, losses=losses, batch_size=16)


def watched(run: Path, **changes: Any) -> gansmith.Monitor:
    given = {"sample": lambda n: torch.randn(n, 2), "real": POINTS, "run": run} | SMALL | changes
    return gansmith.Monitor(**given)


def notes(run: Path) -> list[str]:
    return [row["says"] for row in read_run(run).journal if row["event"] == "note"]


# --- the run folder ---


def test_a_monitored_run_reads_like_one_of_ours(tmp_path: Path) -> None:
    G, D = nn.Linear(2, 2), nn.Linear(2, 1)
    monitor = watched(tmp_path / "run", generator=G, discriminator=D, held_out=POINTS[:99])
    D(G(POINTS[:4])).sum().backward()
    loop(monitor)
    verdict = monitor.finish()
    record = read_run(tmp_path / "run")
    tick, exam = record.signals[1], record.metrics[-1]
    assert tick["kimg"] == pytest.approx(0.064)
    assert {"loss/generator", "scores/real/std", "gradient/generator", "update/generator"} <= set(
        tick
    )
    assert tick["loss/discriminator"] == pytest.approx(0.725)
    assert 0.8 < tick["scores/ranked_right"] <= 1
    assert {"frechet_distance", "diversity_ratio"} <= set(exam["metrics"]) & set(exam["floor"])
    assert {"scores/held_out/mean", "scores/trained/mean"} <= set(exam)
    assert "loop fault" in verdict.says  # this generator has a gradient and is never stepped
    assert write_report(tmp_path / "run").stat().st_size > 10_000
    assert [row["event"] for row in record.journal][-1] == "finished"


def test_a_taken_run_folder_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "here.txt").write_text("mine")
    with pytest.raises(RunError, match="give the monitor another"):
        watched(tmp_path)


def test_what_is_known_of_the_optimizers_makes_remedies_concrete(tmp_path: Path) -> None:
    D = nn.Linear(2, 1)
    adam = torch.optim.Adam(D.parameters(), lr=3e-4)
    watched(
        tmp_path / "run", optimizers={"discriminator": adam}, recipe={"loss": {"name": "hinge"}}
    )
    recipe = read_run(tmp_path / "run").recipe
    assert recipe["optimizers"]["discriminator"]["lr"] == 3e-4
    assert recipe["loss"]["name"] == "hinge"


@pytest.mark.parametrize("every", [0.05, 0.1])  # in kimg: many looks, few looks
def test_a_collapsed_generator_is_found_in_a_foreign_loop(tmp_path: Path, every: float) -> None:
    place = torch.zeros(1, 2)
    sample = lambda n: place + 0.01 * torch.randn(n, 2)  # noqa: E731
    monitor = watched(tmp_path / "run", sample=sample, every_kimg=every)
    for _ in range(12):
        loop(monitor, 4)
        place += 0.05
    verdict = monitor.diagnose()
    assert verdict.verdict == "ill"
    assert verdict.diagnoses[0].failure == "mode_collapse"
    assert (tmp_path / "run" / "uncovered.png").is_file()
    assert "diagnosis" in {row["event"] for row in read_run(tmp_path / "run").journal}


# --- the scores ---


def same_signals(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return all(torch.allclose(one[name], other[name]) for name in one)


def test_patches_are_scores_of_their_own() -> None:
    real, fake = torch.randn(4, 1, 5, 5), torch.randn(4, 1, 5, 5)
    flat = signals_of(real.flatten(), fake.flatten())
    assert same_signals(signals_of(real, fake), flat)


def test_several_heads_count_alike_whatever_their_size() -> None:
    big, small = torch.ones(8, 1, 6, 6), 3 * torch.ones(8, 1)
    found = signals_of([big, [small]], (-big, {"fine": -small}))
    assert float(found["scores/real/mean"]) == 2
    assert float(found["scores/ranked_right"]) == 1


def test_equal_scores_are_half_right() -> None:
    real, fake = torch.tensor([1.0, 2.0, 0.0, 5.0]), torch.tensor([1.0, 1.0, 3.0, 5.0])
    assert float(signals_of(real, fake)["scores/ranked_right"]) == 0.5
    assert float(signals_of(torch.ones(7), torch.ones(7))["scores/ranked_right"]) == 0.5


def test_a_critic_with_the_other_sign_reads_alike() -> None:
    real, fake = torch.randn(64), torch.randn(64) - 1
    assert same_signals(signals_of(-real, -fake, higher_is_real=False), signals_of(real, fake))


def test_sides_of_other_batch_sizes_and_half_precision_are_fine() -> None:
    found = signals_of(torch.randn(8, 1, dtype=torch.float16), torch.randn(5, 1).half())
    assert found["scores/real/std"].dtype == torch.float32


def test_half_precision_scores_are_noted_for_the_doctor(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run", sample=None)
    monitor.step([torch.randn(4).half()], [torch.randn(4).half()], {"discriminator": 0.5})
    assert read_run(tmp_path / "run").recipe["runtime"]["precision"] == "fp16"


def test_other_numbers_of_heads_are_named_once_and_the_loop_goes_on(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run")
    for _ in range(4):
        monitor.step([torch.randn(4), torch.randn(4)], torch.randn(4), {"discriminator": 0.5})
    said = [says for says in notes(tmp_path / "run") if "heads" in says]
    assert len(said) == 1
    assert monitor.kimg == pytest.approx(0.016)


def test_scores_that_are_not_finite_are_recorded_as_divergence(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run")
    loop(monitor, 16)
    for _ in range(4):
        monitor.step(torch.full((4,), torch.nan), torch.randn(4), {"discriminator": torch.inf})
    assert monitor.diagnose().diagnoses[0].failure == "divergence"


def test_a_step_waits_for_the_device_only_once_a_tick(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run", sample=None, tick=5)

    class Watched(Tensor):
        reads = 0

        def tolist(self) -> Any:
            Watched.reads += 1
            return super().tolist()

        def item(self) -> Any:
            Watched.reads += 1
            return super().item()

        __float__ = item

    for _ in range(10):
        scores = torch.randn(4).as_subclass(Watched)
        monitor.step(scores, scores - 1, {"discriminator": scores.mean()})
    assert Watched.reads == 2


# --- a sample function that fails ---


@pytest.mark.parametrize(
    ("sample", "says"),
    [
        (lambda n: 1 / 0, "division by zero"),
        (lambda n: torch.randn(n, 3), r"returned the shape \(64, 3\) but the real samples make"),
        (lambda n: torch.full((n, 2), torch.nan), "not finite"),
        (lambda n: "images", ""),
    ],
)
def test_a_sample_function_that_fails_is_named_once_and_the_loop_goes_on(
    tmp_path: Path, sample: Any, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monitor = watched(tmp_path / "run", sample=sample, quiet=False)
    loop(monitor)
    monitor.finish()
    said = [note for note in notes(tmp_path / "run") if "exams left out, training goes on" in note]
    assert len(said) == 1
    import re

    assert re.search(says, said[0])
    assert capsys.readouterr().err.count("exams left out") == 1
    assert len(read_run(tmp_path / "run").signals) == 10


def test_exams_leave_the_loops_random_numbers_and_modes_alone(tmp_path: Path) -> None:
    def trail(run: str, **changes: Any) -> Tensor:
        torch.manual_seed(5)
        G = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
        monitor = watched(tmp_path / run, generator=G, **changes)
        if monitor.examiner:
            monitor.examiner.sample = lambda n: G(torch.randn(n, 2))
        loop(monitor)
        assert G.training
        assert G[1].training
        return torch.cat([torch.randn(3), G[1].running_mean])

    assert torch.equal(trail("with"), trail("without", sample=None))


def test_every_exam_is_of_the_same_latents(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run")
    assert monitor.examiner is not None
    assert torch.equal(monitor.examiner.draw(None), monitor.examiner.draw(None))


# --- the data ---


@pytest.mark.parametrize(
    "real",
    [
        POINTS,
        POINTS.numpy(),
        DataLoader(TensorDataset(POINTS, torch.zeros(300)), batch_size=32),
        TensorDataset(POINTS, torch.zeros(300)),
        [{"x": POINTS[:150], "y": 0}, {"x": POINTS[150:], "y": 1}].__iter__(),
    ],
    ids=["tensor", "array", "loader", "dataset", "iterator"],
)
def test_reals_come_from_whatever_holds_them(real: Any) -> None:
    found = collect(real, 128)
    assert found.shape == (128, 2)
    assert found.dtype == torch.float32


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 1.0), (0.0, 255.0)])
def test_pictures_of_any_range_become_minus_one_to_one(low: float, high: float) -> None:
    unit = torch.linspace(0, 1, 3 * 64).reshape(1, 3, 8, 8)
    scaled = scale_of(low + unit * (high - low))(low + unit * (high - low))
    assert torch.allclose(scaled, 2 * unit - 1, atol=1e-5)


def test_bytes_with_channels_last_are_pictures() -> None:
    found = collect(np.zeros((5, 8, 8, 3), np.uint8), 5)
    assert found.shape == (5, 3, 8, 8)
    assert float(found.max()) == -1


@pytest.mark.parametrize("shape", [(8,), (1, 400), (4, 5, 6, 7), (30, 12)])
def test_data_of_any_shape_are_examined(tmp_path: Path, shape: tuple[int, ...]) -> None:
    real = torch.randn(80, *shape, generator=torch.Generator().manual_seed(2))
    monitor = watched(
        tmp_path / "run", real=real, sample=lambda n: torch.randn(n, *shape), samples=32
    )
    loop(monitor, 4)
    assert read_run(tmp_path / "run").metrics[0]["metrics"]["diversity_ratio"] > 0.5, notes(
        tmp_path / "run"
    )


def test_pictures_are_examined_and_shown(tmp_path: Path) -> None:
    real = torch.rand(80, 1, 16, 16)
    sample = lambda n: torch.rand(n, 1, 16, 16)  # noqa: E731
    monitor = watched(tmp_path / "run", real=real, sample=sample, samples=32, extractor="pixels")
    loop(monitor, 4)
    assert "spectral_discrepancy" in read_run(tmp_path / "run").metrics[0]["metrics"]
    assert (tmp_path / "run" / "samples" / "kimg-000000.png").is_file()


def test_the_verdict_is_the_json_of_the_command(tmp_path: Path) -> None:
    monitor = watched(tmp_path / "run")
    loop(monitor, 4)
    assert json.loads(json.dumps(monitor.diagnose().as_dict()))["verdict"] == "unknown"


# --- conditional generators ---


def test_a_monitored_generator_that_is_deaf_to_its_classes_is_told(tmp_path: Path) -> None:
    centres = torch.tensor([[2.0, 2], [-2, 2], [-2, -2], [2, -2]])
    labels = torch.arange(400) % 4
    reals = centres[labels] + 0.1 * torch.randn(400, 2, generator=torch.Generator().manual_seed(0))
    for heard in (0.0, 1.0):
        run = tmp_path / str(heard)
        monitor = watched(
            run,
            sample=None,
            real=reals,
            labels=labels,
            sample_as=lambda y, heard=heard: heard * centres[y] + torch.randn(len(y), 2) / 10,
        )
        loop(monitor)
        verdict = monitor.finish()
        last = read_run(run).metrics[-1]
        assert notes(run) == []
        assert {"condition_consistency", "condition_sensitivity"} <= set(last["metrics"])
        assert last["floor"]["condition_consistency"] == 1
        assert (last["metrics"]["condition_sensitivity"] > 0.5) is bool(heard)
        deaf = {d.failure for d in verdict.diagnoses if d.confidence >= 0.5}
        assert ("condition_ignored" in deaf) is not bool(heard)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"labels": torch.zeros(3)}, "there are 3 labels but 300 reals"),
        ({"labels": torch.zeros(300)}, "one class only"),
        ({"labels": torch.zeros(300), "real": iter([POINTS])}, "labels go with reals in an array"),
        ({"sample": None}, "give sample, or sample_as with the labels"),
    ],
)
def test_labels_that_do_not_fit_are_named_and_the_loop_goes_on(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    monitor = watched(tmp_path / "run", sample_as=lambda y: torch.randn(len(y), 2), **changes)
    loop(monitor)
    assert any(says in note for note in notes(tmp_path / "run"))


# --- series ---------------------------------------------------------------------------------------


def watched_series(run, shape=(24, 2), **more):
    draws = np.random.default_rng(0)
    reals = draws.normal(5, 2, (300, *shape)).astype(np.float32).cumsum(1)
    with gansmith.Monitor(
        sample=lambda n: torch.randn(n, *shape), real=reals, run=run, samples=64, quiet=True, **more
    ) as monitor:
        monitor.step(batch_size=64)
    return read_run(run)


def test_series_of_few_channels_are_examined_as_series_and_said_to_be(tmp_path):
    record = watched_series(tmp_path / "run")
    assert record.environment["data"]["kind"]["name"] == "series"
    assert record.metrics[-1]["protocol"]["extractor"] == "series"
    says = [entry["says"] for entry in record.journal]
    assert any("taken for series, as 24 x 2" in one and 'kind="vector"' in one for one in says)
    assert list((tmp_path / "run" / "samples").iterdir())


def test_the_user_says_what_the_samples_of_a_loop_are(tmp_path):
    wide = watched_series(tmp_path / "wide", (16, 12))
    said = watched_series(tmp_path / "said", (16, 12), kind="series")
    flat = watched_series(tmp_path / "flat", kind="vector")
    found = [one.metrics[-1]["protocol"]["extractor"] for one in (wide, said, flat)]
    assert found == ["identity", "series", "identity"]
    wrong = watched_series(tmp_path / "wrong", kind="image")
    assert not wrong.metrics
    assert any("images [channels, height, width] have another" in e["says"] for e in wrong.journal)

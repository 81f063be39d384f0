"""Sound as numbers: spectrograms and back, other rates, one scale of loudness, files, pictures."""

import io
import math
import wave

import numpy as np
import pytest
import torch
from scipy.signal import resample_poly

from gansmith.augment.augmentation import Numbers
from gansmith.errors import RunError
from gansmith.kinds.kind import kind_named
from gansmith.kinds.known import Known
from gansmith.kinds.sounds.mel import MelGrid, clips_of, filters, log_mel, mel
from gansmith.kinds.sounds.resample import resample
from gansmith.kinds.sounds.standard import grid_for, whole_length
from gansmith.networks.layers.phase_shuffle import phase_shuffle, shifted
from gansmith.registry import augmentations, discriminators, extractors, generators, metrics

RATE = 8_000
GRID = MelGrid(RATE, 128, 64)


def sine(hertz: float, length: int = 4096, rate: int = RATE, size: float = 1.0) -> torch.Tensor:
    times = torch.arange(length, dtype=torch.float64) / rate
    return (size * torch.sin(2 * math.pi * hertz * times)).float()


def chirps(count: int = 4, length: int = 4096) -> torch.Tensor:
    start = torch.linspace(300, 900, count)[:, None]
    times = torch.arange(length) / RATE
    return 0.8 * torch.sin(2 * math.pi * (start * times + 600 * times**2))


# --- spectrograms -----------------------------------------------------------------------------


def test_a_full_scale_sine_is_near_0_decibels_in_its_band_and_silence_at_minus_100():
    middle = 10 ** (mel(1000) / 2595) * 700 - 700
    assert middle == pytest.approx(1000)
    corners = np.linspace(0, mel(RATE / 2), 66)[1:-1]
    band = int(np.abs(corners - mel(1000)).argmin())
    shown = log_mel(sine(1000)[None], GRID)[0]
    assert shown[:, 16].argmax() in (band - 1, band, band + 1)
    assert shown[:, 16].max() == pytest.approx(0, abs=2.5)  # a triangle's peak may lie between bins
    quieter = log_mel(sine(1000, size=0.1)[None], GRID)[0]
    assert (shown - quieter)[band, 16] == pytest.approx(20, abs=1e-3)
    assert log_mel(torch.zeros(1, 1000), GRID).eq(-100).all()
    assert log_mel(torch.zeros(1, 1000), GRID).shape == (1, 64, 8)


@pytest.mark.parametrize("grid", [GRID, MelGrid(16_000, 256, 64), MelGrid(8_000, 32, 80)])
def test_no_filter_is_empty_and_neighbours_share_each_bin_between_them(grid):
    found = filters(grid.rate, grid.window, grid.bands)
    assert (found.sum(1) > 0).all()
    assert found.min() >= 0
    assert found.max() <= 1
    if grid is GRID:
        inside = found[:, 2:-10].sum(0)
        torch.testing.assert_close(inside, torch.ones_like(inside), atol=1e-5, rtol=0)


def test_griffin_lim_finds_clips_whose_spectrograms_are_those_given():
    clips = chirps()
    wanted = log_mel(clips, GRID)
    made = clips_of(wanted, GRID, clips.shape[1])
    assert made.shape == clips.shape
    loud = wanted > -40
    assert (log_mel(made, GRID) - wanted)[loud].abs().mean() < 2.5  # decibels
    assert torch.equal(clips_of(wanted[1:2], GRID, 4096)[0], made[1])  # whatever else is made
    assert clips_of(torch.full((1, 64, 8), -100.0), GRID, 1000).eq(0).all()


def test_a_kind_of_spectrograms_takes_clips_and_gives_clips():
    kind, clips = kind_named("spectrogram"), chirps(6).numpy()[:, None]
    facts = {"rate": RATE} | kind.fit(clips, {"rate": RATE})
    seen = torch.from_numpy(kind.to_unit(clips, facts))
    assert kind.fits(tuple(seen.shape[1:]))
    assert seen.shape == (6, 1, 64, 32)
    assert seen.max() == pytest.approx(1)
    assert seen.min() == -1
    back = kind.from_unit(seen, facts)
    assert back.shape == clips.shape
    again = torch.from_numpy(kind.to_unit(back.numpy(), facts))
    assert (again - seen)[seen > 0].abs().mean() < 0.08  # of a range of 2, 80 decibels
    assert kind.from_unit(torch.full((1, 1, 64, 32), -1.0), facts).eq(0).all()
    assert kind.users.name == "audio"
    with pytest.raises(RunError, match="put the file back"):
        kind.from_unit(seen, {"mel": {"rate": 8000}})


def test_clips_have_whole_frames_and_no_more_than_256_of_them():
    assert whole_length(0.7, RATE) == 6144  # 48 frames of 128 values
    assert whole_length(1.0, 16_000) == 16_384
    assert grid_for(RATE, 6144).frames(6144) == 48
    assert grid_for(RATE, 400_000).frames(400_000) <= 256


# --- other rates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "to"), [(16_000, 8_000), (8_000, 16_000), (44_100, 16_000), (8_000, 11_025)]
)
def test_a_tone_at_another_rate_is_the_same_tone_and_as_scipy_has_it(rate, to):
    clip = sine(700, rate, rate).numpy()
    found = resample(clip, rate, to)
    assert len(found) == to
    inner = slice(to // 8, -to // 8)
    np.testing.assert_allclose(found[inner], sine(700, to, to).numpy()[inner], atol=2e-3)
    shared = math.gcd(rate, to)
    theirs = resample_poly(clip, to // shared, rate // shared)
    np.testing.assert_allclose(found[inner], theirs[inner], atol=5e-3)


def test_what_a_lower_rate_cannot_hold_is_removed_and_a_constant_stays():
    high = resample(sine(6000, 16_000, 16_000).numpy(), 16_000, 8_000)
    assert np.abs(high[500:-500]).max() < 1e-3
    even = resample(np.ones(4000, np.float32), 8_000, 11_025)
    np.testing.assert_allclose(even[200:-200], 1, atol=1e-6)
    assert len(resample(np.ones(7, np.float32), 44_100, 8_000)) == 2


# --- files and pictures -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["audio", "spectrogram"])
def test_clips_are_written_as_wav_alone_or_one_after_the_other_and_as_arrays(name):
    kind, clips = kind_named(name), chirps(3, 2048)[:, None]
    known = Known({"labels": np.array([0, 1, 0])}, facts={"rate": RATE})
    (first, content), *_ = kind.pieces(clips, known)
    assert first == "sample-00000.wav"
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        values = np.frombuffer(file.readframes(2048), "<i2") / 32767
    np.testing.assert_allclose(values, clips[0, 0], atol=1 / 32767)
    with wave.open(io.BytesIO(kind.written[".wav"](clips, known))) as file:
        assert file.getnframes() == 3 * (2048 + RATE // 4)
    kept = np.load(io.BytesIO(kind.written[".npz"](clips, known)))
    assert kept["samples"].shape == (3, 1, 2048)
    assert (int(kept["rate"]), kept["labels"].tolist()) == (RATE, [0, 1, 0])
    assert min(kind.shown(clips, None, known.facts).size) > 60


# --- networks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [256, 2048, 6144, 9001])
def test_wavegan_makes_and_judges_clips_of_any_length(length):
    generator = generators.wavegan(shape=(1, length), latent=5, width=2)
    discriminator = discriminators.wavegan(shape=(1, length), width=2)
    clips = generator(torch.randn(3, 5))
    assert clips.shape == (3, 1, length)
    assert clips.abs().max() <= 1
    critique = discriminator(clips)
    assert critique.scores.shape == (3,)
    assert critique.features.shape == (3, discriminator.feature_width)
    (slope,) = torch.autograd.grad(critique.scores.sum(), clips, create_graph=True)
    slope.square().sum().backward()
    assert all(layer.weight.grad is not None for layer in discriminator.downs)


def test_wavegan_hears_the_same_clip_alike_once_it_is_judged_and_not_trained():
    discriminator = discriminators.wavegan(shape=(1, 2048), width=2)
    clips = chirps(2, 2048)[:, None]
    first, second = (discriminator(clips).scores for _ in range(2))
    assert not torch.equal(first, second)
    discriminator.eval()
    assert torch.equal(discriminator(clips).scores, discriminator(clips).scores)
    with pytest.raises(ValueError, match="256 to 262,144 values"):
        discriminators.wavegan(shape=(1, 100))


def test_phase_shuffle_moves_each_sample_by_its_own_shift_and_mirrors_the_ends():
    x = torch.arange(6.0).expand(3, 2, 6)
    moved = shifted(x, torch.tensor([[2], [0], [-1]]))
    assert moved[0, 0].tolist() == [2, 1, 0, 1, 2, 3]
    assert moved[1, 1].tolist() == x[1, 1].tolist()
    assert moved[2, 0].tolist() == [1, 2, 3, 4, 5, 4]
    torch.manual_seed(0)
    shuffled = phase_shuffle(torch.randn(1, 1, 50).expand(200, 1, 50), 2)
    assert len(torch.unique(shuffled[:, 0], dim=0)) == 5  # of one sample, all five shifts
    assert torch.equal(phase_shuffle(x, 0), x)


# --- augmentation -----------------------------------------------------------------------------


class _Draws:
    """Numbers that are always the same."""

    def __init__(self, value: float) -> None:
        self.value = value

    def uniform(self, stream: str, *shape: int) -> torch.Tensor:
        return torch.full((4, *shape), self.value)

    normal = uniform


def augmented(samples: torch.Tensor, policy: str, value: float) -> torch.Tensor:
    part = augmentations.sound(policies=(policy,))
    return part.apply(samples, Numbers(_Draws(value), 0, len(samples)), 1.0)


def test_sound_is_moved_with_silence_coming_in_from_the_side():
    clips, shown = torch.ones(4, 1, 16), torch.ones(4, 1, 8, 16)
    assert augmented(clips, "shift", 0.99)[0, 0].tolist() == [0, 0] + [1] * 14
    assert augmented(shown, "shift", 0.0)[0, 0, 3].tolist() == [1] * 14 + [-1, -1]
    assert augmented(shown, "pitch", 0.99)[0, 0, :, 5].tolist() == [-1, -1] + [1] * 6
    assert torch.equal(augmented(clips, "pitch", 0.99), clips)


def test_sound_is_made_louder_by_decibels_and_parts_of_it_silent():
    clips, shown = torch.full((4, 1, 16), 0.5), torch.zeros(4, 1, 16, 16)
    assert float(augmented(clips, "gain", 1.0)[0, 0, 0]) == pytest.approx(0.5 * 10 ** (6 / 20))
    assert float(augmented(clips, "gain", 0.0)[0, 0, 0]) == pytest.approx(-0.5 * 10 ** (-6 / 20))
    assert float(augmented(shown, "gain", 1.0)[0, 0, 0, 0]) == pytest.approx(6 / 40)
    assert augmented(clips, "mask", 0.5)[0, 0].eq(0).sum() == 2
    assert augmented(shown, "mask", 0.5)[0, 0].eq(-1).sum() == 2 * 16 + 2 * 14
    with pytest.raises(ValueError, match="unknown 'echo'"):
        augmentations.sound(policies=("echo",))


# --- features and metrics ---------------------------------------------------------------------


def test_features_of_clips_are_scaled_by_the_reals_and_blind_to_the_phase():
    clips = chirps(60)[:, None]
    found = extractors.log_mel(reference=(clips, None))
    features = found(clips)
    assert features.shape == (60, found.width) == (60, 3 * 64 + 8 * 16)
    torch.testing.assert_close(features.mean(0), torch.zeros(found.width), atol=1e-4, rtol=0)
    assert features.std(0).max() < 1.1
    assert (found(-clips) - features).abs().max() < 1e-3  # upside down sounds the same
    assert extractors.log_mel(reference=(clips, None)).digest == found.digest
    with pytest.raises(ValueError, match="'log_mel' is for"):
        found(torch.randn(5, 7))


def test_silence_and_one_tone_are_told_from_sound_that_moves():
    silent, tone = torch.zeros(6, 1, 4096), sine(440).expand(6, 1, -1)
    noise = 0.3 * torch.randn(6, 1, 4096, generator=torch.Generator().manual_seed(0))
    fakes = torch.cat([silent, tone, noise, chirps(6)[:, None]])
    found = metrics.audibility(fakes, fakes)
    assert found == {"silent_share": 0.25, "one_tone_share": 0.25}
    shown = torch.full((4, 1, 64, 32), -1.0)
    shown[1, :, 20] = 0.5
    shown[2:, :, ::7] = 0.2
    assert metrics.audibility(shown, shown) == {"silent_share": 0.25, "one_tone_share": 0.25}


def test_neighbours_are_as_far_as_those_of_the_reals_and_nearer_in_copies():
    reals = torch.arange(20.0)[:, None] * torch.ones(1, 3)  # neighbours are sqrt(3) apart
    found = metrics.nearest_neighbours(reals, reals + 0.25)
    assert found["among_ratio"] == pytest.approx(1)
    assert found["to_real_ratio"] == pytest.approx(0.25)
    assert metrics.nearest_neighbours(reals, reals / 4)["among_ratio"] == pytest.approx(0.25)
    with pytest.raises(ValueError, match="reals that differ"):
        metrics.nearest_neighbours(torch.ones(4, 3), reals)

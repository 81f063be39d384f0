import pytest

from gansmith.metrics import frechet_distance, frechet_infinity


def test_it_takes_away_most_of_the_bias_of_few_samples(draw):
    """True distance of N(0, I) and N(mu, I) is |mu|^2 = 2; 400 samples of 16 features show more."""
    errors = []
    for seed in range(6):
        real, fake = draw(400, 16, seed=2 * seed), draw(400, 16, seed=2 * seed + 1)
        fake[:, :2] += 1
        errors.append(
            (
                frechet_distance(real, fake) - 2,
                frechet_infinity(real, fake)["frechet_infinity"] - 2,
            )
        )
    plain, extrapolated = (sum(column) / 6 for column in zip(*errors, strict=True))
    assert plain > 0.15
    assert abs(extrapolated) < plain / 2


def test_its_error_bar_is_about_its_spread(draw):
    found = [
        frechet_infinity(draw(200, 4, seed=2 * s), 1 + draw(200, 4, seed=2 * s + 1))
        for s in range(40)
    ]
    values = [f["frechet_infinity"] for f in found]
    mean = sum(values) / 40
    spread = (sum((v - mean) ** 2 for v in values) / 39) ** 0.5
    claimed = (sum(f["frechet_infinity_error"] ** 2 for f in found) / 40) ** 0.5
    assert claimed == pytest.approx(spread, rel=0.4)


def test_too_few_samples_are_refused(draw):
    with pytest.raises(ValueError, match="at least 32 samples"):
        frechet_infinity(draw(31, 2), draw(40, 2))

import pytest
import torch

from gansmith.metrics.maths.gaussian_transport import frechet_influence


def of(reals, fakes):
    return frechet_influence(reals, fakes)["frechet_distance"]


def weighted_distance(reals, fakes, weights):
    """The Frechet distance with weights on the reals, from the eigenvalues of C_r C_f."""
    means, covariances = [], []
    for rows, weight in (
        (reals, weights / weights.sum()),
        (fakes, torch.ones(len(fakes)).double()),
    ):
        share = weight / weight.sum()
        means.append(share @ rows)
        deviation = rows - means[-1]
        covariances.append(deviation.mT @ (share[:, None] * deviation))
    roots = torch.linalg.eigvals(covariances[0] @ covariances[1]).sqrt().real.sum()
    shift = (means[0] - means[1]).square().sum()
    return shift + covariances[0].trace() + covariances[1].trace() - 2 * roots


def test_influence_is_the_derivative_by_the_weight_of_a_sample(draw):
    reals, fakes, step = draw(2000, 5), 1.5 * draw(1800, 5, seed=1) + 0.5, 1e-4
    influence = of(reals, fakes).real
    heavier = torch.ones(2000).double()
    before = weighted_distance(reals, fakes, heavier)
    for row in (0, 7, 1234):
        heavier[:] = 1
        heavier[row] += step
        slope = (weighted_distance(reals, fakes, heavier) - before) / step * 2000
        assert float(slope) == pytest.approx(float(influence[row] - influence.mean()), rel=0.02)


def test_few_samples_have_the_influence_that_the_pseudo_inverse_gives(draw):
    """As many features as matter, or those and many that are 0: the same influence."""
    reals, fakes = draw(30, 10), 1.5 * draw(25, 10, seed=1)
    nothing = torch.zeros(30, 50).double()
    wide = of(torch.cat([reals, nothing], 1), torch.cat([fakes, nothing[:25]], 1))
    for many, few in zip(of(reals, fakes), wide, strict=True):
        torch.testing.assert_close(many, few, rtol=1e-8, atol=1e-8)


def test_a_low_rank_or_collapsed_side_has_a_finite_influence(draw):
    low_rank = draw(300, 4) @ draw(4, 20)
    turned = low_rank @ torch.linalg.qr(draw(20, 20, seed=2)).Q
    assert torch.isfinite(of(low_rank, 2 * turned).real).all()
    assert float(of(draw(40, 5), torch.ones(40, 5)).fake.std()) == 0
    assert float(of(torch.ones(40, 5), torch.ones(40, 5)).real.std()) == 0

import itertools

from hypothesis import given
from hypothesis import strategies as st

from gansmith.networks.image.grid import check_image, grids

even = st.integers(4, 128).map(lambda half: 2 * half)


@given(even, even)
def test_every_even_size_from_8_to_256_has_a_base_grid_of_4_to_7(height, width):
    check_image((3, height, width), "net")
    sizes = grids(height, width)
    assert sizes[-1] == (height, width)
    assert 4 <= min(sizes[0]) <= 7
    for (low, narrow), (high, wide) in itertools.pairwise(sizes):
        assert 2 * low - high in (0, 1)
        assert 2 * narrow - wide in (0, 1)


def test_sizes_that_halve_evenly_pass_through_their_halves():
    assert grids(48, 64) == [(6, 8), (12, 16), (24, 32), (48, 64)]
    assert grids(28, 28) == [(7, 7), (14, 14), (28, 28)]

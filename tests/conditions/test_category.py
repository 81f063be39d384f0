"""A category of a table's column: how rows are drawn for it, and that rows have it."""

import numpy as np
import pytest
import torch

from gansmith.conditions.category import OnCategory
from gansmith.conditions.conditioning import Drawn, NetworkSpec, Setting
from gansmith.data import open_data
from gansmith.kinds.tables.categories import as_found, evened
from gansmith.networks.vector.residual_mlp import residual_mlp_generator
from gansmith.records import Condition
from gansmith.sampling.draws import CounterDraws


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("category") / "a.csv"
    rows = [f"{'rare' if n % 50 == 0 else 'usual'},{'xyz'[n % 3]},{n / 7:.3f}" for n in range(3000)]
    path.write_text("\n".join(["a,b,c", *rows]))
    return open_data(path, held_out=0.0)


def condition(data) -> OnCategory:
    return OnCategory(Setting(data.shape, latent=4, facts=data.facts))


def read(data, count: int) -> tuple[OnCategory, torch.Tensor, torch.Tensor]:
    """Return the condition, real rows of training, and what was asked for with each."""
    asked = condition(data)
    rows = torch.from_numpy(asked.trained_on(data).take(np.arange(count)))
    draws = CounterDraws((0,), count, slice(0, count), rows)
    return asked, rows, asked.reader(data)(Drawn(rows, {}, 0, draws))


def test_columns_are_asked_for_alike_and_rare_categories_by_the_logarithm_of_their_rows(data):
    asked, rows, told = read(data, 3000)
    names = [(one.column, one.text) for one in asked.categories]
    share = dict(zip(names, told.mean(0).tolist(), strict=True))
    of_a = share["a", "rare"] + share["a", "usual"]
    assert abs(of_a - 0.5) < 0.04
    weights = np.log1p([60, 2940])
    assert abs(share["a", "rare"] / of_a - weights[0] / weights.sum()) < 0.04
    assert ((rows[:, asked.at] * told).sum(1) == 1).all()  # each row has what was asked for
    assert told.sum(1).eq(1).all()


def test_weights_of_rows_undo_themselves_where_a_category_is_drawn_and_then_a_row(data):
    categories = condition(data).categories
    assert float(as_found(categories).sum()) == pytest.approx(1)
    counts = torch.tensor([float(one.count) for one in categories], dtype=torch.float64)
    assert float((evened(categories) * counts).sum()) == pytest.approx(1)


def test_rows_of_any_generator_have_the_category_in_the_column_that_is_meant(data):
    asked = condition(data)
    spec = NetworkSpec(data.shape, 4)
    build = lambda wanted: residual_mlp_generator(wanted.shape, wanted.latent, width=8)  # noqa: E731
    generator = asked.generator(build, spec)
    told = asked.prompt(20, {"b": "y"})
    rows = generator(torch.randn(20, 4), Condition(category=told))
    own = rows[:, asked.at]
    names = [(one.column, one.text) for one in asked.categories]
    place = names.index(("b", "y"))
    assert (own[:, place] == 1).all()
    others = [n for n, (column, _) in enumerate(names) if column == "b" and n != place]
    assert (own[:, others] == 0).all()
    of_a = [n for n, (column, _) in enumerate(names) if column == "a"]
    assert (own[:, of_a] != 0).any()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("b=w", "'b' has no category 'w'; there are: x, y, z"),
        ("d=w", "names none of the columns a, b"),
        ({"a": "rare", "b": "x"}, "one category of one column"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(data, given, says):
    with pytest.raises(ValueError, match=says):
        condition(data).prompt(3, given)

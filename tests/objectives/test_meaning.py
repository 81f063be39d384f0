"""InfoGAN and auxiliary classifiers: closed forms, who learns what, toys that they must solve."""

import math

import pytest
import torch
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy, normalize

import gansmith
from gansmith.codes import Codes
from gansmith.errors import GansmithError, RecipeError
from gansmith.records import Condition, Critique
from gansmith.registry import terms
from gansmith.runs.reader import read_run
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.session.checkpoint import WEIGHTS, checkpoints
from gansmith.training.trainer import Trainer
from tests.objectives.linear_critic import Linear, of_length, turn
from tests.training.helpers import recipe, run_small

CODES = {"categorical": [8], "continuous": 1}
INFOGAN = {"codes": CODES, "terms": [{"name": "infogan"}]}
LABELS = {"condition": {"name": "labels", "discriminator": "classifier"}}
exactly = pytest.approx


def featured(player, width=3):
    view = turn(Linear(of_length(1.0, width)), (width,), batch=6)
    view.player, view.condition = player, Condition(labels=torch.arange(6) % 2)
    view.critiques = {
        side: Critique(view.critiques[side].scores, getattr(view, side))
        for side in ("real", "fake")
    }
    return view


def heads(term):
    weight, bias = (p.detach().double() for p in term.module.double().parameters())
    return lambda features: features @ weight.mT + bias


def test_infogan_is_cross_entropy_of_categories_plus_gaussian_surprise_of_values():
    view = featured("generator")
    view.latent = view.draws.normal("codes", 5)
    codes = Codes((4,), 2)
    term = terms.infogan(deviation=0.5, codes=codes, feature_width=3)
    out = heads(term)(view.fake)
    (category,), values = codes.read(view.latent)
    gaussian = torch.distributions.Normal(out[:, 4:], 0.5)
    expected = cross_entropy(out[:, :4], category, reduction="none")
    expected = expected - gaussian.log_prob(values).sum(1)
    assert torch.allclose(term.value(view), expected, atol=1e-10)


def test_infogan_that_knows_nothing_costs_the_entropy_of_the_codes():
    term = terms.infogan(codes=Codes((8, 3)), feature_width=3)
    for parameter in term.module.parameters():
        torch.nn.init.zeros_(parameter)
    term.module.double()
    assert term.value(featured("generator")).tolist() == exactly([math.log(24)] * 6)


def test_acgan_asks_d_for_both_classes_and_g_for_its_own():
    term = terms.acgan(feature_width=3, classes=2)
    head = heads(term)
    of_d, of_g = featured("discriminator"), featured("generator")
    labels = of_d.condition["labels"]
    real, fake = (cross_entropy(head(s), labels, reduction="none") for s in (of_d.real, of_d.fake))
    assert torch.allclose(term.value(of_d), real + fake, atol=1e-10)
    assert torch.allclose(term.value(of_g), fake, atol=1e-10)


def test_adcgan_names_class_and_origin():
    term = terms.adcgan(feature_width=3, classes=2)
    head = heads(term)
    of_d, of_g = featured("discriminator"), featured("generator")
    labels = of_d.condition["labels"]
    real, fake = (head(s).log_softmax(1) for s in (of_d.real, of_d.fake))
    row = torch.arange(6)
    as_d = -real[row, labels] - fake[row, labels + 2]
    as_g = fake[row, labels + 2] - fake[row, labels]
    assert torch.allclose(term.value(of_d), as_d, atol=1e-10)
    assert torch.allclose(term.value(of_g), as_g, atol=1e-10)


def test_reacgan_asks_for_the_own_class_among_the_samples_of_others_on_the_unit_sphere():
    term = terms.reacgan(temperature=0.4, margin=0.9, feature_width=3, classes=2, width=5)
    sphere = term.module.double()
    for player, side in (("discriminator", "real"), ("generator", "fake")):
        view = featured(player)
        labels, found = view.condition["labels"], term.value(view).detach()
        f = normalize(sphere.project(getattr(view, side)), dim=1).detach()
        w = normalize(sphere.proxies.weight, dim=1).detach()
        for i in range(6):
            own = math.exp(min(float(f[i] @ w[labels[i]]) - 0.9, 0) / 0.4)
            others = sum(
                math.exp(max(float(f[i] @ f[j]) - 0.1, 0) / 0.4)
                for j in range(6)
                if labels[j] != labels[i]
            )
            assert float(found[i]) == exactly(-math.log(own / (own + others)))


def test_reacgan_has_nothing_to_tell_apart_in_a_batch_of_one_class():
    term, view = terms.reacgan(feature_width=3, classes=2), featured("discriminator")
    term.module.double()
    view.condition = Condition(labels=torch.ones(6, dtype=torch.int64))
    term.value(view).sum().backward()
    assert term.value(view).tolist() == [0.0] * 6
    assert all(not parameter.grad.any() for parameter in term.module.parameters())


def test_matching_aware_ranks_a_samples_own_condition_above_anothers_and_skips_equal_ones():
    view = featured("discriminator")
    view.condition = Condition(labels=torch.tensor([0, 1, 1, 2, 0, 0]))
    view.discriminator = lambda samples, condition: Critique(condition["labels"].double() * 2)
    view.critiques["real"] = Critique(view.condition["labels"].double() * 2)
    excess = [0, -2, None, -2, 4, None]  # twice the label before, less twice the own
    wanted = [0.0 if d is None else math.log1p(math.exp(d)) for d in excess]
    found = terms.matching_aware().value(view)
    assert found.tolist() == exactly([0.0, *wanted[1:]])


@pytest.mark.parametrize("name", ["acgan", "adcgan", "reacgan"])
def test_a_classifier_without_labels_says_what_to_add(name):
    view = featured("generator")
    view.condition = None
    with pytest.raises(GansmithError, match=r"needs class labels; add \[condition\]"):
        terms.build(name).value(view)


class Steps:
    def __init__(self, count):
        self.count = count

    def enough(self, trainer):
        return trainer.step >= self.count

    def tick(self, trainer, signals):
        self.signals = signals


def trainer_of(**changes):
    from gansmith.data import open_data

    made = recipe(controllers=(), **changes)
    data = open_data("ring", held_out=0.1, seed=0)
    return Trainer(build_parts(Setup(made, data, Runtime("cpu", "fp64", 0))))


def moved(trainer, take):
    """Return which networks and heads have other parameters after something."""
    networks = trainer.parts.networks()
    before = {n: [p.clone() for p in m.parameters()] for n, m in networks.items()}
    take()
    return {
        name
        for name, network in networks.items()
        for old, new in zip(before[name], network.parameters(), strict=True)
        if not torch.equal(old, new)
    } - {"ema.generator"}


@pytest.mark.parametrize(
    ("name", "changes", "with_d", "with_g"),
    [
        ("infogan", INFOGAN, set(), {"terms.infogan"}),
        ("acgan", LABELS | {"terms": [{"name": "acgan"}]}, {"terms.acgan"}, set()),
        ("adcgan", LABELS | {"terms": [{"name": "adcgan"}]}, {"terms.adcgan"}, set()),
    ],
)
def test_a_head_moves_in_its_owners_turn_only(name, changes, with_d, with_g):
    trainer = trainer_of(**changes)
    of_d, of_g = trainer.parts.game.turns(0)
    assert moved(trainer, lambda: trainer._take(of_d, 0)) == {"discriminator"} | with_d
    assert moved(trainer, lambda: trainer._take(of_g, 1)) == {"generator"} | with_g
    parameters = [p for m in trainer.parts.networks().values() for p in m.parameters()]
    assert all(p.grad is None for p in parameters)  # nothing is left over for the next turn


def test_infogan_teaches_ds_features_the_codes_in_ds_turn():
    trainer = trainer_of(**INFOGAN)
    plain = trainer_of(codes=CODES, terms=[{"name": "infogan", "weight": 1e-9}])
    for one in (trainer, plain):
        one._take(one.parts.game.turns(0)[0], 0)
    first, second = (t.parts.game.players["discriminator"].layers[0] for t in (trainer, plain))
    assert (first.linear.weight - second.linear.weight).abs().max() > 1e-6


def test_what_both_players_add_is_recorded_for_each():
    trainer, watcher = trainer_of(signals__tick=2, **INFOGAN), Steps(2)
    trainer.run(watcher)
    recorded = {name for name in watcher.signals if name.startswith("term/")}
    assert recorded == {"term/infogan/discriminator", "term/infogan/generator"}


@pytest.mark.parametrize(
    "changes", [INFOGAN, LABELS | {"terms": [{"name": "acgan"}, {"name": "adcgan"}]}]
)
def test_a_resumed_run_has_the_very_same_heads(tmp_path, changes):
    changes = changes | {"controllers": (), "evaluation__metrics": ()}
    whole = run_small(tmp_path / "whole", length__kimg=0.64, **changes)
    half = run_small(tmp_path / "half", length__kimg=0.32, **changes)
    run_small(half, resume=True, length__kimg=0.64, **changes)
    one, two = (load_file(checkpoints(run)[-1].path / WEIGHTS) for run in (whole, half))
    assert any(name.startswith("terms.") and name.endswith("weight") for name in one)
    assert all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.slow
@pytest.mark.distributed
def test_two_processes_train_the_same_heads(tmp_path):
    changes = INFOGAN | {"controllers": (), "evaluation__metrics": (), "length__kimg": 0.16}
    runs = [run_small(tmp_path / str(n), runtime__processes=n, **changes) for n in (1, 2)]
    one, two = (load_file(checkpoints(run)[-1].path / WEIGHTS) for run in runs)
    assert all(torch.allclose(one[name], two[name], rtol=1e-10, atol=1e-13) for name in one)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"terms": [{"name": "infogan"}]}, r"terms.infogan: the latent carries no codes"),
        ({"codes": CODES}, "codes: nothing makes them readable"),
        (INFOGAN | {"codes": {}}, "codes: there is none"),
        (INFOGAN | {"game__latent": 1}, "2 codes take as many numbers of the latent, which has 1"),
        ({"terms": [{"name": "acgan"}]}, "terms.acgan: needs class labels"),
        (LABELS, "no term names the classes"),
        (INFOGAN | {"codes": {"categorical": [1]}}, "codes.categorical.0"),
    ],
)
def test_meaning_that_nothing_carries_is_refused_with_the_way_out(tmp_path, changes, says):
    with pytest.raises(RecipeError, match=says):
        run_small(tmp_path / "run", **changes)


TOY = {
    "controllers": (),
    "data__batch": 64,
    "game__latent": 4,
    "networks__generator": {"name": "mlp", "widths": [64, 64]},
    "networks__discriminator": {"name": "mlp", "widths": [64, 64]},
    "optimizers": {
        player: {"name": "adam", "lr": 1e-3, "betas": [0.0, 0.99]}
        for player in ("generator", "discriminator")
    },
    "ema__half_life_kimg": 5.0,
    "evaluation__every_kimg": 100.0,
    "signals__tick": 100,
    "runtime__precision": "fp32",
}
R1 = [{"name": "r1", "gamma": 0.1}, {"name": "r2", "gamma": 0.1}]


def modes_of(run, **asked):
    generator = gansmith.load(run, which="last")
    angles = 2 * math.pi * torch.arange(8) / 8
    centres = torch.stack([angles.cos(), angles.sin()], 1)
    return torch.cdist(generator.sample(500, **asked), centres).argmin(1)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_infogan_finds_the_eight_modes_without_a_label(tmp_path):
    changes = TOY | {"codes": {"categorical": [8]}, "terms": [*R1, {"name": "infogan"}]}
    run = run_small(tmp_path / "run", length__kimg=200.0, **changes)
    found = [torch.bincount(modes_of(run, code={0: k}), minlength=8) for k in range(8)]
    assert {int(counts.argmax()) for counts in found} == set(range(8))
    assert all(counts.max() > 0.9 * 500 for counts in found)
    surprise = read_run(run).signals[-1]["term/infogan/generator"]
    assert surprise < 0.2 * math.log(8)  # of the code's entropy, at least four fifths are recovered


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["acgan", "adcgan", "reacgan"])
def test_classifiers_bring_each_label_to_its_mode(tmp_path, name):
    changes = TOY | LABELS | {"terms": [*R1, {"name": name}]}
    run = run_small(tmp_path / "run", length__kimg=130.0, **changes)
    right = [(modes_of(run, label=k) == k).double().mean() for k in range(8)]
    assert min(right) > 0.9


def test_codes_can_be_asked_for_when_sampling(tmp_path):
    run = run_small(tmp_path / "run", **INFOGAN)
    generator = gansmith.load(run)
    samples = generator.sample(5, seed=1, code={0: 3, 1: -0.8})
    assert torch.equal(samples, generator.sample(9, seed=1, code={0: 3, 1: -0.8})[:5])
    assert not torch.equal(samples, generator.sample(5, seed=1, code={0: 4, 1: -0.8}))
    with pytest.raises(ValueError, match="code 0 is a category from 0 to 7, not 9"):
        generator.sample(5, code={0: 9})


def test_a_run_without_codes_says_so(tmp_path):
    run = run_small(tmp_path / "run")
    with pytest.raises(ValueError, match=r"trained without \[codes\]"):
        gansmith.load(run).sample(5, code={0: 1})

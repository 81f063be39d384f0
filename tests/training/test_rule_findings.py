"""Each pre-flight rule finds its failure, and the recipes that ship pass all of them."""

import json
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import gansmith
from gansmith.cli.check import check
from gansmith.data import open_data
from gansmith.data.samples import Data, Rows
from gansmith.errors import RecipeError
from gansmith.kinds.kind import kind_named, kind_of_shape
from gansmith.preflight.check import Case, DataFacts, NetworkFacts, inspect, look, rules
from gansmith.recipe.recipe import Recipe
from gansmith.recipe.tree import shipped
from gansmith.records import Condition, Critique
from gansmith.training.start import try_recipe
from tests.training.helpers import recipe

IMAGES = DataFacts((1, 32, 32), 20_000, found=20_000, distinct=20_000)
NETS = {
    "generator": NetworkFacts(100_000, reach=(-1.0, 1.0)),
    "discriminator": NetworkFacts(100_000, reach=(-5.0, 7.0)),
}
SLOPED = {"terms": [{"name": "r1", "gamma": 1.0}]}
TWO = {"a": 5, "b": 5}
AGES = {str(age): 30 for age in range(20, 90)}
AGREED = {"game__name": "consensus"}
UNROLLED = {"game__name": "unrolled"}
BALANCE = {"name": "balance_turns", "knob": "game.discriminator_turns"}
PLATEAU = {"name": "plateau", "knob": "optimizers.generator.lr"}
PACKED = {"networks__discriminator": {"name": "packed", "base": "lean", "width": 8}}
MIXED = {"networks__generator": {"name": "stylegan2", "mixing": 0.9}}
ADAM_09 = {"name": "adam", "betas": [0.9, 0.999]}

CASES: list[tuple[str, str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("wasserstein_without_lipschitz", "refuse", {"loss__name": "wasserstein", "terms": []}, {}, {}),
    ("slope_of_weights", "refuse", {**AGREED, "runtime__precision": "fp16"}, {}, {}),
    ("slope_of_weights", "refuse", {**AGREED, "runtime__accumulation": 2}, {}, {}),
    ("slope_of_weights", "refuse", {**AGREED, "runtime__compile": True}, {}, {}),
    ("slope_of_weights", "refuse", {**AGREED, "transfer": {"run": "a", "freeze": 2}}, {}, {}),
    ("steps_that_cannot_be_unrolled", "refuse",
     {**UNROLLED, "optimizers__discriminator__name": "lion"}, {}, {}),
    ("steps_that_cannot_be_unrolled", "refuse",
     {**UNROLLED, "optimizers__discriminator__clip": 1.0}, {}, {}),
    ("steps_that_cannot_be_unrolled", "refuse", {**UNROLLED, "runtime__accumulation": 2}, {}, {}),
    ("steps_that_cannot_be_unrolled", "refuse", {**UNROLLED, "runtime__precision": "fp16"}, {}, {}),
    ("steps_that_cannot_be_unrolled", "refuse", {**UNROLLED, "runtime__compile": True}, {}, {}),
    ("parts_that_cannot_be_unrolled", "refuse", {**UNROLLED, "terms": [{"name": "lecam"}]}, {}, {}),
    ("parts_that_cannot_be_unrolled", "refuse",
     {**UNROLLED, "constraints": [{"name": "weight_clip"}]}, {}, {}),
    ("no_held_out_margin", "refuse", {"controllers": [BALANCE], "data__held_out": 0.0}, {}, {}),
    ("no_held_out_margin", "refuse", {"controllers": [BALANCE], "condition": {}},
     {"classes": TWO}, {}),
    ("no_exams_to_read", "refuse", {"controllers": [PLATEAU], "evaluation__metrics": []}, {}, {}),
    ("uncontrolled_knob", "refuse", {"loss__name": "boundary_equilibrium"}, {}, {}),
    ("saturating_loss", "warn", {"loss__name": "minimax"}, {}, {}),
    ("momentum_with_penalty", "warn", {**SLOPED, "optimizers__discriminator": ADAM_09}, {}, {}),
    ("clipping_with_one_turn", "warn", {"constraints": [{"name": "weight_clip"}]}, {}, {}),
    ("rates_far_apart", "warn", {"optimizers__generator__lr": 1e-6}, {}, {}),
    ("uneven_batch", "refuse", {"runtime__accumulation": 3}, {}, {}),
    ("packing_does_not_divide_batch", "refuse", {}, {}, {"pack": 3}),
    ("packing_of_conditions", "refuse", {**PACKED, "condition": {}}, {"classes": TWO}, {}),
    ("batch_norm_of_one", "refuse", {"data__batch": 1}, {}, {"batch_norm": True}),
    ("batch_norm_of_one", "refuse", {"data__batch": 3}, {}, {"batch_norm": True, "pack": 3}),
    ("short_run", "note", {"length__kimg": 0.5}, {}, {}),
    ("no_autoencoder", "refuse", {"loss__name": "energy"}, {}, {}),
    ("slope_through_batch_norm", "refuse", SLOPED, {}, {"batch_norm": True}),
    ("part_of_another_kind", "refuse", {"terms": [{"name": "identity"}]}, {"shape": (2,)}, {}),
    ("game_without_gradient", "refuse", {}, {"shape": (12, 30), "kind": kind_named("text")}, {}),
    ("mixing_of_conditions", "refuse", {**MIXED, "condition": {}}, {"classes": TWO}, {}),
    ("bounded_scores", "refuse", {}, {}, {"reach": (0.1, 0.9)}),
    ("bounded_scores", "refuse", {}, {}, {"reach": (-0.9, 0.9), "bounded": True}),
    ("generator_range", "refuse", {}, {}, {"generator": (0.0, 1.0)}),
    ("generator_range", "refuse", {}, {}, {"generator": (0.0, 255.0)}),
    ("discriminator_outgrows_data", "warn", {}, {"count": 90}, {"parameters": 100_000}),
    ("generator_too_small", "warn", {"networks__generator": {"name": "mlp", "widths": [3]}}, {},
     {"of_generator": {"parameters": 4105, "narrowest": 3}}),
    ("generator_too_small", "warn", {"networks__generator": {"name": "lean", "width": 2}}, {},
     {"of_generator": {"parameters": 2227}}),
    ("generator_too_small", "warn", {}, {"shape": (2,)}, {"of_generator": {"narrowest": 3}}),
    ("generator_too_small", "warn", {"game__latent": 2}, {}, {}),
    ("too_few_class_heads", "refuse", {"condition": {}}, {"classes": TWO}, {"tables": (1,)}),
    ("sample_shape", "refuse", {}, {}, {"gives": (1, 28, 28)}),
    ("learns_nothing", "refuse", {}, {}, {"parameters": 0}),
    ("no_features", "refuse", {"terms": [{"name": "feature_matching"}]}, {}, {}),
    ("data_range", "refuse", {}, {"reach": (0.0, 255.0)}, {}),
    ("data_range", "warn", {}, {"reach": (0.0, 1.0)}, {}),
    ("data_range", "warn", {}, {"shape": (3,), "reach": (0.0, 5000.0)}, {}),
    ("few_images", "warn", {}, {"count": 700}, {}),
    ("few_images", "note", {}, {"count": 5000}, {}),
    ("few_images", "refuse", {}, {"count": 1}, {}),
    ("duplicates", "note", {}, {"distinct": 19_900}, {}),
    ("duplicates", "warn", {}, {"distinct": 15_000}, {}),
    ("class_imbalance", "note", {}, {"classes": {"cat": 900, "dog": 90}}, {}),
    ("class_imbalance", "warn", {"condition": {}}, {"classes": {"cat": 900, "dog": 90}}, {}),
    ("quantities", "note", {}, {"classes": AGES}, {}),
    ("quantities", "warn", {"condition": {}}, {"classes": AGES}, {}),
    ("condition_without_classes", "refuse", {"condition": {}}, {}, {}),
    ("corrupt_files", "warn", {}, {"skipped": 3}, {}),
    ("mixed_sizes", "note", {}, {"sizes": ((20, 20), (64, 64))}, {}),
    ("grey_as_colour", "note", {}, {"grey": True}, {}),
]  # fmt: skip


def case(changes: dict[str, Any], data: dict[str, Any], net: dict[str, Any]) -> Case:
    from dataclasses import replace

    net = dict(net)
    reach, gives = net.pop("generator", NETS["generator"].reach), net.pop("gives", ())
    size = net.pop("of_generator", {})
    nets = {
        "generator": replace(NETS["generator"], reach=reach, gives=gives, **size),
        "discriminator": replace(NETS["discriminator"], **net),
    }
    facts = {"kind": kind_of_shape(data.get("shape", IMAGES.shape))} | data
    return Case(recipe(**changes), replace(IMAGES, **facts), nets)


@pytest.mark.parametrize(("rule", "severity", "changes", "data", "net"), CASES)
def test_a_rule_finds_what_it_is_for(
    rule: str, severity: str, changes: dict[str, Any], data: dict[str, Any], net: dict[str, Any]
) -> None:
    found = [f for f in look(case(changes, data, net)) if f.rule == rule]
    assert [f.severity for f in found] == [severity]
    assert found[0].says
    assert found[0].fix
    assert found[0].reference
    json.dumps(found[0].as_dict())


def test_every_rule_has_a_case_here() -> None:
    tested = {rule for rule, *_ in CASES} | {"two_controllers_of_a_knob"}
    files = {
        "batches",
        "capacity",
        "consensus",
        "controllers",
        "data",
        "kinds",
        "networks",
        "objective",
        "own_networks",
        "packing",
        "unrolled",
    }
    here = {p.name for p in rules if p.builder.__module__.rpartition(".")[2] in files}
    assert here == tested


def test_a_plain_recipe_on_plain_data_raises_nothing() -> None:
    assert look(case({"length__kimg": 100}, {}, {})) == []


@pytest.mark.parametrize(("rule", "severity", "changes", "data", "net"), CASES)
def test_the_changes_that_a_finding_proposes_satisfy_its_rule(
    rule: str, severity: str, changes: dict[str, Any], data: dict[str, Any], net: dict[str, Any]
) -> None:
    needs_building = (
        "no_autoencoder",
        "slope_through_batch_norm",
        "grey_as_colour",
        "discriminator_outgrows_data",
        "generator_too_small",
    )
    for finding in look(case(changes, data, net)):
        if finding.rule == rule and finding.changes and rule not in needs_building:
            mended = {path.replace(".", "__"): value for path, value in finding.changes.items()}
            left = look(case({**changes, **mended}, data, net))
            assert (rule, severity) not in {(f.rule, f.severity) for f in left}


def test_few_images_weigh_less_where_the_recipe_augments_or_starts_from_a_run() -> None:
    for more in ({"augment": {"name": "ada"}}, {"transfer": {"run": "a"}}):
        for count, severity in ((1, ["refuse"]), (700, ["note"]), (5000, [])):
            found = look(case(more, {"count": count}, {}))
            assert [f.severity for f in found if f.rule == "few_images"] == severity


def grey_pictures(channels: int, count: int = 32) -> Data:
    pixels = np.random.default_rng(0).integers(0, 255, (count, 1, 16, 16), np.uint8)
    rows = Rows(pixels.repeat(channels, axis=1))
    return Data(rows, Rows(rows.values[:0]), (channels, 16, 16), (), "grey", "0")


class Ends(nn.Module):
    """A network with a given last layer."""

    def __init__(self, inputs: int, outputs: tuple[int, ...], last: nn.Module) -> None:
        super().__init__()
        self.layer, self.last, self.outputs = (
            nn.Linear(inputs, int(np.prod(outputs))),
            last,
            outputs,
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.layer(x.flatten(1))).reshape(-1, *self.outputs)


def test_probes_of_networks_see_a_sigmoid_and_leave_the_network_alone() -> None:
    data = grey_pictures(3)
    players = {
        "generator": Ends(4, (3, 16, 16), nn.Sigmoid()),
        "discriminator": Ends(3 * 256, (1,), nn.Sigmoid()),
    }
    players["discriminator"].last.eval()
    before = torch.get_rng_state()
    found = {f.rule for f in look(inspect(recipe(), data, players))}
    assert {"generator_range", "bounded_scores", "grey_as_colour"} <= found
    assert torch.equal(before, torch.get_rng_state())
    assert players["generator"].training
    assert not players["discriminator"].last.training


def test_a_generator_that_ends_in_tanh_and_a_plain_score_pass() -> None:
    players = {
        "generator": Ends(4, (1, 16, 16), nn.Tanh()),
        "discriminator": Ends(256, (1,), nn.Identity()),
    }
    found = {f.rule for f in look(inspect(recipe(), grey_pictures(1), players))}
    assert not found & {"generator_range", "bounded_scores", "grey_as_colour"}


class Times(nn.Module):
    def __init__(self, size: float, last: nn.Module) -> None:
        super().__init__()
        self.size, self.last = size, last

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.size * self.last(x)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (Times(255.0, nn.Sigmoid()), "never fall below 0"),
        (nn.ReLU(), "never fall below 0"),
        (Times(0.5, nn.Tanh()), "stay between -0.5 and 0.5"),
        (Times(2.0, nn.Tanh()), "run from -2 to 2"),
        (nn.Hardtanh(), ""),
        (nn.Identity(), ""),
        (nn.LeakyReLU(0.2), ""),
    ],
)
def test_a_generator_of_another_range_than_the_data_is_refused(last: nn.Module, told: str) -> None:
    players = {
        "generator": Ends(4, (1, 16, 16), last),
        "discriminator": Ends(256, (1,), nn.Identity()),
    }
    found = look(inspect(recipe(), grey_pictures(1), players))
    says = [finding.says for finding in found if finding.rule == "generator_range"]
    assert [told in line for line in says] == [True] * bool(told)


def test_a_discriminator_that_ends_in_tanh_is_refused_where_the_loss_takes_scores() -> None:
    critic = Ends(256, (1,), nn.Tanh())
    players = {"generator": Ends(4, (1, 16, 16), nn.Tanh()), "discriminator": critic}
    found = look(inspect(recipe(loss__name="hinge"), grey_pictures(1), players))
    assert "after a tanh" in next(f.says for f in found if f.rule == "bounded_scores")


def test_a_tanh_is_seen_where_huge_inputs_drive_it_to_one_end_only() -> None:
    torch.manual_seed(0)
    critic = Ends(256, (1,), nn.Sequential(nn.Softplus(), nn.Tanh()))
    nn.init.constant_(critic.layer.bias, -0.5)
    critic.last.insert(1, Times(-1.0, nn.Identity()))
    players = {"generator": Ends(4, (1, 16, 16), nn.Tanh()), "discriminator": critic}
    found = look(inspect(recipe(loss__name="hinge"), grey_pictures(1), players))
    assert "after a tanh" in next(f.says for f in found if f.rule == "bounded_scores")


def test_a_discriminator_whose_last_layer_starts_at_zero_is_no_sigmoid() -> None:
    critic = Ends(256, (1,), nn.Identity())
    nn.init.zeros_(critic.layer.weight)
    nn.init.constant_(critic.layer.bias, 0.3)
    players = {"generator": Ends(4, (1, 16, 16), nn.Tanh()), "discriminator": critic}
    assert "bounded_scores" not in {
        f.rule for f in look(inspect(recipe(), grey_pictures(1), players))
    }


@pytest.mark.parametrize("name", [n for n in sorted(shipped()) if Recipe.load(n).data.source])
def test_the_recipes_that_ship_are_sound_and_raise_no_warning(name: str) -> None:
    trial = try_recipe(name, None, {})
    assert trial.sound
    few = (
        {"few_images"} if name in ("few_shot", "modern", "stylegan2") else set()
    )  # that is their data
    assert {f.rule for f in trial.findings if f.severity != "note"} <= few


def test_check_prints_every_finding_and_fails_where_one_refuses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    changes = ("loss.name=wasserstein", "terms=[]", "optimizers.generator.lr=1e-6")
    with pytest.raises(RecipeError, match="bounded slope"):
        check("ring", set=changes, json=True)
    document = json.loads(capsys.readouterr().out)
    assert document["sound"] is False
    found = {(f["rule"], f["severity"]) for f in document["findings"]}
    assert {("wasserstein_without_lipschitz", "refuse"), ("rates_far_apart", "warn")} <= found


def test_data_that_cannot_be_opened_are_a_finding_too(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    with pytest.raises(RecipeError, match="cannot be used"):
        check("ring", set=(f"data.source={tmp_path}",), json=True)
    document = json.loads(capsys.readouterr().out)
    (found,) = document["findings"]
    assert not document["sound"]
    assert (found["rule"], found["severity"]) == ("corrupt_files", "refuse")
    assert found["changes"] == {}  # no share of unreadable files leaves any to train on


def test_warnings_go_into_the_journal_of_a_run(tmp_path: Any) -> None:
    from gansmith.runs.reader import read_run
    from tests.training.helpers import run_small

    run = run_small(tmp_path / "run", optimizers__generator__lr=1e-6, length__kimg=0.1)
    says = [e["says"] for e in read_run(run).journal if e["event"] == "note"]
    assert any("steps are 200 times smaller" in line for line in says)


def test_rules_read_the_embedded_data_as_sound() -> None:
    found = look(inspect(Recipe(), open_data("mnist", size=32)))
    assert not [f for f in found if f.severity != "note"]


def plain_critic(shape: tuple[int, ...], width: int = 1) -> nn.Module:
    return Ends(int(np.prod(shape)), (1,), nn.Identity())


def test_a_discriminator_of_your_own_that_labels_cannot_reach_is_told_so() -> None:
    own = f"{__name__}:plain_critic"
    changes = {"networks.discriminator.name": own, "condition.name": "labels"}
    with pytest.raises(RecipeError, match="Ends has no feature_width"):
        try_recipe("quickstart", None, changes)


class ToldCritic(nn.Module):
    """A discriminator that reads labels itself."""

    def __init__(self, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        self.layer = nn.Linear(int(np.prod(shape)), 8)
        self.classes, self.score = nn.Embedding(classes, 8), nn.Linear(8, 1)

    def forward(self, samples: torch.Tensor, condition: Condition | None = None) -> Critique:
        assert condition is not None
        features = self.layer(samples.flatten(1)).relu()
        agreement = (self.classes(condition["labels"]) * features).sum(1)
        return Critique(self.score(features).squeeze(1) + agreement, features)


class ToldGenerator(nn.Module):
    """A generator that reads labels itself."""

    def __init__(self, shape: tuple[int, ...], latent: int, classes: int) -> None:
        super().__init__()
        self.shape, self.classes = shape, nn.Embedding(classes, 4)
        self.layer = nn.Linear(latent + 4, int(np.prod(shape)))

    def forward(self, latent: torch.Tensor, condition: Condition | None = None) -> torch.Tensor:
        assert condition is not None
        both = torch.cat([latent, self.classes(condition["labels"]).to(latent.dtype)], 1)
        return self.layer(both).unflatten(1, self.shape)


def told_critic(shape: tuple[int, ...], *, classes: int = 5) -> nn.Module:
    return ToldCritic(shape, classes)


def told_generator(shape: tuple[int, ...], latent: int, *, classes: int = 5) -> nn.Module:
    return ToldGenerator(shape, latent, classes)


def test_networks_that_read_labels_themselves_need_room_for_every_class(tmp_path: Any) -> None:
    from tests.training.helpers import run_small

    changes: dict[str, Any] = {
        "networks.generator": {"name": f"{__name__}:told_generator"},
        "networks.discriminator": {"name": f"{__name__}:told_critic"},
        "condition.name": "labels",
    }
    trial = try_recipe("ring", None, changes)
    found = [f for f in trial.findings if f.rule == "too_few_class_heads"]
    assert [f.where for f in found] == ["networks.generator", "networks.discriminator"]
    assert "has room for 5 classes, but the data have 8" in found[0].says
    mends = {path: value for f in found for path, value in f.changes.items()}
    assert mends == {f"networks.{player}.classes": 8 for player in ("generator", "discriminator")}
    assert try_recipe("ring", None, changes | mends).sound
    words = {path.replace(".", "__"): value for path, value in (changes | mends).items()}
    run = run_small(tmp_path / "run", **words, length__kimg=0.1)
    assert gansmith.load(str(run)).sample(4, seed=0, label=7).shape == (4, 2)


def test_a_transfer_to_other_classes_is_noted() -> None:
    from dataclasses import replace

    here = replace(case({"condition": {}}, {"classes": TWO}, {}), known_classes=("a", "b", "c"))
    (found,) = [f for f in look(here) if f.rule == "classes_of_transfer"]
    assert "the run has 3 classes, the data have 2" in found.says
    same = replace(here, known_classes=("a", "b"))
    assert not [f for f in look(same) if f.rule == "classes_of_transfer"]
    (found,) = [f for f in look(replace(here, known_classes=("b", "c"))) if "transfer" in f.rule]
    assert "other names" in found.says


def test_a_width_that_is_proposed_leaves_no_more_parameters_than_the_data_have(
    tmp_path: Any,
) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (60, 3, 16, 16), np.uint8)
    np.savez(tmp_path / "few.npz", samples=pixels)
    for name in ("mlp", "sngan"):
        changes = {"networks.discriminator": {"name": name}}
        trial = try_recipe("quickstart", str(tmp_path / "few.npz"), changes)
        (found,) = [f for f in trial.findings if f.rule == "discriminator_outgrows_data"]
        again = try_recipe("quickstart", str(tmp_path / "few.npz"), {**changes, **found.changes})
        assert "discriminator_outgrows_data" not in {f.rule for f in again.findings}


def test_three_hidden_units_are_too_few_and_the_width_to_take_passes() -> None:
    small = {
        "networks.generator": {"name": "mlp", "widths": [3]},
        "networks.discriminator": {"name": "lean", "width": 8},
        "data.size": 16,
        "game.latent": 2,
    }
    (found,) = (f for f in try_recipe("quickstart", None, small).findings if "small" in f.rule)
    assert "passes on 3 numbers" in found.says
    assert found.changes["networks.generator.widths"] == [64]
    mended = try_recipe("quickstart", None, small | found.changes).findings
    assert not [f for f in mended if f.rule == "generator_too_small"]


def test_a_net_from_picture_to_picture_and_one_with_convolutions_may_be_narrow() -> None:
    assert not look(
        case({"length__kimg": 100}, {"inputs": (1, 32, 32)}, {"of_generator": {"narrowest": 3}})
    )
    from gansmith.runs.networks import describe_network

    squeeze = nn.Sequential(nn.Conv2d(1, 8, 3), nn.Linear(8, 2), nn.Linear(2, 8))
    assert "narrowest" not in describe_network(squeeze)
    dense = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 256))
    assert describe_network(dense) == {"class": "Sequential", "parameters": 1033, "narrowest": 3}

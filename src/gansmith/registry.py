"""The registries, one for each kind of part: which package holds them, what they declare."""

from typing import Any

from gansmith.doctor_facts import DetectorFacts, MeasurementFacts
from gansmith.facts import (
    AugmentationFacts,
    ConditionFacts,
    ConstraintFacts,
    ControllerFacts,
    DiscriminatorFacts,
    EncoderFacts,
    ExtractorFacts,
    GameFacts,
    GeneratorFacts,
    LossFacts,
    MetricFacts,
    NoFacts,
    OptimizerFacts,
    SourceFacts,
    TermFacts,
)
from gansmith.part import Part as Part
from gansmith.part import UnknownPartError as UnknownPartError
from gansmith.part_registry import Registry as Registry

kinds = Registry("kind", "gansmith.kinds", NoFacts, makes=("Kind",))
SOUND = ("rate", "seconds", "loudness", "allow_corrupt")
SOURCE_CONTEXT = (
    *("path", "seed", "labels", "strict", "kind", "columns", "rows", "target", "tokens"),
    "windows",
    *SOUND,
)
SOURCE_MAKES = ("Source", "Pictures", "Photographs", "Values")
sources = Registry(
    "source", "gansmith.data.sources", SourceFacts, SOURCE_CONTEXT, makes=SOURCE_MAKES
)
losses = Registry("loss", "gansmith.objectives.losses", LossFacts, makes=("AdversarialLoss",))
TERM_CONTEXT = ("feature_width", "classes", "codes", "players")
terms = Registry("term", "gansmith.objectives.terms", TermFacts, TERM_CONTEXT, makes=("Term",))
constraints = Registry(
    "constraint", "gansmith.objectives.constraints", ConstraintFacts, makes=("Constraint",)
)
GENERATOR_CONTEXT = ("shape", "latent", "inputs")
generators = Registry(
    "generator", "gansmith.networks", GeneratorFacts, GENERATOR_CONTEXT, makes=("Module",)
)
discriminators = Registry(
    "discriminator", "gansmith.networks", DiscriminatorFacts, ("shape",), makes=("Module",)
)
encoders = Registry(
    "encoder", "gansmith.networks", EncoderFacts, ("shape", "latent"), ("Module",), discriminators
)
NETWORKS: dict[str, Registry[Any]] = {r.kind: r for r in (generators, discriminators, encoders)}
GAME_CONTEXT = ("players", "loss", "terms", "latent", "shape", "augment", "optimizers")
GAME_MAKES = ("Game", "TwoPlayer", "Paired", "Cycle", "Consensus", "Extragradient", "Unrolled")
games = Registry("game", "gansmith.games", GameFacts, GAME_CONTEXT, makes=GAME_MAKES)
conditions = Registry(
    "condition", "gansmith.conditions", ConditionFacts, ("setting",), makes=("Conditioning",)
)
augmentations = Registry(
    "augmentation", "gansmith.augment", AugmentationFacts, makes=("Augmentation",)
)
OPTIMIZERS = "gansmith.training.optimizers"
optimizers = Registry(
    "optimizer", OPTIMIZERS, OptimizerFacts, ("parameters", "lr"), makes=("Optimizer",)
)
controllers = Registry(
    "controller", "gansmith.training.controllers", ControllerFacts, context=("start",)
)
EXTRACTOR_CONTEXT = ("reference", "device", "facts")
EXTRACTOR_MAKES = ("Extractor", "FixedExtractor")
extractors = Registry(
    "extractor", "gansmith.features", ExtractorFacts, EXTRACTOR_CONTEXT, EXTRACTOR_MAKES
)
METRIC_CONTEXT = ("real", "fake", "held_out", "centres", "sigma", "table", "trained")
metrics = Registry("metric", "gansmith.metrics", MetricFacts, context=METRIC_CONTEXT)
MEASUREMENTS = "gansmith.doctor.measurements"
measurements = Registry("measurement", MEASUREMENTS, MeasurementFacts, ("history",))
DETECTORS = "gansmith.doctor.detectors"
detectors = Registry("detector", DETECTORS, DetectorFacts, ("history",), makes=("Diagnosis",))

KINDS: dict[str, Registry[Any]] = {
    "kinds": kinds,
    "sources": sources,
    "losses": losses,
    "terms": terms,
    "constraints": constraints,
    "generators": generators,
    "discriminators": discriminators,
    "encoders": encoders,
    "games": games,
    "conditions": conditions,
    "augmentations": augmentations,
    "optimizers": optimizers,
    "controllers": controllers,
    "extractors": extractors,
    "metrics": metrics,
    "measurements": measurements,
    "detectors": detectors,
}

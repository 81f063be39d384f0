"""Name -> builder. A function's name is its name, its parameters are its options."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, overload

from pydantic import ConfigDict, ValidationError, create_model

from gansmith import imports
from gansmith.errors import GansmithError, suggest
from gansmith.reading import toml_tree
from gansmith.shown import path, value
from gansmith.wording import plainly

Builder = TypeVar("Builder", bound=Callable[..., Any])


class UnknownPartError(GansmithError, KeyError):
    """No part of that name; the message suggests the nearest."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Part:
    """One entry of a registry: a builder with its name, options and documentation.

    The fact ``wraps`` says that it takes the options of the part named by its option ``base`` too,
    which ``find`` gives.
    """

    kind: str
    name: str
    builder: Callable[..., Any]
    options: Mapping[str, inspect.Parameter]
    aliases: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    find: Callable[[str], "Part"] | None = None

    @property
    def doc(self) -> str:
        """The builder's docstring, cleaned."""
        return inspect.getdoc(self.builder) or ""

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return self.doc.split("\n", 1)[0]

    @property
    def reference(self) -> str:
        """The ``Reference:`` paragraph of the docstring, or an empty string."""
        found = re.search(r"^References?:\s*(.+?)(?:\n\s*\n|\Z)", self.doc, re.S | re.M)
        return " ".join(found.group(1).split()) if found else ""

    @property
    def formula(self) -> str:
        """The ``Formula:`` paragraph of the docstring, or an empty string."""
        found = re.search(r"^Formula:\s*(.+?)(?:\n\s*\n|\Z)", self.doc, re.S | re.M)
        return " ".join(found.group(1).split()) if found else ""

    def check_options(self, options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Coerce options to their declared types; return them and every problem found."""
        try:
            whole = self.with_base(options)
        except (UnknownPartError, imports.NotPermittedError) as error:
            return {}, [f"base: {error}"]
        return whole._check(options)

    def _check(self, options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        problems = [
            f"{path(name)}: {self.kind} '{self.name}' has no option {value(name)}{self._near(name)}"
            for name in options
            if name not in self.options
        ]
        known = {name: value for name, value in options.items() if name in self.options}
        missing = [
            f"{name}: {self.kind} '{self.name}' needs the option '{name}'"
            for name, parameter in self.options.items()
            if parameter.default is parameter.empty and name not in options
        ]
        try:
            checked = self._schema(known)(**known)
        except ValidationError as error:
            wrong = [f"{place}: {says}" for place, says in plainly(error.errors(), self._declared)]
            return {}, problems + missing + wrong
        return {name: getattr(checked, name) for name in known}, problems + missing

    def with_base(self, options: Mapping[str, Any]) -> "Part":
        """Return the part with the options of the one that it wraps, if it does, beside its own.

        Raises:
            UnknownPartError: there is no such part to wrap.
        """
        base = options.get("base")
        if not self.facts.get("wraps") or not isinstance(base, str) or self.find is None:
            return self
        return replace(self, options={**self.find(base).options, **self.options})

    def _near(self, name: str) -> str:
        return suggest(name, self.options) if self.options else " (it has none)"

    def _declared(self, place: str) -> Any:
        option = self.options.get(place.partition(".")[0])
        return Any if option is None else option.annotation

    def _schema(self, known: Mapping[str, Any]) -> Any:
        fields: dict[str, Any] = {
            name: (Any if p.annotation is p.empty else p.annotation, ...)
            for name, p in self.options.items()
            if name in known
        }
        config = ConfigDict(arbitrary_types_allowed=True)
        return create_model(f"{self.name}_options", __config__=config, **fields)


class Registry:
    """The parts of one kind, found by name, alias, or import path (``module:function``).

    Args:
        kind: the noun in the singular, for messages ("loss").
        package: where the parts live; imported on first use, so that a new file is enough.
        context: parameters that the library supplies; all others are the user's options.
        makes: names of the types that a builder returns: a function of the user's own that is
            annotated with one of them is declared as a part, and needs no decorator.
    """

    def __init__(
        self,
        kind: str,
        package: str,
        context: tuple[str, ...] = (),
        makes: tuple[str, ...] = (),
    ) -> None:
        self.kind, self.package, self.context, self.makes = kind, package, context, makes
        self._parts: dict[str, Part] = {}
        self._loaded = False

    @overload
    def add(self, builder: Builder) -> Builder: ...

    @overload
    def add(
        self, *, name: str = "", aliases: tuple[str, ...] = (), **facts: Any
    ) -> Callable[[Builder], Builder]: ...

    def add(
        self,
        builder: Builder | None = None,
        *,
        name: str = "",
        aliases: tuple[str, ...] = (),
        **facts: Any,
    ) -> Any:
        """Register a builder: bare as a decorator, or with a name, aliases and declared facts."""

        def register(builder: Builder) -> Builder:
            part = self._describe(builder, name or builder.__name__, aliases, facts)
            for word in (part.name, *aliases):
                if (
                    word in self._parts
                    and self._parts[word].builder.__module__ != builder.__module__
                ):
                    raise GansmithError(f"there is a {self.kind} named '{word}' already")
                self._parts[word] = part
            return builder

        return register(builder) if builder is not None else register

    def _describe(
        self,
        builder: Callable[..., Any],
        name: str,
        aliases: tuple[str, ...],
        facts: Mapping[str, Any],
    ) -> Part:
        parameters = inspect.signature(builder).parameters
        options = {
            n: p
            for n, p in parameters.items()
            if n not in self.context and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
        }
        return Part(self.kind, name, builder, options, aliases, facts, self.get)

    def get(self, name: str) -> Part:
        """Return the part of that name, alias or import path.

        Raises:
            UnknownPartError: nothing has that name; the message suggests the nearest.
            NotPermittedError: an import path that the user did not name themselves.
        """
        self._load()
        if name in self._parts:
            return self._parts[name]
        if ":" in name:
            return self._import(name)
        raise UnknownPartError(f"unknown {self.kind} {value(name)}{suggest(name, self._parts)}")

    def build(self, name: str, options: Mapping[str, Any] | None = None, **context: Any) -> Any:
        """Build the named part from options, and the context that its builder asks for.

        Raises:
            UnknownPartError: nothing has that name.
            ValueError: an option is unknown, of a wrong type or out of range.
        """
        part = self.get(name)
        checked, problems = part.check_options(options or {})
        if problems:
            raise ValueError("; ".join(problems))
        accepted = inspect.signature(part.builder).parameters
        wanted = {n: v for n, v in context.items() if n in accepted}
        return part.builder(**wanted, **checked)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return the builder of that name: ``losses.hinge(margin=1.0)``."""
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self.get(name).builder
        except (UnknownPartError, imports.NotPermittedError) as error:
            raise AttributeError(str(error)) from error

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names()]

    def __iter__(self) -> Iterator[Part]:
        self._load()
        seen = {part.name: part for part in self._parts.values()}
        return iter(sorted(seen.values(), key=lambda part: part.name))

    def names(self) -> list[str]:
        """Return the names of all parts, without aliases, sorted."""
        return [part.name for part in self]

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        package = importlib.import_module(self.package)
        if hasattr(package, "__path__"):
            for module in pkgutil.walk_packages(package.__path__, f"{self.package}."):
                importlib.import_module(module.name)

    def _import(self, path: str) -> Part:
        """Return a part of the user's own; only of permitted paths, and only if declared as one."""
        if not imports.permitted(path):
            raise imports.NotPermittedError(self.kind, path)
        try:
            builder = imports.load(path)
        except ImportError as error:
            raise UnknownPartError(f"{self.kind} '{path}' cannot be imported: {error}") from error
        added = next((part for part in self._parts.values() if part.builder is builder), None)
        if added:
            return added
        if not imports.declares(builder, self.makes):
            raise UnknownPartError(f"{self.kind} '{path}' is not declared as one; {self._how()}")
        return self._describe(builder, path, (), {})

    def _how(self) -> str:
        plural = next((name for name, kind in KINDS.items() if kind is self), f"{self.kind}s")
        annotated = f", or annotate what it returns: -> {self.makes[0]}" if self.makes else ""
        return f"put @gansmith.registry.{plural}.add before it{annotated}"


def parse_named(text: str) -> tuple[str, dict[str, Any]]:
    """Read a part with options in one line: ``inception:resize=clean,precision=bf16``.

    What is no number needs no quotes. Without an equals sign all of it is the name.

    Raises:
        ValueError: what follows the name is no list of options.
    """
    if "=" not in text:
        return text, {}
    name, _, rest = text.partition(":")
    quoted = re.sub(r"=\s*(?!(?:true|false|[\d.eE+-]+)\s*(?:,|$))([^\"',]+)", r"='\1'", rest)
    try:
        return name, toml_tree(re.sub(r",\s*(?=\w+\s*=)", "\n", quoted))
    except ValueError as error:
        raise ValueError(
            f"{value(rest)} is no list of options for {value(name)}; write them as in "
            f"inception:resize=clean,precision=bf16"
        ) from error


SOURCE_CONTEXT = ("path", "seed", "labels", "strict")
SOURCE_MAKES = ("Source", "Pictures", "Photographs", "Values")
sources = Registry("source", "gansmith.data.sources", SOURCE_CONTEXT, makes=SOURCE_MAKES)
losses = Registry("loss", "gansmith.objectives.losses", makes=("AdversarialLoss",))
TERM_CONTEXT = ("feature_width", "classes", "codes")
terms = Registry("term", "gansmith.objectives.terms", TERM_CONTEXT, makes=("Term",))
constraints = Registry("constraint", "gansmith.objectives.constraints", makes=("Constraint",))
GENERATOR_CONTEXT = ("shape", "latent", "inputs")
generators = Registry("generator", "gansmith.networks", GENERATOR_CONTEXT, makes=("Module",))
discriminators = Registry("discriminator", "gansmith.networks", ("shape",), makes=("Module",))
GAME_CONTEXT = ("players", "loss", "terms", "latent", "shape", "augment")
GAME_MAKES = ("Game", "TwoPlayer", "Paired", "Cycle", "Consensus", "Extragradient")
games = Registry("game", "gansmith.games", GAME_CONTEXT, makes=GAME_MAKES)
augmentations = Registry("augmentation", "gansmith.augment", makes=("Augmentation",))
OPTIMIZERS = "gansmith.training.optimizers"
optimizers = Registry("optimizer", OPTIMIZERS, ("parameters", "lr"), makes=("Optimizer",))
controllers = Registry("controller", "gansmith.training.controllers", context=("start",))
EXTRACTOR_CONTEXT = ("reference", "device")
EXTRACTOR_MAKES = ("Extractor", "FixedExtractor")
extractors = Registry("extractor", "gansmith.features", EXTRACTOR_CONTEXT, EXTRACTOR_MAKES)
METRIC_CONTEXT = ("real", "fake", "held_out", "centres", "sigma")
metrics = Registry("metric", "gansmith.metrics", context=METRIC_CONTEXT)
DETECTORS = "gansmith.doctor.detectors"
detectors = Registry("detector", DETECTORS, ("history",), makes=("Diagnosis",))

KINDS: dict[str, Registry] = {
    "sources": sources,
    "losses": losses,
    "terms": terms,
    "constraints": constraints,
    "generators": generators,
    "discriminators": discriminators,
    "games": games,
    "augmentations": augmentations,
    "optimizers": optimizers,
    "controllers": controllers,
    "extractors": extractors,
    "metrics": metrics,
    "detectors": detectors,
}

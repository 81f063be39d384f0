"""Name -> builder. A function's name is its name, its parameters are its options."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Generic, TypeVar, overload

from gansmith import imports
from gansmith.enforced import Check, enforced, signature_of
from gansmith.errors import GansmithError, suggest
from gansmith.part import Facts, Part, UnknownPartError
from gansmith.shown import value

Builder = TypeVar("Builder", bound=Callable[..., Any])


class Registry(Generic[Facts]):
    """The parts of one kind, found by name, alias, or import path (``module:function``).

    Args:
        kind: the noun in the singular, for messages ("loss").
        package: where the parts live; imported on first use, so that a new file is enough.
        record: what its parts may declare of themselves: a dataclass with a default for each fact.
        context: parameters that the library supplies; all others are the user's options.
        makes: names of the types that a builder returns: a function of the user's own that is
            annotated with one of them is declared as a part, and needs no decorator.
        bases: where the parts are found that its own wrap; absent: among themselves.
    """

    def __init__(
        self,
        kind: str,
        package: str,
        record: type[Facts],
        context: tuple[str, ...] = (),
        makes: tuple[str, ...] = (),
        bases: "Registry[Any] | None" = None,
    ) -> None:
        self.kind, self.package, self.record = kind, package, record
        self.context, self.makes, self.bases = context, makes, bases or self
        self._parts: dict[str, Part[Facts]] = {}
        self._loaded = False

    @overload
    def add(self, builder: Builder) -> Builder: ...

    @overload
    def add(
        self,
        *,
        name: str = "",
        aliases: tuple[str, ...] = (),
        check: Check | None = None,
        **facts: Any,
    ) -> Callable[[Builder], Builder]: ...

    def add(
        self,
        builder: Builder | None = None,
        *,
        name: str = "",
        aliases: tuple[str, ...] = (),
        check: Check | None = None,
        **facts: Any,
    ) -> Any:
        """Register a builder: bare as a decorator, or with a name, aliases and declared facts.

        From then on the builder refuses values outside the ranges of its signature, with
        ValueError, and so does reading a recipe.

        Args:
            builder: a function whose parameters are the part's options.
            name: what recipes call it, if not by the function's name.
            aliases: other names.
            check: a function of some of the options, by name, that raises ValueError where they
                disagree with each other; what concerns one number alone is its ``Range``.
            facts: what the part declares of itself, as the registry's record has it.

        Raises:
            GansmithError: the name is taken, or there is no such fact.
        """
        known = self._facts(facts)

        def register(builder: Builder) -> Builder:
            builder = enforced(builder, check)
            part = self._describe(builder, name or builder.__name__, known, aliases, check)
            for word in (part.name, *aliases):
                if (
                    word in self._parts
                    and self._parts[word].builder.__module__ != builder.__module__
                ):
                    raise GansmithError(f"there is a {self.kind} named '{word}' already")
                self._parts[word] = part
            return builder

        return register(builder) if builder is not None else register

    def _facts(self, facts: Mapping[str, Any]) -> Facts:
        known = [field.name for field in fields(self.record)]  # type: ignore[arg-type]
        unknown = next((word for word in facts if word not in known), None)
        if unknown is not None:
            near = suggest(unknown, known) if known else " (it has none)"
            raise GansmithError(f"a {self.kind} has no fact {value(unknown)}{near}")
        return self.record(**facts)

    def _describe(
        self,
        builder: Callable[..., Any],
        name: str,
        facts: Facts,
        aliases: tuple[str, ...] = (),
        check: Check | None = None,
    ) -> Part[Facts]:
        parameters = signature_of(builder).parameters
        options = {
            n: p
            for n, p in parameters.items()
            if n not in self.context and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
        }
        return Part(self.kind, name, builder, options, facts, aliases, check, self.bases.get)

    def get(self, name: str) -> Part[Facts]:
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
        """Build the named part from options, and the context that its builder needs.

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

    def __iter__(self) -> Iterator[Part[Facts]]:
        self._load()
        seen = {part.name: part for part in self._parts.values()}
        return iter(sorted(seen.values(), key=lambda part: part.name))

    def names(self) -> list[str]:
        """Return the names of all parts, without aliases, sorted."""
        return [part.name for part in self]

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True  # parts need other parts of their kind while they are imported
        try:
            package = importlib.import_module(self.package)
            if hasattr(package, "__path__"):
                for module in pkgutil.walk_packages(package.__path__, f"{self.package}."):
                    importlib.import_module(module.name)
        except BaseException:
            self._loaded = False  # a registry is whole or says what it misses, every time
            raise

    def _import(self, path: str) -> Part[Facts]:
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
        return self._describe(builder, path, self.record())

    def _how(self) -> str:
        plural = f"{self.kind}es" if self.kind.endswith("s") else f"{self.kind}s"
        annotated = f", or annotate what it returns: -> {self.makes[0]}" if self.makes else ""
        return f"put @gansmith.registry.{plural}.add before it{annotated}"

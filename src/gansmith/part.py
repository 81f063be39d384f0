"""One entry of a registry: a builder with its options, their ranges, its facts and its papers."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import ConfigDict, ValidationError, create_model

from gansmith import imports
from gansmith.enforced import Check, option_errors
from gansmith.errors import GansmithError, suggest
from gansmith.ranges import Range, range_of
from gansmith.shown import path, value
from gansmith.wording import plainly

Facts = TypeVar("Facts")


class UnknownPartError(GansmithError, KeyError):
    """No part of that name; the message suggests the nearest."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Part(Generic[Facts]):
    """One entry of a registry: a builder with its name, options and documentation.

    The fact ``wraps`` says that it takes the options of the part named by its option ``base`` too,
    which ``find`` gives. ``check`` raises ValueError where options disagree with each other.
    """

    kind: str
    name: str
    builder: Callable[..., Any]
    options: Mapping[str, inspect.Parameter]
    facts: Facts
    aliases: tuple[str, ...] = ()
    check: Check | None = None
    find: Callable[[str], "Part[Facts]"] | None = None

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

    @property
    def ranges(self) -> dict[str, Range]:
        """The declared range of each option that has one."""
        found = {name: range_of(option.annotation) for name, option in self.options.items()}
        return {name: declared for name, declared in found.items() if declared}

    def check_options(self, options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Coerce options to their declared types; return them and every problem found.

        What is of a wrong type or unknown begins with its name and a colon; what is out of its
        range, or disagrees with another option, is a sentence of its own.
        """
        checked, problems = self.check_types(options)
        return checked, problems + self.refusals(checked)

    def check_types(self, options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Coerce options to their declared types; return them and what does not fit or exist."""
        try:
            whole = self.with_base(options)
        except (UnknownPartError, imports.NotPermittedError) as error:
            return {}, [f"base: {error}"]
        return whole._check(options)

    def refusals(self, options: Mapping[str, Any]) -> list[str]:
        """Return a sentence for each option out of its range, or else how options disagree."""
        whole = self.with_base(options)
        return [str(error) for error in option_errors(whole.options, options, self.check)]

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

    def with_base(self, options: Mapping[str, Any]) -> "Part[Facts]":
        """Return the part with the options of the one that it wraps, if it does, beside its own.

        Raises:
            UnknownPartError: there is no such part to wrap.
        """
        base = options.get("base")
        if (
            not getattr(self.facts, "wraps", False)
            or not isinstance(base, str)
            or self.find is None
        ):
            return self
        return replace(self, options={**self.find(base).options, **self.options})

    def _near(self, name: str) -> str:
        former = getattr(self.facts, "former", {})
        if name in former:
            return f" any more; {former[name]}"
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

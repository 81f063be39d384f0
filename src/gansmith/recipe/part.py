"""What the recipe is made of: tables that know their keys, and parts with options of their own."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from gansmith.named import parse_named


class Section(BaseModel):
    """A table of the recipe: frozen, and nothing in it that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(Section):
    """A part by name (or import path ``module:function``) with its own options beside it."""

    model_config = ConfigDict(frozen=True, extra="allow")
    name: str

    @property
    def options(self) -> dict[str, Any]:
        """The part's options."""
        return dict(self.model_extra or {})


def _from_line(value: Any) -> Any:
    """Read an extractor as one line, ``"inception:resize=clean"``; a table stays as it is."""
    if not isinstance(value, str):
        return value
    name, options = parse_named(value)
    return {**options, "name": name}


def _as_line(part: Part | None) -> str | dict[str, Any] | None:
    return part if part is None else part.name if not part.options else part.model_dump()


Extractor = Annotated[Part | None, BeforeValidator(_from_line), PlainSerializer(_as_line)]

"""The API in words of OpenAPI 3.1, with what this run can be asked."""

from typing import Any

from gansmith.deploy.loaded import LoadedGenerator
from gansmith.version import __version__
from gansmith.web.play.wishes import FAR, MOST, SEEDS

JSON = "application/json"


def schema_of(loaded: LoadedGenerator) -> dict[str, Any]:
    """Return the schema."""
    paths: dict[str, Any] = {"/health": {"get": _answers("Whether it is there, and how busy.")}}
    if loaded.inputs is None:
        body = {JSON: {"schema": {"type": "object", "properties": _fields(loaded)}}}
        paths["/sample"] = {"post": _answers("Make samples.") | {"requestBody": {"content": body}}}
    else:
        image = {"image/*": {"schema": {"type": "string", "format": "binary"}}}
        about = _answers("Translate the image that is the body.")
        paths["/translate"] = {"post": about | {"requestBody": {"content": image}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"gansmith serve {loaded.run}", "version": __version__},
        "paths": paths,
    }


def _fields(loaded: LoadedGenerator) -> dict[str, Any]:
    classes: dict[str, Any] = {"enum": [*loaded.classes]} if loaded.classes else {}
    numbers = {"type": "object", "additionalProperties": {"type": "number"}}
    return {
        "count": {"type": "integer", "minimum": 1, "maximum": MOST, "default": 1},
        "seed": {"type": "integer", "minimum": 0, "maximum": SEEDS, "default": 0},
        "to_seed": {"type": "integer", "description": "go from seed to this one, along a sphere"},
        "at": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
        "label": {"description": "of all samples: name or number of a class", **classes},
        "labels": {"type": "array", "description": "one for each sample"},
        "text": {"type": "string", "description": "for a run that is conditioned on text"},
        "codes": numbers | {"description": "value by number of the code"},
        "condition": {"type": "object", "description": "any other condition, by its name"},
        "truncation": {"type": "number", "minimum": -1, "maximum": 2, "default": 1},
        "directions": numbers | {"description": f"standard deviations, at most {FAR:g}"},
        "format": {"enum": ["json", *loaded.kind.written], "default": "json"},
    }


def _answers(says: str) -> dict[str, Any]:
    errors = {"400": "a wrong request", "413": "too large", "429": "too fast", "503": "too busy"}
    return {
        "summary": says,
        "responses": {
            "200": {"description": "done"},
            **{
                code: {"description": f"{why}; the body says what is wrong"}
                for code, why in errors.items()
            },
        },
    }

"""What an operation reads from its request: texts of the path, and the model of its query or of its body.

The signature of its function declares them, and :class:`Parameters` reads them; the document describes the same
signature. FastAPI would read them, too, but to load it takes as long as everything else that a sandbox needs.
"""

import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from starlette.datastructures import QueryParams

from pb2b_notebook.sandbox.core.validation import validate


@dataclass(frozen=True)
class Path:
    """Marks a parameter that is a part of the path: ``Annotated[str, Path("Key of the field.", example="tier")]``.

    Attributes:
        description: Description for the document.
        example: Example for the document.
        alias: Its name in the path, if the function calls it otherwise.
    """

    description: str
    example: str
    alias: str | None = None


@dataclass(frozen=True)
class Query:
    """Marks the model of the query parameters: ``Annotated[LeadQuery, Query()]``."""


class _Model(NamedTuple):
    """A parameter of a function that takes a model."""

    name: str
    model: type[BaseModel]


@dataclass(frozen=True)
class Parameters:
    """The parameters of one operation.

    Attributes:
        path: Name of each parameter that takes a part of the path, and how the path names it.
        query: Parameter that takes the query, if the operation has one.
        body: Parameter that takes the body, if the operation has one.
    """

    path: Mapping[str, tuple[str, Path]]
    query: _Model | None
    body: _Model | None

    @classmethod
    def of(cls, endpoint: Callable[..., Any]) -> "Parameters":
        """Return what the signature of a function declares."""
        path: dict[str, tuple[str, Path]] = {}
        query = body = None
        for name, hint in get_type_hints(endpoint, include_extras=True).items():
            kind, marker = get_args(hint)[:2] if get_origin(hint) is Annotated else (hint, None)
            if isinstance(marker, Path):
                path[name] = (marker.alias or name, marker)
            elif isinstance(marker, Query):
                query = _Model(name, kind)
            elif inspect.isclass(kind) and issubclass(kind, BaseModel):
                body = _Model(name, kind)
        return cls(path, query, body)

    @cached_property
    def known(self) -> Mapping[str, bool]:
        """The query parameters, and whether each takes several values."""
        fields = self.query.model.model_fields if self.query else {}
        return {name: _is_list(field.annotation) for name, field in fields.items()}

    def read(self, path: Mapping[str, str], query: QueryParams, body: Any) -> dict[str, Any]:
        """Return the arguments for the function.

        Raises:
            Problem: 422 with one detail per field.
        """
        arguments: dict[str, Any] = {name: path[in_path] for name, (in_path, _) in self.path.items()}
        if self.query is not None:
            given = {
                name: query.getlist(name) if is_list else query[name]
                for name, is_list in self.known.items()
                if name in query
            }
            arguments[self.query.name] = validate(self.query.model, given)
        if self.body is not None:
            arguments[self.body.name] = validate(self.body.model, body, from_attributes=True)
        return arguments


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _is_list(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return any(_is_list(part) for part in get_args(annotation))
    return origin is list

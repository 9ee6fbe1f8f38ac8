"""The parameters of lists: declared once, as pydantic models, with the SQL of each filter.

A filter is a field whose metadata holds a :class:`Filter`. A new list needs only a subclass of :class:`ListQuery` with
its own fields.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from pb2b_notebook.openapi import instants
from pb2b_notebook.openapi.text_patterns import WORD
from pb2b_notebook.sandbox.core.listing import Condition

T = TypeVar("T")
LONGEST_PAGE = 500
MOST_IDS = 100
MOST_VALUES = 100


def _instant(text: object) -> str:
    try:
        return instants.normalize_bound(str(text))
    except ValueError:
        message = "use an ISO 8601 time with a zone, such as 2026-03-10T12:00:00Z; encode + as %2B"
        raise ValueError(message) from None


def _page_size(text: object) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", str(text)) or not 1 <= int(str(text)) <= LONGEST_PAGE:
        raise ValueError(f"use a whole number from 1 to {LONGEST_PAGE}")
    return int(str(text))


def _flag(text: object) -> bool:
    if text not in ("true", "false"):
        raise ValueError("use true or false")
    return text == "true"


def _split_commas(values: list[str]) -> list[str]:
    return [item for value in values for item in value.split(",")]


Text = Annotated[str, StringConstraints(min_length=1, max_length=320)]
SearchText = Annotated[str, StringConstraints(min_length=1, max_length=320, pattern=WORD)]
Instant = Annotated[str, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
PageSize = Annotated[
    int, BeforeValidator(_page_size), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE})
]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Ids = Annotated[
    list[Text],
    BeforeValidator(_split_commas),
    Field(max_length=MOST_IDS),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "maxLength": 320, "pattern": "^[^,]+$"},
            "minItems": 1,
            "maxItems": MOST_IDS,
        }
    ),
]


Values = Annotated[list[T], Field(max_length=MOST_VALUES)]
Texts = Values[Text]


class Filter(ABC):
    """The condition that a parameter puts on a row."""

    @abstractmethod
    def condition(self, value: Any) -> Condition:
        """Return the condition in SQL."""


@dataclass(frozen=True)
class AnyOf(Filter):
    """The column equals one of the values; both are folded the same way."""

    column: str
    fold: Callable[[str], str] = str

    def condition(self, value: list[str]) -> Condition:
        """``column IN (…)``."""
        marks = ", ".join("?" * len(value))
        return Condition(f"{self.column} IN ({marks})", tuple(self.fold(item) for item in value))


@dataclass(frozen=True)
class Equals(Filter):
    """The column equals the value."""

    column: str

    def condition(self, value: str) -> Condition:
        """``column = ?``."""
        return Condition(f"{self.column} = ?", (value,))


@dataclass(frozen=True)
class Bound(Filter):
    """The column, an instant, is after the value (``>``) or at most the value (``<=``)."""

    column: str
    operator: Literal[">", "<="]

    def condition(self, value: str) -> Condition:
        """``column > ?`` or ``column <= ?``."""
        return Condition(f"{self.column} {self.operator} ?", (value,))


@dataclass(frozen=True)
class Holds(Filter):
    """The JSON list at ``path`` of the document contains one of the values."""

    path: str

    def condition(self, value: list[str]) -> Condition:
        """``EXISTS (… json_each …)``."""
        marks = ", ".join("?" * len(value))
        return Condition(
            f"EXISTS (SELECT 1 FROM json_each(doc, ?) WHERE value IN ({marks}))",  # noqa: S608 - only placeholders
            (self.path, *value),
        )


@dataclass(frozen=True)
class Words(Filter):
    """The column, folded text, contains every word of the value."""

    column: str
    fold: Callable[[str], str]

    def condition(self, value: str) -> Condition:
        """``instr(column, ?) > 0 AND …``."""
        words = self.fold(value).split()
        # Text without a word, such as a control character, matches nothing.
        sql = " AND ".join(f"instr({self.column}, ?) > 0" for _ in words) or "0"
        return Condition(sql, tuple(words))


@dataclass(frozen=True)
class Present(Filter):
    """The column has a value, or is null."""

    column: str

    def condition(self, value: bool) -> Condition:
        """``column IS NOT NULL`` or ``column IS NULL``."""
        return Condition(f"{self.column} IS {'NOT ' if value else ''}NULL")


Order = Literal["updated_at.asc", "updated_at.desc"]


class ListQuery(BaseModel):
    """The parameters that every list takes."""

    model_config = ConfigDict(defer_build=True)  # until the first request for a list of its kind

    updated_after: Annotated[Instant | None, Bound("updated_at", ">")] = Field(
        None, description="Only objects changed after this instant; the bound itself is excluded."
    )
    updated_before: Annotated[Instant | None, Bound("updated_at", "<=")] = Field(
        None, description="Only objects last changed up to this instant; the bound itself is included."
    )
    created_after: Annotated[Instant | None, Bound("created_at", ">")] = Field(
        None, description="Only objects created after this instant; the bound itself is excluded."
    )
    created_before: Annotated[Instant | None, Bound("created_at", "<=")] = Field(
        None, description="Only objects created up to this instant; the bound itself is included."
    )
    ids: Annotated[Ids | None, AnyOf("id")] = Field(
        None, description="Only the objects with these ids, at most 100, separated by commas."
    )
    order: Order = Field("updated_at.asc", description="Order by updated_at, ties by id in the same direction.")
    limit: PageSize = Field(100, description="Objects on a page.")
    cursor: Text | None = Field(
        None,
        description="The `pagination.next_cursor` of the previous page. It is opaque, bound to all other parameters "
        "except limit and include_total, and expires after 24 hours.",
    )
    include_total: Flag = Field(False, description="Count the objects of all pages, as `pagination.total`.")

    def conditions(self) -> Iterator[Condition]:
        """Yield the conditions of the filters in the request."""
        for name, described in type(self).model_fields.items():
            value = getattr(self, name)
            for filter_ in described.metadata:
                if isinstance(filter_, Filter) and value is not None:
                    yield filter_.condition(value)

"""Build the signature and the docstring of a call from the contract in use. Pure."""

from __future__ import annotations

import inspect
import keyword
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

from pb2b_notebook.api.calls.binding import unknown_argument
from pb2b_notebook.api.calls.identifiers import REFERENCES
from pb2b_notebook.api.calls.options import OPTIONS
from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.lists.parameters import CURSORS, PAGE_SIZES
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.openapi.operations import Operation, Parameter

# The words that signatures use.
Choice = TypeVar("Choice")
AnyOf: TypeAlias = Choice | Iterable[Choice]
Time = str | date | datetime
Texts = str | Iterable[str]
Fields = Mapping[str, Any]
Id = str | Record
Returns = Literal["frame", "pages", "count"]

OPTION_TYPES: Final = {
    "frame": "FrameName | None", "columns": "Sequence[str] | None", "limit": "int | None", "page_size": "int | None",
    "parallel": "int | None", "flat": "bool | None", "progress": "bool | None", "cached": "bool | None",
    "max_age": "Time | None", "refresh": "bool | None",
}  # fmt: skip
OPTION_TEXTS: Final = {
    "frame": 'Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace\'s.',
    "columns": "Columns to return, in this order; by default all.",
    "limit": "Most rows to return, newest first; by default all, oldest change first.",
    "page_size": "Rows per request, 1 to 500.",
    "parallel": "Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.",
    "flat": "Whether to return each list as one text, for tools that do not support lists.",
    "progress": "Whether to show a bar on a long read.",
    "cached": "Whether to read from the mirror on this machine, which is filled first if it is empty.",
    "max_age": 'Read from the mirror, after reading what changed if it is older than this, such as "15m".',
    "refresh": "Whether to read from the mirror after reading what changed.",
}
_KEY_TEXTS: Final = {
    "idempotency_key": "Your own key; sending twice with the same key takes effect once.",
    "again": "Whether to send it even if the same was done within 24 hours; otherwise the first result is returned, "
    "with a notice and without a request.",
}
_LEFT_OUT: Final[dict[Returns, frozenset[str]]] = {
    "frame": frozenset(),
    "pages": frozenset({"progress", "parallel", "cached", "max_age", "refresh"}),
    "count": frozenset(OPTIONS),
}
"""Options of a whole list that its pages, or its count, do not take."""
_ENDINGS: Final[dict[Returns, str]] = {
    "frame": "",
    "pages": ", page by page, in bounded memory",
    "count": " in one request, where the service gives a total",
}
# Parameters that a list sets itself.
_HIDDEN: Final = frozenset({*CURSORS, *PAGE_SIZES, "include_total"})
_COMMON: Final = frozenset({"updated_after", "updated_before", "created_after", "created_before", "ids", "order"})
_OF_VALUES: Final = ("values", "field_values", "given_values")
_MOST_CHOICES: Final = 12  # more would make the signature unreadable
_WIDTH: Final = 112
_TIMES: Final = ' Times are datetimes, dates, ISO text, "7d" or "monday".'


class Annotation(str):
    """A type as text that is shown without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class NotGiven:
    """The default of a field that stays out of the body: ``None`` would clear it."""

    def __repr__(self) -> str:
        return "..."


NOT_GIVEN: Final = NotGiven()


class Extra(NamedTuple):
    """An optional keyword of a verb that is ours, not the contract's.

    Attributes:
        name: Name of the keyword.
        kind: Type of its value, as text.
        text: Description for the docstring.
    """

    name: str
    kind: str
    text: str


@dataclass(frozen=True)
class Shape:
    """How an operation is called.

    Attributes:
        name: Name of the call in messages, such as ``leads.list``.
        signature: Signature for users and tools.
        leading: Python name → name in the contract of the positional parameters, in order.
        known: Every keyword that is accepted.
        values: Name of the dict of fields that may follow the positional arguments; empty where none may.
        text: Docstring.
    """

    name: str
    signature: inspect.Signature
    leading: Mapping[str, str]
    known: frozenset[str]
    values: str
    text: str

    def arguments(self, positions: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments by their names in the contract, with options and idempotency.

        Raises:
            InvalidParameterError: There are too many positional arguments, or a keyword is unknown, missing or given
                twice.
        """
        for name in keywords:
            if name not in self.known:
                raise unknown_argument(self.name, name, self.known)
        names = [*self.leading, *([self.values] if self.values else [])]
        if len(positions) > len(names):
            most = f"at most {len(names)}" if names else "no arguments"
            raise InvalidParameterError(
                f"{self.name} takes {most} by position; pass the others by name", repair=f"{self.name}{self._example()}"
            )
        given = dict(zip(names, positions, strict=False))
        for name in given.keys() & keywords.keys():
            raise InvalidParameterError(f"{self.name}: {name!r} is given twice", repair="give it once")
        given |= keywords
        self._check_complete(given)
        values = _values(given.pop(self.values, None), self.name) if self.values else {}
        # None means "not given" for a filter; for a field of a body it clears the field.
        return {**values, **{self.leading.get(name, name): value for name, value in given.items()}}

    def _check_complete(self, given: Mapping[str, Any]) -> None:
        for parameter in self.signature.parameters.values():
            if parameter.default is parameter.empty and given.get(parameter.name) is None:
                raise InvalidParameterError(
                    f"{self.name} needs {parameter.name!r}", repair=f"{self.name}{self._example()}"
                )

    def _example(self) -> str:
        first = [p for p in self.signature.parameters.values() if p.default is p.empty]
        shown = [f"{p.name}=…" if p.kind is p.KEYWORD_ONLY else p.name for p in first]
        more = next((p.name for p in self.signature.parameters.values() if p not in first), None)
        return f"({', '.join([*shown, *([f'{more}=…'] if more and not shown else [])])})"


def shape(
    operation: Operation,
    name: str,
    *,
    leading: Mapping[str, str] = MappingProxyType({}),
    optional: Collection[str] = (),
    extras: Sequence[Extra] = (),
    returns: Returns = "frame",
    id_type: str = "Id",
    note: str = "",
) -> Shape:
    """Return how to call an operation.

    Args:
        operation: Operation of the contract in use.
        name: Name of the call.
        leading: Further positional parameters, Python name → name in the contract.
        optional: Those of them that may be left out.
        extras: Further keywords.
        returns: What a list returns: one frame, its pages one by one, or the number of its objects.
        id_type: Type of the path's id, as text.
        note: Paragraph of the docstring about what the contract does not say.
    """
    first = {**{name: name for name in operation.path_parameters}, **leading}
    parameters = [_positional(operation, p, n, id_type, optional=p in optional) for p, n in first.items()]
    required = {p.name for p in operation.body_parameters if p.required}
    # A field of the body may have this name itself.
    values = next(name for name in _OF_VALUES if name not in operation.body) if operation.body and not required else ""
    if values:
        parameters.append(_parameter(values, "Fields | None", None, positional=True))
    rest = [p for p in _rest(operation) if p.name not in first.values()]
    rest.sort(key=lambda p: not p.required)
    parameters += [_keyword(p) for p in rest if _writable(p.name)]
    parameters += [_parameter(extra.name, f"{extra.kind} | None", None) for extra in extras]
    if operation.custom_filters:
        parameters.append(_parameter("custom", "Fields | None", None))
    options = _options(operation, returns=returns)
    parameters += [_parameter(o, OPTION_TYPES[o], None) for o in options if o in OPTION_TYPES]
    if operation.idempotent:
        parameters.append(_parameter("idempotency_key", "str | None", None))
        parameters.append(_parameter("again", "bool", False))
    answer = _answer(operation, returns=returns)
    signature = inspect.Signature(parameters, return_annotation=Annotation(answer))
    known = {p.name for p in parameters} | {p.name for p in rest} | set(options)
    text = _text(operation, signature, first, extras, returns=returns, note=note)
    return Shape(name, signature, first, frozenset(known), values, text)


def _rest(operation: Operation) -> list[Parameter]:
    queries = [p for p in operation.parameters if p.location == "query"]
    shown = [p for p in queries if not (operation.many and p.name in _HIDDEN)]
    shown.sort(key=lambda p: p.name in _COMMON)  # parameters of this list only come first
    return [*shown, *operation.body_parameters]


def _options(operation: Operation, *, returns: Returns) -> tuple[str, ...]:
    if not operation.many:
        return ()
    if operation.mutates:
        return ("frame", "columns")
    return tuple(o for o in OPTIONS if o not in _LEFT_OUT[returns])


def _writable(name: str) -> bool:
    """Whether a name can be a keyword argument in Python; others are passed as ``**{name: value}``."""
    return name.isidentifier() and not keyword.iskeyword(name)


def _positional(operation: Operation, python: str, name: str, id_type: str, *, optional: bool) -> inspect.Parameter:
    found = operation.parameter(name)
    kind = id_type if found is None or found.location == "path" or name in REFERENCES else "str"
    if found is not None and found.repeatable:
        kind = f"AnyOf[{kind}]"
    if optional:
        return _parameter(python, f"{kind} | None", None, positional=True)
    return _parameter(python, kind, inspect.Parameter.empty, positional=True)


def _keyword(parameter: Parameter) -> inspect.Parameter:
    if parameter.location == "query":
        return _parameter(parameter.name, f"{_query_type(parameter)} | None", None)
    default = inspect.Parameter.empty if parameter.required else NOT_GIVEN
    return _parameter(parameter.name, _body_type(parameter), default)


def _parameter(name: str, annotation: str, default: Any, *, positional: bool = False) -> inspect.Parameter:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD if positional else inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=Annotation(annotation))


def _query_type(parameter: Parameter) -> str:
    item = _scalar_type(parameter)
    if parameter.name == "ids":
        return "Texts"
    if not parameter.repeatable:
        return item
    return "Texts" if item == "str" else f"AnyOf[{item}]"


def _body_type(parameter: Parameter) -> str:
    item = _scalar_type(parameter)
    full = f"Sequence[{item}]" if parameter.repeatable else item
    return f"{full} | None" if parameter.nullable else full


def _scalar_type(parameter: Parameter) -> str:
    if 0 < len(parameter.choices) <= _MOST_CHOICES:
        quoted = ", ".join(f'"{choice}"' for choice in parameter.choices)
        return f"Literal[{quoted}]"
    return {
        "text": "str",
        "integer": "int",
        "number": "float",
        "boolean": "bool",
        "datetime": "Time",
        "date": "Time",
        "texts": "Sequence[str]",
        "record": "Fields",
        "records": "Sequence[Fields]",
        "custom": "Fields",
    }.get(parameter.kind, "Any")


def _answer(operation: Operation, *, returns: Returns) -> str:
    if not operation.many:
        return "Record"
    return {"frame": "DataFrame", "pages": "Iterator[DataFrame]", "count": "int"}[returns]


def _values(values: Any, name: str) -> dict[str, Any]:
    """Return the fields of one object, given as a dict."""
    given = {} if values is None else values
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        many = "; for many rows use ws.leads.bulk_upsert(rows=[…])" if name.startswith("leads.") else ""
        raise InvalidParameterError(
            f"{name}: the fields of one object are a dict by name, not {type(values).__name__}",
            repair=f"pass {{field: value}} or field=value{many}",
        )
    return dict(given)


def _text(
    operation: Operation,
    signature: inspect.Signature,
    leading: Mapping[str, str],
    extras: Sequence[Extra],
    *,
    returns: Returns,
    note: str,
) -> str:
    summary = operation.summary or operation.id
    detail = operation.description.strip()
    what = f"Count {summary.partition(' ')[2]}" if returns == "count" else summary
    parts = [f"{what}{_ENDINGS[returns]}."]
    if detail and detail.rstrip(".") != summary:
        parts.append(_fill(detail))
    if note:
        parts.append(_fill(note))
    basis = "documented publicly" if operation.documented else "our reconstruction"
    scopes = f", scope {', '.join(operation.scopes)}" if operation.scopes else ""
    parts.append(f"``{operation.method} {operation.path}``{scopes}; {basis}.")
    arguments = _argument_texts(operation, signature, leading, {extra.name: extra.text for extra in extras})
    if arguments:
        lines = [_fill(f"{name}: {text}", "    ", "        ") for name, text in arguments]
        parts.append("\n".join(["Args:", *lines]))
    parts.append("\n".join(["Returns:", _fill(_answer_text(operation, returns=returns), "    ", "    ")]))
    parts.append("\n".join(["Raises:", *_error_texts(operation)]))
    return "\n\n".join(parts)


def _argument_texts(
    operation: Operation, signature: inspect.Signature, leading: Mapping[str, str], ours: Mapping[str, str]
) -> list[tuple[str, str]]:
    known = {p.name: p for p in (*operation.parameters, *operation.body_parameters)}
    known = {n: p for n, p in known.items() if not (operation.many and n in OPTION_TEXTS)}
    return [
        (name, text)
        for name in signature.parameters
        if (text := ours.get(name) or _argument_text(name, known.get(leading.get(name, name)), leading))
    ]


def _argument_text(name: str, parameter: Parameter | None, leading: Mapping[str, str]) -> str:
    if parameter is None:
        return {
            **OPTION_TEXTS,
            **_KEY_TEXTS,
            "custom": 'Filters on custom fields, by key: ``custom={"tier": "gold"}``.',
            **dict.fromkeys(_OF_VALUES, "Values by field name; they may also be keywords."),
        }.get(name, "")
    if parameter.location == "path":
        return "Id of the object, or the object itself." if name in leading and name == "id" else parameter.description
    text = parameter.description.replace(", separated by commas", "")
    if parameter.location == "query" and parameter.kind == "datetime":
        text += _TIMES
    if parameter.location == "query" and parameter.choices:
        text = f"{text.rstrip('.')}: {', '.join(parameter.choices)}."
    return text


def _answer_text(operation: Operation, *, returns: Returns) -> str:
    if not operation.many:
        return f"A :class:`Record` with {', '.join(f.name for f in operation.fields) or 'the fields of the response'}."
    if returns == "count":
        return "The service's total; where it gives none, the objects are read and counted, and a notice says so."
    from pb2b_notebook.frames.schema import frame_schema

    names = [f.name for f in operation.fields if f.kind != "custom"] and frame_schema(operation.fields).names
    result = "Frames, one for each page" if returns == "pages" else "A frame"
    return f"{result}, with the same columns and dtypes for any number of rows: {', '.join(names) or 'as they come'}."


def _error_texts(operation: Operation) -> list[str]:
    lines = ["InvalidParameterError: The contract does not know an argument or a value; nothing was sent."]
    if operation.mutates:
        lines.append("ReadOnlyError: The key or the workspace is read-only; nothing was sent.")
    if operation.path_parameters:
        lines.append("NotFoundError: The workspace has no such object.")
    lines.append("APIError: The service refused the request; the message says what to do.")
    return [_fill(line, "    ", "        ") for line in lines]


def _fill(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )

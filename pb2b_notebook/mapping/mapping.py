"""``pb.Mapping``: a value that maps the columns of a frame to lead fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import asdict
from typing import Any, Literal, Self, overload

from pb2b_notebook.display.cards import Card, ShowsCard, Table, shorten
from pb2b_notebook.errors import InvalidParameterError, MappingError, brief, nearest
from pb2b_notebook.frames.types import DataFrame, EagerT
from pb2b_notebook.mapping import documents
from pb2b_notebook.mapping.application import ImportRows, Reading, as_frame, as_import, as_json, read, with_columns_of
from pb2b_notebook.mapping.cells.converters import converter
from pb2b_notebook.mapping.cells.value_maps import check_values
from pb2b_notebook.mapping.checking import Checked, as_problems_frame, check
from pb2b_notebook.mapping.columns import column_names, open_frame, values_of
from pb2b_notebook.mapping.lead_fields import LeadField, read_fields, read_only_keys, remembered_field
from pb2b_notebook.mapping.suggestions.candidates import Suggestion
from pb2b_notebook.mapping.suggestions.role_guesses import guess_roles
from pb2b_notebook.mapping.suggestions.suggestion import suggest

Unmapped = Literal["identifying", "drop", "keep"]
_WIDEST = 40


class Mapping(ShowsCard):
    """Which column of a frame is which lead field, how its cells are read, and what replaces blank cells.

    A mapping is an immutable value: it equals another one with the same parts, and can be written to JSON and read
    back. Each time it is used, it is checked against the fields of the workspace. It remembers their types only to
    report what has changed.

    Args:
        columns: Column → key of a lead field, such as ``{"E-mail": "email", "Tier": "tier"}``.
        converters: Column → name of the converter that reads its cells, such as ``"decimal_comma"``, ``"day_first"`` or
            ``"zone:Europe/Berlin"``, where they are not written as the field needs them.
            :func:`~pb2b_notebook.mapping.cells.converters.describe_converters` lists all converters.
        defaults: Key → value for blank cells, and for a field that has no column.
        values: Column → text of a cell → the value that it stands for, such as ``{"Interest": {"hot": "A"}}``; case and
            surrounding white space do not matter, and ``None`` stands for a blank cell. Cells that are not listed are
            read as they are.
        ignored: Columns that are left out on purpose, so that :meth:`check` does not report them.
        suggestions: Column → why :meth:`suggest` chose the field.
        types: Key → type of the field when the mapping was made.
        roles: Column → what it holds, for columns that are not lead fields and say who a row is about, such as
            ``{"Geburtsdatum": "date"}``: the roles of ``fields=`` of :func:`pb2b_notebook.cleanup.duplicates`. They
            are never sent; :meth:`apply` keeps them.

    Raises:
        MappingError: A converter is unknown or is for a column that is not mapped, a column has a field and a role, or
            a name is not text.

    Example:
        >>> import pandas as pd
        >>> mapping = Mapping({"E-Mail": "email", "Punkte": "score"}, defaults={"source": "trade show"})
        >>> mapping.apply(pd.DataFrame({"E-Mail": ["ada@example.com"], "Punkte": ["7"]})).to_dict("records")
        [{'email': 'ada@example.com', 'score': 7, 'source': 'trade show'}]
    """

    __slots__ = (
        "_columns", "_converters", "_defaults", "_ignored", "_names", "_roles", "_suggestions", "_types", "_values",
    )  # fmt: skip

    def __init__(
        self,
        columns: AnyMapping[str, str],
        *,
        converters: AnyMapping[str, str] | None = None,
        defaults: AnyMapping[str, Any] | None = None,
        values: AnyMapping[str, AnyMapping[str, Any]] | None = None,
        ignored: Iterable[str] = (),
        suggestions: AnyMapping[str, Suggestion] | None = None,
        types: AnyMapping[str, str] | None = None,
        roles: AnyMapping[str, str] | None = None,
    ) -> None:
        self._names: tuple[Sequence[str], Sequence[str]] | None = None
        self._columns = _texts("columns", columns)
        self._converters = _texts("converters", _or_empty(converters))
        self._types = _texts("types", _or_empty(types))
        self._roles = _texts("roles", _or_empty(roles))
        for column in self._roles:
            if column in self._columns:
                raise MappingError(f"the column {column!r} is mapped to a field, and has a role", repair="give it one")
        self._values = check_values(_or_empty(values), self._columns)
        self._ignored = tuple(dict.fromkeys(ignored))
        self._suggestions = _dict("suggestions", _or_empty(suggestions))
        given = _dict("defaults", _or_empty(defaults))
        if None in given.values():
            raise MappingError("a default cannot be None", repair="leave the field out of defaults")
        self._defaults = {key: as_json(value) for key, value in given.items()}
        for column, name in self._converters.items():
            if column not in self._columns:
                raise MappingError(f"the column {column!r} has a converter, but is not mapped", repair="map the column")
            converter(name)

    @property
    def columns(self) -> dict[str, str]:
        """Column → key of the lead field, in the order of the frame."""
        return dict(self._columns)

    @property
    def converters(self) -> dict[str, str]:
        """Column → converter, for columns that have one."""
        return dict(self._converters)

    @property
    def defaults(self) -> dict[str, Any]:
        """Key → value for blank cells, as a JSON value."""
        return dict(self._defaults)

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        """Column → text of a cell, trimmed and without case → the value that it stands for."""
        return {column: dict(table) for column, table in self._values.items()}

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns that are left out on purpose."""
        return self._ignored

    @property
    def roles(self) -> dict[str, str]:
        """Column → role, for columns that are not lead fields; ``fields=`` of ``duplicates`` takes them."""
        return dict(self._roles)

    @property
    def suggestions(self) -> dict[str, Suggestion]:
        """Column → confidence and reason, for columns that were suggested and not changed since."""
        return dict(self._suggestions)

    @property
    def types(self) -> dict[str, str]:
        """Key → type of the field when the mapping was made."""
        return dict(self._types)

    @classmethod
    def suggest(cls, df: DataFrame, fields: DataFrame) -> Self:
        """Suggest a mapping by the names and the values of the columns.

        Names are compared, without case and accents, with the keys and labels of the fields and with the usual names of
        the built-in fields in eleven languages. Values are compared with the forms of email addresses, numbers, dates
        and countries, and with the options of the workspace's own fields. A column stays unmapped if no field is
        likely enough. Each choice has a confidence and a reason. Each field is given to one column at most. Columns
        that are not lead fields but say who a row is about, such as a date of birth, get their :attr:`roles`.

        Args:
            df: A DataFrame (:mod:`~pb2b_notebook.frames.library` lists the accepted libraries).
            fields: The frame of ``ws.lead_fields.list()``.

        Raises:
            MappingError: ``df`` or ``fields`` is not such a frame.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> df = pd.DataFrame({"Ansprechpartner": ["Ada Lovelace"], "Spalte 7": ["ada@example.com"]})
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     mapping = pb.Mapping.suggest(df, ws.lead_fields.list())
            >>> mapping.columns
            {'Ansprechpartner': 'full_name', 'Spalte 7': 'email'}
            >>> mapping.suggestions["Spalte 7"].reason
            '100% of the values look like email addresses'
        """
        df, known = open_frame(df), read_fields(fields)
        values = {column: values_of(df, column) for column in column_names(df) if column}
        pairs = suggest(values, known, read_only_keys(known))
        return cls(
            {pair.column: pair.key for pair in pairs},
            converters={pair.column: pair.converter for pair in pairs if pair.converter},
            suggestions={pair.column: pair.suggestion for pair in pairs},
            types={pair.key: known[pair.key].type for pair in pairs},
            roles=guess_roles(values, {pair.column: pair.key for pair in pairs}),
        )

    @overload
    def check(self, df: EagerT, fields: DataFrame, *, match_on: str = "email") -> EagerT: ...
    @overload
    def check(self, df: DataFrame, fields: DataFrame, *, match_on: str = "email") -> DataFrame: ...
    def check(self, df: DataFrame, fields: DataFrame, *, match_on: str = "email") -> DataFrame:
        """Return the problems of this mapping for a frame and a workspace: one row for each, most severe first.

        Args:
            df: A DataFrame; the problems are returned in the same library.
            fields: The frame of ``ws.lead_fields.list()``, as the workspace has them now.
            match_on: Key of the field that identifies leads in the import.

        Returns:
            Columns ``severity`` ("error", "warning" or "info"), ``code``, ``column``, ``field``, ``rows`` (number of
            affected rows), ``first_row`` (the first of them: its index label in ``df``, which is the position from 0
            for polars and for a default index), ``message`` and ``repair``. No lead's value is in it. Codes:
            ``absent_column``, ``unknown_field``, ``read_only_field``, ``duplicate_field``, ``required_field``,
            ``blank_field``, ``unconverted``, ``bad_default`` (errors), ``unmapped_column``, ``odd_form``,
            ``odd_converter``, ``repeated_match``, ``retyped_field`` (warnings).

        Raises:
            MappingError: ``df`` or ``fields`` is not such a frame, or a column name is not text or occurs twice.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> df = pd.DataFrame({"Mail": ["ada@example.com", "none"], "Score": ["7", "8"]})
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     problems = pb.Mapping({"Mail": "email"}).check(df, ws.lead_fields.list())
            >>> problems[["severity", "code", "column", "rows"]].to_dict("records")
            [{'severity': 'error', 'code': 'unconverted', 'column': 'Mail', 'rows': 1},
             {'severity': 'warning', 'code': 'unmapped_column', 'column': 'Score', 'rows': 2}]
        """
        df = open_frame(df)
        asked = Checked(
            frame=df,
            names=column_names(df),
            fields=read_fields(fields),
            columns=self._columns,
            converters=self._converters,
            defaults=self._defaults,
            values=self._values,
            ignored=frozenset(self._ignored),
            types=self._types,
            match_on=match_on,
        )
        return as_problems_frame(df, check(asked))

    @overload
    def apply(self, df: EagerT, fields: DataFrame | None = None, *, unmapped: Unmapped = "identifying") -> EagerT: ...
    @overload
    def apply(
        self, df: DataFrame, fields: DataFrame | None = None, *, unmapped: Unmapped = "identifying"
    ) -> DataFrame: ...
    def apply(
        self,
        df: DataFrame,
        fields: DataFrame | None = None,
        *,
        unmapped: Unmapped = "identifying",
    ) -> DataFrame:
        """Return a frame with one column for each mapped field, its cells converted, with the rows and index of ``df``.

        Columns have the names and dtypes of ``ws.leads.list()``: the key of a built-in field, ``custom_<key>`` for a
        custom one. A cell that does not fit the dtype is null and is kept as JSON text in the column ``unparsed``.
        Text that does not have the form of its field, such as an email address without an @, stays, so that it can be
        corrected.

        Args:
            df: A DataFrame; the result is in the same library.
            fields: The frame of ``ws.lead_fields.list()``. Without it, fields have the types that the mapping
                remembers; other fields are text.
            unmapped: Which columns that are neither mapped nor ignored are appended, as they are: those with one of the
                :attr:`roles` ("identifying"), all ("keep") or none ("drop"). A date of birth is not a lead field, but
                distinguishes two people in :func:`pb2b_notebook.cleanup.duplicates`; a plan leaves it out.

        Raises:
            MappingError: ``df`` lacks a mapped column, the workspace lacks a mapped field, two columns are mapped to
                one field, or a default does not fit its field; or an unmapped column that is to be kept has the name of
                a lead field.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> df = pd.DataFrame({"Name": ["Ada Berg"], "Mail": ["ada@example.com"], "Geburtsdatum": ["10.12.1985"]})
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     mapping = pb.Mapping.suggest(df, ws.lead_fields.list())
            >>> mapping.roles, mapping.apply(df).columns.tolist()
            ({'Geburtsdatum': 'date'}, ['full_name', 'email', 'Geburtsdatum'])
        """
        if not isinstance(unmapped, str) or unmapped not in {"identifying", "drop", "keep"}:
            raise InvalidParameterError(
                f"unknown value for unmapped: {brief(unmapped)}", repair="'identifying', 'drop' or 'keep'"
            )
        df = open_frame(df)
        applied = as_frame(df, self.readings(df, fields))
        others = [name for name in column_names(df) if name not in self._columns and name not in self._ignored]
        roles = [name for name in others if name in self._roles and name not in applied.columns]
        return with_columns_of(applied, df, {"identifying": roles, "keep": others, "drop": []}[unmapped])

    def readings(self, df: DataFrame, fields: DataFrame | None = None) -> list[Reading]:
        """Return the mapped columns as values of their fields, with the reason for each cell that does not convert.

        Args:
            df: A DataFrame.
            fields: The same as for :meth:`apply`.

        Raises:
            MappingError: For the same reasons as :meth:`apply`.
        """
        duplicates = [key for key in self._columns.values() if list(self._columns.values()).count(key) > 1]
        if duplicates:
            raise MappingError(f"two columns are mapped to {duplicates[0]!r}", repair="leave one of them out")
        known = self._fields(None if fields is None else read_fields(fields))
        return read(open_frame(df), self._columns, self._converters, self._defaults, values=self._values, fields=known)

    def to_import(self, df: DataFrame, fields: DataFrame | None = None) -> ImportRows:
        """Return the rows and the mapping for ``POST /imports``, under the names of the original columns.

        A cell that does not convert is sent unchanged, so that the service refuses its row and gives the reason;
        :meth:`apply` would leave the value out. The service numbers rows from 1: its ``row_number`` 1 is the first row
        of ``df``.

        Args:
            df: A DataFrame.
            fields: The same as for :meth:`apply`.

        Raises:
            MappingError: For the same reasons as :meth:`apply`.

        Example:
            >>> import pandas as pd
            >>> df = pd.DataFrame({"Mail": ["ada@example.com"], "Punkte": ["1.200,50"]})
            >>> mapping = Mapping({"Mail": "email", "Punkte": "budget"}, converters={"Punkte": "decimal_comma"},
            ...                   types={"budget": "number"})
            >>> mapping.to_import(df)
            ImportRows(rows=[{'Mail': 'ada@example.com', 'Punkte': 1200.5}],
                       mapping={'Mail': 'email', 'Punkte': 'budget'})
        """
        df = open_frame(df)
        return as_import(self.readings(df, fields), column_names(df))

    def with_column(self, column: str, key: str, converter: str = "") -> Self:
        """Return the mapping with a column mapped to a field; the column that had the field before is unmapped.

        A value map of the column stays only if its field stays: it has values of the field.

        Raises:
            InvalidParameterError: The column or the field is not a text.
            MappingError: This is the mapping of an intake, whose list or workspace does not have them.

        >>> Mapping({"Mail": "email"}).with_column("E-Mail 2", "email").columns
        {'E-Mail 2': 'email'}
        """
        if not isinstance(column, str) or not isinstance(key, str):
            raise InvalidParameterError(
                f"a column and a field are texts, not {brief(column)} and {brief(key)}", repair='("E-Mail", "email")'
            )
        for what, name, known in zip(("column", "field"), (column, key), self._names or (), strict=False):
            if name not in known:
                raise MappingError(f"unknown {what} {name[:40]!r}", repair=nearest(name[:40], known))
        kept = {name: field for name, field in self._columns.items() if field != key or name == column}
        converters = {
            name: converter_name for name, converter_name in self._converters.items() if name in kept and name != column
        }
        same = self._columns.get(column) == key
        return self._with(
            columns=kept | {column: key},
            values={n: v for n, v in self._values.items() if n in kept and (n != column or same)},
            converters=converters | ({column: converter} if converter else {}),
            ignored=[name for name in self._ignored if name != column],
            suggestions={n: s for n, s in self._suggestions.items() if n in kept and (n != column or same)},
            roles={n: role for n, role in self._roles.items() if n != column},
        )

    def of_list(self, columns: Sequence[str], fields: Sequence[str]) -> Self:
        """Return the mapping as one of a list and a workspace: :meth:`with_column` knows their columns and fields.

        >>> mapping = Mapping({"Mail": "email"}).of_list(["Mail", "Name"], ["email", "full_name"])
        >>> mapping.with_column("Nmae", "full_name")
        Traceback (most recent call last):
        pb2b_notebook.errors.MappingError: unknown column 'Nmae' → did you mean 'Name'?
        """
        made = self._with()
        made._names = (columns, fields)  # noqa: SLF001 - another value of this class
        return made

    def without_column(self, column: str, *, ignored: bool = False) -> Self:
        """Return the mapping without a column; ``ignored`` marks it as left out on purpose.

        >>> Mapping({"Mail": "email", "Note": "title"}).without_column("Note", ignored=True).ignored
        ('Note',)
        """
        return self._with(
            columns={n: v for n, v in self._columns.items() if n != column},
            converters={n: v for n, v in self._converters.items() if n != column},
            values={n: v for n, v in self._values.items() if n != column},
            ignored=[*self._ignored, column] if ignored else [n for n in self._ignored if n != column],
            suggestions={n: v for n, v in self._suggestions.items() if n != column},
            roles={n: v for n, v in self._roles.items() if n != column},
        )

    def with_default(self, key: str, value: Any) -> Self:
        """Return the mapping with a default for a field; ``None`` removes the default.

        >>> Mapping({"Mail": "email"}).with_default("source", "show").defaults
        {'source': 'show'}
        """
        others = {name: default for name, default in self._defaults.items() if name != key}
        return self._with(defaults=others if value is None else others | {key: value})

    def with_values(self, column: str, values: AnyMapping[str, Any]) -> Self:
        """Return the mapping with a value map for a column, added to the one that it has.

        Args:
            column: A mapped column.
            values: Text of a cell → the value that it stands for; ``None`` for a blank cell.

        Raises:
            MappingError: The column is not mapped, or the values are not of these types.

        >>> Mapping({"Interest": "tier"}).with_values("Interest", {"Hot": "A"}).values
        {'Interest': {'hot': 'A'}}
        """
        if not isinstance(column, str):
            raise MappingError("a value map is for one column, named by text", repair='with_values("Interest", {…})')
        added = check_values({column: values}, self._columns)
        return self._with(values=self._values | {column: self._values.get(column, {}) | added[column]})

    def to_json(self) -> str:
        """Return the mapping as a JSON document, which can be saved next to the file that it is for."""
        return documents.write(
            {
                "columns": self._columns,
                "converters": self._converters,
                "defaults": self._defaults,
                **({"values": self._values} if self._values else {}),
                **({"roles": self._roles} if self._roles else {}),
                "ignored": list(self._ignored),
                "types": self._types,
                "suggestions": {column: asdict(suggestion) for column, suggestion in self._suggestions.items()},
            }
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return the mapping of a document that :meth:`to_json` wrote.

        Raises:
            MappingError: The text is not such a document, has another version, or has an unknown member.

        >>> mapping = Mapping({"E-Mail": "email"}, ignored=["Note"])
        >>> Mapping.from_json(mapping.to_json()) == mapping
        True
        """
        if not isinstance(text, str | bytes | bytearray | memoryview):
            raise MappingError(
                f"Mapping.from_json needs text, not {type(text).__name__}",
                repair="pass the JSON text: Mapping.from_json(path.read_text())",
            )
        found = documents.read(text if isinstance(text, str) else bytes(text))
        return cls(
            found["columns"],
            converters=found["converters"],
            defaults=found["defaults"],
            values=found["values"],
            ignored=found["ignored"],
            suggestions={column: Suggestion(**suggestion) for column, suggestion in found["suggestions"].items()},
            types=found["types"],
            roles=found["roles"],
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_json, (self.to_json(),)

    def _card(self) -> Card:
        count = len(self._columns)
        return Card(
            title=f"Mapping of {count} column{'' if count == 1 else 's'} to lead fields",
            table=Table(("column", "field", "read by", "why"), self._rows()),
        )

    def _rows(self) -> list[tuple[str, str, str, str]]:
        rows = [
            (_short(column), f"→ {_short(key)}", self._converters.get(column, ""), self._why(column))
            for column, key in self._columns.items()
        ]
        rows += [
            ("", f"→ {_short(key)}", "", f"default {_short(repr(default))}") for key, default in self._defaults.items()
        ]
        rows += [(_short(column), "", "", f"not sent; {role} for duplicates") for column, role in self._roles.items()]
        return rows + [(_short(column), "", "", "ignored") for column in self._ignored]

    def _why(self, column: str) -> str:
        suggestion = self._suggestions.get(column)
        return f"{suggestion.confidence:.0%}: {suggestion.reason}" if suggestion else ""

    def _fields(self, known: AnyMapping[str, LeadField] | None) -> dict[str, LeadField]:
        keys = [*self._columns.values(), *self._defaults]
        if known is None:
            return {key: remembered_field(key, self._types) for key in keys}
        for key in keys:
            if key not in known:
                raise MappingError(
                    f"this workspace has no writable lead field {key!r}",
                    repair=nearest(key.removeprefix("custom_"), known),
                )
        return {key: known[key] for key in keys}

    def _with(self, **parts: Any) -> Self:
        made = type(self)(**(self._parts() | parts))
        made._names = self._names  # noqa: SLF001 - another value of this class
        return made

    def _parts(self) -> dict[str, Any]:
        return {
            "columns": self._columns,
            "converters": self._converters,
            "defaults": self._defaults,
            "values": self._values,
            "ignored": self._ignored,
            "suggestions": self._suggestions,
            "types": self._types,
            "roles": self._roles,
        }


def _or_empty(value: Any) -> Any:
    return {} if value is None else value


def _dict(name: str, value: AnyMapping[str, Any]) -> dict[str, Any]:
    if not isinstance(value, AnyMapping):
        raise MappingError(f"{name} must be a dict, not {type(value).__name__}", repair='Mapping({"E-mail": "email"})')
    return dict(value)


def _texts(name: str, value: AnyMapping[str, str]) -> dict[str, str]:
    given = _dict(name, value)
    if not all(isinstance(text, str) and text for pair in given.items() for text in pair):
        raise MappingError(f"{name} must map text to text, without empty names", repair='Mapping({"E-mail": "email"})')
    return given


def _short(text: str) -> str:
    return shorten(text, _WIDEST)

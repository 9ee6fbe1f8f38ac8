"""The mapping itself: a value that says which column of a frame is which lead field."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

from pb2b_notebook.display.cards import Card, ShowsCard, Table, shorten
from pb2b_notebook.errors import MappingError, nearest
from pb2b_notebook.mapping import documents
from pb2b_notebook.mapping.application import ImportRows, Reading, as_frame, as_import, as_json, read
from pb2b_notebook.mapping.checking import Checked, as_problems_frame, check
from pb2b_notebook.mapping.columns import column_names, open_frame, values_of
from pb2b_notebook.mapping.converters import converter
from pb2b_notebook.mapping.lead_fields import read_fields, read_only_keys, remembered_field
from pb2b_notebook.mapping.suggestion import Suggestion, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pb2b_notebook.mapping.lead_fields import LeadField

    # A pandas or a polars DataFrame; neither is imported before one is made.
    DataFrame = Any

_WIDEST = 40


class Mapping(ShowsCard):
    """Which column of a frame is which lead field, how its cells are read, and what stands in for blanks.

    A value: it never changes, equals another with the same parts, and goes into JSON and back. It is rechecked against
    the workspace's fields each time it is used: it only remembers their types to say what changed.

    Args:
        columns: column → key of a lead field, such as ``{"E-mail": "email", "Tier": "tier"}``.
        converters: column → how its cells are read where they do not say outright what the field wants, such as
            ``"decimal_comma"``, ``"day_first"`` or ``"zone:Europe/Berlin"``;
            :func:`~pb2b_notebook.mapping.converters.described` lists all.
        defaults: key → value where the column is blank, or where there is no column.
        ignored: columns that are left out knowingly, so that :meth:`check` does not ask about them.
        suggestions: column → why :meth:`suggest` chose the field.
        types: key → type of the field when the mapping was made.

    Raises:
        MappingError: an unknown converter, or one for a column that is not mapped; names that are no text.

    Example:
        >>> import pandas as pd
        >>> mapping = Mapping({"E-Mail": "email", "Punkte": "score"}, defaults={"source": "trade show"})
        >>> mapping.apply(pd.DataFrame({"E-Mail": ["ada@example.com"], "Punkte": ["7"]})).to_dict("records")
        [{'email': 'ada@example.com', 'score': 7, 'source': 'trade show'}]
    """

    __slots__ = ("_columns", "_converters", "_defaults", "_ignored", "_suggestions", "_types")

    def __init__(
        self,
        columns: AnyMapping[str, str],
        *,
        converters: AnyMapping[str, str] | None = None,
        defaults: AnyMapping[str, Any] | None = None,
        ignored: Iterable[str] = (),
        suggestions: AnyMapping[str, Suggestion] | None = None,
        types: AnyMapping[str, str] | None = None,
    ) -> None:
        self._columns = _texts("columns", columns)
        self._converters = _texts("converters", converters or {})
        self._types = _texts("types", types or {})
        self._ignored = tuple(dict.fromkeys(ignored))
        self._suggestions = dict(suggestions or {})
        given = defaults or {}
        if None in given.values():
            raise MappingError("a default is a value, not None", repair="leave it out")
        self._defaults = {key: as_json(value) for key, value in given.items()}
        for column, name in self._converters.items():
            if column not in self._columns:
                raise MappingError(f"the converter for {column!r} has no mapped column", repair="map the column first")
            converter(name)

    @property
    def columns(self) -> dict[str, str]:
        """Column → key of the lead field, in the order of the frame."""
        return dict(self._columns)

    @property
    def converters(self) -> dict[str, str]:
        """Column → converter, for those that have one."""
        return dict(self._converters)

    @property
    def defaults(self) -> dict[str, Any]:
        """Key → value for blanks, as JSON has it."""
        return dict(self._defaults)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns that are left out knowingly."""
        return self._ignored

    @property
    def suggestions(self) -> dict[str, Suggestion]:
        """Column → confidence and reason, for those that were suggested and not changed since."""
        return dict(self._suggestions)

    @property
    def types(self) -> dict[str, str]:
        """Key → type of the field when the mapping was made."""
        return dict(self._types)

    @classmethod
    def suggest(cls, df: DataFrame, fields: DataFrame) -> Self:
        """The mapping that the names and the values of the columns speak for.

        Names are compared without case and accents with the fields' keys and labels and with what people call the
        built-in ones in eleven languages; values with the forms of addresses, numbers, dates, countries and the options
        of the workspace's own fields. What is not sure enough stays unmapped; each choice keeps its confidence and
        reason. Each field is given to one column.

        Args:
            df: pandas or polars.
            fields: the frame of ``ws.lead_fields.list()``.

        Raises:
            MappingError: no such frames.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> df = pd.DataFrame({"Ansprechpartner": ["Ada Lovelace"], "Spalte 7": ["ada@example.com"]})
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     mapping = pb.Mapping.suggest(df, ws.lead_fields.list())
            >>> mapping.columns
            {'Ansprechpartner': 'full_name', 'Spalte 7': 'email'}
            >>> mapping.suggestions["Spalte 7"].reason
            '100% of the values look like e-mail addresses'
        """
        df, known = open_frame(df), read_fields(fields)
        values = {column: values_of(df, column) for column in column_names(df) if column}
        pairs = suggest(values, known, read_only_keys(known))
        return cls(
            {pair.column: pair.key for pair in pairs},
            converters={pair.column: pair.converter for pair in pairs if pair.converter},
            suggestions={pair.column: pair.suggestion for pair in pairs},
            types={pair.key: known[pair.key].type for pair in pairs},
        )

    def check(self, df: DataFrame, fields: DataFrame, *, match_on: str = "email") -> DataFrame:
        """What is wrong with this mapping for a frame and a workspace: one row a problem, the worst first.

        Args:
            df: pandas or polars; the problems come in the same library.
            fields: the frame of ``ws.lead_fields.list()``, as the workspace has them now.
            match_on: the field that identifies leads in the import.

        Returns:
            columns ``severity`` (error, warning, info), ``code``, ``column``, ``field``, ``rows`` (how many, Int64),
            ``first_row`` (from 1, Int64), ``message`` and ``repair``; no lead's value is in it. Codes:
            ``absent_column``, ``unknown_field``, ``read_only_field``, ``duplicate_field``, ``required_field``,
            ``blank_field``, ``unconverted``, ``bad_default`` (errors), ``unmapped_column``, ``odd_form``,
            ``odd_converter``, ``odd_number``, ``repeated_match``, ``retyped_field`` (warnings).

        Raises:
            MappingError: no such frames, or a column name that is no text or comes twice.

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
            ignored=frozenset(self._ignored),
            types=self._types,
            match_on=match_on,
        )
        return as_problems_frame(df, check(asked))

    def apply(self, df: DataFrame, fields: DataFrame | None = None) -> DataFrame:
        """The frame in the words of the API: a column a field, converted, one row a row of ``df``, its index kept.

        Columns are called as in ``ws.leads.list()``: built-in fields by their key, custom ones ``custom_<key>``, with
        the same dtypes. What its column cannot hold is null there, and stays as JSON text in the column ``unparsed``;
        text that has not the form of its field stays, so that it can be mended.

        Args:
            df: pandas or polars; the result is of the same library.
            fields: the frame of ``ws.lead_fields.list()``; without it, fields have the types that the mapping
                remembers, and unknown ones hold text.

        Raises:
            MappingError: a column that ``df`` has not, a field that the workspace has not, two columns for one field,
                or a default that its field cannot hold.
        """
        df = open_frame(df)
        return as_frame(df, self.readings(df, fields))

    def readings(self, df: DataFrame, fields: DataFrame | None = None) -> list[Reading]:
        """The mapped columns as values of their fields, with what each cell lacks that does not convert.

        Args:
            df: pandas or polars.
            fields: as for :meth:`apply`.

        Raises:
            MappingError: as :meth:`apply`.
        """
        twice = [key for key in self._columns.values() if list(self._columns.values()).count(key) > 1]
        if twice:
            raise MappingError(f"two columns are mapped to {twice[0]!r}", repair="leave one of them out")
        known = self._fields(None if fields is None else read_fields(fields))
        return read(open_frame(df), self._columns, self._converters, self._defaults, known)

    def to_import(self, df: DataFrame, fields: DataFrame | None = None) -> ImportRows:
        """The rows and the mapping that ``POST /imports`` takes, under the columns that they come from.

        A cell that does not convert goes as it is, so that the service refuses its row and says why; ``apply`` would
        leave the value out. Row ``n`` of the import is row ``n`` of ``df``, counted from 1.

        Args:
            df: pandas or polars.
            fields: as for :meth:`apply`.

        Raises:
            MappingError: as :meth:`apply`.

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
        """The same with a column mapped to a field; whatever had the field before is unmapped.

        >>> Mapping({"Mail": "email"}).with_column("E-Mail 2", "email").columns
        {'E-Mail 2': 'email'}
        """
        kept = {name: one for name, one in self._columns.items() if one != key or name == column}
        converters = {name: one for name, one in self._converters.items() if name in kept and name != column}
        same = self._columns.get(column) == key
        return self._with(
            columns=kept | {column: key},
            converters=converters | ({column: converter} if converter else {}),
            ignored=[name for name in self._ignored if name != column],
            suggestions={n: s for n, s in self._suggestions.items() if n in kept and (n != column or same)},
        )

    def without_column(self, column: str, *, ignored: bool = False) -> Self:
        """The same with a column mapped to nothing; ``ignored`` says that this is meant.

        >>> Mapping({"Mail": "email", "Note": "title"}).without_column("Note", ignored=True).ignored
        ('Note',)
        """
        return self._with(
            columns={n: v for n, v in self._columns.items() if n != column},
            converters={n: v for n, v in self._converters.items() if n != column},
            ignored=[*self._ignored, column] if ignored else [n for n in self._ignored if n != column],
            suggestions={n: v for n, v in self._suggestions.items() if n != column},
        )

    def with_default(self, key: str, value: Any) -> Self:
        """The same with a default for a field; ``None`` takes it away.

        >>> Mapping({"Mail": "email"}).with_default("source", "show").defaults
        {'source': 'show'}
        """
        others = {name: one for name, one in self._defaults.items() if name != key}
        return self._with(defaults=others if value is None else others | {key: value})

    def to_json(self) -> str:
        """The mapping as a JSON document, to be saved beside the file that it is for."""
        return documents.write(
            {
                "columns": self._columns,
                "converters": self._converters,
                "defaults": self._defaults,
                "ignored": list(self._ignored),
                "types": self._types,
                "suggestions": {column: asdict(one) for column, one in self._suggestions.items()},
            }
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The mapping of a document that :meth:`to_json` made.

        Raises:
            MappingError: anything else, such as another version, or a member that is no mapping's.

        >>> mapping = Mapping({"E-Mail": "email"}, ignored=["Note"])
        >>> Mapping.from_json(mapping.to_json()) == mapping
        True
        """
        if not isinstance(text, str | bytes | bytearray | memoryview):
            raise MappingError(
                f"a mapping's document is text, not {type(text).__name__}", repair="Mapping.from_json(path.read_text())"
            )
        found = documents.read(text if isinstance(text, str) else bytes(text))
        return cls(
            found["columns"],
            converters=found["converters"],
            defaults=found["defaults"],
            ignored=found["ignored"],
            suggestions={column: Suggestion(**one) for column, one in found["suggestions"].items()},
            types=found["types"],
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
        rows += [("", f"→ {_short(key)}", "", f"default {_short(repr(one))}") for key, one in self._defaults.items()]
        return rows + [(_short(column), "", "", "ignored") for column in self._ignored]

    def _why(self, column: str) -> str:
        told = self._suggestions.get(column)
        return f"{told.confidence:.0%}: {told.reason}" if told else ""

    def _fields(self, known: AnyMapping[str, LeadField] | None) -> dict[str, LeadField]:
        keys = [*self._columns.values(), *self._defaults]
        if known is None:
            return {key: remembered_field(key, self._types) for key in keys}
        for key in keys:
            if key not in known:
                raise MappingError(
                    f"this workspace has no lead field {key!r} that can be set",
                    repair=nearest(key, known),
                )
        return {key: known[key] for key in keys}

    def _with(self, **parts: Any) -> Self:
        return type(self)(**(self._parts() | parts))

    def _parts(self) -> dict[str, Any]:
        return {
            "columns": self._columns,
            "converters": self._converters,
            "defaults": self._defaults,
            "ignored": self._ignored,
            "suggestions": self._suggestions,
            "types": self._types,
        }


def _texts(name: str, value: AnyMapping[str, str]) -> dict[str, str]:
    if not isinstance(value, AnyMapping):
        raise MappingError(f"{name} is a dict, not {type(value).__name__}", repair='Mapping({"E-mail": "email"})')
    given = dict(value)
    if not all(isinstance(one, str) and one for pair in given.items() for one in pair):
        raise MappingError(f"{name} maps text to text, and no name is empty", repair='Mapping({"E-mail": "email"})')
    return given


def _short(text: str) -> str:
    return shorten(text, _WIDEST)

"""The rows of an import: the mapping of their columns, and the values that each gives to a lead."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pb2b_notebook.openapi.import_cells import is_blank, read_cell
from pb2b_notebook.sandbox.core.models import LeadRow
from pb2b_notebook.sandbox.core.problems import Problem, detail, invalid, suggestion
from pb2b_notebook.sandbox.core.store import Document, Store
from pb2b_notebook.sandbox.core.tables import LEAD_FIELDS
from pb2b_notebook.sandbox.core.validation import validate
from pb2b_notebook.sandbox.leads.custom_fields import CustomFields
from pb2b_notebook.sandbox.transfers.csv_rows import EXTRA, read_csv
from pb2b_notebook.sandbox.transfers.import_models import MOST_ROWS, ImportCheck

Raw = dict[str, Any]


class CellProblem(NamedTuple):
    """A problem with a cell; ``field`` is ``None`` for a problem with the whole row."""

    field: str | None
    code: str
    message: str


def read_source(request: ImportCheck) -> list[Raw]:
    """Return the rows of a request, by column.

    Raises:
        Problem: 422 if the text is not valid CSV, or a mapped column does not exist.
    """
    if request.rows is not None:
        rows, columns = request.rows, {column for row in request.rows for column in row}
    else:
        try:
            header, rows = read_csv(request.csv or "", limit=MOST_ROWS)
        except ValueError as error:
            raise invalid([detail("csv", "invalid_csv", str(error))]) from None
        columns = set(header)
    missing = [column for column in request.mapping if column not in columns]
    if missing:
        message = "is not a column of the rows; {}"
        raise invalid(
            [
                detail(f"mapping.{column}", "unknown_column", message.format(suggestion(column, columns)))
                for column in missing
            ]
        )
    return rows


class RowReader:
    """Reads rows as values of leads, by the lead fields of one workspace.

    Args:
        store: Store of the sandbox.
        workspace_id: Id of the workspace whose lead fields apply.
        mapping: Column to key of a lead field.
        match_on: Lead field that identifies leads.
        from_csv: Whether the column :data:`.csv_rows.EXTRA` holds extra cells of :func:`.read_csv`; a row that was sent
            as an object may have a column of that name.

    Raises:
        Problem: 422 with one detail per column: unknown fields, repeated fields, and no column for ``match_on``.
    """

    def __init__(
        self, store: Store, workspace_id: str, mapping: Mapping[str, str], match_on: str, *, from_csv: bool
    ) -> None:
        fields = {field["key"]: field for field in store.find(LEAD_FIELDS, workspace_id, "1", ())}
        _check_mapping(mapping, fields, match_on)
        self._match_on = match_on
        self._from_csv = from_csv
        self._custom_fields = CustomFields(store, workspace_id)
        self._columns = [(column, fields[key]) for column, key in mapping.items()]

    def read(self, raw: Raw) -> tuple[dict[str, Any], list[CellProblem]]:
        """Return the values that a row gives to a lead, and one problem per invalid cell.

        A blank row has neither.
        """
        builtin, custom, problems = self._read_cells(raw)
        extra_cells = self._from_csv and EXTRA in raw
        if not builtin and not custom and not problems and not extra_cells:
            return {}, []
        wrong = [*_check_builtin(builtin), *self._check_custom(custom), *problems]
        if self._match_on not in builtin and self._match_on not in {problem.field for problem in wrong}:
            wrong.append(CellProblem(self._match_on, "required", "is blank, and the import matches on it"))
        if extra_cells:
            wrong.append(CellProblem(None, "extra_cells", "the row has more cells than the header"))
        return _lead_values(builtin, custom), _in_order(wrong, self._columns)

    def _read_cells(self, raw: Raw) -> tuple[dict[str, Any], dict[str, Any], list[CellProblem]]:
        builtin: dict[str, Any] = {}
        custom: dict[str, Any] = {}
        problems = []
        for column, field in self._columns:
            cell = raw.get(column)
            if is_blank(cell):
                continue
            try:
                (builtin if field["builtin"] else custom)[field["key"]] = read_cell(cell, field["type"])
            except ValueError as error:
                problems.append(CellProblem(field["key"], "invalid_value", str(error)))
        return builtin, custom, problems

    def _check_custom(self, custom: Mapping[str, Any]) -> Iterator[CellProblem]:
        try:
            self._custom_fields.merge({}, custom)
        except Problem as problem:
            for each in problem.details:
                yield CellProblem(each["field"].removeprefix("custom_fields."), each["code"], each["message"])


def _check_mapping(mapping: Mapping[str, str], fields: Mapping[str, Document], match_on: str) -> None:
    details = []
    seen: set[str] = set()
    for column, key in mapping.items():
        if key not in fields:
            message = f"is not a lead field of this workspace; {suggestion(key, fields)}"
            details.append(detail(f"mapping.{column}", "unknown_field", message))
        elif key in seen:
            details.append(detail(f"mapping.{column}", "duplicate_field", "another column is mapped to this field"))
        seen.add(key)
    if match_on not in seen:
        details.append(detail("mapping", "required", f"map a column to {match_on}: the import matches on it"))
    if details:
        raise invalid(details)


def _check_builtin(values: dict[str, Any]) -> Iterator[CellProblem]:
    """Check the built-in fields, and convert them to the form in which leads store them."""
    try:
        values |= validate(LeadRow, values).given_values()
    except Problem as problem:
        seen = set()
        for each in problem.details:
            # An invalid tag is an invalid cell: tags.3 becomes tags.
            key = each["field"].partition(".")[0]
            if key not in seen:
                seen.add(key)
                yield CellProblem(key, each["code"], each["message"])


def _lead_values(builtin: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, Any]:
    return {**builtin, **({"custom_fields": dict(custom)} if custom else {})}


def _in_order(problems: list[CellProblem], columns: list[tuple[str, Document]]) -> list[CellProblem]:
    """Sort problems by the order of the columns; problems of the whole row come last."""
    places = {field["key"]: place for place, (_, field) in enumerate(columns)}
    return sorted(problems, key=lambda problem: places.get(problem.field or "", len(places)))

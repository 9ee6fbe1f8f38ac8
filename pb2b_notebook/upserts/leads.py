"""``ws.leads`` with plans: what the API does for one lead, a plan does for a frame of leads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final, get_args, overload

from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains import resources
from pb2b_notebook.api.domains.lead_field_list import list_lead_fields
from pb2b_notebook.api.domains.verbs import Verb
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.display import notices
from pb2b_notebook.errors import (
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
    UnknownOperationError,
    nearest,
    suggesting,
    typed_interrupt,
)
from pb2b_notebook.frames.library import input_frame, is_frame, library_of
from pb2b_notebook.frames.types import DataFrame, EagerT, FrameT
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import column_names, values_of
from pb2b_notebook.mapping.lead_fields import LeadField, lead_kinds, read_fields, with_type_of_values
from pb2b_notebook.openapi.object_ids import id_text
from pb2b_notebook.upserts import plan_actions
from pb2b_notebook.upserts.planning.decisions import Existing, MatchOn, Missing, OnConflict, Rules
from pb2b_notebook.upserts.target_workspace import Target

if TYPE_CHECKING:
    import pandas as pd

    from pb2b_notebook.cleanup.merging.merge import Merge
    from pb2b_notebook.mapping import Mapping
    from pb2b_notebook.mirror import Mirror
    from pb2b_notebook.upserts.planning.current_leads import CompareWith
    from pb2b_notebook.upserts.planning.desired_rows import CellProblem, Desired
    from pb2b_notebook.upserts.plans import Plan

_CUSTOM: Final = "custom_"
_BY_VALUES: Final = "by its values"
NOT_SET: Final = frozenset({"custom_fields", "if_updated_at"})
_ONE_REQUEST: Final = (
    "This is one request, which looks for no one: a person who opted out and gives another address is created. "
    "``ws.leads.find_opted_out(fields)`` finds such people before, ``ws.leads.plan`` and LeadForm look for them."
)
_FRAME_REPAIR: Final = "pass the frame of ws.leads.list() or of pb.read_leads(path), or what pb.cleanup.merge returns"


class Leads(resources.Leads[FrameT], path="leads"):
    """``ws.leads``: one row is one lead.

    Args:
        session: Session of the workspace.
        mirror: Function that returns the mirror when it is needed.
    """

    if not TYPE_CHECKING:  # the stub has its signature
        create = Verb("leads.create", note=_ONE_REQUEST)

    def __init__(self, session: Session, mirror: Callable[[], Mirror[Any]]) -> None:
        super().__init__(session)
        self._target = Target(session, mirror, plan_actions)

    @overload
    def find_opted_out(self, people: EagerT) -> EagerT: ...
    @overload
    def find_opted_out(self, people: dict[str, Any]) -> pd.DataFrame: ...
    @overload
    def find_opted_out(self, people: Any) -> DataFrame: ...
    def find_opted_out(self, people: DataFrame | dict[str, Any]) -> DataFrame:
        """Find the opted-out leads that new people probably are, also under another email address. Nothing is written.

        They are compared with all opted-out leads, deleted ones included, by name, company, phone, address and profile.
        These are read from the mirror, synced first, if leads are mirrored; else from the service, one request for
        500 of them.

        Args:
            people: Fields of one person, as for ``create``, or a frame with the columns of ``ws.leads.list()``. Rows
                that are opted out themselves are not looked for.

        Returns:
            One row for each person found: ``row`` (index label; 0 for one person), ``lead_id``, ``status``,
            ``probability`` and ``reasons``; in pandas, or in the library of the frame.

        Raises:
            InvalidParameterError: ``people`` is neither fields nor a frame, a field is unknown, or no column of the
                frame is a lead field: an answer without people would then mean nothing.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     gone = ws.leads.create(full_name="Ada Berg", company_name="Nordlicht AG", status="unsubscribed")
            ...     ada = {"full_name": "Ada Berg", "company_name": "Nordlicht", "email": "ada@private.example"}
            ...     found = ws.leads.find_opted_out(ada)
            >>> found[["status", "reasons"]].to_numpy().tolist()
            [['unsubscribed', 'same name; same company']]
        """
        from pb2b_notebook.cleanup.lead_columns import builtin_fields
        from pb2b_notebook.upserts import tables
        from pb2b_notebook.upserts.planning import opted_out
        from pb2b_notebook.upserts.planning.desired_rows import read_desired

        frame = (
            pl.DataFrame(_texts_of_fields(people)) if isinstance(people, dict) else _frame_of(people, "find_opted_out")
        )
        known = builtin_fields()
        for name in people if isinstance(people, dict) else ():
            if name not in known and not name.startswith("custom_"):
                raise InvalidParameterError(f"a lead has no field {name[:40]!r}", repair=nearest(name, known))
        columns = {name: field for name, field in known.items() if name in frame.columns}
        if not columns and not isinstance(people, dict) and len(frame.columns):
            raise InvalidParameterError(
                "no column of the frame is a lead field", repair="apply a mapping first: pb.Mapping({…}).apply(df)"
            )
        rows = read_desired(frame, columns, match_on="email", unwritten=frozenset(frame.columns))
        leads = opted_out.read_current_leads(self._target)
        words = opted_out.status_words(self._target)
        values = opted_out.with_further_phones(opted_out.values_by_key(rows), opted_out.further_phones(frame, {}))
        found = opted_out.find_opted_out(values, leads, rows.row_names, words=words)
        return tables.as_row_frame(found, "pandas" if isinstance(people, dict) else rows.library, rows.index)

    @overload
    def plan(
        self,
        df: EagerT | Merge[EagerT],
        mapping: Mapping | dict[str, str] | None = None,
        *,
        match_on: MatchOn = "email",
        fields: Sequence[str] | None = None,
        existing: Existing = "overwrite",
        missing: Missing = "create",
        clear: Sequence[str] = (),
        on_conflict: OnConflict = "report",
        compare_with: CompareWith | None = None,
    ) -> Plan[EagerT]: ...
    @overload
    def plan(
        self,
        df: Any,
        mapping: Mapping | dict[str, str] | None = None,
        *,
        match_on: MatchOn = "email",
        fields: Sequence[str] | None = None,
        existing: Existing = "overwrite",
        missing: Missing = "create",
        clear: Sequence[str] = (),
        on_conflict: OnConflict = "report",
        compare_with: CompareWith | None = None,
    ) -> Plan[Any]: ...
    @renamed_arguments(against="compare_with")
    @suggesting
    @typed_interrupt("the plan was stopped, and nothing was sent; run the same cell again")
    def plan(
        self,
        df: DataFrame,
        mapping: Mapping | dict[str, str] | None = None,
        *,
        match_on: MatchOn = "email",
        fields: Sequence[str] | None = None,
        existing: Existing = "overwrite",
        missing: Missing = "create",
        clear: Sequence[str] = (),
        on_conflict: OnConflict = "report",
        compare_with: CompareWith | None = None,
    ) -> Plan[Any]:
        """Compare a frame with the leads as they are, and return what would be done: nothing is written.

        Rows with an ``id`` refer to the lead of that id, so that a corrected address never creates a second lead; the
        others match by ``match_on``. Nulls (NaN, NaT, None, pd.NA) and blank texts leave a field as it is. If the row
        has the ``updated_at`` that was read with it, a lead that was changed since is a conflict. Nothing moves a lead
        out of "unsubscribed" or "bounced". A row that would create a lead for a person who probably opted out, under
        another address, is a conflict too (``suppressed``) until :meth:`~pb2b_notebook.upserts.plans.Plan.allowing`.

        Args:
            df: A frame, or the result of :func:`pb2b_notebook.cleanup.merge`: survivors are then updated, and the
                leads that were merged into them get ``merged_into`` and the tag "merged". Columns are called as in
                ``ws.leads.list()``: ``email``, ``custom_tier`` … Columns that only the service sets may be
                present, and must be unchanged.
            mapping: A :class:`pb2b_notebook.Mapping`, or column → key of a lead field, for a frame with other names.
            match_on: Column that identifies a lead: "email" matches trimmed and case-folded, "external_id" exactly.
            fields: Columns to write; by default all.
            existing: "overwrite" writes what differs, "fill" only into blanks, "skip" leaves leads alone that exist.
                The national form of a lead's international phone does not differ from it.
            missing: "create" or "skip", where no lead matches.
            clear: Columns whose nulls clear the value of the lead.
            on_conflict: "report", or "overwrite" what another user changed meanwhile. Each change names the version
                of the lead that it was compared with. A live service may ignore that: the check then only narrows the
                race. A lead that another user creates between plan and apply is updated, and the outcome says so.
            compare_with: Source of the current leads: the "mirror", which is synced first, or the "service". By
                default the mirror, or the service for a few rows of a workspace that was never mirrored.

        Returns:
            A :class:`~pb2b_notebook.upserts.plans.Plan`: ``.summary``, ``.rows``, ``.diff``, ``.problems``,
            ``.suppressed``, ``.cost``, ``.apply()``.

        Raises:
            InvalidParameterError: An unknown column or option, a field that only the service sets, or a frame of
                something else.
            MappingError: The mapping does not fit the frame or the workspace.

        Example:
            >>> import pandas as pd, pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     people = pd.DataFrame({"email": ["ada@example.com"], "title": ["Countess"]})
            ...     plan = ws.leads.plan(people)
            ...     done = plan.apply()
            ...     again = ws.leads.plan(people)
            >>> plan.summary
            {'create': 1, 'update': 0, 'unchanged': 0, 'invalid': 0, 'conflict': 0}
            >>> done.rows["status"].tolist(), again.summary["unchanged"]
            (['succeeded'], 1)
        """
        rules = _rules(match_on, existing, missing, clear, on_conflict)
        return self._plan(df, mapping, fields=fields, rules=rules, compare_with=compare_with)

    def _plan(
        self,
        df: DataFrame,
        mapping: Mapping | dict[str, str] | None,
        *,
        fields: Sequence[str] | None,
        rules: Rules,
        compare_with: CompareWith | None,
    ) -> Plan[Any]:
        from pb2b_notebook.upserts import plan_building
        from pb2b_notebook.upserts.planning import current_leads
        from pb2b_notebook.upserts.planning.desired_rows import read_desired, with_full_names
        from pb2b_notebook.upserts.planning.new_leads import Moment
        from pb2b_notebook.upserts.planning.opted_out import further_phones

        df = _frame_of(df)
        known = self._fields_of_service(df, fields) | self._lead_fields()  # a custom field may have a built-in's key
        known = {key: _with_type(field, df) for key, field in known.items()}
        frame, unread = _apply_mapping(df, mapping, known)
        columns = {field.column: field for field in known.values()}
        _check_clear(rules.clear, columns)
        frame = _with_tags(frame, fields, columns)
        of_service = _columns_of_service(self._target.session) - columns.keys()
        unwritten = of_service | _empty_columns(frame, columns)
        desired = read_desired(frame, columns, match_on=rules.match_on, only=fields, unwritten=unwritten)
        not_sent = [name for name in column_names(frame) if name in of_service and fields is None]
        rules = replace(rules, clear=tuple(name for name in rules.clear if name in desired.fields))
        desired = with_full_names(desired, columns) if fields is None else desired
        desired, opted_out_rows = self._without_refusals(df, mapping, desired, rules.match_on, columns)
        latest_job, read = self._target.latest_job(), Moment.now(self._target)
        current = current_leads.current_leads(self._target, desired, rules.match_on, compare_with, clear=rules.clear)
        desired = current_leads.in_own_words(self._target.session, desired, current)
        basis = plan_building.Basis(
            desired=replace(desired, cell_problems=(), left_out=(*desired.left_out, *not_sent)),
            current=current,
            known=_with_words(known, _status_words(self._target.session)),
            rules=rules,
            parameters=_parameters(rules, fields, mapping),
            compare_with=compare_with,
            read=read,
            unread=_first_of_each_cell((*unread, *desired.cell_problems)),
            opted_out_rows=opted_out_rows,
            further_phones=further_phones(df, _columns_of(mapping)),
        )
        return plan_building.decide_plan(self._target, basis, latest_job=latest_job)

    def plan_delete(self, ids: Sequence[str]) -> Plan[FrameT]:
        """Plan to delete leads, by their ids and nothing else: a lead is never deleted for not being in a frame.

        Args:
            ids: Ids of the leads, such as the column ``id`` of a frame.

        Returns:
            A :class:`~pb2b_notebook.upserts.plans.Plan`: leads that are deleted already are unchanged.

        Raises:
            InvalidParameterError: These are not ids.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     plan = ws.leads.plan_delete(ws.leads.list(limit=2)["id"])
            ...     plan.summary["delete"], plan.apply().summary["succeeded"]
            (2, 2)
        """
        from pb2b_notebook.upserts import plan_building

        index = getattr(ids, "index", None) if hasattr(ids, "iloc") else None
        return plan_building.decide_deletions(self._target, _ids(ids), index=index)

    def _without_refusals(
        self,
        df: DataFrame,
        mapping: Mapping | dict[str, str] | None,
        desired: Desired,
        match_on: MatchOn,
        known: dict[str, LeadField],
    ) -> tuple[Desired, dict[int, str]]:
        """Return the rows without the phones of people who want no calls, and row → reason of those who opted out.

        A column and its cell say so, as in an intake.

        Args:
            df: The frame of the caller.
            mapping: Its mapping; without one, only columns that say nothing else are read.
            desired: The rows of the plan.
            match_on: Field by which they match.
            known: Column → lead field, for all fields that can be set, also for those that are not written.
        """
        from pb2b_notebook.opt_outs import is_flag
        from pb2b_notebook.upserts.planning import opted_out
        from pb2b_notebook.upserts.planning.desired_rows import is_only_read
        from pb2b_notebook.upserts.planning.match_keys import match_keys

        flags = [name for name in column_names(df) if is_flag(name) and is_only_read(name, known)]
        source = df if mapping is not None else df[flags] if flags else None
        if source is None:
            return desired, {}
        harmless, columns = self._target.session.client.profile.names("harmless"), _columns_of(mapping)
        refusals = opted_out.read_refusals(source, columns, harmless)
        found = refusals.rows
        values = desired.values  # noqa: PD011 - a frame of its own
        name = "email" if "email" in values.columns or match_on != "email" else "given_key"
        emails = match_keys(values[name], "email").to_list() if name in values.columns else [None] * values.height
        no_calls = refusals.phone_objections(found, emails)
        phones = [name for name, field in desired.fields.items() if field.type == "phone"]
        if not (no_calls and phones):
            return desired, {row: why for row, why in found.items() if row not in no_calls}
        refused = pl.col("row").is_in([*no_calls])
        notices.say(f"plan: {len(no_calls):,} without the phone: {next(iter(no_calls.values()))}")
        phoneless = values.with_columns(pl.when(~refused).then(pl.col(name)).alias(name) for name in phones)
        return replace(desired, values=phoneless), {row: why for row, why in found.items() if row not in no_calls}

    def _fields_of_service(self, df: DataFrame, fields: Sequence[str] | None) -> dict[str, LeadField]:
        """Return custom fields that no list of lead fields has, and fields of the service's own that are asked for.

        Others of its own fields are not written: the service alone may set them.
        """
        columns = _columns_of_service(self._target.session) & {*column_names(df)}
        nested = {n for n in columns if any(isinstance(value, list | tuple | dict) for value in values_of(df, n))}
        columns -= nested
        found = {name: name.removeprefix(_CUSTOM) for name in columns if name.startswith(_CUSTOM)}
        asked = {name: name for name in columns & {*(fields or ())} if name not in found}
        return {key: LeadField(key, _BY_VALUES, builtin=name == key) for name, key in (found | asked).items()}

    def _lead_fields(self) -> dict[str, LeadField]:
        """Return the lead fields of the workspace; where the key may not read them, those of the contract."""
        session = self._target.session
        try:
            found = {} if session.is_missing("lead_fields.list") else dict(read_fields(list_lead_fields(session)))
        except (PermissionDeniedError, NotFoundError, UnknownOperationError):
            found = {}
        if found:
            return found
        from pb2b_notebook.cleanup.lead_columns import builtin_fields

        operation = session.operations.find("leads.update")
        keys = [name for name in operation.body or () if name in lead_kinds() and name not in NOT_SET]
        known = builtin_fields()
        return {key: known.get(key) or LeadField(key) for key in keys}


def _with_type(field: LeadField, df: DataFrame) -> LeadField:
    values = values_of(df, field.column) if field.column in column_names(df) else ()
    typed = with_type_of_values(field, values)
    if typed is not field and typed.type == "datetime" and all(_is_day(value) for value in values):
        return replace(typed, type="date")
    return typed


def _is_day(value: Any) -> bool:
    """Whether a value is blank, or a time that stands for a day, as pandas keeps days."""
    return not isinstance(value, datetime) or (value.tzinfo is None and value.time() == time())


def _empty_columns(frame: DataFrame, known: Collection[str]) -> set[str]:
    """Return columns of fields that only our contract has, without a value: each list of leads has all of these."""
    from pb2b_notebook.upserts.planning.desired_rows import SET_BY_SERVICE

    held = ({*column_names(frame)} & lead_kinds().keys()) - {*known, "id", "object", "updated_at", *SET_BY_SERVICE}
    return {name for name in held if all(value is None for value in values_of(frame, name))}


def _columns_of_service(session: Session) -> frozenset[str]:
    """Return the columns that the service gives leads beyond its document and our contract: a plan leaves them out."""
    operation = session.operations.find("leads.list")
    declared = {field.name for field in operation.fields} if session.operations.origin else set()
    own = {*declared, *(session.schema(operation).names if declared else ())} - lead_kinds().keys()
    return frozenset(session.unknown_columns | {n for n in own if n in declared or not n.startswith("custom_")})


def _status_words(session: Session) -> frozenset[str]:
    """Return the status words that the service has given, in its document or in rows."""
    status = session.operations.find("leads.list").parameter("status")
    return session.client.profile.status_words | frozenset(status.choices if status else ())


def _with_words(known: dict[str, LeadField], words: Collection[str]) -> dict[str, LeadField]:
    """Return the lead fields with status words of the service's own as options of the status."""
    status = known.get("status")
    if status is None or not status.options or not words:
        return known
    return {**known, "status": replace(status, options=tuple(dict.fromkeys([*status.options, *sorted(words)])))}


def _first_of_each_cell(cell_problems: Sequence[CellProblem]) -> tuple[CellProblem, ...]:
    """Return one problem for each cell: the mapping and the type of the field may both refuse it."""
    first: dict[tuple[int, str | None], CellProblem] = {}
    for problem in cell_problems:
        first.setdefault((problem.row, problem.field), problem)
    return tuple(first.values())


def _apply_mapping(
    df: DataFrame, mapping: Mapping | dict[str, str] | None, known: dict[str, LeadField]
) -> tuple[DataFrame, tuple[CellProblem, ...]]:
    """Return the frame with the names of the API, and the cells that the mapping could not convert."""
    if mapping is None:
        return df, ()
    from pb2b_notebook.mapping import Mapping
    from pb2b_notebook.upserts.planning.desired_rows import CellProblem

    resolved = mapping if isinstance(mapping, Mapping) else Mapping(mapping)
    unread = tuple(
        CellProblem(row, reading.field.column, "unconverted", message)
        for reading in resolved.readings(df, known)
        for row, message in sorted(reading.reasons.items())
    )
    frame = resolved.apply(df, known, unmapped="drop")
    for name in ("id", "updated_at"):
        if name in df.columns and name not in resolved.columns and name not in resolved.ignored:
            frame = _with_column(frame, name, df[name])
    changed = {*resolved.converters, *resolved.values}  # noqa: PD011 - value maps
    for column, key in resolved.columns.items():
        is_kept = column not in changed and key not in resolved.defaults
        if is_kept and known[key].kind == "text" and _is_numeric(df[column].dtype):
            # A plan compares a number with the text of a lead as numbers: the text of it would overwrite "007".
            frame = _with_column(frame, known[key].column, df[column])
    return frame, unread


def _columns_of(mapping: Mapping | dict[str, str] | None) -> dict[str, str]:
    """Return column → lead field of a mapping."""
    return {} if mapping is None else mapping if isinstance(mapping, dict) else dict(mapping.columns)


def _is_numeric(dtype: Any) -> bool:
    return bool(dtype.is_numeric()) if hasattr(dtype, "is_numeric") else getattr(dtype, "kind", "") in {*"iuf"}


def _texts_of_fields(fields: dict[str, Any]) -> dict[str, list[str]]:
    """Return the built-in fields of one person as the columns of one row; only text is compared."""
    from pb2b_notebook.cleanup.lead_columns import builtin_fields

    return {name: [value] for name, value in fields.items() if name in builtin_fields() and isinstance(value, str)}


def _frame_of(df: Any, purpose: str = "a plan") -> Any:
    """Return the frame, or that of a step of cleanup, as a pandas or polars DataFrame."""
    result = getattr(df, "frame", df)
    return input_frame(
        result if is_frame(result) and not is_frame(df) else df, purpose=purpose, repair=_FRAME_REPAIR
    ).frame


def _with_tags(frame: Any, fields: Sequence[str] | None, columns: dict[str, LeadField]) -> Any:
    """Return the frame with a column ``tags`` if it merges leads: merged leads are tagged."""
    if fields is not None or "tags" not in columns or "tags" in frame.columns or "merged_into" not in frame.columns:
        return frame
    if library_of(frame) == "polars":
        return frame.with_columns(tags=pl.lit(None, pl.List(pl.String)))
    return frame.assign(tags=None)


def _with_column(frame: DataFrame, name: str, values: Any) -> DataFrame:
    if library_of(frame) == "polars":
        return frame.with_columns(values.alias(name))
    return frame.assign(**{name: values.array})


def _rules(match_on: Any, existing: Any, missing: Any, clear: Any, on_conflict: Any) -> Rules:
    choices = {
        "match_on": (match_on, get_args(MatchOn)),
        "existing": (existing, get_args(Existing)),
        "missing": (missing, get_args(Missing)),
        "on_conflict": (on_conflict, get_args(OnConflict)),
    }
    for name, (value, allowed) in choices.items():
        if not isinstance(value, str) or value not in allowed:
            raise InvalidParameterError(f"unknown value for {name}", repair=nearest(value, allowed))
    if isinstance(clear, str) or not hasattr(clear, "__iter__"):
        repair = f"clear=[{clear!r}]" if isinstance(clear, str) else 'clear=["phone"]'
        raise InvalidParameterError("clear must be a list of columns", repair=repair)
    if clear and existing != "overwrite":
        raise InvalidParameterError(
            f"clear empties values, and existing={existing!r} keeps the values of a lead",
            repair='existing="overwrite", or leave clear out',
        )
    return Rules(match_on, existing, missing, tuple(clear), on_conflict)


def _check_clear(clear: Sequence[str], columns: dict[str, LeadField]) -> None:
    for name in clear:
        if name == "status":
            raise InvalidParameterError("a lead always has a status", repair="leave 'status' out of clear")
        if name not in columns:
            raise InvalidParameterError(f"unknown lead field {name!r} in clear", repair=nearest(str(name), columns))


def _parameters(rules: Rules, fields: Sequence[str] | None, mapping: Mapping | dict[str, str] | None) -> dict[str, Any]:
    return {
        "match_on": rules.match_on,
        "existing": rules.existing,
        "missing": rules.missing,
        "clear": list(rules.clear),
        "on_conflict": rules.on_conflict,
        "fields": None if fields is None else list(fields),
        "mapping": mapping if isinstance(mapping, dict | None) else mapping.to_json(),
    }


def _as_list(ids: Any) -> Any:
    return ids.tolist() if hasattr(ids, "tolist") else ids.to_list() if hasattr(ids, "to_list") else ids


def _ids(ids: Any) -> list[str]:
    values = ids if is_frame(ids) or isinstance(ids, type) else _as_list(ids)
    if is_frame(ids) or isinstance(ids, str | type) or not hasattr(values, "__iter__"):
        raise InvalidParameterError("plan_delete takes a list of ids", repair='ws.leads.plan_delete(["lead_…"])')
    lead_ids = [id_text(getattr(value, "item", lambda value=value: value)()) for value in values]
    if not all(isinstance(lead_id, str) and lead_id.strip() for lead_id in lead_ids):
        raise InvalidParameterError(
            "an id is text; some of these are not", repair="give the column 'id' of ws.leads.list(), without blanks"
        )
    return lead_ids

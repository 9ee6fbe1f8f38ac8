"""Find rows of a plan that would create a lead for a person who opted out and has another address now.

Such a person is found by matching, not only by the email address: the rows are compared with the opted-out leads of the
workspace, deleted ones included, by :mod:`pb2b_notebook.cleanup.linkage`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import compress
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook import opt_outs
from pb2b_notebook.display import notices
from pb2b_notebook.errors import BadRequestError, InvalidParameterError, ValidationError
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.mapping.suggestions.headers import named_field
from pb2b_notebook.mapping.vocabulary import qualifiers
from pb2b_notebook.openapi.import_cells import is_blank
from pb2b_notebook.opt_outs import OPTED_OUT, can_say, is_consent, is_flag, is_opted_out
from pb2b_notebook.opt_outs.vocabulary import is_without_spaces
from pb2b_notebook.upserts.planning import current_leads
from pb2b_notebook.upserts.planning.decisions import no_suppressed_rows
from pb2b_notebook.upserts.planning.hidden_values import hidden_flags, with_hidden_flags
from pb2b_notebook.upserts.planning.label_pairs import columns_with_cells
from pb2b_notebook.upserts.planning.opt_out_kinds import opt_out_kind
from pb2b_notebook.upserts.planning.past_dates import is_past
from pb2b_notebook.upserts.planning.protection import (
    PROTECTED,
    is_protected,
    is_unknown,
    says_inside,
    says_opted_out,
    state_column,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from pb2b_notebook.upserts.planning.desired_rows import Desired
    from pb2b_notebook.upserts.target_workspace import Target


_NAMES_OF_PEOPLE: Final = frozenset({"full_name", "first_name", "last_name"})
_NAME_FIELDS: Final = _NAMES_OF_PEOPLE | {"company_name"}
_READ_FIELDS: Final = _NAME_FIELDS | {"email", "phone", "status", "tags"}
"""Fields of which only some cells may say that a person opted out; others are read as columns that are not mapped."""
UNCLEAR_CONSENT: Final = "holds a consent, and this answer is neither a yes nor a no"
"""End of the reason of a row whose consent is not understood."""
NO_CALLS: Final = (
    "says that the person wants no calls or messages, so that the phone is not sent; e-mail is not refused"
)
UNCLEAR_REMARK: Final = "has a remark that may be a refusal, and is not understood"
"""End of the reason of a row whose remark a person is to look at."""
UNCLEAR_LIST: Final = "which is named like a list of refusals: look whether it is this person"
"""End of the reason of a row that is perhaps of a person on another list."""
UNCLEAR_REFUSAL: Final = "has an answer that forbids it: look whether the person wants no contact at all"
"""End of the reason of a row whose person forbids a newsletter, a magazine or a mailing."""
UNCLEAR_LEAVING: Final = "says that the person left: look whether the person still works there"
"""End of the reason of a row with a past date, or a yes, in a column of who left or took a consent back."""
UNCLEAR: Final = (UNCLEAR_CONSENT, UNCLEAR_REMARK, UNCLEAR_LIST, UNCLEAR_REFUSAL, UNCLEAR_LEAVING)
"""Ends of reasons that a person settles by a look at the row."""
BY_THIRD_PARTIES: Final = "asks about contact by third parties, which this person refused"
"""End of the reason of a row whose person refused the contact by others, of whom we may be one."""
_TITLES: Final = frozenset({"prefix", "nameprefix", "titleprefix", "civ"})
"""Names of columns of titles beside those of salutations, folded."""
_NUMBER: Final = re.compile(r"\d{1,6}(\.0+)?")
_DIGIT: Final = re.compile(r"\d")
_FEWEST_ADDRESSES: Final = 5
_WORDS_OF_REMARK: Final = 3
"""Words of a remark; names and places mostly have fewer."""
_LONGEST_WORD: Final = 4
"""Characters of a word, where none are between words."""
_FEWEST_OF_STATES: Final = 10
_MOST_OF_REMARKS: Final = 1 / 5
_MOST_OF_STATES: Final = 1 / 2
"""Parts of the rows that have the same remark, or a date of leaving."""
_TEXTS_AT_ONCE: Final = 10_000
_MOST_LOOKED_AT: Final = 1000
_ADDED: Final = re.compile(r"[(\[–—;,]|\s-\s")
"""What stands between a name and a remark: "Ada Berg (do not contact)"."""


def read_leads(target: Target, source: current_leads.CompareWith) -> pl.DataFrame:
    """Return the opted-out leads of a workspace, deleted ones included.

    Args:
        target: The workspace.
        source: "mirror", which must be synced, or "service". A service that cannot list leads by status is read whole,
            and a notice says so.
    """
    leads = with_hidden_flags(target, _from_mirror(target) if source == "mirror" else _from_service(target))
    leads = current_leads.protect(target, leads)
    return leads.filter(PROTECTED)


def read_current_leads(target: Target) -> pl.DataFrame:
    """Return the opted-out leads as they are now: of the mirror, synced first, if leads are mirrored."""
    if not current_leads.are_mirrored(target):
        return read_leads(target, "service")
    target.mirror().sync("leads")
    return read_leads(target, "mirror")


def find_opted_out(
    values: pl.DataFrame,
    leads: pl.DataFrame,
    row_names: Callable[[pl.Series], pl.Series],
    rows: Collection[int] | None = None,
    words: Collection[str] = (),
) -> pl.DataFrame:
    """Return the rows that are probably about people who opted out, with the columns of ``no_suppressed_rows``.

    They are compared with leads, and with the rows of the list that are opted out themselves.

    Args:
        values: Values by key of the lead field, and ``row``, of all rows.
        leads: Opted-out leads.
        row_names: Function that returns how messages name the rows at some positions.
        rows: Rows to compare; by default all that are not opted out themselves.
        words: Status words that mean an opt-out at this service, beside those that say so: :func:`status_words`.
    """
    from pb2b_notebook.cleanup.frames import open_frame
    from pb2b_notebook.cleanup.linkage.columns.all_phones import phone_columns
    from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES
    from pb2b_notebook.cleanup.linkage.suppression import find_suppressed

    is_gone = _is_opted_out(values, words)
    is_compared = ~is_gone
    compared = values.filter(is_compared if rows is None else is_compared & pl.col("row").is_in(list(rows)))
    of_service, of_list = leads.drop("row", strict=False), values.filter(is_gone).drop("id", strict=False)
    names = {*SOURCES, *phone_columns({*of_service.columns, *of_list.columns}), "id", "status", "row"}
    people = pl.concat(
        [
            of.select(
                pl.col(name).cast(pl.String)
                for name, kind in of.schema.items()
                if name in names and not kind.is_nested()
            )
            for of in (of_service, of_list)
        ],
        how="diagonal",
    )
    if not (compared.height and people.height):
        return no_suppressed_rows()
    found = find_suppressed(open_frame(compared), open_frame(people))
    people = people[found["suppressed"].to_list()]
    is_row = people["row"].is_not_null()
    named = pl.Series([None] * found.height, dtype=pl.String).scatter(
        is_row.arg_true(), row_names(people["row"].filter(is_row).cast(pl.Int64))
    )
    return found.select(
        row=compared["row"].gather(found["row"]).cast(pl.Int64),
        lead_id=people["id"],
        status=people["status"],
        probability="probability",
        reasons=pl.coalesce(pl.format("{} (row {} of the list)", "reasons", named), "reasons"),
    )


def with_rows_of_list(suppressed: pl.DataFrame | None, reasons: Mapping[int, str]) -> pl.DataFrame | None:
    """Return the suppressed rows with those of which the list says that the person opted out."""
    if not reasons:
        return suppressed
    listed = pl.DataFrame({"row": [*reasons], "reasons": [*reasons.values()]}, schema_overrides={"row": pl.Int64})
    others = no_suppressed_rows() if suppressed is None else suppressed.remove(pl.col("row").is_in([*reasons]))
    return pl.concat([others, listed], how="diagonal").sort("row")


def values_by_key(desired: Desired) -> pl.DataFrame:
    """Return the values of a plan by key of the lead field, and ``row``."""
    fields = [
        desired.values[column].alias(field.key)
        for column, field in desired.fields.items()
        if field.builtin or can_say(field.key)
    ]
    return pl.DataFrame([desired.values["row"], *fields])


def further_phones(frame: Any, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return the columns of a list that may hold another phone of its people and are not written, as text, and ``row``.

    Args:
        frame: The list, as pandas or polars.
        columns: Column → lead field, for mapped columns.

    >>> import pandas as pd
    >>> further_phones(pd.DataFrame({"Tel": ["030 901820"], "Mobile": ["0171 3200001"]}), {"Tel": "phone"}).rows()
    [(0, '0171 3200001')]
    """
    from pb2b_notebook.cleanup.linkage.columns.all_phones import phone_columns
    from pb2b_notebook.cleanup.linkage.names.folding import as_text

    names = [name for name in column_names(frame) if isinstance(name, str) and name not in columns and name != "phone"]
    found = {name: as_text(cells_of(frame, name)) for name in phone_columns(names)}
    return pl.DataFrame({"row": pl.int_range(len(frame), eager=True), **found})


def with_further_phones(values: pl.DataFrame, phones: pl.DataFrame | None) -> pl.DataFrame:
    """Return the values of :func:`values_by_key` with the columns of :func:`further_phones`, to be compared."""
    if phones is None:
        return values
    others = phones.drop(set(values.columns) - {"row"}, strict=False)
    return values.join(others.cast({"row": values["row"].dtype}), on="row", how="left", maintain_order="left")


def status_words(target: Target) -> frozenset[str]:
    """Return the status words that mean an opt-out at this service, or that no user has explained yet."""
    profile = target.session.client.profile
    return (profile.names("opted_out") | profile.names("asked_about")) - profile.names("harmless")


def has_opted_out_rows(values: pl.DataFrame, words: Collection[str] = ()) -> bool:
    """Return whether rows of a list are opted out themselves."""
    return not values.filter(_is_opted_out(values, words)).is_empty()


def _is_opted_out(values: pl.DataFrame, words: Collection[str] = ()) -> pl.Expr:
    """Return an expression: whether a row of a list says itself that the person opted out.

    Args:
        values: Values by key of the lead field, and ``row``.
        words: Further status words that mean an opt-out at this service.
    """
    # Every row has a number. A literal alone fails: polars filters long frames in parts, and it has one value in each.
    found = [pl.col("row").is_null(), *(says_opted_out(name) for name in values.columns if can_say(name))]
    states = state_column(values)
    if states is not None:
        status = pl.col(states).cast(pl.String).str.strip_chars().str.to_lowercase()
        texts = values[states].cast(pl.String).unique().to_list()
        known = [word for word in texts if word and is_opted_out(word.strip().lower())]
        found.append(status.is_in([word.strip().lower() for word in (*known, *words)]))
    return pl.any_horizontal(found).fill_null(value=False)


def _from_mirror(target: Target) -> pl.DataFrame:
    from pb2b_notebook.mirror.reading import queries

    table = target.mirror().table("leads")
    stored = table.snapshot()
    profile = target.session.client.profile
    if hidden_flags(target, queries.collect_rows(table, stored.head(1))):
        every: pl.DataFrame = queries.collect_rows(table, stored)
        return every
    with_status = stored.filter(pl.col("status").is_not_null()) if "status" in table.polars_schema() else stored
    shown = queries.collect_rows(table, with_status.head(1))
    where = is_protected(shown, profile.names("harmless"), profile.names("opted_out"))
    rows: pl.DataFrame = queries.collect_rows(table, stored, where=where)
    return rows


def _from_service(target: Target) -> pl.DataFrame:
    profile = target.session.client.profile
    words = profile.names("asked_about") | profile.names("opted_out")
    parameter = target.session.operations.find("leads.list").parameter("status")
    if parameter is not None and not words and set(parameter.choices) >= set(OPTED_OUT):
        try:
            found = current_leads.list_leads(target, {"status": list(OPTED_OUT)})
        except (BadRequestError, ValidationError, InvalidParameterError):
            pass  # A service may not have the filter that our contract has.
        else:
            # Without any, the service may have other words; with a flag, it may mark other people by that.
            flags = found.height and (hidden_flags(target, found) or any(_says_more(found, n) for n in found.columns))
            if found.height and not flags:
                return found
            return current_leads.list_leads(target, {})
    notices.say("plan: this service cannot list leads by status, so that all were read to find those who opted out")
    return current_leads.list_leads(target, {})


def _says_more(leads: pl.DataFrame, name: str) -> bool:
    """Whether a column of opted-out leads may say it of others, too, which a filter by status does not find."""
    if is_unknown(name):
        return bool(leads.select(says_inside(name).any()).item())
    return can_say(name) and name != "tags"


@dataclass(frozen=True, slots=True)
class ListRefusals:
    """What a list says about who opted out; each of its columns is read once.

    Attributes:
        rows: Row → reason, for rows of which the list says so: what :func:`find_opted_out_rows` returns.
        by_column: Name of each column, and row → text of the cells by which it says so alone.
    """

    rows: dict[int, str]
    by_column: list[tuple[str, dict[int, str]]]

    def phone_objections(self, opted_out: Collection[int], emails: Sequence[str | None]) -> dict[int, str]:
        """Return row → reason, for rows that are opted out by an objection to calls alone, and that have an address.

        Args:
            opted_out: Rows that are opted out.
            emails: Address of each row of the list.
        """
        left = {row for row in opted_out if emails[row]}
        found: dict[int, str] = {}
        for name, texts in self.by_column:
            for row in left.intersection(texts):
                if opt_outs.objects_to_phone_alone(name, texts[row]):
                    found.setdefault(row, f"the column {name[:40]!r} {NO_CALLS}")
                else:
                    left.discard(row)
        return {row: why for row, why in found.items() if row in left}


def find_opted_out_rows(
    frame: Any, columns: Mapping[str, str], harmless: Collection[str] = (), unclear: Collection[Any] = ()
) -> dict[int, str]:
    """Return row → reason, for rows of which the list says that the person opted out, by a column or by a word.

    An answer in a column of consents that is neither a yes nor a no counts as an opt-out until a person looks at it.
    So does a remark that may be a refusal. Who agreed to one way of contact, and not to text messages or to contact by
    third parties, has not opted out.

    Args:
        frame: The list, as pandas or polars.
        columns: Column → lead field, for mapped columns. The service's own words for it are values of its status.
            What the name of a column says stays true of it, whatever field it is mapped to.
        harmless: Answers that a user called harmless, and names of columns that do not say who may be contacted.
        unclear: Columns that the list from which these rows were held back has for answers or remarks, as
            :func:`columns_of_reasons` finds them. The rows are few, and all of them in doubt: what is usual among them
            shows nothing.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"E-Mail": ["a@b.example", "c@d.example"], "Opted out": ["no", "x"]})
    >>> find_opted_out_rows(people, {"E-Mail": "email"})
    {1: "the column 'Opted out' says that the person opted out"}
    """
    return read_refusals(frame, columns, harmless, unclear).rows


def read_refusals(
    frame: Any, columns: Mapping[str, str], harmless: Collection[str] = (), unclear: Collection[Any] = ()
) -> ListRefusals:
    """Return what a list says about who opted out; the arguments are those of :func:`find_opted_out_rows`.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"E-Mail": ["a@b.example", None], "Do Not Phone": ["yes", "yes"]})
    >>> found = read_refusals(people, {"E-Mail": "email"})
    >>> [*found.rows], [*found.phone_objections(found.rows, ["a@b.example", None])]
    ([0, 1], [0])
    """
    table = columns_with_cells(frame)
    notes = _find_all_notes(table, columns)
    explained = {word.strip().lower() for word in harmless}
    found: dict[int, str] = {}
    of_some: dict[int, str] = {}
    consents: list[tuple[dict[int, str], Sequence[Any]]] = []
    by_column: list[tuple[str, dict[int, str]]] = []
    for column, cells in table:
        name = str(column)
        field = _field_to_read(name, columns.get(column))
        if is_consent(name) and _are_counts(name, cells):
            continue
        refused = _read_column(name, field, cells, notes, explained, is_unclear=column in unclear)
        of_others = _refusals_of_third_parties(name, cells, explained)
        by_column.append((name, {row: str(cells[row]) for row in refused | of_others}))
        if opt_outs.is_consent_to_messages(name):
            of_some = refused | of_some
            continue
        of_some = of_others | of_some
        clear = {row: why for row, why in found.items() if row not in refused or not why.endswith(UNCLEAR)}
        found |= refused | clear  # what is not understood does not hide what another column says clearly
        if is_consent(name):
            consents.append((refused, cells))
    for row, why in of_some.items():
        is_hidden = row in found and not found[row].endswith(UNCLEAR)
        agrees = any(
            row not in refused and opt_outs.read_consent(cells[row]) == "agrees" for refused, cells in consents
        )
        if not (is_hidden or agrees):
            found[row] = why
    return ListRefusals(found, by_column)


def _find_all_notes(table: Sequence[tuple[Any, Sequence[Any]]], columns: Mapping[str, str]) -> set[str]:
    """Return the texts of a list that may say that a person opted out, but for those of columns that are judged."""
    fields = ((str(column), _field_to_read(str(column), columns.get(column)), cells) for column, cells in table)
    return _find_notes(cells for name, field, cells in fields if not _are_all_judged(name, field))


def _refusals_of_third_parties(name: str, cells: Sequence[Any], explained: Collection[str]) -> dict[int, str]:
    """Return row → reason, for the cells that refuse contact by others, in a column that asks about it alone."""
    asks = opt_outs.asks_for_third_parties(name) and not (
        is_consent(name) or is_flag(name) or opt_outs.is_consent_to_messages(name)
    )
    if not asks or name.strip().lower() in explained:
        return {}
    why = f"the column {name[:40]!r} {BY_THIRD_PARTIES}"
    answers = map(opt_outs.read_consent, opt_outs.read_letters(cells, name))
    return {row: why for row, answer in enumerate(answers) if answer == "refuses"}


def find_unanswered_consents(frame: Any) -> dict[str, list[int]]:
    """Return column → its blank rows, for columns of consents in which others answer.

    A blank is not an opt-out: lists of people who agreed by other ways have such columns, too.

    >>> import pandas as pd
    >>> find_unanswered_consents(pd.DataFrame({"Consent": ["yes", None], "GDPR": [None, None]}))
    {'Consent': [1]}
    """
    found: dict[str, list[int]] = {}
    for name, cells in ((str(column), cells_of(frame, column)) for column in frame.columns):
        if is_consent(name) and opt_outs.is_explicit_consent(name):
            answers = [opt_outs.read_consent(cell) for cell in opt_outs.read_letters(cells, name)]
            if not {"agrees", "refuses"}.isdisjoint(answers):
                found[name] = [row for row, answer in enumerate(answers) if answer == "says nothing"]
    return {name: rows for name, rows in found.items() if rows}


def find_refused_newsletters(frame: Any) -> dict[str, list[int]]:
    """Return column → rows, for columns in which people declined a newsletter, which does not opt them out.

    >>> import pandas as pd
    >>> find_refused_newsletters(pd.DataFrame({"Newsletter": ["yes", "no"], "Consent": ["no", "no"]}))
    {'Newsletter': [1]}
    """
    columns = [(str(column), column) for column in frame.columns]
    found = {
        name: [row for row, cell in enumerate(cells_of(frame, column)) if opt_outs.read_consent(cell) == "refuses"]
        for name, column in columns
        if opt_outs.names_newsletter(name)
        and not (is_consent(name) or is_flag(name))
        and not (opt_outs.asks_for_messages(name) or opt_outs.refuses_messages(name))
    }
    return {name: rows for name, rows in found.items() if rows}


def columns_of_opt_outs(frame: Any) -> list[str]:
    """Return the columns that say of some rows that the person opted out, or that are named like ones that may.

    >>> import pandas as pd
    >>> columns_of_opt_outs(pd.DataFrame({"E-Mail": ["a@b.example"], "Opted out": ["no"], "Note": ["do not contact"]}))
    ['Opted out', 'Note']
    """
    cells = {str(column): cells_of(frame, column) for column in frame.columns}
    notes = _find_notes(given for name, given in cells.items() if not _are_all_judged(name, None))
    return [
        name
        for name, given in cells.items()
        if _are_answers(name, given) or _read_column(name, None, given, notes, explained=())
    ]


def find_remarks(frame: Any, columns: Mapping[str, str]) -> list[tuple[int, str, str]]:
    """Return row, column and text of each remark that people wrote about a row, in the order of rows.

    A column with no text of several words has states, and a text that more than a fifth of the rows have is one.

    Args:
        frame: The list, as pandas or polars.
        columns: Column → lead field, for mapped columns.

    >>> import pandas as pd
    >>> find_remarks(pd.DataFrame({"Ort": ["Bad Ems", "Bonn"], "Note": [None, "met in May"]}), {})
    [(1, 'Note', 'met in May')]
    """
    found: list[tuple[int, str, str]] = []
    for column, cells in columns_with_cells(frame):
        name = str(column)
        if columns.get(column) in _READ_FIELDS or is_flag(name) or is_consent(name) or can_say(name):
            continue
        texts = [cell for cell in cells if isinstance(cell, str)]
        if _has_remarks(name, texts) and any(map(_has_wording, {*texts})):
            counts = Counter(texts)
            own = {text for text in counts if not (is_blank(text) or _is_state(counts[text], len(cells)))}
            found += [
                (row, name, cell.strip()) for row, cell in enumerate(cells) if isinstance(cell, str) and cell in own
            ]
    return sorted(found, key=lambda remark: remark[0])


def _has_wording(text: str) -> bool:
    return len(text.split()) >= _WORDS_OF_REMARK or (is_without_spaces(text) and len(text) > _LONGEST_WORD)


def _is_state(count: int, rows: int, most: float = _MOST_OF_REMARKS) -> bool:
    """Whether a text that this number of rows has is their state, and not a remark about one of them."""
    return rows >= _FEWEST_OF_STATES and count > rows * most


def _are_answers(name: str, cells: Sequence[Any]) -> bool:
    """Whether a column is read for who opted out, whatever its cells are."""
    return is_flag(name) or (is_consent(name) and not _are_counts(name, cells) and not opt_outs.is_choice(name))


def columns_of_reasons(names: Iterable[Any], reasons: Iterable[Any]) -> list[Any]:
    """Return the columns whose answers or remarks are not understood, by the reasons why rows were held back.

    >>> columns_of_reasons(["Email", "Talk"], [f"the column 'Talk' {UNCLEAR_REMARK}; it may be: Ada", None])
    ['Talk']
    """
    text = "\n".join(str(reason) for reason in reasons)
    return [name for name in names if any(_unclear(str(name), why) in text for why in UNCLEAR)]


def _unclear(name: str, why: str) -> str:
    """Return the reason why a row waits for an answer or a remark in this column."""
    return f"the column {name[:40]!r} {why}"


def _field_to_read(name: str, field: str | None) -> str | None:
    """Return the field by which a column is read; what it says itself is true whatever field it is given to."""
    return None if field not in _READ_FIELDS or is_flag(name) or is_consent(name) else field


def _are_all_judged(name: str, field: str | None) -> bool:
    """Return whether each text of a column is judged, because it can say so in whatever words."""
    return field in _NAMES_OF_PEOPLE or (field is None and (can_say(name) or _holds_titles(name)))


def _find_notes(columns: Iterable[Sequence[Any]]) -> set[str]:
    """Return the texts of some columns that may say that a person opted out.

    To look for thousands of words takes long to begin, however few the texts are: several columns are read at once.
    """
    found, texts = set[str](), dict[str, None]()
    for cells in (*columns, None):
        texts |= dict.fromkeys(cell for cell in cells or () if isinstance(cell, str))
        if cells is None or len(texts) > _TEXTS_AT_ONCE:
            found.update(compress(texts, opt_outs.may_be_note([*texts])))
            texts = {}
    return found


def _read_column(
    name: str,
    field: str | None,
    cells: Sequence[Any],
    notes: Collection[str],
    explained: Collection[str],
    *,
    is_unclear: bool = False,
) -> dict[int, str]:
    """Return row → reason, for the cells of a column that say that the person opted out.

    Args:
        name: Name of the column.
        field: Field to which it is mapped.
        cells: Its cells.
        notes: The texts of the list that may say so, whatever their column is called.
        explained: Answers and columns that a user called harmless, in lower case.
        is_unclear: Whether the column has answers or remarks that are in doubt.
    """
    if is_consent(name) or is_flag(name):
        cells = opt_outs.read_letters(cells, name)
    texts = [cell for cell in cells if isinstance(cell, str)]
    every = _are_all_judged(name, field)
    says, judge = _judge_texts(name, field, texts, [text for text in dict.fromkeys(texts) if every or text in notes])
    what = "did not agree to be contacted" if is_consent(name) else None
    found: dict[int, str] = {}
    for row, cell in enumerate(cells):
        # Of other cells, there are few different ones.
        key = cell if isinstance(cell, str) else repr(cell)
        if key not in says and not isinstance(cell, str):
            says[key] = cell is not None and judge(cell)
        if says.get(key):
            found[row] = f"the column {name[:40]!r} says that the person {what or opt_out_kind(name, str(cell))}"
    if not (is_consent(name) or is_flag(name)):
        found = _refused_messages(name, cells, explained, is_unclear=is_unclear) | found
        found = _refused_publications(name, field, cells, explained) | found
        found = _leavings(name, field, cells, explained, is_unclear=is_unclear) | found
        found = _confirmed_statements(name, field, cells, explained) | found
    of_remarks = field is None and not (can_say(name) or is_flag(name) or is_consent(name))
    if field in {None, "status"} and opt_outs.names_state(name):
        found = _unclear_remarks(name, cells, explained, is_unclear=is_unclear, may_refuse=_wants_nothing) | found
    elif of_remarks and (is_unclear or _has_remarks(name, texts)):
        found = _unclear_remarks(name, cells, explained, is_unclear=is_unclear) | found
    elif _is_own_column(name, field):
        found = _unclear_remarks(name, cells, explained, may_refuse=_tells_departure) | found
    if is_consent(name) and name.strip().lower() not in explained:
        found = _unclear_consents(name, cells, explained, is_unclear=is_unclear) | found
    return found


def _judge_texts(
    name: str, field: str | None, texts: Sequence[str], maybe: Iterable[str]
) -> tuple[dict[str, bool], Callable[[Any], bool]]:
    """Return for those texts of a column that may say so whether they do, and the judge of its other cells."""
    is_remark = field is None and opt_outs.is_remark(name)
    judge = partial(_says_opted_out, name, field, words=1 if field is None and _are_remarks(name, texts) else 2)
    says = {text: judge(text) for text in maybe}
    if field is None and not is_remark and any(says.values()):
        # One cell shows what the column is for: beside "Do Not Solicit", DNC says the same.
        judge = partial(_says_opted_out, name, field, words=1)
        says = {text: judge(text) for text in says}
    elif _is_own_column(name, field) and not is_remark:
        says = {text: known or (_has_wording(text) and is_opted_out(text)) for text, known in says.items()}
    return says, judge


def _is_own_column(name: str, field: str | None) -> bool:
    """Return whether a column is called nothing known: what stands in it may be a remark among other texts."""
    return field is None and not (can_say(name) or is_flag(name) or is_consent(name) or named_field(name)[0])


def _refused_messages(
    name: str, cells: Sequence[Any], explained: Collection[str], *, is_unclear: bool
) -> dict[int, str]:
    """Return row → reason, for who answered no to a question for messages, or prefers no way of contact.

    A program may write "None" for a blank: it is not understood, and if many rows have it, it says nothing.
    """
    if name.strip().lower() in explained:
        return {}
    refusal = "agrees" if opt_outs.refuses_messages(name) else "refuses"
    if refusal == "agrees" or opt_outs.asks_for_messages(name):
        why = f"the column {name[:40]!r} asks about messages, which this person refused"
        answers = map(opt_outs.read_consent, opt_outs.read_letters(cells, name))
        return {row: why for row, answer in enumerate(answers) if answer == refusal}
    if not opt_outs.asks_for_way(name):
        return {}
    nones = [row for row, cell in enumerate(cells) if isinstance(cell, str) and opt_outs.is_no_way(cell)]
    is_state = not is_unclear and _is_state(len(nones), len(cells))
    return {} if is_state else dict.fromkeys(nones, _unclear(name, UNCLEAR_CONSENT))


def _refused_publications(
    name: str, field: str | None, cells: Sequence[Any], explained: Collection[str]
) -> dict[int, str]:
    """Return row → reason, for answers that forbid a newsletter, a magazine or a mailing.

    Whoever only did not choose it ("no", "not subscribed") is not among them.
    """
    if field in _READ_FIELDS or name.strip().lower() in explained or not opt_outs.names_publication(name):
        return {}
    answers = {cell for cell in cells if isinstance(cell, str) and cell.strip().lower() not in explained}
    forbidden = {answer for answer in answers if opt_outs.forbids(answer) or opt_outs.ends_subscription(answer)}
    return {row: _unclear(name, UNCLEAR_REFUSAL) for row, cell in enumerate(cells) if cell in forbidden}


def _leavings(
    name: str, field: str | None, cells: Sequence[Any], explained: Collection[str], *, is_unclear: bool
) -> dict[int, str]:
    """Return row → reason, for a past date, or a yes, in a column of when people left a company.

    Of guests or goods that leave, most have such a date.
    """
    kind = None if field is not None or name.strip().lower() in explained else opt_outs.names_leaving(name)
    if kind is None:
        return {}
    past = _past_dates(cells)
    dated = sum(each is not None for each in past)
    if kind == "perhaps" and not is_unclear and _is_state(dated, len(cells), _MOST_OF_STATES):
        return {}
    if kind == "surely":
        past = [_is_yes(cell) if each is None else each for each, cell in zip(past, cells, strict=True)]
    return {row: _unclear(name, UNCLEAR_LEAVING) for row, each in enumerate(past) if each}


def _confirmed_statements(
    name: str, field: str | None, cells: Sequence[Any], explained: Collection[str]
) -> dict[int, str]:
    """Return row → reason, for a yes or a past date under a name that is itself a remark: "No mail please"."""
    own = _is_own_column(name, field) and name.strip().lower() not in explained
    says = opt_outs.states_of_person(name) if own else None
    if says is None:
        return {}
    past = _past_dates(cells)
    dated = sum(each is not None for each in past)
    if says == "left" and _is_state(dated, len(cells), _MOST_OF_STATES):
        return {}  # of guests or goods
    holds = [_is_yes(cell) if each is None else each for each, cell in zip(past, cells, strict=True)]
    why = _unclear(name, UNCLEAR_LEAVING if says == "left" else UNCLEAR_REFUSAL)
    return {row: why for row, each in enumerate(holds) if each}


def _past_dates(cells: Sequence[Any]) -> list[bool | None]:
    today = dt.datetime.now(dt.UTC).date()  # lists are of people, also where a sandbox has a clock of its own
    return [is_past(cell, today) for cell in cells]


def _is_yes(cell: Any) -> bool:
    """Return whether a cell is a yes, and not a count."""
    text = str(cell).strip()
    return opt_outs.read_consent(cell) == "agrees" and not (_NUMBER.fullmatch(text) and text not in {"1", "1.0"})


def _wants_nothing(text: str) -> bool:
    """Return whether a state is that of a person who wanted nothing, or may refuse, but for our own words."""
    return text.strip().lower() not in OPTED_OUT and (opt_outs.is_lost(text) or opt_outs.may_refuse(text))


def _tells_departure(text: str) -> bool:
    """Return whether a text says that a person left; a single word may be a topic or a product ("Retraite")."""
    several = len(text.split()) > 1 or is_without_spaces(text)
    return opt_outs.says_alone(text) or (several and opt_outs.may_have_left(text))


def _unclear_remarks(
    name: str,
    cells: Sequence[Any],
    explained: Collection[str],
    *,
    is_unclear: bool = False,
    may_refuse: Callable[[str], bool] = opt_outs.may_refuse,
) -> dict[int, str]:
    """Return row → reason, for remarks that may be refusals, but for those that a user called harmless.

    A text that more than a fifth of several rows have is the state of each of them. In a column of states it says what
    it says however many rows have it, but for a list that has lost leads alone: its user knows what it is.
    """
    if name.strip().lower() in explained:
        return {}
    counts = Counter(cell for cell in cells if isinstance(cell, str) and cell.strip().lower() not in explained)
    if opt_outs.names_state(name):
        unclear = {*filter(may_refuse, counts)}
        if not is_unclear and len(cells) >= _FEWEST_OF_STATES and _are_all_lost(counts):
            return {}
    else:
        own = [cell for cell, count in counts.items() if is_unclear or not _is_state(count, len(cells))]
        unclear = {*filter(may_refuse, own)}
    return {
        row: _unclear(name, UNCLEAR_REMARK)
        for row, cell in enumerate(cells)
        if isinstance(cell, str) and cell in unclear
    }


def _are_all_lost(states: Iterable[str]) -> bool:
    """Return whether all states are those of lost leads, and none is a refusal."""
    return all(is_blank(state) or (opt_outs.is_lost(state) and not opt_outs.may_refuse(state)) for state in states)


def _has_remarks(name: str, texts: Sequence[str]) -> bool:
    """Return whether a column has remarks by its name, or its texts: of several, few hold a number, unlike streets."""
    if opt_outs.is_remark(name) or not _are_remarks(name, texts):
        return opt_outs.is_remark(name)
    some = texts[:_MOST_LOOKED_AT]
    numbers = sum(_DIGIT.search(text) is not None for text in some)
    return 2 * numbers < len(some) or sum(not is_blank(text) for text in some) < _FEWEST_ADDRESSES


def _are_remarks(name: str, texts: Sequence[str]) -> bool:
    """Return whether a column that is called nothing known has remarks: nearly each cell a text of its own.

    A short list, such as the rows that another one held back, is read with no less suspicion than a long one.

    >>> notes = ["wants no more calls", "asked for a price", "met at the fair", "will be back in May", "met her boss"]
    >>> _are_remarks("Gespr.", notes), _are_remarks("Firma", notes), _are_remarks("Talk", notes[:1] * 5)
    (True, False, False)
    >>> _are_remarks("Gespr.", notes[:1]), _are_remarks("Gespr.", ["", " "])
    (True, False)
    """
    given = [text for text in texts[:_MOST_LOOKED_AT] if not is_blank(text)]
    of_words = sum(len(text.split()) >= _WORDS_OF_REMARK for text in given)
    several = bool(given) and 2 * of_words >= len(given) and 5 * len({*given}) >= 4 * len(given)
    return several and not named_field(name)[0]


@lru_cache(maxsize=1024)
def _holds_titles(name: str) -> bool:
    """Return whether a column of this name has what stands before the names of people: "Civ.", "Anrede"."""
    return fold_name(name) in qualifiers("salutation") | _TITLES


def _are_counts(name: str, cells: Sequence[Any]) -> bool:
    """Whether a column with the name of a channel has numbers of messages: "Marketing emails", 12."""
    numbers = {str(cell).strip() for cell in cells if _NUMBER.fullmatch(str(cell).strip())}
    return not opt_outs.is_explicit_consent(name) and not numbers <= {"0", "1", "0.0", "1.0"}


def _unclear_consents(
    name: str, cells: Sequence[Any], explained: Collection[str], *, is_unclear: bool
) -> dict[int, str]:
    """Return row → reason, for the cells of a column of consents that are neither a yes nor a no.

    A column with the name of a law or a channel is one of consents only if some of its cells are a yes or a no.
    """
    keys = [cell if isinstance(cell, str) else repr(cell) for cell in cells]
    says = {key: opt_outs.read_consent(cell) for key, cell in dict(zip(keys, cells, strict=True)).items()}
    if not (is_unclear or opt_outs.is_explicit_consent(name)) and (
        opt_outs.is_choice(name) or {*says.values()} <= {None, "says nothing"}
    ):
        return {}
    unclear = {key for key, answer in says.items() if answer is None and key.strip().lower() not in explained}
    return {row: _unclear(name, UNCLEAR_CONSENT) for row, key in enumerate(keys) if key in unclear}


def _names_deceased_or_asks(name: str, field: str | None, cell: str) -> bool:
    if field in _NAMES_OF_PEOPLE:
        return opt_outs.names_deceased(cell) or opt_outs.asks_in_name(cell)
    return _holds_titles(name) and opt_outs.is_title_of_deceased(cell)


def _says_opted_out(name: str, field: str | None, cell: Any, words: int = 2) -> bool:
    """Whether a cell says that the person opted out, and is not a word that the field itself has.

    Args:
        name: Name of the column.
        field: Field to which it is mapped.
        cell: The cell.
        words: Least number of words that say so in a column of which it is not known that it has remarks.
    """
    if isinstance(cell, str) and _names_deceased_or_asks(name, field, cell):
        return True
    if field in _NAME_FIELDS:
        return isinstance(cell, str) and _ADDED.search(cell) is not None and is_opted_out(cell, words=2)
    if field == "status" and str(cell).strip().lower() in OPTED_OUT:
        return False
    if isinstance(cell, str) and field != "tags" and not can_say(name):
        is_status = cell.strip().lower() in opt_outs.OPTED_OUT  # whatever the name of its column, as "Segment"
        return is_status or is_opted_out(cell, words=1 if field is not None or opt_outs.is_remark(name) else words)
    if isinstance(cell, str | list | tuple | dict) or (field is None and can_say(name)):
        return opt_outs.says_opted_out(name if field is None else field, cell)
    return False

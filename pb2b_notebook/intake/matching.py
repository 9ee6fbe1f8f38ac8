"""Find the people of a list in the workspace and in other rows of the list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from pb2b_notebook.cleanup.checks.made_up import are_trials
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.lead_columns import CLUSTERED
from pb2b_notebook.cleanup.linkage.columns.compared_columns import is_identifying
from pb2b_notebook.cleanup.linkage.find import duplicates
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.results.result import Duplicates
from pb2b_notebook.cleanup.linkage.suppression import find_suppressed
from pb2b_notebook.cleanup.merging.merge import merge, reasons_to_review
from pb2b_notebook.cleanup.merging.review import INTO_OPTED_OUT
from pb2b_notebook.cleanup.options import country_of
from pb2b_notebook.cleanup.values.honorifics import is_whole_name
from pb2b_notebook.cleanup.values.phones import read_phone
from pb2b_notebook.cleanup.values.several_people import is_of_several, pattern_of_several
from pb2b_notebook.intake.decisions import (
    BY_CHOICE,
    OF_OPTED_OUT_ROW,
    Decided,
    KnownLeads,
    Link,
    RowKeys,
    State,
    Verdict,
)
from pb2b_notebook.intake.name_parts import NAME_PARTS, parts_of_one_row, spell_added_parts
from pb2b_notebook.intake.overwriting import leads_that_keep_addresses, overwrite_values
from pb2b_notebook.intake.rule_links import LIKELY, NAMES, POSSIBLE, email_keys
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import cells_of
from pb2b_notebook.opt_outs import OPTED_OUT
from pb2b_notebook.upserts.planning.protection import PROTECTED, with_protection

_OF_A_LINK = ("row_a", "row_b", "probability", "reasons", "decision")
_ROW = "row "
_BESIDE_A_NAME = (
    "first_name",
    "company_name",
    "company_domain",
    "website",
    "linkedin_url",
    "external_id",
    "title",
    "city",
)


class People(NamedTuple):
    """Which rows are one person, and which are leads already.

    Attributes:
        found: Result of ``duplicates``; ``None`` if nothing can be compared.
        has_leads: Whether the workspace has leads, so that rows are named "row 3" and not 3.
    """

    found: Duplicates[pl.DataFrame] | None
    has_leads: bool

    def names(self, rows: Collection[int], lead: str | None) -> list[Any]:
        """Return how the result names some rows and a lead."""
        named: list[Any] = [row_name(row) if self.has_leads else row for row in rows]
        return named if lead is None else [*named, lead]


class Merged(NamedTuple):
    """One record for each person who is written.

    Attributes:
        frame: The records: rows of the list, and leads of the workspace with what the list adds to them.
        rows: Position of each record in the list; ``None`` for a lead of the workspace.
        provenance: Where each value of a merged record comes from.
        waiting: Row → verdict, for rows that are not merged without a person's yes.
        located: Number of records that got the country of rows without one.
        differing: Result of :func:`find_differing`.
        kept_addresses: Ids of leads that keep their email address, although the list has another one.
        kept_names: Ids of leads without a first or a last name, whose full name is another one than the list's.
    """

    frame: pl.DataFrame
    rows: list[int | None]
    provenance: pl.DataFrame
    waiting: dict[int, Verdict]
    located: int
    differing: pl.DataFrame
    kept_addresses: Collection[str] = ()
    kept_names: Collection[str] = ()


def live_leads(leads: pl.DataFrame) -> pl.DataFrame:
    """Return the leads that were neither deleted nor merged into others."""
    return leads.filter(*(pl.col(name).is_null() for name in ("deleted_at", "merged_into") if name in leads.columns))


def row_keys(frame: pl.DataFrame) -> list[RowKeys]:
    """Return what identifies each row."""
    emails = email_keys(frame)
    # The 300 of a line of totals is not a name.
    signs = {**dict.fromkeys(NAMES, r"\p{L}"), "phone": r"\S"}
    given = {name: pl.col(name).str.contains(sign).fill_null(value=False) for name, sign in signs.items()}
    given = {name: found if name in frame.columns else pl.lit(value=False) for name, found in given.items()}
    table = frame.select(
        pl.int_range(pl.len()), phone=given["phone"], name=pl.any_horizontal(*(given[name] for name in NAMES))
    )
    wholes = frame["full_name"].fill_null("") if "full_name" in frame.columns else [""] * frame.height
    keys = zip(
        emails,
        table["phone"],
        table["name"],
        wholes,
        _has_more(frame),
        _of_several(frame),
        are_trials(frame),
        strict=True,
    )
    return [
        RowKeys(
            email,
            has_name and (email is not None or has_phone or _is_of_one_person(whole, has_more)),
            has_phone,
            of_several,
            made_up,
        )
        for email, has_phone, has_name, whole, has_more, of_several, made_up in keys
    ]


def _of_several(frame: pl.DataFrame) -> list[bool]:
    """Return whether the name of each row is one of several people."""
    several = [False] * frame.height
    names = [name for name in NAMES if name in frame.columns]
    patterns = {name: pattern_of_several(given=name == "first_name") for name in names}
    maybe = frame.select(pl.col(name).str.to_lowercase().str.contains(pattern) for name, pattern in patterns.items())
    for name in names:
        for row in maybe[name].arg_true() if maybe[name].any() else ():
            several[row] = several[row] or is_of_several(frame[name][row], given=name == "first_name")
    return several


def _has_more(frame: pl.DataFrame) -> list[bool]:
    """Return whether each row has a value beside its name by which a person is found again."""
    beside = [pl.col(name).cast(pl.String).str.contains(r"\S") for name in _BESIDE_A_NAME if name in frame.columns]
    more = pl.any_horizontal(*beside, pl.lit(value=False)).fill_null(value=False)
    return frame.select(pl.int_range(pl.len()), more.alias("more"))["more"].to_list()


def _is_of_one_person(whole: str, has_more: bool) -> bool:
    """Return whether the name of a row without a phone and an address is one by which a person is found again.

    "Herr Baumgartner" is one only beside a company or the like, and "Ada Berg / Bo Lund" are two people.
    """
    name = whole.strip()
    return not is_of_several(name) and (has_more or " " not in name or is_whole_name(name))


def known_leads(leads: pl.DataFrame) -> KnownLeads:
    """Return what decisions need of the leads of the workspace, deleted ones included."""
    survivors = dict(leads.select("id", "merged_into").iter_rows()) if "merged_into" in leads.columns else {}
    live = {*live_leads(leads)["id"]}
    protected = leads if PROTECTED in leads.columns else with_protection(leads)
    statuses = leads["status"] if "status" in leads.columns else pl.Series(["opted out"] * leads.height)
    opted_out = {
        lead_id: status or "opted out"
        for lead_id, status, is_protected in zip(leads["id"], statuses, protected[PROTECTED], strict=True)
        if is_protected
    }
    holders: dict[str, list[str]] = {}
    for lead_id, email in zip(leads["id"], email_keys(leads), strict=True):
        if email is None:
            continue
        # Someone who opted out and was deleted has still opted out.
        held_by = lead_id if lead_id in opted_out else _survivor(lead_id, survivors)
        if held_by in live or held_by in opted_out:
            holders.setdefault(email, [])
            holders[email] += [held_by] if held_by not in holders[email] else []
    named = {lead_id for lead_id, key in zip(leads["id"], row_keys(leads), strict=True) if key.has_name}
    return KnownLeads(holders, named, opted_out)


def find_people(
    frame: pl.DataFrame,
    leads: pl.DataFrame,
    *,
    threshold: float,
    roles: Mapping[str, str] | None = None,
    same: Sequence[Sequence[str]] = (),
    different: Sequence[Sequence[str]] = (),
) -> People:
    """Return the rows that are one person, and those that are leads already.

    Args:
        frame: Clean values of the list.
        leads: Leads of the workspace that are live.
        threshold: Least match probability of a link.
        roles: Column → role, for columns that are not lead fields.
        same: Groups of row names that a person judged to be one person.
        different: Groups of row names that a person judged to be different people.
    """
    if not is_identifying(name for name in frame.columns if frame[name].count()):
        return People(None, has_leads=bool(leads.height))
    found = duplicates(
        frame,
        threshold,
        fields=roles,
        known=leads if leads.height else None,
        same=_as_names(same, leads),
        different=_as_names(different, leads),
    )
    return People(found, has_leads=bool(leads.height))


def with_identifying_columns(frame: pl.DataFrame, source: Any, roles: Mapping[str, str]) -> pl.DataFrame:
    """Return the values with the columns of the list that are not lead fields and distinguish people.

    >>> people = pl.DataFrame({"full_name": ["Ada Berg"]})
    >>> with_identifying_columns(people, pl.DataFrame({"Geb.": ["7.3.1985"]}), {"Geb.": "date"}).columns
    ['full_name', 'Geb.']
    """
    return frame.with_columns(as_text(cells_of(source, column)).alias(column) for column in roles)


def row_name(position: int) -> str:
    """Return the name of a row of the list in what :func:`find_people` returns, where there are leads.

    >>> row_name(3)
    'row 3'
    """
    return f"{_ROW}{position}"


def links_of(people: People, same: Sequence[Sequence[str]] = ()) -> list[Link]:
    """Return the links that are likely, cut ones included; those of a person's choice are certain."""
    links = _links_between(people, LIKELY, 1.0)
    for group in same:
        first, *others = [position_of(name) for name in group]
        for other in others:
            links += _link(first, other, 1.0, BY_CHOICE)
    return links


def possible_links_of(people: People) -> list[Link]:
    """Return the links that are not likely, and yet worth a look."""
    return [link for link in _links_between(people, POSSIBLE, LIKELY) if link.probability < LIKELY]


def _links_between(people: People, least: float, most: float) -> list[Link]:
    if people.found is None:
        return []
    pairs: pl.DataFrame = people.found.pairs
    some = pairs.filter(pl.col("probability").is_between(least, most)).select(*_OF_A_LINK)
    return [
        link
        for a, b, probability, reasons, decision in some.iter_rows()
        for link in _link(position_of(a), position_of(b), probability, reasons, cut=decision != "same")
    ]


def merge_people(
    frame: pl.DataFrame,
    leads: pl.DataFrame,
    people: People,
    decided: Decided,
    *,
    same: Sequence[Sequence[str]] = (),
    rules: Mapping[str, str] | None = None,
    allowed: Collection[int] = (),
    opted_out: Collection[int] = (),
    overwrite: bool = False,
    addressed: Collection[tuple[int, str]] = (),
) -> Merged:
    """Return one record for each person who is new or known.

    Args:
        frame: Clean values of the list.
        leads: Leads of the workspace that are live.
        people: Result of :func:`find_people`.
        decided: Verdicts, and the groups that they make.
        same: Groups that a person judged to be one person.
        rules: Field → rule of ``merge``.
        allowed: Rows that a person allowed although they look like a person who opted out.
        opted_out: Rows of which the list says that the person opted out.
        overwrite: Whether a known lead gets each value that the list has; otherwise the lead's own values win. Fields
            with a rule, tags, and a status beside that of someone who opted out, are merged all the same.
        addressed: Rows with the leads that have one of their addresses.
    """
    found = people.found
    if found is None:
        kept = [row for row, verdict in enumerate(decided.verdicts) if verdict.state == "new"]
        return Merged(frame[kept], [*kept], pl.DataFrame(), {}, 0, pl.DataFrame())
    together = [(rows, lead) for rows, lead in decided.groups if len(rows) + (lead is not None) > 1]
    waiting = _waiting(people, found, together, same)
    settled = [(tuple(row for row in rows if row not in waiting), lead) for rows, lead in decided.groups]
    written = [(rows, lead) for rows, lead in settled if rows]
    groups = [people.names(rows, lead) for rows, lead in written if len(rows) + (lead is not None) > 1]
    merged = merge(found.frame, found, only=groups, rules=rules)
    records = merged.frame.drop(CLUSTERED, strict=False).with_row_index("place")
    records = records.filter(pl.col("merged_into").is_null()).drop("merged_into")
    # A lead that only an address, or the same name without one, joins to its rows is in no cluster with them.
    found_leads = {*records.get_column("id", default=pl.Series(dtype=pl.String))}
    joined = [lead for _, lead in written if lead is not None and lead not in found_leads]
    others = leads.filter(pl.col("id").is_in(joined)).with_columns(place=pl.lit(frame.height, pl.UInt32))
    records = pl.concat([records, others], how="diagonal_relaxed")
    made, rows = _one_record_a_person(records, written, frame.height)
    kept_addresses: list[str] = []
    if overwrite:
        values = _values_of_list(frame, found, people, written, rules)
        kept_addresses = leads_that_keep_addresses(
            values,
            leads,
            certain={lead for _, lead in written if lead is not None and any(lead in group for group in same)},
            addressed=_leads_with_own_address(written, addressed),
        )
        if kept_addresses:
            values = values.with_columns(email=pl.when(~pl.col("id").is_in(kept_addresses)).then("email"))
        made = overwrite_values(made, values.drop(rules or {}, strict=False))
    made, kept_names = spell_added_parts(made, leads, overwrite=overwrite)
    kept_names |= _leads_without_parts(made, frame, written)
    is_gone = pl.Series([row in opted_out for row in range(frame.height)], dtype=pl.Boolean)
    if "status" in frame.columns:
        is_gone |= frame["status"].is_in(OPTED_OUT).fill_null(value=False)
    gone = found.frame.with_row_index("row").filter(is_gone)
    waiting |= _returning(gone, made, rows, written, allowed)
    kept = [place for place, row in enumerate(rows) if row not in waiting]
    of_rows = [rows[place] for place in kept]
    return Merged(made[kept], of_rows, merged.provenance, waiting, 0, pl.DataFrame(), kept_addresses, kept_names)


def _leads_without_parts(
    records: pl.DataFrame, frame: pl.DataFrame, groups: Sequence[tuple[Sequence[int], str | None]]
) -> frozenset[str]:
    """Return the leads that have neither a first nor a last name in the end, though one of their rows has one."""
    parts = [name for name in NAME_PARTS if name in frame.columns]
    if not parts:
        return frozenset()
    named = {*frame.select(pl.any_horizontal(pl.col(parts).is_not_null())).to_series().arg_true()}
    blank = {*records.filter(pl.all_horizontal(pl.col(parts).is_null()))["id"]} if "id" in records.columns else set()
    return frozenset(lead for rows, lead in groups if lead is not None and lead in blank and not named.isdisjoint(rows))


def _leads_with_own_address(
    groups: Sequence[tuple[Sequence[int], str | None]], addressed: Collection[tuple[int, str]]
) -> list[str]:
    """Return the leads one of whose own rows has their address."""
    of_rows = {row: lead for rows, lead in groups if lead is not None for row in rows}
    return [lead for row, lead in addressed if of_rows.get(row) == lead]


def _values_of_list(
    frame: pl.DataFrame,
    found: Duplicates[pl.DataFrame],
    people: People,
    groups: Sequence[tuple[Sequence[int], str | None]],
    rules: Mapping[str, str] | None,
) -> pl.DataFrame:
    """Return what the list says about each known lead: its ``id`` and the columns of the list, one row per lead."""
    several = [people.names(rows, None) for rows, lead in groups if lead is not None and len(rows) > 1]
    table = merge(found.frame, found, only=several, rules=rules).frame[: frame.height] if several else frame
    named = pl.DataFrame([(row, lead) for rows, lead in groups if lead is not None for row in rows],
                         schema={"place": pl.UInt32, "id": pl.String}, orient="row")  # fmt: skip
    gone = pl.col("merged_into").is_not_null() if "merged_into" in table.columns else pl.lit(value=False)
    table = table.select(*frame.columns, gone=gone).with_row_index("place")
    table = table.drop("id", strict=False).join(named, on="place").sort("gone", "place")
    values = [pl.exclude("place", "gone", *NAME_PARTS).drop_nulls().first(), *parts_of_one_row(table.columns)]
    return table.group_by("id", maintain_order=True).agg(*values)


def find_differing(frame: pl.DataFrame, merged: Merged, decided: Decided, columns: Sequence[str]) -> pl.DataFrame:
    """Return the values in which the rows of one person differ, with the one that is kept.

    Returns:
        One row for each person and field: ``row`` (position of the person's first row), ``field``, ``kept`` and
        ``left`` (the other values, separated by "; "), as text.
    """
    ids = merged.frame.get_column("id", default=pl.Series([None] * merged.frame.height, dtype=pl.String))
    named = zip(merged.rows, ids, strict=True)
    place_of = {lead if row is None else row: place for place, (row, lead) in enumerate(named)}
    groups = [
        (rows, next((place_of[name] for name in (lead, *rows) if name in place_of), None))
        for rows, lead in decided.groups
        if len(rows) > 1
    ]
    found: list[tuple[int, str, str | None, str]] = []
    for column in columns:
        values, kept = (as_text(each[column].to_list()).to_list() for each in (frame, merged.frame))
        for rows, place in groups:
            if place is None:
                continue
            others = dict.fromkeys(text for row in rows if (text := values[row]) and text != kept[place])
            if others:
                found.append((rows[0], column, kept[place], "; ".join(others)))
    schema = {"row": pl.Int64, "field": pl.String, "kept": pl.String, "left": pl.String}
    return pl.DataFrame(found, schema=schema, orient="row").sort("row", maintain_order=True)


def with_country(
    merged: Merged, country: str | None, unread: Collection[int] = (), unread_leads: Collection[str] = ()
) -> Merged:
    """Return the records, those without a country in the given one, unless their phone is of another country.

    It is filled in after the people were compared: a country that is assumed says nothing about who a row is.

    Args:
        merged: Result of :func:`merge_people`.
        country: Country, by code or name; ``None`` fills nothing in.
        unread: Rows whose country is not understood.
        unread_leads: Leads of such rows.
    """
    code, frame = country_of(country), merged.frame
    if code is None or not frame.height:
        return merged
    blank = frame["country"].is_null() if "country" in frame.columns else pl.repeat(True, frame.height, eager=True)
    blank &= pl.Series([row not in unread for row in merged.rows], dtype=pl.Boolean)
    if "id" in frame.columns:
        blank &= ~frame["id"].is_in([*unread_leads]).fill_null(value=False)
    phones = frame.get_column("phone", default=pl.repeat(None, frame.height, dtype=pl.String, eager=True))
    others = [phone for phone in phones.filter(blank).drop_nulls().unique() if _is_abroad(phone, code)]
    filled = blank & ~phones.is_in(others).fill_null(value=False)
    now = frame["country"] if "country" in frame.columns else pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    made = frame.with_columns(country=pl.when(filled).then(pl.lit(code)).otherwise(now))
    return merged._replace(frame=made, located=int(filled.sum()))


def _is_abroad(phone: str, country: str) -> bool:
    read = read_phone(phone, country)
    return read is not None and read.region not in {None, country}


def without_people(merged: Merged, verdicts: Mapping[int, Verdict]) -> Merged:
    """Return the records without those of some rows, which wait with a verdict."""
    kept = [place for place, row in enumerate(merged.rows) if row not in verdicts]
    rows = [merged.rows[place] for place in kept]
    return merged._replace(frame=merged.frame[kept], rows=rows, waiting={**merged.waiting, **verdicts})


def _one_record_a_person(
    records: pl.DataFrame, groups: Sequence[tuple[Sequence[int], str | None]], rows: int
) -> tuple[pl.DataFrame, list[int | None]]:
    """Return the records to write, and the row of the list that each is; ``None`` for leads of the workspace.

    Args:
        records: Rows of the list, then leads, with ``place``, their position.
        groups: Rows of one person, and the lead that they are about, ``None`` for a new person. Other rows are not
            written.
        rows: Number of rows of the list.
    """
    person = {row: lead or row_name(of[0]) for of, lead in groups for row in of}
    is_row = pl.col("place") < rows
    named = pl.Series("person", [person.get(place) for place in records["place"]], dtype=pl.String)
    ids = pl.col("id") if "id" in records.columns else pl.lit(None, dtype=pl.String)
    records = records.with_columns(pl.coalesce(pl.when(~is_row).then(ids), named).alias("person"))
    wanted = records.filter(pl.col("person").is_in([*person.values()])).sort(is_row, maintain_order=True)
    wanted = wanted.with_row_index("order")
    # Of rows that were not merged, since only an address or a choice joins them, each value is the first that is given;
    # but whoever opted out in one of them has opted out.
    values = [pl.exclude("status", *NAME_PARTS).drop_nulls().first(), *parts_of_one_row(wanted.columns)]
    if "status" in wanted.columns:
        status = pl.col("status").drop_nulls()
        values.append(pl.coalesce(status.filter(status.is_in(OPTED_OUT)).first(), status.first()))
    alone = pl.col(
        "person"
    ).is_unique()  # most people have one row, and the names of each group are folded by themselves
    several = wanted.filter(~alone).group_by("person", maintain_order=True).agg(*values).select(wanted.columns)
    made = pl.concat([wanted.filter(alone), several]).with_columns(of_a_lead=~is_row)
    made = made.with_columns(id=pl.when("of_a_lead").then("person"))
    made = made.sort("of_a_lead", pl.when(~pl.col("of_a_lead")).then("place"), "order")
    places = [None if lead else place for lead, place in made.select("of_a_lead", "place").iter_rows()]
    return made.drop("person", "place", "of_a_lead", "order"), places


def _returning(
    gone: pl.DataFrame,
    records: pl.DataFrame,
    rows: Sequence[int | None],
    groups: Sequence[tuple[Sequence[int], str | None]],
    allowed: Collection[int],
) -> dict[int, Verdict]:
    """Return the rows that are probably about a person whom another row, which is not written, opts out.

    Args:
        gone: Rows of the list whose person opted out, with ``row``, their position.
        records: The records to write. The plan compares them with each other and with the leads.
        rows: Row of the list that each is.
        groups: Rows of one person.
        allowed: Rows that a person allowed.
    """
    left_out = gone.filter(~pl.col("row").is_in([row for row in rows if row is not None]))
    new = [place for place, row in enumerate(rows) if row is not None and row not in allowed]
    if not (left_out.height and new):
        return {}
    found = find_suppressed(open_frame(records[new]), open_frame(left_out))
    members = {row: of for of, _ in groups for row in of}
    returning: dict[int, Verdict] = {}
    for place, person, reasons in found.select("row", "suppressed", "reasons").iter_rows():
        row, other = rows[new[place]], int(left_out["row"][person])
        reason = f"{OF_OPTED_OUT_ROW}: {reasons}"
        returning |= {each: Verdict("opted_out", reason, None, other) for each in members[row]}
    return returning


def _waiting(
    people: People,
    found: Duplicates[pl.DataFrame],
    together: Sequence[tuple[tuple[int, ...], str | None]],
    same: Sequence[Sequence[str]],
) -> dict[int, Verdict]:
    """Return the rows whose merge a person should look at first, with the reason.

    The first row of a new person need not wait for what later ones say: it is created, and they wait.
    """
    groups = [people.names(rows, lead) for rows, lead in together]
    chosen = {name for group in same for name in group}
    doubtful = [
        (rows, lead, reason)
        for group, (rows, lead), reason in zip(groups, together, reasons_to_review(found, groups), strict=True)
        if reason and not {str(name) for name in group} <= chosen
    ]
    fitting = _fitting(people, found, [(row, lead) for rows, lead, _ in doubtful if lead is not None for row in rows])
    waiting: dict[int, Verdict] = {}
    for rows, lead, reason in doubtful:
        state: State = "opted_out" if INTO_OPTED_OUT in reason else "doubtful"
        whose = "the person of another row" if lead is None else "a known lead"
        why = reason if state == "opted_out" else f"perhaps {whose}: {reason}"
        of_new = lead is None and state == "doubtful"
        for row in rows[of_new:]:
            if row not in fitting:
                waiting[row] = Verdict(state, why, lead, None if row == rows[0] else rows[0])
    return waiting


def _fitting(people: People, found: Duplicates[pl.DataFrame], pairs: Sequence[tuple[int, str]]) -> set[int]:
    """Return the rows that fit their lead, whatever speaks against other rows: these wait, and the lead is known.

    Otherwise a row whose lead this list created would be doubtful as soon as the lead is there.
    """
    of_leads: dict[str, list[int]] = {}
    reasons = reasons_to_review(found, [people.names([row], lead) for row, lead in pairs])
    for (row, lead), reason in zip(pairs, reasons, strict=True):
        if reason == "":
            of_leads.setdefault(lead, []).append(row)
    together = reasons_to_review(found, [people.names(rows, lead) for lead, rows in of_leads.items()])
    return {row for rows, reason in zip(of_leads.values(), together, strict=True) if not reason for row in rows}


def _link(a: int | str, b: int | str, probability: float, reasons: str, *, cut: bool = False) -> list[Link]:
    """Return a link from a row; none between two leads."""
    if isinstance(a, str):
        a, b = b, a
    return [] if isinstance(a, str) else [Link(a, b, probability, reasons, cut)]


def position_of(name: Any) -> int | str:
    """Return the position of a row, or the id of a lead, from its name in a result.

    >>> position_of("row 3"), position_of("lead_1")
    (3, 'lead_1')
    """
    if isinstance(name, int):
        return name
    text = str(name)
    return int(text.removeprefix(_ROW)) if text.startswith(_ROW) else text


def _as_names(groups: Sequence[Sequence[str]], leads: pl.DataFrame) -> list[list[Any]]:
    """Return groups of names as the result names them: rows by number where there are no leads."""
    return [[name if leads.height else position_of(name) for name in group] for group in groups]


def _survivor(lead_id: str, survivors: Mapping[str, str | None]) -> str:
    """Return the lead that a lead was merged into, or itself."""
    seen = {lead_id}
    while (into := survivors.get(lead_id)) is not None and into not in seen:
        seen.add(into)
        lead_id = into
    return lead_id

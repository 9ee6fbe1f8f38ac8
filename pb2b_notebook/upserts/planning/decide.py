"""Decide what to do about each row, from the desired rows and the current leads. Pure, and one column at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from pb2b_notebook.cleanup.values import placeholders
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import LeadField
from pb2b_notebook.opt_outs import OPTED_OUT
from pb2b_notebook.upserts.planning import flat_lists, matching, reasons
from pb2b_notebook.upserts.planning.decisions import Decisions, Rules
from pb2b_notebook.upserts.planning.desired_rows import MADE_NAME, NAME_PARTS, PRECISION, Desired, name_part
from pb2b_notebook.upserts.planning.match_keys import loses_extension, number_of
from pb2b_notebook.upserts.planning.protection import PROTECTED

MERGED_TAG: Final = "merged"
"""Tag of a lead that was merged into another one."""
_KEPT: Final = "the lead keeps its {}: a placeholder replaces no value"
_INITIAL: Final = r"^\s*[\p{Latin}\p{Greek}\p{Cyrillic}]\.?(?:\s|$)"
_FEW: Final = 5
_OVERLAPS: Final = (1, 2, 3)
"""Words that two parts of a name may have in common where they meet."""
_LEAST_DIGITS: Final = 7
"""Digits that two phones of one person have in common, and not by chance."""


def decide(desired: Desired, current: pl.DataFrame, rules: Rules) -> Decisions:
    """Decide about every row.

    Args:
        desired: The rows.
        current: Leads as they are now, including deleted ones: the columns of ``matching.ALWAYS`` and of the fields.
        rules: Rules of the decision.
    """
    rows = _with_changes(matching.match_rows(desired, current, rules), desired, rules)
    rows = rows.with_columns(code=reasons.code_of(rows, desired, rules))
    rows = rows.with_columns(action=reasons.action_of())
    decided = rows.select(
        "row",
        "action",
        "code",
        pl.lit(None, pl.String).alias("field"),
        _with_remarks(rows, desired, reasons.reason_of(rules)),
        _lead(desired).alias("lead_id"),
        pl.coalesce(f"was {rules.match_on}", "given_key").alias("match"),
        pl.col("was updated_at").alias("updated_at"),
        _single(rules),
    )
    changed = rows.filter(pl.col("action").is_in(["create", "update"]) | (pl.col("code") == "changed_upstream"))
    changes = changed.select("row", *(f"{kind}{name}" for name in desired.fields for kind in ("set ", "was ", "")))
    return Decisions(decided, changes, desired.fields, rules).refusing(desired.cell_problems)


def _with_remarks(rows: pl.DataFrame, desired: Desired, reason: pl.Expr) -> pl.Expr:
    """Return the reason of each row; where there is none, what became of its name and its placeholders."""
    is_free = pl.col("code").is_null()
    if MADE_NAME in rows.columns:
        made = pl.col(MADE_NAME) & pl.col("set full_name") & is_free
        reason = pl.coalesce(reason, pl.when(made).then(pl.lit("full_name is made of first_name and last_name")))
    kept = [pl.when(f"kept {name}").then(pl.lit(name)) for name in desired.fields]
    names = pl.concat_str(pl.lit(None, pl.String), *kept, separator=", ", ignore_nulls=True)
    return pl.coalesce(reason, pl.when((names != "") & is_free).then(pl.format(_KEPT, names)))


def decide_deletions(ids: Sequence[str], current: pl.DataFrame) -> Decisions:
    """Decide which of these leads to delete: those that exist and are not deleted yet."""
    rows = pl.DataFrame({"row": range(len(ids)), "id": list(ids)}, schema={"row": pl.Int64, "id": pl.String})
    time = pl.Datetime("us", "UTC")
    kinds = {"email": pl.String(), "updated_at": time, "deleted_at": time}
    known = [matching.typed_column(current, name, kind) for name, kind in kinds.items()]
    now = current.select("id", *known, exists=pl.lit(value=True))
    rows = rows.join(now, on="id", how="left", maintain_order="left")
    code = (
        pl.when(pl.col("id").is_duplicated()).then(pl.lit("duplicate_key"))
        .when(pl.col("exists").is_null()).then(pl.lit("unknown_id"))
        .when(pl.col("deleted_at").is_not_null()).then(pl.lit("deleted_already"))
    )  # fmt: skip
    texts = {**reasons.REASONS, "deleted_already": "the lead is deleted already"}
    decided = rows.with_columns(code=code).select(
        "row",
        pl.when(pl.col("code").is_null()).then(pl.lit("delete"))
        .when(pl.col("code") == "deleted_already").then(pl.lit("unchanged"))
        .otherwise(pl.lit("invalid")).alias("action"),
        "code",
        pl.lit(None, pl.String).alias("field"),
        pl.col("code").replace_strict(texts, default=None, return_dtype=pl.String).alias("reason"),
        pl.when("exists").then("id").alias("lead_id"),
        pl.col("email").alias("match"),
        "updated_at",
        pl.lit(value=True).alias("single"),
    )  # fmt: skip
    return Decisions(decided, pl.DataFrame(schema={"row": pl.Int64}), {}, Rules())


def _lead(desired: Desired) -> pl.Expr:
    """Return the lead that a row refers to, or that it was merged into."""
    lead = pl.when(pl.col("was id").is_not_null()).then("target")
    return (
        lead.when(pl.col("merged_away") & pl.col("known_survivor")).then("merged_into")
        if "merged_into" in desired.fields
        else lead
    )


def _with_changes(rows: pl.DataFrame, desired: Desired, rules: Rules) -> pl.DataFrame:
    """Return each row with ``set <column>`` for the fields, and whether any is set."""
    exists = pl.col("was id").is_not_null()
    if MADE_NAME in rows.columns:
        rows = _with_names_of_leads(rows, rules)
    for name, field in desired.fields.items():
        rows = flat_lists.with_lists(rows, name, field.options)
    if {"merged_into", "tags"} <= set(desired.fields):
        rows = rows.with_columns(tags=_tags_of_merged())
    has_leads = rows["was id"].null_count() < rows.height
    sets = _sets_of_new_rows(desired)
    for name, field in desired.fields.items() if has_leads else ():
        after, before = pl.col(name), pl.col(f"was {name}")
        blank = _is_blank(before, field.kind)
        has_value = after.is_not_null()
        changing = has_value & ~(blank & _is_blank(after, field.kind))
        kept = before.dt.truncate(PRECISION) if field.kind == "datetime" else before
        changing &= after.ne_missing(kept) if rules.existing == "overwrite" else blank
        changing &= ~_is_same_in_file(name, desired, after, before)
        # A rating of "***" over "**" is a value: both are signs.
        nothing = exists & ~blank & _stands_for_nothing(after, field) & ~_stands_for_nothing(before, field)
        sets[f"kept {name}"] = (changing & nothing).fill_null(value=False)
        changing &= ~nothing
        if name == "full_name" and MADE_NAME in rows.columns:
            follows = _follows_parts(rows.columns) if rules.existing == "overwrite" else pl.lit(value=False)
            filled = blank & pl.lit(not _keeps_no_full_names(rows))
            changing = pl.when(MADE_NAME).then(has_value & (filled | (changing & follows))).otherwise(changing)
        if name in rules.clear:
            changing = changing | (after.is_null() & ~blank)
        if name == rules.match_on:
            changing = changing & pl.col("id").is_not_null()  # matched by it, whatever its case
        if name == "status":
            # A person who opted out in one record has opted out, also where only blanks are filled.
            opted_out = pl.col(f"was {PROTECTED}").fill_null(value=False)
            changing = (changing | (has_value & after.str.to_lowercase().is_in(OPTED_OUT))) & ~opted_out
        if name == "tags" and "merged_into" in desired.fields:
            changing = changing | (pl.col("merged_into").ne_missing(pl.col("was merged_into")) & _is_merged(after))
        sets[f"set {name}"] = pl.when(exists).then(changing).otherwise(has_value)
    rows = rows.with_columns(**sets)
    status_kept = (
        pl.col(f"was {PROTECTED}") & pl.col("status").ne_missing(pl.col("was status")) & pl.col("status").is_not_null()
        if "status" in desired.fields
        else pl.lit(value=False)
    )
    return rows.with_columns(
        any_change=pl.any_horizontal([pl.lit(value=False), *(pl.col(f"set {name}") for name in desired.fields)]),
        suppressed=status_kept.fill_null(value=False),
    )


def _sets_of_new_rows(desired: Desired) -> dict[str, pl.Expr]:
    """Return what :func:`_with_changes` adds to rows without a lead, whose values they would change."""
    kept = {f"kept {name}": pl.lit(value=False) for name in desired.fields}
    return kept | {f"set {name}": pl.col(name).is_not_null() for name in desired.fields}


def _keeps_no_full_names(rows: pl.DataFrame) -> bool:
    """Whether a service seems to keep no full names: more than a few leads have none, and no lead has one."""
    theirs = rows.filter(pl.col("was id").is_not_null())["was full_name"].str.strip_chars()
    return len(theirs) > _FEW and not (theirs != "").any()


def _with_names_of_leads(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return the rows with a full name where a row gives one part of the name, and its lead has the other."""
    from pb2b_notebook.cleanup.values.name_order import whole_name  # its patterns take long to compile

    given, own = ([name_part(f"{kind}{name}", rows.columns) for name in NAME_PARTS] for kind in ("", "was "))
    order = zip(given, own, strict=True) if rules.existing == "overwrite" else zip(own, given, strict=True)
    parts = [pl.coalesce(*both) for both in order]
    made = pl.col("full_name").is_null() & pl.any_horizontal(part.is_not_null() for part in given)
    made &= pl.all_horizontal(part.is_not_null() for part in (*parts, pl.col("was id"))) & ~_overlap(*parts)
    country = pl.coalesce(*({"country"} & {*rows.columns}), "was country")
    return rows.with_columns(
        pl.col(MADE_NAME) | made,
        full_name=pl.when(made).then(whole_name(parts[0], parts[1], country)).otherwise("full_name"),
    )


def _overlap(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """Return where a name begins with the words that the other one ends with: "Maria De La" beside "De La Cruz"."""
    ends, begins = (part.str.to_lowercase().str.split(" ") for part in (first, last))
    runs = [(ends.list.tail(count).list.join(" "), begins.list.head(count).list.join(" ")) for count in _OVERLAPS]
    return pl.any_horizontal(end == begin for end, begin in runs).fill_null(value=False)


def _tags_of_merged() -> pl.Expr:
    """Return the tags of a lead that is merged into another one: its own, and the tag "merged"."""
    tags = pl.coalesce("tags", "was tags", pl.lit([], pl.List(pl.String)))
    tagged = pl.when(_is_merged(tags)).then(tags).otherwise(tags.list.concat(pl.lit([MERGED_TAG])))
    merged = pl.col("merged_into").is_not_null() & pl.col("was id").is_not_null()
    merged &= pl.col("merged_into").ne_missing(pl.col("was merged_into")) | _is_merged(pl.col("was tags"))
    return pl.when(merged).then(tagged).otherwise("tags")


def _is_merged(tags: pl.Expr) -> pl.Expr:
    return tags.list.contains(pl.lit(MERGED_TAG)).fill_null(value=False)


def _stands_for_nothing(value: pl.Expr, field: LeadField) -> pl.Expr:
    """Return whether a value is a placeholder, which the service would store as text."""
    if not field.type == field.kind == "text":
        return pl.lit(value=False)
    return placeholders.stands_for_nothing(value, placeholders.kind_of(field)).fill_null(value=False)


def _is_same_in_file(name: str, desired: Desired, after: pl.Expr, before: pl.Expr) -> pl.Expr:
    """Return whether a value is the one that a lead has, with what its way through a file took or added."""
    is_text = desired.fields[name].kind == "text"
    less = _is_escaped(after, before) if is_text else pl.lit(value=False)
    if is_text and "phone" in {name, desired.fields[name].type}:
        less |= _is_phone_with_less(after, before) | loses_extension(after, before).fill_null(value=False)
    if f"number {name}" in desired.values.columns:
        less |= pl.col(f"number {name}") & (number_of(after) == number_of(before)).fill_null(value=False)
    return less


def _is_escaped(text: pl.Expr, before: pl.Expr) -> pl.Expr:
    """Return whether a text is that of a lead after an apostrophe, which keeps spreadsheets from reading a formula."""
    return (before.str.contains(r"^[=+@{-]") & (text == pl.concat_str(pl.lit("'"), before))).fill_null(value=False)


def _is_phone_with_less(phone: pl.Expr, before: pl.Expr) -> pl.Expr:
    """Return whether a phone is the international one that a lead has, without its country or its area."""
    digits = phone.str.replace_all(r"\D", "").str.strip_chars_start("0")
    is_national = ~phone.str.contains(r"^\s*(?:\+|00)") & (digits.str.len_chars() >= _LEAST_DIGITS)
    is_part = before.str.starts_with("+") & before.str.replace_all(r"\D", "").str.ends_with(digits)
    return (is_national & is_part).fill_null(value=False)


def _follows_parts(columns: Collection[str]) -> pl.Expr:
    """Return where the full name of a lead is its first and last name and nothing more, and one of these is another.

    "Dr. Ada Berg" has more than the two. An initial, another spelling, or the two names in each other's place say less
    than the name that the lead has.
    """
    # Their patterns take long to compile.
    from pb2b_notebook.cleanup.linkage.names.folding import fold
    from pb2b_notebook.cleanup.values.name_order import whole_name

    first, last = (pl.col(f"was {part}") for part in NAME_PARTS)
    is_theirs = _letters(whole_name(first, last)) == _letters(pl.col("was full_name"))
    is_other = pl.all_horizontal(
        _letters(fold(pl.col("full_name"))) != _letters(fold(same)) for same in (first + last, last + first)
    )
    is_short = pl.any_horizontal(
        pl.col(part).str.contains(_INITIAL).fill_null(value=False) for part in NAME_PARTS if part in columns
    )
    return (is_theirs & is_other & ~is_short).fill_null(value=False)


def _letters(name: pl.Expr) -> pl.Expr:
    return name.str.to_lowercase().str.replace_all(r"\s", "")


def _is_blank(value: pl.Expr, kind: str) -> pl.Expr:
    if kind == "texts":
        return value.is_null() | (value.list.len() == 0)
    if kind in {"integer", "number", "boolean", "datetime", "date"}:
        return value.is_null()
    return value.is_null() | (value.str.strip_chars() == "")


def _single(rules: Rules) -> pl.Expr:
    """Return whether a bulk upsert cannot find the lead by its key, or would find others too."""
    moves = pl.col("id").is_not_null() & pl.col("key").is_not_null() & pl.col("key").ne_missing(pl.col("own_key"))
    if rules.match_on in rules.clear:
        moves = moves | pl.col("key").is_null()
    has_no_key = pl.col("was id").is_null() & pl.col("key").is_null()
    return (
        has_no_key
        | pl.col("was id").is_not_null()
        & (moves | ~pl.col("sole_holder") | pl.col("own_key_claimed") | pl.col("key_claimed"))
    ).alias("single")

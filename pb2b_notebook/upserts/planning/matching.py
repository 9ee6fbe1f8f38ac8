"""Match the rows of a plan to the leads of the workspace, by id or by key. Pure, and one column at a time."""

from __future__ import annotations

from typing import Any, Final

from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.openapi.import_cells import SEPARATOR
from pb2b_notebook.upserts.planning.decisions import Rules
from pb2b_notebook.upserts.planning.desired_rows import NAME_PARTS, SET_BY_SERVICE, Desired
from pb2b_notebook.upserts.planning.match_keys import match_keys, number_of, other_keys
from pb2b_notebook.upserts.planning.protection import PROTECTED, is_protected

ALWAYS: Final = (
    "id", "email", "external_id", "status", "merged_into", "deleted_at", "updated_at", *NAME_PARTS, "country",
)  # fmt: skip
"""Columns of the current leads that every decision needs."""
_NAMED: Final = 5
"""Number of rows with the same lead that a message names."""


def match_rows(desired: Desired, current: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return the desired rows, each with its lead and what stands in the way of writing it.

    Added are ``target`` (the id of the lead), ``was <column>`` (its values), ``own_key`` (the key of the lead now),
    ``peers`` and ``first_label`` (the labels of the rows that refer to the same lead, and of the first), and flags:
    ``merged_away`` (merged into another row), ``known_survivor`` (that lead exists), ``ambiguous`` (several leads have
    the key), ``duplicate`` (another row refers to the same lead with other values), ``repeated`` (with the same
    values), ``key_claimed`` (another row gives its lead the key of this row), ``own_key_claimed`` (or the key of this
    row's lead) and ``sole_holder`` (no other lead has the key of this row's lead).
    """
    others = other_keys(current)["key"] if rules.match_on == "email" else pl.Series(dtype=pl.String)
    rows = _with_targets(desired.values, _with_desired_columns(current, desired), rules)
    new = pl.col("id").is_null() & pl.col("target").is_null() & pl.col("key").is_not_null()
    return _with_same_lead(rows.with_columns(elsewhere=new & pl.col("key").is_in(others.implode())), desired)


def relevant_leads(desired: Desired, current: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return the leads that matter to the rows: those that they refer to, and those that share a key with one."""
    keys = match_keys(current[rules.match_on], rules.match_on)
    values = _with_keys_of_numbers(desired.values, keys, rules)
    ids = [values["id"], *([values["merged_into"]] if "merged_into" in desired.fields else [])]
    is_target = pl.col("id").is_in(pl.concat(ids).drop_nulls().unique().implode())
    shared = pl.concat([values["key"], values["equal_keys"].explode(), keys.filter(current.select(is_target)["id"])])
    shared = shared.drop_nulls().unique()
    others = other_keys(current) if rules.match_on == "email" else other_keys(current.clear())
    beside = others.filter(pl.col("key").is_in(shared.implode()))["id"]
    return current.filter(is_target | keys.is_in(shared.implode()) | pl.col("id").is_in(beside.implode()))


def _with_desired_columns(current: pl.DataFrame, desired: Desired) -> pl.DataFrame:
    """Return the current leads with every desired column, in the types of the fields."""
    from pb2b_notebook.upserts.planning.desired_rows import polars_type

    given_names = [name for name in SET_BY_SERVICE if f"given {name}" in desired.values.columns]
    kinds: dict[str, Any] = {name: polars_type(field.kind) for name, field in desired.fields.items()}
    kinds |= {
        name: pl.Datetime("us", "UTC") for name in (*given_names, "deleted_at", "updated_at") if name != "import_id"
    }
    names = list(dict.fromkeys([*ALWAYS, *given_names, *kinds]))
    protected = pl.col(PROTECTED) if PROTECTED in current.columns else is_protected(current).alias(PROTECTED)
    return current.select(*(typed_column(current, name, kinds.get(name, pl.String)) for name in names), protected)


def typed_column(current: pl.DataFrame, name: str, kind: Any) -> pl.Expr:
    """Return a column of leads in the type of its field; null where the service does not give it."""
    return _read_as(kind, current[name]) if name in current.columns else pl.lit(None, kind).alias(name)


def _read_as(kind: Any, column: pl.Series) -> pl.Expr:
    """Return a column in the type of its field, null where it has another.

    A key that may not read lead fields gets times as text, and a service may keep a field in a type of its own.
    """
    value = pl.col(column.name)
    if column.dtype != pl.String:
        nested = column.dtype.is_nested()
        fits = nested == kind.is_nested() and not (nested and column.dtype == pl.Struct)
        return value.cast(kind, strict=False) if fits else pl.lit(None, kind).alias(column.name)
    if kind == pl.Boolean:
        return value.str.to_lowercase().replace_strict({"true": True, "false": False}, default=None, return_dtype=kind)
    if kind == pl.Date:
        return value.str.to_date(strict=False)
    if kind == pl.Datetime:
        day = value.str.to_date(strict=False).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        return pl.coalesce(value.str.to_datetime(time_unit="us", time_zone="UTC", strict=False), day)
    return _items(value) if kind == pl.List(pl.String) else value.cast(kind, strict=False)


def _items(text: pl.Expr) -> pl.Expr:
    """Return the items of a list that a service keeps as text: ";" is between them, or else a comma."""
    separator = pl.when(text.str.contains(SEPARATOR, literal=True)).then(pl.lit(SEPARATOR)).otherwise(pl.lit(","))
    return (
        text.str.split(separator)
        .list.eval(pl.element().str.strip_chars())
        .list.eval(pl.element().filter(pl.element() != ""))
    )


def _with_targets(values: pl.DataFrame, leads: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return each row with its ``target`` lead, ``was <column>`` of that lead, and flags for ambiguous matches."""
    keys = match_keys(leads[rules.match_on], rules.match_on)
    values = values.with_columns(merged_away=pl.lit(value=False), known_survivor=pl.lit(value=True))
    if "merged_into" in values.columns:
        # A row without a lead yet, or one that refers to the lead that another row of the frame survives as.
        surviving = values.filter(pl.col("merged_into").is_null())["id"].drop_nulls()
        itself = (pl.col("merged_into") == pl.col("id")) & pl.col("id").is_in(surviving.unique().implode())
        merged_away = pl.col("merged_into").is_not_null() & (pl.col("id").is_null() | itself.fill_null(value=False))
        known = pl.col("merged_into").is_null() | pl.col("merged_into").is_in(leads["id"].implode())
        values = values.with_columns(
            merged_away=merged_away,
            known_survivor=known,
            id=pl.when(~merged_away).then("id"),
            key=pl.when(~merged_away).then("key"),
            given_key=pl.when(~merged_away).then("given_key"),
        )
    holders = _holders(leads.select("id", "merged_into", "deleted_at", key=keys))
    values = _with_keys_of_numbers(values, holders["key"], rules)
    several = pl.col("equal_keys").list.len() > 1
    rows = values.join(
        holders.select("key", "by_key", matches="holders"), on="key", how="left", maintain_order="left"
    ).with_columns(
        target=pl.when(pl.col("id").is_not_null()).then("id").when(several).then(None).otherwise("by_key"),
        ambiguous=pl.col("id").is_null()
        & ((pl.col("matches") > 1) & pl.col("by_key").is_null() | several).fill_null(value=False),
    )
    keyed = leads.with_columns(own_key=keys)
    shared = holders.filter(pl.col("holders") > 1)["key"]
    now = keyed.rename({name: f"was {name}" for name in leads.columns if name != "id"})
    now = now.with_columns(pl.col("id").alias("was id"))  # a lead may exist without a time of change
    rows = rows.drop("by_key", "matches", "equal_keys").join(
        now, left_on="target", right_on="id", how="left", maintain_order="left"
    )
    moved = rows.filter(
        pl.col("id").is_not_null() & pl.col("key").is_not_null() & pl.col("key").ne_missing(pl.col("own_key"))
    )
    return rows.with_columns(
        # Another row moves its lead to this key: a bulk upsert by the key would then find two leads.
        own_key_claimed=pl.col("own_key").is_in(moved["key"].drop_nulls().unique().implode()).fill_null(value=False),
        key_claimed=pl.col("key").is_in(moved["key"].drop_nulls().unique().implode()) & pl.col("id").is_null(),
        sole_holder=~pl.col("own_key").is_in(shared.implode()) & pl.col("own_key").is_not_null()
        & pl.col("was deleted_at").is_null(),
        shares_lead=pl.coalesce("target", "key").is_duplicated() & pl.coalesce("target", "key").is_not_null(),
    )  # fmt: skip


def _with_keys_of_numbers(values: pl.DataFrame, keys: pl.Series, rules: Rules) -> pl.DataFrame:
    """Return the rows with ``equal_keys``: the keys of leads that are the number by which the row matches.

    A file that was read as numbers has 7 for "007". A single equal key is the key of the row.
    """
    is_number = f"number {rules.match_on}"
    if is_number not in values.columns:
        return values.with_columns(equal_keys=pl.lit(None, pl.List(pl.String)))
    numbers = pl.DataFrame({"equal_keys": keys.drop_nulls().unique()}).with_columns(
        number=number_of(pl.col("equal_keys"))
    )
    equal = numbers.drop_nulls().group_by("number").agg("equal_keys")
    return (
        values.with_columns(number=pl.when(is_number).then(number_of(pl.col("key"))))
        .join(equal, on="number", how="left", maintain_order="left")
        .with_columns(
            key=pl.when(pl.col("equal_keys").list.len() == 1).then(pl.col("equal_keys").list.first()).otherwise("key")
        )
        .drop("number")
    )


def _with_same_lead(rows: pl.DataFrame, desired: Desired) -> pl.DataFrame:
    """Return each row with the rows that refer to the same lead; of rows with equal values only the first is sent."""
    lead = pl.coalesce("target", "key")
    sharing = rows.filter("shares_lead")
    content = pl.Series(
        "content", [repr(row) for row in sharing.select("id", *desired.fields).iter_rows()], dtype=pl.String
    )
    named = sharing.select("row", content, name=desired.row_names(sharing["row"]), lead=lead).sort("row")
    groups = named.group_by("lead", maintain_order=True).agg(
        first=pl.col("row").first(), first_label=pl.col("name").first(), same=pl.col("content").n_unique() == 1,
        count=pl.len(), peers=pl.col("name").head(_NAMED),
    )  # fmt: skip
    more = pl.when(pl.col("count") > _NAMED).then(pl.lit(", …")).otherwise(pl.lit(""))
    first_rows = groups.select("lead", "first", "first_label", "same", peers=pl.col("peers").list.join(", ") + more)
    joined = rows.with_columns(lead=pl.when("shares_lead").then(lead)).join(
        first_rows, on="lead", how="left", maintain_order="left"
    )
    same = pl.col("same").fill_null(value=False)
    return joined.with_columns(
        duplicate=pl.col("shares_lead") & ~same, repeated=same & (pl.col("row") != pl.col("first"))
    ).drop("lead", "same", "shares_lead")


def _holders(leads: pl.DataFrame) -> pl.DataFrame:
    """Return for each key the number of leads that hold it and are not deleted, and the lead if there is only one."""
    live = leads.filter(pl.col("deleted_at").is_null() & pl.col("key").is_not_null())
    holders = live.group_by("key").agg(holders=pl.len(), by_key=pl.col("id").first())
    shared = holders.filter(pl.col("holders") > 1)
    if not shared.height:
        return holders
    # A duplicate that was merged into another lead does not count as a holder of the key.
    sole = live.join(shared.select("key"), on="key", how="semi").filter(pl.col("merged_into").is_null())
    unmerged = sole.group_by("key").agg(alone=pl.len() == 1, unmerged=pl.col("id").first()).filter("alone")
    return holders.join(unmerged.select("key", "unmerged"), on="key", how="left").select(
        "key", "holders", by_key=pl.when(pl.col("holders") == 1).then("by_key").otherwise("unmerged")
    )

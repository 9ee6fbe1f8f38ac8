"""What a list may replace in a known lead, where it overwrites: nothing by what says less. Pure."""

from __future__ import annotations

from collections.abc import Collection

from pb2b_notebook.cleanup.linkage.names.folding import fold
from pb2b_notebook.cleanup.merging.spelling import dotted_words, is_abbreviation
from pb2b_notebook.cleanup.values.email_checks import is_role
from pb2b_notebook.cleanup.values.legal_forms import fold_form, split_company
from pb2b_notebook.intake.cells_with_several import EMAIL
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.opt_outs import OPTED_OUT
from pb2b_notebook.upserts.planning.match_keys import loses_extension, match_keys, number_of

_WRITTEN = frozenset({"full_name", "first_name", "last_name", "company_name", "title", "city", "industry"})
"""Fields with text as people write it."""
_NAMES = frozenset({"full_name", "first_name", "last_name"})
_MARKS = r"[^\x00-\x7f]"
_ACRONYM = 5
"""Longest word in capitals that may be written so on purpose."""


def leads_that_keep_addresses(
    values: pl.DataFrame, leads: pl.DataFrame, *, certain: Collection[str], addressed: Collection[str]
) -> list[str]:
    """Return the ids of leads whose email address stays, although the list has another one.

    An address is replaced where an id or a person says that the row is the lead, and the list has the lead's own
    address no more. A likeness may be of two people, and the address is what finds a lead again.

    Args:
        values: What the list says about leads, by ``id``.
        leads: The leads.
        certain: Ids of leads of which a person says so.
        addressed: Ids of leads whose own address is in their rows.
    """
    if not {"email"} <= {*values.columns} & {*leads.columns}:
        return []
    both = values.join(leads, on="id", maintain_order="left", suffix=" now")
    is_known = both["id"].is_in([*certain])
    for name in ("external_id", "linkedin_url"):
        if f"{name} now" in both.columns:
            is_known |= (_id_key(both[name]) == _id_key(both[f"{name} now"])).fill_null(value=False)
    stays = ~is_known | both["id"].is_in([*addressed])
    differing = [
        new is not None and bool(own := EMAIL.findall((now or "").lower())) and new.lower() not in own
        for new, now in both.select("email", "email now").iter_rows()
    ]
    return both["id"].filter(stays & pl.Series(differing, dtype=pl.Boolean)).to_list()


def _id_key(values: pl.Series) -> pl.Series:
    """Return an external id or a profile in one form; null without one."""
    keys = match_keys(values.cast(pl.String), "external_id").str.strip_chars()
    text = keys.str.to_lowercase().str.replace_all(r"^https?://(www\.)?|/+$", "")
    return pl.DataFrame({"key": keys}).select(pl.coalesce(number_of(pl.col("key")), text)).to_series()


def overwrite_values(made: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Return the records with the values that the list has, but for those that say less than the lead's own.

    Args:
        made: One record for each person, with the ``id`` of those who are leads.
        values: What the list says about leads, by ``id``.
    """
    names = [name for name in values.columns if name != "id" and name in made.columns]
    names = [name for name in names if not isinstance(made.schema[name], pl.List)]
    given = made.select("id").join(values, on="id", how="left", maintain_order="left")
    columns = [pl.coalesce(given[name].cast(made.schema[name]), made[name]).alias(name) for name in names]
    if "status" in names:
        is_gone = made["status"].is_in(OPTED_OUT).fill_null(value=False)
        columns[names.index("status")] = pl.when(is_gone).then(made["status"]).otherwise(columns[names.index("status")])
    kept_pairs = _are_swapped(given, made) | _move_words(given, made)
    for place, name in enumerate(names):
        if made.schema[name] != pl.String:
            continue
        says_less = _says_less(name, given[name].cast(pl.String), made[name])
        if name == "full_name":
            says_less |= _is_turned(given[name], made[name])
        if name in {"first_name", "last_name"}:
            says_less |= kept_pairs
        if name in _NAMES:
            # "A. Berg" in the list says less than the lead's Ada Berg, and García less than García López.
            says_less |= _shortens(given[name], made[name]) | _is_latin_of(given[name], made[name])
        columns[place] = pl.when(says_less).then(made[name]).otherwise(columns[place]).alias(name)
    return made.with_columns(columns)


def _says_less(name: str, values: pl.Series, others: pl.Series) -> pl.Series:
    """Return where a value of the list is the one that the lead has, with something lost on its way.

    A spreadsheet takes the zeros of 00123, and a service the extension of a phone. An export takes the marks of Müller,
    or the case of Nord GmbH. An address such as sales@ is not a person's.
    """
    new, old = pl.col("new"), pl.col("old")
    lost = (number_of(new) == number_of(old)) & (new.str.len_chars() < old.str.len_chars())
    if name in _WRITTEN:
        marks = old.str.contains(_MARKS) & ~new.str.contains(_MARKS)
        is_one_case = (new == new.str.to_lowercase()) | (
            (new == new.str.to_uppercase()) & (new.str.len_chars() > _ACRONYM)
        )
        case = is_one_case & (old != old.str.to_lowercase()) & (old != old.str.to_uppercase())
        lost |= (fold(new) == fold(old)) & (marks | case)
    if name == "company_name":
        lost |= pl.struct("new", "old").map_elements(lambda both: _loses_legal_form(**both), pl.Boolean)
    if name == "phone":
        lost |= loses_extension(new, old)
    if name == "email":
        local = [
            pl.col(column).str.extract("^([^@]*)@", 1).map_elements(is_role, pl.Boolean) for column in ("new", "old")
        ]
        lost |= local[0] & ~local[1]
    table = pl.DataFrame({"new": values, "old": others}).select(lost.fill_null(value=False).alias("lost"))
    return table["lost"]


def _loses_legal_form(new: str | None, old: str | None) -> bool:
    """Whether a company's name is another one without its legal form: "Nord" for "Nord GmbH"."""
    if not new or not old or len(new) >= len(old):
        return False
    whole = split_company(old)
    return bool(whole.form) and not split_company(new).form and fold_form(new) == fold_form(whole.core)


def _is_turned(names: pl.Series, others: pl.Series) -> pl.Series:
    """Return where a name is another one in the order of a directory: "Berg, Ada" or "Berg Ada"."""
    turned = pl.col("new").str.replace("^([^, ]+) *[, ] *([^, ]+)$|^([^,]+), *([^,]+)$", "$2$4 $1$3")
    both = pl.DataFrame({"new": names, "old": others}).cast(pl.String)
    is_turned = (fold(turned) == fold(pl.col("old"))) & (fold(pl.col("new")) != fold(pl.col("old")))
    is_turned &= ~pl.col("old").str.contains(",", literal=True)
    return both.select(is_turned.fill_null(value=False)).to_series()


def _are_swapped(values: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    """Return where a name of the list is the lead's other one: the columns were filled in the wrong order."""
    names = ("first_name", "last_name")
    if not {*names} <= {*values.columns} & {*others.columns}:
        return pl.repeat(value=False, n=others.height, eager=True)
    both = pl.DataFrame(
        {f"{name}{at}": frame[name].cast(pl.String) for at, frame in enumerate((values, others)) for name in names}
    )
    first, last = fold(pl.col("first_name0")), fold(pl.col("last_name0"))
    own_first, own_last = fold(pl.col("first_name1")), fold(pl.col("last_name1"))
    # A blank first name has that of the list by now.
    swapped = ((first == own_last) & (first != own_first)) | ((last == own_first) & (last != own_last))
    return both.select((swapped & (first != last)).fill_null(value=False)).to_series()


def _move_words(values: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    """Return where the list cuts the lead's name at another place, or would mix the two: Mary Beth Nolan.

    "Mary" and "Beth Nolan" are the lead's name too, and which of the two is right is unknown. "Mary Beth" beside the
    lead's "Beth Nolan" is not a name.
    """
    names = ("first_name", "last_name")
    if not {*names} & {*values.columns} or not {*names} <= {*others.columns}:
        return pl.repeat(value=False, n=others.height, eager=True)
    columns = {
        f"{name}{at}": frame[name].cast(pl.String) if name in frame.columns else pl.lit(None, pl.String)
        for at, frame in enumerate((values, others))
        for name in names
    }
    both = others.select(**columns).select(fold(pl.all()).fill_null("").str.split(" "))
    return pl.Series([_moves(*words) for words in both.iter_rows()], dtype=pl.Boolean)


def _moves(first: list[str], last: list[str], own_first: list[str], own_last: list[str]) -> bool:
    """Return whether a word of one name is of the other one in the lead, and the pair is not simply another name.

    >>> _moves(["mary"], ["beth", "nolan"], ["mary", "beth"], ["nolan"])
    True
    >>> _moves(["jane", "smith"], ["jones"], ["jane"], ["smith"]), _moves(["mary"], ["nolan"], ["mary"], ["nolan"])
    (False, False)
    """
    moved = (({*first} & {*own_last}) - {*own_first}) | (({*last} & {*own_first}) - {*own_last})
    is_pair = any(first) and any(last)
    is_less = any(len(one) < len(own) and {*one} <= {*own} for one, own in ((first, own_first), (last, own_last)))
    return bool(moved - {""}) and (not is_pair or is_less or sorted(first + last) == sorted(own_first + own_last))


def _is_latin_of(names: pl.Series, others: pl.Series) -> pl.Series:
    """Return where a name is in Latin letters, and the other one in those of another script: Petrov for Петров."""
    both = pl.DataFrame({"new": names, "old": others}).cast(pl.String)
    is_latin = pl.col("new").str.contains(r"\p{Latin}") & ~pl.col("new").str.contains(r"[\p{L}--\p{Latin}]")
    is_other = pl.col("old").str.contains(r"\pL") & ~pl.col("old").str.contains(r"\p{Latin}")
    return both.select((is_latin & is_other).fill_null(value=False)).to_series()


def _shortens(names: pl.Series, others: pl.Series) -> pl.Series:
    """Return where a name is another one with words abbreviated, or with a part missing."""
    both = pl.DataFrame({"new": names, "old": others}).cast(pl.String).select(fold(pl.col("new")), fold(pl.col("old")))
    return pl.Series(
        [
            one is not None and other is not None and is_abbreviation(one.split(), other.split(), dotted_words(written))
            for one, other, written in zip(both["new"], both["old"], names, strict=True)
        ],
        dtype=pl.Boolean,
    )

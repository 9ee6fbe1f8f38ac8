"""What a list may replace in a known lead, where it overwrites: nothing by what says less. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pb2b_notebook.cleanup.linkage.companies.standardization import form_names
from pb2b_notebook.cleanup.linkage.names.folding import fold
from pb2b_notebook.cleanup.merging.spelling import (
    dotted_words,
    is_abbreviation,
    is_misspelling,
    is_nickname,
    letters_spelled,
    quality,
)
from pb2b_notebook.cleanup.merging.survivorship import default_rule, is_usable
from pb2b_notebook.cleanup.values.email_checks import is_role
from pb2b_notebook.cleanup.values.legal_forms import fold_form, split_company
from pb2b_notebook.intake.cells_with_several import EMAIL
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.opt_outs import FUNNEL, OPTED_OUT
from pb2b_notebook.upserts.planning.match_keys import loses_extension, match_keys, number_of

_WRITTEN = frozenset({"full_name", "first_name", "last_name", "company_name", "title", "city", "industry"})
"""Fields with text as people write it."""
_NAMES = frozenset({"full_name", "first_name", "last_name"})
_SPELLS_NAME = {"email": "^([^@+]*)", "linkedin_url": "/in/([^/?#]+)"}
"""Column → the part of its value that may spell a name."""
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
            is_known |= (id_key(both[name]) == id_key(both[f"{name} now"])).fill_null(value=False)
    stays = ~is_known | both["id"].is_in([*addressed])
    differing = [
        new is not None and bool(own := EMAIL.findall((now or "").lower())) and new.lower() not in own
        for new, now in both.select("email", "email now").iter_rows()
    ]
    return both["id"].filter(stays & pl.Series(differing, dtype=pl.Boolean)).to_list()


def id_key(values: pl.Series) -> pl.Series:
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
    kept_pairs = _are_swapped(given, made) | _move_words(given, made)
    addresses = [_letters_of(frame, column) for frame in (given, made) for column in _SPELLS_NAME]
    for place, name in enumerate(names):
        if made.schema[name] != pl.String:
            says_less = _is_unusable(name, given[name], made[name])
            columns[place] = pl.when(says_less).then(made[name]).otherwise(columns[place]).alias(name)
            continue
        says_less = _says_less(name, given[name].cast(pl.String), made[name])
        says_less |= _is_unusable(name, given[name].cast(pl.String), made[name])
        if name == "status":
            says_less |= _goes_back(given[name].cast(pl.String), made[name])
        if name == "full_name":
            says_less |= _is_turned(given[name], made[name])
        if name in {"first_name", "last_name"}:
            says_less |= kept_pairs
        if name in _NAMES:
            # "A. Berg" in the list says less than the lead's Ada Berg, and García less than García López.
            says_less |= _shortens(given[name], made[name]) | _is_latin_of(given[name], made[name])
            says_less |= _is_misspelled(given[name], made[name], addresses)
        columns[place] = pl.when(says_less).then(made[name]).otherwise(columns[place]).alias(name)
    return _with_names_of_one_side(made.with_columns(columns), given, made)


def _with_names_of_one_side(records: pl.DataFrame, given: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """Return the records; where parts of the list and of the lead would contradict each other, the lead's names stay.

    "Paula" of the list beside the lead's "Paulina Sikora" is not a name.
    """
    if not {*given.columns} >= _NAMES:
        return records
    names = ("full_name", "first_name", "last_name")
    agree = {at: _agree(frame.select(pl.col(names).cast(pl.String))) for at, frame in (("now", records), ("own", made))}
    has_all = given.select(pl.all_horizontal(pl.col(names).is_not_null())).to_series()
    stays = has_all & ~agree["now"] & agree["own"]
    return records.with_columns(pl.when(stays).then(made[name]).otherwise(pl.col(name)).alias(name) for name in names)


def _agree(names: pl.DataFrame) -> pl.Series:
    """Return where a full name has the words of given and family name."""
    words = names.select(fold(pl.all()).fill_null("").str.split(" "))
    return pl.Series(
        [sorted(full) == sorted(first + last) for full, first, last in words.iter_rows()], dtype=pl.Boolean
    )


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
    """Whether a company's name is another one without its legal form, or with the form in another spelling.

    >>> _loses_legal_form("Nord", "Nord GmbH"), _loses_legal_form("Nord nv", "Nord N.V.")
    (True, True)
    >>> _loses_legal_form("Nord AG", "Nord GmbH")
    False
    """
    if not new or not old:
        return False
    own, whole = split_company(new), split_company(old)
    if own.form:
        forms = [form_names().get(form, form) for form in (fold_form(own.form), fold_form(whole.form))]
        return own.core == whole.core and forms[0] == forms[1]
    return bool(whole.form) and fold_form(new) == fold_form(whole.core)


def _is_unusable(name: str, values: pl.Series, others: pl.Series) -> pl.Series:
    """Return where a value of the list cannot be what its field is for, and the lead's own can: a phone +1650."""
    rule = default_rule(name, is_number=others.dtype.is_numeric())
    if rule not in {"best_phone", "best_email", "plausible"}:
        return pl.repeat(value=False, n=len(others), eager=True)
    pairs = zip(values, others, strict=True)
    found = [
        None not in {new, old} and new != old and is_usable(rule, name, old) and not is_usable(rule, name, new)
        for new, old in pairs
    ]
    return pl.Series(found, dtype=pl.Boolean)


def _goes_back(values: pl.Series, others: pl.Series) -> pl.Series:
    """Return where a status of the list is behind the lead's own in the funnel, or the lead opted out."""
    steps = {status: step for step, status in enumerate(FUNNEL)}
    both = pl.DataFrame({"new": values, "old": others})
    step = {name: pl.col(name).replace_strict(steps, default=None, return_dtype=pl.Int64) for name in both.columns}
    goes_back = (step["new"] < step["old"]) | pl.col("old").is_in(OPTED_OUT)
    return both.select(goes_back.fill_null(value=False)).to_series()


def _letters_of(frame: pl.DataFrame, column: str) -> pl.Series:
    """Return the letters of the part of each address or profile that may spell a name; "" for none."""
    if column not in frame.columns:
        return pl.repeat("", n=frame.height, eager=True)
    text = frame[column].cast(pl.String).str.extract(_SPELLS_NAME[column], 1)
    return pl.DataFrame({"text": text}).select(fold(pl.col("text")).str.replace_all(r"[^\p{L}]", "").fill_null(""))[
        "text"
    ]


def _is_misspelled(names: pl.Series, others: pl.Series, addresses: Sequence[pl.Series]) -> pl.Series:
    """Return where a name is a short form or a worse spelling of the lead's own, or has a typo by the addresses."""
    folded = pl.DataFrame({"new": names, "old": others}).cast(pl.String).select(fold(pl.all()).fill_null(""))
    rows = zip(names, others, folded["new"], folded["old"], *addresses, strict=True)
    found = [
        new is not None
        and old is not None
        and new != old
        and (quality(new) <= quality(old) if plain == own else _spells_worse(plain.split(), own.split(), of))
        for new, old, plain, own, *of in rows
    ]
    return pl.Series(found, dtype=pl.Boolean)


def _spells_worse(words: list[str], own: list[str], addresses: Sequence[str]) -> bool:
    is_typo = is_misspelling(" ".join(words), " ".join(own)) and any(
        letters_spelled(letters, own) > letters_spelled(letters, words) for letters in addresses
    )
    return is_typo or is_nickname(words, own)


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

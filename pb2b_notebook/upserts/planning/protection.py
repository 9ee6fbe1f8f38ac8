"""Which leads must not be contacted, in whatever words a service says so. Pure.

Our contract has two statuses for it, "unsubscribed" and "bounced". Another service may say ``do_not_contact``, or set a
field such as ``opted_out`` or ``consent``. A status or a missing consent that no user has explained is treated like an
opt-out until a user says what it means: the harm of contacting a person who opted out is greater than that of asking
once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final

from pb2b_notebook import opt_outs
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.lead_fields import lead_kinds
from pb2b_notebook.opt_outs import FUNNEL, OPTED_OUT, can_say, is_consent, is_state

PROTECTED: Final = "protected"
"""Column of current leads: whether the person must not be contacted."""


def state_column(leads: pl.DataFrame) -> str | None:
    """Return the column with the states of leads: ``status``, or the only other one where no lead has a status.

    >>> import polars as pl
    >>> state_column(pl.DataFrame({"status": [None, None], "stage": ["fresh", "no_mail"]}))
    'stage'
    >>> state_column(pl.DataFrame({"status": [None, "new"], "stage": ["fresh", "no_mail"]}))
    'status'
    """
    own = "status" if "status" in leads.columns else None
    if own is not None and leads[own].null_count() < leads.height:
        return own
    others = [name for name, dtype in leads.schema.items() if is_state(name) and dtype == pl.String]
    return others[0] if len(others) == 1 else own


def unknown_words(statuses: Iterable[str | None], known: Collection[str]) -> list[str]:
    """Return the status words that neither our contract nor a user explains, sorted.

    >>> unknown_words(["new", "do_not_contact", None, "Bounced"], ())
    ['do_not_contact']
    """
    explained = {*FUNNEL, *OPTED_OUT, *_lower_words(known)}
    return sorted({word for word in statuses if word and word.strip().lower() not in explained})


def unknown_fields(leads: pl.DataFrame, known: Collection[str]) -> list[str]:
    """Return the columns that may say who must not be contacted, by a consent or a word, and no user explains, sorted.

    >>> import polars as pl
    >>> unknown_fields(pl.DataFrame({"contactable": [True, False], "opt_in": [True, True]}), ())
    ['contactable']
    >>> unknown_fields(pl.DataFrame({"mailing": ["OK", "do not mail"], "city": ["Oslo", "Oslo"]}), ())
    ['mailing']
    >>> unknown_fields(pl.DataFrame({"consent": ["explicit", "none"], "consent_source": ["none", "web"]}), ())
    ['consent']
    >>> unknown_fields(pl.DataFrame({"subscription_status": [0, 1], "newsletter_optin": [True, True]}), ())
    ['subscription_status']
    """
    names = [name for name in leads.columns if name.lower() not in _lower_words(known)]
    judges = {name: may_bar(name) if can_say(name) else says_inside(name) for name in names}
    judges |= {name: says_opted_out(name, of_leads=True) | may_bar(name) for name in names if is_consent(name)}
    return sorted(
        name
        for name, judge in judges.items()
        if (can_say(name) or is_unknown(name)) and leads.select(judge.any()).item()
    )


def is_protected(leads: pl.DataFrame, harmless: Collection[str] = (), opted_out: Collection[str] = ()) -> pl.Expr:
    """Return an expression: whether a lead must not be contacted.

    Args:
        leads: Leads as they are now.
        harmless: Further status words that mean no opt-out, and names of columns that do not say it.
        opted_out: Status words that mean an opt-out at this service, also where our contract has them for other leads.
    """
    found = [pl.lit(value=False)]
    states = state_column(leads)
    if states is not None:
        words = sorted({*FUNNEL, *_lower_words(harmless)} - _lower_words(opted_out))
        status = pl.col(states).cast(pl.String).str.strip_chars().str.to_lowercase()
        found.append((status != "") & ~status.is_in(words))
    explained = _lower_words(harmless)
    columns = [name for name in leads.columns if name.lower() not in explained]
    found += [says_opted_out(name, of_leads=True) | may_bar(name) for name in columns if can_say(name)]
    found += [says_inside(name) for name in columns if is_unknown(name)]
    return pl.any_horizontal([each.fill_null(value=False) for each in found])


def with_protection(
    leads: pl.DataFrame, harmless: Collection[str] = (), opted_out: Collection[str] = ()
) -> pl.DataFrame:
    """Return the leads with the column :data:`PROTECTED`.

    >>> import polars as pl
    >>> leads = pl.DataFrame({"status": ["new", "bounced", "dnc", None], "opted_out": [True, False, False, False]})
    >>> with_protection(leads)[PROTECTED].to_list()
    [True, True, True, False]
    >>> with_protection(leads, harmless=["dnc"], opted_out=["New"])[PROTECTED].to_list()
    [True, True, False, False]
    >>> with_protection(pl.DataFrame({"contactability": ["CAN_CONTACT", "OPTED_OUT"]}))[PROTECTED].to_list()
    [False, True]
    """
    return leads.with_columns(is_protected(leads, harmless, opted_out).alias(PROTECTED))


def count_opted_out(
    leads: pl.DataFrame, harmless: Collection[str] = (), opted_out: Collection[str] = ()
) -> tuple[int, int]:
    """Return how many leads have certainly opted out, and how many others may have, by a word that no user explains.

    >>> import polars as pl
    >>> leads = pl.DataFrame({"status": ["new", "do_not_contact", "parked"], "opted_out": [True, False, False]})
    >>> count_opted_out(leads), count_opted_out(leads, harmless=["parked"])
    ((2, 1), (2, 0))
    """
    states = state_column(leads)
    words = [] if states is None else leads[states].cast(pl.String).unique().to_list()
    unclear = [word for word in unknown_words(words, {*harmless, *opted_out}) if not opt_outs.is_opted_out(word)]
    certain, all_of_them = (
        leads.filter(is_protected(leads, words, opted_out)).height for words in ({*harmless, *unclear}, harmless)
    )
    return certain, all_of_them - certain


def is_unknown(name: str) -> bool:
    """Whether a column has a field that only this service has, which may say in its values that a person opted out.

    >>> [is_unknown(name) for name in ("contactability", "city", "custom_note", "tags", "protected")]
    [True, False, False, False, False]
    """
    known = name in lead_kinds() or name in {PROTECTED, "row"}
    return not (known or name.startswith("custom_") or can_say(name) or is_state(name))


def says_inside(name: str) -> pl.Expr:
    """Return an expression: whether a value of an unknown column says that a person opted out, or may bar contact."""
    return _judge_column(name, lambda value: opt_outs.says_inside(value) or opt_outs.may_bar(name, value))


def may_bar(name: str) -> pl.Expr:
    """Return an expression: whether a column about the permission to contact a person has a value other than a yes."""
    return _judge_column(name, lambda value: opt_outs.may_bar(name, value))


def _judge_column(name: str, says: Callable[[object], bool]) -> pl.Expr:
    def judge(column: pl.Series) -> pl.Series:
        if column.dtype.is_nested():
            return pl.Series([says(value) for value in column.to_list()], dtype=pl.Boolean)
        return column.is_in([value for value in column.unique().drop_nulls().to_list() if says(value)])

    return pl.col(name).map_batches(judge, return_dtype=pl.Boolean, is_elementwise=True)


def says_opted_out(name: str, *, of_leads: bool = False) -> pl.Expr:
    """Return an expression: whether a column says that a person opted out.

    Args:
        name: Name of the column.
        of_leads: Whether it is a field of leads. A lead whose consent is "none" may not be contacted until a user says
            what that means; in a list, it stands for an empty cell.
    """
    is_given = of_leads and opt_outs.is_explicit_consent(name)

    def says(value: object) -> bool:
        has_none = is_given and isinstance(value, str) and value.strip().lower() == "none"
        return has_none or opt_outs.says_opted_out(name, value)

    def judge(column: pl.Series) -> pl.Series:
        if isinstance(column.dtype, pl.List) and column.dtype.inner == pl.String:
            words = [word for word in column.explode().unique().to_list() if opt_outs.says_opted_out(name, word)]
            return column.list.eval(pl.element().is_in(words)).list.any()
        if column.dtype.is_nested():
            return pl.Series([opt_outs.says_opted_out(name, value) for value in column.to_list()], dtype=pl.Boolean)
        return column.replace_strict(
            {value: says(value) for value in column.unique().to_list()},
            default=False,
            return_dtype=pl.Boolean,
        )

    return pl.col(name).map_batches(judge, return_dtype=pl.Boolean, is_elementwise=True)


def _lower_words(words: Collection[str]) -> set[str]:
    return {word.strip().lower() for word in words}

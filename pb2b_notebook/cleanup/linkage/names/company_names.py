"""Names of companies in the form that is compared: without a host, and with what numbers one of several companies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.values.legal_forms import Company, split_company
from pb2b_notebook.lazy import lazy_pattern

if TYPE_CHECKING:
    import polars as pl

_HOST: Final = lazy_pattern(
    r"(?:^|(?<=[\s,;(–-]))(?:c\s?/\s?o\b|℅|care of\b|i\.\s?hs?\.(?!\w)|im hause\b|p/a\b|z\.\s?hd?\.(?!\w)|zu händen\b"
    r"|attn\b)",
    re.IGNORECASE,
)
"""What stands behind is another company, or a person there."""
_SHARES: Final = (
    r"(?:common|ordinary|preferred|preference|capital|depositary|subordinate voting) (?:stock|shares?|receipts?)"
)
_SECURITY: Final = lazy_pattern(
    rf"(?<=\S)[\s,(–-]+(?:(?i:(?:(?:american|global|class [a-z]|cl\.? [a-z]|ord(?:inary)?) )?{_SHARES}\b.*"
    r"|(?P<only_class>class [a-c])|(?:sp\w*\.? ?)?[ag]dr\b.*|ord\.? shs?|\d+\.\d+ ?%.*"
    r"|\d+ ?% (?=.*\b(?:notes?|bonds?|debentures?|stock|shares)\b).*)"
    r"|(?:(?:NA|NAM|INH|VNA|VZ|ST)\b\.? ?)?(?:O\. ?N\.|(?<=INH\.)ON|[A-Z]{2} ?-,[0-9]+))$"
)
"""The security that a list of an exchange names with its company: a kind of shares, a receipt, a loan, a par value."""
_KIND: Final = lazy_pattern(rf"^.*?(?:{_SHARES}\b|\b[ag]dr\b|shs?\b|% ?|N\.$|ON$|-,[0-9]+$)", re.IGNORECASE)
_TERMS: Final = lazy_pattern(
    r"[\d(%]|(?:each|representing|with|without|par|no par|nominal|due|series|ser|notes?|bonds?|debentures?|stock"
    r"|shares?|senior|subordinated|cumulative|perpetual|convertible|fixed|floating|sponsored|unsponsored|non)\b",
    re.IGNORECASE,
)
"""What stands behind a kind of shares and is still about them."""
_BEFORE_HOST: Final = " \t,;(–-"
_ROMAN: Final = {
    tens + ones: str(10 * ten + one)
    for ten, tens in enumerate(("", "x", "xx", "xxx"))
    for one, ones in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
    if tens + ones
}
NUMERALS: Final = tuple(numeral for numeral in _ROMAN if len(numeral) > 1)
"""Roman numerals of two letters or more, which no single letter of a name is."""
_MARK: Final = rf"^(?:[0-9]+|[a-z]|{'|'.join(_ROMAN)})$"
_JOINED: Final = (r"\b([0-9]+)([a-z])\b", r"\b([a-z])([0-9]+)\b")
_AND: Final = r"([^ ]{2}) [eioy] "


def split_name(name: str) -> Company:
    """Split a company name into the name and its legal form, without the company that it is reached at, and its shares.

    >>> split_name("Nova Ltd c/o Baker Tilly"), split_name("c/o Baker Tilly")
    (Company(core='Nova', form='Ltd'), Company(core='', form=''))
    >>> [split_name(f"Nova Inc. {one}").form for one in ("Class A Common Stock", "ADR", "5% Notes 2027", "DL-,01")]
    ['Inc.', 'Inc.', 'Inc.', 'Inc.']
    >>> split_name("Nova Inc. Class A").form, split_name("World Class A").core
    ('Inc.', 'World Class A')
    >>> [split_name(name).core for name in ("London ADR Services Ltd", "Venture Capital Shares GmbH", "Nova ADR")]
    ['London ADR Services', 'Venture Capital Shares', 'Nova']
    """
    security = _SECURITY.search(name)
    if security and (_ends_with_it(security) or split_company(name[: security.start()]).form):
        name = name[: security.start()]
    host = _HOST.search(name)
    if host and name[host.end() :].strip(" .:"):
        name = name[: host.start()].rstrip(_BEFORE_HOST)
    return split_company(name) if name else Company("", "")


def _ends_with_it(security: re.Match[str]) -> bool:
    """Return whether nothing but terms of the security follows: "ADR Services" is a name, and "Class A" may be one."""
    rest = _KIND.sub("", security.group(), count=1).strip(" ,)")
    return not security["only_class"] and (not rest or _TERMS.match(rest) is not None)


def without_and(name: pl.Expr) -> pl.Expr:
    """Return folded names without a letter that stands for "and" between two words.

    Where no word follows, a letter is a name of its own: Villa Y is not Villa I.

    >>> import polars as pl
    >>> pl.select(without_and(pl.lit("perez y hijos"))).item(), pl.select(without_and(pl.lit("villa y"))).item()
    ('perez hijos', 'villa y')
    """
    return name.str.replace_all(_AND, "$1 ")


def distinguishing_marks(name: pl.Expr) -> pl.Expr:
    """Return the numbers and single letters of folded names, Roman numerals as digits, in order: "" for none.

    >>> import polars as pl
    >>> names = pl.Series("name", ["windpark nord ii", "objekt 1a", "fund 2 b", "nordlicht"]).to_frame()
    >>> names.select(distinguishing_marks(pl.col("name")))["name"].to_list()
    ['2', '1 a', '2 b', '']
    """
    import polars as pl

    for joined in _JOINED:
        name = name.str.replace_all(joined, "$1 $2")
    word = pl.element()
    marks = name.str.split(" ").list.eval(word.filter(word.str.contains(_MARK)).replace(_ROMAN).unique().sort())
    return marks.list.join(" ")


def marks_differ(one: str, other: str) -> bool:
    """Return whether each of two folded names has a mark that the other one lacks.

    >>> marks_differ("fund ii", "fund iii"), marks_differ("fund 2", "fund ii"), marks_differ("fund", "fund ii")
    (True, False, False)
    """
    first, second = map(_marks, (one, other))
    return bool(first - second) and bool(second - first)


def _marks(name: str) -> set[str]:
    """Return the marks of one name, as :func:`distinguishing_marks` does."""
    for joined in _JOINED:
        name = re.sub(joined, r"\1 \2", name)
    return {_ROMAN.get(word, word) for word in name.split() if re.fullmatch(_MARK, word)}


def marks_differ_sql() -> str:
    """Return SQL for :func:`marks_differ`, by the column ``marks`` of both rows."""
    lacks = (
        "len(list_filter(string_split({0}.marks, ' '), lambda m: NOT list_contains(string_split({1}.marks, ' '), m)))"
    )
    either = " AND ".join(f"{lacks.format(*sides)} > 0" for sides in ("xy", "yx"))
    return f"CASE WHEN x.marks = y.marks OR x.marks = '' OR y.marks = '' THEN false ELSE {either} END"

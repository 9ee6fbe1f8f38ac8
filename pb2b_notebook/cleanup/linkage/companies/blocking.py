"""Choose the pairs of companies that are compared: rows that share a blocking key, in groups that are not too large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.pairs.blocking import MANY_ROWS, BlockingKey, with_larger_caps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn


def number_digits(column: str) -> str:
    """Return SQL for a registration or VAT number without the register or country in front of it.

    >>> number_digits("vat")
    "regexp_replace(vat, '^[a-z]+', '')"
    """
    return f"regexp_replace({column}, '^[a-z]+', '')"


_NAMED: Final = "company <> ''"
_STREET: Final = "house <> '' AND road <> ''"
_TOWN: Final = "CASE WHEN postcode <> '' THEN left(postcode, 3) ELSE city END"

COMPANY_KEYS: Final = (
    BlockingKey("registration number", number_digits("registration"), "registration <> ''", 40),
    BlockingKey("VAT number", number_digits("vat"), "vat <> ''", 40),
    BlockingKey("domain", "site", "site <> ''", 40),
    BlockingKey("domain and name", "site, left(company, 4)", f"site <> '' AND {_NAMED}", 60),
    BlockingKey("email address", "mailbox_hash", "mailbox_hash <> 0", 20),
    BlockingKey("owner of the domain", "label_spelled", "label_spelled <> 0", 20),
    BlockingKey(
        "name as a domain",
        "CASE WHEN site = '' THEN name_spelled ELSE label_spelled END",
        "CASE WHEN site = '' THEN name_spelled ELSE label_spelled END <> 0",
        20,
    ),
    BlockingKey("phone number", "line % 100000000", "line <> -1", 20),
    BlockingKey("phone number and name", "line % 100000000, left(company, 3)", f"line <> -1 AND {_NAMED}", 40),
    BlockingKey("name", "name_hash", _NAMED, 40),
    BlockingKey("name and town", f"name_hash, {_TOWN}", f"{_NAMED} AND {_TOWN} <> ''", 80),
    BlockingKey("name in another script", "sounds_hash", "sounds_hash <> 0", 10),
    BlockingKey("words of the name", "words_hash", _NAMED, 20),
    BlockingKey("rarest word", "rare", "rare <> ''", 30),
    BlockingKey("rarest word and town", f"rare, {_TOWN}", f"rare <> '' AND {_TOWN} <> ''", 30),
    BlockingKey("second rarest word and town", f"second, {_TOWN}", f"second <> '' AND {_TOWN} <> ''", 30),
    BlockingKey("second rarest word", "second", "second <> ''", 20),
    BlockingKey("start of the name", "left(company, 9)", "strlen(company) >= 9", 40),
    BlockingKey("end of the name", "right(company, 9)", "strlen(company) >= 12", 40),
    BlockingKey("start and end of the name", "left(company, 5), right(company, 5)", "strlen(company) >= 12", 60),
    BlockingKey("start of the name and town", f"left(company, 4), {_TOWN}", f"{_NAMED} AND {_TOWN} <> ''", 40),
    BlockingKey("initials", "initials", "initials <> ''", 12),
    BlockingKey("street address", f"house, road, {_TOWN}", f"{_STREET} AND {_TOWN} <> ''", 20),
    BlockingKey("street address and name", "house, road, left(company, 3)", f"{_STREET} AND {_NAMED}", 30),
)  # fmt: skip
"""The blocking keys of a company. The caps are small where a key alone is weak evidence."""


def keys_for(columns: Sequence[FurtherColumn] = (), rows: int = MANY_ROWS) -> tuple[BlockingKey, ...]:
    """Return the blocking keys of a company, and those of further columns: a value by itself, and with the name.

    A short list may have dozens of writings of one company, so that its caps are larger: F1 .415 → .528 and
    .652 → .707 on the two halves of a list of patent owners, at the same precision.
    """
    keys = list(COMPANY_KEYS)
    for one in columns:
        if one.role.blocks:
            has = f"{one.feature} <> ''"
            keys += [
                BlockingKey(one.column, one.feature, has, 20),
                BlockingKey(f"{one.column} and name", f"{one.feature}, left(company, 3)", f"{has} AND {_NAMED}", 40),
            ]
    return with_larger_caps(keys, rows)

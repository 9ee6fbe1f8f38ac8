"""``pb.mask``: hide personal data in a frame, for screenshots and committed outputs; equal values stay equal.

Values that are not known to be harmless are masked, because a column of any name may contain names of people.
"""

from __future__ import annotations

import datetime as dt
import decimal
import hashlib
import hmac
import math
import numbers
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final, Literal, overload

from pb2b_notebook import openapi
from pb2b_notebook.cache import cache_folder, make_private
from pb2b_notebook.display import notices
from pb2b_notebook.errors import InvalidParameterError, UsageError, nearest, suggesting, typed_interrupt
from pb2b_notebook.frames.library import input_frame
from pb2b_notebook.frames.types import EagerT
from pb2b_notebook.lazy_libraries import pa, pd, pl
from pb2b_notebook.mapping.suggestions.headers import named_field

Kind = Literal["person", "link", "address", "phone", "id", "free", "known", "unknown"]

_PEOPLE: Final[dict[str, Kind]] = {
    "full_name": "person", "first_name": "person", "last_name": "person", "name": "person", "actor": "person",
    "email": "address", "owner_email": "address", "assigned_to": "address", "phone": "phone", "linkedin_url": "link",
}  # fmt: skip
"""Fields of the contract that identify a person, and how each is masked."""

_OF_PEOPLE: Final = frozenset({"person", "link", "address"})
"""Kinds of columns whose numbers are masked, too: a number there may be that of a person."""

_FREE_TEXT: Final = frozenset({"body_preview", "subject", "summary", "response_body_snippet", "raw"})
"""Fields of the contract with free text."""

_OURS: Final = frozenset(
    {"action", "change", "error_code", "idempotency_key", "operation", "resource", "result", "rule", "state"}
)
"""Columns of this package's own tables that contain no values of leads."""

_SURE: Final = 0.95
"""Lowest confidence of a column name for showing its values as those of a harmless field; masking needs less."""

# An address begins where a word begins: to try each letter of a long word would take time quadratic in its length.
_EMAIL = re.compile(r"(?<![^\s@<>])[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# Phone numbers in text: after a plus, a zero or a bracket, or at least nine digits in any groups. Dates, fractions and
# ends of ids do not match.
_PHONE = re.compile(
    rf"(?<!\w)(?<![0-9][-./])(?!{_DATE}(?![0-9]))(?!0\.[0-9]+(?![0-9\s()./-]*[0-9]))"
    r"(?:(?:\+|\(|0)\s?[(0]*[0-9][0-9\s()./-]{4,}[0-9]|[0-9](?:[\s()./-]{0,2}[0-9]){8,})(?!\w)"
)
_FIGURES = re.compile(r"[0-9\s()./+-]++")
_LONGEST_PHONE: Final = 64
"""Longest run of digits, spaces and signs that is searched for phone numbers; a longer one is masked as a whole."""
_FEWEST_DIGITS: Final = 6
_ID = re.compile(r"[a-z]{1,16}_[0-9A-Za-z_]{8,}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ID_OF_OTHERS = re.compile(r"(?=\S*[0-9])[\w./#-]+")
_PLAIN = re.compile(rf"[+-]?[0-9]{{1,5}}([.,][0-9]{{1,6}})?%?|{_DATE}([T ][0-9:.]{{5,15}}(Z|[+-][0-9:]{{2,6}})?)?")
_LARGE: Final = 10**8
"""Smallest number that may be a phone number."""
_NAMED_AT_MOST: Final = 8
_INDEX: Final = "(index)"
"""Name of an index without a name."""
_SALT_BYTES = 32


@overload
def mask(df: EagerT, *, keep: Sequence[str] = (), salt: str | bytes | None = None) -> EagerT: ...
@overload
def mask(df: Any, *, keep: Sequence[str] = (), salt: str | bytes | None = None) -> Any: ...
@suggesting
@typed_interrupt("the masking was stopped, and changed nothing; run the same cell again")
def mask(df: Any, *, keep: Sequence[str] = (), salt: str | bytes | None = None) -> Any:
    """Return a copy of a frame without personal data: names, addresses, phones and unknown text are replaced.

    Equal values get equal replacements, in every frame on this machine, so that joins, counts and duplicates do not
    change. The name of a column, in the languages that :meth:`pb2b_notebook.Mapping.suggest` knows, decides:

    * columns about people (``full_name``, ``Nachname``, ``owner_email``, ``Telefon``, ``linkedin_url``) are masked,
      also numbers in them;
    * harmless fields of the contract (companies, titles, countries, states, tags, ids …) stay, except for email
      addresses and phone numbers inside their text;
    * in other columns, custom fields included, text is masked. Numbers of up to eight digits, ids, dates and times
      stay: leave out columns of birthdays, salaries and customer numbers. The names of columns whose text is masked are
      printed once; ``keep`` shows them unmasked.

    An index is masked like a column. Company names stay.

    Args:
        df: A DataFrame (:mod:`~pb2b_notebook.frames.library` lists the accepted libraries).
        keep: Columns that are not masked.
        salt: Secret from which the replacements are computed. By default it is random and kept in the cache folder, so
            that other people cannot find names by trial. Pass one for equal replacements on several machines.

    Returns:
        A frame in the library of ``df``, pandas or polars, and never lazy.

    Raises:
        UsageError: ``df`` is not a frame.
        InvalidParameterError: ``keep`` is not a list, or names a column that does not exist.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"full_name": ["Ada", "Ada", None], "title": ["CEO, +44 20 7946 0000", "x", "y"]})
        >>> masked = mask(leads, salt="docs")
        >>> masked["full_name"].nunique(), "7946" in masked["title"][0], masked["title"][1]
        (1, False, 'x')
    """
    key = _salt() if salt is None else salt.encode() if isinstance(salt, str) else bytes(salt)
    masking = _Masking(key, _check_keep(keep))
    opened = input_frame(df, purpose="mask", error=UsageError)
    masked = _pandas(opened.frame, masking) if opened.library == "pandas" else _polars(opened.frame, masking)
    masking.report()
    return masked


def _check_keep(keep: Any) -> list[Any]:
    if isinstance(keep, str):
        raise InvalidParameterError("keep must be a list of columns", repair=f"keep=[{keep!r}]")
    return list(keep)


class _Masking:
    """The state of one call: how columns are masked, and which were masked because they are unknown."""

    def __init__(self, key: bytes, keep: list[Any]) -> None:
        self.key = key
        self._keep = keep
        self._unknown: dict[str, None] = {}

    def check(self, columns: Sequence[Any]) -> None:
        """Refuse to keep columns that do not exist."""
        for name in self._keep:
            if name not in columns:
                raise InvalidParameterError(
                    f"keep: the frame has no column {name!r}", repair=nearest(str(name), map(str, columns))
                )

    def replacer(self, column: Any) -> Callable[[Any], Any] | None:
        """Return the function that masks a cell of a column; ``None`` if the column is not masked."""
        if column in self._keep:
            return None
        name = _INDEX if column is None else str(column)
        return self._within(name, name)

    def label(self, name: Any) -> Any:
        """Mask the name of a column, which after a pivot may be an email address."""
        return _inside(name, self.key) if isinstance(name, str) and name not in self._keep else name

    def report(self) -> None:
        """Print which columns were masked because they are unknown."""
        names = list(self._unknown)
        if not names:
            return
        some = ", ".join(repr(name) for name in names[:_NAMED_AT_MOST])
        more = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
        notices.say(f"mask: masked all text of {some}{more}, not known to be harmless; keep=[{names[0]!r}] shows one")

    def _within(self, name: str, column: str) -> Callable[[Any], Any]:
        """Return the function that masks values of this name, in a column or in records inside it."""
        kind = kind_of(name)
        single = self._single(kind, column)
        inner: dict[str, Callable[[Any], Any]] = {}

        def replace(value: Any) -> Any:
            if isinstance(value, str):
                return single(value)
            if isinstance(value, dict):
                for key in value.keys() - inner.keys():
                    inner[key] = self._within(str(key), column)
                return {key: inner[key](item) for key, item in value.items()}
            if isinstance(value, list | tuple | set | frozenset) or type(value).__name__ in {"ndarray", "Series"}:
                # Pairs of a map stay tuples: Arrow reads a list of lists as something else.
                return type(value)(map(replace, value)) if type(value) is tuple else [replace(item) for item in value]
            return single(value)

        return replace

    def _single(self, kind: Kind, column: str) -> Callable[[Any], Any]:
        """Return the function that masks a single value; equal values are computed once."""
        seen: dict[Any, Any] = {}

        def mask_value(value: Any) -> Any:
            if not isinstance(value, str):
                if _may_be_phone(value, kind):
                    return type(value)(_number(value, self.key))
                if _is_harmless(value) and not (kind in _OF_PEOPLE and _is_number(value)):
                    return value
            text = str(value)
            if hasattr(type(value), "columns"):  # a frame in a cell, whose text may cut an address
                return f"masked {_code(text, self.key)}"
            return _text(text, kind, self.key) if text.strip() else text

        def replace(value: Any) -> Any:
            # 1, 1.0 and True are one dict key, but they are masked differently.
            known = value if isinstance(value, str) else (type(value), str(value))
            if known not in seen:
                seen[known] = mask_value(value)
                same = seen[known] is value or (isinstance(value, str) and seen[known] == value)
                if kind == "unknown" and not same:
                    self._unknown[column] = None
            return seen[known]

        return replace


def _pandas(df: Any, masking: _Masking) -> Any:
    masking.check(list(df.columns))
    masked = df.copy()
    for at, name in enumerate(df.columns):
        replaced = _series(df.iloc[:, at], masking.replacer(name))
        if replaced is not None:
            masked.isetitem(at, replaced)
    levels = [df.index.get_level_values(at) for at in range(df.index.nlevels)]
    hidden = [_series(pd.Series(level, dtype=level.dtype), masking.replacer(level.name)) for level in levels]
    if any(one is not None for one in hidden):
        new = [
            level if one is None else pd.Index(one, name=level.name) for level, one in zip(levels, hidden, strict=True)
        ]
        masked.index = new[0] if len(new) == 1 else pd.MultiIndex.from_arrays(new, names=df.index.names)
    labels = [masking.label(name) for name in df.columns]
    if labels != list(df.columns):
        masked.columns = pd.Index(labels, name=df.columns.name)
    return masked


def _series(column: Any, replace: Callable[[Any], Any] | None) -> Any:
    """Return the masked column in its own dtype; ``None`` if it does not change."""
    kind = column.dtype
    api = pd.api.types
    if (
        replace is None
        or api.is_bool_dtype(kind)
        or api.is_datetime64_any_dtype(kind)
        or api.is_timedelta64_dtype(kind)
    ):
        return None
    values = column.astype(object).tolist()
    replaced = [replace(value) for value in values]
    if api.is_numeric_dtype(kind):
        same = all(one is other for one, other in zip(values, replaced, strict=True))
        return None if same else _pandas_series(column, replaced)
    if isinstance(kind, pd.CategoricalDtype):
        return pd.Series(replaced, index=column.index, dtype=object, name=column.name).astype("category")
    return _pandas_series(column, replaced)


def _pandas_series(column: Any, replaced: list[Any]) -> Any:
    """Return the masked column in its own dtype; as objects if that dtype cannot hold the replacements."""
    try:
        return pd.Series(replaced, index=column.index, dtype=column.dtype, name=column.name)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pd.Series(replaced, index=column.index, dtype=object, name=column.name)


def _polars(df: Any, masking: _Masking) -> Any:
    masking.check(df.columns)
    columns = []
    for column in df.get_columns():
        replace = masking.replacer(column.name)
        if replace is None or column.dtype.is_temporal() or column.dtype in {pl.Boolean, pl.Null}:
            columns.append(column)
            continue
        values = column.to_list()
        replaced = [replace(value) for value in values]
        columns.append(column if replaced == values else _polars_series(column, replaced))
    masked = pl.DataFrame(columns) if columns else df
    return masked.rename({name: masking.label(name) for name in df.columns})


def _polars_series(column: Any, replaced: list[Any]) -> Any:
    """Return the masked column in its own dtype; as text if that dtype cannot hold the replacements."""
    dtype = _text_dtype(column.dtype)
    if dtype.is_numeric() and any(isinstance(value, str) for value in replaced):
        dtype = pl.String
    try:
        return pl.Series(column.name, replaced, dtype=dtype, strict=False)
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError):
        return pl.Series(column.name, [None if value is None else str(value) for value in replaced], dtype=pl.String)


def _text_dtype(dtype: Any) -> Any:
    """Return the dtype with text instead of categories and bytes, and with room for the replacement of a number."""
    if isinstance(dtype, pl.Decimal):
        return pl.Decimal(38, dtype.scale)
    if isinstance(dtype, pl.List):
        return pl.List(_text_dtype(dtype.inner))
    if isinstance(dtype, pl.Array):
        return pl.List(_text_dtype(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pl.Struct([pl.Field(field.name, _text_dtype(field.dtype)) for field in dtype.fields])
    return pl.String if dtype in {pl.Categorical, pl.Enum, pl.Binary} else dtype


@cache
def kind_of(name: str) -> Kind:
    """Return how values of a column of this name are masked.

    >>> [kind_of(name) for name in ("Nachname", "Telefon", "Firma", "lead_id", "Kunde", "custom_tier")]
    ['person', 'phone', 'known', 'id', 'unknown', 'unknown']
    """
    return _kind_in_contract(name.lower()) or _kind_elsewhere(name)


def _kind_in_contract(name: str) -> Kind | None:
    """Return the kind of a name of the contract or of this package's tables."""
    if name in _PEOPLE:
        return _PEOPLE[name]
    if name in _FREE_TEXT:
        return "free"
    endings: dict[str, Kind] = {"email": "address", "phone": "phone", "_id": "id", "_ids": "id"}
    ended = next((kind for ending, kind in endings.items() if name.endswith(ending)), None)
    if ended or name == "id":
        return ended or "id"
    return "known" if name in _OURS or name in _contract_fields() else None


def _kind_elsewhere(name: str) -> Kind:
    """Return the kind of a column name of other programs."""
    field, weight = named_field(name)
    if field in _PEOPLE:
        return _PEOPLE[field]
    if not field or weight < _SURE:
        return "unknown"
    return "id" if field in {"external_id", "merged_into"} else "known"


@cache
def _contract_fields() -> frozenset[str]:
    """Return the names of all fields in answers of the contract."""
    operations = openapi.load()
    return frozenset(field.name for operation in operations.values() for field in operation.fields)


def _text(text: str, kind: Kind, key: bytes) -> str:
    """Mask a text that is not blank, by the kind of its column."""
    if kind == "person":
        return f"Person {_code(text, key)}"
    if kind == "link":
        return f"https://masked.example/{_code(text, key)}"
    if kind == "id" and (_ID.fullmatch(text) or _ID_OF_OTHERS.fullmatch(text)) and not _EMAIL.search(text):
        return text
    if kind == "known":
        return _inside(text, key)
    if kind in {"unknown", "free"} and (_ID.fullmatch(text) or _PLAIN.fullmatch(text)):
        return text
    bare = text.strip()
    whole = _EMAIL.fullmatch(bare) or (len(bare) <= _LONGEST_PHONE and _PHONE.fullmatch(bare))
    return _inside(text.strip(), key) if whole else f"masked {_code(text, key)}"


def _inside(text: str, key: bytes) -> str:
    """Replace the email addresses and phone numbers in a text."""
    masked = _EMAIL.sub(lambda m: f"{_code(m[0], key)}@masked.example", text)
    return "".join(_without_phones(masked, key))


def _without_phones(text: str, key: bytes) -> Iterator[str]:
    """Yield the parts of a text with its phone numbers replaced, in time linear in its length."""
    done = 0
    for run in _FIGURES.finditer(text):
        if run.end() - run.start() <= _LONGEST_PHONE:
            # One more character, because a letter behind it makes a number the beginning of an id.
            found = [(each.start(), each.end()) for each in _PHONE.finditer(text, run.start(), run.end() + 1)]
        else:
            digits = sum(character.isdigit() for character in run[0])
            inner = run.start() + len(run[0]) - len(run[0].lstrip()), run.end() - len(run[0]) + len(run[0].rstrip())
            found = [inner] if digits >= _FEWEST_DIGITS else []
        for start, end in found:
            yield f"{text[done:start]}+000 {_code(text[start:end], key)}"
            done = end
    yield text[done:]


def _may_be_phone(value: Any, kind: Kind) -> bool:
    """Return whether a number may be a phone number: any in a phone column, and large ones in an unknown column."""
    if not _is_number(value):
        return False
    return kind == "phone" or (kind == "unknown" and abs(float(value)) >= _LARGE)


def _is_number(value: Any) -> bool:
    is_bool = isinstance(value, bool) or type(value).__name__ == "bool"
    return not is_bool and isinstance(value, numbers.Real | decimal.Decimal) and math.isfinite(value)


def _is_harmless(value: Any) -> bool:
    quantities = numbers.Number | decimal.Decimal | dt.date | dt.time | dt.timedelta
    return value is None or isinstance(value, quantities) or type(value).__name__ in {"NAType", "NaTType", "bool"}


def _number(value: Any, key: bytes) -> int:
    """Return the replacement of a number, which needs 32 bits or 64 bits like the number itself."""
    digest = hmac.new(key, repr(int(value)).encode(), hashlib.sha256).digest()
    room = _LARGE if abs(value) < 2**32 else 10**14
    return room + int.from_bytes(digest[:8]) % (9 * room)


def _code(text: str, key: bytes) -> str:
    """Return eight letters that stand for a text; upper and lower case are equal, as in email addresses."""
    plain = text.strip().casefold().encode("utf-8", "surrogatepass")
    digest = hmac.new(key, plain, hashlib.sha256).digest()
    # Letters only: digits could be masked again as a phone number.
    return "".join("abcdefghijklmnop"[byte & 15] for byte in digest[:8])


def _salt() -> bytes:
    path = make_private(cache_folder()) / "mask.salt"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        salt = secrets.token_bytes(_SALT_BYTES)
        path.touch(mode=0o600)
        path.write_bytes(salt)
        return salt

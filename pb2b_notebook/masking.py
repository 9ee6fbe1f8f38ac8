"""Hide who is in a frame, for screenshots and committed outputs, without losing who is the same as whom.

What is not known to be harmless is masked: a sheet's column may hold names whatever it is called.
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
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from pb2b_notebook import openapi
from pb2b_notebook.cache import cache_folder, make_private
from pb2b_notebook.display import notices
from pb2b_notebook.errors import InvalidParameterError, UsageError, nearest, suggesting
from pb2b_notebook.frames.library import input_frame
from pb2b_notebook.mapping.suggestion import named_field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Kind = Literal["person", "link", "address", "phone", "id", "free", "known", "unknown"]

_PEOPLE: Final[dict[str, Kind]] = {
    "full_name": "person",
    "first_name": "person",
    "last_name": "person",
    "name": "person",
    "actor": "person",
    "email": "address",
    "owner_email": "address",
    "assigned_to": "address",
    "phone": "phone",
    "linkedin_url": "link",
}
"""Fields of the contract that tell who somebody is, and how each is masked."""

_FREE_TEXT: Final = frozenset({"body_preview", "subject", "summary", "response_body_snippet", "raw"})
"""Fields of the contract in which anything may stand."""

_OURS: Final = frozenset(
    {"action", "change", "error_code", "idempotency_key", "operation", "resource", "result", "rule", "state"}
)
"""Columns of this package's own tables that hold none of a lead's values."""

_SURE: Final = 0.95
"""How surely a name must be a harmless field's for its values to be shown; to be masked, it need only be likely."""

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# As people write them: with a plus, a zero or a bracket before, or nine digits and more in whatever groups. A date is
# none, nor a fraction, nor the end of an id.
_PHONE = re.compile(
    rf"(?<!\w)(?<![0-9][-./])(?!{_DATE}(?![0-9]))(?!0\.[0-9]+(?![0-9\s()./-]*[0-9]))"
    r"(?:(?:\+|\(|0)\s?[(0]*[0-9][0-9\s()./-]{4,}[0-9]|[0-9](?:[\s()./-]{0,2}[0-9]){8,})(?!\w)"
)
_ID = re.compile(r"[a-z]{1,16}_[0-9A-Za-z_]{8,}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ID_OF_OTHERS = re.compile(r"(?=\S*[0-9])[\w./#-]+")
_PLAIN = re.compile(rf"[+-]?[0-9]{{1,5}}([.,][0-9]{{1,6}})?%?|{_DATE}([T ][0-9:.]{{5,15}}(Z|[+-][0-9:]{{2,6}})?)?")
_LARGE: Final = 10**8
"""A number from here on may be a telephone's."""
_NAMED_AT_MOST: Final = 8
_INDEX: Final = "(index)"
"""What an index without a name is called."""
_SALT_BYTES = 32


@suggesting
def mask(df: Any, *, keep: Sequence[str] = (), salt: str | bytes | None = None) -> Any:
    """A copy of the frame in which nobody is to be recognized: names, addresses, numbers and unknown text are replaced.

    The same value gets the same replacement, in every frame of this machine, so that joins, counts and duplicates stay
    what they were. By its name, in the languages that :meth:`pb2b_notebook.Mapping.suggest` knows, a column is

    * people's (``full_name``, ``Nachname``, ``owner_email``, ``Telefon``, ``linkedin_url``): all of it is masked;
    * a harmless field's of the contract (companies, titles, countries, states, tags, ids …): it stays, but for
      addresses and numbers inside its text;
    * neither: its text is masked, a custom field's too. Numbers of up to eight digits, ids, dates and times stay. Which
      columns these were is said once; ``keep`` shows them.

    An index is masked like a column. Company names stay.

    Args:
        df: a pandas or polars DataFrame.
        keep: columns that are shown as they are.
        salt: what the replacements depend on. By default a random one that is kept in the cache folder: nobody else can
            try out names against them. Give one to get the same replacements on several machines.

    Raises:
        UsageError: not a frame.
        InvalidParameterError: ``keep`` names no column.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"full_name": ["Ada", "Ada", None], "title": ["CEO, +44 20 7946 0000", "x", "y"]})
        >>> masked = mask(leads, salt="docs")
        >>> masked["full_name"].nunique(), "7946" in masked["title"][0], masked["title"][1]
        (1, False, 'x')
    """
    key = _salt() if salt is None else salt.encode() if isinstance(salt, str) else bytes(salt)
    masking = _Masking(key, _checked(keep))
    opened = input_frame(df, purpose="mask", error=UsageError)
    masked = _pandas(opened.frame, masking) if opened.library == "pandas" else _polars(opened.frame, masking)
    masking.tell()
    return masked


def _checked(keep: Any) -> list[Any]:
    if isinstance(keep, str):
        raise InvalidParameterError("keep is a list of columns", repair=f"keep=[{keep!r}]")
    return list(keep)


class _Masking:
    """One call: what is masked how, and which columns were masked because nothing is known of them."""

    def __init__(self, key: bytes, keep: list[Any]) -> None:
        self.key = key
        self._keep = keep
        self._unknown: dict[str, None] = {}

    def check(self, columns: Sequence[Any]) -> None:
        """Refuse to keep what there is not."""
        for name in self._keep:
            if name not in columns:
                raise InvalidParameterError(
                    f"keep: there is no column {name!r}", repair=nearest(str(name), map(str, columns))
                )

    def replacer(self, column: Any) -> Callable[[Any], Any] | None:
        """What masks one cell of the column; ``None`` where it is shown as it is."""
        if column in self._keep:
            return None
        name = _INDEX if column is None else str(column)
        return self._within(name, name)

    def label(self, name: Any) -> Any:
        """A column's name, which after a pivot may be somebody's address."""
        return _inside(name, self.key) if isinstance(name, str) and name not in self._keep else name

    def tell(self) -> None:
        """Say once which columns were masked for want of knowledge."""
        names = list(self._unknown)
        if not names:
            return
        some = ", ".join(repr(name) for name in names[:_NAMED_AT_MOST])
        more = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
        notices.say(f"mask: masked all text of {some}{more}, not known to be harmless; keep=[{names[0]!r}] shows one")

    def _within(self, name: str, column: str) -> Callable[[Any], Any]:
        """What masks what is called so, in a column or in the records of one."""
        kind = kind_of(name)
        single = self._single(kind, column)
        inner: dict[str, Callable[[Any], Any]] = {}

        def replace(value: Any) -> Any:
            if isinstance(value, str):
                return single(value)
            if isinstance(value, dict):
                for one in value.keys() - inner.keys():
                    inner[one] = self._within(str(one), column)
                return {one: inner[one](held) for one, held in value.items()}
            if isinstance(value, list | tuple | set | frozenset) or type(value).__name__ in {"ndarray", "Series"}:
                return [replace(one) for one in value]
            return single(value)

        return replace

    def _single(self, kind: Kind, column: str) -> Callable[[Any], Any]:
        """What masks one value that holds no others; distinct ones are worked out once."""
        seen: dict[Any, Any] = {}

        def masked(value: Any) -> Any:
            if not isinstance(value, str):
                if _is_telephone(value, kind):
                    return type(value)(_number(value, self.key))
                if _is_harmless(value):
                    return value
            text = str(value)
            return _text(text, kind, self.key) if text.strip() else text

        def replace(value: Any) -> Any:
            # 1, 1.0 and True are one key: a number is masked as what it is.
            known = value if isinstance(value, str) else (type(value), str(value))
            if known not in seen:
                seen[known] = masked(value)
                if kind == "unknown" and seen[known] is not value and seen[known] != value:
                    self._unknown[column] = None
            return seen[known]

        return replace


def _pandas(df: Any, masking: _Masking) -> Any:
    import pandas as pd

    masking.check(list(df.columns))
    masked = df.copy()
    for at, name in enumerate(df.columns):
        replaced = _series(df.iloc[:, at], masking.replacer(name))
        if replaced is not None:
            masked.isetitem(at, replaced)
    levels = [df.index.get_level_values(at) for at in range(df.index.nlevels)]
    hidden = [_series(level.to_series(), masking.replacer(level.name)) for level in levels]
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
    """The column masked, in its own dtype; ``None`` where it stays as it is."""
    import pandas as pd

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
        return None if same else pd.Series(replaced, index=column.index, dtype=kind, name=column.name)
    if isinstance(kind, pd.CategoricalDtype):
        return pd.Series(replaced, index=column.index, dtype=object, name=column.name).astype("category")
    return pd.Series(replaced, index=column.index, dtype=kind, name=column.name)


def _polars(df: Any, masking: _Masking) -> Any:
    import polars as pl

    masking.check(df.columns)
    columns = []
    for column in df.get_columns():
        replace = masking.replacer(column.name)
        if replace is None or column.dtype.is_temporal() or column.dtype in {pl.Boolean, pl.Null}:
            columns.append(column)
            continue
        replaced = [replace(value) for value in column.to_list()]
        columns.append(pl.Series(column.name, replaced, dtype=_of_text(column.dtype), strict=False))
    masked = pl.DataFrame(columns) if columns else df
    return masked.rename({name: masking.label(name) for name in df.columns})


def _of_text(dtype: Any) -> Any:
    """The dtype with text in the place of a fixed set of texts, and of bytes."""
    import polars as pl

    if isinstance(dtype, pl.List):
        return pl.List(_of_text(dtype.inner))
    if isinstance(dtype, pl.Array):
        return pl.List(_of_text(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pl.Struct([pl.Field(field.name, _of_text(field.dtype)) for field in dtype.fields])
    return pl.String if dtype in {pl.Categorical, pl.Enum, pl.Binary} else dtype


@cache
def kind_of(name: str) -> Kind:
    """What a column of this name holds, as far as its values are masked.

    >>> [kind_of(name) for name in ("Nachname", "Telefon", "Firma", "lead_id", "Kunde", "custom_tier")]
    ['person', 'phone', 'known', 'id', 'unknown', 'unknown']
    """
    return _of_ours(name.lower()) or _of_a_sheet(name)


def _of_ours(name: str) -> Kind | None:
    """By the names of the contract and of this package's tables."""
    if name in _PEOPLE:
        return _PEOPLE[name]
    if name in _FREE_TEXT:
        return "free"
    endings: dict[str, Kind] = {"email": "address", "phone": "phone", "_id": "id", "_ids": "id"}
    ended = next((kind for ending, kind in endings.items() if name.endswith(ending)), None)
    if ended or name == "id":
        return ended or "id"
    return "known" if name in _OURS or name in _of_the_contract() else None


def _of_a_sheet(name: str) -> Kind:
    """By the names that such columns have elsewhere."""
    field, weight = named_field(name)
    if field in _PEOPLE:
        return _PEOPLE[field]
    if not field or weight < _SURE:
        return "unknown"
    return "id" if field in {"external_id", "merged_into"} else "known"


@cache
def _of_the_contract() -> frozenset[str]:
    """The names of all fields that the contract's answers have."""
    operations = openapi.load()
    return frozenset(field.name for operation in operations.values() for field in operation.fields)


def _text(text: str, kind: Kind, key: bytes) -> str:
    """A text that is not blank, masked as its column is."""
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
    whole = _EMAIL.fullmatch(text.strip()) or _PHONE.fullmatch(text.strip())
    return _inside(text.strip(), key) if whole else f"masked {_code(text, key)}"


def _inside(text: str, key: bytes) -> str:
    """The text with each address and number in it replaced."""
    masked = _EMAIL.sub(lambda m: f"{_code(m[0], key)}@masked.example", text)
    return _PHONE.sub(lambda m: f"+000 {_code(m[0], key)}", masked)


def _is_telephone(value: Any, kind: Kind) -> bool:
    """Whether a number may be a telephone's: all that stand under its name, and the large ones of unknown columns."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not math.isfinite(value):
        return False
    return kind == "phone" or (kind == "unknown" and abs(float(value)) >= _LARGE)


def _is_harmless(value: Any) -> bool:
    quantities = numbers.Number | decimal.Decimal | dt.date | dt.time | dt.timedelta
    return value is None or isinstance(value, quantities) or type(value).__name__ in {"NAType", "NaTType", "bool"}


def _number(value: Any, key: bytes) -> int:
    """What stands for a number: it fits where that did, in 32 bits or in 64."""
    digest = hmac.new(key, repr(int(value)).encode(), hashlib.sha256).digest()
    room = _LARGE if abs(value) < 2**32 else 10**14
    return room + int.from_bytes(digest[:8]) % (9 * room)


def _code(text: str, key: bytes) -> str:
    """Eight letters that stand for the text; e-mail addresses are the same in any case."""
    plain = text.strip().casefold().encode("utf-8", "surrogatepass")
    digest = hmac.new(key, plain, hashlib.sha256).digest()
    # Letters only: a digit string could be taken for a number, and masked again.
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

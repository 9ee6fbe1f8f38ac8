"""Hide who is in a frame, for screenshots and committed outputs, without losing who is the same as whom."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cache import cache_folder, make_private
from pb2b_notebook.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES = {"full_name", "first_name", "last_name", "name", "actor", "contact", "contact_name"}
_LINKS = {"linkedin_url"}
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_PHONE = re.compile(r"(?:\+|00|\()\s?\d[\d\s()./-]{5,}\d")
_SALT_BYTES = 32


def mask(df: Any, *, salt: str | bytes | None = None) -> Any:
    """A copy of the frame in which names, e-mail addresses and phone numbers are replaced.

    The same value gets the same replacement, in every frame of this machine, so that joins, counts and duplicates stay
    what they were. Masked are the columns of people's names and links, every column called like an address or a number
    (``owner_email``, ``custom_assistant_phone``), and every address or number inside other text, lists of text
    included. Company names, ids and numbers stay.

    Args:
        df: a pandas or polars DataFrame.
        salt: what the replacements depend on. By default a random one that is kept in the cache folder: nobody else can
            try out names against them. Give one to get the same replacements on several machines.

    Raises:
        UsageError: not a frame.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"full_name": ["Ada", "Ada", None], "note": ["call +44 20 7946 0000", "x", "y"]})
        >>> masked = mask(leads, salt="docs")
        >>> masked["full_name"].nunique(), "7946" in masked["note"][0]
        (1, False)
    """
    key = _salt() if salt is None else salt.encode() if isinstance(salt, str) else bytes(salt)
    module = type(df).__module__.partition(".")[0]
    if module == "pandas" and hasattr(df, "columns"):
        return _pandas(df, key)
    if module == "polars" and hasattr(df, "get_columns"):
        return _polars(df, key)
    raise UsageError(f"mask takes a DataFrame, not {type(df).__name__}", repair="collect it or convert it first")


def _pandas(df: Any, key: bytes) -> Any:
    import pandas as pd

    masked = df.copy()
    for at, name in enumerate(df.columns):
        column = df.iloc[:, at]
        if pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
            replace = _replacer(str(name), key)
            replaced = pd.Series([replace(v) for v in column], index=df.index, dtype=column.dtype, name=name)
            masked.isetitem(at, replaced)
    return masked


def _polars(df: Any, key: bytes) -> Any:
    import polars as pl

    columns = []
    for column in df.get_columns():
        texts = column.dtype == pl.List(pl.String)
        if column.dtype in {pl.String, pl.Categorical} or texts:
            replace = _replacer(column.name, key)
            kind = pl.List(pl.String) if texts else pl.String
            columns.append(pl.Series(column.name, [replace(v) for v in column.to_list()], dtype=kind))
        else:
            columns.append(column)
    return df.with_columns(columns) if columns else df


def _replacer(column: str, key: bytes) -> Callable[[Any], Any]:
    """What masks one cell of the column; distinct values are worked out once."""
    whole = _whole(column.lower(), key)
    seen: dict[str, str] = {}

    def replace(value: Any) -> Any:
        if isinstance(value, str):
            if value not in seen:
                seen[value] = whole(value) if value.strip() else value
            return seen[value]
        if isinstance(value, list):
            return [replace(one) for one in value]
        if isinstance(value, dict):
            return {name: _replacer(str(name), key)(one) for name, one in value.items()}
        return value

    return replace


def _whole(column: str, key: bytes) -> Callable[[str], str]:
    """How the text of a column of this name is masked."""
    if column in _NAMES:
        return lambda text: f"Person {_code(text, key)}"
    if column in _LINKS:
        return lambda text: f"https://masked.example/{_code(text, key)}"
    if column.endswith(("email", "phone")):
        return lambda text: _inside(text, key, otherwise=f"masked {_code(text, key)}")
    return lambda text: _inside(text, key)


def _inside(text: str, key: bytes, otherwise: str | None = None) -> str:
    """The text with each address and number in it replaced; ``otherwise`` where there was none."""
    masked = _EMAIL.sub(lambda m: f"{_code(m[0], key)}@masked.example", text)
    masked = _PHONE.sub(lambda m: f"+000 {_code(m[0], key)}", masked)
    return otherwise if otherwise is not None and masked == text else masked


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

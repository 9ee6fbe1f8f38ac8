"""In which form a service takes idempotency keys: learned from a refusal that names the key. Pure.

Our keys are UUIDs. A key of another form is made from the key of the same write, so that the same write has the same
one, whenever it is sent.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.errors import APIError
from pb2b_notebook.journal import key_of
from pb2b_notebook.lazy import lazy_pattern

if TYPE_CHECKING:
    from pb2b_notebook.api.http.call import Call

UUID: Final = "UUID"
NONE: Final = "none"
"""Form of the keys of an operation that refuses each of them."""
_DIGITS: Final = lazy_pattern(r"([0-9]+) hexadecimal digits")
_UUID: Final = lazy_pattern(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORTEST, _USUAL, _LONGEST = 16, 32, 64  # 16 digits have 64 bits, which no two writes of a workspace share
_LENGTH_OF_UUID: Final = 36
_ABOUT: Final = lazy_pattern(r"idempot\w*[ _-]*key", re.IGNORECASE)
_OF_STATE: Final = lazy_pattern(
    r"reuse|re-use|already|different|another (payload|body|request)|conflict|in progress|expired|missing|required",
    re.IGNORECASE,
)
"""Words of a refusal of a key that is missing, or is that of another write."""
_UNWANTED: Final = lazy_pattern(
    r"not (be )?(supported|allowed|accepted|permitted|applicable|expected|used|sent)|unsupported|unexpected|unknown|"
    r"unrecogni[sz]ed|cannot be (used|sent)",
    re.IGNORECASE,
)
"""Words of a refusal of any key."""
_LENGTH: Final = lazy_pattern(
    r"\{(?:[0-9]+,)?([0-9]{1,3})\}|([0-9]{1,3})(?= *(?:\w+ )?(?:char|letter|digit|byte|symbol))|"
    r"(?:most|than|exceed|max\w*|length)\D{0,12}([0-9]{1,3})",
    re.IGNORECASE,
)
_PLAIN: Final = lazy_pattern(r"letter|digit|alpha-?num|alnum|hex|a-z|0-9|special char", re.IGNORECASE)


def in_form(call: Call, form: str | None) -> Call:
    """Return a call with its idempotency key in the form that a service takes; the same key gives the same one.

    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.openapi import load
    >>> call = Call(load()["leads.create"], "/leads", idempotency_key="mine")
    >>> short = in_form(call, "16 hexadecimal digits")
    >>> short.idempotency_key, in_form(short, "16 hexadecimal digits") == short, in_form(call, None) is call
    ('3fd30542fe3f61b1', True, True)
    """
    key = call.idempotency_key
    if key is None or form is None:
        return call
    if form == NONE:
        return replace(call, idempotency_key=None)
    formed = _key_in_form(key, form)
    return call if formed == key else replace(call, idempotency_key=formed)


def form_after(refused: APIError, key: str | None) -> str | None:
    """Return the form that a refused key should have; ``None`` where the refusal is not about the form of the key.

    >>> key = key_of("a write")
    >>> def after(text, key=key): return form_after(APIError(text, status=400), key)
    >>> after("Idempotency-Key: at most 32 letters and digits"), after("Idempotency-Key must be a UUID", "mine")
    ('32 hexadecimal digits', 'UUID')
    >>> after("invalid idempotency key"), after("Idempotency-Key is too long: at most 24 characters")
    ('32 hexadecimal digits', '24 hexadecimal digits')
    >>> after("Idempotency-Key must be a UUID"), after("this Idempotency-Key was used with a different body")
    (None, None)
    >>> after("Idempotency-Key is not supported for this operation")
    'none'
    """
    details = " ".join(f"{detail.field} {detail.message}" for detail in refused.details)
    text = f"{refused.code} {refused.message} {details}"
    if key is None or refused.effect_unknown or refused.status not in unlearning.REFUSED:
        return None
    if not _ABOUT.search(text) or _OF_STATE.search(text):
        return None
    if _UNWANTED.search(text) and not (_PLAIN.search(text) or _LENGTH.search(text)):
        return NONE
    form = _named_form(text, key)
    return None if _key_in_form(key, form) == key else form


def _named_form(text: str, key: str) -> str:
    """Return the form that a refusal names, or else one that the key does not have."""
    if re.search(r"\b[ug]uid", text, re.IGNORECASE):
        return UUID
    most = max((int(next(filter(None, found.groups()))) for found in _LENGTH.finditer(text)), default=0)
    if most and (most < _LENGTH_OF_UUID or _PLAIN.search(text)):
        return f"{min(_USUAL, most)} hexadecimal digits"
    if _PLAIN.search(text) or (not most and _UUID.fullmatch(key)):
        return f"{_USUAL} hexadecimal digits"
    return UUID


def _key_in_form(key: str, form: str) -> str:
    if form == UUID:
        return key if _UUID.fullmatch(key.lower()) else key_of(key)
    found = _DIGITS.fullmatch(form)
    if found is None:
        return key
    length = min(max(int(found[1]), _SHORTEST), _LONGEST)
    fits = re.fullmatch(f"[0-9a-f]{{{length}}}", key)
    return key if fits else hashlib.sha256(key.encode()).hexdigest()[:length]

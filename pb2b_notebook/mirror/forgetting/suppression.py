"""The list of forgotten people, whom later syncs leave out although the service still lists them.

It is a file of the mirror with one digest on each line: of a lead's id, and of the address, the phone number and the
names that other rows may hold. It has no value as text, but who has the file can try guesses. To find out whether rows
mention a forgotten person, the addresses, numbers and ids in them are digested and looked up.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from pb2b_notebook.cache import make_private_file
from pb2b_notebook.lazy_libraries import pa, pl
from pb2b_notebook.mirror.forgetting.person import PHONE, Person, phone_digits, words_of
from pb2b_notebook.mirror.forgetting.traces import as_text, find_traces
from pb2b_notebook.mirror.storage.locations import unwritable_error
from pb2b_notebook.mirror.storage.stores import Folder, StorePath

_SALT: Final = "salt:"
# For the engine of polars, whose time is linear in the length of the text.
_ADDRESS: Final = r"[^\s<>()\[\]{},;:\"\\]+@[^\s<>()\[\]{},;:\"\\]+"
_DOMAIN: Final = re.compile(r"[\w.-]+")
_ID: Final = r"[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_-]+"
_BOUNDARY: Final = frozenset("_.+-")
_LONGEST_LOCAL: Final = 64
"""Longest part of an address before the @ (RFC 5321, 4.5.3.1.1)."""


class Suppression:
    """The people that must not be stored again.

    Args:
        path: File of the digests, which may be missing; in an object store, a folder with an object for each addition.
    """

    def __init__(self, path: Folder) -> None:
        self._path = path
        self._additions: dict[str, list[str]] = {}

    def add(self, person: Person) -> None:
        """Leave this person out from now on, durably.

        Raises:
            MirrorError: The file cannot be written.
        """
        while not self._add(person):
            pass

    def _add(self, person: Person) -> bool:
        """Return whether the person is in the list; not if another program wrote into a store first."""
        known = self._lines()
        salt = _salt_of(known)
        fresh = [] if salt else [_SALT + (salt := secrets.token_hex(16))]
        wanted = {_digest(lead_id) for lead_id in person.ids}
        for kind, values in _kinds(person):
            wanted |= {_digest_with_key(kind, value, salt) for value in values}
        new = sorted(wanted - known)
        if not new:
            return True
        try:
            if isinstance(self._path, StorePath):
                lines = "".join(f"{line}\n" for line in [*fresh, *new])
                (self._path / f"{len(self._additions):08d}").write_bytes(lines.encode("ascii"))
                return True
            with make_private_file(self._path).open("a", encoding="ascii") as file:
                file.writelines(f"{line}\n" for line in [*fresh, *new])
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            return False
        except OSError as problem:
            raise unwritable_error(problem) from None
        return True

    def filter_rows(self, rows: Any, *, leads: bool) -> Any:
        """Return the rows of a ``pyarrow.Table`` without forgotten people.

        Rows about such a person are left out, and values of other rows that mention one are blanked, by the same rules
        as when the person was forgotten. A new lead with a forgotten address is left out and remembered by its id.

        Args:
            rows: Rows of one resource.
            leads: Whether they are leads.
        """
        known = self._lines()
        if not known or not len(rows):
            return rows
        frame = pl.DataFrame(rows)
        person = self._recover(frame, known)
        if not (person.ids or person.emails or person.phones):
            return rows
        found = find_traces(frame, person, leads=leads)
        if leads and found.rows:
            self.add(Person().with_more(frame["id"].filter(found.own)))
        for name, mask in found.named.items():
            at = rows.column_names.index(name)
            blank = pa.nulls(len(rows), rows.field(at).type)
            kept = pa.compute.if_else(pa.array((~mask).to_list()), rows.column(at).combine_chunks(), blank)
            rows = rows.set_column(at, rows.field(at), kept)
        return rows.filter(pa.array((~found.own).to_list(), pa.bool_())) if found.rows else rows

    def _recover(self, frame: pl.DataFrame, known: set[str]) -> Person:
        """Return what is in the rows of forgotten people: the values whose digests are in the file."""
        salt = _salt_of(known)
        texts = [text for name in frame.columns if (text := as_text(frame[name])) is not None]
        columns = [frame[name] for name in ("id", "lead_id") if name in frame.columns]
        ids = {value for column in columns for value in column.to_list() if isinstance(value, str)}
        ids |= _matches(texts, _ID)
        person = Person(ids=frozenset(value for value in ids if _digest(value) in known))
        if not salt:
            return person

        def values_in_list(kind: str, values: Iterable[str]) -> frozenset[str]:
            return frozenset(value for value in values if value and _digest_with_key(kind, value, salt) in known)

        emails = {candidate for text in _matches(texts, _ADDRESS) for candidate in _addresses(text)}
        person = replace(
            person,
            emails=values_in_list("address", emails),
            phones=values_in_list("phone", {phone_digits(text) for text in _matches(texts, PHONE)}),
        )
        if not (person.ids or person.emails or person.phones):
            return person
        words = {word for text in texts for value in text.drop_nulls().unique().to_list() for word in words_of(value)}
        return replace(person, given=values_in_list("given", words), family=values_in_list("family", words))

    def _lines(self) -> set[str]:
        try:
            if isinstance(self._path, StorePath):
                for each in self._path.iterdir():
                    if each.name not in self._additions:
                        self._additions[each.name] = each.read_bytes().decode("ascii").split()
                return {line for lines in self._additions.values() for line in lines}
            return set(self._path.read_text("ascii").split())
        except FileNotFoundError:
            return set()
        except OSError as problem:
            raise unwritable_error(problem) from None


def _kinds(person: Person) -> list[tuple[str, frozenset[str]]]:
    return [
        ("address", person.emails),
        ("phone", person.phones),
        ("given", person.given),
        ("family", person.family),
    ]


def _matches(texts: Iterable[pl.Series], pattern: str) -> set[str]:
    """Return the distinct parts of texts that match a pattern."""
    parts: set[str] = set()
    for text in texts:
        plain = text.drop_nulls().unique().str.replace_all("%40", "@", literal=True)
        parts |= set(plain.str.extract_all(pattern).explode().drop_nulls().to_list())
    return parts


def _addresses(text: str) -> Iterable[str]:
    """Yield the addresses that a text without spaces may mean: with and without signs that may stand before one.

    >>> list(_addresses("=Ada@Example.com.")), list(_addresses("x@ada@example.com"))
    (['=ada@example.com', 'ada@example.com'], ['x@ada', 'ada@example.com'])
    """
    parts = text.casefold().split("@")
    for local, rest in itertools.pairwise(parts):
        found = _DOMAIN.match(rest)
        if found is None:
            continue
        for at in range(max(0, len(local) - _LONGEST_LOCAL), len(local)):
            if at == 0 or not (local[at - 1].isalnum() or local[at - 1] in _BOUNDARY):
                yield f"{local[at:]}@{found[0].rstrip('.-')}"


def _salt_of(lines: Iterable[str]) -> str:
    return next((line.removeprefix(_SALT) for line in sorted(lines) if line.startswith(_SALT)), "")


def _digest_with_key(kind: str, value: str, salt: str) -> str:
    """Return a digest that cannot be compared with those of another machine: addresses can be guessed."""
    return f"{kind}:{hmac.new(salt.encode(), value.encode('utf-8', 'surrogatepass'), hashlib.sha256).hexdigest()}"


def _digest(lead_id: str) -> str:
    return hashlib.sha256(lead_id.encode("utf-8", "surrogatepass")).hexdigest()

"""Where the next page of a list is, and whether a response proves that there is none. Pure, tolerant of variants.

The contract's ``pagination`` is one of many forms: other services put the next cursor into ``meta``, ``links``,
``paging`` or a ``Link`` header (RFC 8288), as a cursor, a page number or a URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from pb2b_notebook.errors import PaginationError

HOLDERS: Final = frozenset(
    {"pagination", "paging", "page", "pageinfo", "meta", "metadata", "links", "cursors", "cursor", "resultinfo",
     "responsemetadata", "pager"}
)  # fmt: skip
"""Members of an envelope that may say where the next page is, folded."""
_CURSORS: Final = {
    "nextcursor": "", "cursornext": "", "next": "", "endcursor": "", "nextlink": "", "nexturl": "", "nextpageurl": "",
    "nextpagetoken": "page_token", "nexttoken": "page_token", "after": "after", "nextpage": "page",
    "continuationtoken": "continuation_token",
}  # fmt: skip
"""Folded names of a next cursor → the query parameter that such a service takes it in; empty if any."""
_MORE: Final = frozenset({"hasmore", "hasnext", "hasnextpage", "more", "hasmorepages", "moreavailable"})
_TOTALS: Final = ("total", "totalcount", "totalresults", "totalitems", "totalrecords", "totalrows")
_LAST: Final = ("lastpage", "totalpages", "pagecount", "pages")
_CURRENT: Final = ("currentpage", "page", "pagenumber", "number")
_LINK: Final = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~-]+\s*=\s*(?:"[^"]*"|[^",;\s]*))*)')
_REL_NEXT: Final = re.compile(r';\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=[\s;,]|$))', re.IGNORECASE)
_PAGE_RELATIONS: Final = re.compile(r'rel\s*=\s*"?(?:first|prev|last|self)\b', re.IGNORECASE)
_DEEPEST: Final = 3


@dataclass(frozen=True, slots=True)
class Paging:
    """What a response says about the pages of its list.

    Attributes:
        cursor: Next cursor, page number or URL; ``None`` without one.
        parameter: Query parameter that takes it, if its name shows it; else empty.
        ends: Whether the response says that no page follows.
        more: Whether the response says that a page follows.
        total: Number of all matching rows, where the service counts them.
    """

    cursor: str | None = None
    parameter: str = ""
    ends: bool = False
    more: bool = False
    total: int | None = None


def read_paging(rest: Mapping[str, Any], link: str | None = None) -> Paging:
    """Return what an envelope and a ``Link`` header say about the pages of a list.

    Args:
        rest: The envelope without its records.
        link: Value of the header; ``None`` without one.

    >>> read_paging({"meta": {"pagination": {"nextCursor": "c2", "totalCount": 7}}})
    Paging(cursor='c2', parameter='', ends=False, more=True, total=7)
    >>> read_paging({"paging": {"next": {"after": "17"}}}).parameter, read_paging({"page_info": {"next": None}}).ends
    ('after', True)
    >>> read_paging({}, '<https://api.example/leads?cursor=c2>; rel="next"').cursor
    'https://api.example/leads?cursor=c2'
    """
    holders = list(_holders(rest, 0))
    more = [value for holder in holders for name, value in holder.items() if name in _MORE and isinstance(value, bool)]
    total = next((n for name in _TOTALS for h in holders if (n := _count(h.get(name))) is not None), None)
    if more and not all(more):
        return Paging(ends=True, total=total)
    found = [pair for holder in holders for pair in _cursors(holder)]
    link_next = _next_link(link)
    if link_next is not None:
        found.append((link_next, ""))
    # A cursor is preferred to a URL: it stays valid whatever the address of the service is.
    given = sorted((pair for pair in found if pair[0]), key=lambda pair: is_link(str(pair[0])))
    if given:
        cursor, parameter = given[0]
        return Paging(cursor, parameter, more=True, total=total)
    numbers = [step for holder in holders if (step := _next_number(holder, more=any(more))) is not None]
    if numbers:
        number, parameter = numbers[0]
        return Paging(number, parameter, ends=number is None, more=number is not None, total=total)
    ends = (bool(found) or bool(_PAGE_RELATIONS.search(link or ""))) and not any(more)
    return Paging(ends=ends, more=any(more), total=total)


def is_link(cursor: str) -> bool:
    """Whether a next cursor is a URL, absolute or relative.

    >>> is_link("https://api.example/leads?page=2"), is_link("/leads?page=2"), is_link("eyJpZCI6MX0=")
    (True, True, False)
    """
    return cursor.startswith(("http://", "https://", "?")) or (cursor.startswith("/") and "?" in cursor)


def query_of_link(link: str, address: str) -> tuple[tuple[str, str], ...]:
    """Return the query of a link to the next page.

    Args:
        link: URL, absolute or relative to ``address``.
        address: URL of the list, without its query.

    Raises:
        PaginationError: The link leads to another host or path: the key is sent to no other address.

    >>> query_of_link("/v1/leads?cursor=c2&limit=5", "https://api.example/v1/leads")
    (('cursor', 'c2'), ('limit', '5'))
    """
    here = urlsplit(address)
    try:
        there = urlsplit(urljoin(address, link))
        same = there.hostname == here.hostname and there.port in {here.port, None}
    except ValueError:
        there, same = here, False
    if not same or not _same_path(there.path, here.path):
        raise PaginationError(
            "the link to the next page leads to another address, which is not followed",
            repair="report this to support; a filter that leaves one page needs no link",
        )
    return tuple(parse_qsl(there.query, keep_blank_values=True))


def _same_path(there: str, here: str) -> bool:
    """Whether two paths are the same, whichever part of the base path the service leaves out behind its proxy."""
    there, here = there.rstrip("/"), here.rstrip("/")
    return there == here or (bool(there) and here.endswith(there) and there.startswith("/"))


def _holders(node: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    """Yield the parts of an envelope that may say where the next page is, innermost first, with folded names."""
    for name, value in node.items():
        if depth < _DEEPEST and isinstance(value, Mapping) and _fold(name) in HOLDERS:
            yield from _holders(value, depth + 1)
    yield {_fold(name): value for name, value in node.items()}


def _fold(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _cursors(holder: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    """Yield each next cursor with its parameter; ``None`` for one that is present and empty."""
    for name, parameter in _CURSORS.items():
        if name not in holder:
            continue
        value = holder[name]
        if isinstance(value, Mapping):
            inner = {_fold(key): each for key, each in value.items()}
            for key in ("after", "cursor", "nextcursor", "token", "href", "url", "link"):
                if _text(inner.get(key)):
                    yield _text(inner[key]), "after" if key == "after" else ""
                    break
            else:
                yield None, ""
        elif value is None or value is False or value == "":
            yield None, ""
        elif text := _text(value):
            # A number beside a page number is one.
            numbered = isinstance(value, int) and _first_count(holder, _CURRENT) is not None
            yield text, "page" if numbered else parameter


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "" else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _next_number(holder: Mapping[str, Any], *, more: bool) -> tuple[str | None, str] | None:
    """Return the next page number or offset with its parameter, ``None`` for the end; nothing without numbers."""
    current, last, total = (_first_count(holder, names) for names in (_CURRENT, _LAST, _TOTALS))
    offset, size = _first_count(holder, ("offset", "skip")), _first_count(holder, ("limit", "perpage", "pagesize"))
    if offset is not None and size and total is not None:
        return (str(offset + size), "offset") if offset + size < total else (None, "")
    if current is None or (last is None and not more):
        return None
    follows = more if last is None else current < last
    return (str(current + 1), "page") if follows else (None, "")


def _first_count(holder: Mapping[str, Any], names: Iterable[str]) -> int | None:
    return next((number for name in names if (number := _count(holder.get(name))) is not None), None)


def _next_link(header: str | None) -> str | None:
    """Return the URL of the next page in a ``Link`` header. Source: RFC 8288."""
    for url, parameters in _LINK.findall(header or ""):
        if _REL_NEXT.search(parameters):
            return str(url)
    return None

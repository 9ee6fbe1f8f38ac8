"""Where the next page of a list is, and whether a response proves that there is none. Pure, tolerant of variants.

The contract's ``pagination`` is one of many forms: other services put the next cursor into ``meta``, ``links``,
``paging`` or a ``Link`` header (RFC 8288), as a cursor, a page number or a URL.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from pb2b_notebook.errors import PaginationError
from pb2b_notebook.lazy import lazy_pattern

HOLDERS: Final = frozenset(
    {"pagination", "paging", "page", "pageinfo", "meta", "metadata", "links", "cursors", "cursor", "resultinfo",
     "responsemetadata", "pager", "additionaldata", "info", "pagecontext", "paginationinfo", "paginginfo",
     "listinfo", "navigation", "pages", "view"}
)  # fmt: skip
"""Members of an envelope that may say where the next page is, folded."""
_CURSORS: Final = {
    "nextcursor": "", "cursornext": "", "next": "", "endcursor": "", "nextlink": "", "nexturl": "", "nextpageurl": "",
    "nextpagetoken": "page_token", "nexttoken": "page_token", "after": "after", "nextpage": "page",
    "continuationtoken": "continuation_token", "odatanextlink": "", "nextrecordsurl": "", "nextstart": "start",
    "nextoffset": "offset", "nextskip": "skip", "nextpageuri": "", "nextpagelink": "", "nexthref": "", "nexturi": "",
    "nextmarker": "marker", "nextbookmark": "bookmark", "nextcontinuationtoken": "continuation_token",
    "nextscrollid": "scroll_id", "nextsearchafter": "search_after", "nextpagecursor": "", "afterurl": "",
    "nextstartingafter": "starting_after", "nextafter": "after", "nextsince": "since", "nextsinceid": "since_id",
    "nextlastid": "last_id", "nextkey": "", "nextstartkey": "start_key", "lastevaluatedkey": "exclusive_start_key",
    "nextpagestart": "start",
}  # fmt: skip
"""Folded names of a next cursor → the query parameter that such a service takes it in; empty if any."""
_NEXT: Final = lazy_pattern(
    r"next(page|start(ing)?|offset|skip|cursor|token|link|url|uri|href|key|id|marker|bookmark|after|since|at|from|"
    r"record|scroll|search|position|index|row|item|batch|continuation|range|set|query|number|last|value)s?"
    r"(token|cursor|key|id|url|uri|href|link|at|from|after|page|number|index|position|query|marker)*"
)
"""Other folded names of a next cursor, as ``next_start_at``; "next_sync_token" is not one, nor "next_run_at"."""
_OF_VALUES: Final = lazy_pattern(r"lastevaluatedkey|next\w*(key|cursor|token|after|marker|bookmark|position)|endcursor")
"""Folded names of a next cursor that may be an object or a list of the last row's values, sent as JSON text.

Sources: DynamoDB's LastEvaluatedKey; Elasticsearch's search_after.
"""
_INNER_CURSORS: Final = {
    "after": "after", "startingafter": "starting_after", "cursor": "", "nextcursor": "", "token": "",
    "pagetoken": "page_token", "startcursor": "start_cursor", "href": "", "url": "", "link": "", "offset": "offset",
    "page": "page",
}  # fmt: skip
"""Folded names of a next cursor in an object that is about the next page → its parameter; the best first."""
_SHOWN: Final = frozenset(
    {"label", "title", "text", "name", "caption", "description", "type", "rel", "method", "icon", "hint", "target",
     "accesskey", "mediatype", "hreflang", "template", "class"}
)  # fmt: skip
"""Folded names of what an object about the next page says of how it is shown, or of what kind the link is."""
_LABEL: Final = lazy_pattern(
    r"\W*(((show|load|view|see|read|get|go to)( the)? )?(next|more|older)( (page|results|rows|items|records|leads))?|"
    r"(nächste|naechste) seite|weiter|mehr|(page )?suivante?|siguiente|(pagina )?(seguente|successiva)|avanti|"
    r"próxima|volgende|nästa|næste|następna|další|次へ|下一页|下一頁|다음)\W*",
    re.IGNORECASE,
)
"""Text on a button that leads to the next page: it is not a cursor."""
_BESIDE_PROMISES: Final = (
    "cursor", "scrollid", "scrollparam", "marker", "bookmark", "continuation", "searchafter", "offset", "token",
)  # fmt: skip
"""Folded names of a text that is the next cursor where the response says that a page follows, and not where."""
_NULLS: Final = frozenset({"null", "none", "undefined", "nil", "0", "-1"})
"""Texts of a next cursor that is not there."""
_MORE: Final = lazy_pattern(
    r"(has|is|are)?more(pages?|items?|records?|results?|rows?|data|available|itemsincollection)?|has(a)?next(pages?)?|"
    r"(is)?truncated"
)
"""Folded names of a truth value that says whether a page follows: also those of Zoho and of S3."""
_NO_MORE: Final = frozenset(
    {"last", "islast", "islastpage", "lastpage", "done", "endofstream", "endoflist", "endofresults", "isend", "eof",
     "reachedend"}
)  # fmt: skip
_VAGUE: Final = frozenset({"truncated", "istruncated", "done"})
"""Those that may be about something else than pages, so that a next cursor outweighs them."""
_TOTALS: Final = (
    "total", "totalcount", "totalresults", "totalitems", "totalrecords", "totalrows", "totalelements", "totalentries",
    "totalsize", "odatacount",
)  # fmt: skip
_ESTIMATED: Final = lazy_pattern(r"(is)?(total|count)?(is)?(approx\w*|estimat\w*|capped|lowerbound)")
"""Folded names of a truth value that says that the count is not exact."""
_RELATIONS: Final = frozenset({"totalrelation", "countrelation", "relation", "totalcountrelation"})
_SIZES: Final = ("perpage", "pagesize", "itemsperpage", "limit", "size")
_LAST: Final = ("lastpage", "totalpages", "pagecount", "pages")
_CURRENT: Final = ("currentpage", "page", "pagenumber", "number")
_OFFSETS: Final = {"offset": "offset", "skip": "skip", "start": "start", "startat": "startAt"}
"""Folded names of the number of rows before a page → the query parameter of the same name."""
_NUMBER: Final = lazy_pattern(r"[0-9]{1,12}")
_PLACE: Final = lazy_pattern(r"p|page(number|no|num|index|offset)?|offset|skip|start(at|index|row)?|from|firstresult")
"""Folded names of query parameters whose number is a place in the list."""
_SPELLED_PLACE: Final = lazy_pattern(r"\b(arrayconnection|offset|page|skip)\W{1,5}[0-9]+", re.IGNORECASE)
"""Text of a cursor that is a place in the list: Relay's begins with ``arrayconnection:``."""
_RANGE: Final = lazy_pattern(r"(?:(?!bytes)[a-z-]+ )?(?:[0-9]+-[0-9]+|\*)/([0-9]{1,12})", re.IGNORECASE)
_LINK: Final = lazy_pattern(r'<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~-]+\s*=\s*(?:"[^"]*"|[^",;\s]*))*)')
_REL_NEXT: Final = lazy_pattern(r';\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=[\s;,]|$))', re.IGNORECASE)
_PAGE_RELATIONS: Final = lazy_pattern(r'rel\s*=\s*"?(?:first|prev)', re.IGNORECASE)
_INSIDE: Final = lazy_pattern(r"[^.]+|.+\.(local|localdomain|internal|intranet|lan|svc)", re.IGNORECASE)
"""Host names that mean nothing outside one network. Source: RFC 6762 and its appendix G."""
_UNFINISHED: Final = lazy_pattern(
    r"(is|has)?(partial|incomplete)((search)?(results?|list|response|data))?|(results?|list|data|response)(is|are)?(partial|incomplete)|"
    r"(search|query)?timedout|terminatedearly"
)
"""Folded names of a flag of a response that is not whole, such as those of Elasticsearch and GitHub."""
_DEEPEST: Final = 3


@dataclass(frozen=True, slots=True)
class Paging:
    """What a response says about the pages of its list.

    Attributes:
        cursor: Next cursor, page number or URL; ``None`` without one.
        parameter: Query parameter that takes it, if its name shows it; else empty.
        names: Query parameters that may take it, spelled as the response spells its name.
        ends: Whether the response says that no page follows.
        more: Whether the response says that a page follows.
        bare: Whether nothing but the cursor says so.
        total: Number of all matching rows, where the service counts them.
        number: Number of this page, where the next one is computed from it.
        last: Number of the last page, or how many pages there are, if the numbers begin at 0.
        disputed: Whether a truth value elsewhere contradicts the cursor.
        position: Whether the cursor is a place in the list, which other rows take when a row before it goes.
        beyond: Place after a page that is the last one by a count; the count may be capped.
        beside: Text that may be the next cursor or that of this page, where nothing says whether a page follows.
    """

    cursor: str | None = None
    parameter: str = ""
    names: tuple[str, ...] = ()
    ends: bool = False
    more: bool = False
    bare: bool = False
    total: int | None = None
    number: int | None = None
    last: int | None = None
    disputed: bool = False
    position: bool = False
    beyond: str | None = None
    beside: str | None = None


def read_paging(
    rest: Mapping[str, Any], link: str | None = None, *, headers: Mapping[str, str] | None = None, rows: int = 0
) -> Paging:
    """Return what an envelope and the headers say about the pages of a list.

    Args:
        rest: The envelope without its records.
        link: Value of the ``Link`` header; ``None`` without one.
        headers: All headers, with names in lower case.
        rows: Rows of this page.

    >>> found = read_paging({"meta": {"pagination": {"nextCursor": "c2", "totalCount": 7}}})
    >>> found.cursor, found.more, found.total
    ('c2', True, 7)
    >>> found = read_paging({"hydra:totalItems": 41, "hydra:view": {"@id": "/leads", "hydra:next": "/leads?page=2"}})
    >>> found.cursor, found.total
    ('/leads?page=2', 41)
    >>> read_paging({"paging": {"next": {"after": "17"}}}).parameter, read_paging({"page_info": {"next": None}}).ends
    ('after', True)
    >>> read_paging({}, '<https://api.example/leads?cursor=c2>; rel="next"').cursor
    'https://api.example/leads?cursor=c2'
    >>> read_paging({"offset": 0, "limit": 100, "total": "250"}, rows=50).cursor
    '50'
    >>> read_paging({"pages": {"next": {"page": 2, "starting_after": "c2"}}}).parameter
    'starting_after'
    >>> read_paging({"page": 0, "totalPages": 1}).ends, read_paging({"end_of_stream": True}).ends
    (True, True)
    >>> read_paging({"next_starting_after": "a1"}).parameter, read_paging({"last_page": True}).ends
    ('starting_after', True)
    >>> read_paging({"offset": "itr9/rec7"}).cursor, read_paging({"offset": "30"}).cursor
    ('itr9/rec7', None)
    >>> found = read_paging({"next": {"from": "c2"}}), read_paging({"next": {"year": 2, "week": 7}})
    >>> [(each.cursor, each.parameter, each.more, each.ends) for each in found]
    [('c2', 'from', True, False), (None, '', True, False)]
    >>> found = [read_paging(each) for each in ({"next_start_at": "a2"}, {"next_batch": None}, {"next_run": None})]
    >>> [(each.cursor, each.ends) for each in found]
    [('a2', False), (None, True), (None, False)]
    >>> read_paging({"cursor": "c2"}).beside, read_paging({"cursor": "c2", "has_more": False}).beside
    ('c2', None)
    >>> read_paging({"NextToken": "c2"}).names, read_paging({"cursor": "c2", "has_more": True}).cursor
    (('NextToken', 'Token'), 'c2')
    >>> found = read_paging({"LastEvaluatedKey": {"id": "lead_1", "shard": 2}})
    >>> found.cursor, found.parameter
    ('{"id":"lead_1","shard":2}', 'exclusive_start_key')
    >>> found = read_paging({"next": {"label": "Next"}}), read_paging({"next": {"label": "Next", "from": None}})
    >>> [(each.cursor, each.more, each.ends) for each in found]
    [(None, False, False), (None, False, True)]
    """
    holders = list(_holders(rest, 0))
    if headers is not None:
        holders += _holders_of_headers(headers)
    more = [*_promises(holders), *_unread_cursors(holders)]
    total = None if any(map(_is_estimated, holders)) else _only_total(holders, rows)
    disputed = not all(more)
    found = [(pair, holder) for holder in holders for pair in _cursors(holder)]
    link_next = _next_link(link)
    if link_next is not None:
        found.append(((link_next, ""), _holder(rest)))
    given = [(pair, holder) for pair, holder in found if pair[0]]
    # A cursor is preferred to a URL: it stays valid whatever the address of the service is.
    valid = sorted((pair for pair, holder in given if not _denies(holder)), key=lambda pair: is_link(str(pair[0])))
    if valid:
        cursor, parameter = valid[0]
        names, position = _spelled_names(rest, str(cursor)), is_position(str(cursor), parameter)
        return Paging(
            cursor, parameter, names, more=True, total=total, disputed=disputed, position=position, bare=not more
        )
    if given:
        return Paging(ends=True, total=total)
    for holder in holders:
        step = _next_number(holder, more=any(more), rows=rows)
        if step is not None and step.more and _denies(holder):
            return Paging(ends=True, total=total)
        if step is not None:
            return replace(step, total=total, disputed=disputed and step.more)
    beside = next((text for h in holders for text in _beside_promise(h)), None)
    names = _spelled_names(rest, beside) if beside is not None else ()
    if beside is not None and any(more):
        return Paging(beside, "", names, more=True, total=total)
    ends = (bool(found) or bool(more) or bool(_PAGE_RELATIONS.search(link or ""))) and not any(more)
    return Paging(names=names, ends=ends, more=any(more), total=total, beside=None if ends else beside)


def stated_size(rest: Mapping[str, Any]) -> int | None:
    """Return how many rows an envelope says that a page has room for; ``None`` if it does not say so.

    >>> stated_size({"meta": {"per_page": 25}}), stated_size({"page": {"size": 20}}), stated_size({"meta": {}})
    (25, 20, None)
    """
    return next((size for holder in _holders(rest, 0) if (size := _first_count(holder, _SIZES)) is not None), None)


def unfinished_flag(rest: Mapping[str, Any]) -> str:
    """Return the flag of an envelope that says that rows may be missing; empty without one.

    >>> unfinished_flag({"took": 5, "timed_out": True}), unfinished_flag({"meta": {"isPartial": "true"}})
    ('timedout: true', 'ispartial: true')
    >>> unfinished_flag({"incomplete_results": False}), unfinished_flag({"complete": False})
    ('', 'complete: false')
    """
    for holder in _holders(rest, 0):
        for name, value in holder.items():
            if _UNFINISHED.fullmatch(name) and truth(value):
                return f"{name}: true"
            if name in {"complete", "iscomplete"} and truth(value) is False:
                return f"{name}: false"
    return ""


def is_link(cursor: str) -> bool:
    """Whether a next cursor is a URL, absolute or relative.

    >>> is_link("https://api.example/leads?page=2"), is_link("/leads?page=2"), is_link("eyJpZCI6MX0=")
    (True, True, False)
    """
    return cursor.startswith(("http://", "https://", "?")) or (cursor.startswith("/") and "?" in cursor)


def is_position(cursor: str, parameter: str = "") -> bool:
    """Whether a next cursor is a place in the list: a page number, a number of rows, or a text that spells one.

    A number under another name, as that of the last row, is not.

    >>> is_position("/leads?page[number]=2"), is_position("100", "offset"), is_position("100", "cursor")
    (True, True, False)
    >>> is_position("YXJyYXljb25uZWN0aW9uOjk5"), is_position("eyJpZCI6MX0=")
    (True, False)
    """
    if is_link(cursor):
        query = parse_qsl(urlsplit(cursor).query)
        return any(_NUMBER.fullmatch(v) and _PLACE.fullmatch(_fold(n)) for n, v in query)
    if _NUMBER.fullmatch(cursor):
        return bool(_PLACE.fullmatch(_fold(parameter)))
    return bool(_SPELLED_PLACE.search(_decode(cursor)))


def numbers_in(cursor: str) -> frozenset[str]:
    """Return the numbers in the text of an encoded cursor, one of which may be that of the rows before it.

    >>> numbers_in("eyJvIjozMH0="), numbers_in("30")
    (frozenset({'30'}), frozenset())
    """
    decoded = _decode(cursor)
    return (
        frozenset()
        if decoded == cursor
        else frozenset(re.findall(r"(?<![\w.-])(?<![0-9]:)[0-9]{1,9}(?![\w.:-])", decoded))
    )


def _decode(cursor: str) -> str:
    """Return the text in a cursor that is base64, or else the cursor."""
    try:
        return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        return cursor


def query_of_link(link: str, address: str) -> tuple[tuple[str, str], ...]:
    """Return the query of a link to the next page.

    Args:
        link: URL, absolute or relative to ``address``.
        address: URL of the list, without its query.

    Raises:
        PaginationError: The link leads to another host or path: the key is sent to no other address.

    >>> query_of_link("/v1/leads?cursor=c2&limit=5", "https://api.example/v1/leads")
    (('cursor', 'c2'), ('limit', '5'))
    >>> query_of_link("http://10.0.3.7:8000/v1/leads?cursor=c2", "https://api.example/v1/leads")
    (('cursor', 'c2'),)
    """
    here = urlsplit(address)
    try:
        there = urlsplit(urljoin(address, link))
        same = there.hostname == here.hostname and there.port in {here.port, None}
        same = same or _is_inside(there.hostname or "")
    except ValueError:
        there, same = here, False
    if not same or not _same_path(there.path, here.path):
        raise PaginationError(
            "the link to the next page leads to another address, which is not followed",
            repair="report this to support; a filter that leaves one page needs no link",
        )
    return tuple(parse_qsl(there.query, keep_blank_values=True))


def _is_inside(host: str) -> bool:
    """Whether a host is an address inside the service's own network, by which it names itself behind its proxy.

    Only the query of such a link is used, at the address of the connection.
    """
    with suppress(ValueError):
        return not ip_address(host).is_global
    return _INSIDE.fullmatch(host) is not None


def _same_path(there: str, here: str) -> bool:
    """Whether two paths are the same, whichever part of the base path the service leaves out behind its proxy."""
    there, here = there.rstrip("/"), here.rstrip("/")
    return there == here or (bool(there) and here.endswith(there) and there.startswith("/"))


def _holders(
    node: Mapping[str, Any], depth: int, outer: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[dict[str, Any]]:
    """Yield the parts of an envelope that may say where the next page is, innermost first, with folded names.

    Truth values of the outer parts about a page that follows hold for the inner ones too.
    """
    found = _holder(node)
    inherited = {**outer, **{name: value for name, value in found.items() if _MORE.fullmatch(name) or name in _NO_MORE}}
    for name, value in node.items():
        if depth < _DEEPEST and isinstance(value, Mapping) and _fold(name) in HOLDERS:
            yield from _holders(value, depth + 1, inherited)
    yield {**outer, **found}


def _holder(node: Mapping[str, Any]) -> dict[str, Any]:
    return {_fold(name): value for name, value in node.items()}


def _denies(holder: Mapping[str, Any]) -> bool:
    """Whether the part that has a cursor says itself that no page follows."""
    more = list(_promises([{name: value for name, value in holder.items() if name not in _VAGUE}]))
    return bool(more) and not any(more)


def _holders_of_headers(headers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield what headers say about the pages: ``X-Next-Page``, ``X-Total-Count``, ``X-Pagination``, a range of rows."""
    found: dict[str, Any] = {}
    for name, value in headers.items():
        known = _fold(name.removeprefix("x-").removeprefix("wp-").removeprefix("pagination-"))
        if name == "content-range":
            whole = _RANGE.fullmatch(value.strip())
            found |= {"total": whole[1]} if whole else {}
        elif name == "x-pagination":
            with suppress(ValueError, RecursionError):
                parsed = json.loads(value)
                if isinstance(parsed, dict):
                    yield from _holders(parsed, 0)
        elif known in _OF_HEADERS and (name.startswith("x-") or known in _PLAIN_HEADERS):
            found[known] = value.strip()
    if found:
        yield found


_PLAIN_HEADERS: Final = frozenset({*_TOTALS, *_LAST, "nextcursor", "nextpage", "hasmore"})
_OF_HEADERS: Final = frozenset({*_CURSORS, "more", "hasnext", "hasnextpage", *_CURRENT, *_OFFSETS, *_PLAIN_HEADERS})


@lru_cache(maxsize=256)  # each page of a list has the same names
def _fold(name: str) -> str:
    return re.sub(r"^[a-z]+:|[][_@.$-]", "", name.lower())


def _promises(holders: Iterable[Mapping[str, Any]]) -> Iterator[bool]:
    """Yield what each truth value says about a page that follows."""
    for holder in holders:
        for name, value in holder.items():
            if _MORE.fullmatch(name) and (more := truth(value)) is not None:
                yield more
            elif name in _NO_MORE and isinstance(value, bool):
                yield not value


_TRUTHS: Final = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "y": True, "n": False}


def truth(value: Any) -> bool | None:
    """Return a truth value, also of a text or a number that stands for one; ``None`` for anything else.

    >>> truth("False"), truth(1), truth("maybe")
    (False, True, None)
    """
    if isinstance(value, str):
        value = _TRUTHS.get(value.lower())
    return bool(value) if isinstance(value, bool) or (isinstance(value, int) and value in (0, 1)) else None


def _cursors(holder: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    """Yield each next cursor with its parameter; ``None`` for one that is present and empty."""
    others = dict.fromkeys(filter(_NEXT.fullmatch, holder.keys() - _CURSORS.keys()), "")
    for name, parameter in (*_CURSORS.items(), *others.items()):
        if name not in holder:
            continue
        value = (_OF_VALUES.fullmatch(name) and _text_of_values(holder[name], name)) or holder[name]
        if isinstance(value, Mapping):
            inner = {_fold(key): each for key, each in value.items()}
            key = next((key for key in _INNER_CURSORS if _text(inner.get(key))), None)
            if key is not None:
                yield _text(inner[key]), _INNER_CURSORS[key]
            elif len(given := _own_query(value)) == 1:
                yield given[0][1], given[0][0]
            elif not given and (not value or any(each is None or each == "" for each in value.values())):
                yield None, ""
        elif not value or str(value).lower() in _NULLS:
            yield None, ""
        elif text := _text(value):
            # A number beside a page number is one.
            current = _first_count(holder, _CURRENT)
            numbered = parameter == "page" or (isinstance(value, int) and current is not None)
            last = numbered and current is not None and _count(value) == current
            yield (None, "") if last else (text, "page" if numbered else parameter)
    # A text that is not a number cannot be the number of rows before this page.
    if isinstance(opaque := holder.get("offset"), str) and opaque and not _NUMBER.fullmatch(opaque):
        yield opaque, "offset"


def _text_of_values(value: Any, name: str) -> str:
    """Return a cursor that is an object or a list of the values of a row, as JSON text; empty for any other.

    An object with one text is the query of the next page, unless its ``name`` says that it is a key.

    >>> _text_of_values({"id": {"S": "lead_1"}}, "nextkey"), _text_of_values([1760, "lead_1"], "nextcursor")
    ('{"id":{"S":"lead_1"}}', '[1760,"lead_1"]')
    >>> _text_of_values({"after": "c2"}, "nextkey"), _text_of_values({"from": "c2"}, "nextcursor")
    ('', '')
    """
    if isinstance(value, Mapping) and not name.endswith("key") and len(value) == len(_own_query(value)) == 1:
        return ""
    inner = value.values() if isinstance(value, Mapping) else value
    given = isinstance(value, (Mapping, list)) and any(each not in (None, "") for each in inner)
    of_page = isinstance(value, Mapping) and any(_fold(name) in {*_INNER_CURSORS, *_SHOWN} for name in value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if given and not of_page else ""


def _unread_cursors(holders: Iterable[Mapping[str, Any]]) -> Iterator[bool]:
    """Yield a promise for each object about the next page, several members of which may be the cursor."""
    for holder in holders:
        for name, value in holder.items():
            if (
                isinstance(value, dict)
                and name in _CURSORS
                and len(_own_query(value)) > 1
                and not _OF_VALUES.fullmatch(name)
            ):
                yield True


def _own_query(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the query of the next page in an object about it, whose parameters have names of their own.

    >>> _own_query({"from": "c2", "label": "Next"}), _own_query({"shown": "Load more"}), _own_query({"href": None})
    ([('from', 'c2')], [], [])
    """
    if any(_fold(name) in _INNER_CURSORS for name in value):
        return []  # {"href": null, "type": "text/html"}
    texts = [(name, text) for name, each in value.items() if _fold(name) not in _SHOWN and (text := _text(each))]
    return [(name, text) for name, text in texts if not _LABEL.fullmatch(text)]


def _beside_promise(holder: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts that may be a next cursor, since the response promises another page; no numbers."""
    found = (holder.get(name) for name in _BESIDE_PROMISES)
    return (value for value in found if isinstance(value, str) and value and not _NUMBER.fullmatch(value))


def _spelled_names(rest: Mapping[str, Any], cursor: str, depth: int = 0) -> tuple[str, ...]:
    """Return the query parameters that the name of a cursor in a response suggests, in its own spelling.

    >>> _spelled_names({"meta": {"nextPageToken": "c2"}}, "c2"), _spelled_names({"NextToken": "c2"}, "c2")
    (('nextPageToken', 'pageToken'), ('NextToken', 'Token'))
    """
    for name, value in rest.items():
        if _text(value) == cursor or (cursor[:1] in {"{", "["} and _text_of_values(value, _fold(name)) == cursor):
            short = re.sub(r"^next[_-]?", "", name, flags=re.IGNORECASE)
            short = short[:1].lower() + short[1:] if name[:1].islower() else short
            return tuple(dict.fromkeys([name, short] if short else [name]))
        if isinstance(value, Mapping) and depth < _DEEPEST and (found := _spelled_names(value, cursor, depth + 1)):
            return found
    return ()


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "" else None


def _count(value: Any) -> int | None:
    if isinstance(value, str):
        return int(value) if _NUMBER.fullmatch(value) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _total(value: Any) -> int | None:
    """Return a count; nothing for one that the service calls a lower bound."""
    if isinstance(value, Mapping):
        return _count(value.get("value")) if value.get("relation", "eq") == "eq" else None
    return _count(value)


def _only_total(holders: Sequence[Mapping[str, Any]], rows: int) -> int | None:
    """Return the only count of an envelope; nothing where counts differ, but for one of the rows of the page.

    >>> _only_total([{"total": 7}, {"totalcount": 60}], 7), _only_total([{"total": 57}, {"totalcount": 60}], 7)
    (60, None)
    """
    found = {n for h in holders for name in _TOTALS if name in h and (n := _total(h[name])) is not None}
    found = found - {rows} if len(found) > 1 else found
    return found.pop() if len(found) == 1 else None


def _is_estimated(holder: Mapping[str, Any]) -> bool:
    """Whether a part of an envelope says that the count is an estimate or a lower bound.

    >>> _is_estimated({"total": 90, "totalisestimate": True}), _is_estimated({"total": 90, "totalrelation": "eq"})
    (True, False)
    """
    return any(
        (_ESTIMATED.fullmatch(name) and truth(value)) or (name in _RELATIONS and str(value).lower() in {"gte", "gt"})
        for name, value in holder.items()
    )


def _next_number(holder: Mapping[str, Any], *, more: bool, rows: int) -> Paging | None:
    """Return the next page number or offset, or the end; nothing without numbers."""
    # Some services name the number of rows on a page so.
    lasts = [name for name in _LAST if name != "pagecount" or _count(holder.get(name)) != rows]
    current, last, total = (_first_count(holder, names) for names in (_CURRENT, lasts, _TOTALS))
    for name, parameter in _OFFSETS.items():
        offset, size = _count(holder.get(name)), rows or _first_count(holder, ("limit", "perpage", "pagesize"))
        if offset is not None and size and (total is not None or more):
            following = str(offset + size)
            if more if total is None else offset + size < total:
                return Paging(following, parameter, more=True, position=True)
            return Paging(None, parameter, ends=True, beyond=None if total is None else following)
    if current is None or (last is None and not more):
        return None
    # Pages that begin at 0 end before the number of them; one that is named the last one is the last one.
    counted = current == 0 and _count(holder.get("lastpage")) is None
    follows = more if last is None else current + counted < last
    if not follows:
        return Paging(None, "page", ends=True, last=last, beyond=str(current + 1))
    return Paging(str(current + 1), "page", more=True, number=current, last=last, position=True)


def _first_count(holder: Mapping[str, Any], names: Iterable[str]) -> int | None:
    return next((number for name in names if (number := _count(holder.get(name))) is not None), None)


def _next_link(header: str | None) -> str | None:
    """Return the URL of the next page in a ``Link`` header. Source: RFC 8288."""
    for url, parameters in _LINK.findall(header or ""):
        if _REL_NEXT.search(parameters):
            return str(url)
    return None

"""A service that keeps every documented fact and differs in what we chose: the sandbox behind a transformer.

Each deviation is a switch: it changes what arrives at the sandbox, what it answers, or both. Deviations are applied in
the order of :data:`DEVIATIONS`, which is the order of their layers; any set of them can be combined.
"""

import itertools
import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, quote, unquote, urlencode

import httpx

from pb2b_notebook import openapi
from pb2b_notebook.in_process import InProcessServer
from pb2b_notebook.sandbox import Sandbox
from plain_http import plain_transport

BASE = "/api/public/v1"
_ID = re.compile(
    r"^(lead|msg|imp|exp|job|campaign|crun|workflow|prun|thread|ticket|webhook|delivery|field|key|ws|mem|act|event)_[0-9a-z_]+$"
)
LISTS = re.compile(r"^/(leads|lead-fields|activities|messages|imports|exports|jobs|campaigns|campaign-runs|webhooks)$")


@dataclass
class Exchange:
    """One request and its response, both with parsed JSON.

    Attributes:
        service: State of the deviating service.
        path: Path below the base URL.
        query: Query as pairs.
        body: Parsed body; ``None`` without one.
        status: Status of the response, or of a refusal before the sandbox was asked.
        answer: Parsed response; ``None`` without one.
        out: Headers of the response.
    """

    service: "DeviatingService"
    method: str
    path: str
    query: list
    body: object
    headers: dict
    status: int = 0
    answer: object = None
    out: dict = field(default_factory=dict)
    number: int = 0

    def __post_init__(self):
        self.given = list(self.query)  # as the client wrote it, without what a deviation adds

    @property
    def asked(self):
        return dict(self.query)

    @property
    def rows(self):
        """The objects of a successful response."""
        if self.status // 100 != 2 or not isinstance(self.answer, dict):
            return []
        data = self.answer.get("data")
        return [row for row in (data if isinstance(data, list) else [data]) if isinstance(row, dict)]

    @property
    def many(self):
        return self.status // 100 == 2 and isinstance(self.answer, dict) and isinstance(self.answer.get("data"), list)

    def refuse(self, status, message, *, field=None, code="invalid_request"):
        details = [{"field": field, "code": code, "message": message}] if field else []
        self.status = status
        self.answer = {"error": {"code": code, "message": message, "details": details}, "request_id": "req_refused"}

    def without(self, *names):
        self.query = [(name, value) for name, value in self.query if name not in names]

    def rename(self, old, new):
        self.query = [(new if name == old else name, value) for name, value in self.query]


@dataclass(frozen=True)
class Deviation:
    """How one thing differs: ``ask`` sees the request first, ``tell`` the response last."""

    ask: object = None
    tell: object = None
    document: object = None


# --- paging -----------------------------------------------------------------------------------------------------------


def _paging(x):
    """Take the contract's pagination out of a response, and return next cursor and total."""
    found = x.answer.pop("pagination", {}) if x.many else {}
    return found.get("next_cursor"), found.get("total")


def _pages(place, cursor="cursor"):
    """A deviation of where the next cursor is: ``place(x, cursor, total)`` puts it there."""

    def ask(x):
        if cursor != "cursor":
            if "cursor" in x.asked:
                x.refuse(422, "cursor is not a parameter", field="cursor")
            x.rename(cursor, "cursor")

    def tell(x):
        if x.many and x.method == "GET" and "pagination" in x.answer:
            x.answer |= place(x, *_paging(x)) or {}

    def document(text):
        return text if cursor == "cursor" else text.replace('"name": "cursor"', f'"name": "{cursor}"')

    return Deviation(ask, tell, document)


def _url(x, cursor, name="cursor"):
    rest = [pair for pair in x.given if pair[0] not in {"cursor", name}]
    return f"{x.service.url}{BASE}{x.path}?{urlencode([*rest, (name, cursor)])}"


def _link_header(x, cursor, total):
    if cursor:
        x.out["link"] = f'<{_url(x, cursor)}>; rel="next", <{x.service.url}{BASE}{x.path}>; rel="first"'
    else:
        x.out["link"] = f'<{x.service.url}{BASE}{x.path}>; rel="first"'


def _links(x, cursor, total):
    return {"links": {"self": x.path, "next": _url(x, cursor) if cursor else None}}


def _relative_links(x, cursor, total):
    return {"_links": {"next": {"href": _url(x, cursor).removeprefix(x.service.url)} if cursor else None}}


def _laravel(x, cursor, total):
    size = int(x.asked.get("limit", 100))
    return {
        "links": {"first": None, "last": None, "prev": None, "next": _url(x, cursor) if cursor else None},
        "meta": {
            "path": f"{x.service.url}{BASE}{x.path}",
            "per_page": size,
            "next_cursor": cursor,
            "prev_cursor": None,
        },
    }


def _hubspot(x, cursor, total):
    return {"paging": {"next": {"after": cursor, "link": _url(x, cursor, "after")}}} if cursor else {"paging": {}}


def _numbered(parameter, place, *, first=None, offsets=False):
    """A deviation whose pages have numbers or offsets: ``place(x, number, size, following, total)`` describes one.

    The sandbox has cursors only: the cursor of each page is kept under its number when the page before it is given.
    """
    first = (0 if offsets else 1) if first is None else first

    def key(x, number):
        rest = sorted(pair for pair in x.given if pair[0] not in {parameter, "include_total"})
        return x.path, number, tuple(rest)

    def ask(x):
        if x.method != "GET" or not LISTS.match(x.path):
            return
        if "cursor" in x.asked:
            x.refuse(422, "cursor is not a parameter", field="cursor")
            return
        number = int(x.asked.get(parameter) or first)
        x.without(parameter)
        x.number = number
        if number != first:
            x.query.append(("cursor", x.service.cursors.get(key(x, number), "unknown")))

    def tell(x):
        if not (x.many and x.method == "GET" and LISTS.match(x.path) and "pagination" in x.answer):
            return
        size = int(x.answer["pagination"]["limit"])  # numbers may be text
        cursor, _ = _paging(x)
        following = x.number + (len(x.rows) if offsets else 1)
        if cursor:
            x.service.cursors[key(x, following)] = cursor
        x.answer |= place(x, x.number, size, following if cursor else None, _total(x)) or {}

    return Deviation(ask, tell, lambda text: text.replace('"name": "cursor"', f'"name": "{parameter}"'))


def _apollo(x, number, size, following, total):
    return {"pagination": {"page": number, "per_page": size, "total_entries": total, "total_pages": -(-total // size)}}


def _texts(x, number, size, following, total):
    return {"meta": {"current_page": str(number), "last_page": str(-(-total // size)), "total": str(total)}}


def _spring(x, number, size, following, total):
    return {
        "page": {"size": size, "totalElements": total, "totalPages": -(-total // size), "number": number},
        "_links": {"self": {"href": x.path}},
    }


def _pipedrive(x, number, size, following, total):
    more = {"more_items_in_collection": following is not None}
    following = {"next_start": following} if following is not None else {}
    return {"success": True, "additional_data": {"pagination": {"start": number, "limit": size, **more, **following}}}


def _gitlab(x, number, size, following, total):
    x.out |= {"x-page": str(number), "x-next-page": str(following or ""), "x-per-page": str(size)}


def _salesloft(x, number, size, following, total):
    return {"metadata": {"paging": {"per_page": size, "current_page": number, "next_page": following}}}


def _header(name, value):
    def place(x, cursor, total):
        found = value(x, cursor)
        if found is not None:
            x.out[name] = found

    return _pages(place)


def _stripe():
    """Pages that follow the id of the last row; the page itself says only whether more rows exist."""

    def ask(x):
        if x.method == "GET" and LISTS.match(x.path):
            if "cursor" in x.asked:
                x.refuse(422, "cursor is not a parameter", field="cursor")
                return
            after = x.asked.get("starting_after")
            x.without("starting_after")
            if after:
                x.query.append(("cursor", x.service.cursors.get((x.path, after), "unknown")))

    def tell(x):
        if x.many and x.method == "GET" and "pagination" in x.answer:
            cursor, _ = _paging(x)
            if cursor:
                last = x.rows[-1]
                name = next(name for name in ("id", "_id", "uuid", "lead_id") if name in last)
                x.service.cursors[x.path, str(last[name])] = cursor
            x.answer |= {"object": "list", "url": x.path, "has_more": cursor is not None}

    return Deviation(ask, tell, lambda text: text.replace('"name": "cursor"', '"name": "starting_after"'))


def _lone_links():
    """Links that bear the filters of their list; nothing but a size may be sent with them."""

    def ask(x):
        if "cursor" in x.asked and set(x.asked) - {"cursor", "limit"}:
            x.refuse(400, "with a cursor only limit is allowed")
        elif "cursor" in x.asked:
            x.query += x.service.cursors.get(x.asked["cursor"], [])

    def tell(x):
        if x.many and x.method == "GET" and "pagination" in x.answer:
            cursor, _ = _paging(x)
            if cursor:
                x.service.cursors[cursor] = [p for p in x.query if p[0] not in {"cursor", "limit", "include_total"}]
                x.out["link"] = f'<{x.service.url}{BASE}{x.path}?limit=7&cursor={quote(cursor)}>; rel="next"'
            else:
                x.out["link"] = f'<{x.service.url}{BASE}{x.path}>; rel="first"'

    return Deviation(ask, tell)


def _integer_cursor():
    """Cursors that are integers, and truth values that are text; 0 is the end."""

    def ask(x):
        found = x.asked.get("cursor")
        if found is not None:
            x.query = [(n, x.service.cursors.get(v, "unknown") if n == "cursor" else v) for n, v in x.query]

    def tell(x):
        if x.many and x.method == "GET" and "pagination" in x.answer:
            cursor, _ = _paging(x)
            number = len(x.service.cursors) + 1 if cursor else 0
            if cursor:
                x.service.cursors[str(number)] = cursor
            x.answer["pagination"] = {"next_cursor": number, "has_more": "true" if cursor else "false"}

    return Deviation(ask, tell)


def _content_range(x, cursor):
    return f"items 0-{max(0, len(x.rows) - 1)}/{_total(x)}"


def _relay(x, cursor, total):
    edges = [{"node": row, "cursor": f"c{n}"} for n, row in enumerate(x.answer.pop("data"))]
    info = {"hasNextPage": cursor is not None, "endCursor": cursor}
    return {"data": {x.path.rpartition("/")[2].replace("-", "_"): {"edges": edges, "pageInfo": info}}}


def _hal(x, cursor, total):
    name = x.path.rpartition("/")[2].replace("-", "_")
    links = {"self": {"href": x.path}, **({"next": {"href": _url(x, cursor)}} if cursor else {})}
    return {"_embedded": {name: x.answer.pop("data")}, "_links": links}


def _json_api(x, cursor, total):
    links = {"first": x.path, **({"next": _url(x, cursor, "page[after]")} if cursor else {"next": None})}
    return {"links": links, "meta": {"page": {"total": _total(x)}}, "jsonapi": {"version": "1.1"}}


def _under_its_own_name(x, cursor, total):
    name = x.path.rpartition("/")[2].replace("-", "_")
    return {name: x.answer.pop("data"), "facets": [{"value": "new", "count": 3}], "next": cursor}


def _zoho(x, number, size, following, total):
    return {"info": {"per_page": size, "count": len(x.rows), "page": number, "more_records": following is not None}}


def _spring_page(x, number, size, following, total):
    last = following is None
    return {
        "content": x.answer.pop("data"), "last": last, "first": number == 0, "totalPages": -(-total // size),
        "totalElements": total, "number": number, "size": size, "sort": {"sorted": False},
    }  # fmt: skip


def _rails(x, number, size, following, total):
    x.out |= {"x-total": str(total), "x-per-page": str(size), "x-page": str(number)}
    x.out |= {"x-next-page": str(following)} if following else {}


PAGING = {
    "json_api_paging": _pages(_json_api, "page[after]"),
    "relay_edges": _pages(_relay, "after"),
    "hal_embedded": _pages(_hal),
    "rows_under_their_own_name": _pages(_under_its_own_name),
    "spring_page": _numbered("page", _spring_page, first=0),
    "rails_headers": _numbered("page", _rails),
    "more_records_in_info": _numbered("page", _zoho),
    "cursor_in_meta_pagination": _pages(lambda x, c, t: {"meta": {"pagination": {"next_cursor": c, "total_count": t}}}),
    "cursor_in_links": _pages(_links),
    "cursor_in_relative_links": _pages(_relative_links),
    "cursor_in_link_header": _pages(_link_header),
    "cursor_in_paging_after": _pages(_hubspot, "after"),
    "cursor_in_start_cursor": _pages(lambda x, c, t: {"next_cursor": c, "has_more": c is not None}, "start_cursor"),
    "next_page_token": _pages(lambda x, c, t: {"next_page_token": c} if c else {}, "page_token"),
    "camel_case_paging": _pages(lambda x, c, t: {"pageInfo": {"endCursor": c, "hasNextPage": c is not None}}),
    "camel_case_cursor": _pages(lambda x, c, t: {"meta": {"nextCursor": c, "hasMore": c is not None}}),
    "laravel_paging": _pages(_laravel),
    "last_page_without_sign": _pages(lambda x, c, t: {"pagination": {"next_cursor": c}} if c else {}),
    "total_only": _pages(lambda x, c, t: {"meta": {"total": _total(x)}}),
    "no_sign_of_more": _pages(lambda x, c, t: {}),
    "page_numbers": _numbered("page", _apollo),
    "page_numbers_as_text": _numbered("page", _texts),
    "page_numbers_from_zero": _numbered("page", _spring, first=0),
    "page_numbers_of_neighbours": _numbered("page", _salesloft),
    "page_numbers_in_headers": _numbered("page", _gitlab),
    "offsets_with_total": _numbered(
        "offset", lambda x, n, size, f, total: {"offset": n, "limit": size, "total": total}, offsets=True
    ),
    "start_of_the_next_rows": _numbered("start", _pipedrive, offsets=True),
    "ids_as_cursors": _stripe(),
    "integer_cursors": _integer_cursor(),
    "odata_link": _pages(lambda x, c, t: {"@odata.count": _total(x), **({"@odata.nextLink": _url(x, c)} if c else {})}),
    "count_and_links": _pages(
        lambda x, c, t: {"count": _total(x), "next": _url(x, c) if c else None, "previous": None}
    ),
    "page_info_with_last_cursor": _pages(
        lambda x, c, t: {"page_info": {"has_next_page": c is not None, "end_cursor": c or "the-end"}}
    ),
    "has_more_only": _pages(lambda x, c, t: {"has_more": c is not None}),
    "cursor_in_a_header": _header("x-next-cursor", lambda x, c: c),
    "total_in_a_header": _header("x-total-count", lambda x, c: str(_total(x))),
    "total_as_text": _pages(lambda x, c, t: {"meta": {"total": str(_total(x))}}),
    "total_of_the_page": _pages(lambda x, c, t: {"meta": {"total": len(x.rows), "count": len(x.rows)}}),
    "link_to_self_only": _header("link", lambda x, c: f'<{x.service.url}{BASE}{x.path}>; rel="self"'),
    "range_in_a_header": _header("content-range", _content_range),
    "next_token_as_spelled": _pages(lambda x, c, t: {"NextToken": c} if c else {}, "NextToken"),
    "cursor_in_pages_next": _pages(
        lambda x, c, t: {"pages": {"total_pages": 9, **({"next": {"page": 2, "starting_after": c}} if c else {})}},
        "starting_after",
    ),
    "number_of_rows_as_next": _numbered("start", lambda x, n, s, f, t: {"next": f} if f else {}, offsets=True),
    "only_page_numbers": _numbered("page[number]", lambda x, n, s, f, t: {"meta": {"page": {"number": n, "size": s}}}),
    "only_rows_from_a_number": _numbered("from", lambda x, n, s, f, t: {"meta": {"total": t}}, offsets=True),
    "cursor_as_query_of_next": _pages(lambda x, c, t: {"next": {"from": c} if c else None}, "from"),
    "label_beside_the_cursor": _pages(lambda x, c, t: {"next": {"label": "Next", "from": c}}, "from"),
    "label_and_no_cursor": _pages(lambda x, c, t: {"next": {"display": "Load more", "type": "button"}}),
    "cursor_with_underscore": _pages(lambda x, c, t: {"cursor": c, "has_more": c is not None}, "_cursor"),
    "cursor_beside_more": _pages(lambda x, c, t: {"cursor": c or "the-end", "has_more": c is not None}),
    "links_of_an_inner_host": _pages(
        lambda x, c, t: {"next": c and f"http://leads.svc.cluster.local:8000/v1{x.path}?{urlencode({'cursor': c})}"}
    ),
    "links_that_stand_alone": _lone_links(),
}


def _total(x):
    filters = [pair for pair in x.query if pair[0] not in {"cursor", "limit", "include_total", "order"}]
    answer = x.service.ask("GET", f"{x.path}?{urlencode([*filters, ('include_total', 'true'), ('limit', '1')])}")
    return answer["pagination"]["total"]


def _loops(x):
    if x.many and x.path == "/leads" and isinstance(x.answer.get("pagination"), dict):
        x.service.calls += 1
        if x.service.calls > 1:
            x.answer["pagination"] |= {"next_cursor": f"again{x.service.calls % 2}", "has_more": True}


def _forgiving_cursor(x):
    if x.asked.get("cursor", "").startswith("again"):
        x.without("cursor")


def _shrinking(x):
    if x.many and x.path == "/leads" and "pagination" in x.answer:
        x.service.calls += 1
        x.answer["pagination"] = {"next_cursor": None, "has_more": False, "total": 10_000 - x.service.calls}
        x.answer["data"] = x.answer["data"][:7]


def _lies_in_turns(x):
    """Answer complete pages, then the same objects again and again, changed a little, under new cursors."""
    if x.many and x.path == "/leads" and isinstance(x.answer.get("pagination"), dict):
        x.service.calls += 1
        for row in x.answer["data"]:
            row["score"] = x.service.calls
        found = x.answer["pagination"]
        found |= {"next_cursor": found.get("next_cursor") or f"again{x.service.calls}", "has_more": True}
        found["total"] = 60 + x.service.calls * 7 % 5


HOSTILE = {
    "lies_in_turns": Deviation(_forgiving_cursor, _lies_in_turns),
    "cursors_loop": Deviation(_forgiving_cursor, _loops),
    "totals_shrink": Deviation(None, _shrinking),
}


# --- parameters -------------------------------------------------------------------------------------------------------


def _refuses(*names, status=422, named=True):
    def ask(x):
        found = next((name for name in names if name in x.asked), None)
        if found and x.method == "GET":
            x.refuse(status, f"unknown parameter {found}" if named else "Bad Request", field=found if named else None)

    return Deviation(ask, None, lambda text: _without_parameters(text, names))


def _ignores(*names):
    return Deviation(lambda x: x.without(*names) if x.method == "GET" else None)


def _without_parameters(text, names):
    document = json.loads(text)
    for item in document["paths"].values():
        for operation in item.values():
            operation["parameters"] = [p for p in operation.get("parameters", []) if p.get("name") not in names]
    return json.dumps(document)


def _limit_above(most, *, clamps=False):
    def ask(x):
        given = x.asked.get("limit", "")
        if given.isdecimal() and int(given) > most:
            if not clamps:
                x.refuse(422, f"limit may not be greater than {most}", field="limit")
            x.query = [(n, str(most) if n == "limit" else v) for n, v in x.query]
        elif clamps and LISTS.match(x.path) and x.method == "GET" and not given:
            x.query.append(("limit", str(most)))

    return Deviation(ask, None, lambda text: text.replace('"maximum": 500', f'"maximum": {most}'))


def _page_size_named(name):
    def ask(x):
        if "limit" in x.asked:
            x.refuse(422, "limit is not a parameter", field="limit")
        x.rename(name, "limit")

    return Deviation(ask, None, lambda text: text.replace('"name": "limit"', f'"name": "{name}"'))


def _newest_first(x):
    if x.method == "GET" and LISTS.match(x.path):
        x.without("order")
        x.query.append(("order", "updated_at.desc"))  # also beside a cursor: the sandbox's hold only for their order


PARAMETERS = {
    "newest_first_always": Deviation(_newest_first),  # first: the others see what the client asked
    "refuses_order": _refuses("order"),
    "refuses_include_total": _refuses("include_total", status=400),
    "refuses_include_deleted": _refuses("include_deleted"),
    "refuses_updated_before": _refuses("updated_before"),
    "refuses_all_of_ours": _refuses(
        "order", "include_total", "include_deleted", "updated_before", "ids", status=400, named=False
    ),
    "refuses_ids": _refuses("ids"),
    "ignores_ids": _ignores("ids"),
    "ignores_updated_after": _ignores("updated_after"),
    "refuses_email_filter": _refuses("email"),
    "refuses_filters": _refuses("q", "country", "source", "tag", "company_domain", "created_after"),
    "ignores_filters": _ignores("q", "country", "source", "tag", "company_domain", "created_after", "status"),
    "ignores_order": _ignores("order"),
    "ignores_include_total": _ignores("include_total"),
    "limit_at_most_100": _limit_above(100),
    "limit_clamped_to_10": _limit_above(10, clamps=True),
    "limit_clamped_to_7": _limit_above(7, clamps=True),
    "per_page": _page_size_named("per_page"),
}


# --- ids and values ---------------------------------------------------------------------------------------------------


def _walk(value, change, name=""):
    if isinstance(value, dict):
        return {key: _walk(inner, change, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_walk(inner, change, name) for inner in value]
    return change(name, value)


def _ids_become(make):
    """Ids of another type: each of ours has exactly one of theirs."""

    def out(x):
        def change(name, value):
            if name == "request_id" or not (isinstance(value, str) and _ID.match(value)):
                return value
            return x.service.their_id(value, make)

        x.answer = _walk(x.answer, change)

    def ours(x, text):
        return x.service.our_ids.get(str(text), text)

    def ask(x):
        x.path = "/".join(quote(ours(x, unquote(part)), safe="") for part in x.path.split("/"))
        x.query = [
            (n, ",".join(ours(x, one) for one in v.split(",")) if n == "ids" or n.endswith("_id") else v)
            for n, v in x.query
        ]
        x.body = _walk(x.body, lambda n, v: ours(x, v) if n.endswith("_id") or n in {"id", "merged_into"} else v)

    def document(text):
        kind = '{"type": "integer"}' if make is _integer else '{"type": "string", "format": "uuid"}'
        document = json.loads(text)
        for schema in document["components"]["schemas"].values():
            for name, prop in schema.get("properties", {}).items():
                if name == "id" or (name.endswith("_id") and name != "request_id"):
                    schema["properties"][name] = {**json.loads(kind), "description": prop.get("description", "")}
        return json.dumps(document)

    return Deviation(ask, out, document)


def _integer(service, value):
    return 1000 + len(service.our_ids)


def _uuid(service, value):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, value))


ID_MAKERS = {"integer_ids": _integer, "uuid_ids": _uuid}


def renamed_field(ours, theirs, words=None):
    """A field of a lead under another name, in responses, bodies and filters."""
    words = words or {}
    back = {v: k for k, v in words.items()}

    def ask(x):
        if not x.path.startswith("/leads"):
            return
        x.query = [(ours if n == theirs else n, str(back.get(v, v))) for n, v in x.query]
        if isinstance(x.body, dict):
            for row in [x.body, *[r for r in x.body.get("rows", []) if isinstance(r, dict)]]:
                if theirs in row:
                    row[ours] = back.get(row[theirs], row[theirs])
                    if ours != theirs:
                        del row[theirs]

    def rename(row):
        if ours in row:
            value = row[ours]
            row[theirs] = words.get(value, value) if isinstance(value, str | bool) else value
            if ours != theirs:
                del row[ours]

    def tell(x):
        if x.path.startswith("/leads"):
            for row in x.rows:
                rename(row)
                if isinstance(row.get("lead"), dict):
                    rename(row["lead"])

    def document(text):
        for old, new in words.items():
            text = text.replace(f'"{old}"', f'"{new}"')
        return text if ours == theirs else text.replace(f'"{ours}"', f'"{theirs}"')

    return Deviation(ask, tell, document)


OPTED_OUT_WORDS = {"unsubscribed": "do_not_contact", "bounced": "invalid_email"}


def _opted_out_field(x):
    for row in x.rows:
        if x.path.startswith("/leads") and "status" in row:
            row["opted_out"] = row["status"] in OPTED_OUT_WORDS
            row["status"] = "inactive" if row["opted_out"] else row["status"]


def _no_status_filter_of_ours(x):
    if x.method == "GET" and x.path == "/leads" and any(v in OPTED_OUT_WORDS for n, v in x.query if n == "status"):
        x.refuse(422, "unknown status", field="status")


def _null_updated_at(x):
    if x.path.startswith("/leads"):
        for row in x.rows:
            if row.get("updated_at") == row.get("created_at"):
                row["updated_at"] = None


def _offset_times(x):
    def change(name, value):
        if name.endswith("_at") and isinstance(value, str) and value.endswith("Z"):
            return value.replace("Z", "+00:00")
        return value

    x.answer = _walk(x.answer, change)


def _other_lead_fields(x):
    if x.path == "/lead-fields" and x.many:
        x.answer["data"] = [
            {"id": r["id"], "object": "lead_field", "created_at": r["created_at"], "updated_at": r["updated_at"],
             "name": r["key"], "display_name": r["label"], "field_type": {"text": "string"}.get(r["type"], r["type"]),
             "choices": [{"value": o, "label": o} for o in r["options"]]}
            for r in x.answer["data"]
        ]  # fmt: skip


def _flag(name, value_of, *, keeps_status=True):
    """A field by which the service says that a person opted out, beside statuses that do not say so."""

    def tell(x):
        for row in x.rows:
            for lead in (row, row.get("lead")):
                if isinstance(lead, dict) and x.path.startswith("/leads") and "status" in lead:
                    gone = lead["status"] in OPTED_OUT_WORDS
                    lead[name] = value_of(gone)
                    lead["status"] = "contacted" if gone else lead["status"]

    return Deviation(_no_status_filter_of_ours, tell)


def _status_in_form(form):
    """Statuses of leads that are objects or numbers."""

    def tell(x):
        for lead in _given_leads(x):
            if "status" in lead:  # another form of objects may have it elsewhere
                lead["status"] = form(lead["status"])

    return Deviation(None, tell)


def _types_as_text(*kinds, write=json.dumps):
    """Truth values and numbers as text, everywhere but in what is documented."""

    def tell(x):
        def change(name, value):
            fits = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
            return write(value) if fits else value

        x.answer = _walk(x.answer, change)

    return Deviation(None, tell)


def _epoch(scale):
    def tell(x):
        def change(name, value):
            if name.endswith("_at") and name not in {"created_at", "updated_at"} and isinstance(value, str):
                return int(datetime.fromisoformat(value).timestamp() * scale)
            return value

        if x.status // 100 == 2:
            x.answer = _walk(x.answer, change)

    return Deviation(None, tell)


def _null_lists(x):
    if x.status // 100 == 2 and isinstance(x.answer, dict):
        x.answer = {name: None if value == [] else value for name, value in x.answer.items()}
        for row in x.rows:
            row |= {name: None for name, value in row.items() if value == []}


def _objects_become(shape):
    """A deviation of the form of objects: ``shape(row)`` returns the form in which one is given."""

    def tell(x):
        if x.status // 100 != 2 or not isinstance(x.answer, dict):
            return
        given = x.answer.get("data")
        if isinstance(given, list) and all(isinstance(row, dict) and "id" in row for row in given):
            x.answer["data"] = [shape(row) for row in given]
        elif isinstance(given, dict) and "id" in given:
            x.answer["data"] = shape(given)

    return Deviation(None, tell)


def _json_api_object(row):
    inside = {name: value for name, value in row.items() if name not in {"id", "object"}}
    links = {name: inside.pop(name) for name in ("lead_id", "campaign_id") if isinstance(inside.get(name), str)}
    relations = {name.removesuffix("_id"): {"data": {"type": "x", "id": value}} for name, value in links.items()}
    return {
        "id": row["id"],
        "type": f"{row['object']}s",
        "attributes": inside,
        **({"relationships": relations} if relations else {}),
    }


def _hubspot_object(row):
    times = {"createdAt": row["created_at"], "updatedAt": row["updated_at"], "archived": False}
    inside = {name: value for name, value in row.items() if name not in {"id", "object", "created_at", "updated_at"}}
    return {"id": row["id"], "properties": inside, **times}


def _entry(row):
    times = {"createdAt": row["created_at"], "updatedAt": row["updated_at"]}
    own = {"id", "object", "created_at", "updated_at"}
    return {"sys": {"id": row["id"], **times}, "fields": {name: row[name] for name in row if name not in own}}


def _search_hit(row):
    inside = {name: value for name, value in row.items() if name not in {"id", "object"}}
    return {
        "_index": "leads",
        "_id": row["id"],
        "_score": None,
        "_source": inside,
        "sort": [row["created_at"], row["id"]],
    }


def _id_named(name):
    def shape(row):
        named = (
            name or f"{row['object'].removeprefix('lead_') if row['object'] == 'lead_activity' else row['object']}Id"
        )
        return {named: row["id"], **{key: value for key, value in row.items() if key != "id"}}

    return _objects_become(shape)


def _all_times(write, *, coarse=False):
    """All times of objects in another form. A service that shows whole seconds compares versions by these."""

    def ask(x):
        if not coarse or not isinstance(x.body, dict):
            return
        for row in [x.body, *[r for r in x.body.get("rows") or [] if isinstance(r, dict)]]:
            given = row.get("if_updated_at")
            if given:
                held = _held(x, row)
                if held and held["updated_at"][:19] == str(given)[:19]:
                    row["if_updated_at"] = held["updated_at"]

    def tell(x):
        def change(name, value):
            if name.endswith("_at") and isinstance(value, str) and value and not value.startswith("0000"):
                return write(datetime.fromisoformat(value))
            return value

        if x.status // 100 == 2:
            x.answer = _walk(x.answer, change)

    return Deviation(ask, tell)


def _held(x, row):
    """The lead that a row of a request is about."""
    if "email" not in row:
        return (x.service.ask("GET", x.path) or {}).get("data")
    found = x.service.leads(email=row["email"])
    return found[0] if len(found) == 1 else None


def _answers_writes(body, *, status=200, media="application/json", out=None, only=("POST", "PATCH")):
    """A deviation of what is answered to a write of one object that took effect."""

    def tell(x):
        one = x.method in only and x.status // 100 == 2 and isinstance(x.answer, dict)
        one = one and x.path.startswith("/leads") and not x.path.endswith("/bulk-upsert")
        if one and isinstance(x.answer.get("data"), dict):
            if out is not None:
                x.out |= out(x)
            x.status, x.answer = status, body
            x.out["content-type"] = media

    return Deviation(None, tell)


def _location(x):
    return {"location": f"{x.service.url}{BASE}/leads/{x.rows[0]['id']}"}


WRITES = {
    "writes_without_body": _answers_writes(None),
    "writes_answered_by_a_page": _answers_writes("<html>OK</html>", media="text/html"),
    "writes_answered_by_a_word": _answers_writes("OK", media="text/plain"),
    "writes_answered_by_success": _answers_writes({"success": True}),
    "creates_without_content": _answers_writes(None, status=204),
    "creates_with_location": _answers_writes(None, status=201, out=_location, only=("POST",)),
    "creates_with_see_other": _answers_writes(None, status=303, out=_location, only=("POST",)),
}
"""What is answered to a write of one lead that took effect."""


_CAMEL = ("first_name", "last_name", "company_domain", "linkedin_url", "employee_count", "owner_email", "external_id",
          "custom_fields")  # fmt: skip


def _camel_case_names():
    """Fields of leads in camelCase, in both directions; the documented ones are as documented."""
    theirs = {name: re.sub(r"_(\w)", lambda found: found[1].upper(), name) for name in _CAMEL}

    def ask(x):
        for row in _sent_leads(x):
            wrong = next((name for name in theirs if name in row), None)
            if wrong:
                x.refuse(400, f"{wrong} is not allowed", field=wrong)
                return
            for ours, name in theirs.items():
                if name in row:
                    row[ours] = row.pop(name)

    def tell(x):
        for row in _given_leads(x):
            for ours, name in theirs.items():
                if ours in row:
                    row[name] = row.pop(ours)

    return Deviation(ask, tell)


def _pairs_in(x):
    for row in _sent_leads(x):
        custom = row.get("custom_fields")
        if isinstance(custom, dict):
            x.refuse(422, "custom_fields must be an array", field="custom_fields")
        elif isinstance(custom, list):
            row["custom_fields"] = {pair["name"]: pair["value"] for pair in custom}


def _pairs_out(x):
    for row in _given_leads(x):
        if isinstance(row.get("custom_fields"), dict):
            row["custom_fields"] = [{"name": name, "value": value} for name, value in row["custom_fields"].items()]


def _sent_leads(x):
    if not x.path.startswith("/leads") or not isinstance(x.body, dict):
        return []
    return [x.body, *[row for row in x.body.get("rows") or [] if isinstance(row, dict)]]


def _persons_and_companies(x):
    """Leads have what is known of the person in one object, and the company in another."""
    for row in _given_leads(x):
        row["contact"] = {name: row.pop(name, None) for name in ("email", "phone", "full_name")}
        row["company"] = {"name": row.pop("company_name", None), "email": "info@company.example", "phone": "+49 30 1"}
        row["owner"] = {"email": row.pop("owner_email", None), "full_name": "Owner of Leads"}


def _deleted_shown_by(name, value_of):
    """Deleted leads are in every list, and only a field of another name says what they are."""

    def ask(x):
        if x.method == "GET" and x.path == "/leads":
            x.without("include_deleted")
            x.query.append(("include_deleted", "true"))

    def tell(x):
        for row in _given_leads(x):
            row[name] = value_of(row.pop("deleted_at", None))

    return Deviation(ask, tell)


def _replaces_custom_fields(x):
    """Custom fields that a write of an existing lead does not name are lost."""
    for row in _sent_leads(x) if x.method in {"POST", "PATCH"} and x.path != "/leads" else ():
        if isinstance(row.get("custom_fields"), dict):
            by_id = x.method == "PATCH"
            found = [x.service.ask("GET", x.path)["data"]] if by_id else _matched_by(x, row)
            lost = {name for lead in found for name in lead["custom_fields"]} - row["custom_fields"].keys()
            row["custom_fields"] |= dict.fromkeys(lost)
    for row in x.body.get("rows") or () if (x.method, x.path) == ("POST", "/imports") else ():
        named = {x.body["mapping"].get(name): cell for name, cell in row.items()}
        for lead in x.service.leads(email=named["email"]) if len(named) > 1 else ():
            lost = dict.fromkeys(lead["custom_fields"].keys() - named.keys())
            x.service.ask("PATCH", f"/leads/{lead['id']}", {"custom_fields": lost})


def _matched_by(x, row):
    """The leads that a row of an upsert matches."""
    if x.body.get("match_on") == "external_id":
        return [lead for lead in x.service.leads() if lead["external_id"] == row.get("external_id", "?")]
    return x.service.leads(email=row.get("email", "?"))


def _given_leads(x):
    rows = x.rows if re.match(r"^/leads(/[^/]+)?$", x.path) else []
    return [row["lead"] if isinstance(row.get("lead"), dict) else row for row in rows]


def _custom_lead_fields_only(x):
    if x.path == "/lead-fields" and x.many:
        own = [row for row in x.service.ask("GET", "/lead-fields?limit=500")["data"] if not row["builtin"]]
        x.answer["data"] = own
        x.answer["pagination"] |= {"next_cursor": None, "has_more": False}
        x.answer["pagination"] |= {"total": len(own)} if "total" in x.answer["pagination"] else {}


def _import_answered_by_job(x):
    if x.method == "POST" and x.path == "/imports" and x.rows:
        x.answer["data"] = x.service.ask("GET", f"/jobs/{x.rows[0]['job_id']}")["data"]


VALUES = {
    "import_answered_by_job": Deviation(None, _import_answered_by_job),  # first: the others see a job
    "camel_case_names": _camel_case_names(),
    "custom_fields_as_pairs": Deviation(_pairs_in, _pairs_out),
    "deleted_shown_by_archived": _deleted_shown_by("archived", bool),
    "deleted_shown_by_a_time": _deleted_shown_by("archivedAt", lambda time: time),
    "deleted_shown_in_milliseconds": _deleted_shown_by(
        "deleted_at", lambda time: time and round(datetime.fromisoformat(time).timestamp() * 1000)
    ),
    "deleted_shown_beside_the_zero_of_go": _deleted_shown_by("deleted_at", lambda time: time or "0001-01-01T00:00:00Z"),
    "deleted_shown_beside_the_zero_of_mysql": _deleted_shown_by("deleted_at", lambda t: t or "0000-00-00 00:00:00"),
    "deleted_shown_by_an_unknown_time": _deleted_shown_by("deleted_at", lambda time: time and "03/10/2026 12:00"),
    "deleted_shown_by_a_truth_value": _deleted_shown_by("deleted_at", bool),
    "deleted_shown_by_a_word": _deleted_shown_by("is_deleted", lambda time: "yes" if time else "no"),
    "replaces_custom_fields": Deviation(_replaces_custom_fields),
    "custom_lead_fields_only": Deviation(None, _custom_lead_fields_only),
    "other_lead_fields": Deviation(None, _other_lead_fields),
    "json_api_objects": _objects_become(_json_api_object),
    "hubspot_objects": _objects_become(_hubspot_object),
    "search_hit_objects": _objects_become(_search_hit),
    "listing_of_things_objects": _objects_become(lambda row: {"kind": "t3", "data": row}),
    "sys_and_fields_objects": _objects_become(_entry),
    "raw_value_objects": _objects_become(lambda row: {name: {"raw": value} for name, value in row.items()}),
    "ids_under_object_id": _id_named("ObjectID"),
    "ids_under_underscore_id": _id_named("_id"),
    "ids_under_uuid": _id_named("uuid"),
    "ids_under_lead_id": _id_named(None),
    "all_times_in_seconds": _all_times(lambda time: int(time.timestamp()), coarse=True),
    "all_times_in_milliseconds": _all_times(lambda time: round(time.timestamp() * 1000)),
    "all_times_without_a_zone": _all_times(lambda time: time.strftime("%Y-%m-%d %H:%M:%S"), coarse=True),
    "all_times_finer_without_a_zone": _all_times(lambda time: f"{time:%Y-%m-%dT%H:%M:%S.%f}0"),
    "all_times_in_microseconds": _all_times(lambda time: round(time.timestamp() * 10**6)),
    "all_times_in_the_basic_format": _all_times(lambda time: f"{time:%Y%m%dT%H%M%SZ}", coarse=True),
    "all_times_in_nanoseconds": _all_times(lambda time: f"{time:%Y-%m-%dT%H:%M:%S.%f}000Z"),
    "all_times_as_objects": _all_times(lambda time: {"date": f"{time:%Y-%m-%d %H:%M:%S.%f}", "timezone": "UTC"}),
    "all_times_of_http": _all_times(lambda time: time.strftime("%a, %d %b %Y %H:%M:%S GMT"), coarse=True),
    "truth_values_as_letters": _types_as_text(bool, write=lambda value: "Y" if value else "N"),
    "truth_values_as_numbers": _types_as_text(bool, write=int),
    "persons_and_companies_as_objects": Deviation(None, _persons_and_companies),
    "integer_ids": _ids_become(_integer),
    "uuid_ids": _ids_become(_uuid),
    "opted_out_in_other_words": renamed_field("status", "status", OPTED_OUT_WORDS),
    "opted_out_as_a_field": Deviation(_no_status_filter_of_ours, _opted_out_field),
    "opted_out_in_an_object": _status_in_form(lambda word: {"id": len(word), "name": word}),
    "opted_out_as_a_code": _status_in_form(len),
    "opted_out_as_a_truth_value": _flag("do_not_contact", bool),
    "opted_out_as_a_number": _flag("optedOut", int),
    "opted_out_as_text": _flag("is_unsubscribed", lambda gone: "true" if gone else "false"),
    "opted_out_in_consent": _flag("consent", lambda gone: {"email": {"status": "opted_out" if gone else "granted"}}),
    "opted_out_in_preferences": _flag("preferences", lambda gone: {"email": {"doNotContact": gone}}),
    "opted_out_as_contactable": _flag("contactable", lambda gone: not gone),
    "opted_out_as_the_only_stage": renamed_field("status", "stage", {"unsubscribed": "no_mail", "bounced": "lost"}),
    "opted_out_as_a_stage": _flag("lifecycleStage", lambda gone: "do_not_email" if gone else "open"),
    "opted_out_as_a_tag": _flag("labels", lambda gone: ["do-not-contact"] if gone else []),
    "phone_under_another_name": renamed_field("phone", "phoneNumber"),
    "job_title_under_another_name": renamed_field("title", "jobTitle"),
    "country_under_another_name": renamed_field("country", "country_code"),
    "null_updated_at": Deviation(None, _null_updated_at),
    "times_with_offset": Deviation(None, _offset_times),
    "null_lists": Deviation(None, _null_lists),
    "epoch_seconds": _epoch(1),
    "epoch_milliseconds": _epoch(1000),
    "truth_values_as_text": _types_as_text(bool),
    "numbers_as_text": _types_as_text(int, float),
}


# --- errors, bulk results, missing operations, secrets ---------------------------------------------------------------


def _problem(x):
    error = x.answer.get("error") if isinstance(x.answer, dict) else None
    return error if x.status >= 400 and isinstance(error, dict) else None


def _errors_as(shape, media=None):
    def tell(x):
        problem = _problem(x)
        if problem is not None:
            x.answer = shape(problem, x.status)
            if media:
                x.out["content-type"] = media

    return Deviation(None, tell)


def _laravel_errors(problem, status):
    errors = {d["field"]: [f"The {d['field']} {d['message']}"] for d in problem.get("details") or []}
    return {"message": problem["message"], **({"errors": errors} if errors else {})}


def _bulk(shape, status=None):
    def tell(x):
        if x.path == "/leads/bulk-upsert" and x.status // 100 == 2:
            x.answer = {**shape(x.answer["data"]), "request_id": x.answer["request_id"]}
            x.status = status or x.status

    return Deviation(None, tell)


def _summary(rows):
    done = [r for r in rows if not r["error"]]
    return {"data": {"processed": len(rows), "succeeded": len(done), "failed": len(rows) - len(done)}}


def _split(rows):
    return {
        "data": {
            "results": [r["lead"] for r in rows if not r["error"]],
            "errors": [{"row": r["index"] + 1, "message": r["error"]["message"]} for r in rows if r["error"]],
        }
    }


def _other_words(rows):
    return {"data": [{"row": r["index"], "result": "error" if r["error"] else "ok", "id": (r["lead"] or {}).get("id")}
                     for r in rows]}  # fmt: skip


def _other_case(rows):
    words = ["FAILED" if r["error"] else r["status"].upper() for r in rows]
    ids = [(r["lead"] or {}).get("id") for r in rows]
    found = [{"Index": n, "Result": word, "LeadId": i} for n, (word, i) in enumerate(zip(words, ids, strict=True))]
    return {"data": {"Results": found}}


def _row_index(rows):
    """Return results as Java teams write them, with what is wrong as violations."""
    problems = [r["error"] and [{"field": "email", "message": r["error"]["message"]}] for r in rows]
    found = [
        {"rowIndex": n, "outcome": "REJECTED", "violations": problem}
        if problem
        else {"rowIndex": n, "outcome": row["status"].upper(), "leadId": row["lead"]["id"]}
        for n, (problem, row) in enumerate(zip(problems, rows, strict=True))
    ]
    return {"_embedded": {"results": found}}


def _rpc_statuses(rows):
    problems = [r["error"] and {"code": 3, "message": r["error"]["message"], "details": []} for r in rows]
    return {"results": [{"status": p} if p else {"lead": r["lead"]} for p, r in zip(problems, rows, strict=True)]}


def _leads_only(rows):
    return {"data": [r["lead"] for r in rows if r["lead"]]}


def _has_many_rows(x):
    return len(x.body.get("rows", ())) > 2


def _refuse_bulk(x, status, message, *, when=lambda x: True):
    if x.path == "/leads/bulk-upsert" and when(x):
        x.refuse(status, message)


def _refusals_with_200(x):
    if x.status in {400, 422} and _problem(x):
        x.status, x.answer = 200, {"success": False, "data": None, "error": x.answer["error"]["message"]}


def _rows_later(x):
    """Answer a bulk upsert by a job, and carry it out when the job is asked for."""
    if (x.method, x.path) == ("POST", "/leads/bulk-upsert"):
        x.service.waiting.append(x.body)
        x.status = 202
        x.answer = {"data": {"id": "job_of_rows", "object": "job", "status": "queued"}, "request_id": "req_later"}
    elif x.path == "/jobs/job_of_rows":
        for body in x.service.waiting:
            x.service.ask("POST", "/leads/bulk-upsert", body)
        x.service.waiting.clear()
        x.status = 200
        x.answer = {"data": {"id": "job_of_rows", "object": "job", "status": "success"}, "request_id": "req_job"}


def _missing(pattern, status=404):
    def ask(x):
        if re.fullmatch(pattern, f"{x.method} {x.path}"):
            x.refuse(status, "Not Found", code="not_found" if status == 404 else "forbidden")

    def document(text):
        document = json.loads(text)
        for path, item in list(document["paths"].items()):
            for method in list(item):
                if re.fullmatch(pattern, f"{method.upper()} {re.sub(r'{[^}]*}', 'x', path)}"):
                    del item[method]
            if not item:
                del document["paths"][path]
        return json.dumps(document)

    return Deviation(ask, None, document)


def _no_preconditions(x):
    if isinstance(x.body, dict):
        rows = [x.body, *[r for r in x.body.get("rows") or [] if isinstance(r, dict)]]
        if any("if_updated_at" in row for row in rows):
            x.refuse(422, "if_updated_at is not a field", field="if_updated_at")


def _minimal_me(x):
    if x.path == "/me" and x.rows:
        names = ("id", "object", "scopes", "read_only", "created_at", "updated_at")
        x.answer["data"] = {n: x.rows[0][n] for n in names if n in x.rows[0]}


def _empty_lists_without_content(x):
    if x.many and x.method == "GET" and not x.rows:
        x.status, x.answer = 204, None


def _json_api_errors(problem, status):
    found = [{"title": "Invalid query parameter", "source": {"parameter": d["field"]}} for d in problem["details"]]
    return {"errors": [{"status": str(status), **each} for each in found] or [{"title": problem["message"]}]}


def _stripe_errors(problem, status):
    param = {"param": problem["details"][0]["field"]} if problem.get("details") else {}
    return {"error": {"type": "invalid_request_error", "message": problem["message"], **param}}


def _import_errors_elsewhere(x):
    found = re.fullmatch(r"/imports/([^/]+)", x.path)
    if found and x.method == "GET" and x.rows:
        errors = x.service.ask("GET", f"{x.path}/errors?limit=500").get("data", [])
        x.rows[0]["failures"] = [{"line": e["row_number"] + 1, "reason": e["message"]} for e in errors]
        for name in ("created_count", "updated_count", "skipped_count", "error_count"):
            x.rows[0].pop(name, None)


def _secret_named(*path):
    def tell(x):
        for row in x.rows:
            if row.get("signing_secret"):
                inner, value = row, row.pop("signing_secret")
                for name in path[:-1]:
                    inner = inner.setdefault(name, {})
                inner[path[-1]] = value

    return Deviation(None, tell)


def _secret_beside_data(x):
    for row in x.rows:
        if row.get("signing_secret"):
            x.answer["secret"] = row.pop("signing_secret")


def _nest_errors(problem, status):
    names = {400: "Bad Request", 404: "Not Found", 409: "Conflict", 422: "Unprocessable Entity"}
    return {"statusCode": status, "error": names.get(status, "Error"), "message": [problem["message"]]}


def _fastapi_errors(problem, status):
    found = [{"loc": ["query", d["field"]], "msg": d["message"], "type": "x"} for d in problem.get("details") or []]
    return {"detail": found or problem["message"]}


def _violations(problem, status):
    found = [{"propertyPath": d["field"], "message": d["message"]} for d in problem.get("details") or []]
    return {"type": "about:blank", "title": "Refused", "detail": problem["message"], "violations": found}


def _bodies_under(name):
    """Writes of one lead take their values below a name only."""

    def ask(x):
        if x.method in {"POST", "PATCH"} and re.match(r"^/leads(/(?!bulk)[^/]+)?$", x.path):
            if not isinstance(x.body, dict) or set(x.body) != {name} or not isinstance(x.body[name], dict):
                x.refuse(422, f"param is missing or the value is empty: {name}")
            else:
                x.body = x.body[name]

    return Deviation(ask)


def go_fields():
    """Fields of leads as Go exports them; an unknown one is refused in plain text, as by ``encoding/json``."""

    def theirs(name):
        return name.title().replace("_", "").replace("Id", "ID").replace("Url", "URL")

    def ask(x):
        if x.method in {"POST", "PATCH"} and x.path.startswith("/leads") and isinstance(x.body, dict):
            ours = {theirs(name): name for name in x.service.leads()[0]}
            unknown = next((name for name in x.body if name not in ours), None)
            if unknown is not None:
                x.refuse(400, f'json: unknown field "{unknown}"')
            else:
                x.body = {ours[name]: value for name, value in x.body.items()}

    def tell(x):
        if x.status >= 400 and _problem(x):
            x.answer, x.out["content-type"] = x.answer["error"]["message"], "text/plain; charset=utf-8"
        for row in _given_leads(x):
            new = {theirs(name): value for name, value in row.items()}
            row.clear()
            row.update(new)

    return Deviation(ask, tell)


def _short_keys(x):
    if len(x.headers.get("idempotency-key", "")) > 40:
        x.refuse(400, "Idempotency-Key must be at most 40 characters")


ANSWERS = {
    "keys_of_40_characters": Deviation(_short_keys),
    "bodies_under_data": _bodies_under("data"),
    "bodies_under_lead": _bodies_under("lead"),
    "bodies_under_properties": _bodies_under("properties"),
    "secret_beside_data": Deviation(None, _secret_beside_data),
    "errors_of_nest": _errors_as(_nest_errors),
    "errors_as_validation_list": _errors_as(_fastapi_errors),
    "errors_as_violations": _errors_as(_violations),
    "refusals_with_200": Deviation(None, _refusals_with_200),
    "empty_lists_without_content": Deviation(None, _empty_lists_without_content),
    "errors_of_json_api": _errors_as(_json_api_errors),
    "errors_of_stripe": _errors_as(_stripe_errors),
    "errors_without_code": _errors_as(lambda p, s: {"message": p["message"]}),
    "errors_as_problem_details": _errors_as(
        lambda p, s: {"type": "about:blank", "title": "Refused", "status": s, "detail": p["message"]},
        "application/problem+json",
    ),
    "errors_as_list": _errors_as(lambda p, s: {"errors": [{"detail": p["message"]}]}),
    "laravel_errors": _errors_as(_laravel_errors),
    "errors_as_texts": _errors_as(lambda p, s: {"errors": [p["message"]]}),
    "errors_with_numbers": _errors_as(lambda p, s: {"success": False, "error": {"code": s, "message": p["message"]}}),
    "errors_as_plain_text": _errors_as(lambda p, s: p["message"], "text/plain"),
    "bulk_of_at_most_two": Deviation(lambda x: _refuse_bulk(x, 413, "too many rows", when=_has_many_rows)),
    "bulk_not_in_the_plan": Deviation(lambda x: _refuse_bulk(x, 403, "not in your plan")),
    "bulk_under_another_name": Deviation(lambda x: _refuse_bulk(x, 422, "leads is required")),
    "bulk_reversed": _bulk(
        lambda rows: {"data": [{n: v for n, v in r.items() if n != "index"} for r in reversed(rows)]}
    ),
    "bulk_multi_status": _bulk(
        lambda rows: {
            "data": [
                {"status": 422 if r["error"] else 201, "body": r["lead"] or {"message": r["error"]["message"]}}
                for r in rows
            ]
        }
    ),
    "bulk_counted_from_one": _bulk(lambda rows: {"data": [{**r, "index": r["index"] + 1} for r in rows]}),
    "bulk_answered_by_a_job": _bulk(
        lambda rows: {"data": {"id": "job_of_rows", "object": "job", "status": "queued"}}, 202
    ),
    "bulk_carried_out_later": Deviation(_rows_later),
    "bulk_without_body": _bulk(lambda rows: {"data": None}, 200),
    "bulk_summary": _bulk(_summary, 200),
    "bulk_split": _bulk(_split, 200),
    "bulk_other_words": _bulk(_other_words, 200),
    "bulk_leads_only": _bulk(_leads_only, 200),
    "bulk_in_other_case": _bulk(_other_case, 200),
    "bulk_with_row_index": _bulk(_row_index, 200),
    "bulk_with_rpc_statuses": _bulk(_rpc_statuses, 200),
    "no_bulk_upsert": _missing(r"POST /leads/bulk-upsert"),
    "no_upserts": _missing(r"POST /leads/(bulk-)?upsert"),
    "no_lead_fields": _missing(r"GET /lead-fields.*"),
    "no_import_errors": _missing(r"GET /imports/[^/]+/errors"),
    "no_settings": _missing(r"GET /settings.*"),
    "no_billing_usage": _missing(r"GET /billing/usage", 403),
    "import_errors_elsewhere": Deviation(None, _import_errors_elsewhere),
    "no_preconditions": Deviation(_no_preconditions),
    "minimal_me": Deviation(None, _minimal_me),
    "secret_as_signing_key": _secret_named("signingKey"),
    "secret_nested": _secret_named("signing", "secret"),
}


# --- the transport ----------------------------------------------------------------------------------------------------


def _trailing_slash(x):
    if x.method == "GET" and not x.path.endswith("/"):
        x.status = 308
        query = f"?{urlencode(x.query)}" if x.query else ""
        x.out["location"] = f"{x.service.url}{BASE}{x.path}/{query}"
        x.answer = None
    x.path = x.path.rstrip("/")


def _no_rate_headers(x):
    for name in [n for n in x.out if "ratelimit" in n]:
        del x.out[name]


def _draft_rate(x):
    _no_rate_headers(x)
    x.out["ratelimit"] = "limit=100000, remaining=99900, reset=30"


TRANSPORT = {
    "trailing_slash_redirects": Deviation(_trailing_slash),
    "no_rate_headers": Deviation(None, _no_rate_headers),
    "draft_rate_headers": Deviation(None, _draft_rate),
}

# The first one is nearest to the sandbox: parameters see the contract's names, and errors get their shape last.
DEVIATIONS = {**VALUES, **PARAMETERS, **WRITES, **PAGING, **HOSTILE, **ANSWERS, **TRANSPORT}
EXCLUSIVE = (
    set(WRITES) | {"uuid_ids", "integer_ids"},  # the address of a new lead has the sandbox's id
    {
        "json_api_objects",
        "hubspot_objects",
        "search_hit_objects",
        "raw_value_objects",
        *(name for name in VALUES if name.startswith("ids_under")),
    },
    {name for name in VALUES if name.startswith("all_times")} | {"epoch_seconds", "epoch_milliseconds"},
    {name for name in VALUES if name.startswith("truth_values")},
    set(PAGING),
    {"integer_ids", "uuid_ids"},
    {name for name in VALUES if name.startswith("opted_out")},
    {"epoch_seconds", "epoch_milliseconds"},
    {name for name in ANSWERS if "errors" in name and not name.startswith(("no_", "import_"))} | {"refusals_with_200"},
    {name for name in ANSWERS if name.startswith("bulk_")} | {"no_bulk_upsert", "no_upserts"},
    {"limit_at_most_100", "limit_clamped_to_10", "limit_clamped_to_7", "per_page"},
    {"secret_as_signing_key", "secret_nested", "secret_beside_data"},
    {"bodies_under_data", "bodies_under_lead", "bodies_under_properties"},
    {"refuses_filters", "ignores_filters"},
    {"custom_lead_fields_only", "other_lead_fields", "no_lead_fields"},
    {"ignores_ids", "refuses_ids", "refuses_all_of_ours"},
    {"no_rate_headers", "draft_rate_headers"},
    {name for name in VALUES if name.startswith("deleted_shown")},
    # These change what the others of their set read.
    {"raw_value_objects", *(name for name in VALUES if name.startswith("opted_out"))},
    {"listing_of_things_objects", "sys_and_fields_objects", "creates_with_location", "ids_as_cursors"},
    {"numbers_as_text", "bulk_counted_from_one"},
)
PERSONALITIES = {
    "faithful": (),
    "minimal": (
        "refuses_all_of_ours", "last_page_without_sign", "errors_without_code", "no_upserts", "no_lead_fields",
        "no_import_errors", "no_settings", "minimal_me", "no_preconditions", "no_rate_headers", "limit_at_most_100",
    ),
    "camel": (
        "uuid_ids", "camel_case_paging", "phone_under_another_name", "job_title_under_another_name", "ignores_order",
        "secret_as_signing_key", "bulk_other_words", "refuses_include_total",
    ),
    "laravel": (
        "integer_ids", "laravel_paging", "laravel_errors", "per_page", "refuses_order", "refuses_include_deleted",
        "bulk_summary", "no_import_errors", "null_updated_at",
    ),
    "hubspot": (
        "integer_ids", "cursor_in_paging_after", "errors_without_code", "limit_at_most_100", "bulk_split",
        "opted_out_as_a_field", "other_lead_fields", "ignores_ids", "times_with_offset",
    ),
    "stripe": (
        "ids_as_cursors", "errors_of_stripe", "limit_at_most_100", "newest_first_always", "refuses_all_of_ours",
        "no_upserts", "no_lead_fields", "no_import_errors", "import_errors_elsewhere", "opted_out_as_a_tag",
    ),
    "zoho": (
        "integer_ids", "more_records_in_info", "per_page", "empty_lists_without_content", "laravel_errors",
        "bulk_multi_status", "bodies_under_lead", "opted_out_as_a_truth_value", "ignores_order", "ignores_ids",
    ),
    "hostile": (
        "uuid_ids", "no_sign_of_more", "limit_clamped_to_10", "ignores_order", "errors_as_list", "secret_nested",
        "opted_out_in_other_words", "bulk_leads_only", "draft_rate_headers", "trailing_slash_redirects",
    ),
}  # fmt: skip


_PORTS = itertools.count(1)  # a port of its own for each service, as the profile of a service is kept by its address


class DeviatingService:
    """One sandbox whose deviations are switched while it runs; this process reaches it through its ``transport``.

    Args:
        leads: Number of leads.
        names: Names of deviations that are on.
    """

    def __init__(self, *, leads=60, names=(), **options):
        self.sandbox = Sandbox(leads=leads, rate_limit=1_000_000, background=False, **options)
        self.names, self.requests, self.refusals, self.sent = tuple(names), 0, 0, []
        self._forget()
        self._server = InProcessServer(self._app, kind="deviating", between=self.sandbox.catch_up).start()
        self.url = f"http://127.0.0.1:{next(_PORTS)}"  # nothing listens there; links of pages are links of HTTP
        self.transport = plain_transport(self._server.url)
        self.base_url = self.url + BASE
        self.key = self.sandbox.key
        self._client = httpx.Client(transport=self.transport, base_url=self.base_url)

    def _forget(self):
        self.their_ids, self.our_ids, self.cursors, self.waiting, self.calls = {}, {}, {}, [], 0

    def switch(self, *names):
        """Turn these deviations on, and all others off."""
        unknown = set(names) - set(DEVIATIONS)
        assert not unknown, unknown
        self.names, self.requests, self.sent = tuple(n for n in DEVIATIONS if n in names), 0, []
        self.refusals = 0
        self._forget()

    def their_id(self, ours, make=None):
        """Return the id that this service gives to an object of the sandbox."""
        make = make or next((ID_MAKERS[name] for name in self.names if name in ID_MAKERS), None)
        if make is None:
            return ours
        if ours not in self.their_ids:
            self.their_ids[ours] = make(self, ours)
            self.our_ids[str(self.their_ids[ours])] = ours
        return self.their_ids[ours]

    def ask(self, method, path, body=None):
        """Ask the sandbox itself: what it really holds."""
        headers = {"Authorization": f"Bearer {self.key}", "x-no-deviation": "1"}
        reply = self._client.request(method, path, headers=headers, json=body)
        return reply.json() if reply.content else None

    def leads(self, **filters):
        """All leads that the sandbox holds, deleted ones only on request."""
        found, cursor = [], None
        while True:
            query = {**filters, "limit": "500", **({"cursor": cursor} if cursor else {})}
            page = self.ask("GET", f"/leads?{urlencode(query)}")
            found += page["data"]
            cursor = page["pagination"]["next_cursor"]
            if cursor is None:
                return found

    def document(self):
        """The truthful document of this service."""
        return document_of(self.names)

    def close(self):
        self._server.stop()
        self.sandbox.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    async def _app(self, scope, receive, send):
        if scope["type"] != "http" or any(n == b"x-no-deviation" for n, _ in scope["headers"]):
            await self.sandbox.app(scope, receive, send)
            return
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        x = self._exchange(scope, body)
        if x.path.startswith("/jobs/"):
            self.sandbox.clock.advance(30)  # its clock stands still, and a form waits in real time
        self.requests += 1
        self.sent.append((x.method, x.path, tuple(x.query), x.headers.get("idempotency-key"), body))
        chosen = [DEVIATIONS[name] for name in self.names]
        for each in reversed(chosen):
            if each.ask is not None and not x.status:
                each.ask(x)
        if not x.status:
            await self._pass_on(x, scope)
        refused = x.status >= 400 and x.answer is not None
        for each in chosen:
            if each.tell is not None and (x.status // 100 == 2 or refused):
                each.tell(x)
        self.refusals += x.status >= 400
        if chosen:  # a sandbox of ours, which says so by this header, would be trusted to keep to the contract
            x.out.pop("x-sandbox-instance", None)
        await self._answer(x, send)

    def _exchange(self, scope, body):
        try:
            parsed = json.loads(body) if body else None
        except ValueError:
            parsed = None
        headers = {n.decode().lower(): v.decode("latin1") for n, v in scope["headers"]}
        query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        return Exchange(self, scope["method"], scope["path"].removeprefix(BASE), query, parsed, headers)

    async def _pass_on(self, x, scope):
        body = b"" if x.body is None else json.dumps(x.body).encode()
        headers = [(n, v) for n, v in scope["headers"] if n.lower() not in {b"content-length", b"content-type"}]
        headers += [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
        path = BASE + x.path
        inner = {
            **scope, "path": unquote(path), "raw_path": path.encode(), "headers": headers,
            "query_string": urlencode(x.query).encode(),
        }  # fmt: skip
        came, parts = iter([{"type": "http.request", "body": body, "more_body": False}]), []

        async def receive():
            return next(came, {"type": "http.disconnect"})

        async def send(message):
            parts.append(message)

        await self.sandbox.app(inner, receive, send)
        x.status = parts[0]["status"]
        x.out = {n.decode().lower(): v.decode("latin1") for n, v in parts[0]["headers"]}
        text = b"".join(part.get("body", b"") for part in parts[1:])
        try:
            x.answer = json.loads(text) if text else None
        except ValueError:
            x.answer = None

    async def _answer(self, x, send):
        body = b"" if x.answer is None else json.dumps(x.answer).encode()
        body = x.answer.encode() if isinstance(x.answer, str) else body  # not JSON
        headers = {"content-type": "application/json", **x.out, "content-length": str(len(body))}
        headers.setdefault("date", self.sandbox.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT"))
        await send({
            "type": "http.response.start", "status": x.status,
            "headers": [(n.encode(), v.encode("latin1")) for n, v in headers.items()],
        })  # fmt: skip
        await send({"type": "http.response.body", "body": body})


def document_of(names):
    """Return the document of a service, as teams write them: no operation ids, ``allOf`` envelopes, keys in prose."""
    text = json.dumps(openapi.documents.load_document())
    for name in names:
        if DEVIATIONS[name].document is not None:
            text = DEVIATIONS[name].document(text)
    document = json.loads(text)
    schemas = document["components"]["schemas"]
    schemas["Base"] = {"type": "object", "properties": {"request_id": {"type": "string"}}}
    for item in document["paths"].values():
        for operation in item.values():
            _as_teams_write(operation, schemas)
    for schema in schemas.values():
        for prop in schema.get("properties", {}).values():
            if isinstance(prop, dict) and prop.get("format") == "date-time":
                del prop["format"]
    return document


def _as_teams_write(operation, schemas):
    for name in [n for n in operation if n.startswith("x-") or n == "operationId"]:
        del operation[name]
    key = {"$ref": "#/components/parameters/IdempotencyKey"}
    if key in operation.get("parameters", []):
        operation["parameters"].remove(key)
        operation["description"] = "Send an `Idempotency-Key` header to retry safely."
    for parameter in operation.get("parameters", []):
        if "schema" in parameter:
            parameter["schema"] = {k: v for k, v in parameter["schema"].items() if k != "format"}
    for status, response in operation.get("responses", {}).items():
        content = response.get("content", {}).get("application/json") if status.startswith("2") else None
        if content and "$ref" in content["schema"]:
            content["schema"] = {"allOf": [{"$ref": "#/components/schemas/Base"}, content["schema"]]}

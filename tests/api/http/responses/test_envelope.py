import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.openapi import load
from scripted_service import reply

LEADS = [{"id": "lead_1"}, {"id": "lead_2"}]


@each_case("holder", ["pagination", "page", "page_info", "meta", None])
@each_case("name", ["next_cursor", "cursor_next", "next", "end_cursor"])
def test_the_next_cursor_is_found_wherever_a_live_service_may_put_it(holder, name):
    body = {"data": LEADS, "request_id": "req_1"}
    body |= {holder: {name: "c1"}} if holder else {name: "c1"}
    page = envelope.page(reply(body))
    assert (page.next_cursor, page.request_id, len(page.records)) == ("c1", "req_1", 2)


@each_case("end", [{}, {"pagination": {}}, {"pagination": {"next_cursor": None}}, {"pagination": None}])
def test_absence_or_null_ends_the_listing(end):
    assert envelope.page(reply({"data": LEADS, **end})).next_cursor is None


@pytest.mark.parametrize(("following", "cursor"), [({"from": "c1"}, "c1"), ({"year": 2, "week": 7}, None)])
def test_an_object_about_the_next_page_never_ends_the_listing(following, cursor):
    page = envelope.page(reply({"data": LEADS, "next": following}))
    assert (page.next_cursor, page.promises_more, page.ends) == (cursor, True, False)


@pytest.mark.parametrize("following", [{"href": None, "type": "application/json"}, {"cursor": None, "label": "Next"}])
def test_an_object_with_an_empty_cursor_ends_the_listing(following):
    page = envelope.page(reply({"data": LEADS, "next": following}))
    assert (page.next_cursor, page.promises_more, page.ends) == (None, False, True)


def test_has_more_false_ends_the_listing_even_beside_a_cursor():
    page = envelope.page(reply({"data": [], "page_info": {"has_more": False, "end_cursor": "c1"}}))
    assert page.next_cursor is None


@each_case(
    "said",
    [
        {"meta": {"truncated": False, "next_cursor": "c1"}},
        {"done": True, "meta": {"next_cursor": "c1"}},
        {"pagination": {"next_cursor": "c1", "has_more": True}, "meta": {"truncated": False}},
        {"pagination": {"next_cursor": "c1"}, "meta": {"has_more": False}},
    ],
)
def test_a_next_cursor_outweighs_a_truth_value_about_something_else(said):
    page = envelope.page(reply({"data": LEADS, **said}))
    assert (page.next_cursor, page.ends, page.disputed) == ("c1", False, True)


def test_has_more_false_around_the_part_with_the_cursor_ends_the_listing():
    page = envelope.page(reply({"data": LEADS, "has_more": False, "meta": {"next_cursor": "c1"}}))
    assert (page.next_cursor, page.ends) == (None, True)


@pytest.mark.parametrize(("count", "cursor"), [(len(LEADS), None), (7, "2")])
def test_the_number_of_rows_on_a_page_is_not_the_number_of_pages(count, cursor):
    page = envelope.page(reply({"data": LEADS, "meta": {"page": 1, "page_count": count}}))
    assert (page.next_cursor, page.ends) == (cursor, False)


@each_case(
    "end",
    [{"next_cursor": text} for text in ("null", "None", "undefined", "0")]
    + [{"next_offset": -1}, {"page": 2, "next_page": 2}, {"page": "2", "next_page": "2"}],
)
def test_an_end_may_be_written_as_text_or_a_number(end):
    page = envelope.page(reply({"data": LEADS, "meta": end}))
    assert (page.next_cursor, page.ends) == (None, True)


@pytest.mark.parametrize("status", [202, 206])
def test_a_response_that_may_not_be_whole_ends_no_list(status):
    page = envelope.page(reply({"data": [], "pagination": {"next_cursor": None}}, status))
    assert (page.ends, page.promises_more) == (False, True)


def test_records_keep_their_own_bytes():
    page = envelope.page(reply(b'{"data":[{"n":9007199254740993}, {"x":1e400}]}'))
    assert [bytes(r) for r in page.records] == [b'{"n":9007199254740993}', b'{"x":1e400}']


@each_case("data", ["[]", "[{}]", '[{"next_cursor":"no"}]'])
@each_case("form", ['{"next_cursor":%s,"data":%s}', '{ "data" : %s , "next_cursor" : %s }'])
def test_text_that_resembles_the_data_is_not_taken_for_it(data, form):
    body = form % ((json.dumps(data), data) if form.startswith('{"') else (data, json.dumps(data)))
    page = envelope.page(reply(body.encode()))
    assert (page.next_cursor, [bytes(one) for one in page.records]) == (data, [r.encode() for r in [data[1:-1]] if r])


def test_an_unpaired_surrogate_is_legal_json_and_is_kept():
    page = envelope.page(reply(rb'{"data":[{"a":"\ud800"},{}],"pagination":{"next_cursor":"c"}}'))
    assert [bytes(r) for r in page.records] == [rb'{"a":"\ud800"}', b"{}"]
    assert page.next_cursor == "c"
    assert envelope.unwrap(reply(rb'{"data":{"a":"\ud800"}}')).data == rb'{"a":"\ud800"}'


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>login</html>", b"hello", b'{"data":[{"id":"a"}', b'{"data":[NaN]}',
        b'{"data":[],"request_id":"a","request_id":"b"}', b'{"data":[],"data":[{}]}',
        b'{"data":[],"pagination":{"next_cursor":null,"next_cursor":"x"}}',
        b'{"data":[],"pagination":{"limit":Infinity}}', b"[" * 100_000,
        b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"data":[' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"]}", b'\xff\xfe{"data":[]}',
        b'{"data":[{' + b"".join(b'"member %d":1,' % n for n in range(100_000)) + b'"score":NaN}]}',
    ],
    ids=lambda b: b[:30].decode("latin-1"),
)  # fmt: skip
def test_what_is_not_strict_json_is_a_typed_error(body):
    with pytest.raises(errors.NotJSONError) as caught:
        envelope.page(reply(body, content_type="text/html; charset=utf-8", x_request_id="req_9"))
    assert caught.value.request_id == "req_9"
    assert caught.value.repair


def test_html_has_its_own_repair():
    with pytest.raises(errors.NotJSONError, match="login page or a proxy"):
        envelope.page(reply(b" <!doctype html>"))


@each_case(
    "body",
    [
        {"data": {"id": 1}}, {"message": "no"}, {"errors": [{"message": "no"}]}, {"left": [{}], "right": [{}]}, 3, [1],
        {"data": [{"id": 1}], "errors": [{"message": "a part of the leads cannot be read"}]},
    ],
)  # fmt: skip
def test_json_that_is_not_a_list_is_a_protocol_error(body):
    with pytest.raises(errors.ProtocolError):
        envelope.page(reply(body))


@each_case(
    "body",
    [
        [{"id": 1}], {"items": [{"id": 1}]}, {"data": {"leads": [{"id": 1}]}}, {"results": [{"id": 1}], "errors": []},
        {"data": {"items": [{"id": 1}], "links": []}, "success": True},
    ],
)  # fmt: skip
def test_rows_in_another_place_of_the_response_are_found(body):
    assert [bytes(row) for row in envelope.page(reply(body)).records] == [b'{"id": 1}']


LIST = load()["leads.list"]


@each_case(
    ("body", "headers"),
    [
        ({"Leads": {"Lead": [{"id": 1, "tags": []}, {"id": 2}]}, "Paging": {"TotalCount": "2"}}, {}),
        ({"data": {"0": {"id": 1, "tags": []}, "2": {"id": 2}}}, {}),
        (b'{"id": 1, "tags": []}\n\n{"id": 2}\r\n', {"content_type": "application/x-ndjson"}),
        ({"data": {"x1": {"id": "x1", "tags": []}, "x2": {"id": "x2"}}}, {}),
        ({"leads": {"1041": {"email": "a@b.example"}, "1077": {"email": "c@d.example"}}}, {}),
    ],
)
def test_rows_in_other_forms_of_a_list_are_found(body, headers):
    page = envelope.page(replace(reply(body, **headers), operation=LIST))
    assert [str(json.loads(bytes(row))["id"])[:2].strip("x") for row in page.records] in (["1", "2"], ["10", "10"])


TRAILER = {"$meta": {"resume": "c2", "done": False, "count": 2}}


@each_case("rows", [[], [{"id": 1, "email": "a"}], [{"id": 1, "email": "a"}, {"id": 2, "email": None}]])
@each_case("first", [True, False])
def test_a_line_about_the_list_is_not_a_row(rows, first):
    lines = [TRAILER, *rows] if first else [*rows, TRAILER]
    body = "\n".join(map(json.dumps, lines)).encode()
    page = envelope.page(replace(reply(body, content_type="application/x-ndjson"), operation=LIST))
    assert [json.loads(bytes(row))["id"] for row in page.records] == [row["id"] for row in rows]
    assert page.promises_more


def test_an_object_that_does_not_repeat_its_id_has_the_one_by_which_it_was_read():
    read = replace(
        reply({"email": "a", "city": "b", "status": "new"}), operation=load()["leads.get"], path="/leads/a%2Fb"
    )
    assert json.loads(envelope.unwrap(read).data)["id"] == "a/b"
    other = replace(read, body=b'{"message": "no such lead"}')
    assert "id" not in json.loads(envelope.unwrap(other).data)


@pytest.mark.parametrize(
    "body",
    [
        {"_links": {"self": {"href": "/leads"}}},
        {"response": {"@attributes": {"status": "ok"}, "leads": {"@attributes": {"page": "1", "total": "0"}}}},
    ],
)
def test_a_list_that_leaves_out_its_rows_may_be_empty(body):
    assert not envelope.page(replace(reply(body), operation=LIST)).records


def test_the_only_row_of_xml_has_its_id_among_the_attributes():
    row = {"@attributes": {"id": "7"}, "email": {}, "deleted_at": {}, "tags": []}
    body = {"response": {"@attributes": {"status": "ok"}, "leads": {"@attributes": {"total": "1"}, "lead": row}}}
    page = envelope.page(replace(reply(body), operation=LIST))
    [found] = [json.loads(bytes(record)) for record in page.records]
    assert (found["id"], found["email"], found["deleted_at"]) == ("7", None, None)


def test_the_number_of_a_row_is_not_its_id():
    page = envelope.page(replace(reply({"data": {"0": {"email": "a"}, "1": {"email": "b"}}}), operation=LIST))
    assert [json.loads(bytes(row)) for row in page.records] == [{"email": "a"}, {"email": "b"}]


def test_an_object_of_the_kind_of_the_list_is_a_list_of_one():
    row = {"id": 1, "object": "lead", "tags": []}
    page = envelope.page(replace(reply({"data": row, "next": None}), operation=LIST))
    assert [json.loads(bytes(each)) for each in page.records] == [row]
    with pytest.raises(errors.ProtocolError):
        envelope.page(replace(reply({"data": row | {"object": "job"}}), operation=LIST))


def test_a_list_of_one_without_brackets_is_its_row_and_not_a_list_in_it():
    page = envelope.page(replace(reply({"Leads": {"Lead": {"id": 1, "tags": []}}}), operation=LIST))
    assert [json.loads(bytes(row)) for row in page.records] == [{"id": 1, "tags": []}]


@pytest.mark.parametrize(
    "body",
    [
        {"page": {"totalElements": 0, "totalPages": 0, "number": 0}},
        {"Leads": None, "Paging": {"TotalCount": "0"}},
        {"_links": {"self": {"href": "/leads?page=2"}}, "page": {"totalElements": 60, "totalPages": 2, "number": 2}},
    ],
)
def test_an_envelope_without_a_list_that_counts_no_rows_is_an_empty_page(body):
    page = envelope.page(replace(reply(body), operation=LIST))
    assert (list(page.records), page.next_cursor) == ([], None)


@pytest.mark.parametrize(
    "body", [{"page": {"totalElements": 60, "number": 0}}, {"lead": {"id": 1, "tags": []}, "n": 3}]
)
def test_an_object_without_a_list_is_never_an_empty_list(body):
    with pytest.raises(errors.ProtocolError):
        envelope.page(replace(reply(body), operation=load()["jobs.list"]))


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([{"value": 7, "type": "lead"}, {"value": 8, "type": "lead"}], ["7", "8"]),
        ([{"object_id": "o", "record_id": "a"}, {"object_id": "o", "record_id": "b"}], ["a", "b"]),
        ([{"id": "o", "row": 1}, {"id": "o", "row": 2}], ['{"id":"o","row":1}', '{"id":"o","row":2}']),
    ],
)
def test_an_id_that_is_an_object_is_the_part_that_no_two_rows_share(ids, expected):
    page = envelope.page(
        replace(reply({"data": [{"id": each, "email": "a@b.example"} for each in ids]}), operation=LIST)
    )
    assert [str(json.loads(bytes(row))["id"]) for row in page.records] == expected


@each_case("body", [{"data": None}, {"leads": None}, {"data": {}}, {"kind": "x#leads", "etag": "e"}])
def test_a_list_that_is_null_or_left_out_is_empty_and_proves_nothing(body):
    page = envelope.page(replace(reply(body), operation=LIST))
    assert (list(page.records), page.absent, page.ends) == ([], True, False)


@each_case(
    ("headers", "expected"),
    [
        ({"x-next-page": "3", "x-total": "250"}, ("3", "page", False, 250)),
        ({"x-next-page": ""}, (None, "", True, None)),
        ({"x-next-cursor": "c2"}, ("c2", "", False, None)),
        ({"x-total-count": "250"}, (None, "", False, 250)),
        ({"content-range": "leads 0-99/250"}, (None, "", False, 250)),
        ({"x-pagination": '{"CurrentPage": 1, "TotalPages": 3, "TotalCount": 250}'}, ("2", "page", False, 250)),
        ({"x-pagination": "{"}, (None, "", False, None)),
        ({"link": '<https://api.example/leads>; rel="self"'}, (None, "", False, None)),
    ],
)
def test_headers_say_where_the_next_page_is(headers, expected):
    page = envelope.page(Reply(200, headers, b'{"data": [{}]}'))
    assert (page.next_cursor, page.parameter, page.ends, page.total) == expected


def test_one_object():
    response = envelope.unwrap(reply({"data": {"id": "a"}, "request_id": "r"}, idempotent_replayed="true"))
    assert (json.loads(response.data), response.request_id, response.replayed) == ({"id": "a"}, "r", True)


@pytest.mark.parametrize("name", ["leads.upsert", "leads.get"])
def test_one_object_under_its_name(name):
    whole = replace(reply({"data": {"lead": {"id": "a", "tags": []}, "clientMutationId": "m"}}), operation=load()[name])
    assert json.loads(envelope.unwrap(whole).data) == {"id": "a", "tags": []}
    own = replace(reply({"data": {"id": "a", "lead": {"id": "b"}}}), operation=load()[name])
    assert json.loads(envelope.unwrap(own).data)["id"] == "a"


def test_an_object_in_parts_is_not_the_part_with_its_id_and_times():
    times = {"createdAt": "2026-03-10T12:00:00.000Z", "updatedAt": "2026-03-10T12:00:00.000Z"}
    whole = reply({"data": {"sys": {"id": "imp_a", **times}, "fields": {"status": "queued", "total_rows": 1}}})
    found = json.loads(envelope.unwrap(replace(whole, operation=load()["imports.get"])).data)
    assert (found["id"], found["status"], found["total_rows"]) == ("imp_a", "queued", 1)


def test_one_object_without_an_envelope_and_an_empty_answer():
    assert json.loads(envelope.unwrap(reply({"id": "a"})).data) == {"id": "a"}
    assert envelope.unwrap(reply(b"", status=204)).data == b"null"


@given(st.binary(max_size=200))
def test_no_body_breaks_the_parser(body):
    for read in (envelope.page, envelope.unwrap):
        with contextlib.suppress(errors.ProtocolError):
            read(Reply(200, {}, body))

from each_case import each_case
from pb2b_notebook.sandbox import Sandbox


def upsert(api, rows, **options):
    response = api.post("/leads/bulk-upsert", json={"rows": rows, **options})
    return response.status_code, response.json()["data"]


def test_every_row_has_a_result_in_its_place(api, make_lead):
    known = make_lead(email="known@b.example", title="CEO")
    for email in ("twin@b.example", "Twin@b.example"):
        make_lead(email=email)
    status, results = upsert(
        api,
        [
            {"email": "new@b.example"},
            {"email": "KNOWN@b.example ", "title": "CTO"},
            {"email": "KNOWN@b.example ", "title": "CTO"},
            {"email": "known@b.example", "title": "CFO", "if_updated_at": known["updated_at"]},
            {"email": "twin@b.example"},
            {"email": "nobody"},
            {"title": "nobody"},
            {"email": "a@b.example", "custom_fields": {"tier": "Z"}},
            {"email": "a@b.example", "emial": "x"},
            7,
            {"email": "last@b.example"},
        ],
    )
    assert status == 207
    assert [result["index"] for result in results] == list(range(11))
    assert [(result["status"], result["http_status"]) for result in results] == [
        ("created", 201),
        ("updated", 200),
        ("unchanged", 200),
        ("conflict", 409),
        ("refused", 409),
        *[("invalid", 422)] * 5,
        ("created", 201),
    ]
    assert results[3]["lead"]["title"] == "CTO"
    assert results[4]["error"]["code"] == "ambiguous_match"
    assert len(results[4]["error"]["ids"]) == 2
    named = [[detail["field"] for detail in result["error"]["details"]] for result in results[5:10]]
    assert named == [["email"], ["email"], ["custom_fields.tier"], ["emial"], ["body"]]
    assert all((result["error"] is None) == (result["http_status"] < 300) for result in results)
    assert api.get(f"/leads/{results[0]['lead']['id']}").json()["data"] == results[0]["lead"]


def test_a_batch_without_errors_answers_200(api):
    status, results = upsert(api, [{"external_id": str(number)} for number in range(100)], match_on="external_id")
    assert status == 200
    assert {result["status"] for result in results} == {"created"}
    status, results = upsert(api, [{"external_id": str(number)} for number in range(100)], match_on="external_id")
    assert (status, {result["status"] for result in results}) == (200, {"unchanged"})


def test_a_row_can_match_a_lead_of_an_earlier_row(api):
    _, results = upsert(api, [{"email": "a@b.example"}, {"email": "A@b.example", "title": "x"}])
    assert [result["status"] for result in results] == ["created", "updated"]
    assert results[0]["lead"]["id"] == results[1]["lead"]["id"]


def test_the_limit_of_the_plan_refuses_rows_but_not_the_batch(serve):
    with Sandbox(leads=0, leads_limit=2) as sandbox, serve(sandbox) as api:
        status, results = upsert(api, [{"email": f"{letter}@b.example"} for letter in "abca"])
        assert status == 207
        assert [result["status"] for result in results] == ["created", "created", "refused", "unchanged"]
        assert results[2]["error"]["code"] == "leads_limit_reached"


@each_case(
    ("body", "named"),
    [
        ({}, "rows"),
        ({"rows": []}, "rows"),
        ({"rows": [{"email": "a@b.example"}] * 101}, "rows"),
        ({"rows": {}}, "rows"),
        ({"rows": [{}], "match_on": "id"}, "match_on"),
        ({"rows": [{}], "dry_run": True}, "dry_run"),
    ],
)
def test_a_bad_batch_is_refused_as_a_whole(shared_api, body, named, fields):
    assert fields(shared_api.post("/leads/bulk-upsert", json=body)) == [named]

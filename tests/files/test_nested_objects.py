"""JSON Lines of tools that write what is known of a person into objects inside of each record."""

import json

import polars as pl

import pb2b_notebook as pb
from pb2b_notebook.files.nested_objects import open_objects
from read_files import codes, read, report

PEOPLE = [
    ("Ada", "Novak", "Novak GmbH"),
    ("Karl", "Demo", "Demo AG"),
    ("Mia", "Berg", "Berg Ltd"),
    ("Jan", "Vos", "Vos BV"),
]


def contact(at):
    first, last, company = PEOPLE[at]
    remark = "asked us never to contact her again, please remove" if at == 1 else f"met at stand {at}"
    return {
        "contact": {
            "id": at, "email": f"{first}@{last}.example".lower(), "unsubscribed": at == 2, "listIds": [3, 4],
            "attributes": {"first name": first, "surname": last, "company": company, "remarks": remark},
        },
        "statistics": {"opens": at},
    }  # fmt: skip


def test_parts_of_objects_become_columns_and_people_are_brought_in_with_what_is_known():
    df = read("\n".join(json.dumps(contact(at)) for at in range(4)))
    assert {*df.columns} == {
        "id", "email", "company", "first name", "remarks", "surname", "unsubscribed", "listIds", "statistics.opens",
    }  # fmt: skip
    assert df["listIds"].to_list() == ["[3,4]"] * 4
    assert codes(df) == {"opened"}
    assert "'contact', 'statistics': objects" in report(df).summary
    with pb.open_sandbox(leads=0) as ws:
        intake = ws.leads.intake(df, progress=False)
        assert intake.mapping.columns == {
            "email": "email", "first name": "first_name", "surname": "last_name", "company": "company_name",
        }  # fmt: skip
        assert intake.rows["state"].to_list() == ["new", "opted_out", "opted_out", "new"]


def test_a_name_that_another_column_has_is_told_apart_by_its_object():
    records = [
        '{"name":"Ada","company":{"name":"Novak","dnc":false},"crm":{"dnc":true},"x":null}',
        '{"data":{"name":"Bo","x":{"y":1}},"company":null,"crm":"none"}',
        '{"data":{},"x":{"y":2}}',
    ]
    rows = [
        {name: cell for name, cell in row.items() if cell is not None} for row in read("\n".join(records)).to_dicts()
    ]
    assert rows == [
        {"name": "Ada", "company.name": "Novak", "dnc": False, "dnc.2": True},
        {"data.name": "Bo", "data.x.y": 1, "crm": "none"},
        {"x.y": 2},
    ]


def test_objects_stay_that_are_of_the_contract_or_say_what_is_allowed_or_have_a_part_for_each_thing():
    parts = {f"evt_{number}": {"at": number} for number in range(101)}
    record = {"custom_fields": {"budget": 5}, "consents": {"marketing": {"granted": False}}, "events": parts}
    df = read(json.dumps(record))
    assert {*df.columns} == {"custom_budget", "consents", "events"}
    assert codes(df) == set()
    assert open_objects([b'{"a": {"b": 1}, ', b'{"a": [{"b": 1}]}'], {}.get)[1] == []


def test_objects_of_a_file_of_ours_stay(tmp_path):
    df = pl.DataFrame({"email": ["a@b.example"], "attributes": ['{"city":"Ulm"}']})
    path = tmp_path / "leads.jsonl"
    pb.save_leads(df, path)
    assert pb.read_leads(path, frame="polars", quiet=True).equals(df)

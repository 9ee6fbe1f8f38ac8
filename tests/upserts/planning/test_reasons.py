"""Why a row is not written."""

from upsert_frames import ADA, leads, planned


def test_rows_for_the_same_lead_are_listed_in_the_reason_and_equal_rows_are_sent_once():
    rows = [
        {"email": "new@plan.example", "title": "CEO"},
        {"email": "NEW@plan.example", "title": "CTO"},
        {"email": "two@plan.example", "title": "CEO"},
        {"email": "two@plan.example", "title": "CEO"},
        *({"email": "six@plan.example", "title": str(n)} for n in range(6)),
    ]
    decided = planned(rows, leads(ADA)).rows
    assert decided["action"].to_list() == ["invalid"] * 2 + ["create", "unchanged"] + ["invalid"] * 6
    assert decided["code"].to_list()[:4] == ["duplicate_key"] * 2 + [None, "repeated"]
    assert decided["reason"][0].startswith(
        "rows 0, 1 of the frame refer to the same lead; merge them with pb.cleanup.merge"
    )
    assert decided["reason"][3] == "has the same values as row 2 of the frame, which is sent for both"
    assert decided["reason"][4].startswith("rows 4, 5, 6, 7, 8, … of the frame")
    assert "plan.example" not in "".join(decided["reason"].drop_nulls())

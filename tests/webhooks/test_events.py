"""Events as values: their representation and their frames."""

import pytest

from each_case import each_case
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.webhooks import Event
from signed_deliveries import NOW

PRIVATE = {"id": "lead_1", "email": "canary@private.example", "score": 2**53 + 1, "custom_fields": {"budget": 7}}


def test_the_representation_of_an_event_contains_no_lead():
    event = Event("evt_1", "lead.created", NOW, PRIVATE, "delivery_1", NOW)
    assert repr(event) == (
        "Event(lead.created, id evt_1, object lead_1, created 2026-03-10T12:00:00+00:00, delivery delivery_1)"
    )
    for shown in (repr(event), str(event), event._repr_html_()):
        assert "canary" not in shown
        assert "lead_1" in shown


def test_the_html_of_an_event_is_escaped():
    event = Event("evt_<b>", "lead.created", NOW, {"id": "<script>"})
    assert "<script>" not in event._repr_html_()
    assert "evt_&lt;b&gt;" in event._repr_html_()


@each_case("value", [None, 7.5, True, "", "a b", "\x1b[31m", "\ud800", "x" * 256, {"id": 1}])
def test_an_invalid_object_id_is_left_out(value):
    event = Event("evt_1", "lead.created", None, {"id": value})
    assert event.object_id is None
    assert "object" not in repr(event)


def test_deliveries_of_one_event_are_equal_and_other_events_are_not():
    one = Event("evt_1", "lead.created", NOW, {"id": "lead_1"}, "delivery_1", NOW)
    assert one == Event("evt_1", "lead.created", NOW, {"id": "lead_1"}, "delivery_2", None)
    assert one != Event("evt_1", "lead.created", NOW, {"id": "lead_2"}, "delivery_1", NOW)
    assert len({one, Event("evt_1", "lead.created", NOW, {"id": "lead_1"})}) == 1


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_the_frame_of_an_event_has_the_columns_of_the_list(shared_ws, frame):
    listed = shared_ws.leads.list(limit=1, frame=frame)
    carried = Event("evt_1", "lead.updated", NOW, PRIVATE).to_frame(frame)
    types = dict(zip(listed.columns, listed.dtypes, strict=True))
    found = dict(zip(carried.columns, carried.dtypes, strict=True))
    custom = {"custom_budget": found.pop("custom_budget")}
    assert custom
    assert found == {name: kind for name, kind in types.items() if not name.startswith("custom_")}
    assert carried["email"][0] == PRIVATE["email"]
    assert carried["custom_budget"][0] == 7


@pytest.mark.parametrize("event_type", ["import.failed", "export.completed", "campaign.published"])
def test_each_kind_of_object_has_its_own_columns(shared_ws, event_type):
    kind = event_type.partition(".")[0]
    frame = Event("evt_1", event_type, NOW, {"id": f"{kind}_1"}).to_frame()
    assert list(frame.columns) == list(shared_ws.call(f"{kind}s.list", limit=1).columns)


def test_an_object_of_an_unknown_kind_has_its_fields_as_columns():
    frame = Event("evt_1", "weather.changed", NOW, {"id": "w_1", "degrees": 2**53 + 1}).to_frame()
    assert frame.to_dict("records") == [{"id": "w_1", "degrees": 2**53 + 1}]


def test_an_unpaired_surrogate_is_kept_in_a_frame():
    frame = Event("evt_1", "lead.created", NOW, {"id": "lead_1", "full_name": "Ada \ud83d"}).to_frame()
    assert frame["unparsed"][0] == r'{"full_name":"Ada \ud83d"}'


def test_an_unknown_frame_is_an_error():
    with pytest.raises(InvalidParameterError, match="spark"):
        Event("evt_1", "lead.created", NOW, {}).to_frame("spark")

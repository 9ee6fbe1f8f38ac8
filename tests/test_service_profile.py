"""What is kept of a service: facts of known names and types, whatever a file holds."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from each_case import each_case
from pb2b_notebook.errors import ConfigurationError, InvalidParameterError
from pb2b_notebook.service_profile import ServiceProfile
from scripted_service import connect_workspace


def document(name, value):
    return json.dumps({"facts": [{"name": name, "value": value, "evidence": "", "learned_at": "", "operation": ""}]})


@each_case("text", ["", "{}", "[]", "null", '{"facts": 5}', '{"facts": [{}]}', "[" * 100_000, b"\xff", None])
def test_text_that_is_not_a_profile_is_a_typed_error(text):
    with pytest.raises(InvalidParameterError, match=r"ws\.profile\.to_json"):
        ServiceProfile().load_json(text)


@pytest.mark.parametrize("text", ["{}", '{"facts": [{}]}', "["])
def test_a_damaged_file_is_an_empty_profile(tmp_path, text):
    path = tmp_path / "profile.json"
    path.write_text(text)
    assert ServiceProfile(path).facts == ()


@each_case(
    ("name", "value"),
    [("page_size", "x"), ("page_size", 0), ("page_size", True), ("missing", "yes"), ("cursor_parameter", 5),
     ("refused", "order"), ("opted_out", [5])],
)  # fmt: skip
def test_a_fact_with_a_value_of_another_type_decides_nothing(name, value):
    profile = ServiceProfile()
    assert profile.load_json(document(name, value)) == 0
    assert profile.facts == ()
    assert profile.value(name) is None


@pytest.mark.parametrize(("name", "value"), [("burst_limit", {"leads": [5, None]}), ("page_size", {"leads": 100})])
def test_facts_of_another_version_are_kept_for_it(tmp_path, name, value):
    path = tmp_path / "profile.json"
    profile = ServiceProfile(path)
    assert profile.load_json(document(name, value)) == 0
    assert profile.learn("refused", ["order"], "422")
    again = ServiceProfile(path)
    assert [fact["value"] for fact in json.loads(again.to_json())["facts"]] == [["order"], value]
    again.learn(name, 50, "learned by this version") if name == "page_size" else again.reset()
    assert value not in [fact["value"] for fact in json.loads(again.to_json())["facts"]]


@each_case("path", [None, 5, "a\0b", "missing/folder/profile.json"])
def test_a_path_that_cannot_be_written_is_a_typed_error(path):
    with pytest.raises(ConfigurationError, match="cannot be written"):
        ServiceProfile().save(path)


def test_a_text_is_forgotten_whatever_its_case_is():
    profile = ServiceProfile()
    profile.learn("harmless", ["Nurturing ", "new"], "given by a user")
    profile.forget("harmless", ["nurturing"])
    assert profile.names("harmless") == {"new"}


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_what_a_service_ignored_long_ago_is_tried_again_by_the_next_session(days, kept):
    at = datetime.now(UTC) - timedelta(days=days)
    with connect_workspace(lambda *_: {"data": []}) as ws:
        ws.profile.learn("ignored", ["order"], "the same rows", operation="leads.list", at=at)
        assert "after 30 days" in ws.profile._repr_html_()
    with connect_workspace(lambda *_: {"data": []}) as ws:
        assert ws.profile.names("ignored", "leads.list") == ({"order"} if kept else set())

"""Filters as conditions on rows: a row that does not show a value is not one without it."""

from each_case import each_case
from pb2b_notebook import openapi
from pb2b_notebook.api.lists.requests.row_filters import RowFilters

LEADS = openapi.load()["leads.list"]


@each_case(
    ("row", "shown"),
    [
        (b'{"id": "1", "status": "new"}', True),
        (b'{"id": "1", "status": null}', True),
        (b'{"id": "1"}', False),
        (b'{"id": "1", "status": {"code": 3}}', False),
        (b'{"id": "1", "properties": {"status": "new"}}', False),
    ],
)
def test_a_filter_is_shown_by_rows_that_have_a_value_or_null(row, shown):
    assert ("status" in RowFilters([("status", "qualified")], LEADS).masks([row])) == shown

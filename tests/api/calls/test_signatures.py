"""How operations are called, by the document of a service."""

from dataclasses import replace

from pb2b_notebook import openapi
from pb2b_notebook.api.calls.signatures import shape


def test_fields_are_given_as_a_dict_also_where_one_is_called_values():
    update = openapi.load()["leads.update"]
    update = replace(update, body=(*update.body, "values"))
    taken = shape(update, "leads.update").arguments(["l1", {"city": "Oslo"}], {})
    assert taken == {"id": "l1", "city": "Oslo"}

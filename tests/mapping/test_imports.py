"""``ws.imports`` with a mapping: rows are converted for the current fields, and numbered as in the frame."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import MappingError

COLUMNS = {
    "Mail": ["ada@example.com", "bob@example.com", "nobody"],
    "Punkte": ["7", "many", "1"],
    "Stufe": ["a", "B", "A"],
    "Vertrag": ["31.12.2026", "1.2.2026", "1.1.2026"],
}


@pytest.mark.parametrize("library", [pd, pl])
def test_an_import_converts_and_its_errors_join_back_to_the_rows(ws, library):
    frame = library.DataFrame(COLUMNS)
    mapping = pb.Mapping(
        {"Mail": "email", "Punkte": "score", "Stufe": "tier", "Vertrag": "renewal_date"},
        converters={"Stufe": "option", "Vertrag": "day_first"},
        defaults={"source": "trade show"},
    )
    check = ws.imports.validate(frame, mapping)
    run = ws.imports.wait(ws.imports.create(frame, mapping))
    errors = ws.imports.errors(run)
    assert errors[["row_number", "field"]].to_numpy().tolist() == [[2, "score"], [3, "email"]]
    assert check.errors["row_number"].tolist() == [2, 3]
    lead = ws.leads.get(ws.leads.find("ada@example.com")["id"][0])
    assert (lead.score, lead.source) == (7, "trade show")
    assert lead.custom_fields == {"renewal_date": "2026-12-31", "tier": "A"}
    assert list(run.pieces[0].mapping) == [*COLUMNS, "source"]


def test_a_field_that_no_longer_exists_is_refused_before_anything_is_sent(ws):
    mapping = pb.Mapping({"Mail": "email", "Stufe": "gone"})
    with pytest.raises(MappingError, match="no writable lead field 'gone'"):
        ws.imports.create(pd.DataFrame(COLUMNS), mapping)
    assert len(ws.imports.list(created_after="1h")) == 0

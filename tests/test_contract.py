import copy
import json

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors

OURS = pb.contract.load_document()
COLUMNS = ["severity", "part", "subject", "name", "change", "aspect", "ours", "theirs", "operations"]


@pytest.fixture
def theirs():
    document = copy.deepcopy(OURS)
    del document["paths"]["/billing/usage"]
    document["components"]["schemas"]["Lead"]["properties"]["mood"] = {"type": "string"}
    return document


def test_compare_returns_a_frame_in_both_libraries(theirs, tmp_path):
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(theirs))
    pandas = pb.contract.compare(path)
    polars = pb.contract.compare(str(path), frame="polars")
    assert isinstance(pandas, pd.DataFrame)
    assert isinstance(polars, pl.DataFrame)
    assert list(pandas.columns) == polars.columns == COLUMNS
    assert pandas["subject"].tolist() == polars["subject"].to_list()
    assert pandas["severity"].tolist()[0] == "breaking"
    removed = pandas[pandas["part"] == "operation"].iloc[0]
    assert (removed["subject"], removed["change"], removed["ours"]) == (
        "billing.usage",
        "removed",
        "GET /billing/usage",
    )


def test_ours_is_the_document_of_this_package_by_default(theirs):
    assert pb.contract.compare(theirs).equals(pb.contract.compare(theirs, ours=OURS))
    assert len(pb.contract.compare(OURS)) == 0


def test_two_documents_by_position_warn_of_the_former_order(theirs):
    with pytest.warns(FutureWarning, match=r"takes theirs first and ours second: write compare\(theirs, ours="):
        found = pb.contract.compare(theirs, OURS)
    assert found.equals(pb.contract.compare(theirs))


def test_a_document_in_several_files_is_refused_and_values_are_not_references():
    schemas = {**OURS["components"]["schemas"], "Far": {"$ref": "schemas.yaml#/Far"}}
    with pytest.raises(errors.ContractError, match=r"another file: schemas.yaml#/Far.*bundle"):
        pb.contract.compare({**OURS, "components": {**OURS["components"], "schemas": schemas}})
    schemas["Far"] = {"type": "object", "examples": [{"$ref": "schemas.yaml#/Far"}]}
    assert len(pb.contract.compare({**OURS, "components": {**OURS["components"], "schemas": schemas}})) == 0


def test_no_differences_are_a_frame_of_the_same_dtypes(theirs):
    for frame in ("pandas", "polars"):
        none, some = pb.contract.compare(OURS, frame=frame), pb.contract.compare(theirs, frame=frame)
        assert len(none) == 0
        assert list(none.columns) == COLUMNS
        assert list(none.dtypes) == list(some.dtypes)


def test_compare_refuses_another_kind_of_document_and_an_unknown_library():
    with pytest.raises(errors.ContractError):
        pb.contract.compare({"swagger": "2.0"})
    with pytest.raises(errors.InvalidParameterError):
        pb.contract.compare(OURS, frame="arrow")

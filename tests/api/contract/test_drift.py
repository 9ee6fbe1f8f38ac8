import copy
import json

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import contract, errors
from pb2b_notebook.api.contract.drift import as_frame, report
from pb2b_notebook.contract.comparison import differences

OURS = contract.load_document()
COLUMNS = ["severity", "part", "subject", "name", "change", "aspect", "ours", "theirs", "operations"]


@pytest.fixture
def theirs():
    document = copy.deepcopy(OURS)
    del document["paths"]["/billing/usage"]
    document["components"]["schemas"]["Lead"]["properties"]["mood"] = {"type": "string"}
    return document


def test_compare_gives_a_frame_in_both_libraries(theirs, tmp_path):
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(theirs))
    pandas = pb.contract.compare(OURS, path)
    polars = pb.contract.compare(OURS, str(path), frame="polars")
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


def test_one_document_is_compared_against_ours(theirs):
    assert pb.contract.compare(theirs).equals(pb.contract.compare(OURS, theirs))
    assert len(pb.contract.compare(OURS)) == 0


def test_no_differences_are_a_frame_of_the_same_dtypes(theirs):
    for frame in ("pandas", "polars"):
        none, some = pb.contract.compare(OURS, OURS, frame=frame), pb.contract.compare(OURS, theirs, frame=frame)
        assert len(none) == 0
        assert list(none.columns) == COLUMNS
        assert list(none.dtypes) == list(some.dtypes)


def test_compare_refuses_what_is_no_document_and_no_frame():
    with pytest.raises(errors.ContractError):
        pb.contract.compare(OURS, {"swagger": "2.0"})
    with pytest.raises(errors.InvalidParameterError):
        as_frame((), "arrow")


def test_the_report_counts_and_is_no_terminals_master(theirs):
    theirs["webhooks"]["lead.\x1b[2J"] = {}
    text = report(differences(OURS, theirs))
    assert text.splitlines()[-1].startswith("1 breaking")
    assert "operation  billing.usage" in text
    assert "field      lead: mood" in text
    assert "\x1b" not in text

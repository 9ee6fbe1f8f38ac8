"""The provenance of frames, and warnings about differences from the contract."""

from __future__ import annotations

import datetime as dt
import gc
import pickle
import subprocess
import sys
import warnings

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from each_case import each_case
from pb2b_notebook.errors import UsageError
from pb2b_notebook.frames import ContractDriftWarning, Provenance, attach, provenance, report_drift
from pb2b_notebook.frames.drift import forget_drift

ASKED = Provenance(
    operation="leads.list",
    filters={"q": "<script>alert(1)</script>", "status": ["new"]},
    request_ids=("req_1", "req_2", "req_3", "req_4"),
    fetched_at=dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC),
    workspace="ws_1",
    host="login.prospectb2b.com",
    time_zone="Europe/Berlin",
    complete=False,
    rows=2,
)
FRAMES = [pd.DataFrame, pl.DataFrame]


@pytest.fixture(autouse=True)
def _new_session():
    forget_drift()
    yield
    forget_drift()


@pytest.mark.parametrize("make", FRAMES)
def test_a_frame_has_a_provenance_and_frames_derived_from_it_have_none(make):
    frame = make({"a": [1, 2]})
    assert attach(frame, ASKED) is frame
    assert provenance(frame) is ASKED
    for other in (
        make({"a": [1, 2]}),
        frame[::-1],
        frame[:1],
        frame.rename(str.upper, axis=1) if make is pd.DataFrame else frame.clone(),
    ):
        with pytest.raises(UsageError, match="keep the result"):
            provenance(other)


def test_it_survives_parquet_and_pickle_in_pandas_and_arrow(shared_ws, tmp_path):
    asked = {"updated_after": "2024-01-01", "limit": 20}
    leads, table = (shared_ws.leads.list(**asked, frame=frame) for frame in ("pandas", "pyarrow"))
    leads.to_parquet(tmp_path / "leads.parquet")
    pq.write_table(table, tmp_path / "table.parquet")
    for kept, frame in (
        (pd.read_parquet(tmp_path / "leads.parquet"), leads),
        (pickle.loads(pickle.dumps(leads)), leads),  # noqa: S301 - our own
        (leads.copy(), leads),
        (pq.read_table(tmp_path / "table.parquet"), table),
        (pickle.loads(pickle.dumps(table)), table),  # noqa: S301 - our own
    ):
        assert provenance(kept) == provenance(frame)
        assert not provenance(kept).complete


def test_a_frame_that_was_changed_since_it_was_read_has_none(shared_ws):
    leads = shared_ws.leads.list(limit=20)
    for other in (
        leads.assign(status="qualified"),
        leads.sort_values("id"),
        leads.head(3),
        leads.drop(columns="email"),
        pd.concat([leads, leads]),
    ):
        with pytest.raises(UsageError):
            provenance(other)


@each_case("text", ["", "[]", "{", '{"of": {}, "fingerprint": 1}', 7, None])
def test_a_foreign_text_in_the_attributes_is_no_provenance(text):
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["pb2b_notebook.provenance"] = text
    with pytest.raises(UsageError):
        provenance(frame)


@pytest.mark.parametrize("make", FRAMES)
def test_a_deleted_frame_leaves_no_provenance_for_the_next_at_its_address(make):
    for _ in range(50):
        frame = attach(make({"a": [1]}), ASKED)
        del frame
        with pytest.raises(UsageError):
            provenance(make({"a": [1]}))


@pytest.mark.usefixtures("little_garbage")
def test_the_last_provenance_counts_and_is_removed_with_the_frame():
    from pb2b_notebook.frames.provenance import _registry

    before = len(_registry)
    frame = attach(attach(pd.DataFrame(), ASKED), ASKED)
    assert len(_registry) == before + 1
    del frame
    gc.collect()
    assert len(_registry) == before


def test_an_object_without_provenance_is_refused():
    with pytest.raises(UsageError):
        provenance(None)


def test_it_is_shown_as_text_and_as_escaped_html():
    text = repr(ASKED)
    assert "leads.list" in text
    assert "req_3 … (4 in all)" in text
    assert "no, more exist" in text
    html = ASKED._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_drift_is_reported_once_a_session_for_each_field_of_an_operation():
    with pytest.warns(
        ContractDriftWarning, match="leads.list differs from the contract: 'score': text where"
    ) as caught:
        report_drift("leads.list", {"score": "text where integer is declared"})
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report_drift("leads.list", {"score": "text where integer is declared"})
        report_drift("leads.list", {})
    with pytest.warns(ContractDriftWarning, match="'new'") as caught:
        report_drift("leads.list", {"score": "text where integer is declared", "new": "unknown field, read as text"})
    assert "score" not in str(caught[0].message)
    with pytest.warns(ContractDriftWarning, match="jobs.list"):
        report_drift("jobs.list", {"score": "text where integer is declared"})


def test_a_hostile_name_is_shown_short_and_escaped():
    with pytest.warns(ContractDriftWarning) as caught:
        report_drift("leads.list", {"\x1b[31m\n" + "x" * 10_000: "unknown field, read as text"})
    message = str(caught[0].message)
    assert "\x1b" not in message
    assert "\n" not in message
    assert len(message) < 500


def test_importing_loads_no_frame_library():
    program = (
        "import sys, pb2b_notebook.frames, pb2b_notebook.times\n"
        "print(sorted({'pandas', 'polars', 'pyarrow', 'msgspec', 'numpy'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"

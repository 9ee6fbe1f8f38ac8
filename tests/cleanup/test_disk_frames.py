"""Cleanup of lazy frames in portions: the same answers as in memory, private files, and nothing left behind."""

import datetime as dt
import decimal
import gc
import resource
import stat
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pb2b_notebook.cleanup import disk_frames, duplicates, merge, normalize, screen, validate
from pb2b_notebook.cleanup.merging import merge as merge_module
from pb2b_notebook.display.progress import listen_to_progress
from pb2b_notebook.engines import disk
from pb2b_notebook.errors import CleanupError
from seeded_mess import seeded_leads
from spark_lists import LEAD_FIELDS, LISTS, choices_of, clustered_leads

SUGGESTING = pl.DataFrame(
    {
        "email": [*["a@nordlicht.example"] * 40, *["b@birkenhain.example"] * 40, "c@nordlicht.exmaple", "d@gmial.com"],
        "company_name": [*["Nordlicht Optik"] * 40, *["Bebe Stores"] * 40, "bebe stores", "SIEMENS WERKE"],
        "full_name": [*["Ada Berg"] * 80, "Kühn, Dirk", "DR. EVA ROYD"],
        "first_name": [*["Ada"] * 80, None, "DR. EVA ROYD"],
        "last_name": [*["Berg"] * 80, "Kühn, Dirk", None],
        "phone": [*["+4930901820"] * 80, "49 171 2345678", None],
        "title": [*["CFO"] * 41, None, *["Head of Sales"] * 40],
        "seniority": pl.Series([None] * 82, dtype=pl.String),
        "country": ["DE"] * 82,
    }
)


def messy(count=160):
    """Return leads with data errors, in columns of many types."""
    docs = [lead.doc for lead in seeded_leads(5, 400)][:count]
    names = [name for name, value in docs[0].items() if isinstance(value, str | None)]
    found = pl.DataFrame({name: pl.Series([doc[name] for doc in docs], dtype=pl.String) for name in names})
    rows = range(len(found))
    return found.with_columns(
        pl.Series("tags", [[["vip ", "VIP"], None, []][row % 3] for row in rows]),
        pl.Series("employee_count", [None if row % 4 else row for row in rows], dtype=pl.Int64),
        pl.Series("segment", [["a", "b", None][row % 3] for row in rows], dtype=pl.Categorical),
        pl.Series("city", [["Bonn ", "Köln", None][row % 3] for row in rows], dtype=pl.Enum(["Bonn ", "Köln"])),
        pl.lit(dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)).alias("seen"),
        pl.lit(None).alias("empty"),
        pl.lit("of an earlier list").alias("domain"),
        pl.Series("phone_extension", [7 if row == 3 else None for row in rows], dtype=pl.Int64),
    )


NORMALIZED = {
    **{name: (rows, {"lead_fields": LEAD_FIELDS.get(name)}) for name, rows in LISTS.items()},
    "mess": (messy(), {"country": "DE"}),
    "no rows": (messy().clear(), {}),
    "no lead fields": (pl.DataFrame({"note": ["x", "y"]}), {}),
    "suggestions": (SUGGESTING, {"keep": {"first_name": ["Ada"]}}),
    "accepted": (SUGGESTING, {"accept": ["email_domain_typo", "company_case", "name_unsplit"]}),
    "only": (SUGGESTING, {"only": ["shouting"], "fields": ["full_name", "phone"]}),
}
PORTION = 29  # divides no list: the last part is smaller


@pytest.fixture
def portions(monkeypatch):
    monkeypatch.setattr(disk_frames, "PORTION", PORTION)
    monkeypatch.setattr(merge_module, "PORTION", PORTION)


def eager(frame):
    return frame.collect() if isinstance(frame, pl.LazyFrame) else frame


def assert_same(found, expected, *tables):
    for name in tables:
        assert isinstance(getattr(found, name), type(getattr(expected, name))), name
        assert_frame_equal(eager(getattr(found, name)), eager(getattr(expected, name)), check_exact=True)
    assert repr(found) == repr(expected)
    assert found.step == expected.step


@pytest.mark.parametrize("name", NORMALIZED)
@pytest.mark.usefixtures("portions")
def test_a_list_is_normalized_as_in_memory(name, tmp_path):
    rows, options = NORMALIZED[name]
    found = normalize(rows.lazy(), work=tmp_path / "work", **options)
    expected = normalize(rows.lazy(), **options)
    assert_same(found, expected, "frame", "changes", "suggestions")
    assert (found.derived, found.skipped, found.misnamed) == (expected.derived, expected.skipped, expected.misnamed)
    assert list(tmp_path.iterdir()) == []


VALIDATED = {
    "mess": (messy(), {}),
    "no rows": (messy().clear(), {}),
    "a problem of the whole frame": (messy().drop("email"), {}),
    "no lead fields": (pl.DataFrame({"note": ["x", "y"]}), {"match_on": None}),
    "blank rows": (pl.DataFrame({"email": [None, "", "ada@", None], "full_name": [None, " ", "Ada", "Eva"]}), {}),
}


@pytest.mark.parametrize("name", VALIDATED)
@pytest.mark.usefixtures("portions")
def test_a_list_is_validated_as_in_memory(name, tmp_path):
    rows, options = VALIDATED[name]
    lazy = rows.lazy()
    found, expected = validate(lazy, work=tmp_path / "work", **options), validate(lazy, **options)
    assert list(tmp_path.iterdir()) == []
    assert_same(found, expected, "problems", "passed")
    assert found.frame is lazy
    assert found.passed is found.passed  # written once
    assert (found.checked, found.ignored, found.misnamed) == (expected.checked, expected.ignored, expected.misnamed)
    assert list(tmp_path.iterdir()) == []


def screened():
    rows = messy().with_columns(
        id=pl.format("lead_{}", pl.int_range(pl.len())), do_not_call=pl.int_range(pl.len()) % 70 == 5,
        reasons=pl.lit("of the caller"),
    ).rename({"company_name": "Firma"})  # fmt: skip
    gone = rows.gather_every(20).select("full_name", company_name="Firma", email=pl.format("old{}@x.example", "id"))
    # Jean, or an initial: the whole of his row.
    rows = pl.concat([rows, pl.DataFrame({"full_name": ["M. Roux"], "Firma": ["Nordlicht Optik"]})], how="diagonal")
    gone = pl.concat(
        [
            gone,
            pl.DataFrame({"full_name": ["Jean Roux"], "company_name": ["Nordlicht Optik"], "email": ["j@x.example"]}),
        ]
    )
    some = {"domains": ["veldaista-software.example"], "running": ["lead_17"], "allow": ["lead_20", "a@b.example"]}
    return {
        "people": (pl.concat([rows, rows]), {"suppressed": gone, **some}),
        "addresses": (rows, {"suppressed": ["@birkenhain.example"], "statuses": ["new"], "exclude": ["lead_3"]}),
        "no rows": (rows.clear(), {"suppressed": gone}),
        "no lead fields": (pl.DataFrame({"note": ["x", "y"]}), {"suppressed": gone}),
    }


SCREENED = screened()


@pytest.mark.parametrize("name", SCREENED)
@pytest.mark.usefixtures("portions")
def test_a_list_is_screened_as_in_memory(name, tmp_path):
    """Suppressed people are found by the whole list, and rows are duplicates across portions. M. may be Monsieur."""
    rows, options = SCREENED[name]
    found, expected = screen(rows.lazy(), work=tmp_path / "work", **options), screen(rows.lazy(), **options)
    assert_same(found, expected, "ok", "blocked", "reasons")
    assert any("probably" in message for message in found.reasons["message"]) == (name == "people")
    assert (found.skipped, found.misnamed, found.unknown_allowed) == (
        expected.skipped, expected.misnamed, expected.unknown_allowed,
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_status_that_no_row_has_is_refused(tmp_path):
    with pytest.raises(CleanupError, match="unknown status 'unsubcribed'"):
        screen(messy().lazy(), statuses=["unsubcribed"], work=tmp_path)
    assert list(tmp_path.iterdir()) == []


MERGED = ("frame", "golden", "losers", "provenance", "review", "newly_opted_out")


def assert_same_merge(found, expected):
    assert_same(found, expected, *MERGED)
    for name in ("merged", "opted_out", "merged_before", "unknown_choices"):
        assert getattr(found, name) == getattr(expected, name)


@pytest.mark.usefixtures("portions")
def test_clusters_across_portions_are_merged_as_in_memory(tmp_path):
    rows = clustered_leads()
    options = choices_of(rows)
    expected, found = merge(rows.lazy(), **options), merge(rows.lazy(), **options, work=tmp_path / "work")
    assert min(len(expected.provenance), expected.merged_before, expected.unknown_choices, expected.opted_out) > 0
    assert_same_merge(found, expected)
    assert_same_merge(found.confirm(), expected.confirm())
    undone = expected.provenance["cluster_id"].unique(maintain_order=True)[:2]
    assert_same_merge(found.undo(*undone), expected.undo(*undone))
    assert list(tmp_path.iterdir()) == []


KNOWN = clustered_leads().select("id", "full_name", "email", "phone", "cluster_id", "merged_into", "updated_at")
MATCHED = {
    "known leads": (KNOWN.tail(120).drop("cluster_id", "merged_into"), {"known": KNOWN.head(150)}),
    "other names": (KNOWN.drop("cluster_id", "merged_into").rename({"full_name": "Name", "email": "E-Mail"}), {}),
}


@pytest.mark.parametrize("name", MATCHED)
@pytest.mark.usefixtures("portions")
def test_duplicates_are_merged_as_in_memory(name, tmp_path):
    rows, options = MATCHED[name]
    here = duplicates(rows.lazy(), **options)
    there = duplicates(rows.lazy(), **options, work=tmp_path)
    assert_same_merge(merge(there.frame, there, work=tmp_path), merge(here.frame, here))
    assert list(tmp_path.iterdir()) == []


STEPS = {
    "normalize": normalize,
    "validate": lambda df, work: validate(df, work=work).passed,
    "screen": lambda df, work: screen(df, KNOWN, work=work),
    "merge": merge,
}


@pytest.mark.parametrize("step", STEPS)
def test_files_are_private_and_deleted_after_ctrl_c(step, tmp_path):
    modes = {}

    def stop(_done, _total):
        modes.update({path: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")})
        if any(path.parent.parent == tmp_path for path in modes):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), listen_to_progress(stop):
        STEPS[step](clustered_leads().lazy(), work=tmp_path)
    kinds = {(path.suffix if path.parent == tmp_path else "file", mode) for path, mode in modes.items()}
    assert kinds == {("", 0o700), (".lock", 0o600), ("file", 0o600)}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the system does not list the files in memory")
@pytest.mark.usefixtures("little_garbage")
def test_the_files_of_a_result_are_freed_with_it(tmp_path):
    results = []
    for step, run in STEPS.items():
        results.append(run(clustered_leads().lazy(), work=tmp_path / step))
        assert str(tmp_path / step) in Path("/proc/self/maps").read_text()
    results.clear()
    gc.collect()
    assert str(tmp_path) not in Path("/proc/self/maps").read_text()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("full_after", ["", "reading"])
def test_a_full_folder_is_reported_and_left_empty(step, full_after, monkeypatch, tmp_path):
    monkeypatch.setattr(disk_frames, "PORTION", 97)
    # A module that is compiled within the limit would be cut, for all later tests.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    rows, most = clustered_leads().lazy(), resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(*_):
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, most[1]))

    try:
        if not full_after:
            fill()
        with pytest.raises(CleanupError, match="no room in the work folder"), listen_to_progress(fill):
            STEPS[step](rows, work=tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_used_is_refused(tmp_path):
    rows = clustered_leads()
    for call in (normalize, validate, screen, merge):
        for df in (rows, rows.lazy()):
            with pytest.raises(CleanupError, match="must be the path of a folder"):
                call(df, work=5)
        with pytest.raises(CleanupError, match="cannot be collected"):
            call(rows.lazy().select("missing"), work=tmp_path)
        with pytest.raises(CleanupError, match="a file of the work folder cannot hold"):
            call(rows.lazy().with_columns(pl.lit(1, pl.Int128).alias("large")), work=tmp_path)
    with pytest.raises(CleanupError, match="and it is not text: honorific"):
        normalize(rows.lazy().with_columns(honorific=pl.lit(1.5)), work=tmp_path)
    assert list(tmp_path.iterdir()) == []


TEXTS = {
    "full_name": [
        "Robert Halton",
        "Bob Halton",
        "HALTON, ROBERT",
        "Dr. Eva Müller",
        "王伟",
        "Nick & Anna Berg",
        " ",
        "n/a",
    ],
    "first_name": ["Robert", "Bob", "JÖRG", "M.", ""],
    "last_name": ["Halton", "van der Berg", "YILMAZ", "-"],
    "email": [
        "r.halton@nordlicht.example",
        "R.HALTON@nordlicht.example",
        "info@nordlicht.example",
        "a@gmial.com",
        "@x",
    ],
    "phone": ["+49 30 231250", "030/231250", "+49 30 231250 / 0171 2345678", "1e10", "0"],
    "company_name": ["Nordlicht GmbH", "NORDLICHT", "Acme, Inc.", "NA"],
    "country": ["DE", "Germany", "us", "XX"],
    "city": ["Bonn", "KÖLN", ""],
    "status": ["new", "qualified", "unsubscribed", "parked"],
    "custom_birth_date": ["1/2/1980", "31/12/1980", "1980-02-01", "not a date"],
    "Geburtsdatum": ["01.02.1980", "31.12.1980", ""],
    "linkedin_url": ["https://www.linkedin.com/in/ada-berg", "in/bob", "https://x.example"],
    "employee_count": ["5", "1,000", "-1", "3.5"],
    "tags": ["vip, VIP", "a;b"],
    "updated_at": ["2026-01-01T00:00:00Z", "2025-05-05", "x"],
    "cluster_id": ["c1", "c2"],
    "row": ["1"],
}
"""Values of columns that a cleanup reads or writes."""
HALF_PAST = [dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC) for hour in (0, 1)]  # one time of the day in Berlin
STRUCT = pl.Struct({"a": pl.Int64, "b": pl.String})
TYPES = [
    (pl.Categorical, ["a", "b"]),
    (pl.Enum(["b", "a"]), ["a", "b"]),
    (pl.Decimal(20, 2), [decimal.Decimal("0.10"), decimal.Decimal("12345678901234567.89")]),
    (STRUCT, [{"a": 1, "b": "x"}, {"a": None, "b": "y"}]),
    (pl.List(STRUCT), [[{"a": 1, "b": None}], []]),
    (pl.List(pl.String), [["vip ", "VIP"], ["a", None], []]),
    (pl.Array(pl.Int64, 2), [[1, 2]]),
    (pl.Datetime("us", "Europe/Berlin"), HALF_PAST),
    (pl.Datetime("ms", "America/New_York"), HALF_PAST),
    (pl.Datetime("us"), [dt.datetime(2026, 1, 1)]),  # noqa: DTZ001 - a time without a zone
    (pl.Date, [dt.date(1980, 1, 2), dt.date(1, 1, 1)]),
    (pl.Time, [dt.time(1, 2)]),
    (pl.Duration("us"), [dt.timedelta(days=1)]),
    (pl.UInt64, [2**64 - 1, 0]),
    (pl.Int64, [2**53 + 1, 7]),
    (pl.Float64, [float("nan"), float("inf"), -0.0, 1.5]),
    (pl.Boolean, [True, False]),
    (pl.Binary, [b"\x00\xff"]),
    (pl.Null, []),
]


@st.composite
def frames(draw):
    """Draw a short list: columns of texts that cleanup knows, of which some have other types, in any order."""
    rows = draw(st.integers(0, 9))

    def column(name, kind, values):
        return pl.Series(name, [draw(st.sampled_from([*values, None])) for _ in range(rows)], dtype=kind)

    names = draw(st.lists(st.sampled_from(list(TEXTS)), unique=True, min_size=1, max_size=7))
    columns = [column(name, pl.String, TEXTS[name]) for name in names]
    for name in draw(st.lists(st.sampled_from([*TEXTS, "custom_a", "other"]), unique=True, max_size=3)):
        kind, values = draw(st.sampled_from(TYPES))
        columns = [*(one for one in columns if one.name != name), column(name, kind, values)]
    ids = draw(
        st.sampled_from([None, [f"l{n}" for n in range(rows)], [f"l{n // 2}" for n in range(rows)], range(rows)])
    )
    columns += [] if ids is None else [pl.Series("id", ids, dtype=pl.Int64 if isinstance(ids, range) else pl.String)]
    return pl.DataFrame(draw(st.permutations(columns)))


def outcome_of(function, *tables):
    """Return the tables of what a cleanup returns, or its error, which has a type of ours."""
    try:
        found = function()
        return found, {name: eager(getattr(found, name)) for name in tables}
    except CleanupError as problem:
        return None, str(problem)


@given(rows=frames(), portion=st.integers(1, 5))
@settings(max_examples=6, deadline=None)
def test_any_frame_is_cleaned_as_in_memory(tmp_path_factory, rows, portion):
    lazy, work = rows.lazy(), tmp_path_factory.mktemp("any") / "work"
    steps = {
        normalize: ("frame", "changes", "suggestions"),
        validate: ("problems", "passed"),
        duplicates: ("frame", "clusters", "pairs", "dropped"),
        merge: ("frame", "golden", "losers", "provenance", "review", "newly_opted_out"),
    }
    clusters = None
    with pytest.MonkeyPatch.context() as patch:
        for module in (disk_frames, merge_module, disk):
            patch.setattr(module, "PORTION", portion)
        for step, tables in steps.items():
            given_too = [(found.frame, found) for found in clusters] if step is merge else [(lazy,), (lazy,)]
            expected = outcome_of(lambda: step(*given_too[0]), *tables)  # noqa: B023 - called at once
            found = outcome_of(lambda: step(*given_too[1], work=work), *tables)  # noqa: B023
            if isinstance(expected[1], str) or isinstance(found[1], str):
                assert found == expected, step
                if step is duplicates:
                    return
                continue
            for name in tables:
                assert_frame_equal(found[1][name], expected[1][name], check_exact=True)
            assert repr(found[0]) == repr(expected[0])
            clusters = (expected[0], found[0]) if step is duplicates else None
    assert not work.exists()

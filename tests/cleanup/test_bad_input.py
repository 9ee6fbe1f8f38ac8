"""Bad and unusual frames: each step does what is possible, names what is not, and never crashes."""

from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from each_case import each_case
from frame_libraries import LIBRARIES, library_for, rows_of
from pb2b_notebook.cleanup import duplicates, merge, normalize, report, screen, validate
from pb2b_notebook.errors import CleanupError

STEPS = [normalize, validate, screen, report]
COLUMNS = ("full_name", "email", "phone", "company_name", "country", "website", "tags", "employee_count", "title")


@pytest.mark.parametrize("step", STEPS)
def test_a_frame_without_rows_is_accepted(step, make_frame):
    done = step(make_frame({name: [] for name in COLUMNS}))
    assert rows_of(done.frame) == []


@each_case("step", STEPS)
def test_a_frame_without_columns_is_accepted(step):
    for frame in (pd.DataFrame(), pd.DataFrame(index=[1, 2]), pl.DataFrame(), pl.LazyFrame()):
        assert type(step(frame).frame) is type(frame)


@each_case("step", STEPS)
@each_case("nothing", [None, float("nan"), pd.NA, pd.NaT, "", " "])
def test_columns_of_nulls_have_no_problems(step, nothing):
    frames = [pd.DataFrame({name: pd.Series([nothing] * 3, dtype=object) for name in COLUMNS})]
    if nothing is None:
        frames += [pl.DataFrame({name: [None] * 3 for name in COLUMNS}), pd.DataFrame({"email": [None, None]})]
    for frame in frames:
        assert len(step(frame).frame) == len(frame)
    assert [row[1:4] for row in rows_of(validate(frames[0]).problems)] == []


def test_missing_columns_are_named_and_the_others_are_processed(make_frame):
    frame = make_frame({"full_name": ["ADA LOVELACE"]})
    assert rows_of(normalize(frame).frame)[0][0] == "Ada Lovelace"
    found = validate(frame)
    assert [row[:3] for row in rows_of(found.problems)] == [(None, "email", "required")]
    assert "everything else was checked" in rows_of(found.problems)[0][4]
    assert screen(frame).skipped == ("email", "status")
    assert rows_of(report(frame).table)[1][0] == "full_name"


@each_case("step", STEPS)
def test_an_index_with_repeated_labels_or_levels_is_kept(step):
    values = {"email": ["A@b.co", "nobody", None], "status": ["new", "bounced", "new"]}
    for index in (["a", "a", "a"], [0, 0, 1], pd.MultiIndex.from_tuples([(1, "x"), (1, "x"), (2, "y")])):
        frame = pd.DataFrame(values, index=index)
        done = step(frame)
        assert set(done.frame.index) <= set(frame.index)
        if step is not screen:
            assert done.frame.index.equals(frame.index)


@pytest.mark.parametrize("step", STEPS)
def test_ten_thousand_equal_rows_are_all_processed(step, make_frame):
    frame = make_frame(
        {"email": ["Ada@B.co"] * 10_000, "phone": ["030/901820"] * 10_000, "country": ["Germany"] * 10_000}
    )
    done = step(frame)
    assert len(rows_of(done.frame)) == 10_000
    if step is normalize:
        assert len(rows_of(done.changes)) == 30_000


@each_case("step", STEPS)
@each_case("value", ["x", "a@b.co", "\ud800", "\x00", "=1+1", "株式会社", "'; DROP TABLE leads", "🧑‍💻", "\u202e"])
def test_an_odd_value_is_accepted_in_every_column(step, value):
    frame = pd.DataFrame({name: pd.Series([value], dtype=object) for name in COLUMNS})
    done = step(frame)
    assert len(done.frame) <= 1
    if step is normalize:
        again = normalize(pd.DataFrame({name: pd.Series([value] * 3, dtype=object) for name in COLUMNS}))
        assert len(again.changes) == 3 * len(done.changes)


def test_unpaired_surrogates_are_kept_and_reported():
    frame = pd.DataFrame({"email": ["a@b.co"], "full_name": pd.Series(["ADA \ud83d LOVELACE"], dtype=object)})
    done = normalize(frame)
    assert done.frame["full_name"].tolist() == ["ADA \ud83d LOVELACE"]
    codes = validate(frame).problems["code"].tolist()
    assert codes == ["invalid_text", "half_character"]


MEGABYTES = ["=" * 1_000_000, "a@" * 500_000, "(" * 1_000_000, " " * 1_000_000 + "x", "Ã¼" * 500_000, "1" * 1_000_000]


@pytest.mark.parametrize(
    ("step", "text"),
    [*((normalize, text) for text in MEGABYTES), (validate, MEGABYTES[0]), (screen, MEGABYTES[1])],
    ids=lambda each: each[:2] if isinstance(each, str) else each.__name__,
)
def test_a_megabyte_in_a_cell_is_accepted(step, text):
    columns = {name: [text] for name in ("full_name", "email", "phone", "company_name", "website")}
    done = step(library_for(text[:2] + step.__name__, "pandas", "polars")(columns))
    assert len(done.frame) <= 1
    if step is validate:
        assert "string_too_long" in {code for _, field, code, *_ in rows_of(done.problems) if field == "full_name"}


@each_case("step", STEPS)
def test_columns_of_mixed_types_are_accepted_and_not_changed(step):
    mixed = [
        "a@b.co", 7, 1.5, True, None, float("nan"), ["x", 1], {"a": 1}, b"x", pd.Timestamp("2026-01-01"), 2**70,
        np.datetime64("2026-01-01"), np.array([1, 2]), {"a"}, Decimal("sNaN"), UUID(int=7), object, pd.Interval(0, 1),
    ]  # fmt: skip
    frame = pd.DataFrame({name: pd.Series(mixed, dtype=object) for name in COLUMNS})
    before = frame.copy()
    assert len(step(frame).frame) <= len(mixed)
    assert repr(frame.to_dict("list")) == repr(before.to_dict("list"))


@each_case("step", STEPS)
def test_duplicate_and_non_text_column_names_are_refused(step):
    with pytest.raises(CleanupError, match="two columns called 'email'"):
        step(pd.DataFrame([["a", "b"]], columns=["email", "email"]))
    with pytest.raises(CleanupError, match="not text"):
        step(pd.DataFrame([["a", "b"]]))


@each_case("step", STEPS)
def test_an_unpaired_surrogate_in_a_column_name_is_refused(step):
    frame = pd.DataFrame([["x", "a@b.co"]], columns=pd.Index(["\ud800", "email"], dtype=object))
    with pytest.raises(CleanupError, match="unpaired surrogate"):
        step(frame)


def test_columns_may_have_names_that_are_used_internally():
    for make in LIBRARIES.values():
        frame = make({"row": ["x", "y"], "_row": [1, 2], "_after": [1, 2], "full_name": [" Ada ", "BOB BAKER"]})
        rows = rows_of(normalize(frame).frame)
        assert [row[:4] for row in rows] == [("x", 1, 1, "Ada"), ("y", 2, 2, "Bob Baker")]
        assert len(rows_of(validate(frame, match_on=None).problems)) == 0


NULLABLE = ["string", "string[python]", pd.ArrowDtype(pa.string()), pd.ArrowDtype(pa.large_string()), "category"]


@pytest.mark.parametrize("dtype", NULLABLE, ids=str)
def test_text_of_every_pandas_dtype_is_normalized_and_keeps_its_dtype(dtype):
    values = {
        "full_name": ["ADA LOVELACE", None], "email": ["A@gmial.com", None], "country": ["Germany", None],
        "phone": ["030/901820", None], "title": ["CEO", None], "company_name": ["NORDLICHT OPTIK GMBH", None],
    }  # fmt: skip
    frame = pd.DataFrame(values).astype(dtype)
    done = normalize(frame)
    wanted = normalize(pl.DataFrame(values))
    assert [rows_of(done.frame), rows_of(done.changes)] == [rows_of(wanted.frame), rows_of(wanted.changes)]
    kinds = done.frame[list(values)].dtypes
    assert [type(kind) for kind in kinds] == [type(kind) for kind in frame.dtypes]
    assert dtype == "category" or list(kinds) == list(frame.dtypes)
    for step in STEPS:
        step(frame)


def test_unpaired_surrogates_in_a_text_column_are_kept():
    frame = pd.DataFrame({"full_name": pd.Series(["ADA \ud83d LOVELACE", "BOB  BAKER"], dtype="string[python]")})
    done = normalize(frame)
    assert done.frame["full_name"].tolist() == ["ADA \ud83d LOVELACE", "Bob Baker"]
    assert done.frame["full_name"].dtype == frame["full_name"].dtype


@each_case("step", STEPS)
def test_polars_enums_and_null_columns_are_accepted(step):
    frame = pl.DataFrame({"full_name": ["ADA LOVELACE", "Bob"], "title": ["CEO", None], "seniority": [None, None]})
    kinds = {"full_name": pl.Enum(["ADA LOVELACE", "Bob"]), "title": pl.Categorical}
    done = step(frame.cast(kinds))
    if step is normalize:
        assert rows_of(done.frame)[0][:3] == ("Ada Lovelace", "CEO", "c_level")
        assert done.frame.schema["full_name"] == pl.String
        assert (
            normalize(done.frame.with_columns(pl.col("title").cast(pl.Enum(["CEO"])))).frame["title"].dtype == pl.Enum
        )


def test_no_message_repeats_a_value():
    secret = "Zsuzsanna-Secret"
    frame = pd.DataFrame({"email": [secret], "phone": [secret], "country": [secret], "website": [secret]})
    for message in validate(frame).problems["message"]:
        assert secret not in message


def test_headers_that_are_other_names_of_fields_are_reported(make_frame):
    sheet = make_frame(
        {"E-Mail": ["ADA@example.com"], "Telefon": ["030 901820"], "Bemerkung": ["x"], "country": ["DE"]}
    )
    fields = {"E-Mail": "email", "Telefon": "phone"}
    for found in (normalize(sheet), validate(sheet)):
        assert found.misnamed == fields
        assert "ignored, because named differently: E-Mail (email), Telefon (phone)" in repr(found)
    named = make_frame({"email": ["ADA@example.com"], "phone": ["030 901820"], "E-Mail": ["b@example.com"]})
    assert normalize(named).misnamed == normalize(normalize(named).frame).misnamed == {}
    assert "no column of a lead field" in repr(validate(make_frame({"x": [1]})))


def test_a_lead_field_may_be_called_row(make_frame):
    fields = pd.DataFrame({"key": ["row", "email"], "type": ["text", "email"], "builtin": [False, True]})
    frame = make_frame({"row": [" Aisle  7 ", "n/a", "B"], "email": ["a@b.co", "b@b.co", "c@b.co"]})
    assert [row[0] for row in rows_of(normalize(frame, lead_fields=fields).frame)] == ["Aisle 7", None, "B"]
    assert [row[:3] for row in rows_of(validate(frame, fields).problems)] == [(1, "row", "placeholder")]


class Leads(pd.DataFrame):
    """A subclass that keeps a property of its own, as geopandas' GeoDataFrame does."""

    _metadata = ["owner"]  # noqa: RUF012 - as pandas documents it

    @property
    def _constructor(self):
        return Leads


def test_a_subclass_of_pandas_comes_back_as_its_subclass():
    leads = Leads({"full_name": ["ada  berg", "Ada Berg"], "email": ["ada@x.example"] * 2}, index=[7, 8])
    leads.owner = "RevOps"
    found = duplicates(leads)
    merged = merge(leads, found)
    screened, checked = screen(leads), validate(leads)
    frames = [normalize(leads).frame, found.frame, merged.frame, merged.golden, merged.losers, screened.ok,
              screened.blocked, checked.passed]  # fmt: skip
    assert {type(frame) for frame in frames} == {Leads}
    assert {frame.owner for frame in frames} == {"RevOps"}
    known = duplicates(leads, known=pd.DataFrame(leads.assign(id=["l1", "l2"])))
    assert type(merge(leads, known).frame) is Leads


@pytest.mark.parametrize("given", [{"email": "email"}, [1], pd.DataFrame({"email": []})])
def test_messages_name_the_argument_of_lead_fields(given):
    for step in (normalize, validate, report):
        with pytest.raises(CleanupError, match=r"^lead_fields= .*→ pass the frame of ws\.lead_fields\.list\(\)"):
            step(pd.DataFrame({"email": ["ada@x.example"]}), lead_fields=given)


def test_messages_name_the_argument_of_known_rows():
    with pytest.raises(CleanupError, match=r"^known= needs a DataFrame, not list"):
        duplicates(pd.DataFrame({"email": ["ada@x.example"]}), known=[1])


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_a_frame_inside_a_cell_is_a_problem_of_its_row(make):
    df = pd.DataFrame({"email": ["ada@lovelace.example"], "title": None}, dtype=object)
    df.at[0, "title"] = make({"x": ["secret"]})  # noqa: PD008 - a frame is not a row
    normalize(df)
    duplicates(df)
    assert "secret" not in repr(validate(df).problems)


@pytest.mark.parametrize("odd", [pd.Series([0.5, 0.6]), pd.NA], ids=["Series", "NA"])
def test_a_value_that_is_neither_true_nor_false_is_refused_as_an_option(odd):
    df = pd.DataFrame({"email": ["ada@lovelace.example"] * 2, "full_name": ["Ada Lovelace"] * 2})
    found = duplicates(df)
    for refused in (
        lambda: duplicates(df, threshold=odd),
        lambda: duplicates(df, fields=odd),
        lambda: duplicates(df, of=odd),
        lambda: duplicates(df, work=odd),
        lambda: merge(df, odd),
        lambda: merge(df, found, rules=odd),
        lambda: validate(df, match_on=odd),
        lambda: normalize(df, fields=odd),
    ):
        with pytest.raises(CleanupError) as error:
            refused()
        assert "0.6" not in str(error.value)

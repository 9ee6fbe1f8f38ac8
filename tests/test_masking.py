from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import pb2b_notebook as pb
from each_case import each_case


def test_people_are_hidden_and_joins_do_not_change(shared_ws):
    for frame in ("pandas", "polars"):
        leads = shared_ws.leads.list(frame=frame)[:700]
        masked = pb.mask(leads)
        assert list(masked.columns) == list(leads.columns)
        assert list(masked.dtypes) == list(leads.dtypes)
        shown = "\n".join(map(str, masked.rows() if frame == "polars" else masked.to_numpy().tolist()))
        people = {str(v).strip() for c in ("email", "full_name", "phone", "last_name") for v in leads[c]}
        assert [p for p in people if (" " in p or ("@" in p and len(p) > 4)) and p in shown] == []
        fold = lambda s: len({v.strip().casefold() for v in s if isinstance(v, str) and v.strip()})  # noqa: E731
        assert fold(masked["email"]) == fold(leads["email"])
        assert list(masked["company_name"])[:5] == list(leads["company_name"])[:5]


def test_equal_values_stay_equal_in_every_frame_and_library():
    one = pb.mask(pd.DataFrame({"email": ["Ada@example.com", None]}))
    two = pb.mask(pl.DataFrame({"owner_email": ["ada@example.com"]}))
    assert one["email"][0] == two["owner_email"][0]
    assert one["email"].isna()[1]


def test_another_salt_gives_other_replacements():
    df = pd.DataFrame({"full_name": ["Ada"]})
    assert pb.mask(df, salt="a")["full_name"][0] != pb.mask(df, salt="b")["full_name"][0]
    assert pb.mask(df, salt="a")["full_name"][0] == pb.mask(df, salt=b"a")["full_name"][0]


def test_addresses_and_numbers_inside_other_text_and_lists_are_hidden():
    df = pd.DataFrame(
        {
            "subject": ["Re: ada@example.com, +49 (30) 901820"],
            "tags": [["vip", "ada@example.com"]],
            "metadata": [{"to": "ada@example.com", "n": 3}],
        }
    )
    masked = pb.mask(df)
    assert "ada@" not in masked.to_string()
    assert "901820" not in masked.to_string()
    assert masked["tags"][0][0] == "vip"
    assert masked["metadata"][0]["n"] == 3


SHEET = {
    "Vorname": ["Zoë", "Ada"],
    "Nachname": ["Weiß", "Lovelace"],
    "Kunde": ["Ada L", "Weiß"],
    "Ansprechpartner": ["Zoë Weiß", "Ada L"],
    "Telefon": ["0221 5550123", "0221/555-0199"],
    "Bemerkung": ["ruft zurück", "Durchwahl 212-555-0123"],
    "custom_tier": ["Ada's", "gold"],
    "Stufe": [["Zoë"], ["x"]],
    "Angaben": [{"wer": "Zoë", "n": 3}, {"wer": "Ada", "n": 4}],
    "Firma": ["Weberei GmbH", "Looms Ltd, call 02215550123"],
    "Land": ["DE", "GB"],
    "Kundennummer": ["K-1", "Weiß"],
    "Menge": ["12", "3,5"],
    "Datum": ["2026-03-10", "2026-03-11"],
    "lead": ["lead_0000000000000001", "lead_0000000000000002"],
    "Rückruf": [2215550123, 4922155501],
    "Größe": [10, 20],
}
SECRETS = ("Zo", "Wei", "Ada", "Lovelace", "555", "zurück", "gold", "Durch")


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_values_that_are_not_known_to_be_harmless_are_masked(frame, caplog):
    sheet = frame(SHEET)
    masked = pb.mask(sheet, salt="aa")  # else a masked number has the digits of a secret one by chance
    assert list(masked.dtypes) == list(sheet.dtypes)
    shown = {name: repr(masked[name].to_list() if frame is pl.DataFrame else masked[name].tolist()) for name in SHEET}
    assert [(name, one) for name, one in shown.items() if any(secret in one for secret in SECRETS)] == []
    kept = ("Land", "Menge", "Datum", "lead", "Größe")
    assert all(list(masked[name]) == SHEET[name] for name in kept)
    assert (masked["Firma"][0], masked["Kundennummer"][0]) == ("Weberei GmbH", "K-1")
    [notice] = [record for record in caplog.records if "mask" in record.message]
    assert notice.levelname == "WARNING"
    assert "masked all text of 'Kunde', 'Bemerkung', 'custom_tier', 'Stufe', 'Angaben', 'Rückruf'," in notice.message
    # Equal values in columns of one kind have equal replacements.
    assert masked["Vorname"][1] == pb.mask(frame({"first_name": ["Ada"]}), salt="aa")["first_name"][0]
    caplog.clear()
    shown = pb.mask(sheet, keep=[*SHEET])
    assert shown.equals(sheet)
    assert not caplog.records


def test_a_kept_column_must_exist():
    df = pd.DataFrame({"Kunde": ["Ada L"], "Stufe": ["x"]})
    assert pb.mask(df, keep=["Kunde"]).iloc[0].tolist()[0] == "Ada L"
    with pytest.raises(pb.errors.InvalidParameterError, match="did you mean 'Kunde'"):
        pb.mask(df, keep=["Kunden"])
    with pytest.raises(pb.errors.InvalidParameterError, match=r"keep=\['Kunde'\]"):
        pb.mask(df, keep="Kunde")


def test_categories_indexes_labels_and_bytes_are_masked():
    leads = pd.DataFrame({"Kunde": pd.Categorical(["Ada L", None]), "x": [b"Ada", float("inf")]}, index=["Ada", "Eve"])
    masked = pb.mask(leads)
    assert "Ada" not in repr(masked.reset_index().to_dict())
    assert isinstance(masked["Kunde"].dtype, pd.CategoricalDtype)
    assert "Eve" not in repr(pb.mask(leads.set_index("Kunde", append=True)).index.tolist())
    assert "ada@" not in repr(pb.mask(pd.DataFrame({"ada@example.com": [1]})))
    polars = pl.DataFrame(
        {"Kunde": pl.Series(["Ada L"], dtype=pl.Enum(["Ada L"])), "b": [b"Ada"], "t": [[{"s": "Ada"}]]}
    )
    assert "Ada" not in repr(pb.mask(polars).rows())


def test_dates_ids_and_fractions_are_not_masked_as_phones():
    texts = ["2026-03-10 12:00", "0.123456789", "lead_00123456789", "version 1.2.3", "10115 Berlin", "3 of 2,000"]
    assert pb.mask(pd.DataFrame({"title": texts}))["title"].tolist() == texts
    for number in (
        "0221 5550123",
        "(212) 555-0123",
        "212-555-0123",
        "+49 (30) 901820",
        "0049 30 901820",
        "1 212 555 0123",
    ):
        [shown] = pb.mask(pd.DataFrame({"title": [f"call {number}, please"]}))["title"]
        assert not any(digit in shown.replace("+000", "") for digit in "123456789"), number


def test_masked_frames_empty_frames_and_duplicate_columns_are_masked():
    df = pd.DataFrame({"email": ["ada@example.com"]})
    pb.mask(pb.mask(df))
    assert pb.mask(df.iloc[:0]).empty
    twice = pd.DataFrame([["Ada", "Bob"]], columns=["full_name", "full_name"], index=["x"])
    assert pb.mask(twice).iloc[0].str.startswith("Person").all()
    assert pb.mask(pl.DataFrame()).is_empty()


def test_the_original_frame_does_not_change():
    df = pd.DataFrame({"email": ["ada@example.com"]})
    pb.mask(df)
    assert df["email"][0] == "ada@example.com"


@pytest.mark.parametrize("dtype", ["map", "list", "struct"])
def test_maps_keep_their_type_and_are_masked_inside(dtype):
    pairs = [[("email", "ada@example.com"), ("note", "x")], [], None]
    arrow = pa.array(pairs, pa.map_(pa.string(), pa.string()))
    if dtype == "list":
        arrow = pa.ListArray.from_arrays([0, 1, 2, 3], arrow)
    if dtype == "struct":
        arrow = pa.StructArray.from_arrays([arrow], ["inner"])
    table = pa.table({"m": arrow})
    for frame in (pl.DataFrame(table), table.to_pandas(types_mapper=pd.ArrowDtype), table.to_pandas()):
        masked = pb.mask(frame)
        assert masked["m"].dtype == frame["m"].dtype
        assert "ada@example" not in str(masked.to_dict() if isinstance(masked, pd.DataFrame) else masked.to_dicts())


def test_numbers_of_38_digits_stay_and_phones_among_them_are_masked():
    digits = Decimal(170141183460469231731687303715884105727)
    table = pa.table(
        {
            "employee_count": pa.array(
                [digits, None], pa.decimal128(38, 0) if digits < 10**38 else pa.decimal256(39, 0)
            ),
            "phone": pa.array([Decimal(493012345678), None], pa.decimal128(12, 0)),
        }
    )
    for frame in (table.to_pandas(types_mapper=pd.ArrowDtype), table.to_pandas()):
        masked = pb.mask(frame)
        assert (masked["employee_count"][0], masked["phone"].isna()[1]) == (digits, True)
        assert masked["phone"][0] not in {Decimal(493012345678), None}


def test_huge_integers_of_duckdb_stay_and_phones_among_them_are_masked():
    huge = "select 170141183460469231731687303715884105727::hugeint employee_count, 493012345678::hugeint phone"
    masked = pb.mask(duckdb.sql(huge))
    assert masked["employee_count"].cast(pl.String).to_list() == ["170141183460469231731687303715884105727"]
    assert masked["phone"].cast(pl.Int64).to_list() != [493012345678]


@each_case("column", ["title", "n", "custom_fields"])
@each_case("make", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, lambda rows: {"inner": pd.DataFrame(rows)}])
def test_frames_and_intervals_inside_cells_are_masked(column, make):
    """The text of a frame may cut an address, so it is masked as a whole."""
    df = pd.DataFrame({"email": ["a@lovelace.example"], column: None}, dtype=object)
    df.at[0, column] = make({"x": ["ada@lovelace.example"]})  # noqa: PD008 - a frame is not a row
    shown = repr(pb.mask(df)[column].iloc[0])
    assert "masked " in shown
    assert "lovelace" not in shown
    assert pb.mask(pd.DataFrame({"n": pd.interval_range(0, 1)}))["n"].iloc[0].startswith("masked ")


WORST = ("(", "0", " ", "@", "a", "0.", "(0", "0 ", "a@", "+", "a.", "-0", "\n", "é")


@each_case("letters", WORST)
def test_a_text_of_a_megabyte_is_masked_whatever_its_letters_are(letters):
    text = (letters * (1_000_000 // len(letters))) + "x ada@example.com or +49 30 1234567 x"
    masked = pb.mask(pd.DataFrame({"industry": [text]}), salt="s")["industry"][0]
    assert "ada@example.com" not in masked
    assert "1234567" not in masked


def test_a_long_run_of_digits_and_signs_is_masked_as_a_whole():
    text = "call " + "030 1234 " * 20 + "soon"
    assert pb.mask(pd.DataFrame({"industry": [text]}), salt="s")["industry"][0].startswith("call +000 ")


def test_blank_space_and_dashes_of_any_length_stay():
    text = "a" + " " * 500 + "12" + "-" * 500 + "b"
    assert pb.mask(pd.DataFrame({"industry": [text]}), salt="s")["industry"][0] == text


def test_index_labels_with_an_unpaired_surrogate_are_masked():
    leads = pd.DataFrame({"score": [1]}, index=pd.Index(["Ada \ud800"], dtype=object))
    assert pb.mask(leads, salt="s").index[0].startswith("masked ")


@pytest.mark.parametrize("library", [pd, pl])
def test_numbers_in_columns_of_people_are_masked_and_nulls_stay(library):
    columns = {"full_name": [5, 7, None], "email": [1.5, None, 1.5], "score": [5, 7, None]}
    masked = pb.mask(library.DataFrame(columns), salt="s")
    names, emails, scores = (masked[name].to_list() for name in columns)
    assert all(name.startswith("Person ") for name in names[:2])
    assert names[0] != names[1]
    assert emails[0].startswith("masked ")
    assert emails[0] == emails[2]
    assert all(value is None or value != value for value in (names[2], emails[1], scores[2]))  # noqa: PLR0124
    assert scores[:2] == [5, 7]

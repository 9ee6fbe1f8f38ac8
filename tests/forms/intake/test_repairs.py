"""Values that do not fit: each once, with a suggestion only where there is one reading."""

import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.forms.intake import people, repairs
from pb2b_notebook.mapping import LeadField, Mapping


@pytest.fixture(scope="module")
def table(intake):
    return repairs.cells_to_repair(intake)


def test_each_value_is_shown_once_with_the_number_of_its_rows(intake, table):
    assert int(table["rows"].sum()) == intake.summary["set_aside"]
    assert table["rows"].to_list() == sorted(table["rows"], reverse=True)
    assert set(table["value"]) == {"x", "heiß", "kalt", "46085", "12.03.2026", "bald", "ca. 100"}
    assert not table.select("column", "value").is_duplicated().any()


def test_each_value_says_in_which_lines_it_is_and_who_stands_there(intake, table):
    whose = dict(zip(table["value"], table["whose"].str.split("\n"), strict=True))
    rows = dict(zip(table["value"], table["rows"], strict=True))
    assert {value: len(lines) for value, lines in whose.items()} == {value: min(rows[value], 3) for value in rows}
    assert [lines[2] for value, lines in whose.items() if rows[value] > 3] == [
        f"and {count - 2} more" for count in rows.values() if count > 3
    ]
    line, _, who = whose["x"][0].partition(": ")
    row = int(line.removeprefix("line ")) - 2  # as a spreadsheet numbers it, below the header
    assert intake.source["Newsletter"][row] == "x"
    assert who == people.people_of(intake)["who"][row]


def test_reasons_name_ways_of_reading_as_the_form_calls_them(table):
    [reason] = table.filter(pl.col("value") == "12.03.2026")["reason"]
    day, month = "“31.12.2026 (day first)”", "“12/31/2026 (month first)”"
    assert reason == f"needs a date, such as 2026-03-10; in step 2, {day} and {month} read it"
    assert not table["reason"].str.contains("converter|_|=").any()


def test_only_what_has_one_reading_is_suggested(table):
    assert repairs.suggestions_of(table) == {
        ("Newsletter", "x"): "yes",
        ("Größe", "ca. 100"): "100",
        ("Verlängerung", "46085"): "2026-03-04",
    }


def test_accepting_all_suggestions_leaves_the_others_and_costs_no_row(intake, table):
    accepted = {
        (column, value): repairs.read_value(intake, column, new)
        for (column, value), new in repairs.suggestions_of(table).items()
    }
    repaired = repairs.apply_repairs(intake, accepted)
    shown = repairs.cells_to_repair(repaired)
    assert set(shown.filter(~pl.col("done"))["value"]) == {"heiß", "kalt", "12.03.2026", "bald"}
    # What is replaced is shown behind the others, with all its rows, and what it stands for.
    counts = dict(table.select("value", "rows").iter_rows())
    replaced = {"x": True, "ca. 100": "100", "46085": "2026-03-04"}
    done = shown.tail(3)
    assert dict(done.select("value", "rows").iter_rows()) == {value: counts[value] for value in replaced}
    keys = done.select("column", "value").rows()
    assert {value: repairs.replacement(repaired, column, value) for column, value in keys} == replaced
    assert len(repaired) == len(intake)
    assert set(repaired.converted.frame["employee_count"].drop_nulls()) == {50, 100}


def test_a_probable_mistake_is_shown_and_replaced_in_all_rows(space):
    people = pd.DataFrame({"Name": ["Ida Korn", "Ida Korn"], "E-Mail": ["ida@gmial.com", " IDA@gmial.com"]})
    intake = space.leads.intake(people, progress=False)
    table = repairs.cells_to_repair(intake)
    assert table.select("value", "rows", "suggestion").rows() == [("ida@gmial.com", 2, "ida@gmail.com")]
    first, second = table["whose"][0].split("\n")
    assert (first, second[:5]) == ("row 1: Ida Korn · ida@gmial.com", "row 2")
    repaired = repairs.apply_repairs(intake, repairs.suggestions_of(table))
    assert set(repaired.cleaned.frame["email"]) == {"ida@gmail.com"}


def test_an_address_that_the_service_would_refuse_is_repaired_by_its_cell(space):
    people = pl.DataFrame({"Name": ["Ida Korn"], "E-Mail": ["ida at korn"]})
    intake = space.leads.intake(people, mapping={"Name": "full_name", "E-Mail": "email"}, progress=False)
    [value] = repairs.cells_to_repair(intake)["value"]
    assert value == "ida at korn"
    repaired = repairs.apply_repairs(intake, {("E-Mail", value): "ida@korn.example"})
    assert repaired.cleaned.frame["email"].to_list() == ["ida@korn.example"]
    assert repaired.summary["set_aside"] == 0


@each_case(
    ("kind", "text", "suggestion"),
    [
        ("number", "ca. 100", "100"),
        ("number", "50-100", None),
        ("number", "50 bis 100", None),
        ("number", "1.200,50", "1200.50"),
        ("number", "-5 %", None),
        ("number", "viele", None),
        *(("number", bound, None) for bound in ("> 500", "über 500", "500+", "ab 500", "max. 500", "5k", "2 Mio.")),
        *(("number", text, None) for text in ("12 TEUR", "12 T€", "2 Mrd", "3 mln", "5 tys. zł", "3 lakh", "100 万円")),
        *(("number", text, None) for text in ("$12", "300 GBP", "500/Monat", "Q3 2025", "Budget 2025", "3 von 5")),
        *(("value_eur", text, None) for text in ("$12", "500 zł", "12 T€", "5000 CHF", "€5k")),
        *(("value_eur", text, "12") for text in ("12 €", "EUR 12", "ca. 12 Euro")),
        *(("employee_count", text, "50") for text in ("50 Mitarbeiter", "approx. 50 FTE", "~50")),
        ("employee_count", "ca. 50 (2023)", None),
        ("employee_count", "1.200", "1200"),
        ("employee_count", "12’500", "12500"),
        ("employee_count", "1.000", None),
        ("number", "1.200", None),
        ("number", "€ 1,20", None),
        ("boolean", "✓", "yes"),
        ("boolean", "nein", "no"),
        ("boolean", "vielleicht", None),
        ("date", "31.12.2026", "2026-12-31"),
        ("date", "03.04.2026", None),
        ("date", "bald", None),
        *(("date", text, "2026-07-15") for text in ("2026.07.15.", "2026. 7. 15.", "٢٠٢٦/٠٧/١٥")),
        ("date", "2026.13.15.", None),
        ("value_eur", "750,-", "750.00"),
        ("value_eur", "1'250.–", "1250.00"),
        ("value_eur", "750,-5", None),
        *(("number", text, "1200") for text in ("١٢٠٠", "१२००", "１２００", "١٬٢٠٠")),
        ("number", "١٢٠٠ و ٥", None),
        ("email", "ada@nord,example", "ada@nord.example"),
        ("email", "ada@nord,co.uk", "ada@nord.co.uk"),
        *(
            ("email", text, None)
            for text in ("ada@nord.de,bo", "ada@nord,de,bo", "ada@nord, de", "ada,nord@de", "@a,de")
        ),
        ("phone", "+372 +372 5123 4567", "+372 5123 4567"),
        ("phone", "+49 0049 30 901820", "+49 30 901820"),
        *(("phone", text, None) for text in ("+372 +371 5123 4567", "+372 +372 51", "040 8901821 / 040 8901822")),
        ("select", "qualfied", "qualified"),
        ("select", "hot", None),
        ("text", "anything", None),
    ],
)
def test_a_suggestion_is_the_only_reading_or_there_is_none(kind, text, suggestion):
    options = ("qualified", "disqualified", "new") if kind == "select" else ()
    field = (
        LeadField(kind, "number")
        if kind in {"employee_count", "value_eur"}
        else LeadField("field", kind, options=options)
    )
    assert repairs.suggest_value(field, text) == suggestion


def test_a_column_of_times_that_do_not_fit_names_the_way_of_reading_that_does(space):
    days = [f"{day:02}.06.2026 14:00" for day in range(1, 21)]
    phones = [f"desk {day}" for day in range(10, 30)]
    intake = space.leads.intake(
        pl.DataFrame({"E-Mail": [f"p{day}@fair.example" for day in range(20)], "Demo": days, "Tel": phones}),
        mapping={"E-Mail": "email", "Demo": "demo_at", "Tel": "phone"},
        country="US",
        progress=False,
    )
    readings = repairs.better_readings(intake, repairs.cells_to_repair(intake))
    assert readings == {"Demo": ("31.12.2026 14:00, in UTC", 20, 20)}
    mapping = intake.mapping.with_column("Demo", "demo_at", "day_first:Europe/Berlin")
    assert intake.change(mapping=mapping).summary["set_aside"] == 20


def test_what_is_typed_is_read_as_the_field_takes_it(intake):
    assert repairs.read_value(intake, "Newsletter", " Yes ") is True
    assert repairs.read_value(intake, "Interesse", "a") == "A"
    assert repairs.read_value(intake, "Interesse", "  ") is repairs.LEAVE
    assert repairs.choices_of(intake, "Interesse") == ["A", "B", "C"]
    assert [repairs.read_value(intake, "Verlängerung", "2027-06-30"), repairs.read_value(intake, "Größe", "120")] == [
        "2027-06-30", "120",
    ]  # fmt: skip
    wrong = ("Newsletter", "often"), ("Interesse", "hot"), ("Verlängerung", "Juni 2027"), ("Größe", "viele")
    for column, typed in wrong:
        with pytest.raises(errors.InvalidParameterError) as caught:
            repairs.read_value(intake, column, typed)
        assert caught.value.repair


def test_countries_in_a_column_that_is_not_mapped_are_repaired_by_mapping_it(space):
    people = pd.DataFrame({"E-Mail": ["d@cells.example", "a@cells.example"], "Land": ["D", "A"]})
    intake = space.leads.intake(people, country="DE", progress=False)
    suggested = repairs.suggestions_of(repairs.cells_to_repair(intake))
    assert suggested == {("Land", "D"): "DE", ("Land", "A"): "AT"}
    accepted = {(column, value): repairs.read_value(intake, column, new) for (column, value), new in suggested.items()}
    repaired = repairs.apply_repairs(intake, accepted)
    assert repaired.plan.diff.query("field == 'country'")["after"].tolist() == ["DE", "AT"]


ODD_COLUMNS = pl.DataFrame(
    {
        "Name": ["Ada Berg <ada@gmial.com>", "Bo Lund <bo@lund.example>", "Cai Ross", "Dag Holm", "Eva Dahl"],
        "E-Mail": [None, "b.lund@fair.example", None, None, None],
        "E-Mail 2": [None, None, "cai@gmial.com", None, None],
        "Mobile": ["0171 3456789", "0171 3456780", None, None, None],
        "Phone": [None, None, "040 8901821 / 040 8901822", "0000000000", None],
        "Land": ["D", "A", None, None, None],
        "Score": ["7", "ca. 100", None, None, "viele"],
    }
)
"""Cells that fill blanks of another column, an address among the names, and countries in a column without a field."""


def test_every_value_that_is_shown_can_be_replaced_or_says_that_the_file_is_to_be_corrected(space):
    mapping = Mapping(
        {"Name": "full_name", "E-Mail": "email", "Mobile": "phone", "Score": "score"},
        defaults={"source": "fair"},
        ignored=["Halle"],
        roles={"Geburtstag": "date"},
    )
    intake = space.leads.intake(ODD_COLUMNS, mapping=mapping, country="DE", progress=False)
    table = repairs.cells_to_repair(intake)
    typed = {(column, value) for column, value, may in table.select("column", "value", "typed").rows() if may}
    assert typed == {("Land", "D"), ("Land", "A"), ("Score", "ca. 100"), ("Score", "viele")}
    others = table.filter(~pl.col("typed"))
    names, others_of_phone = ["Ada Berg <ada@gmial.com>", "Bo Lund <bo@lund.example>"], ODD_COLUMNS["Phone"][2:4]
    assert sorted(others["value"]) == sorted([*names, "cai@gmial.com", *others_of_phone])
    assert others["suggestion"].null_count() == others.height
    for reason, value in others.select("reason", "value").rows():
        assert "correct the file" in reason or (reason, value) == (
            "has several: the first one is used", others_of_phone[0]
        )  # fmt: skip
    assert {*map(tuple, (repairs.choices_of(intake, column) for column in table["column"]))} == {()}
    accepted, unfit = repairs.accept_suggestions(intake, repairs.suggestions_of(table))
    repaired = repairs.apply_repairs(intake, accepted)
    assert unfit == 0
    people = ["Ada Berg", "Bo Lund", "Cai Ross", "Dag Holm", "Eva Dahl"]
    assert repaired.converted.frame["full_name"].to_list() == people


AMOUNTS = pd.DataFrame(
    {
        "E-Mail": ["a@amounts.example", "b@amounts.example", "c@amounts.example", "d@amounts.example"],
        "Wert": ["1.250,00 € netto", "980,50", "ca. 2.400,50", "ca. 100"],
        "Datum": ["31.12.2026", "2026-04-01", "04/13/2026", "bald"],
    }
)


@pytest.mark.parametrize(
    ("reading", "amount"), [("decimal_comma", "2400,50"), ("decimal_point", "2400.50"), ("", "2400.50")]
)
def test_a_suggestion_is_written_as_its_column_is_read(space, reading, amount):
    mapping = Mapping({"E-Mail": "email"}).with_column("Wert", "deal_value_eur", reading)
    intake = space.leads.intake(
        AMOUNTS, mapping=mapping.with_column("Datum", "renewal_date", "day_first"), progress=False
    )
    suggested = repairs.suggestions_of(repairs.cells_to_repair(intake))
    assert suggested["Wert", "ca. 2.400,50"] == amount
    assert (suggested["Wert", "ca. 100"], suggested["Datum", "04/13/2026"]) == ("100", "2026-04-13")
    accepted, unfit = repairs.accept_suggestions(intake, suggested)
    assert (accepted, unfit) == (suggested, 0)
    repaired = repairs.apply_repairs(intake, accepted).converted.frame
    assert repaired["custom_deal_value_eur"].to_list()[2:] == [2400.5, 100.0]
    assert [str(day) for day in repaired["custom_renewal_date"]][:3] == ["2026-12-31", "2026-04-01", "2026-04-13"]


def test_a_suggestion_that_does_not_fit_costs_no_other_one(intake):
    suggested = {("Größe", "viele"): "many", ("Newsletter", "x"): "yes"}
    assert repairs.accept_suggestions(intake, suggested) == ({("Newsletter", "x"): True}, 1)

"""Dates with one reading, in the languages of CLDR."""

import datetime as dt

from each_case import each_case
from pb2b_notebook.cleanup.values.dates import clear_date, date_reader
from pb2b_notebook.mapping.lead_fields import LeadField


@each_case(
    "text",
    [
        "31. prosince 2023", "31 Aralık 2023", "31. joulukuuta 2023", "2023. december 31.", "31 декабря 2023 г.",
        "31 груд. 2023 р.", "31 Δεκεμβρίου 2023", "31. desember 2023", "31 Desember 2023", "31 decembrie 2023",
        "31 de desembre del 2023", "31. 12. 2023.", "31.12.2023 г.", "2023年12月31日", "2023년 12월 31일",
        "2023. 12. 31.", "2023 m. gruodžio 31 d.", "2023-Dec-31", "neděle 31. prosince 2023", "31 ARALIK 2023",
        "Dec 31, 2023", "dom 31 dic 2023",
    ],
)  # fmt: skip
def test_a_date_with_one_reading_is_read_in_any_language(text):
    assert clear_date(text) == dt.date(2023, 12, 31)


@each_case("text", ["5 listopada 2023", "Mar 32, 2023", "5. srp 2023", "pondělí 31. prosince 2023", "31 soon 2023"])
def test_a_month_of_two_languages_or_another_day_of_the_week_is_not_read(text):
    assert clear_date(text) is None


def test_signs_of_direction_do_not_hide_the_order_of_day_and_month():
    to_iso = date_reader(
        LeadField("renewal", "date", builtin=False), ["31\u200f/12\u200f/2023", "5\u200f/1\u200f/2024"]
    )
    assert to_iso("5/1/2024") == "2024-01-05"

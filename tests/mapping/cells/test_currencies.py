"""Amounts that are written with the currency of their field, and with another one."""

import pytest

from each_case import each_case
from pb2b_notebook.mapping.cells.conversion import convert
from pb2b_notebook.mapping.cells.converters import converter
from pb2b_notebook.mapping.lead_fields import LeadField


@each_case(
    ("name", "cell", "key", "amount"),
    [
        ("decimal_comma", "1.250,00 €", "deal_value_eur", 1250),
        ("decimal_comma", "1 250,00 €", "deal_value_eur", 1250),
        ("decimal_comma", "1\u202f250,50\u00a0€", "deal_value_eur", 1250.5),
        ("decimal_comma", "€ 1.250,00", "deal_value_eur", 1250),
        ("decimal_comma", "-EUR 980,50", "deal_value_eur", -980.5),
        ("decimal_comma", "45 230,00 kr", "deal_value_sek", 45230),
        ("decimal_comma", "1 200,50 zł", "deal_value_pln", 1200.5),
        ("decimal_point", "$1,250.00", "deal_value_usd", 1250),
        ("decimal_point", "CHF 1'250.50", "deal_value_chf", 1250.5),
    ],
)
def test_an_amount_may_have_the_currency_of_its_field(name, cell, key, amount):
    field = LeadField(key, "number")
    assert convert(converter(name)(cell, field), field) == amount


@pytest.mark.parametrize(
    ("cell", "key"),
    [("1.250,00 $", "deal_value_eur"), ("1.250,00 €", "deal_value"), ("1.250,00 € netto", "deal_value_eur")],
)
def test_an_amount_in_another_currency_is_refused(cell, key):
    with pytest.raises(ValueError, match="decimal comma"):
        converter("decimal_comma")(cell, LeadField(key, "number"))

"""What the lines of columns offer, and what is chosen with a field."""

import pandas as pd

from each_case import each_case
from pb2b_notebook.forms.imports.mapping_editor import MappingEditor
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.lead_fields import LeadField

FIELDS = {
    "full_name": LeadField("full_name", "text", "Full name"),
    "country": LeadField("country", "text", "Country"),
    "company_domain": LeadField("company_domain", "text", "Company domain"),
    "renewal_date": LeadField("renewal_date", "date", "Renewal date", builtin=False),
    "deal_value": LeadField("deal_value", "number", "Deal value", builtin=False),
}
COUNTRIES = {"names of countries", "D, F and A for countries, as on vehicles"}
HOST = {"host name of an address"}


@each_case(
    ("values", "field", "chosen", "not_offered"),
    [
        (["Ada Berg", "Bo Lund"], "full_name", "", COUNTRIES | HOST),
        (["Germany", "France"], "country", "country", HOST),
        (["nord.example", "sued.example"], "company_domain", "", COUNTRIES),
        (["31.12.2026", "01.02.2026"], "renewal_date", "day_first", COUNTRIES | HOST),
        (["01.02.2026", "02.03.2026"], "renewal_date", "", COUNTRIES | HOST),  # only the owner knows
        (["1.200,50", "350,00"], "deal_value", "decimal_comma", COUNTRIES | HOST),
    ],
)
def test_a_field_comes_with_the_way_of_reading_that_its_cells_need_and_may_be_read_in_another(
    values, field, chosen, not_offered
):
    editor = MappingEditor(FIELDS, lambda _, __: [])
    editor.show(pd.DataFrame({"Spalte": values}), Mapping({}))
    line = editor._lines["Spalte"]
    line.field.value = field
    assert (line.reading.value, editor.mapping.converters.get("Spalte", "")) == (chosen, chosen)
    assert not_offered.isdisjoint(label for label, _ in line.reading.options)
    line.reading.value = ""
    assert editor.mapping.converters == {}

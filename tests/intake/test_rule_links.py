"""Links that follow from a name: who opted out is found, however many people have the name."""

import polars as pl
import pytest

from pb2b_notebook.intake.decisions import KnownLeads
from pb2b_notebook.intake.rule_links import folded_names, links_by_name


def namesakes(count, **opted_out):
    """Leads of one name, each with a company and an address of their own, and the last one, who opted out."""
    people = [
        {
            "id": f"lead_{n}",
            "full_name": "Maria Garcia",
            "email": f"maria{n}@firm{n}.example",
            "company_name": f"Firm {n}",
        }
        for n in range(count)
    ]
    gone = {"id": "gone", "full_name": "Maria Garcia", "email": "maria@old.example", **opted_out}
    return pl.DataFrame([*people, gone])


@pytest.mark.parametrize(
    ("count", "company", "found"), [(20, None, True), (150, None, False), (150, "Nordlicht", True)]
)
def test_who_opted_out_is_found_by_a_name_that_many_have_where_another_value_is_the_same(count, company, found):
    leads = namesakes(count, company_name=company)
    row = pl.DataFrame({"full_name": ["MARIA GARCIA"], "email": ["maria@new.example"], "company_name": [company]})
    links = links_by_name(row, leads, KnownLeads(opted_out={"gone": "unsubscribed"}))
    assert [link.other for link in links] == ["gone"] * found


def test_names_of_east_asia_are_the_same_with_a_space_and_in_two_columns():
    parts = pl.DataFrame({"first_name": ["智也", "浩然", "민지"], "last_name": ["野口", "周", "김"]})
    assert folded_names(parts) == folded_names(pl.DataFrame({"full_name": ["野口 智也", "周浩然", "김 민지"]}))

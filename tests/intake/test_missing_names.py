"""A list of addresses without a column of names says which column may have them."""

import pandas as pd
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.errors import MappingError
from pb2b_notebook.intake.missing_names import columns_of_missing_names
from pb2b_notebook.mapping import Mapping


@each_case(
    ("columns", "mapping", "found"),
    [
        ({"Foo / Bar": ["Ada Berg", "Bo Hale"]}, Mapping({"E": "email"}), ["Foo / Bar"]),
        ({"Foo / Bar": ["Ada Berg", "Bo Hale"]}, Mapping({"E": "email"}, ignored=["Foo / Bar"]), []),
        ({"Foo / Bar": ["Ada Berg", "Bo Hale"]}, Mapping({"E": "email", "Foo / Bar": "last_name"}), []),
        ({"Foo": ["yes", "no"], "Date": ["1.2.2026", "2.2.2026"]}, Mapping({"E": "email"}), []),
        ({}, Mapping({"E": "email"}), []),
        (
            {
                "DBA": ["LUPE'S TACOS", "Bluebonnet Florist"],
                "CONTACT (LAST, FIRST MI)": ["RAMIREZ, LUPITA", "COLE, BETH A"],
            },
            Mapping({"E": "email"}),
            ["CONTACT (LAST, FIRST MI)", "DBA"],
        ),
        ({"Foo / Bar": ["Ada Berg", "Bo Hale"]}, Mapping({"E": "external_id"}), []),
    ],
)
def test_columns_that_may_have_names_are_found_where_none_is_mapped(columns, mapping, found):
    people = pd.DataFrame({"E": ["ada@nord.example", "bo@nord.example"], **columns})
    assert columns_of_missing_names(people, mapping) == found


def test_people_without_a_name_are_created_only_if_a_person_says_so():
    people = pd.DataFrame({"E-Mail": ["ada@nord.example", "bo@nord.example"], "Who": ["Ada Berg", "Bo Hale"]})
    with pb.open_sandbox(leads=0) as ws:
        intake = ws.leads.intake(people)
        with pytest.raises(MappingError, match="without a name"):
            intake.apply()
        assert ws.leads.count() == 0
        assert intake.apply(dry_run=True).summary["pending"] == 2
        assert intake.apply(nameless=True).summary["succeeded"] == 2
        again = ws.leads.intake(people, mapping=intake.mapping)
        assert again.apply().summary["failed"] == 0

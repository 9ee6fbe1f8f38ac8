"""What the list says about single values can be counted in parts: then parts give what the whole list gives."""

import polars as pl

from each_case import each_case
from pb2b_notebook.cleanup import normalize
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.normalization.normalize import Choices, Normalizer
from pb2b_notebook.cleanup.row_context import ListFacts, RowContext
from spark_lists import LEAD_FIELDS, LISTS


def choices_of(name, part):
    return Choices.of(open_frame(part), None, LEAD_FIELDS.get(name), None, None, None, None, None)


@each_case("name", LISTS)
@each_case("parts", [2, 3])
def test_parts_are_normalized_as_the_whole(name, parts):
    leads = LISTS[name]
    whole = normalize(leads, lead_fields=LEAD_FIELDS.get(name)).frame
    cut = [leads[place::parts] for place in range(parts)]
    facts = [RowContext(open_frame(part), choices_of(name, part).columns).count_facts() for part in cut]
    total = ListFacts.of_parts(pl.concat(facts))
    for place, part in enumerate(cut):
        found = Normalizer(open_frame(part), choices_of(name, part), total).normalize_columns()
        assert found.frame.table.to_native().equals(whole[place::parts].select(leads.columns)), name


@each_case("name", LISTS)
def test_each_list_needs_the_whole(name):
    """A list whose parts alone give the same would not show that facts are counted."""
    leads = LISTS[name]
    whole = normalize(leads, lead_fields=LEAD_FIELDS.get(name)).frame
    alone = [normalize(leads[place::2], lead_fields=LEAD_FIELDS.get(name)).frame for place in range(2)]
    assert any(not part.equals(whole[place::2].select(part.columns)) for place, part in enumerate(alone))


def test_a_country_that_is_not_understood_gets_no_default():
    phones = ["04 74 22 33 44", "030 901820", "030 901821", "030 901822"]
    people = pl.DataFrame({"country": ["F", None, "", "n/a"], "phone": phones})
    assert normalize(people, country="DE").frame["phone"].to_list() == [
        phones[0],
        *(f"+493090182{n}" for n in range(3)),
    ]

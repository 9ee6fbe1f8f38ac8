"""Ten thousand rows by the page: the pure listing, and its controls by value and by hand."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook import errors
from pb2b_notebook.forms.paging import Listing, Pager, filter_choices, searchable

ACTIONS = ("create", "update", "unchanged")
LETTERS = "aAbBäÄßＡ１ "
ITEMS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.one_of(st.none(), st.text(LETTERS, max_size=4))), max_size=60)


def table(rows) -> pl.DataFrame:
    names = [name for _, name in rows]
    columns = {"action": [action for action, _ in rows], "name": names}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(searchable(names))


@given(ITEMS, st.sampled_from((None, *ACTIONS)), st.integers(1, 7))
def test_the_pages_together_are_the_matching_items(rows, action, size):
    listing = Listing(table(rows), size=size).with_filter("action", action)
    expected = [place for place, (one, _) in enumerate(rows) if action in (None, one)]
    pages = [listing.on_page(number).items for number in range(listing.pages)]
    assert [item for page in pages for item in page] == listing.matching == expected
    assert all(len(page) == size for page in pages[:-1])


@given(ITEMS, st.text(LETTERS, max_size=3))
def test_a_search_finds_items_with_all_words_in_any_case(rows, told):
    found = Listing(table(rows)).with_search(told)
    again = Listing(table(rows)).with_search(told.swapcase()) if told.isascii() else found
    assert found.matching == again.matching
    for item, (_, name) in enumerate(rows):
        if told.split() and told in (name or ""):
            assert item in found.matching


@given(ITEMS, st.booleans())
def test_an_order_only_sorts_and_puts_nulls_last(rows, descending):
    found = Listing(table(rows)).with_order(("name", descending)).matching
    assert sorted(found) == list(range(len(rows)))
    names = [rows[item][1] for item in found]
    said = [name for name in names if name is not None]
    assert names == [*said, *[None] * (len(names) - len(said))]
    assert said == sorted(said, reverse=descending)


def test_a_list_in_a_cell_has_each_of_its_values():
    fields = pl.DataFrame({"field": [["title", "city"], [], None, ["city"]]})
    assert Listing(fields).with_filter("field", "city").matching == [0, 3]


@pytest.fixture
def pager():
    shown = []
    rows = [(ACTIONS[place % 3], f"lead {place}") for place in range(50)]
    pager = Pager(
        Listing(table(rows)),
        shown.append,
        filters={"action": ("Action", filter_choices([action for action, _ in rows]))},
        orders={"name": ("name", False), "name, backwards": ("name", True)},
    )
    pager.shown = shown
    return pager


def values(pager):
    return {one.name: one for one in pager.inputs}


def test_controls_by_value(pager):
    asked = values(pager)
    assert list(asked) == ["search", "action", "order", "page"]
    asked["action"].set("update")
    assert pager.shown[-1] == list(range(1, 50, 3))
    asked["action"].set(None)
    asked["page"].set(3)
    assert pager.shown[-1] == list(range(40, 50))
    assert asked["page"].read() == 3
    asked["order"].set("name, backwards")
    assert pager.shown[-1][0] == 9
    assert asked["page"].read() == 1
    asked["search"].set("LEAD 49")
    assert pager.shown[-1] == [49]


@pytest.mark.parametrize(("name", "given"), [("page", 4), ("page", 0), ("page", "2"), ("action", "x"), ("order", "x")])
def test_controls_refuse_values_that_do_not_fit(pager, name, given):
    with pytest.raises(errors.InvalidParameterError, match=name):
        values(pager)[name].set(given)


def test_the_buttons_turn_pages_and_stop_at_the_ends(pager):
    pager.refresh()
    buttons = {button.description: button for button in pager.pages.children if hasattr(button, "click")}
    assert [name for name, button in buttons.items() if button.disabled] == ["« First", "‹ Previous"]
    buttons["Last »"].click()
    assert pager.shown[-1] == list(range(40, 50))
    assert [name for name, button in buttons.items() if button.disabled] == ["Next page ›", "Last »"]
    buttons["‹ Previous"].click()
    assert pager.shown[-1] == list(range(20, 40))


def test_an_item_is_found_on_its_page_also_where_a_filter_hides_it(pager):
    pager.turn_to(45)
    assert 45 in pager.shown[-1]
    values(pager)["action"].set("update")
    pager.turn_to(0)
    assert 0 in pager.shown[-1]
    assert values(pager)["action"].read() is None


def test_another_table_keeps_the_view_and_drops_a_choice_that_is_gone(pager):
    values(pager)["action"].set("update")
    rows = [("update", "one"), ("create", "two")]
    pager.put(table(rows), {"action": filter_choices([action for action, _ in rows])})
    assert pager.shown[-1] == [0]
    pager.put(table(rows[1:]), {"action": filter_choices(["create"])})
    assert values(pager)["action"].read() is None
    assert pager.shown[-1] == [0]


def test_a_table_about_something_else_begins_on_its_first_page_as_a_whole(pager):
    rows = [(ACTIONS[place % 3], f"row {place}") for place in range(50)]
    pager.put(table(rows), of="a list")
    values(pager)["action"].set("update")
    values(pager)["search"].set("1")
    pager.put(table(rows), of="a list")
    assert pager.shown[-1][0] == 1
    pager.put(table(rows), of="another list")
    assert pager.shown[-1] == list(range(20))
    values(pager)["page"].set(2)
    pager.show_first_page()
    assert pager.shown[-1] == list(range(20))

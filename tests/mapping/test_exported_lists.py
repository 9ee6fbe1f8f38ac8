"""Suggestions for lists as CRMs, address books, data providers and event programs export them."""

from pathlib import Path

import pytest


def tables():
    """The lists by name, as (column, field, values), and the sample values by kind."""
    values, lists = {}, {}
    for line in Path(__file__).with_name("exported_lists.txt").read_text("utf-8").splitlines()[3:]:
        cells = [cell.strip() for cell in line.split(" | ")] if " | " in line else [line]
        if line.startswith("= "):
            values[cells[0][2:]] = [cell or None for cell in cells[1:]]
        elif line.startswith("## "):
            columns = lists.setdefault(line[3:], [])
        elif line:
            column, field, kind = (cell.strip() for cell in line.rsplit("|", 2))
            columns.append((column, field, values[kind]))
    return lists


LISTS = tables()


@pytest.mark.parametrize("names", [[*LISTS][start::20] for start in range(20)])
def test_columns_of_exported_lists_are_mapped_or_left(suggest_columns, names):
    wrong = {}
    for name in names:
        found = suggest_columns({column: values for column, _, values in LISTS[name]})
        wrong |= {
            (name, column): (field, found.get(column, ""))
            for column, field, _ in LISTS[name]
            if found.get(column, "") not in ({"", field[1:]} if field.startswith("?") else {field})
        }
    assert wrong == {}

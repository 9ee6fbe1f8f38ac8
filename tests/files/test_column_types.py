"""Cells of workbooks become columns of one type each."""

from each_case import each_case
from pb2b_notebook.files.column_types import convert_columns


@each_case(
    ("cells", "texts"),
    [
        ([980.5, "350,00 €", 1200, 1.234], ["980,5", "350,00 €", "1200", "1,234"]),
        ([980.5, "1.200,50"], ["980,5", "1.200,50"]),
        ([980.5, "1,200.50", "3,5"], ["980.5", "1,200.50", "3,5"]),
        ([980.5, "1.200 €"], ["980.5", "1.200 €"]),  # it may be 1.2
        ([1e-7, "0,5"], ["1e-07", "0,5"]),
        ([1.5, "rel. 2,10,3"], ["1.5", "rel. 2,10,3"]),
    ],
)
def test_numbers_beside_decimal_commas_get_one(cells, texts):
    table, _ = convert_columns([("Sum", cells)], {}, {}, len(cells))
    assert table["Sum"].to_pylist() == texts

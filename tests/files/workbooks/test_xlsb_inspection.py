"""Binary workbooks that would exhaust memory."""

import datetime as dt
import io
import struct

import pytest

import workbook_files
from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.files.workbooks.xlsb_inspection import inspect_xlsb
from read_files import codes, read


def test_cells_are_found_by_their_places():
    cells = [(0, 0, "name"), (0, 1, "mail"), (1, 0, "Ada"), (1, 1, 0)]
    data = workbook_files.binary(*cells, shared=["ada@example.com"])
    assert read(data).rows() == [("Ada", "ada@example.com")]


@each_case("serial", [-1.0, -0.5, -45_000.25, 60.0, 60.25, struct.pack("<i", -(1 << 30))])
def test_a_number_that_is_no_day_never_becomes_a_time_or_another_day(serial):
    df = read(workbook_files.binary((0, 0, "day"), (1, 0, serial), (2, 0, 0.25)))
    assert df["day"].to_list() == [None, "06:00:00"]


def packed(number):
    """Return a whole number as Excel packs it (RK)."""
    return struct.pack("<i", number << 2 | 2)


def test_packed_days_are_days():
    cells = [packed(serial) for serial in (45_000, 59, 61, 0, 2_958_465)]
    df = read(workbook_files.binary((0, 0, "day"), *((row, 0, cell) for row, cell in enumerate(cells, 1))))
    days = [dt.date(2023, 3, 15), dt.date(1900, 2, 28), dt.date(1900, 3, 1), None, dt.date(9999, 12, 31)]
    assert df["day"].to_list() == days
    assert codes(df) == {"day_zero"}


@pytest.mark.parametrize("serial", [-1, -45_000, 60])
def test_a_packed_number_that_is_no_day_never_becomes_one(serial):
    df = read(workbook_files.binary((0, 0, "day"), (1, 0, packed(serial)), (2, 0, packed(45_000))))
    assert df["day"].to_list() == [None, dt.date(2023, 3, 15)]
    assert codes(df) == {"day_zero"}


def test_packed_numbers_that_are_not_formatted_as_dates_stay():
    plain = [(row, 0, packed(number), 0) for row, number in enumerate((45_000, -1, 60), 1)]
    assert read(workbook_files.binary((0, 0, "n"), *plain))["n"].to_list() == [45_000, -1, 60]


@pytest.mark.parametrize(("style", "day"), [("dd.mm.yyyy", dt.date(2023, 3, 15)), ("[h]:mm", 45_000), ("0.00", 45_000)])
def test_a_format_of_the_workbook_decides_whether_a_packed_number_is_a_day(style, day):
    df = read(workbook_files.binary((0, 0, "day"), (1, 0, packed(45_000)), style=style))
    assert df["day"].to_list() == [day]


def test_packed_days_of_1904_are_counted_from_there():
    df = read(workbook_files.binary((0, 0, "day"), (1, 0, packed(46_085)), of_1904=True))
    assert df["day"].to_list() == [dt.date(2030, 3, 5)]


def test_days_stay():
    df = read(workbook_files.binary((0, 0, "day"), (1, 0, 45_000.0), (2, 0, 61.0)))
    assert df["day"].to_list() == [dt.date(2023, 3, 15), dt.date(1900, 3, 1)]


def test_two_cells_in_opposite_corners_are_refused():
    with pytest.raises(errors.FileLimitError, match=r"column 16,384 and row 1,048,576, and is nearly empty → delete"):
        read(workbook_files.binary((0, 0, "a"), (1_048_575, 16_383, "b")))


def test_a_long_text_that_very_many_cells_share_is_refused():
    data = workbook_files.binary(*((row, 0, 0) for row in range(30_000)), shared=["a" * 100_000])
    assert len(data) < 1_000_000
    with pytest.raises(errors.FileLimitError, match="more than 2 GiB"):
        read(data)


def test_records_that_span_pieces_are_read_once():
    rows = 20_000
    seen = []
    data = workbook_files.binary(*((row, row % 7, "text " * (row % 5)) for row in range(rows)))
    inspect_xlsb(io.BytesIO(data), seen.append)
    assert len(seen) > 1
    assert sum(seen) > 6 * rows
    assert read(data).height == rows - 1  # the first one is the header


def test_a_sheet_that_is_not_made_of_records_is_damaged():
    noise = workbook_files.with_member([b"\xff" * 100], "xl/worksheets/sheet1.bin", workbook_files.binary((0, 0, "a")))
    with pytest.raises(errors.DamagedFileError, match="→"):
        read(noise)

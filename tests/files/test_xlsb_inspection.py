"""Binary workbooks that would exhaust memory."""

import datetime as dt
import io
import struct

import pytest

import workbook_files
from pb2b_notebook import errors
from pb2b_notebook.files.xlsb_inspection import inspect_xlsb
from read_files import read


def test_cells_are_found_by_their_places():
    cells = [(0, 0, "name"), (0, 1, "mail"), (1, 0, "Ada"), (1, 1, 0)]
    data = workbook_files.binary(*cells, shared=["ada@example.com"])
    assert read(data).rows() == [("Ada", "ada@example.com")]


@pytest.mark.parametrize("serial", [-1.0, -0.5, -45_000.25, 60.0, 60.25, struct.pack("<i", -(1 << 30))])
def test_a_number_that_is_no_day_never_becomes_a_time_or_another_day(serial):
    df = read(workbook_files.binary((0, 0, "day"), (1, 0, serial), (2, 0, 0.25)))
    assert df["day"].to_list() == [None, "06:00:00"]


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
    rows = 200_000
    seen = []
    data = workbook_files.binary(*((row, row % 7, "text " * (row % 5)) for row in range(rows)))
    inspect_xlsb(io.BytesIO(data), seen.append)
    assert sum(seen) > 6 * rows
    assert read(data).height == rows - 1  # the first one is the header


def test_a_sheet_that_is_not_made_of_records_is_damaged():
    noise = workbook_files.with_member([b"\xff" * 100], "xl/worksheets/sheet1.bin", workbook_files.binary((0, 0, "a")))
    with pytest.raises(errors.DamagedFileError, match="→"):
        read(noise)

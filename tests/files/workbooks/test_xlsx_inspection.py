"""Workbooks that are damaged, or would exhaust memory."""

import datetime as dt
import io
import zipfile

import pytest

import workbook_files
from each_case import each_case
from pb2b_notebook import errors
from read_files import read

FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


HOSTILE = {
    "spaces that unpack to 3 GiB": lambda: workbook_files.workbook_with_false_size(200, claimed=200 << 24),
    "spaces that unpack to 1,000 times their size": lambda: workbook_files.workbook_with_false_size(17, 17 << 24),
    "two cells in opposite corners": lambda: workbook_files.with_cells(FAR),
    "rows without end": lambda: workbook_files.with_cells(b'<row r="4294967290"><c><v>1</v></c></row>'),
    "places in a code": lambda: workbook_files.with_cells(b'<row r="1"><c r="&#65;1"><v>1</v></c></row>'),
    "a long text in very many cells": lambda: workbook_files.sharing(b"a" * 1_000_000, 3_000),
}


@each_case("name", HOSTILE)
def test_a_workbook_that_would_exhaust_memory_is_refused(name):
    data = HOSTILE[name]()
    assert len(data) < 5_000_000
    with pytest.raises(errors.FileLimitError, match="→"):
        read(data)


def test_a_member_that_decompresses_to_more_than_it_claims_is_refused():
    with pytest.raises(errors.DamagedFileError, match="damaged"):
        read(workbook_files.workbook_with_false_size(10, claimed=1000))


def test_nested_entities_are_not_expanded():
    entities = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaa"><!ENTITY b "&a;&a;&a;">]>'
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    with pytest.raises(errors.DamagedFileError, match="damaged"):
        read(workbook_files.with_member([entities, workbook_files.HEAD[21:], cell, workbook_files.TAIL]))


def test_a_strict_workbook_is_read_with_its_colours_and_times():
    """Excel saves "Strict Open XML": there, a part of a colour is a percentage, and times have sixteen digits."""
    cells = b'<row r="1"><c r="A1" t="str"><v>at</v></c><c r="B1" t="str"><v>day</v></c></row>'
    times = (
        b'<row r="2"><c r="A2" t="d"><v>10:59:59.9999999999984025</v></c><c r="B2" t="d"><v>2026-03-10</v></c></row>'
    )
    colour = (
        b'<a:theme xmlns:a="http://purl.oclc.org/ooxml/drawingml/main"><a:scrgbClr r="50%" g="0%" b="0%"/></a:theme>'
    )
    data = workbook_files.with_member([colour], "xl/theme/theme1.xml", workbook_files.with_cells(cells + times))
    assert read(data).rows() == [("11:00:00", dt.date(2026, 3, 10))]


def test_damaged_workbooks_are_refused():
    whole = workbook_files.of_rows(["a"], [1])
    flipped = bytearray(whole)
    flipped[len(whole) // 3] ^= 0xFF
    for data in (whole[:-100], whole[:1000], bytes(flipped)):
        with pytest.raises(errors.DamagedFileError, match="damaged or incomplete"):
            read(data)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("leads.csv", "a,b")
    with pytest.raises(errors.DamagedFileError, match="unpack it first"):
        read(file.getvalue())
    with pytest.raises(errors.DamagedFileError, match="no cells"):
        read(workbook_files.of_rows())

"""Workbooks as other programs write them, and hostile ones."""

import io
import struct
import zipfile
import zlib

import openpyxl
import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def of_rows(*rows, title="Tabelle1", merged=()):
    """Return the bytes of a workbook with these rows and merged ranges."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(row)
    for cells in merged:
        page.merge_cells(cells)
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def resaved(data):
    """Return the workbook after another program opened and saved it."""
    return saved(openpyxl.load_workbook(io.BytesIO(data)))


def calculated():
    """Return a workbook with calculated formulas, one of which gives an error."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["a", "twice", "bad"])
        page.write_number(1, 0, 1)
        page.write_formula(1, 1, "=A2*2", None, 2)
        page.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    return file.getvalue()


def with_member(pieces, name=SHEET, data=None):
    """Return a workbook with one member replaced."""
    source = zipfile.ZipFile(io.BytesIO(data or of_rows(["a"], [1])))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in source.namelist():
            if one != name:
                archive.writestr(one, source.read(one))
        with archive.open(name, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
    return file.getvalue()


def with_cells(cells):
    return with_member([HEAD, cells, TAIL])


def sharing(text, cells):
    """Return a workbook in which this number of cells share a text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_string(0, 0, "a")
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, cells + 1))
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>' + text + b"</t></si></sst>"
    )
    return with_member([HEAD, rows, TAIL], data=with_member([strings], "xl/sharedStrings.xml", file.getvalue()))


def workbook_with_false_size(blocks, claimed):
    """Return a workbook whose sheet is this number of blocks of 16 MiB of spaces, and claims another size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * (1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)  # can be repeated
    packed = block * blocks + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    file = io.BytesIO(with_member([b"<>"]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", packed)
        local = archive.getinfo("xl/worksheets/sheet2.xml").header_offset
    data = bytearray(file.getvalue())
    central = data.rindex(b"PK\x01\x02")
    checksum = zlib.crc32(b" " * min(claimed, 1 << 24))
    for method, sizes in ((local + 8, local + 14), (central + 10, central + 16)):
        struct.pack_into("<H", data, method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<III", data, sizes, checksum, len(packed), claimed)
    return bytes(data)

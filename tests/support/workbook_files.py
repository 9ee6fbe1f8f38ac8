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


def record(kind, data=b""):
    """Return a record of an XLSB part."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(data)
    groups = [size >> shift & 0x7F for shift in (0, 7, 14, 21) if size >> shift or not shift]
    return head + bytes(group | 0x80 for group in groups[:-1]) + bytes(groups[-1:]) + data


def binary(*cells, shared=(), style=None, of_1904=False):
    """Return an XLSB workbook: cells are a row and a column, from 0, and a text, the number of a shared one, or a date.

    A date is its serial, as a float, or as an integer of bytes where it is packed (RK). A fourth item is the number of
    the style, 0 for none and 1 for a date; ``style`` is the format of dates instead of the built-in one.
    """

    def text(value):
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    records, last = [], None
    for row, column, value, *styles in cells:
        if row != last:
            records.append(record(0, struct.pack("<I", row) + bytes(13)))
        last = row
        number = 0
        if isinstance(value, str):
            kind, data = 6, text(value)
        elif isinstance(value, int):
            kind, data = 7, struct.pack("<I", value)
        else:
            number = styles[0] if styles else 1
            kind, data = (5, struct.pack("<d", value)) if isinstance(value, float) else (2, value)
        records.append(record(kind, struct.pack("<II", column, number) + data))
    extent = struct.pack("<IIII", 0, 1, 0, 1)
    sheet = [record(129), record(148, extent), record(145), *records, record(146), record(130)]
    entry = struct.pack("<II", 0, 1) + text("rId1") + text("Tabelle1")
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f'<Relationship Id="rId%d" Type="{kinds}/%s" Target="%s"/>'
    targets = ("worksheet", "worksheets/sheet1.bin"), ("sharedStrings", "sharedStrings.bin")
    relations = "".join(relation % (number, *target) for number, target in enumerate(targets, 1))
    head = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    items = b"".join(record(19, b"\0" + text(one)) for one in shared)
    return zipped(
        {
            "xl/workbook.bin": record(131)
            + record(153, struct.pack("<II", of_1904, 0) + text(""))
            + record(143)
            + record(156, entry)
            + record(144)
            + record(132),
            "xl/_rels/workbook.bin.rels": f"{head}{relations}</Relationships>",
            "xl/worksheets/sheet1.bin": b"".join(sheet),
            # The second style shows a number as a date, by the built-in format 14.
            "xl/styles.bin": record(278)
            + (b"" if style is None else record(44, struct.pack("<H", 164) + text(style)))
            + record(617, struct.pack("<I", 2))
            + b"".join(record(47, struct.pack("<HH", 0, of) + bytes(12)) for of in (0, 14 if style is None else 164))
            + record(618)
            + record(279),
            "xl/sharedStrings.bin": record(159, struct.pack("<II", len(shared), len(shared))) + items + record(160),
        }
    )


def open_document(rows, **members):
    """Return an ODS workbook with these rows of XML."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = f'<table:table table:name="Tabelle1">{rows}</table:table>'
    content = f"<office:spreadsheet>{body}</office:spreadsheet>"
    content = f"<office:document-content {names}><office:body>{content}</office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    parts = {"META-INF/manifest.xml": manifest, "content.xml": f'<?xml version="1.0"?>{content}'}
    return zipped({"mimetype": kind, **parts, **members})


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


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

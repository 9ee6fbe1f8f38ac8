"""``pb.read_leads``: files without leads, the report, and errors."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pyarrow as pa
import pytest
from pyarrow import parquet

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from read_files import read


@each_case(
    ("data", "part"),
    [
        (b"", "empty"),
        (b" \n\n \t\n", "is blank"),
        (b"\xef\xbb\xbf", "is blank"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"%PDF-1.4", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "Excel 4 or older"),
        (b"<!DOCTYPE html><table>", "web page"),
        (b'<?xml version="1.0"?><office:document xmlns:office="urn:x">', "LibreOffice"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "LibreOffice"),
        (b"PAR1" + bytes(20), "Parquet"),
        (b"[]", "is blank"),
        (bytes(2000), "not text"),
        (b"Name,Email\nA\0B C,ab@c.example\nDora Dee,d@d.example\0\n", "NUL"),
        (bytes(range(256)) * 20, "not text"),
    ],
)
def test_files_without_leads_are_refused(data, part):
    with pytest.raises(errors.DamagedFileError, match=part):
        read(data)


@each_case(
    ("part", "kind", "repair"),
    [
        ("Index/Document.iwa", "Numbers", "export it as Excel"),
        ("word/document.xml", "Word", "copy the table"),
        ("ppt/presentation.xml", "presentation", "copy the table"),
        ("list.csv", "ZIP archive", "unpack it"),
    ],
)
def test_a_document_of_another_program_is_named(part, kind, repair):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(part, "")
    with pytest.raises(errors.DamagedFileError, match=f"(?s){kind}.*{repair}"):
        read(file.getvalue())


def parquet_file(**columns):
    file = io.BytesIO()
    parquet.write_table(pa.table(columns), file)
    return file.getvalue()


def test_decimals_times_and_uuids_of_databases_are_read_from_parquet():
    ids = pa.array([Decimal(7), None], pa.decimal128(38, 0))
    amounts = pa.array([Decimal("10.10"), None], pa.decimal128(18, 2))
    times = pa.array([dt.time(9, 30), None], pa.time64("us"))
    uuids = pa.array([bytes(15) + b"\x05", None], pa.binary(16)).cast(pa.uuid())
    frame = read(parquet_file(id=ids, amount=amounts, at=times, key=uuids))
    assert frame.rows() == [(7, 10.1, "09:30:00", "00000000-0000-0000-0000-000000000005"), (None,) * 4]
    with pytest.raises(errors.InvalidParameterError, match="more digits than files store"):
        read(parquet_file(amount=pa.array([Decimal("12345678901234567.89")])))


def test_parquet_with_texts_that_are_not_utf8_is_damaged():
    texts = pa.array([b"caf\xe9", b"ok"], pa.binary()).view(pa.string())
    with pytest.raises(errors.DamagedFileError, match="damaged"):
        read(parquet_file(city=texts))


def test_the_report_is_printed_and_kept(caplog):
    caplog.set_level("INFO", "pb2b_notebook")
    df = pb.read_leads("Mail;Mail\n<b>;2\n".encode("utf-16"))
    [line] = caplog.messages
    assert line.startswith(
        "buffer: 1 row × 2 columns; CSV, in utf-16, delimiter ';', header in line 1; 1 column with the name"
    )
    provenance = pb.provenance(df)
    assert provenance.file.summary == line
    assert line in repr(provenance)
    assert "<b>" not in provenance.file._repr_html_() + repr(provenance)
    assert provenance.operation == "read_leads"


def test_errors_contain_no_cells():
    canary = "canary-7f3a"
    for data in (f'a,b\n"{canary},1\n', f'{{"a":"{canary}"\n', f'[{{"a":"{canary}"}},', f'{{"a":1}}\n"{canary}"\n'):
        with pytest.raises(errors.LeadFileError) as caught:
            read(data)
        assert canary not in str(caught.value)

"""``pb.read_leads``: files without leads, the report, and errors."""

import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from read_files import read


@pytest.mark.parametrize(
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
        (bytes(range(256)) * 20, "not text"),
    ],
)
def test_files_without_leads_are_refused(data, part):
    with pytest.raises(errors.DamagedFileError, match=part):
        read(data)


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

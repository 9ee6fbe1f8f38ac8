"""A loop of sectors in an XLS workbook is a damaged file, not a process that is killed for its memory."""

import io
import struct

import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.files.workbooks.compound_files import check_chains

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def compound_file(table, *, directory=1, small=END, further=END, kind=5, first=END, size=0):
    """A compound file of sectors of 512 bytes: the table is in the first one, the directory in the second."""
    header = struct.pack("<8s16xHHHHH10xI", bytes.fromhex("d0cf11e0a1b11ae1"), 0x3E, 3, 0xFFFE, 9, 6, 1)
    header += struct.pack("<I4xIIIII", directory, 4096, small, 0, further, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    entry = struct.pack("<66xB49xII4x", kind, first, size).ljust(512, b"\0")
    return header + struct.pack("<128I", *table, *[FREE] * (128 - len(table))) + entry + bytes(1024)


@pytest.mark.parametrize(
    "data",
    [
        compound_file([0xFFFFFFFD, 1]),
        compound_file([0xFFFFFFFD, 2, 3, 1]),
        compound_file([0xFFFFFFFD, END, 3, 2], first=2),
        compound_file([0xFFFFFFFD, END, 2], small=2),
        compound_file([0xFFFFFFFD, END, END, END], kind=2, first=0, size=100, small=3),
        compound_file([0xFFFFFFFD, END], further=3),
    ],
)
def test_a_loop_is_a_damaged_file(data, tmp_path):
    path = tmp_path / "list.xls"
    path.write_bytes(data)
    with pytest.raises(errors.DamagedFileError, match="the workbook is damaged → open it"):
        pb.read_leads(path, quiet=True)


@each_case(
    "data", [b"", b"PK", compound_file([0xFFFFFFFD, 2, END]), compound_file([0xFFFFFFFD, 900]), compound_file([])[:700]]
)
def test_other_files_pass(data):
    check_chains(io.BytesIO(data))


def test_an_encrypted_workbook_needs_a_password(tmp_path):
    entries = [("Root Entry", 5, 1, END, 0), ("Workbook", 2, FREE, 2, 4096)]
    directory = b"".join(
        struct.pack(
            "<64sHBBIII36xIQ", name.encode("utf-16-le"), 2 * len(name) + 2, kind, 1, FREE, FREE, child, first, size
        )
        for name, kind, child, first, size in entries
    )
    table = [0xFFFFFFFD, END, *range(3, 10), END]
    records = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0, 0, 0, 0) + struct.pack("<HH", 0x2F, 54) + bytes(54)
    data = compound_file(table)[:1024] + directory.ljust(512, b"\0") + records.ljust(4096, b"\0")
    path = tmp_path / "list.xls"
    path.write_bytes(data)
    with pytest.raises(errors.ProtectedFileError, match="password"):
        pb.read_leads(path, quiet=True)

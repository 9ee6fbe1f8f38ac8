"""The line with the column names."""

import pytest

from pb2b_notebook import errors
from read_files import codes, read, report


def test_headers_are_found():
    df = read("Our leads 2026\n\nName,Mail\nAda,a@example.com\nBob,b@example.com\n")
    assert (report(df).header, codes(df), df.columns) == (3, {"preamble"}, ["Name", "Mail"])
    df = read("a@example.com,Ada\nb@example.com,Bob\n")
    assert (report(df).header, df.columns, len(df)) == (None, ["column_1", "column_2"], 2)
    df = read("Mail,Mail, Mail ,,mail\n1,2,3,4,5\n")
    assert df.columns == ["Mail", "Mail_2", "Mail_3", "column_4", "mail"]
    assert codes(df) == {"duplicate_header", "unnamed_column"}
    assert read("x\na,b\n1,2\n", header=2).columns == ["a", "b"]
    assert read("a,b\n1,2\n", header=False).rows() == [("a", "b"), ("1", "2")]
    for bad in (0, -1, 4, True, "1"):
        with pytest.raises(errors.InvalidParameterError, match="from 1 to 3"):
            read("a,b\n1,2\n3,4\n", header=bad)

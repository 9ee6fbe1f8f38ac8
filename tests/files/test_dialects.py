"""Delimiters of CSV files."""

import pytest

from pb2b_notebook import errors
from read_files import read, report


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_detected(delimiter):
    lines = [["name", "price", "note"], ["Ada", "1,5", "a; b | c"], ["Bob", "2,5", ""], ["Cy, Jr.", "3", "x"]]
    quoted = [[f'"{cell}"' if set(cell) & set(",;|") else cell for cell in line] for line in lines]
    df = read("\n".join(map(delimiter.join, quoted)))
    assert report(df).delimiter == delimiter
    assert [[cell or "" for cell in row] for row in df.rows()] == lines[1:]


def test_a_delimiter_from_the_file_or_the_caller_is_used():
    df = read("sep=;\nName;Mail\nAda;a@example.com\n")
    assert (df.rows(), report(df).header) == ([("Ada", "a@example.com")], 2)
    assert read("a~b\n1~2\n", delimiter="~").rows() == [("1", "2")]
    for bad in ("", ",,", '"', "\n", 5):
        with pytest.raises(errors.InvalidParameterError, match="one character"):
            read("a,b\n", delimiter=bad)

"""Delimiters of CSV files."""

import pytest

from each_case import each_case
from pb2b_notebook import errors
from read_files import read, report


@each_case("delimiter", [",", ";", "\t", "|"])
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


@each_case(
    ("delimiter", "text"),
    [
        (",", "name,tags\nAda,a;b;c\nBob,x;y;z\nCy,q;r;s\n"),
        (",", "name,tags\nAda,a;b\nBob,c;d\nCy,e;f\n"),
        (",", 'name,tags\nAda,"a;b;c"\nBob,"x;y;z"\n'),
        (",", "email,tags\na@example.com,a|b|c\nb@example.com,d|e|f\n"),
        (",", "email,tags\na@example.com,a\tb\nb@example.com,c\td\n"),
        (",", "id,roles,groups\n1,a;b;c,d;e;f\n2,a;b;c,d;e;f\n3,a;b;c,d;e;f\n"),
        (",", "ada@example.com,x;y\nbob@example.com,z;w\n"),
        (";", "email;tags\na@example.com;a,b\nb@example.com;c,d\n"),
        ("\t", "email\ttags\na@example.com\ta;b\nb@example.com\tc;d\n"),
        ("|", "email|tags\na@example.com|a;b\nb@example.com|c;d\n"),
        (";", "name;address\nAda;Main St 1, Berlin, DE\nBob;Main St 2, Bonn, DE\n"),
        (";", "name;price\nAda;1,5\nBob;2,5\n"),
        (";", "Leads, 2026\nname;price\nAda;1,5\nBob;2,5\n"),
    ],
)
def test_characters_within_cells_are_not_the_delimiter(delimiter, text):
    assert report(read(text)).delimiter == delimiter

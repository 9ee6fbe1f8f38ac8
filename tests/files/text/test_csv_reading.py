"""CSV files of other people and programs."""

import json

import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import errors
from read_files import codes, read, report


def test_ragged_rows_are_kept_and_reported():
    df = read("a,b,c\n1,2\n1,2,3\n1,2,3,4,5\n\n1,2,3\n")
    assert df.columns == ["a", "b", "c", "unparsed"]
    assert df.rows()[0] == ("1", "2", None, None)
    assert json.loads(df["unparsed"][2]) == {"(extra)": ["4", "5"]}
    assert df.rows()[3] == (None,) * 4
    rows = {finding.code: finding.rows for finding in report(df).findings}
    assert rows == {"short_rows": (0,), "long_rows": (2,)}


def test_quotes_are_read_strictly_or_leniently():
    assert read('a,b\n"x\ny, ""z""",1\n').rows() == [('x\ny, "z"', "1")]
    assert read('a,b\n"x \\"y\\" z",1\n').rows() == [('x "y" z', "1")]
    assert read('a,b\n5" pipe,1\n').rows() == [('5" pipe', "1")]
    assert codes(read('a,b\n"x "y" z",1\n"p",2\n')) == {"loose_quotes"}
    with pytest.raises(errors.DamagedFileError, match="line 3 is never closed"):
        read('a,b\n1,2\n"x,1\n3,4\n')
    with pytest.raises(errors.DamagedFileError, match="line 2 is never closed"):
        read('a,b\n"x,1\n3,4\n')


@each_case(
    ("text", "line"),
    [
        ('a,b\n"two\nlines",1\n"x,1\n3,4\n', 4),
        ('a,b\n"two\nlines","x\n3,4\n', 3),
        ('a,b\r\n1,2\r\n"x,1\r\n3,4', 3),
        ('a,b\r1,2\r"x,1\r3,4\r', 3),
        ('sep=,\na,b\n1,2\n"x,1\n', 4),
        ('\n\na,b\n1,\u20282\n\n"x', 6),
    ],
)
def test_the_line_of_a_quote_is_the_one_that_an_editor_shows(text, line):
    with pytest.raises(errors.DamagedFileError, match=rf"quote in line {line} is never closed"):
        read(text)


def test_quotes_behind_a_space_are_quotes_where_the_rows_agree():
    assert read(b'Name, Note\nAda, "x, y"\nBo, z\n').rows() == [("Ada", "x, y"), ("Bo", "z")]
    assert read(b'Name, "Note"\nAda, "x"\n').to_dict(as_series=False) == {"Name": ["Ada"], "Note": ["x"]}
    assert read(b'Name,Note\nAda,"x, ""y"" z"\nBo," ""q"""\n').rows() == [("Ada", 'x, "y" z'), ("Bo", ' "q"')]


def test_text_is_not_guessed_to_be_numbers():
    df = read("code,plz,phone,n,email\n007,01067,+4930901820,1.50,a@example.com\n")
    assert df.rows() == [("007", "01067", "+4930901820", "1.50", "a@example.com")]
    df = read("email,score,tags,created_at\na@example.com,7,a;b,2026-03-10T12:00:00Z\nb@example.com,,,\n")
    assert df.schema["score"] == pl.Int64
    assert df["tags"].to_list() == [["a", "b"], None]
    assert df.schema["created_at"] == pl.Datetime("us", "UTC")
    df = read("email,score\na@example.com,7\nb@example.com,high\n")
    assert df["score"].to_list() == ["7", "high"]
    assert codes(df) == {"left_as_it_is"}


def test_formula_guards_of_other_programs_are_removed():
    df = read("a,b\n'=1+1,'tis\n'+49,''\n'007,'2026-03-10\n")
    assert df.rows() == [("=1+1", "'tis"), ("+49", "''"), ("007", "2026-03-10")]
    assert codes(df) == {"unguarded"}


def test_too_many_columns_are_refused():
    with pytest.raises(errors.FileLimitError, match="16,384 cells"):
        read("," * 100_000)


def test_a_file_with_only_a_header_is_read():
    for text in ("email;name\n", "email;name"):
        df = read(text)
        assert (df.columns, len(df)) == (["email", "name"], 0)

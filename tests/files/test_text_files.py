"""CSV and JSON Lines of other people and programs."""

import io
import json
import os

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors

HEADER, ROW = "Name;Stadt;Betrag", "Jürgen;Köln;1,50 €"
WORDS = {
    "cp1252": ["Jürgen Großmann;Köln", "François Lefèvre;Besançon", "Begoña Muñoz;Málaga", "Åsa Öberg;Malmö"],
    "cp1250": ["Řehoř Černý;Plzeň", "Zażółć Gęślą;Łódź", "Gábor Őrsi;Győr", "Žofie Šťastná;Děčín"],
    "iso8859_2": ["Řehoř Černý;Plzeň", "Łukasz Wiśniewski;Łódź", "Tomáš Hořejší;Ústí"],
    "mac_roman": ["Jürgen Großmann;Köln", "François Lefèvre;Besançon", "Begoña Muñoz;Málaga"],
    "cp850": ["Jürgen Großmann;Köln", "Günter Höß;Fürth", "Käthe Bär;Lübeck"],
    "cp1257": ["Jānis Bērziņš;Rīga", "Kęstutis Žukauskas;Šiauliai", "Žydrūnė Šimkutė;Telšiai"],
    "cp1255": ["דוד כהן;תל אביב", "שרה לוי;ירושלים", "משה פרץ;חיפה"],
    "cp1251": ["Иван Петров;Москва", "Ольга Сидорова;Киев", "Пётр Ильин;Тверь", "Анна Белова;Минск"],
    "cp1253": ["Γιώργος Παπαδόπουλος;Αθήνα", "Μαρία Νικολάου;Πάτρα", "Ελένη Γεωργίου;Βόλος"],
    "cp1254": ["Ayşe Yılmaz;İzmir", "Çağrı Şahin;Ankara", "Işıl Öztürk;Muğla", "Gökhan Güneş;Iğdır"],
    "koi8_r": ["Иван Петров;Москва", "Ольга Сидорова;Киев", "Пётр Ильин;Тверь", "Анна Белова;Минск"],
    "cp932": ["田中太郎;株式会社東京", "鈴木花子;大阪商事", "佐藤一郎;名古屋製作所"],
    "gb18030": ["王小明;北京科技有限公司", "李娜;上海贸易公司", "张伟;广州市"],
    "cp949": ["김철수;서울상사", "이영희;부산무역", "박민수;대구시"],
}


def read(data, **options):
    data = data.encode() if isinstance(data, str) else data
    return pb.read_leads(data, frame="polars", quiet=True, **options)


def report(frame):
    return pb.provenance(frame).file


def codes(frame):
    return {finding.code for finding in report(frame).findings}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_detected(encoding, end):
    df = read(end.join([HEADER, ROW, ROW, ""]).encode(encoding))
    assert df.rows() == [("Jürgen", "Köln", "1,50 €")] * 2
    assert report(df).encoding.startswith(("utf-", "windows-1252 (guessed)"))
    assert report(df).delimiter == ";"
    assert codes(df) == set()


@pytest.mark.parametrize("encoding", WORDS)
def test_encodings_are_guessed(encoding):
    lines = WORDS[encoding] * 5
    df = read("\n".join(["name;city", *lines]).encode(encoding))
    assert [";".join(row) for row in df.rows()] == lines
    assert report(df).encoding.endswith("(guessed)")


@pytest.mark.parametrize("name", ["O’Neill", "50 €", "a – b", "“Ada”", "José", "Strauß", "Citroën", "Café ©", "MÜLLER"])
def test_one_western_word_shows_the_code_page(name):
    df = read(f"name,n\n{name},1\n".encode("cp1252"))
    assert df["name"].to_list() == [name]


def test_hungarian_is_not_read_as_portuguese():
    lines = ["Erdős Győző;Kőszeg", "Lőrinc Ernő;Győr"]
    assert [";".join(row) for row in read("\n".join(["name;city", *lines]).encode("cp1250")).rows()] == lines
    lines = ["João Simões;São Paulo", "Inês Leões;Camões"]
    assert [";".join(row) for row in read("\n".join(["name;city", *lines]).encode("cp1252")).rows()] == lines


def test_two_encodings_in_one_file_are_read():
    df = read(b"name,city\nJ\xc3\xbcrgen,K\xc3\xb6ln\nJ\xfcrgen,K\xf6ln\n")
    assert df.rows() == [("Jürgen", "Köln")] * 2
    assert codes(df) == {"mixed_encodings"}


def test_unpaired_surrogates_are_replaced_or_refused():
    df = read(b"name,city\nAda,K\xc3\xb6ln\n\xed\xa0\x80,x\n")
    assert df["name"].to_list() == ["Ada", "\ufffd" * 3]
    assert codes(df) & {"undecodable", "mixed_encodings"}
    df = read(b'{"a":"\\ud800","b":1}\n')
    assert df.rows() == [(1, '{"a":"\\ud800"}')]
    halved = pd.DataFrame({"a": pd.Series(["\ud800"], dtype=object)})
    with pytest.raises(errors.InvalidParameterError, match="cannot be saved"):
        pb.save_leads(halved, io.BytesIO(), format="csv")


def test_an_encoding_that_does_not_fit_is_refused():
    with pytest.raises(errors.DamagedFileError, match="not encoded in utf-8"):
        read(f"{HEADER}\n{ROW}".encode("cp1252"), encoding="utf-8")
    for name in ("utf-9", "rot13", "hex", "undefined", "", "\0"):
        with pytest.raises(errors.InvalidParameterError, match="unknown encoding"):
            read("a,b\n1,2\n", encoding=name)


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


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "empty"),
        (b" \n\n \t\n", "is blank"),
        (b"\xef\xbb\xbf", "is blank"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"%PDF-1.4", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"<!DOCTYPE html><table>", "web page"),
        (b"PAR1" + bytes(20), "Parquet"),
        (b"[]", "is blank"),
        (bytes(2000), "not text"),
        (bytes(range(256)) * 20, "not text"),
    ],
)
def test_files_without_leads_are_refused(data, part):
    with pytest.raises(errors.DamagedFileError, match=part):
        read(data)


def test_too_many_columns_are_refused():
    with pytest.raises(errors.FileLimitError, match="16,384 cells"):
        read("," * 100_000)


def test_a_file_with_only_a_header_is_read():
    for text in ("email;name\n", "email;name"):
        df = read(text)
        assert (df.columns, len(df)) == (["email", "name"], 0)


def test_json_lines_and_arrays_are_read():
    lines = [
        '{"email":"a@example.com","score":7,"tags":["a"],"custom_fields":{"budget":5},"x":1.5}',
        '{"email":"b@example.com","score":"high"}',
    ]
    df = read("\n".join(lines))
    assert df.columns == ["email", "score", "tags", "custom_budget", "x", "unparsed"]
    assert df["unparsed"].to_list() == [None, '{"score":"high"}']
    assert codes(df) == {"misfits"}
    assert read(f"[{','.join(lines)}]").equals(df)
    assert read("\n".join(lines).encode("utf-16")).equals(df)
    assert read("\ufeff" + "\n\n".join(lines)).equals(df)
    assert read('{\n "a": 1\n}\n').rows() == [(1,)]
    assert read('{"unparsed":"mine","score":"x"}').rows() == [(None, '{"unparsed":"mine","score":"x"}')]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ('{"a":', "broken JSON"),
        ("[1]", "not a JSON object"),
        ('{"a":NaN}', "NaN"),
        ('{"a":1,"a":2}', "twice"),
        (f'{{"a":{"[" * 100_000}{"]" * 100_000}}}', "nested too deeply"),
    ],
)
def test_broken_json_names_its_record(line, part):
    with pytest.raises(errors.DamagedFileError, match=f"record 2 .*{part}"):
        read(f'{{"a":1}}\n{line}\n')


def test_paths_that_cannot_be_read_are_refused(tmp_path):
    (tmp_path / "leads.csv").write_text("a,b\n1,2\n")
    (tmp_path / "leads.xlsx").write_text("a,b\n1,2\n")
    for path, kind, part in [
        (tmp_path / "leds.csv", errors.LeadFileNotFoundError, "did you mean 'leads.csv'"),
        (tmp_path / "no" / "leads.csv", errors.LeadFileNotFoundError, "folder does not exist"),
        (tmp_path, errors.LeadFileError, "is a folder → pass one of its files, such as leads.csv"),
        (os.devnull, errors.LeadFileError, "not a regular file"),
        ("a\0b.csv", errors.LeadFileError, "cannot be read"),
        (tmp_path / "leads.xlsx", errors.DamagedFileError, "not a workbook.* format='csv'"),
        (5, errors.InvalidParameterError, "a path, bytes or an open file"),
    ]:
        with pytest.raises(kind, match=part):
            pb.read_leads(path)
    assert len(pb.read_leads(tmp_path / "leads.xlsx", format="csv", quiet=True)) == 1
    (tmp_path / "leads.xslx").write_text("a,b\n")
    with pytest.raises(errors.UnknownFormatError, match=r"did you mean '\.xlsx'"):
        pb.read_leads(tmp_path / "leads.xslx")
    for options, part in [
        ({"sheet": "A"}, "no sheet"),
        ({"frame": "dask"}, "dask"),
        ({"format": "xls"}, "unknown format"),
    ]:
        with pytest.raises(errors.UsageError if "format" not in options else errors.UnknownFormatError, match=part):
            pb.read_leads(tmp_path / "leads.csv", **options)


def test_open_files_are_read(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_bytes("name,city\nJürgen,Köln\n".encode("cp1252"))
    with path.open("rb") as file:
        assert pb.read_leads(file, quiet=True)["name"].tolist() == ["Jürgen"]
    with path.open(encoding="cp1252") as file:
        assert pb.read_leads(file, quiet=True)["name"].tolist() == ["Jürgen"]
    with path.open(encoding="utf-8") as file, pytest.raises(errors.DamagedFileError, match='mode "rb"'):
        pb.read_leads(file)


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

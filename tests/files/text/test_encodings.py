"""Encodings of text files: detected, guessed, mixed, or wrong."""

import io

import pandas as pd
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from read_files import codes, read, report

HEADER, ROW = "Name;Stadt;Betrag", "Jürgen;Köln;1,50 €"
WORDS = {
    "cp1252": ["Jürgen Großmann;Köln", "François Lefèvre;Besançon", "Begoña Muñoz;Málaga", "Åsa Öberg;Malmö"],
    "cp1250": ["Řehoř Černý;Plzeň", "Zażółć Gęślą;Łódź", "Gábor Őrsi;Győr", "Žofie Šťastná;Děčín"],
    "iso8859_2": ["Řehoř Černý;Plzeň", "Łukasz Wiśniewski;Łódź", "Tomáš Hořejší;Ústí"],
    "mac_roman": ["Jürgen Großmann;Köln", "François Lefèvre;Besançon", "Begoña Muñoz;Málaga"],
    "cp850": ["Jürgen Großmann;Köln", "Günter Höß;Fürth", "Käthe Bär;Lübeck"],
    "cp852": ["Řehoř Černý;Plzeň", "Łukasz Wiśniewski;Łódź", "Gábor Őrsi;Győr", "Tomáš Hořejší;Ústí"],
    "mac_latin2": ["Řehoř Černý;Plzeň", "Łukasz Wiśniewski;Łódź", "Gábor Őrsi;Győr", "Tomáš Hořejší;Ústí"],
    "cp437": ["Hélène Lefèvre;Besançon", "René Fraîche;Orléans", "Zoë Crépin;Évreux"],
    "cp775": ["Kęstutis Žukauskas;Šiauliai", "Žydrūnė Šimkutė;Telšiai", "Jūratė Čepaitė;Panevėžys"],
    "cp857": ["Ayşe Yılmaz;İzmir", "Çağrı Şahin;Ankara", "Işıl Öztürk;Muğla", "Gökhan Güneş;Iğdır"],
    "koi8_u": ["Олена Ковальчук;Київ", "Андрій Їжакевич;Чернігів", "Євген Шевчук;Вінниця", "Ірина Бойко;Львів"],
    "mac_cyrillic": ["Иван Петров;Москва", "Ольга Сидорова;Киев", "Пётр Ильин;Тверь", "Анна Белова;Минск"],
    "iso8859_5": ["Иван Петров;Москва", "Ольга Сидорова;Киев", "Пётр Ильин;Тверь", "Анна Белова;Минск"],
    "euc_jp": ["田中太郎;株式会社東京", "鈴木花子;大阪商事", "佐藤ゆかり;名古屋トヨタ"],
    "big5": ["王小明;台北科技有限公司", "李美玲;高雄貿易公司", "陳志偉;台中市"],
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


@each_case("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@each_case("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_detected(encoding, end):
    df = read(end.join([HEADER, ROW, ROW, ""]).encode(encoding))
    assert df.rows() == [("Jürgen", "Köln", "1,50 €")] * 2
    assert report(df).encoding.startswith(("utf-", "windows-1252 (guessed)"))
    assert report(df).delimiter == ";"
    assert codes(df) == set()


@each_case("encoding", WORDS)
def test_encodings_are_guessed(encoding):
    lines = WORDS[encoding] * 5
    df = read("\n".join(["name;city", *lines]).encode(encoding))
    assert [";".join(row) for row in df.rows()] == lines
    assert report(df).encoding.endswith("(guessed)")


@each_case("name", ["O’Neill", "50 €", "a – b", "“Ada”", "José", "Strauß", "Citroën", "Café ©", "MÜLLER"])
def test_one_western_word_shows_the_code_page(name):
    df = read(f"name,n\n{name},1\n".encode("cp1252"))
    assert df["name"].to_list() == [name]


def test_a_japanese_name_in_a_chinese_list_leaves_the_list_chinese():
    lines = [*WORDS["gb18030"] * 40, "优の良品;上海贸易公司"]
    assert [";".join(row) for row in read("\n".join(["名称;城市", *lines]).encode("gb18030")).rows()] == lines


@pytest.mark.parametrize("encoding", ["iso2022_jp", "iso2022_kr"])
def test_an_encoding_of_mail_is_read(encoding):
    lines = WORDS[{"iso2022_jp": "cp932", "iso2022_kr": "cp949"}[encoding]]
    df = read("\n".join(["name;city", *lines]).encode(encoding))
    assert [";".join(row) for row in df.rows()] == lines
    assert report(df).encoding == encoding


def test_french_of_a_dos_program_is_read():
    lines = ["Hélène Lefèvre;Besançon", "Gaëlle Château;Orléans", "Benoît Forêt;Nîmes"]
    assert [";".join(row) for row in read("\n".join(["nom;ville", *lines]).encode("cp850")).rows()] == lines


@each_case(
    ("encoding", "text"),
    [
        *((page, "ΓΙΩΡΓΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ;ΑΘΗΝΑ") for page in ("cp1253", "iso8859-7", "cp737", "mac-greek")),
        *((page, "ИВАН ПЕТРОВ;МОСКВА") for page in ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")),
        ("koi8-u", "ОЛЕНА ШЕВЧЕНКО;КИЇВ"),
        ("cp1255", "אביטל ברקוביץ;מירון"),
        ("mac-roman", "JÜRGEN GROßMANN;KÖLN\nBÄRBEL HÖRNIG;MÜNCHEN"),
    ],
)
def test_a_list_in_capitals_is_read(encoding, text):
    lines = text.split("\n")
    assert [";".join(row) for row in read("\n".join(["NAME;CITY", *lines]).encode(encoding)).rows()] == lines


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


@each_case(
    ("data", "city"),
    [
        ("City\nKöln\n\x1a".encode(), "Köln"),
        ("City\nKöln\n".encode() + bytes(100), "Köln"),
        ("\ufeff\ufeffCity\nKöln\n".encode(), "Köln"),
        ("City\nKöln Süd".encode() + b"\xc3", "Köln Süd\ufffd"),
        (b"City\nOrl\xe9", "Orlé"),
    ],
)
def test_what_surrounds_a_text_or_is_cut_off_its_end_leaves_its_encoding(data, city):
    assert read(data).to_dict(as_series=False) == {"City": [city]}


def test_an_encoding_that_does_not_fit_is_refused():
    with pytest.raises(errors.DamagedFileError, match="not encoded in utf-8"):
        read(f"{HEADER}\n{ROW}".encode("cp1252"), encoding="utf-8")
    for name in ("utf-9", "rot13", "hex", "undefined", "", "\0"):
        with pytest.raises(errors.InvalidParameterError, match="unknown encoding"):
            read("a,b\n1,2\n", encoding=name)

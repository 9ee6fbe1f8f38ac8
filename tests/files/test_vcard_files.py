"""vCards of phones, Outlook and Apple."""

import logging

import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from read_files import codes, read

OUTLOOK = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCnk;J=C3=B6rg;;Dr.;
FN;CHARSET=UTF-8;encoding=quoted-printable:Dr. J=C3=B6rg M=C3=BCnk
TEL;WORK:030 901820
TEL;CELL;PREF:+49 170 1234567
EMAIL;INTERNET;PREF:joerg@demo.example
ORG;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Demo M=FCnk und S=F6hne =
GmbH;Einkauf
ADR;WORK:;;Hauptstr. 1;Berlin;;10115;Deutschland
NOTE;ENCODING=QUOTED-PRINTABLE:Messe=0D=0ABitte nicht mehr anrufen
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
 AAAAA

END:VCARD
"""
APPLE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.0//EN
N:Demo;Ada;;;
FN:Ada Demo
ORG:Engines\\, Ltd.;
item1.EMAIL;type=INTERNET:ada.home@demo.example
item2.EMAIL;type=INTERNET;type=WORK;type=pref:ada@demo.example
item2.X-ABLabel:_$!<Work>!$_
TEL;type=WORK;type=FAX:+44 20 7946 0001
URL;type=WORK:https\\://demo.example
X-SOCIALPROFILE;type=linkedin:https://www.linkedin.com/in/ada-demo
NOTE:Met at the fair\\nlikes numbers\\; and
  letters
END:VCARD
"""
NEXTCLOUD = """BEGIN:VCARD
VERSION:4.0
FN:Grace Demo
TEL;VALUE=uri;PREF=1;TYPE="voice,work":tel:+1-202-555-0101;ext=17
EMAIL:mailto:grace@demo.example
CATEGORIES:VIP,Fair 2026
X-SHOE-SIZE:38
END:VCARD
"""


def test_cards_of_three_versions_are_rows_of_one_frame():
    df = read(OUTLOOK + APPLE + NEXTCLOUD)
    assert [row["Full name"] for row in df.to_dicts()] == ["Dr. Jörg Münk", "Ada Demo", "Grace Demo"]
    joerg, ada, grace = ({name: text for name, text in row.items() if text} for row in df.to_dicts())
    assert joerg == {
        "First name": "Jörg", "Last name": "Münk", "Full name": "Dr. Jörg Münk", "Name prefix": "Dr.",
        "Email": "joerg@demo.example", "Mobile phone": "+49 170 1234567", "Work phone": "030 901820",
        "Company": "Demo Münk und Söhne GmbH", "Department": "Einkauf",
        "Street": "Hauptstr. 1", "City": "Berlin", "Postal code": "10115", "Country": "Deutschland",
        "Notes": "Messe\r\nBitte nicht mehr anrufen",
    }  # fmt: skip
    assert ada == {
        "First name": "Ada", "Last name": "Demo", "Full name": "Ada Demo", "Company": "Engines, Ltd.",
        "Email": "ada@demo.example", "Email 2": "ada.home@demo.example", "Fax": "+44 20 7946 0001",
        "Website": "https://demo.example", "LinkedIn": "https://www.linkedin.com/in/ada-demo",
        "Notes": "Met at the fair\nlikes numbers; and letters",
    }  # fmt: skip
    assert grace == {
        "Full name": "Grace Demo", "Work phone": "+1-202-555-0101 ext. 17", "Email": "grace@demo.example",
        "Categories": "VIP,Fair 2026", "Shoe size": "38",
    }  # fmt: skip
    assert codes(df) == {"left_out"}  # the photo


def test_each_column_of_a_person_is_mapped(ws):
    df = read(OUTLOOK + APPLE)
    fields = pb.Mapping.suggest(df, ws.lead_fields.list()).columns
    assert {fields[name] for name in ("Email", "Full name", "Company", "City", "Country", "Website", "LinkedIn")} == {
        "email", "full_name", "company_name", "city", "country", "website", "linkedin_url"
    }  # fmt: skip
    assert fields["Mobile phone"] == "phone"


def test_a_card_is_known_by_its_content_in_any_encoding(tmp_path):
    path = tmp_path / "contacts.txt"
    for encoding in ("utf-8-sig", "utf-16"):
        path.write_bytes(APPLE.encode(encoding))
        df = pb.read_leads(path, frame="polars", quiet=True)
        assert (pb.provenance(df).file.format, df["Last name"].to_list()) == ("vcard", ["Demo"])
        assert pb.provenance(df).file.first_line is None
    latin = "BEGIN:VCARD\r\nN:Müller;Jörg\r\nEND:VCARD\r\n".encode("cp1252")
    assert read(latin)["Last name"].to_list() == ["Müller"]


def test_what_cannot_be_read_is_kept_and_reported_and_never_logged(caplog):
    broken = APPLE.replace("URL;", "\na line with an error\nURL;") + "A note between\n" + NEXTCLOUD[:-10]
    with caplog.at_level(logging.DEBUG):
        df = read(broken)
    assert df["unparsed"].to_list() == ['{"line 12": "a line with an error"}', None]
    assert df["Website"].to_list() == ["https://demo.example", None]
    assert codes(df) == {"unreadable_lines", "incomplete_cards", "outside"}
    assert "with an error" not in caplog.text
    unknown = "BEGIN:VCARD\nFN;CHARSET=FOO;ENCODING=QUOTED-PRINTABLE:=80\nTEL:1\nEND:VCARD\n"
    assert read(unknown).to_dicts() == [
        {"Phone": "1", "unparsed": '{"line 2": "FN;CHARSET=FOO;ENCODING=QUOTED-PRINTABLE:=80"}'}
    ]


def test_several_values_of_a_kind_get_columns_of_their_own():
    tel = "".join(f"TEL;TYPE=CELL:{number}\n" for number in (1, 2, 1))
    addresses = "ADR;TYPE=home:;;Home 1;Bonn;;;\nADR;TYPE=work:;;Work 2;Köln;;50667;DE\n"
    [row] = read(f"BEGIN:VCARD\nFN:A\n{tel}{addresses}END:VCARD\n").to_dicts()
    assert row == {
        "Full name": "A", "Mobile phone": "1", "Mobile phone 2": "2", "Street": "Work 2", "City": "Köln",
        "Postal code": "50667", "Country": "DE", "Street 2": "Home 1", "City 2": "Bonn",
    }  # fmt: skip


@each_case(
    ("data", "part"),
    [("no card", "no vCard"), ("", "empty"), ("\n\n", "blank|no vCard")],
)
def test_a_file_without_a_card_is_refused(data, part):
    with pytest.raises(errors.DamagedFileError, match=part):
        read(data, format="vcard")


def test_a_header_of_a_card_is_refused_as_an_option():
    with pytest.raises(errors.InvalidParameterError, match="a VCARD file has no header"):
        read(APPLE, header=2)


@each_case("kind", ["KIND:group", "X-ADDRESSBOOKSERVER-KIND:group"])
def test_a_group_of_contacts_is_not_a_person(kind):
    group = f"BEGIN:VCARD\nVERSION:3.0\nFN:Friends\nN:Friends\n{kind}\nEND:VCARD\n"
    frame = read(APPLE + group, format="vcard")
    assert "Friends" not in frame["Full name"].to_list()
    assert "left_out_groups" in codes(frame)

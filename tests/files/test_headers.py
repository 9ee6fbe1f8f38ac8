"""The line with the column names."""

import pytest

from each_case import each_case
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


def test_two_lines_of_names_are_joined_where_one_does_not_say_enough():
    lines = "ScanApp 4.2,,,,\n\nPerson,,Company,,Remarks\nName,E-Mail,Name,City,\n"
    people = "Ada Berg,ada@engines.example,Engines,Ulm,call back\nJan Roth,jan@looms.example,Looms,Bonn,\n"
    df = read(lines + people)
    assert df.columns == ["Person Name", "E-Mail", "Company Name", "City", "Remarks"]
    assert (report(df).header, codes(df), len(df)) == (4, {"preamble", "joined_header"}, 2)
    assert read(lines + people, header=4).columns == df.columns
    scan = "Person,,Firma,Kontakt,\nVorname,Nachname,Name,E-Mail,Telefon\nAda,Berg,Engines,a@b.example,\n"
    assert read(scan).columns == ["Vorname", "Nachname", "Firma Name", "E-Mail", "Telefon"]


@pytest.mark.parametrize("title", ["Our leads,,confidential,", "Leads,as of 2026-03-10,,", "Our leads,,,"])
def test_a_title_above_the_names_is_not_a_group_of_columns(title):
    df = read(f"{title}\nName,Title,Company,City\nAda Berg,CTO,Engines,Ulm\n")
    assert df.columns == ["Name", "Title", "Company", "City"]


@each_case(
    ("above", "names"),
    [
        ("Report,,\nCreated,12.3.2026,Max\n\n", ["Name", "E-Mail", "Firma"]),
        ("Rows,2,100\nFair,Stand 4,17\n", ["Name", "Correo electrónico", "Firma"]),
        ("Event,City,Day\nSpring Fair,Berlin,2026-03-01\n\n", ["Name", "Email", "Company"]),
        ("Event,City,Day\n", ["Name", "Email", "Company"]),
        ("Ada Berg,12.3.2026,Engines\n", None),  # a row without an address of a list without names
        ("Max Lund,max@ours.example,Report\nName,E-Mail,Firma\n", None),
    ],
)
def test_names_below_facts_about_the_list_are_those_of_the_column_of_addresses(above, names):
    head = "" if names is None else f"{','.join(names)}\n"
    df = read(f"{above}{head}Ida Roth,ida@roth.example,Roth AG\nBo Lund,bo@lund.example,Lund AG\n")
    assert (df.columns, len(df)) == (names, 2) if names else report(df).header is None


@pytest.mark.parametrize(
    ("names", "values"),
    [("Who,Contact,Where", "Ada Berg,mail follows,Bonn"), ("Name,Address,Firma", "Firma,mail follows,Name")],
)
def test_a_value_about_mail_is_not_the_name_of_its_column(names, values):
    df = read(f"{names}\n{values}\nBo Lund,bo@lund.example,Lund AG\n")
    assert (df.columns, len(df)) == (names.split(","), 2)


def test_names_are_found_among_titles_groups_and_remarks_of_one_cell():
    lines = "Fair of Cologne,,,\nAs of 3.3.26,,,\n\nName,Company,Phone,Mail\nGroup A,,,\n"
    lines += "Ada Berg,Engines,030 901820,a@b.example\nJan Roth,Looms,,\nEva Li,Mills,,e@b.example\n"
    lines += "Group B,,,\nIda Kurz,Dye,030 901821,\nTotal: 4,,,\n* no warranty,,,\n"
    df = read(lines)
    assert (df.columns, report(df).header) == (["Name", "Company", "Phone", "Mail"], 4)
    assert read("Mail\na@b.example\nc@d.example\ne@f.example,x\n").columns[0] == "Mail"


def test_the_names_are_those_of_the_widest_table_where_several_have_them_at_other_places():
    """Zoom's report of attendees has the webinar, the hosts, the attendees and callers, one below the other."""
    lines = "Attendee Report,,,,,,\nTopic,Webinar ID,Registered,Unique Viewers,,,\nHow to,123 456,4,3,,,\n"
    hosts = "Host Details,,,,,,\nUser Name,Email,Join Time,Country,,,\nPia Host,pia@us.example,10:00,Germany,,,\n"
    attendees = "Attendee Details,,,,,,\nUser Name,First Name,Last Name,Email,Company,Join Time,Country\n"
    df = read(f"{lines}{hosts}{attendees}Ida R,Ida,Roth,ida@roth.example,Roth AG,10:01,Germany\n")
    assert (report(df).header, codes(df), df["Email"].to_list()) == (8, {"preamble"}, ["ida@roth.example"])
    teams = "Team A,,,,\nName,Email,Phone,City,\nAda Berg,a@b.example,030 901820,Ulm,\n"
    df = read(f"{teams}Team B,,,,\nName,Email,Phone,City,Notes\nJan Roth,j@b.example,030 901821,Ulm,new\n")
    assert report(df).header == 2  # the first table goes on


def test_a_row_below_names_with_a_blank_is_a_row():
    df = read("Name,Company,,Phone\nAda Berg,Engines,VIP,see card\nJan Roth,Looms,,n/a\n")
    assert (df.columns, len(df)) == (["Name", "Company", "column_3", "Phone"], 2)

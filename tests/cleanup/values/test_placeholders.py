"""What stands for nothing depends on the field."""

import re

import polars as pl
import pytest

from each_case import each_case
from frame_libraries import rows_of
from pb2b_notebook.cleanup import normalize, validate
from pb2b_notebook.cleanup.values.placeholders import (
    is_identifying,
    is_made_up_address,
    is_placeholder,
    pattern,
    stands_for_nothing,
)

KINDS = ("name", "company", "city", "country", "email", "phone", "url", "id", "job", "text", "address part")
VALUES = [
    "N/A", "n / a", "Nan", "NaN", "nan", "NULL", "Null", "null", "None", "NONE", "no mail", "NoEmail", "-", "- -",
    "???", "Na", "NA", "(null)", "<NA>", "[Unknown]", "Nil", "0", "000-000", "Test", "Ka", "Self-employed", "Nancy",
    "Noe", "n.a.", " -\n", "okänd", "NaNo",
    "(blank)", "(Leer)", "Leer", "#N/A", "#REF!", "#¡VALOR!", "…", "· ·", "(None)", "[null]", "(Tom)", "Blank",
    "ditto", "Ditto", "S.O.", "s. o.", "same as above", '"', "„", "〃", '- " -',
]  # fmt: skip


@each_case("kind", [*KINDS, None])
def test_python_and_polars_agree_on_what_stands_for_nothing(kind):
    found = pl.Series(VALUES).str.contains(pattern(kind)).to_list()
    assert found == [bool(re.search(pattern(kind), value)) for value in VALUES]
    if kind is not None:
        assert found == [is_placeholder(value, kind) for value in VALUES]
        everything = pl.Series(VALUES).str.contains(pattern()).to_list()
        assert not any(one and not every for one, every in zip(found, everything, strict=True))


@each_case("kind", [*KINDS])
def test_a_text_stands_for_nothing_in_a_short_list_as_in_a_long_one(kind):
    texts = [
        one for value in VALUES for one in (value, value.upper(), f"({value.lower()})!", f" {value}\t", f"{value}x")
    ]
    table = pl.DataFrame({"text": texts})
    whole = table.select(found=stands_for_nothing(pl.col("text"), kind, shared=True))
    alone = pl.concat(
        row.select(found=stands_for_nothing(pl.col("text"), kind, shared=True)) for row in table.iter_slices(1)
    )
    assert alone.equals(whole)


@pytest.mark.parametrize(
    ("field", "kept", "blank"),
    [
        ("last_name", ["Null", "None", "Nan", "Na", "Nil", "Test", "Nancy", "No"], ["NULL", "N/A", "-", "nan", "none"]),
        ("full_name", ["Blank", "(Tom)"], ["(blank)", "(Leer)", "(vide)", "(null)", "(None)", "#REF!", "…"]),
        ("company_name", ["Blank", "Vide"], ["(blank)", "(vide)", "#N/A", "#VALUE!", "#WERT!", "#N/D", "(none)", "—"]),
        ("first_name", ["Nan", "Na", "Nil"], ["NULL", "unknown", "n.a.", "Info Requested"]),
        ("city", ["Nan", "None", "Nanning", "Unna"], ["NULL", "Null", "n/a", "?", "<NA>", "NaN"]),
        ("company_name", ["Nan Ya", "Nil", "KA"], ["NULL", "None", "null", "N/A", "--"]),
        ("phone", ["+4930901820", "0800 000000"], ["NULL", "None", "n/a", "no phone", "-", "0", "(000) 000-0000"]),
        ("phone", ["Tel 1"], ["keine Telefonnummer", "pas de téléphone", "sem telefone", "ei puhelinta", "on request"]),
        ("external_id", ["10", "0815", "0.5"], ["0", "0.0", "000", "-", "#N/A", "none"]),
        ("email", ["none@acme.com"], ["None", "no mail", "N/A", "NULL", "noemail", "keine", "nan"]),
        ("website", ["https://none.com"], ["None", "n/a", "NULL"]),
        ("company_domain", ["none.com"], ["None", "n/a", "NULL"]),
        ("country", ["NA"], ["None", "NULL", "n/a"]),
        ("title", ["Na"], ["NULL", "n/a", "null", "None", "Dito", "s. o.", '"', "'' ''", '-"-']),
        ("title", ["Ingenieur"], ["n.v.t.", "不明", "άγνωστο", "neznámé", "Ei tiedossa", "nie dotyczy"]),
        ("title", ["NO", "ND", "PA", "SEM", "Sem"], ["keine", "Brak", "НЕТ", "k.A.", "n/v", "kein Titel"]),
        ("title", ["Tom", "X", "NAV"], ["--None--", "- brak -", "žádný", "Ninguna", "sans fonction", "vuoto", "boş"]),
        ("industry", ["Brakel"], ["Keine", "нет", "nincs megadva", "ei ole"]),
        ("seniority", ["none yet", "Owner"], ["keine", "N/A", "--None--", "brak"]),
        ("website", ["https://brak.example"], ["brak", "нет", "nincs", "sans objet"]),
        ("phone", ["+4930901820"], ["žádné", "- keine -", "do uzupełnienia", "ei tietoa"]),
        ("country", ["NO", "PL"], ["keine", "Brak", "нет", "ninguno"]),
        ("company_name", ["Brak", "Keine", "keine", "Yok"], ["ohne Firma", "brak firmy", "nincs megadva"]),
        ("city", ["Brak", "Keine", "Leer", "brak", "leer", "Yok"], ["no city", "nicht angegeben", "нет данных"]),
        ("last_name", ["Brak", "Keine", "Leer", "Yok"], ["keine Angabe", "не указана"]),
        ("city", ["Brak"], ["n.v.t.", "不明", "brak danych"]),
        ("last_name", ["Neznámý", "Tuntematon"], ["n.v.t.", "неизвестно"]),
        ("full_name", ["Ditto", "Dito", "S. O.", "Above"], ["same as above", "Siehe oben", "dito", '"', "〃"]),
        ("company_name", ["Ditto", "DITO", "Idem"], ["Same as above.", "idem", "(s.o.)", "„ “", "同上"]),
    ],
)  # fmt: skip
def test_what_normalize_blanks_depends_on_the_field(make_frame, field, kept, blank):
    done = normalize(make_frame({field: [*kept, *blank]}))
    assert [row[0] for row in rows_of(done.frame)] == [*kept, *[None] * len(blank)]
    assert {row[4] for row in rows_of(done.changes)} == {"placeholder"}


def test_a_word_for_nothing_is_a_placeholder_in_a_further_field_only_if_it_is_one_of_the_job(make_frame):
    keys = ["department", "allergies"]
    fields = pl.DataFrame({"key": keys, "type": ["text"] * 2, "builtin": [False] * 2})
    frame = make_frame(
        {"custom_department": ["keine", "Sales", "no department"], "custom_allergies": ["keine", "N/A", "Nüsse"]}
    )
    rows = rows_of(normalize(frame, lead_fields=fields).frame)
    assert [row[:2] for row in rows] == [(None, "keine"), ("Sales", None), (None, "Nüsse")]


def test_a_seniority_that_a_service_calls_none_stays(make_frame):
    fields = pl.DataFrame({"key": ["seniority"], "type": ["select"], "builtin": [True], "options": [["none", "owner"]]})
    rows = rows_of(normalize(make_frame({"seniority": ["none", "keine"]}), lead_fields=fields).frame)
    assert [row[0] for row in rows] == ["none", None]


def test_an_address_is_not_made_up_because_a_word_for_nothing_is_its_mailbox_and_its_domain():
    assert not any(
        map(is_made_up_address, ("tom@tom.example", "nic@nic.example", "leer@leer.example", "nada@nada.example"))
    )


def test_an_option_of_a_field_is_not_a_placeholder(make_frame):
    fields = pl.DataFrame({
        "key": ["plan", "extras"], "type": ["select", "multi_select"], "builtin": [False, False],
        "options": [["None", "Basic"], ["none", "vip"]],
    })  # fmt: skip
    frame = make_frame({"custom_plan": ["none", "n/a"], "custom_extras": ["none;n/a", "VIP"]})
    rows = rows_of(normalize(frame, lead_fields=fields).frame)
    assert [row[:2] for row in rows] == [("None", "none"), (None, "vip")]


@each_case(
    ("kind", "value", "identifying"),
    [
        ("email", "ada@example.com", True),
        ("email", "none@acme.com", True),
        ("email", "na@gmail.com", True),
        ("email", "none@none.com", False),
        ("email", "NoEmail@noemail.com", False),
        ("email", "test@test.com", False),
        ("email", "n/a", False),
        ("phone", "+49 30 901820", True),
        ("phone", "+49 30 9999999", True),
        ("phone", "999-999-9999", False),
        ("phone", "0123456789", False),
        ("phone", "+1 999 999 9999", False),
        ("phone", "000", False),
        ("company", "Freelance Factory", True),
        ("company", "self employed", False),
        ("name", "Null", True),
        ("name", "NULL", False),
        ("id", "C-100", True),
        ("id", "None", False),
        ("city", " ", False),
    ],
)
def test_only_identifying_values_are_keys(kind, value, identifying):
    assert is_identifying(value, kind) is identifying


def test_a_word_that_may_be_a_name_is_reported_and_stays(make_frame):
    frame = make_frame({"email": ["a@b.co"] * 4, "last_name": ["Null", "NULL", "Nan", "Nancy"]})
    found = [(row[0], row[2]) for row in rows_of(validate(frame).problems) if row[1] == "last_name"]
    assert found == [(0, "placeholder_or_name"), (1, "placeholder"), (2, "placeholder_or_name")]


ROWS_WITH_NAMES = [
    # given name, family name, email, city → what remains of them
    (("Jennifer", "Null", None, "Nan"), ("Jennifer", "Null", None, "Nan")),
    (("jennifer", "null", None, "nan"), ("Jennifer", "Null", None, "Nan")),
    (("JENNIFER", "NULL", None, "PARIS"), ("Jennifer", "Null", None, "Paris")),
    (("Jennifer", "null", "jennifer.null@acme.com", None), ("Jennifer", "Null", "jennifer.null@acme.com", None)),
    (("Jennifer", "null", "jennifer@acme.com", "Paris"), ("Jennifer", None, "jennifer@acme.com", "Paris")),
    (("Jennifer", "NULL", None, "nan"), ("Jennifer", None, None, None)),
    (("null", "null", "null@acme.com", "null"), (None, None, "null@acme.com", None)),
    (("Nan", "Goldin", None, "NULL"), ("Nan", "Goldin", None, None)),
    (("nan", "goldin", None, "n/a"), ("Nan", "Goldin", None, None)),
    (("Ada", "N/A", "ada@acme.com", "-"), ("Ada", None, "ada@acme.com", None)),
]


def test_the_row_shows_whether_a_word_is_a_name(make_frame):
    names = ("first_name", "last_name", "email", "city")
    frame = make_frame(dict(zip(names, map(list, zip(*[row for row, _ in ROWS_WITH_NAMES], strict=True)), strict=True)))
    done = normalize(frame)
    assert [row[:4] for row in rows_of(done.frame)] == [after for _, after in ROWS_WITH_NAMES]
    assert rows_of(normalize(done.frame).changes) == []


def test_words_of_many_languages_stand_for_nothing_where_no_address_or_phone_is_like_them():
    words = "n.v.|n.b.|k.A.|s/d|s/n|N/D|bd|нет|无|なし|nie ma|yok|geen|không|n.v.t.|没有|없음|ingen|لا يوجد|entfällt"
    for kind in ("email", "phone"):
        assert [word for word in words.split("|") if not is_placeholder(word, kind)] == []
    values = "Ka|Bd|Nu|Nd|Geen|Yok|Ingen|Nema|S. N.|N. B."
    assert [word for word in values.split("|") if is_placeholder(word, "name")] == []
    assert [word for word in ("+84 28 3829 5000", "nu@nu.nl", "x") if is_placeholder(word, "company")] == []
    assert not any(map(is_made_up_address, ("nu@nu.nl", "nd@nd.example", "x@x.example")))

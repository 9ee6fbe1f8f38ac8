"""Normalized values: the same in every library, each change logged, no correct value damaged."""

import string

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from frame_libraries import LIBRARIES, rows_of
from pb2b_notebook.cleanup import normalize
from pb2b_notebook.cleanup.cells import FEW_ROWS
from pb2b_notebook.errors import CleanupError

GOLDEN = [
    # field, country, before, after, rule
    ("full_name", "TR", "İBRAHİM IŞIK", "İbrahim Işık", "shouting"),
    ("full_name", "TR", "ışıl ipek", "Işıl İpek", "lower case"),
    ("full_name", "DE", "İBRAHİM", "İbrahim", "shouting"),
    ("full_name", "DE", "jürgen groß", "Jürgen Groß", "lower case"),
    ("full_name", "DE", "JÜRGEN GROẞ", "Jürgen Groß", "shouting"),
    ("full_name", "GR", "ΟΔΥΣΣΕΎΣ ΠΑΠΆΣ", "Οδυσσεύς Παπάς", "shouting"),
    ("full_name", "GR", "ΟΔΥΣΣΕΥΣ ΠΑΠΑΣ", None, ""),
    ("company_name", None, "ℝ² Labs", None, ""),
    ("full_name", "JP", "山田\u3000太郎", "山田 太郎", "whitespace"),
    ("full_name", "JP", "山田 太郎様", "山田 太郎", "honorific"),
    ("full_name", "KR", "\u1100\u1175\u11b7 민수", "김 민수", "composed"),
    ("full_name", "VN", "Nguye\u0302\u0303n Va\u0306n", "Nguyễn Văn", "composed"),
    ("full_name", "IN", "ज़ोया खान", None, ""),
    ("full_name", "IR", "می\u200cخواهم", None, ""),
    ("full_name", "NL", "JAN VAN DER MEER", "Jan van der Meer", "shouting"),
    ("full_name", "NL", "piet ijzerman", "Piet IJzerman", "lower case"),
    ("full_name", "US", "MARIA DE LA CRUZ", "Maria De La Cruz", "shouting"),
    ("full_name", "ES", "MARIA DE LA CRUZ", "Maria de la Cruz", "shouting"),
    ("full_name", "IE", "SEÁN O'BRIEN-MCGRATH III", "Seán O'Brien-McGrath III", "shouting"),
    ("full_name", "GB", "Prof. Dr. Ada Lovelace, PhD", "Ada Lovelace", "honorific"),
    ("full_name", "KR", "김민준 부장님", "김민준", "honorific"),
    ("full_name", "ID", "Ir. Budi Santoso, S.Kom., M.T.", "Budi Santoso", "honorific"),
    ("full_name", "FR", "M. Jean Roux", "Jean Roux", "honorific"),
    ("full_name", "US", "M. Jean Roux", None, ""),
    ("full_name", "FR", "M. Night Roux", None, ""),
    ("full_name", None, "Attn: Robert Wilson", "Robert Wilson", "prefix"),
    ("full_name", "DE", "z.Hd. Herrn Robert Wilson", "Robert Wilson", "prefix, honorific"),
    ("full_name", None, "1. Robert Wilson", "Robert Wilson", "prefix"),
    ("full_name", None, "Att Lee", None, ""),
    ("full_name", None, "J. R. R. Tolkien", None, ""),
    ("full_name", None, "Ludwig van Beethoven", None, ""),
    ("full_name", None, "MacLeod McTavish", None, ""),
    ("full_name", None, "Pan Wei", None, ""),
    ("full_name", None, "Zoë\u00a0 Müller\u2009", "Zoë Müller", "whitespace"),
    ("full_name", None, "  Ada \t Lovelace ", "Ada Lovelace", "whitespace"),
    ("full_name", None, "Ada\x1cLovelace", "Ada Lovelace", "whitespace"),
    ("full_name", None, "Ann K&ouml;hler", "Ann Köhler", "html entity"),
    ("company_name", None, "Ann&#39;s &amp;amp; Co", "Ann's & Co", "html entity"),
    ("company_name", None, "AT&T; Copper&Gold; Nord &notary;", None, ""),
    ("company_name", None, "Nord &lt;b&gt; AG", None, ""),
    ("full_name", None, "Ada\u200b Lovelace\ufeff", "Ada Lovelace", "invisible"),
    ("full_name", None, "\u202eevil", "Evil", "invisible, lower case"),
    ("full_name", None, "JÃ¼rgen", "Jürgen", "mojibake"),
    ("full_name", None, "São Tomé", None, ""),
    ("full_name", None, "ǆemal ǆ", "ǅemal ǅ", "lower case"),
    ("full_name", None, "ﬁona", "Fiona", "lower case"),
    ("full_name", None, "N/A", "", "placeholder"),
    ("full_name", None, "???", "", "placeholder"),
    ("full_name", None, "Null", None, ""),
    ("first_name", None, "JP", None, ""),
    ("first_name", None, "𝒜da", None, ""),
    ("email", None, " Ada@Example.COM ", "ada@example.com", "whitespace, case"),
    ("email", None, "mailto:Ada@example.com?subject=Hi", "ada@example.com", "mailto, case"),
    ("email", None, 'Ada "L" <ada@example.com>', "ada@example.com", "display name"),
    ("email", None, "ada@example.com.", "ada@example.com", "trailing sign"),
    ("email", None, "ada@example.com;ADA@example.com", "ada@example.com", "written twice"),
    ("email", None, "ada(at)example.com", "ada@example.com", "at sign"),
    ("email", None, "İ@example.com", "i@example.com", "case"),
    ("email", None, "GROẞ@example.com", "groß@example.com", "case"),
    ("email", None, "nobody", None, ""),
    ("phone", "DE", "030/901820", "+4930901820", "e164"),
    ("phone", "DE", "+49 (0)30 901820 ext. 12", "+4930901820", "e164, extension"),
    ("phone", "BR", "(11) 3333-4444 ramal 12", "+551133334444", "e164, extension"),
    ("phone", "BR", "(11) 3333-4444 / r. 12", "+551133334444", "e164, extension"),
    ("phone", "PL", "22 555 01 23 (wew. 12)", "+48225550123", "e164, extension"),
    ("phone", "RU", "8 (495) 123-45-67, доб. 12", "+74951234567", "e164, extension"),
    ("phone", "US", "312 555 0188 dob 12051980", "312 555 0188 dob 12051980", ""),
    ("phone", "US", "312 555 0188 w. 5550199", "312 555 0188 w. 5550199", ""),
    ("phone", "JP", "03-5550-0123（内線12）", "+81355500123", "e164, extension"),
    ("phone", "CN", "010-85550123转801", "+861085550123", "e164, extension"),
    ("phone", "ES", "91 555 01 23 extensión 12", "+34915550123", "e164, extension"),
    ("phone", "IT", "02 5550144 int. 12", "+39025550144", "e164, extension"),
    ("phone", "JP", "03-5550-0123(代)", "+81355500123", "e164"),
    ("phone", "US", "(415) 555-0132", "+14155550132", "e164"),
    ("phone", "DE", "４９３０９０１８２０", "+4930901820", "e164"),
    ("phone", "DE", "49 171 2345678", None, ""),
    ("phone", "DE", "491712345678.0", None, ""),
    ("phone", "AT", "43 5234 567890", None, ""),
    ("phone", "SE", "468123459", None, ""),
    ("phone", "DE", "0491 712345678", "+49491712345678", "e164"),
    ("phone", "DE", "171 2345678", "+491712345678", "e164"),
    ("phone", "DE", "4930901820.0", "+4930901820", "e164"),
    ("phone", "DE", "+4930901820.0", "+4930901820", "e164"),
    ("phone", "PL", "48 600 123 456", "+48600123456", "e164"),
    ("phone", "DE", "T: 030/901820", "+4930901820", "e164"),
    ("phone", None, "p:+14155550132", "+14155550132", "e164"),
    ("phone", "DE", "F: 030/901820", None, ""),
    ("phone", "DE", "030 901820-21/22", None, ""),
    ("phone", "DE", "+49 30 901820-0/-21", None, ""),
    ("phone", "DE", "0351 1234567 / -68", None, ""),
    ("phone", "DE", "+49 171 5550123 2", None, ""),
    ("phone", "DE", "030 / 901820 - 21", "+493090182021", "e164"),
    ("phone", "DE", "0351/1234567", "+493511234567", "e164"),
    ("phone", "IT", "+39 02 5550144/5", None, ""),
    ("phone", "FR", "06/12/34/56/78", "+33612345678", "e164"),
    ("phone", "BE", "0475/12/34/56", "+32475123456", "e164"),
    ("phone", None, "030/901820", None, ""),
    ("phone", "DE", "+4930901820\n", "+4930901820", "whitespace"),
    ("phone", "US", "1-800-FLOWERS", None, ""),
    ("phone", "DE", "4,9309E+10", None, ""),
    ("company_name", "DE", "NORDLICHT OPTIK GMBH", "Nordlicht Optik GmbH", "shouting"),
    ("company_name", "TR", "mavi çınar lojistik a.ş.", "Mavi Çınar Lojistik A.Ş.", "lower case"),
    ("company_name", "DE", "IKEA", None, ""),
    ("company_name", "DE", "adidas AG", None, ""),
    ("company_name", "DE", "straße & söhne gmbh", "Straße & Söhne GmbH", "lower case"),
    ("company_domain", None, "https://www.Münchner-Bäder.de/x", "xn--mnchner-bder-ocb14a.de", "host"),
    ("website", None, "WWW.Example.com", "https://www.example.com", "scheme, host case"),
    ("website", None, "https://example.com/?utm_source=x&q=1", "https://example.com/?q=1", "tracking"),
    ("country", None, "ÖSTERREICH", "AT", "iso_3166"),
    ("country", None, "uk", "GB", "iso_3166"),
    ("country", None, "Ruritania", None, ""),
    ("title", None, "Head\u3000of\u3000Sales", "Head of Sales", "whitespace"),
    ("city", None, "KO\u0308LN", "Köln", "composed, shouting"),
]  # fmt: skip


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_golden_table_is_the_same_in_every_library(library):
    fields = sorted({field for field, *_ in GOLDEN})
    columns = {name: [row[2] if row[0] == name else None for row in GOLDEN] for name in fields if name != "country"}
    columns["country"] = [row[2] if row[0] == "country" else row[1] for row in GOLDEN]
    done = normalize(LIBRARIES[library](columns))
    frame = dict(zip([*columns], zip(*[row[: len(columns)] for row in rows_of(done.frame)], strict=True), strict=True))
    rules = {(row, field): rule for row, field, _, _, rule in rows_of(done.changes)}
    for row, (field, _, before, after, rule) in enumerate(GOLDEN):
        wanted = before if after is None else after or None
        assert (frame[field][row], rules.get((row, field), "")) == (wanted, rule), (field, before)


def test_a_family_name_of_birth_is_a_suggestion():
    names = ["Schulze, geb. Adler", "Born", "Esposito in Ruocco"]
    done = normalize(pd.DataFrame({"last_name": names}))
    assert done.frame["last_name"].tolist() == names
    assert [row[2:] for row in rows_of(done.suggestions)] == [("Schulze, geb. Adler", "Schulze", "former_name")]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_number_that_lost_its_plus_is_a_suggestion_where_its_calling_code_is_also_an_area_code(library):
    numbers = ["49 171 2345678", "491712345679.0", "49 221 9900123", "030 901820", "+49 491 712345678"]
    frame = LIBRARIES[library]({"phone": numbers, "country": ["DE"] * 5})
    done = normalize(frame)
    wanted = ["+491712345678", "+491712345679", "+492219900123"]
    assert [row[2:] for row in rows_of(done.suggestions)] == [
        (number, international, "phone_calling_code") for number, international in zip(numbers, wanted, strict=False)
    ]
    accepted = rows_of(normalize(frame, accept=["phone_calling_code"]).frame)
    assert [row[0] for row in accepted] == [*wanted, "+4930901820", "+49491712345678"]


def test_a_number_written_as_in_north_america_is_a_suggestion_where_it_may_lack_a_prefix():
    """(415) 835-1656 is also a number of the area 04158 in Germany."""
    numbers = ["415.835.1656", "415-835-1656", "(030) 123-4567", "(207) 946-0018"]
    frame = pd.DataFrame({"phone": numbers, "country": ["DE", "US", "DE", "GB"]})
    done = normalize(frame)
    assert done.frame["phone"].tolist() == ["415.835.1656", "+14158351656", "+49301234567", "(207) 946-0018"]
    assert done.suggestions["suggestion"].tolist() == ["+14158351656", "+12079460018"]


# Frames of text shrink slowly, and are short enough to read.
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=14)
AWKWARD = st.lists(
    st.sampled_from([
        *"aZİıßẞςΣσǅﬁ\u3000\u00a0\u2028\x1c\x85\u0308\u200b\u200d\ufeff\u202e 様Ã¼é@.,-'/0+49", "GmbH", "DR. ", "http://",
        "n/a", "test", " ", "  ", "\t", "mailto:", "van ", "gmial.com", "株式会社", "030", "München", "MCDONALD",
        "ada@b.co",
    ]),
    max_size=7,
).map("".join)  # fmt: skip
FIELDS = ["full_name", "last_name", "email", "phone", "company_name", "company_domain", "website", "country", "title"]


@settings(max_examples=5, suppress_health_check=list(HealthCheck), phases=UNSHRUNK)
@given(rows=st.lists(st.tuples(*[st.none() | TEXTS | AWKWARD for _ in FIELDS]), min_size=1, max_size=12))
def test_libraries_agree_on_any_text(rows):
    columns = {name: [row[place] for row in rows] for place, name in enumerate(FIELDS)}
    done = {name: normalize(make(columns)) for name, make in LIBRARIES.items()}
    done["objects"] = normalize(pd.DataFrame({name: pd.Series(v, dtype=object) for name, v in columns.items()}))
    done["text"] = normalize(pd.DataFrame({name: pd.Series(v, dtype="str") for name, v in columns.items()}))
    for part in ("frame", "changes", "suggestions"):
        first, *others = (rows_of(getattr(result, part)) for result in done.values())
        assert all(other == first for other in others), part


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_normalizing_a_second_time_changes_nothing(shared_ws, frame):
    leads = shared_ws.leads.list(frame=frame)
    once = normalize(leads)
    again = normalize(once.frame)
    assert len(once.changes) > 100
    assert rows_of(again.changes) == []
    assert rows_of(again.frame[leads.columns]) == rows_of(once.frame[leads.columns])


TEXTS = st.text(string.printable + "ÄÉİŁØŽßäéğıłøž×÷ŉſ", max_size=16) | st.lists(
    st.sampled_from([
        *"aZ0 .-'@/+ßéÉžİ", "Dr", "Mr ", "Pan ", "Ada", "PhD", "n/a", "test", "www.", "http://", "ab.co", " M ",
        "Žofie ", "Señor ", "Łoś", "Ã©", "Ă©", "MÜLLER ", "Пан ", "Г-жа ", "Анна-", "Йовчев", "ШИ", "й", "Κος ",
        "Ελένη ", "Παπάς", "ΠΑΠΑΣ ", "山田", "様", "민수", "\u0301", "+49", "+1", "0", "30901820", "GmbH", "株式会社",
    ]),
    max_size=6,
).map("".join)  # fmt: skip


@settings(max_examples=5, phases=UNSHRUNK)
@given(texts=st.lists(TEXTS, min_size=1, max_size=20))
@pytest.mark.parametrize("key", FIELDS)
def test_expressions_leave_out_only_what_the_function_does_not_change(key, texts):
    """Text columns use the expressions, object columns only the function; of few rows, all are read by the function."""
    texts = texts * (FEW_ROWS // len(texts) + 1)
    by_expression = normalize(pd.DataFrame({key: pd.Series(texts, dtype="str")}))
    by_function = normalize(pd.DataFrame({key: pd.Series(texts, dtype=object)}))
    assert rows_of(by_expression.changes) == rows_of(by_function.changes)
    assert rows_of(normalize(pl.DataFrame({key: texts})).changes) == rows_of(by_function.changes)


def test_each_change_is_logged_and_nothing_else_changes(make_frame):
    columns = {"full_name": ["ADA LOVELACE", "Bob"], "note": ["  x ", "y"], "email": [None, "Bob@B.co"]}
    frame = make_frame(columns)
    done = normalize(frame)
    before = rows_of(frame)
    after = [row[:3] for row in rows_of(done.frame)]
    logged = {(row, field): (old, new) for row, field, old, new, _ in rows_of(done.changes)}
    for row, (old, new) in enumerate(zip(before, after, strict=True)):
        for field, was, now in zip(columns, old, new, strict=True):
            assert (was, now) == logged.get((row, field), (was, was))
    assert len(logged) == 2
    assert rows_of(frame) == before


def test_an_index_with_repeated_labels_is_kept():
    frame = pd.DataFrame({"full_name": ["ADA LOVELACE", "Bob", " Eve"]}, index=["x", "x", None])
    done = normalize(frame)
    assert list(done.frame.index) == list(frame.index)
    assert done.frame["full_name"].tolist() == ["Ada Lovelace", "Bob", "Eve"]
    assert done.changes["row"].isna().tolist() == [False, True]


def test_kept_values_do_not_change_and_suggestions_need_accept(make_frame):
    frame = make_frame({
        "company_name": ["MARKS AND SPENCER", "MARKS AND WEB"],
        "email": ["ada@nordlcht.de", "bob@gmial.com"],
        "company_domain": ["nordlicht.de", None],
    })  # fmt: skip
    done = normalize(frame, keep={"company_name": ["MARKS AND SPENCER"]})
    assert [row[1] for row in rows_of(done.changes)] == ["company_name"]
    assert [row[3] for row in rows_of(done.suggestions)] == ["ada@nordlicht.de", "bob@gmail.com"]
    accepted = normalize(frame, accept="email_domain_typo")
    assert rows_of(accepted.suggestions) == []
    assert [row[4] for row in rows_of(accepted.changes)].count("accepted email_domain_typo") == 2


def test_only_the_chosen_fields_change_and_missing_ones_are_named(make_frame):
    frame = make_frame({"email": ["A@B.co"], "full_name": ["ADA LOVELACE"]})
    done = normalize(frame, ["email", "phone"])
    assert done.skipped == ("phone",)
    assert [row[1] for row in rows_of(done.changes)] == ["email"]
    assert "not in the frame: phone" in repr(done)
    with pytest.raises(CleanupError, match=r"unknown lead field .emial.*email"):
        normalize(frame, ["emial"])


def test_tags_options_and_dates_get_their_canonical_form(cell_ws):
    fields = cell_ws.lead_fields.list()
    for make in LIBRARIES.values():
        frame = make({
            "tags": [["vip ", "VIP", "new"], None],
            "custom_tier": ["a", "B"],
            "custom_renewal_date": ["31.12.2026", "01.02.2027"],
            "custom_interests": [["security"], ["Reporting"]],
            "custom_billing_email": ["Billing@X.co", None],
            "score": [1, None],
        })  # fmt: skip
        rows = rows_of(normalize(frame, lead_fields=fields).frame)
        assert [list(rows[0][0]), rows[0][1], rows[0][2], list(rows[0][3]), rows[0][4]] == [
            ["vip", "new"], "A", "2026-12-31", ["Security"], "billing@x.co",
        ]  # fmt: skip
        assert rows[1][2] == "2027-02-01"


def test_line_breaks_of_a_long_text_are_kept(make_frame, cell_ws):
    frame = make_frame({"custom_use_case": ["First call.\nSecond:  wants more \n", " one  line "]})
    rows = rows_of(normalize(frame, lead_fields=cell_ws.lead_fields.list()).frame)
    assert [row[0] for row in rows] == ["First call.\nSecond: wants more", "one line"]


def test_an_ambiguous_date_does_not_change(make_frame, cell_ws):
    frame = make_frame({"custom_renewal_date": ["1/2/2026", "3/4/2026"]})
    assert rows_of(normalize(frame, lead_fields=cell_ws.lead_fields.list()).changes) == []


def test_a_second_normalization_keeps_what_the_first_removed(make_frame):
    once = make_frame({"full_name": ["Ada Lovelace", "Dipl.-Ing. Eva Berg"], "honorific": ["Dr.", "Prof."]})
    assert [row[1] for row in rows_of(normalize(once).frame)] == ["Dr.", "Dipl.-Ing."]


def test_what_was_removed_is_kept_in_columns_that_are_not_of_text():
    once = pd.DataFrame({
        "full_name": ["Ada Lovelace", "Prof. Eva Berg", "Ben Ek"],
        "honorific": pd.Series(["Dr.", None, None], dtype=object),
        "phone": ["+49 30 901820", "+49 30 901821 ext. 5", "+49 30 901822"], "phone_extension": [12, None, 7],
    })  # fmt: skip
    again = normalize(once).frame
    assert again["honorific"].fillna("").tolist() == ["Dr.", "Prof.", ""]
    assert again["phone_extension"].tolist() == ["12", "5", "7"]

"""The case of company names, and their legal forms."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from frame_libraries import rows_of
from pb2b_notebook.cleanup import normalize
from pb2b_notebook.cleanup.values.companies import case_company, rewrite_company
from pb2b_notebook.cleanup.values.legal_forms import proper_form, split_company
from pb2b_notebook.cleanup.values.stray_marks import tidy_name

REAL_NAMES = [
    "LG Electronics",
    "AT&T Services, Inc.",
    "H&M",
    "Japan External Trade Organization (JETRO)",
    "Shenzhen Lanke Technology Co.,Ltd",
    "Salesforce.com",
    "Amazon.com, Inc.",
    "McDonald's Deutschland",
    "O'Reilly Media",
    "L'Oréal",
    "7-Eleven",
    "3M",
    "A10 Networks",
    "1st Source Corporation",
    "Bank of America",
    "Banco Bilbao Vizcaya y Hijos, S.A.",
    "Müller und Söhne GmbH & Co. KG",
    "Ernst & Young LLP",
    "Sanayi ve Ticaret A.Ş.",
    "Fabbrica Italiana S.p.A.",
    "Zakład Mechaniczny Sp. z o.o.",
    "Petrol d.o.o.",
    "BMW AG",
    "KPMG Deutschland",
    "IKEA Systems B.V.",
    "Fox River Oil & Gas",
    "Pius XII Memorial Hospital",
    "U.S. Steel",
    "Grange Co-op",
    "Caisse d'Épargne de la Loire",
    "Centre de l'Image",
    "Dell'Orto S.p.A.",
    "University of California at Los Angeles (UCLA)",
    "Coca-Cola Hellenic",
    "JPMorgan Chase & Co.",
]


PIECES = [
    " ", " GmbH", " & Co. KG", "PT ", " Tbk", "株式会社", "ООО ", "McDonald's", "(JETRO)", " d'Or", "AT&T", "3M",
    ".com", " (Pty) Ltd",
]  # fmt: skip


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_names_get_their_case_back(change):
    assert [case_company(change(name)) for name in REAL_NAMES] == REAL_NAMES


def test_turkish_names_keep_both_letters_i():
    assert case_company("IŞIK TEKSTİL SANAYİ VE TİCARET LTD. ŞTİ.", "TR") == "Işık Tekstil Sanayi ve Ticaret Ltd. Şti."
    assert case_company("ISTANBUL TEKSTIL SANAYI A.S.", "TR") == "Istanbul Tekstil Sanayi A.S."


@each_case(
    ("name", "country", "cased"),
    [
        ("İSTANBUL GıDA SAN. VE TİC. LTD. ŞTİ.", None, "İstanbul Gıda San. ve Tic. Ltd. Şti."),
        ("İSTANBUL CO.,LTD", None, "İstanbul Co.,Ltd"),
        ("İZMİR TEKSTİL A.Ş.", "TR", "İzmir Tekstil A.Ş."),
        ("INTERNATIONAL İNŞAAT A.Ş.", None, "International İnşaat A.Ş."),
    ],
)
def test_what_other_programs_made_of_a_dotted_capital_is_one_letter(name, country, cased):
    lower = name.lower()
    assert "i\u0307" in lower
    assert case_company(lower, country) == cased


def letters_of(text):
    """Return the letters of a text whatever their case; I has a dot or none."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).casefold()
    return folded.replace("\u0307", "").replace("ı", "i")


@given(
    st.lists(st.sampled_from([*PIECES, "i\u0307", "İ", "ltd. şti\u0307."]) | st.text(max_size=4), max_size=6).map(
        "".join
    ),
    st.sampled_from([None, "TR", "AZ", "DE"]),
)
def test_casing_changes_no_letter_of_all_of_unicode(name, country):
    for text in (name, name.upper(), name.lower()):
        assert letters_of(case_company(text, country)) == letters_of(text)


@given(st.lists(st.sampled_from(PIECES) | st.text("aZßﬁŉǅΣσЯ株(（&'’.-, 1", max_size=5), max_size=6).map("".join))
def test_only_the_case_of_a_name_changes(name):
    for text in (name.upper(), name.lower()):
        cased = rewrite_company(text, exported="shouting").value or ""
        assert "".join(cased.split()).casefold() == "".join((tidy_name(text, "company").value or "").split()).casefold()
        assert rewrite_company(cased, exported="shouting").value == (cased or None)


def test_the_case_of_a_whole_list_says_nothing(make_frame):
    """A column in capitals is an export, and SIEMENS in it is no spelling of its own."""
    names = ["SIEMENS AG", "NESTLÉ", "BAYER", "BOSCH", "KPMG", "LINDE PLC", "IKEA"]
    assert names_of(normalize(make_frame({"company_name": names}))) == [
        "Siemens AG", "Nestlé", "Bayer", "Bosch", "KPMG", "Linde PLC", "IKEA",
    ]  # fmt: skip
    assert names_of(normalize(make_frame({"company_name": [name.lower() for name in names]})))[0] == "Siemens AG"


def test_names_with_a_case_of_their_own_stay(make_frame):
    names = [
        "SIEMENS", "UNIQLO", "adidas", "salesforce.com", "ifm electronic gmbh", "ebm papst", "scikit-learn",
        "what3words", "V-MARKT", "ALDI SÜD", "DHL", "iRobot", "eBay Inc.", "McKinsey", "THE Company GmbH", "Nestlé",
    ]  # fmt: skip
    done = normalize(make_frame({"company_name": names}))
    assert names_of(done) == names
    assert len(rows_of(done.changes)) == 0


def test_a_brand_in_capitals_stays_in_a_mixed_list_and_its_usual_case_is_suggested(make_frame):
    """Lists of brands write A3 SPORT on purpose; a legal form that is never written so shows another."""
    names = [
        "A3 SPORT", "BECK'S COFFEE SHOP", "QB HOUSE", "LG ELECTRONICS", "ICI PARIS XL", "ARPA LAZIO", "AJMAN BANK PJSC",
        "SHENZHEN LANKE CO.,LTD", "NORDLICHT OPTIK GMBH", "nordlicht optik gmbh", "Nestlé", "Bosch", "KPMG",
    ]  # fmt: skip
    done = normalize(make_frame({"company_name": names}))
    changed = ["Shenzhen Lanke Co.,Ltd", "Nordlicht Optik GmbH", "Nordlicht Optik GmbH"]
    assert names_of(done) == [*names[:7], *changed, *names[10:]]
    suggested = [(row[2], row[3]) for row in rows_of(done.suggestions) if row[4] == "company_case"]
    assert suggested == [
        ("A3 SPORT", "A3 Sport"), ("BECK'S COFFEE SHOP", "Beck's Coffee Shop"), ("QB HOUSE", "QB House"),
        ("LG ELECTRONICS", "LG Electronics"), ("ICI PARIS XL", "ICI Paris XL"), ("ARPA LAZIO", "Arpa Lazio"),
        ("AJMAN BANK PJSC", "Ajman Bank PJSC"),
    ]  # fmt: skip
    accepted = normalize(make_frame({"company_name": names}), accept=["company_case"])
    assert names_of(accepted)[:4] == ["A3 Sport", "Beck's Coffee Shop", "QB House", "LG Electronics"]


@pytest.mark.parametrize(
    "name", ["آل سلطان PLC", "عالم الكتب GMBH", "삼성전자 서울 CO.,LTD", "אלביט מערכות LTD", "三菱 商事 plc"]
)
def test_words_without_case_do_not_show_that_a_legal_form_was_typed_in_one_case(make_frame, name):
    assert names_of(normalize(make_frame({"company_name": [name, "Nestlé"]}))) == [name, "Nestlé"]


def test_a_brand_in_lower_case_stays_in_a_mixed_list_and_its_usual_case_is_suggested(make_frame):
    names = ["bebe stores inc", "ecotel communication ag", "nordlicht optik gmbh", "Nestlé", "adidas"]
    done = normalize(make_frame({"company_name": names}))
    assert names_of(done) == [*names[:2], "Nordlicht Optik GmbH", *names[3:]]
    assert [(row[2], row[3]) for row in rows_of(done.suggestions) if row[4] == "company_case"] == [
        ("bebe stores inc", "Bebe Stores Inc"), ("ecotel communication ag", "Ecotel Communication AG"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "kept"),
    [
        ({"company_name": ["NA", "Nestlé", "Bosch"]}, True),
        ({"company_name": ["NA", "Nestlé", None], "city": ["Ulm", "Bonn", "Köln"]}, True),
        ({"company_name": ["NA", "Nestlé", "NA"]}, False),
        ({"company_name": ["NA", "Nestlé", "Bosch"], "city": ["Ulm", "NA", "Köln"]}, False),
        ({"company_name": ["n/a", "Nestlé", "Bosch"]}, False),
    ],
)
def test_a_company_name_na_stays_if_it_is_the_only_one_of_the_list(make_frame, columns, kept):
    assert (names_of(normalize(make_frame(columns)))[0] == "NA") == kept


def test_messieurs_before_a_firm_are_removed_and_a_ship_stays():
    firms = pd.DataFrame({"company_name": ["M/s Rafiq Traders", "M/S Berge Stahl", "Mesa Inc"]})
    done = normalize(firms)
    assert done.frame["company_name"].tolist() == ["Rafiq Traders", "M/S Berge Stahl", "Mesa Inc"]
    assert normalize(firms, without=["prefix"]).frame["company_name"].tolist() == firms["company_name"].tolist()


def test_a_few_names_that_are_all_in_capitals_are_changed(make_frame):
    names = ["LG ELECTRONICS", "AT&T SERVICES", "JAPAN EXTERNAL TRADE ORGANIZATION (JETRO)", "nordlicht optik gmbh"]
    done = normalize(make_frame({"company_name": names}))
    wanted = ["LG Electronics", "AT&T Services", "Japan External Trade Organization (JETRO)", "Nordlicht Optik GmbH"]
    assert names_of(done) == wanted
    assert len(done.suggestions) == 0


@each_case(
    ("name", "country", "exported", "wanted"),
    [
        ("eni spa", None, "lower case", "eni spa"),
        ("ENI SPA", None, "shouting", "ENI SPA"),
        ("ENI SPA", "IT", "shouting", "ENI SpA"),
        ("erg sca", None, "lower case", "erg sca"),
        ("barilla spa", None, "lower case", "Barilla Spa"),
        ("hotel garden spa", None, "lower case", "Hotel Garden Spa"),
    ],
)
def test_a_short_word_beside_what_may_be_a_legal_form_is_left(name, country, exported, wanted):
    assert rewrite_company(name, country=country, exported=exported).value == wanted


@each_case(
    ("name", "country"),
    [
        ("Grand Hotel & Spa", None),
        ("Grand Hotel & Spa", "IT"),
        ("Natural Skin Spa", None),
        ("Dana Hotel and Spa", None),
        ("Limited Editions", None),
        ("The Limited", None),
        ("The Boring Company", None),
        ("House of Co", None),
        ("PT Solutions", "US"),
        ("S.C. Johnson", "US"),
        ("Société Générale", "FR"),
        ("Visit EU", "BE"),
        ("Nordic EV", None),
        ("Toyota Motor Sales, U.S.A.", "US"),
        ("Acme (Berlin GmbH)", "DE"),
        ("SAS Institute", "US"),
        ("Gmbh", None),
    ],
)
def test_a_word_is_not_a_legal_form(name, country):
    assert split_company(name, country=country) == (name, "")


@each_case(
    ("form", "country"),
    [
        ("Gesellschaft m.b.H.", None),
        ("Limited Liability Company", None),
        ("(haftungsbeschränkt)", None),
        ("UG (haftungsbeschraenkt)", None),
        ("e.U.", None),
        ("EU", "AT"),
        ("G.m.b.H.", None),
        ("(GmbH)", None),
        ("GmbH und Co. KG", None),
        ("GmbH u. Co. KG", None),
        ("and Co.", None),
        ("& Cie", None),
        ("& Co. KG", None),
        ("(Pty.) Ltd.", None),
        ("SP Z O O", None),
        ("Spolka z o.o.", None),
        ("S. r. l.", None),
        ("SpA", None),
        ("SPA", "IT"),
        ("p.l.c.", None),
        ("Anonim Sirketi", None),
        ("S.A.P.I. de C.V.", None),
        ("L L C", None),
        ("Public Company Limited", None),
    ],
)
def test_a_legal_form_is_known_in_all_its_shapes(form, country):
    assert split_company(f"Nordlicht {form}", country=country) == ("Nordlicht", form)


@each_case(
    ("name", "core"),
    [
        ("UAB „Maxima“", "Maxima"), ("UAB „Maxima”", "Maxima"), ('SIA "Rimi Latvia"', "Rimi Latvia"),
        ('SAS "Belle Rivière"', "Belle Rivière"), ("Sp. z o.o. Kowalski", "Kowalski"),
        ("Kowalski spółka z o.o. sp. komandytowa", "Kowalski"),
        # Without quotes, or where they hold only a part, the same letters may be the name.
        ("SAS Institute", "SAS Institute"), ("AS Roma", "AS Roma"), ('SIA "Rimi" "Baltic"', 'SIA "Rimi" "Baltic"'),
        ('"AB" InBev', '"AB" InBev'), ('The "Rimi"', 'The "Rimi"'),
    ],
)  # fmt: skip
def test_a_form_before_a_name_in_quotes_is_a_form_in_every_country(name, core):
    assert split_company(name).core == core


def test_a_form_after_the_name_tells_the_country_of_the_form_before_it():
    assert split_company("PT Nordlicht Tbk").core == "Nordlicht"
    assert split_company("Oy Nordlicht Ab").core == "Nordlicht"


def test_a_legal_form_keeps_its_signs_when_its_case_changes():
    assert proper_form("CO., LTD.") == "Co., Ltd."
    assert proper_form("CO LTD") == "Co Ltd"
    assert proper_form("SPA", "IT") == "SpA"
    assert proper_form("AND CO.") == "and Co."
    assert proper_form("NORDLICHT") is None


@each_case(
    ("name", "country", "wanted"),
    [
        ("Lumo Gmbh", None, "Lumo GmbH"),
        ("Lumo gmbh & co. kg", None, "Lumo GmbH & Co. KG"),
        ("Lumo GMBH", None, "Lumo GmbH"),
        ("Lumo ltd", None, "Lumo Ltd"),
        ("Lumo inc.", "TR", "Lumo Inc."),
        ("Lumo Llc", None, "Lumo LLC"),
        ("Lumo S.r.o.", None, "Lumo s.r.o."),
        ("Lumo Sp. Z O.o.", None, "Lumo Sp. z o.o."),
        ("Lumo aps", None, "Lumo ApS"),
        ("Lumo A/s", "DK", "Lumo A/S"),
        ("Lumo D.o.o.", "HR", "Lumo d.o.o."),
        ("Lumo pvt. ltd.", "IN", "Lumo Pvt. Ltd."),
        ("Lumo Ag", "CH", "Lumo AG"),
        ("Lumo A.s.", "CZ", "Lumo a.s."),
        ("Lumo Ооо", "RU", "Lumo ООО"),
        ("iLumo Gmbh", None, "iLumo GmbH"),
    ],
)
def test_a_legal_form_behind_a_name_in_mixed_case_gets_its_own_case(make_frame, name, country, wanted):
    done = normalize(make_frame({"company_name": [name, "Nestlé"], "country": [country, None]}))
    assert names_of(done) == [wanted, "Nestlé"]
    assert [row[-1] for row in rows_of(done.changes)] == ["mixed case"]


@each_case(
    ("name", "country"),
    [
        ("Lumo Ag", None), ("Lumo Ag", "US"), ("Lumo ag", "DE"), ("Lumo oy", "FI"), ("Lumo Ab", "SE"),
        ("Lumo Srl", "IT"), ("Lumo s.r.l.", "IT"), ("Lumo S.R.L.", "IT"), ("Lumo SPA", "IT"), ("Lumo a/s", "DK"),
        ("Lumo LTD", "GB"), ("Lumo Plc", "GB"), ("Lumo A.s.", None), ("Lumo & co", None), ("Lumo et cie", "FR"),
        ("Lumo Société Anonyme", "FR"), ("The Lumo company", "US"), ("Lumo s.c.", "PL"), ("Lumo Sarl", "FR"),
        ("Grand Hotel & Spa", "IT"), ("Gmbh", None), ("Lumo Sro", None), ("Lumo Eurl", "FR"), ("Lumo Eireli", "BR"),
    ],
)  # fmt: skip
def test_a_legal_form_that_some_write_so_stays(make_frame, name, country):
    assert names_of(normalize(make_frame({"company_name": [name, "Nestlé"], "country": [country, None]})))[0] == name


def test_many_legal_forms_are_chosen_by_the_expression_as_by_the_function():
    """Long lists leave out the names that an expression knows to be right."""
    names = [f"Lumo {word} {form}" for word in ("Nord", "Süd") for form in ("Gmbh", "GmbH", "S.r.o.", "s.r.o.", "ltd")]
    done = normalize(pd.DataFrame({"company_name": names * 20}))
    assert done.frame["company_name"].tolist() == [rewrite_company(name).value for name in names] * 20
    assert len(done.changes) == 6 * 20


def names_of(done):
    return [row[0] for row in rows_of(done.frame)]


@each_case(
    ("name", "country", "cased"),
    [
        ("DATEV EG", "DE", "Datev eG"),
        ("VOLKSBANK MITTE EG", None, "Volksbank Mitte eG"),
        ("E.ON SE", None, "E.ON SE"),
        ("B.BRAUN SE", None, "B.Braun SE"),
        ("J.P. MORGAN", None, "J.P. Morgan"),
        ("BJ'S WHOLESALE CLUB", None, "BJ's Wholesale Club"),
        ("LEVI'S STORE", None, "Levi's Store"),
        ("JOY'S BAR", None, "Joy's Bar"),
        ("CAPTAIN D'S GRILL", None, "Captain D's Grill"),
        ("ZENTRUM FÜR LUFT- UND RAUMFAHRT", "DE", "Zentrum für Luft- und Raumfahrt"),
        ("WODOCIĄGI I KANALIZACJA", "PL", "Wodociągi i Kanalizacja"),
        ("ЦЕНТР ПО РАБОТЕ С МОЛОДЕЖЬЮ", "RU", "Центр по Работе с Молодежью"),
        ("3I GROUP PLC", None, "3i Group PLC"),
        ("3I GROUP PLC", "GB", "3i Group plc"),
        ("MARTEL COLIN S.A.R.L.", None, "Martel Colin S.A.R.L."),
        ("MAILLOT S.A.S.", None, "Maillot S.A.S."),
        ("ROSSI BIANCHI S.A.S.", "IT", "Rossi Bianchi S.a.s."),
        ("ROSSI BIANCHI S.R.L.", "IT", "Rossi Bianchi S.r.l."),
        ("MOLNÁR ÉS TÁRSA KKT.", None, "Molnár és Társa Kkt."),
        ("PHẠM TRẦN CÔNG TY", "VN", "Phạm Trần Công TY"),
        ("ПОНОМАРЕВ И ПАРТНЕРЫ", None, "Пономарев и Партнеры"),
        ("ΜΠΙΛΛΑΣ ΚΑΙ ΓΑΛΑΤΟΥΛΑΣ", None, "ΜΠΙΛΛΑΣ ΚΑΙ ΓΑΛΑΤΟΥΛΑΣ"),
        ("ΑΙΓΑΊΟ ΝΑΥΤΙΛΊΑ Α.Ε.", "GR", "Αιγαίο Ναυτιλία Α.Ε."),
        ("Roth AG (https://www.notion.so/roth-1)", None, "Roth AG"),
        ("Roth (Berlin) AG", None, "Roth (Berlin) AG"),
        ("BODEGAS DEL SUR S.COOP.", "ES", "Bodegas del Sur S.Coop."),
        ("MAISON SUR MER SARL", "FR", "Maison sur Mer SARL"),
        ("MUSTAPHA-SA’IDU", None, "Mustapha-Sa’Idu"),
        ("DR. ING. H.C. F. PORSCHE AG", "DE", "Dr. Ing. h.c. F. Porsche AG"),
        ("H.C. STARCK GMBH", "DE", "H.C. Starck GmbH"),
        ("PLC SYSTEMS INC.", None, "PLC Systems Inc."),
        ("CO-DIAGNOSTICS, INC.", None, "Co-Diagnostics, Inc."),
        ("THE CO-OPERATIVE BANK", None, "The Co-operative Bank"),
        ("ELI LILLY AND COMPANY", None, "Eli Lilly and Company"),
        ("CMOS SENSORS GMBH", None, "CMOS Sensors GmbH"),
        ("AUKEY E BUSINESS CO., LTD", None, "Aukey E Business Co., Ltd"),
        ("MONTE E FIGLI SRL", "IT", "Monte e Figli Srl"),
        ("SERIES E HOLDINGS LTD", "US", "Series E Holdings Ltd"),
        ("NORTH HLDGS LTD", None, "North Hldgs Ltd"),
        ("شركة اتحاد عذيب (GO)", "SA", "شركة اتحاد عذيب (GO)"),
    ],
)
def test_points_and_apostrophes_within_a_name(name, country, cased):
    assert rewrite_company(name, country=country, exported="shouting").value == cased
    assert rewrite_company(cased, country=country, exported="shouting").value == cased


@each_case(
    ("name", "core"),
    [
        ("Compagnie Générale des Établissements Michelin SCA", "Compagnie Générale des Établissements Michelin"),
        ("AB InBev SA/NV", "AB InBev"),
        ("Solvay NV/SA", "Solvay"),
        ("Winzergenossenschaft Mitte EG", "Winzergenossenschaft Mitte"),
        ("Svenska SCA", "Svenska SCA"),
    ],
)
def test_forms_of_a_language_or_of_two(name, core):
    assert split_company(name).core == core


def test_a_list_without_country_that_writes_the_turkish_i_is_turkish_and_an_unsure_one_stays():
    names = ["TURKCELL İLETİŞİM HİZMETLERİ A.Ş.", "TÜRKİYE İŞ BANKASI A.Ş.", "IŞIKLAR YATIRIM HOLDİNG"]
    wanted = ["Turkcell İletişim Hizmetleri A.Ş.", "Türkiye İŞ Bankası A.Ş.", "Işıklar Yatırım Holding"]
    assert normalize(pd.DataFrame({"company_name": names})).frame["company_name"].tolist() == wanted
    assert rewrite_company("TURKCELL İLETIŞIM HIZMETLERI A.Ş.").value == wanted[0]  # front vowels have no ı beside them
    assert rewrite_company("ÇAĞRI YATIRIM A.Ş.").value == "ÇAĞRI YATIRIM A.Ş."
    assert rewrite_company("TÜRK HAVA YOLLARI A.O.", country="TR", dotted=True).value == "Türk Hava Yolları A.O."


@pytest.mark.parametrize("country", [None, "TR"])
def test_an_acronym_with_a_dotted_capital_does_not_make_every_other_i_one_without_a_dot(country):
    """Most programs write I for both letters, and keep the İ of BİM and of the start of a word."""
    names = [
        "BİM BIRLEŞIK MAĞAZALAR", "TRABZONSPOR SPORTIF YATIRIM VE FUTBOL İŞLETMECILIĞI TICARET", "EGE PLASTIK TICARET",
    ]  # fmt: skip
    frame = pd.DataFrame({"company_name": names, "country": country})
    assert not any("ı" in name for name in normalize(frame).frame["company_name"])


@each_case("name", ["DATEV EG", "EDEKA EG", "NOVEX SE", "SHENZHEN CO.,LTD", "SIEMENS GMBH"])
def test_one_word_and_a_legal_form_of_any_country_may_be_spelled_in_capitals(name):
    assert rewrite_company(name).value == name
    assert rewrite_company("VOLKSBANK TRIER EG").value == "Volksbank Trier eG"


@each_case(
    ("name", "wanted"),
    [("eni", "eni"), ("ifm", "ifm"), ("abb", "ABB"), ("bosch", "Bosch"), ("lg electronics", "LG Electronics")],
)
def test_one_short_word_of_a_list_in_lower_case_is_left_unless_it_is_known(name, wanted):
    assert rewrite_company(name, exported="lower case").value == wanted


@each_case(
    ("company", "columns", "kept"),
    [
        ("NULL", {"email": "eva@null.example"}, True),
        ("None", {"email": "eva@x.example", "website": "https://www.none.example/about"}, True),
        ("NULL", {"email": "eva@nullius.example"}, False),
        ("none", {"email": "none@none.com"}, False),
        ("N/A", {"email": "eva@na.example"}, False),
        ("Unknown", {"email": "a@unknown.com"}, False),
    ],
)
def test_a_word_for_nothing_is_a_company_where_the_domain_of_the_row_has_it(company, columns, kept):
    frame = pd.DataFrame({name: [value] for name, value in {"company_name": company, **columns}.items()})
    assert (normalize(frame).frame["company_name"].tolist() == [company]) is kept

"""Rows of company lists in a comparable form: a legal form is one, however it is written."""

import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook.cleanup.linkage.companies.standardization import standardize
from pb2b_notebook.mapping.suggestions.role_guesses import COMPANY_ROLES

ONE_FORM = {
    "PL": ("Sp. z o.o.", "spółka z ograniczoną odpowiedzialnością"),
    "PL, a partnership": ("Sp. z o.o. Sp. k.", "Spółka z ograniczoną odpowiedzialnością Spółka komandytowa"),
    "CZ": ("s.r.o.", "společnost s ručením omezeným"),
    "CZ, by shares": ("a.s.", "akciová společnost"),
    "SK": ("s. r. o.", "spoločnosť s ručením obmedzeným"),
    "HU": ("Kft.", "korlátolt felelősségű társaság"),
    "HU, by shares": ("Zrt.", "zártkörűen működő részvénytársaság"),
    "DE": ("GmbH", "Gesellschaft mit beschränkter Haftung"),
    "DE, a partnership": ("GmbH & Co. KG", "Gesellschaft mit beschränkter Haftung & Co. KG"),
    "AT": ("e.U.", "eingetragenes Einzelunternehmen"),
    "FR": ("SARL", "société à responsabilité limitée"),
    "FR, one partner": ("EURL", "entreprise unipersonnelle à responsabilité limitée"),
    "BE": ("ASBL", "association sans but lucratif"),
    "ES": ("S.L.", "sociedad de responsabilidad limitada"),
    "MX": ("S.A. de C.V.", "sociedad anónima de capital variable"),
    "PT": ("Lda.", "Limitada"),
    "BR": ("Ltda.", "sociedade limitada"),
    "IT": ("S.r.l.", "società a responsabilità limitata"),
    "IT, by shares": ("S.p.A.", "società per azioni"),
    "NL": ("B.V.", "besloten vennootschap met beperkte aansprakelijkheid"),
    "SE": ("AB", "aktiebolag"),
    "FI": ("Oy", "osakeyhtiö"),
    "DK": ("ApS", "anpartsselskab"),
    "NO": ("AS", "aksjeselskap"),
    "IS": ("ehf.", "einkahlutafélag"),
    "EE": ("OÜ", "osaühing"),
    "LT": ("UAB", "uždaroji akcinė bendrovė"),
    "US": ("LLC", "limited liability company"),
    "AU": ("Pty Ltd", "Proprietary Limited"),
    "MY": ("Sdn Bhd", "Sendirian Berhad"),
    "RU": ("ООО", "общество с ограниченной ответственностью"),
    "UA": ("ТОВ", "товариство з обмеженою відповідальністю"),
    "BG": ("ООД", "дружество с ограничена отговорност"),
    "HR": ("d.o.o.", "društvo s ograničenom odgovornošću"),
    "RO": ("SRL", "societate cu răspundere limitată"),
    "GR": ("Α.Ε.", "Ανώνυμη Εταιρεία"),
    "TR": ("A.Ş.", "anonim şirketi"),
    "TR, of trade": ("Ltd. Şti.", "Sanayi ve Ticaret Limited Şirketi"),
    "AL": ("sh.p.k.", "shoqëri me përgjegjësi të kufizuar"),
    "JP": ("株式会社", "㈱"),
    "KR": ("주식회사", "(주)"),
}


@pytest.fixture(scope="module")
def standardized():
    names = [f"Kowalski {form}" for pair in ONE_FORM.values() for form in pair]
    rows = pl.DataFrame({"company_name": names}).with_columns(
        pl.lit("").alias(role) for role in COMPANY_ROLES if role != "company_name"
    )
    return standardize(rows).select("company", "form").rows()


@each_case("case", ONE_FORM)
def test_a_form_that_is_written_out_is_its_short_form(standardized, case):
    at = 2 * list(ONE_FORM).index(case)
    assert standardized[at] == standardized[at + 1]
    assert standardized[at][0] == "kowalski"
    assert standardized[at][1]

"""Leads that must not be contacted are separated with every reason, in each library."""

import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from frame_libraries import rows_of
from pb2b_notebook.cleanup import Recipe, screen
from pb2b_notebook.errors import CleanupError

LEADS = {
    "id": ["lead_1", "lead_2", "lead_3", "lead_4", "lead_5", "lead_6"],
    "email": ["ada@ok.com", " ADA@Gone.com", "bob@mail.rival.co.uk", None, "eve@ok.com", "jo@ok.com"],
    "company_domain": ["ok.com", None, None, "shop.customer.de", None, None],
    "website": [None, None, None, None, None, "https://www.Rival.co.uk/x"],
    "status": ["new", "new", "new", "new", "unsubscribed", None],
}


def test_each_reason_blocks_and_is_shown(make_frame):
    done = screen(
        make_frame(LEADS),
        ["ada@gone.com"],
        domains={"competitor": ["rival.co.uk"], "customer": ["https://www.customer.de"]},
        running=pd.DataFrame({"lead_id": ["lead_5"]}),
    )
    ok, blocked = done
    assert [row[0] for row in rows_of(ok)] == ["lead_1"]
    assert [(row[0], row[-1]) for row in rows_of(blocked)] == [
        ("lead_2", "suppressed address"),
        ("lead_3", "competitor: its domain"),
        ("lead_4", "customer: its domain"),
        ("lead_5", "status unsubscribed; already in a running campaign"),
        ("lead_6", "competitor: its domain"),
    ]
    assert {row[2] for row in rows_of(done.reasons)} == {"suppressed", "domain", "status", "campaign"}
    assert len(rows_of(done.frame)) == 1
    assert repr(done) == "Screening: 1 row ok, 5 blocked"


def test_a_suppressed_domain_blocks_its_subdomains(make_frame):
    ok, _ = screen(make_frame(LEADS), make_frame({"email": ["@gone.com", "rival.co.uk", None, "ok.com"]}), statuses=[])
    assert [row[0] for row in rows_of(ok)] == ["lead_4"]


def test_the_index_and_the_columns_are_kept():
    frame = pd.DataFrame(LEADS, index=list("aabbcc"))
    ok, blocked = screen(frame)
    assert list(ok.index) == ["a", "a", "b", "b", "c"]
    assert list(blocked.index) == ["c"]
    assert list(ok.columns) == list(frame.columns)


def test_fields_that_are_not_in_the_frame_are_named(make_frame):
    assert screen(make_frame({"full_name": ["Ada"]})).skipped == ("email", "status")
    assert screen(make_frame({"email": [], "status": []})).skipped == ()


@each_case(
    "given", ["ada@ok.com", b"ada@ok.com", [{"email": "ada@ok.com"}], [["ada@ok.com"]], pd.DataFrame({"mail": ["a"]})]
)
def test_suppressed_is_a_list_of_text_or_a_frame_of_emails(given):
    with pytest.raises(CleanupError):
        screen(pd.DataFrame(LEADS), given)


def test_missing_items_of_a_suppression_list_are_skipped():
    given = pd.Series(["ada@ok.com", float("nan"), None, pd.NA, pd.NaT], dtype=object)
    assert screen(pd.DataFrame(LEADS), suppressed=given, statuses=[]).blocked["id"].tolist() == ["lead_1"]


def test_against_is_still_accepted_for_suppressed_addresses():
    with pytest.warns(DeprecationWarning, match=r"screen\(against=…\) was renamed: write suppressed=…"):
        assert len(screen(pd.DataFrame(LEADS), against=["ada@ok.com"], statuses=[]).blocked) == 1


def test_a_recipe_takes_suppressed_from_run_and_keeps_manual_exclusions():
    first = screen(pd.DataFrame(LEADS), ["ada@gone.com"], domains=["rival.co.uk"], exclude=["lead_4", "JO@ok.com"])
    assert first.blocked["reasons"].tolist()[2] == "excluded by hand"
    recipe = Recipe.from_json(Recipe.of(first).to_json())
    done = recipe.run(pd.DataFrame(LEADS), suppressed=["jo@ok.com"])
    assert done.frame["id"].tolist() == ["lead_1", "lead_2"]


def test_domains_may_be_a_frame_with_other_columns(make_frame):
    domains = make_frame({"note": ["since 2024"], "domain": ["rival.co.uk"]})
    _, blocked = screen(make_frame(LEADS), domains=domains, statuses=[])
    assert [row[-1] for row in rows_of(blocked)] == ["blocked domain: its domain"] * 2


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, pl.LazyFrame])
def test_a_suppressed_person_with_another_address_is_blocked(library):
    gone = {"full_name": ["Ada Berg"], "company_name": ["Nordlicht AG"], "email": ["old@gone.example"]}
    leads = {
        "full_name": ["Ada Berg", "Jonas Frei", "Ida Berg"],
        "company_name": ["Nordlicht", "Nordlicht", "Sundby Kommune"],
        "email": ["ada@x.example", "jonas@x.example", "ida@sundby.example"],
    }
    screened = screen(library(leads), library(gone))
    assert screened.reasons["row"].to_list() == [0]
    assert screened.reasons["code"].to_list() == ["suppressed"]
    assert screened.reasons["message"][0].startswith("probably a suppressed person: same name; same company")
    assert len(screen(library(leads), library({"email": gone["email"]})).reasons) == 0


@pytest.mark.parametrize("name", [{"full_name": "M. Sénéchal"}, {"first_name": "M.", "last_name": "Sénéchal"}])
def test_an_m_before_a_family_name_may_be_monsieur(name):
    leads = pd.DataFrame([{**name, "company_name": "Sen SARL", "email": "m.senechal@sen.example"}])
    gone = {"full_name": ["Étienne Sénéchal"], "company_name": ["Sen SARL"], "email": ["etienne.senechal@sen.example"]}
    assert len(screen(leads, pd.DataFrame(gone)).reasons) == 1


def test_a_suppressed_person_is_found_in_the_spelling_of_another_language(make_frame):
    leads = {"full_name": ["Dmitri Lawrentjew"], "company_name": ["Nordkran"], "email": ["d@mailbox.example"]}
    gone = {"full_name": ["Дмитрий Лаврентьев"], "company_name": ["Nordkran"], "email": ["x@nordkran.example"]}
    found = screen(make_frame(leads), make_frame(gone)).reasons["message"].to_list()
    assert ["by another spelling" in message for message in found] == [True]
    elsewhere = leads | {"company_name": ["Sud Reisen"], "email": ["d@sud.example"]}
    assert len(screen(make_frame(elsewhere), make_frame(gone)).reasons) == 0


@pytest.mark.parametrize("old", ["ada.b@gmail.com", "adaberg@gmail.com"])
def test_a_suppressed_person_is_found_with_another_private_address(make_frame, old):
    leads = {"full_name": ["Ada Berg", "Ada Kurz"], "company_name": ["Nordlicht"] * 2, "email": ["x7@gmx.de", "a@x.de"]}
    gone = {"first_name": ["Ada"], "last_name": ["Berg"], "company_name": ["Nordlicht"], "email": [old]}
    assert screen(make_frame(leads), make_frame(gone)).reasons["row"].to_list() == [0]
    assert len(screen(make_frame(leads), make_frame({"company_name": ["Nordlicht"], "email": [old]})).reasons) == 0


@pytest.mark.parametrize(
    ("library", "phones", "of_gone"),
    [
        (pd.DataFrame, {"phone": ["+33 1 42000099", None], "Mobile": ["+33 6 61223344", None]}, "phone"),
        (pl.LazyFrame, {"phone": ["+33 1 42000099 / +33 6 61223344", None]}, "phone"),
        (pl.LazyFrame, {"phone": ["+33 6 61223344", None]}, "mobile"),
    ],
)
def test_a_suppressed_person_is_found_by_each_phone(library, phones, of_gone, tmp_path):
    gone = pd.DataFrame(
        {
            "full_name": ["Stephanie Moreau"],
            "company_name": ["OldCo"],
            "email": "old@gone.example",
            of_gone: ["+33661223344"],
        }
    )
    leads = {"full_name": ["S. Moreau", "Uli Kant"], "company_name": ["NewCo", "Kant"], **phones}
    work = tmp_path if library is pl.LazyFrame else None
    assert screen(library(leads), pd.DataFrame(gone), work=work).reasons["row"].to_list() == [0]


BACK = {"Name": ["Ada Berg", "Jo Frei"], "Firma": ["Nordlicht", "Lago"], "E-Mail": ["ada@x.example", "jo@gone.example"]}
GONE = {
    "Name": ["Ada Berg", "Eva Kurz"],
    "Firma": ["Nordlicht AG", "Lago"],
    "Mail": ["old@gone.example", "gone.example"],
}


def test_columns_with_another_name_of_a_lead_field_are_compared_and_named(make_frame):
    done = screen(make_frame(BACK), make_frame(GONE), statuses=[])
    ada, jo = [row[-1] for row in rows_of(done.blocked)]
    assert ada.startswith("probably a suppressed person: same name; same company")
    assert jo == "suppressed: its domain"
    assert done.misnamed == {"Name": "full_name", "Firma": "company_name", "E-Mail": "email"}
    assert "read by another name: Name as full_name, Firma as company_name, E-Mail as email" in repr(done)
    assert rows_of(done.ok) == []


def test_fields_by_which_people_are_found_are_named_if_the_frame_lacks_them(make_frame):
    done = screen(make_frame({"email": ["ada@x.example"], "Wer": ["Ada Berg"]}), make_frame(GONE), statuses=[])
    assert done.skipped == ("company_name", "full_name")


@pytest.mark.parametrize("allow", [["ADA@x.example"], "frame", True])
def test_a_person_may_allow_a_row_that_looks_like_a_suppressed_person(make_frame, allow):
    allow = make_frame({"email": ["ADA@x.example"]}) if allow == "frame" else allow
    done = screen(make_frame(BACK), make_frame(GONE), allow=allow)
    assert [row[-1] for row in rows_of(done.blocked)] == ["suppressed: its domain"]
    again = Recipe.from_json(Recipe.of(done).to_json()).run(make_frame(BACK), suppressed=make_frame(GONE))
    assert len(rows_of(again.frame)) == 1


def test_addresses_in_further_columns_are_compared(make_frame):
    leads = make_frame({"email": ["ada@a.example", "eve@e.example"], "E-Mail 2": ["ada@home.example", None]})
    assert [row[0] for row in rows_of(screen(leads, ["ada@home.example"]).blocked)] == ["ada@a.example"]
    assert [row[0] for row in rows_of(screen(leads, domains=["home.example"]).blocked)] == ["ada@a.example"]
    assert [row[1] for row in rows_of(screen(leads, exclude=["ada@home.example"]).reasons)] == ["E-Mail 2"]
    suppressed = make_frame({"E-Mail": ["x@x.example"], "Private e-mail": ["eve@e.example"]})
    assert [row[0] for row in rows_of(screen(leads, suppressed).blocked)] == ["eve@e.example"]


def test_the_address_of_an_owner_blocks_no_lead(make_frame):
    leads = make_frame({"email": ["ada@a.example"], "owner_email": ["sales@own.example"]})
    assert rows_of(screen(leads, ["sales@own.example"]).blocked) == []


def test_allowed_rows_that_the_frame_does_not_have_are_counted(make_frame):
    done = screen(
        make_frame({"id": ["lead_1"], "email": ["ada@a.example"]}), allow=["lead_1", "ADA@a.example", "lead_7"]
    )
    assert done.unknown_allowed == 1
    assert repr(done).endswith("; 1 of allow= in no row")


def test_a_blocked_site_of_many_blocks_its_pages_but_a_page_is_no_domain_to_block():
    leads = pd.DataFrame({"email": ["a@x.example", "b@x.example"], "website": ["https://github.com/about", None]})
    assert screen(leads, domains=["github.com"]).blocked["email"].tolist() == ["a@x.example"]
    with pytest.raises(CleanupError, match="is not a domain"):
        screen(leads, domains=["https://github.com/about"])


def test_a_colleague_of_the_same_family_name_is_not_blocked_in_memory_or_in_portions(tmp_path):
    leads = pl.DataFrame({"full_name": ["Bob Orwell", "Ada Orwell"], "email": ["b@uni.example", "ao@uni.example"]})
    gone = pl.DataFrame({"full_name": ["Ada Orwell"], "email": ["a@uni.example"]})
    for rows, work in ((leads, None), (leads.lazy(), tmp_path)):
        assert screen(rows, gone, work=work).reasons["row"].to_list() == [1]

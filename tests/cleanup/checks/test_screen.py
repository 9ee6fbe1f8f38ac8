"""Who may not be written to: kept apart, with every reason, in each library."""

import pandas as pd
import pytest

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


def test_each_reason_blocks_and_is_told(made):
    done = screen(
        made(LEADS),
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
    assert repr(done) == "Screening: 1 rows ok, 5 blocked"


def test_a_list_of_suppressed_domains_holds_for_all_below_them(made):
    ok, _ = screen(made(LEADS), made({"email": ["@gone.com", "rival.co.uk", None, "ok.com"]}), statuses=[])
    assert [row[0] for row in rows_of(ok)] == ["lead_4"]


def test_the_index_and_the_columns_stay():
    frame = pd.DataFrame(LEADS, index=list("aabbcc"))
    ok, blocked = screen(frame)
    assert list(ok.index) == ["a", "a", "b", "b", "c"]
    assert list(blocked.index) == ["c"]
    assert list(ok.columns) == list(frame.columns)


def test_what_is_not_in_the_frame_is_named(made):
    assert screen(made({"full_name": ["Ada"]})).skipped == ("email", "status")
    assert screen(made({"email": [], "status": []})).skipped == ()


@pytest.mark.parametrize("given", ["ada@ok.com", pd.DataFrame({"mail": ["a"]})])
def test_what_is_no_list_is_refused(given):
    with pytest.raises(CleanupError):
        screen(pd.DataFrame(LEADS), given)


def test_a_recipe_takes_its_lists_from_the_run_and_keeps_what_was_left_out_by_hand():
    first = screen(pd.DataFrame(LEADS), ["ada@gone.com"], domains=["rival.co.uk"], exclude=["lead_4", "JO@ok.com"])
    assert first.blocked["reasons"].tolist()[2] == "excluded by hand"
    recipe = Recipe.from_json(Recipe.of(first).to_json())
    done = recipe.run(pd.DataFrame(LEADS), suppressed=["jo@ok.com"])
    assert done.frame["id"].tolist() == ["lead_1", "lead_2"]

"""A review that continues the recipe of a merge."""

import pandas as pd

from pb2b_notebook import cleanup
from pb2b_notebook.forms.duplicates import session


def test_an_undone_merge_is_skipped():
    leads = pd.DataFrame({"id": ["l1", "l2"], "full_name": ["Ann Lee"] * 2, "email": ["a@x.example"] * 2})
    found = cleanup.duplicates(leads)
    recipe = cleanup.Recipe.of(found, cleanup.merge(leads, found).undo())
    some, rest = session.decisions(recipe, {"cluster_l1": ("l1", "l2")})
    assert some.made["cluster_l1"].verdict == "skip"
    assert not rest.steps[1].options.get("undone")

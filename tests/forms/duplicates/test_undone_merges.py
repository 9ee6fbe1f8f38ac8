"""What was undone in a notebook is skipped in the form that goes on from there."""

import pandas as pd

from pb2b_notebook import cleanup
from pb2b_notebook.forms.duplicates import session


def test_a_merge_that_was_undone_is_skipped():
    leads = pd.DataFrame({"id": ["l1", "l2"], "full_name": ["Ann Lee"] * 2, "email": ["a@x.example"] * 2})
    found = cleanup.duplicates(leads)
    recipe = cleanup.Recipe.of(found, cleanup.merge(leads, found).undo())
    some, rest = session.decisions(recipe, {"cluster_l1": ("l1", "l2")})
    assert some.made["cluster_l1"].verdict == "skip"
    assert not rest.steps[1].options.get("undone")

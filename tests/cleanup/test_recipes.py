"""Recipes: what a session did, as JSON, done again to other data; what is no recipe is refused whole."""

import json

import pandas as pd
import pytest

from pb2b_notebook.cleanup import Recipe, validate
from pb2b_notebook.errors import CleanupError

LEADS = {"email": ["ada@example.com", "nobody", None], "full_name": ["Ada", "Bob", "Eve"]}


def test_a_session_becomes_a_recipe_that_does_the_same(made):
    frame = made(LEADS)
    checked = validate(frame)
    recipe = Recipe.from_json(Recipe.of((checked, "passed")).to_json())
    done = recipe.run(frame)
    assert len(done.results["validate"].problems) == len(checked.problems) == 2
    passed = done.frame.collect() if hasattr(done.frame, "collect") else done.frame
    assert passed["email"].to_list() == ["ada@example.com"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"object": "pb2b_mapping"}, "no recipe"),
        ({"version": 2}, "not known here"),
        ({"version": True}, "no recipe"),
        ({"more": 1}, "nothing else"),
        ({"steps": {}}, "list of steps"),
        ({"steps": [{"step": "os.system"}]}, "no step 'os.system'"),
        ({"steps": [{"step": "validate", "options": {"df": 1}}]}, "no option 'df'"),
        ({"steps": [{"step": "validate", "options": []}]}, "an object"),
        ({"steps": [{"step": "validate", "take": "__class__"}]}, "a name"),
        ({"steps": [{"step": "validate", "run": 1}]}, "a step has"),
    ],
)
def test_what_is_no_recipe_is_refused(change, message):
    text = json.dumps(json.loads(Recipe().then("validate").to_json()) | change)
    with pytest.raises(CleanupError, match=message):
        Recipe.from_json(text)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a":1,"a":2}', b"\xff", "[" * 5000, "x" * (9 << 20)])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(CleanupError):
        Recipe.from_json(text)


def test_options_that_json_cannot_hold_belong_to_the_run():
    with pytest.raises(CleanupError, match=r"recipe\.run"):
        Recipe().then("validate", against=pd.DataFrame())
    with pytest.raises(CleanupError, match=r"no step of the recipe takes 'agianst'.*against"):
        Recipe().then("validate").run(pd.DataFrame(LEADS), agianst=None)


def test_options_of_the_wrong_type_are_told():
    with pytest.raises(CleanupError, match="'normalize' cannot work with"):
        Recipe().then("normalize", keep=5).run(pd.DataFrame(LEADS))


def test_what_is_no_result_makes_no_recipe():
    with pytest.raises(CleanupError, match="DataFrame is the result of no step"):
        Recipe.of(pd.DataFrame())

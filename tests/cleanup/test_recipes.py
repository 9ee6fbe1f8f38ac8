"""Recipes: what a session did, as JSON, done again to other data; what is no recipe is refused whole."""

import json

import pandas as pd
import pytest

from pb2b_notebook.cleanup import Recipe, normalize, report, screen, validate
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
        ({"object": "pb2b_mapping"}, r"no recipe.*\"object\": \"pb2b_recipe\""),
        ({"version": 2}, "not known here.*newer"),
        ({"version": True}, "no recipe"),
        ({"version": "1"}, "no recipe"),
        ({"more": 1}, "nothing else"),
        ({"steps": {}}, "list of steps"),
        ({"steps": ["normalize"]}, r"step 1: a step is an object.*\"step\": \"normalize\""),
        ({"steps": [{"step": "os.system"}]}, "no step 'os.system'"),
        ({"steps": [{"step": "report"}, {"step": "normalise"}]}, "step 2: .*'normalise'.*did you mean 'normalize'"),
        ({"steps": [{"step": "validate", "options": {"df": 1}}]}, "no option 'df'"),
        ({"steps": [{"step": "normalize", "options": {"filds": []}}]}, "no option 'filds'.*did you mean 'fields'"),
        ({"steps": [{"step": "normalize", "fields": ["email"]}]}, "no member 'fields'.*'options'"),
        ({"steps": [{"step": "validate", "options": []}]}, "an object"),
        ({"steps": [{"step": "validate", "take": "__class__"}]}, "gives no '__class__'"),
        ({"steps": [{"step": "normalize", "take": "passed"}]}, "'normalize' gives no 'passed'"),
        ({"steps": [{"step": "validate", "run": 1}]}, "no member 'run'"),
    ],
)
def test_what_is_no_recipe_is_refused_and_the_place_is_told(change, message):
    text = json.dumps(json.loads(Recipe().then("validate").to_json()) | change)
    with pytest.raises(CleanupError, match=message):
        Recipe.from_json(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1"),
        ("[]", "no JSON object"),
        ('{\n  "a": 1,\n}', "line 3, column 1"),
        ('{"a":1,"a":2}', "twice"),
        (b"\xff", "UTF-8"),
        ("[" * 5000, "no JSON object"),
        ("x" * (9 << 20), "at most"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_what_is_no_json_is_refused_and_the_place_is_told(text, message):
    with pytest.raises(CleanupError, match=message):
        Recipe.from_json(text)


def test_a_recipe_written_by_hand_is_the_one_that_is_built():
    steps = [{"step": "normalize", "options": {"country": "DE"}}, {"step": "validate", "take": "passed"}]
    built = Recipe().then("normalize", country="DE").then("validate", take="passed")
    assert Recipe(steps) == Recipe(tuple(steps)) == Recipe(built.steps) == built
    document = json.dumps({"object": "pb2b_recipe", "version": 1, "steps": steps})
    assert Recipe.from_json(b"\xef\xbb\xbf" + document.encode()) == built
    for wrong in ("normalize", {"step": "normalize"}, 5, [5]):
        with pytest.raises(CleanupError, match="step"):
            Recipe(wrong)


def test_options_that_json_cannot_hold_belong_to_the_run():
    with pytest.raises(CleanupError, match=r"recipe\.run"):
        Recipe().then("validate", against=pd.DataFrame())
    with pytest.raises(CleanupError, match=r"no step of the recipe takes 'agianst'.*against"):
        Recipe().then("validate").run(pd.DataFrame(LEADS), agianst=None)


@pytest.mark.parametrize(
    ("step", "options", "message"),
    [
        (normalize, {"fields": 5}, "fields= is a list of text"),
        (normalize, {"country": "Ruritania"}, "country= is no country"),
        (normalize, {"keep": 5}, "keep= has a list for each column"),
        (normalize, {"keep": {"emial": ["x"]}}, "keep= names no field.*did you mean 'email'"),
        (normalize, {"accept": 5}, "accept= is a list of text"),
        (validate, {"match_on": "emial"}, "does not match on that"),
        (screen, {"domains": 5}, "int is no list"),
        (screen, {"domains": {"customer": ["example.com", "Acme Corp"]}}, "customer: number 2 of its 2 domains"),
        (screen, {"statuses": ["unsubscribd"]}, "no lead has the status.*did you mean 'unsubscribed'"),
        (screen, {"exclude": {"ada@example.com": True}}, "dict is no list"),
        (report, {"fresh": "a year"}, "fresh is a number of days"),
        (report, {"now": "2026-03-10"}, "a time zone"),
    ],
)
def test_options_that_would_do_nothing_in_silence_are_refused(step, options, message):
    frame = pd.DataFrame(LEADS)
    with pytest.raises(CleanupError, match=message):
        step(frame, **options)
    with pytest.raises(CleanupError, match=message):
        Recipe().then(step.__name__, **options).run(frame)


def test_one_text_is_a_list_of_one():
    frame = pd.DataFrame({"email": ["ADA@example.com", "bob@example.com"], "status": ["new", "bounced"]})
    assert len(normalize(frame, keep={"email": "ADA@example.com"}).changes) == 0
    assert screen(frame, statuses="new").ok["email"].tolist() == ["bob@example.com"]


def test_what_is_no_result_makes_no_recipe():
    with pytest.raises(CleanupError, match="DataFrame is the result of no step"):
        Recipe.of(pd.DataFrame())

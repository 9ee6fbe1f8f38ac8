"""Recipes: the steps of a session as JSON, replayed on other data; a document that is not a recipe is refused."""

import json

import pandas as pd
import pytest

from each_case import each_case
from pb2b_notebook.cleanup import Recipe, normalize, report, screen, validate
from pb2b_notebook.errors import CleanupError

LEADS = {"email": ["ada@example.com", "nobody", None], "full_name": ["Ada", "Bob", "Eve"]}


def test_the_recipe_of_a_session_repeats_it(make_frame):
    frame = make_frame(LEADS)
    checked = validate(frame)
    recipe = Recipe.from_json(Recipe.of((checked, "passed")).to_json())
    done = recipe.run(frame)
    assert len(done.results["validate"].problems) == len(checked.problems) == 2
    passed = done.frame.collect() if hasattr(done.frame, "collect") else done.frame
    assert passed["email"].to_list() == ["ada@example.com"]


@each_case(
    ("change", "message"),
    [
        ({"object": "pb2b_mapping"}, r"not a recipe.*\"object\": \"pb2b_recipe\""),
        ({"version": 2}, "version of this recipe is not supported.*newer"),
        ({"version": True}, "not a recipe"),
        ({"version": "1"}, "not a recipe"),
        ({"more": 1}, "nothing else"),
        ({"steps": {}}, "list of steps"),
        ({"steps": ["normalize"]}, r"step 1: a step must be an object.*\"step\": \"normalize\""),
        ({"steps": [{"step": "os.system"}]}, "unknown step 'os.system'"),
        ({"steps": [{"step": "report"}, {"step": "normalise"}]}, "step 2: .*'normalise'.*did you mean 'normalize'"),
        ({"steps": [{"step": "validate", "options": {"df": 1}}]}, "no option 'df'"),
        ({"steps": [{"step": "normalize", "options": {"filds": []}}]}, "no option 'filds'.*did you mean 'fields'"),
        ({"steps": [{"step": "normalize", "fields": ["email"]}]}, "no member 'fields'.*'options'"),
        ({"steps": [{"step": "validate", "options": []}]}, "must be an object"),
        ({"steps": [{"step": "validate", "take": "__class__"}]}, "has no attribute '__class__'"),
        ({"steps": [{"step": "normalize", "take": "passed"}]}, "'normalize' has no attribute 'passed'"),
        ({"steps": [{"step": "validate", "run": 1}]}, "no member 'run'"),
    ],
)
def test_a_document_that_is_not_a_recipe_is_refused_with_the_place(change, message):
    text = json.dumps(json.loads(Recipe().then("validate").to_json()) | change)
    with pytest.raises(CleanupError, match=message):
        Recipe.from_json(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1"),
        ("[]", "not a JSON object"),
        ('{\n  "a": 1,\n}', "line (3, column 1|2, column 9)"),  # from Python 3.13 on it is that of the comma
        ('{"a":1,"a":2}', "twice"),
        (b"\xff", "UTF-8"),
        ("[" * 5000, "not a JSON object"),
        ("x" * (9 << 20), "larger than 8,388,608 bytes"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_text_that_is_not_json_is_refused_with_the_place(text, message):
    with pytest.raises(CleanupError, match=message):
        Recipe.from_json(text)


def test_a_recipe_written_by_hand_equals_one_that_is_built():
    steps = [{"step": "normalize", "options": {"country": "DE"}}, {"step": "validate", "take": "passed"}]
    built = Recipe().then("normalize", country="DE").then("validate", take="passed")
    assert Recipe(steps) == Recipe(tuple(steps)) == Recipe(built.steps) == built
    document = json.dumps({"object": "pb2b_recipe", "version": 1, "steps": steps})
    assert Recipe.from_json(b"\xef\xbb\xbf" + document.encode()) == built
    for wrong in ("normalize", {"step": "normalize"}, 5, [5]):
        with pytest.raises(CleanupError, match="step"):
            Recipe(wrong)


def test_options_that_json_cannot_hold_are_passed_to_run():
    with pytest.raises(CleanupError, match=r"recipe\.run"):
        Recipe().then("validate", lead_fields=pd.DataFrame())
    with pytest.raises(CleanupError, match=r"no step of the recipe takes 'led_fields'.*lead_fields"):
        Recipe().then("validate").run(pd.DataFrame(LEADS), led_fields=None)


@each_case(
    ("step", "options", "message"),
    [
        (normalize, {"fields": 5}, "fields= must be a list of strings, not int"),
        (normalize, {"country": "Ruritania"}, "country= is not a country"),
        (normalize, {"keep": 5}, "keep= must be a mapping of column → list, not int"),
        (normalize, {"keep": {"emial": ["x"]}}, "keep=: unknown lead field.*did you mean 'email'"),
        (normalize, {"accept": 5}, "accept= must be a list of strings"),
        (validate, {"match_on": "emial"}, "match_on= is not a match key"),
        (screen, {"domains": 5}, "domains= must be a list of strings, not int"),
        (
            screen,
            {"domains": {"customer": ["example.com", "Acme Corp"]}},
            "domains=: item 2 of 'customer' is not a domain",
        ),
        (screen, {"statuses": ["unsubscribd"]}, "statuses=: unknown status.*did you mean 'unsubscribed'"),
        (screen, {"exclude": {"ada@example.com": True}}, "exclude= must be a list of strings, not dict"),
        (report, {"fresh": "a year"}, "fresh= must be a number of days"),
        (report, {"now": "2026-03-10"}, "a time zone"),
    ],
)
def test_options_that_would_silently_do_nothing_are_refused(step, options, message):
    frame = pd.DataFrame(LEADS)
    with pytest.raises(CleanupError, match=message):
        step(frame, **options)
    with pytest.raises(CleanupError, match=message):
        Recipe().then(step.__name__, **options).run(frame)


def test_a_string_is_a_list_of_one():
    frame = pd.DataFrame({"email": ["ADA@example.com", "bob@example.com"], "status": ["new", "bounced"]})
    assert len(normalize(frame, keep={"email": "ADA@example.com"}).changes) == 0
    assert screen(frame, statuses="new").ok["email"].tolist() == ["bob@example.com"]


def test_a_value_that_is_not_the_result_of_a_step_is_refused():
    with pytest.raises(CleanupError, match="DataFrame is not the result of a step"):
        Recipe.of(pd.DataFrame())


def recipe_of(*steps):
    return Recipe(tuple({"step": step} for step in steps))


@pytest.fixture(scope="module")
def fields():
    """Lead fields as ``ws.lead_fields.list()`` returns them, with a custom one."""
    return pd.DataFrame({"key": ["email", "tier"], "type": ["email", "text"], "builtin": [True, False]})


def test_each_step_takes_the_further_frames_by_their_names(fields):
    frame = pd.DataFrame({"email": ["ADA@example.com", "bob@example.com"], "custom_tier": [" A ", "B"]})
    known = pd.DataFrame({"id": ["l1"], "email": ["ada@example.com"]})
    done = recipe_of("normalize", "screen", "duplicates").run(
        frame, lead_fields=fields, known=known, suppressed=["bob@example.com"]
    )
    assert done.results["normalize"].frame["custom_tier"].tolist() == ["A", "B"]
    assert done.results["screen"].ok["email"].tolist() == ["ada@example.com"]
    assert "known" in repr(done.results["duplicates"])


def test_against_is_refused_where_two_parameters_had_that_name(fields):
    """It silently took field definitions for existing leads."""
    with pytest.raises(CleanupError, match=r"against= was renamed.*write lead_fields= or known="):
        recipe_of("normalize", "duplicates").run(pd.DataFrame(LEADS), against=fields)
    with pytest.raises(CleanupError, match=r"against= was renamed.*write suppressed="):
        recipe_of("screen").run(pd.DataFrame(LEADS), against=["ada@example.com"])
    with pytest.raises(CleanupError, match=r"write lead_fields= or known= or suppressed="):
        recipe_of("normalize", "duplicates", "screen").run(pd.DataFrame(LEADS), against=fields)
    with pytest.raises(CleanupError, match=r"no step of the recipe takes 'against'"):
        recipe_of("merge").run(pd.DataFrame(LEADS), against=fields)


def test_both_names_of_an_argument_are_refused(fields):
    with pytest.raises(CleanupError, match=r"against= is a former name of lead_fields=, and both.*drop against="):
        recipe_of("normalize").run(pd.DataFrame(LEADS), against=fields, lead_fields=fields)


def test_against_still_works_in_run_where_one_parameter_had_that_name(fields):
    frame = pd.DataFrame({"email": ["ada@example.com"], "custom_tier": [" A "]})
    with pytest.warns(DeprecationWarning, match=r"run\(against=…\) was renamed: write lead_fields=…"):
        done = recipe_of("normalize", "validate", "screen").run(frame, against=fields)
    assert done.frame["custom_tier"].tolist() == ["A"]


def test_recipes_of_earlier_releases_are_read(fields):
    text = json.dumps({"object": "pb2b_recipe", "version": 1, "steps": [
        {"step": "screen", "options": {"against": ["ada@example.com"], "statuses": ["bounced"]}, "take": "ok"}
    ]})  # fmt: skip
    assert Recipe.from_json(text).steps[0].options == {"suppressed": ["ada@example.com"], "statuses": ["bounced"]}
    with pytest.warns(DeprecationWarning, match=r"then\('screen', against=…\) was renamed: write suppressed=…"):
        built = Recipe().then("screen", against=["ada@example.com"], statuses=["bounced"], take="ok")
    assert built == Recipe.from_json(text)


@pytest.mark.parametrize("step", [normalize, validate, report])
def test_against_is_still_accepted_for_lead_fields(step, fields):
    frame = pd.DataFrame({"email": ["ada@example.com"], "custom_tier": ["A"]})
    with pytest.warns(DeprecationWarning, match=rf"{step.__name__}\(against=…\) was renamed: write lead_fields=…"):
        step(frame, against=fields)


def test_a_stream_is_read_once_for_all_steps():
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"email": ["ADA@example.com"]})
    stream = lambda: pa.RecordBatchReader.from_batches(table.schema, table.to_batches())  # noqa: E731
    assert len(recipe_of("validate", "normalize").run(stream()).frame) == 1
    assert len(validate(stream()).frame) == len(report(stream()).frame) == 1


def test_suppressed_addresses_of_the_recipe_and_of_run_both_count():
    frame = pd.DataFrame({"email": ["ada@example.com", "bob@x.org", "eve@x.org"]})
    recipe = Recipe().then("screen", suppressed=["bob@x.org"], take="ok")
    assert recipe.run(frame, suppressed=["ada@example.com"]).frame["email"].tolist() == ["eve@x.org"]


def test_an_option_with_two_values_is_refused():
    recipe = Recipe().then("validate", match_on="email")
    with pytest.raises(CleanupError, match=r"match_on= is given to run\(\).*drop one"):
        recipe.run(pd.DataFrame(LEADS), match_on=None)
    assert recipe.run(pd.DataFrame(LEADS), match_on="email")

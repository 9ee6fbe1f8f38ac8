import copy

from pb2b_notebook import openapi
from pb2b_notebook.api.contract.drift import report
from pb2b_notebook.openapi.comparison import differences

OURS = openapi.load_document()


def test_the_report_counts_differences_and_prints_no_control_characters():
    theirs = copy.deepcopy(OURS)
    del theirs["paths"]["/billing/usage"]
    theirs["components"]["schemas"]["Lead"]["properties"]["mood"] = {"type": "string"}
    theirs["webhooks"]["lead.\x1b[2J"] = {}
    text = report(differences(OURS, theirs))
    assert text.splitlines()[-1].startswith("1 breaking")
    assert "operation  billing.usage" in text
    assert "field      lead: mood" in text
    assert "\x1b" not in text

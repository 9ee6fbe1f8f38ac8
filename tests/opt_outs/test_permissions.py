"""Fields about the permission to contact a person, and fields that are about something else."""

import pytest

from each_case import each_case
from pb2b_notebook.opt_outs.permissions import may_bar


@each_case(
    "name",
    [
        "mailing_state",
        "marketing_code",
        "list_id",
        "email_type",
        "call_status",
        "mail_status",
        "subscriber_id",
        "subscription_level",
    ],
)
def test_names_that_are_about_something_else_bar_no_one(name):
    assert not may_bar(name, "CA")


@pytest.mark.parametrize("name", ["mailing_status", "marketing_status", "newsletter_optin"])
def test_what_is_not_a_yes_may_bar_and_no_value_does_not(name):
    assert may_bar(name, "removed")
    assert not may_bar(name, float("nan"))
    assert not may_bar(name, None)

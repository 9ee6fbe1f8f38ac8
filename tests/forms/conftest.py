"""What tests of forms share."""

import pytest
from ipywidgets.widgets.widget import _instances


@pytest.fixture(autouse=True)
def closed_widgets():
    """Close the widgets that the test made: asking for the state of all widgets costs as much as there are.

    Those of shared fixtures are older, and stay.
    """
    before = set(_instances)
    yield
    for widget in [made for model_id, made in [*_instances.items()] if model_id not in before]:
        widget.close()

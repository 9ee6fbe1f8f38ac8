"""Names of columns that are remarks themselves."""

import pytest

from pb2b_notebook.opt_outs import states_of_person


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("No mail please", "refuses"),
        ("Objection to marketing (Art. 21)", "refuses"),
        ("Sprzeciw marketingowy", "refuses"),
        ("Blocklisted (Lemlist)", "refuses"),
        ("MA ausgeschieden", "left"),
        ("Retired", None),
        ("No newsletter sent", None),
        ("Not attending", None),
        ("Sample not sent", None),
        ("No show", None),
        ("Visit cancelled", None),
        ("Do not ship", None),
        ("Contact person", None),
    ],
)
def test_a_name_is_read_as_a_remark(name, says):
    assert states_of_person(name) == says

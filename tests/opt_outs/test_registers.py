"""Registers of people who want no calls, no post or no contact, in columns of their own, of several, and in remarks."""

from pb2b_notebook.opt_outs import may_be_note, says_opted_out
from pb2b_notebook.opt_outs.registers import is_register_column

ON_A_REGISTER = """
TPS=Y|CTPS=registered|CTPS registered=Yes|DND=Y|DNCR=x|FPS/TPS/MPS=TPS|FPS/TPS/MPS=FPS|FPS/TPS/MPS=TPS & MPS
Preference service=TPS|Telephone Preference Service=Yes|TPS=03/04/2025|Remarks=CTPS registered|Remarks=on TPS
"""
NOT_ON_ONE = """
TPS=N|TPS=1200|MPS=Y|MPS=Xerox|FPS/TPS/MPS=MPS|MPS registered=Y|Remarks=TPS|Remarks=not on TPS|TPS reports=Y
Preference service=None|FPS (game)=Y|Remarks=MPS contract|TPS=clear|DND=No
"""


def _pairs(table):
    return [tuple(case.split("=")) for case in table.replace("\n", "|").strip("|").split("|")]


def test_a_register_of_calls_or_of_all_contact_is_an_opt_out_and_one_of_post_is_not():
    assert [pair for pair in _pairs(ON_A_REGISTER) if not says_opted_out(*pair)] == []
    assert [pair for pair in _pairs(NOT_ON_ONE) if says_opted_out(*pair)] == []
    assert all(may_be_note([cell for name, cell in _pairs(ON_A_REGISTER) if not is_register_column(name)]))

"""An option of a type that it cannot have is a typed error that quotes no value: it may be a column of leads."""

import pandas as pd
import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import ProspectB2BError

KEY = "pb2b_test_abc123_" + "x" * 32
SECRET = "ada@lovelace.example"
ODD = {
    "Series": pd.Series([SECRET, SECRET]),
    "array": pd.Series([SECRET, SECRET]).to_numpy(),
    "frame": pd.DataFrame({"email": [SECRET, SECRET]}),
    "NA": pd.NA,
    "object": object(),
}
LEADS = pd.DataFrame({"email": [SECRET], "full_name": ["Ada Lovelace"]})
CALLS = {
    "frame": lambda ws, odd: ws.leads.list(frame=odd),
    "limit": lambda ws, odd: ws.leads.list(limit=odd),
    "page_size": lambda ws, odd: ws.leads.list(page_size=odd),
    "parallel": lambda ws, odd: ws.leads.list(parallel=odd),
    "frame of sql": lambda ws, odd: ws.sql("select 1", frame=odd),
    "match_on": lambda ws, odd: ws.leads.plan(LEADS, match_on=odd),
    "existing": lambda ws, odd: ws.leads.plan(LEADS, existing=odd),
    "on_conflict": lambda ws, odd: ws.leads.plan(LEADS, on_conflict=odd),
    "resource to sync": lambda ws, odd: ws.mirror.sync(odd),
    "resource to read": lambda ws, odd: ws.mirror.frame(odd),
    "resource to drop": lambda ws, odd: ws.mirror.drop(odd),
    "period": lambda ws, odd: ws.report(odd),
    "zone": lambda ws, odd: ws.report("weekly", zone=odd),
    "base_url": lambda _, odd: pb.connect(KEY, base_url=odd),
    "profile": lambda _, odd: pb.connect(profile=odd),
    "read_only": lambda ws, odd: pb.connect(KEY, base_url=ws.base_url, read_only=odd),
    "clock": lambda _, odd: pb.open_sandbox(clock=odd),
    "in_process": lambda _, odd: pb.open_sandbox(in_process=odd),
    "place of mirrors": lambda _, odd: pb.open_mirror(odd),
    "encoding": lambda _, odd: pb.read_leads(b"a,b\n1,2\n", encoding=odd),
    "format": lambda _, odd: pb.save_leads(LEADS, "leads.csv", format=odd),
    "unmapped": lambda _, odd: pb.Mapping({"email": "email"}).apply(LEADS, unmapped=odd),
    "roles": lambda _, odd: pb.Mapping({"email": "email"}, roles=odd),
    "defaults": lambda _, odd: pb.Mapping({"email": "email"}, defaults=odd),
    "column": lambda _, odd: pb.Mapping({"email": "email"}).with_column(odd, "email"),
    "step": lambda _, odd: pb.cleanup.Recipe().then(odd),
    "recipe": lambda _, odd: pb.cleanup.Recipe.from_json(odd),
    "number of pairs": lambda _, odd: pb.cleanup.duplicates(LEADS).sample(odd),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_an_option_of_another_type_is_a_typed_error_without_its_value(shared_ws, call):
    for odd in ODD.values():
        with pytest.raises(ProspectB2BError) as error:
            call(shared_ws, odd)
        assert SECRET not in str(error.value)


@pytest.mark.parametrize("odd", [pd.NA, object(), 5])
def test_columns_must_be_a_list(shared_ws, odd):
    with pytest.raises(ProspectB2BError, match="columns must be a list of names"):
        shared_ws.leads.list(columns=odd)

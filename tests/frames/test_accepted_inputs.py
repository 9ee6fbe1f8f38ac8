"""Every public function that takes a frame accepts the same kinds of frames, and refuses everything else."""

import datetime as dt
import io
from functools import cache
from itertools import product

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from accepted_frames import ACCEPTED, REFUSED, library_of_answer
from each_case import each_case
from frame_libraries import rows_of
from pb2b_notebook.errors import UsageError

LEADS = {
    "email": ["ada@example.com", "ada@example.com", "alan@example.org", None],
    "full_name": ["ada lovelace", "Ada Lovelace", "Alan Turing", "Grace Hopper"],
    "phone": ["+44 20 7946 0000", None, None, None],
}
SHEET = {"Mail": LEADS["email"][1:], "Name": LEADS["full_name"][1:]}
FIELDS = {"key": ["email", "full_name"], "type": ["email", "text"]}
ALSO_ACCEPTED = [
    *(("imports.create", "path"), ("imports.validate", "path"), ("forms.ImportForm", "nothing")),
    *(("leads.plan", "result"), ("leads.plan with a mapping", "result"), ("leads.find_opted_out", "result")),
    *(("leads.find_opted_out", "dict"), *(("leads.intake", what) for what in REFUSED)),
]
"""The path of a CSV file; a form that is not given a frame yet; one person; an intake reads what
read_leads does; a plan and its like take the frame of a step of cleanup."""
PICTURES = {
    "leads_over_time": {"created_at": [dt.datetime(2026, 3, 10, tzinfo=dt.UTC)], "status": ["new"]},
    "campaign_funnel": {"targeted": [9], "sent": [8], "delivered": [7], "replied": [2]},
    "compare_runs": {"campaign_name": ["Spring"], "delivered": [300], "replied": [30]},
    "duplicate_clusters": {"size": [2, 3], "weakest": [0.99, 0.8]},
    "billing_usage": {"taken_at": ["2026-03-11T00:00:00Z"], "usage_leads_stored": [5], "usage_leads_limit": [9]},
}
MAPPING = pb.Mapping({"Mail": "email", "Name": "full_name"})


@cache
def found_duplicates():
    return pb.cleanup.duplicates(pd.DataFrame(LEADS))


def saved(frame):
    file = io.BytesIO()
    pb.save_leads(frame, file, format="csv", workspace="demo")
    return file.getvalue()


def picture(name):
    return lambda _, make: [
        [patch.get_height() for patch in axes.patches] for axes in [getattr(pb.plots, name)(make(PICTURES[name]))]
    ]


ENTRY_POINTS = {
    "save_leads": lambda _, make: saved(make(LEADS)),
    "mask": lambda _, make: pb.mask(make(LEADS), salt="test"),
    "Mapping.suggest": lambda _, make: pb.Mapping.suggest(make(SHEET), make(FIELDS)),
    "Mapping.check": lambda _, make: MAPPING.check(make(SHEET), make(FIELDS)),
    "Mapping.apply": lambda _, make: MAPPING.apply(make(SHEET), make(FIELDS)),
    "Mapping.to_import": lambda _, make: MAPPING.to_import(make(SHEET), make(FIELDS)),
    "leads.plan": lambda ws, make: ws.leads.plan(make(LEADS)).rows,
    "leads.plan with a mapping": lambda ws, make: ws.leads.plan(make(SHEET), MAPPING).rows,
    "imports.create": lambda ws, make: ws.imports.create(make(SHEET), MAPPING, dry_run=True).created_count,
    "imports.validate": lambda ws, make: ws.imports.validate(make(SHEET), MAPPING).errors,
    "forms.ImportForm": lambda ws, make: pb.forms.ImportForm(ws, make(SHEET)).mapping,
    "cleanup.normalize": lambda _, make: pb.cleanup.normalize(make(LEADS)).frame,
    "cleanup.validate": lambda _, make: pb.cleanup.validate(make(LEADS)).problems,
    "cleanup.duplicates": lambda _, make: pb.cleanup.duplicates(make(LEADS)).clusters,
    "cleanup.merge": lambda _, make: pb.cleanup.merge(make(LEADS), found_duplicates()).frame,
    "cleanup.duplicates of two frames": lambda _, make: (
        pb.cleanup.duplicates(make(LEADS), known=make({"id": ["l1"], "email": ["ada@example.com"]})).clusters
    ),
    "cleanup.screen by a frame": lambda _, make: pb.cleanup.screen(make(LEADS), make({"email": ["x.org"]})).blocked,
    "cleanup.screen": lambda _, make: pb.cleanup.screen(make(LEADS)).blocked,
    "cleanup.report": lambda _, make: pb.cleanup.report(make(LEADS), make(FIELDS)).table,
    "cleanup.accounts": lambda _, make: pb.cleanup.accounts(
        make({"company_name": ["Acme", "Acme Ltd", "Oak"]})
    ).accounts[["company_name", "leads"]],
    "leads.intake": lambda ws, make: ws.leads.intake(make(SHEET), progress=False).normalized.frame,
    "leads.find_opted_out": lambda ws, make: ws.leads.find_opted_out(make(LEADS)),
    "flatten": lambda _, make: pb.flatten(make(LEADS)),
    "excel_frame": lambda _, make: pb.excel_frame(make(LEADS)),
    "cleanup.Recipe": lambda _, make: pb.cleanup.Recipe().then("normalize").run(make(LEADS)).frame,
    **{f"plots.{name}": picture(name) for name in PICTURES},
}


@pytest.fixture(scope="module")
def ws():
    # Nobody in it has opted out: plans and their like compare their rows with no one.
    with pb.open_sandbox(leads=1, rate_limit=1_000_000) as workspace:
        yield workspace


@pytest.mark.parametrize("entry_point", ENTRY_POINTS)
def test_every_kind_of_frame_gets_the_same_answer(entry_point, ws):
    answers = {kind: ENTRY_POINTS[entry_point](ws, make) for kind, make in ACCEPTED.items()}
    for kind, answer in answers.items():
        assert comparable(answer) == comparable(answers["pandas"]), kind
        if isinstance(answers["pandas"], pd.DataFrame) and not entry_point.startswith("imports."):
            lazy = isinstance(answer, pl.LazyFrame)
            assert isinstance(answer.collect() if lazy else answer, library_of_answer(kind)), kind


@each_case(("entry_point", "what"), [case for case in product(ENTRY_POINTS, REFUSED) if case not in ALSO_ACCEPTED])
def test_anything_else_is_refused_with_what_to_pass(entry_point, what, ws):
    with pytest.raises(UsageError, match=r"needs a DataFrame, .*→ pass |needs a mapping") as caught:
        ENTRY_POINTS[entry_point](ws, lambda _: REFUSED[what])
    assert caught.value.repair


def comparable(answer):
    """Frames as names and rows, whatever their library; anything else as it is."""
    if isinstance(answer, pd.DataFrame | pl.DataFrame | pl.LazyFrame):
        answer = answer.collect() if isinstance(answer, pl.LazyFrame) else answer
        return list(answer.columns), rows_of(answer)
    return answer
